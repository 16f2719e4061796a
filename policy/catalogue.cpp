#include "policy/catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "message/address.h"
#include "policy/codes.h"
#include "policy/grammar_check.h"
#include "policy/grammar_types.h"
#include "policy/loader_files.h"
#include "policy/pick.h"

namespace postern::policy {

namespace {

using grammar::KeySpec;
using grammar::MapSpec;
using grammar::Need;
using std::string;
using std::string_view;
using yaml::Node;

constexpr std::array<string_view, 3> kStatus = {"live", "unverified", "dead"};
constexpr std::array<string_view, 2> kAudience = {"public", "members"};
std::span<const string_view> status_words() {
  return kStatus;
}
std::span<const string_view> audience_words() {
  return kAudience;
}

constexpr std::array kEntryKeys = {
    KeySpec{"service", grammar::text(), Need::required, "The service's name."},
    KeySpec{"class", grammar::word(destination_class_words), Need::required, "What the address is."},
    KeySpec{"pattern", grammar::texts(), Need::required, "LOCAL@DOMAIN."},
    KeySpec{"status", grammar::word(status_words), Need::required, "live, unverified or dead."},
    KeySpec{"who", grammar::text(), Need::required, "Who may post."},
    KeySpec{"audience", grammar::word(audience_words), Need::required, "Who sees it."},
    KeySpec{"source", grammar::text(), Need::required, "Where this is documented."},
    KeySpec{"checked", grammar::Type{grammar::Shape::day}, Need::required, "The day it was checked."},
};
constexpr MapSpec kEntry{"destination", "One posting address.", kEntryKeys, {}};
constexpr std::array kCatalogueKeys = {
    KeySpec{"apiVersion", grammar::text(), Need::required, "postern/v1"},
    KeySpec{"destinations", grammar::map(kEntry, grammar::Many::list), Need::required, "The addresses."},
};
constexpr MapSpec kCatalogueMap{"catalogue", "Posting addresses.", kCatalogueKeys, {}};

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// The number N of "{hexN}" at the start of `pattern`, 0 when there is none; `size` is the length of the token.
size_t hex_token(string_view pattern, size_t& size) {
  size_t count = 0;
  if (!pattern.starts_with("{hex")) return 0;
  const size_t end = pattern.find('}');
  if (end == string_view::npos) return 0;
  const auto [rest, failed] = std::from_chars(pattern.data() + 4, pattern.data() + end, count);
  if (failed != std::errc() || rest != pattern.data() + end) return 0;
  size = end + 1;
  return count;
}

constexpr std::ptrdiff_t kMostStars = 2;  // matching costs the local part's length to that power
constexpr string_view kDigitsToken = "{digits}";

void add_entry(const Node& node, Catalogue& out, Diagnostics& diagnostics) {
  CatalogueEntry entry;
  entry.service = pick::text_or(node, "service");
  entry.who = pick::text_or(node, "who");
  entry.audience = pick::text_or(node, "audience");
  entry.source = pick::text_or(node, "source");
  entry.checked = pick::text_or(node, "checked");
  pick::word(node, "class", destination_class_words(), entry.cls);
  pick::word(node, "status", status_words(), entry.status);
  for (const Node* item : pick::items(node, "pattern")) {
    if (!item->is_scalar()) continue;
    entry.mark = item->mark;
    const size_t at = item->scalar.rfind('@');
    const string local = Address{item->scalar.substr(0, at), ""}.key();
    string domain = at == string::npos ? "" : item->scalar.substr(at + 1);
    const bool below = domain.starts_with('.');
    const auto normal = normal_domain(below ? domain.substr(1) : domain);
    const bool any_domain = domain == "*";
    if (at == string::npos || !is_local_pattern(local) ||
        (!any_domain && (!normal || domain.find('*') != string::npos))) {
      diagnostics.error(string(codes::kAddress), item->mark, "'" + item->scalar + "' is no pattern LOCAL@DOMAIN", "");
      continue;
    }
    if (any_domain && local.find_first_not_of("*?") == string::npos) {
      diagnostics.error(string(codes::kAddress), item->mark, "the pattern would match every address", "");
      continue;
    }
    entry.local = local;
    entry.domain = any_domain ? "*" : (below ? "." : "") + *normal;
    out.entries.push_back(entry);
  }
}

void add_domain_list(FileReader& files, const string& dir, const string& name, DestinationClass cls, Catalogue& out,
                     Diagnostics& diagnostics) {
  std::error_code failed;
  if (!std::filesystem::exists(dir + "/" + name, failed)) return;
  const auto list = static_cast<std::uint32_t>(out.lists.size());
  out.lists.push_back(name);
  const auto file = files.read(dir, name, "catalogue");
  if (!file) return;
  const auto words = parse_dictionary(name, file, diagnostics);
  for (const WordEntry& word : words->entries) {
    const bool below = word.text.starts_with('.');
    const auto domain = normal_domain(string_view(word.text).substr(below ? 1 : 0));
    if (!domain || domain->find('.') == string::npos) {
      diagnostics.error(string(codes::kAddress), word.mark, "'" + word.text + "' is no domain", "");
      continue;
    }
    out.domains.push_back({(below ? "." : "") + *domain, cls, list, static_cast<std::uint32_t>(word.mark.line)});
  }
}

}  // namespace

bool is_local_pattern(string_view pattern) {
  if (pattern.empty() || std::count(pattern.begin(), pattern.end(), '*') > kMostStars) return false;
  for (size_t i = 0; i < pattern.size(); i++) {
    if (pattern[i] == '}') return false;
    if (pattern[i] != '{') continue;
    size_t size = 0;
    if (pattern.substr(i).starts_with(kDigitsToken)) {
      size = kDigitsToken.size();
    } else if (hex_token(pattern.substr(i), size) == 0) {
      return false;
    }
    i += size - 1;
  }
  return true;
}

bool local_matches(string_view pattern, string_view local) {
  while (!pattern.empty()) {
    size_t size = 0;
    if (pattern.front() == '*') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      for (size_t i = 0; i <= local.size(); i++) {
        if (local_matches(pattern, local.substr(i))) return true;
      }
      return false;
    }
    if (const size_t count = hex_token(pattern, size); count > 0) {
      if (local.size() < count || !std::all_of(local.begin(), local.begin() + std::ptrdiff_t(count), is_hex))
        return false;
      local.remove_prefix(count);
      pattern.remove_prefix(size);
      continue;
    }
    if (pattern.starts_with(kDigitsToken)) {
      const size_t digits = std::min(local.find_first_not_of("0123456789"), local.size());
      if (digits == 0) return false;
      local.remove_prefix(digits);
      pattern.remove_prefix(kDigitsToken.size());
      continue;
    }
    if (local.empty() || (pattern.front() != '?' && pattern.front() != local.front())) return false;
    pattern.remove_prefix(1);
    local.remove_prefix(1);
  }
  return local.empty();
}

