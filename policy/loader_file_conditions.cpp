// `file:` conditions: types and their groups, and lists of hashes.
#include <algorithm>
#include <array>

#include "policy/codes.h"
#include "policy/file_groups.h"
#include "policy/loader_state.h"
#include "policy/pick.h"

namespace postern::policy {

using std::string;
using std::string_view;
using yaml::Node;

void LoadState::check_file_type(const Node& node) {
  const string& type = node.scalar;
  const size_t slash = type.find('/');
  const auto groups = file_group_names();
  if (slash == string::npos) {
    if (std::find(groups.begin(), groups.end(), type) != groups.end()) return;
    string hint = did_you_mean(type, {groups.begin(), groups.end()});
    if (hint.empty()) {
      const size_t name = std::min(type.find_first_not_of('.'), type.size());
      hint = "for the end of a file name write name: '*." + type.substr(name) + "'";
    }
    return error(codes::kUnknownName, node.mark, "there is no type group '" + type + "'", std::move(hint));
  }
  static constexpr std::array<string_view, 9> kFamilies = {"application", "audio", "font",      "image", "message",
                                                           "model",       "text",  "multipart", "video"};
  const string family = type.substr(0, slash);
  if (std::find(kFamilies.begin(), kFamilies.end(), family) == kFamilies.end()) {
    error(codes::kBadValue, node.mark, "'" + type + "' is no MIME type that files can have",
          did_you_mean(family, {kFamilies.begin(), kFamilies.end()}));
  } else if (std::any_of(type.begin(), type.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    error(codes::kBadValue, node.mark, "'" + type + "' would never match: types are in lower case", "write it so");
  }
}

FileCondition LoadState::file_condition(const Source& source, const Node& map) {
  if (map.find("mismatch") != nullptr && pick::boolean(map, "mismatch") == false) {
    error(codes::kBadValue, map.find("mismatch")->mark, "'mismatch: false' asks for nothing",
          "remove it; files that are what their name says are not: {file: {mismatch: true}}");
  }
  for (const Node* item : pick::items(map, "type")) {
    if (item->is_scalar()) check_file_type(*item);
  }
  FileCondition out;
  out.types = pick::texts(map, "type");
  out.names = pick::texts(map, "name");
  out.larger_than = pick::size(map, "larger_than");
  out.smaller_than = pick::size(map, "smaller_than");
  out.hashes = hashes(source, map);
  out.mismatch = pick::boolean(map, "mismatch").value_or(false);
  if (out.larger_than && out.smaller_than && *out.smaller_than <= *out.larger_than + 1) {
    error(codes::kNeverMatches, map.find("smaller_than")->mark,
          "this can never hold: no file is larger than " + std::to_string(*out.larger_than) +
              " bytes and smaller than " + std::to_string(*out.smaller_than));
  }
  return out;
}

// Hashes written out, and those of lists; sorted, each once.
std::vector<string> LoadState::hashes(const Source& source, const Node& map) {
  std::vector<string> out;
  for (const Node* item : pick::items(map, "sha256")) {
    if (!item->is_scalar()) continue;
    if (auto hash = sha256_in(item->scalar)) {
      out.push_back(std::move(*hash));
    } else if (item->scalar.find('/') != string::npos || item->scalar.ends_with(".txt")) {
      add_hash_list(source, *item, out);
    } else {
      error(codes::kBadValue, item->mark, "'" + item->scalar + "' is no SHA-256",
            "write 64 hexadecimal digits, or a list of them: hashes/NAME.txt");
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void LoadState::add_hash_list(const Source& source, const Node& node, std::vector<string>& out) {
  const auto files = files_.list(source.dir, "hashes", ".txt");
  if (!is_inside(node.scalar) || std::find(files.begin(), files.end(), node.scalar) == files.end()) {
    string hint = did_you_mean(node.scalar, {files.begin(), files.end()});
    error(codes::kNoFile, node.mark, "there is no list of hashes '" + node.scalar + "' in " + source.dir,
          hint.empty() ? "lists are files hashes/NAME.txt beside policy.yaml" : hint);
  } else if (const auto file = files_.read(source.dir, node.scalar, source.label)) {
    parse_hash_list(file, out, diagnostics_);
  }
}

}  // namespace postern::policy
