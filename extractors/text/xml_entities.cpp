#include "extractors/text/xml_entities.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "extractors/xml/character_references.h"

namespace postern::extract {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kLongestName = 64;
constexpr size_t kDeclarationWindow = 256 << 10;

bool is_predefined(std::string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

// The name of the reference at rest[0] == '&'; "" for numbers and for what is no reference.
std::string_view reference_name(std::string_view rest) {
  const std::string_view window = rest.substr(1, kLongestName + 1);
  const size_t end = window.find(';');
  if (end == std::string_view::npos) return {};
  const std::string_view name = window.substr(0, end);
  return name.find_first_of("#&<> \t\r\n\"'") == std::string_view::npos ? name : std::string_view();
}

std::string_view after_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

using Declared = std::unordered_map<std::string_view, std::string_view>;

// <!ENTITY name "text">; those of files and of the document type itself are passed over. The first one counts.
Declared declarations(std::string_view xml) {
  constexpr std::string_view kBegin = "<!ENTITY";
  const std::string_view window = xml.substr(0, kDeclarationWindow);
  Declared out;
  for (size_t at = window.find(kBegin); at != std::string_view::npos && out.size() < kMaxEntities;
       at = window.find(kBegin, at + 1)) {
    std::string_view rest = after_blanks(window.substr(at + kBegin.size()));
    const std::string_view name = rest.substr(0, rest.find_first_of(kBlanks));
    rest = after_blanks(rest.substr(name.size()));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) continue;
    const size_t end = rest.find(rest[0], 1);
    if (end != std::string_view::npos) out.emplace(name, rest.substr(1, end - 1));
  }
  return out;
}

// Where the document begins behind its own declarations, which stay as they are.
size_t end_of_declarations(std::string_view xml) {
  const size_t type = xml.substr(0, kDeclarationWindow).find("<!DOCTYPE");
  if (type == std::string_view::npos) return 0;
  const size_t list = xml.find_first_of("[>", type);
  if (list == std::string_view::npos || xml[list] == '>') return 0;
  const size_t end = xml.find("]>", list);
  return end == std::string_view::npos ? 0 : end;
}

class Resolver {
 public:
  explicit Resolver(std::string_view xml) : declared_(declarations(xml)) {}

  ResolvedXml resolve(std::string_view xml) {
    const size_t begin = end_of_declarations(xml);
    out_.bytes = xml.substr(0, begin);
    append(xml.substr(begin), 0);
    if (!out_.changed) out_.bytes.clear();
    return std::move(out_);
  }

 private:
  void append(std::string_view text, size_t depth) {  // NOLINT(misc-no-recursion): kMaxEntityDepth
    constexpr std::string_view kSection = "<![CDATA[", kSectionEnd = "]]>";
    size_t done = 0;
    size_t section = text.find(kSection);
    for (size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at)) {
      while (section < at) {
        const size_t end = std::min(text.find(kSectionEnd, section), text.size());
        at = std::max(at, end);
        section = text.find(kSection, end);
      }
      if (at >= text.size() || text[at] != '&') continue;
      const std::string_view name = reference_name(text.substr(at));
      out_.bytes.append(text.substr(done, at - done));
      done = at;
      if (!name.empty() && !is_predefined(name) && replace(name, depth)) {
        out_.changed = true;
        done = at + name.size() + 2;
      }
      at++;
    }
    out_.bytes.append(text.substr(done));
  }

  bool replace(std::string_view name, size_t depth) {  // NOLINT(misc-no-recursion): kMaxEntityDepth
    if (const auto found = declared_.find(name); found != declared_.end()) {
      added_ += found->second.size() + 1;
      if (depth == kMaxEntityDepth || added_ > kMaxEntityBytes) {
        out_.cut = true;
        return false;
      }
      append(found->second, depth + 1);
      return true;
    }
    const std::u32string letters = named_character(name);
    // As numbers, which all charsets have.
    for (const char32_t c : letters) out_.bytes += "&#" + std::to_string(static_cast<std::uint32_t>(c)) + ";";
    return !letters.empty();
  }

  const Declared declared_;
  size_t added_ = 0;
  ResolvedXml out_;
};

}  // namespace

ResolvedXml resolve_entities(std::string_view xml) {
  // Nearly all documents have no other references than the predefined ones.
  for (size_t at = xml.find('&'); at != std::string_view::npos; at = xml.find('&', at + 1)) {
    const std::string_view name = reference_name(xml.substr(at));
    if (!name.empty() && !is_predefined(name)) return Resolver(xml).resolve(xml);
  }
  return {};
}

}  // namespace postern::extract
