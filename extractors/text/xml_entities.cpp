#include "extractors/text/xml_entities.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>

namespace postern::extract {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kLongestName = 64;
constexpr size_t kDeclarationWindow = 256 << 10;

// U+00A0 to U+00FF in their order (HTML 4.01, 24.2.1; the sets of ISO 8879 that DocBook uses agree).
constexpr std::array<std::string_view, 96> kLatin = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",
    "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",
    "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",
    "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",
    "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute",
    "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
    "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

struct Letter {
  std::string_view name;
  std::uint32_t code;
};
constexpr std::array kLetters = {
    Letter{"OElig", 0x152},   Letter{"oelig", 0x153},   Letter{"Scaron", 0x160},  Letter{"scaron", 0x161},
    Letter{"Yuml", 0x178},    Letter{"fnof", 0x192},    Letter{"circ", 0x2C6},    Letter{"tilde", 0x2DC},
    Letter{"ensp", 0x2002},   Letter{"emsp", 0x2003},   Letter{"thinsp", 0x2009}, Letter{"zwnj", 0x200C},
    Letter{"zwj", 0x200D},    Letter{"ndash", 0x2013},  Letter{"mdash", 0x2014},  Letter{"lsquo", 0x2018},
    Letter{"rsquo", 0x2019},  Letter{"sbquo", 0x201A},  Letter{"ldquo", 0x201C},  Letter{"rdquo", 0x201D},
    Letter{"bdquo", 0x201E},  Letter{"dagger", 0x2020}, Letter{"bull", 0x2022},   Letter{"hellip", 0x2026},
    Letter{"permil", 0x2030}, Letter{"euro", 0x20AC},   Letter{"trade", 0x2122},  Letter{"minus", 0x2212}};

bool is_predefined(std::string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

std::uint32_t letter_of(std::string_view name) {
  const auto latin = std::find(kLatin.begin(), kLatin.end(), name);
  if (latin != kLatin.end()) return 0xA0 + static_cast<std::uint32_t>(latin - kLatin.begin());
  const auto found =
      std::find_if(kLetters.begin(), kLetters.end(), [name](const Letter& one) { return one.name == name; });
  return found == kLetters.end() ? 0 : found->code;
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
    const std::uint32_t code = letter_of(name);
    if (code != 0) out_.bytes += "&#" + std::to_string(code) + ";";
    return code != 0;
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