Catalogue load_catalogue(const string& dir, Diagnostics& diagnostics) {
  Catalogue out;
  std::error_code failed;
  if (!std::filesystem::is_directory(dir, failed)) {
    auto file = std::make_shared<SourceFile>();
    file->path = dir;
    diagnostics.warning(string(codes::kNoFile), {file, 0, 0, 1},
                        "the shipped catalogue of destinations is not there: social platforms, lists and freemail are "
                        "not told from other addresses",
                        "install the policies' package, or name its folder");
    return out;
  }
  FileReader files(diagnostics);
  for (const string& name : files.list(dir, ".", ".yaml")) {
    const Node tree = files.yaml(dir, name.substr(2), "catalogue");
    if (!tree.is_map()) continue;
    grammar::check(tree, kCatalogueMap, diagnostics);
    for (const Node* item : pick::items(tree, "destinations")) {
      if (item->is_map()) add_entry(*item, out, diagnostics);
    }
  }
  for (const char* name : {"freemail.txt", "freemail-lists.txt"}) {
    add_domain_list(files, dir, name, DestinationClass::personal, out, diagnostics);
  }
  for (const char* name : {"disposable.txt", "disposable-lists.txt"}) {
    add_domain_list(files, dir, name, DestinationClass::disposable, out, diagnostics);
  }
  return out;
}

}  // namespace postern::policy
