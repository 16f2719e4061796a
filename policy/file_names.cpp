#include "policy/file_names.h"

#include <algorithm>

#include <fnmatch.h>

#include "policy/decode_finders.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

constexpr std::string_view kOverride = "\u202e";
constexpr std::string_view kOverrideEnds = "\u202c";
// A glob with a shorter word says too little to be read loosely.
constexpr size_t kLeastWord = 6;

std::string without_percents(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size(); at++) {
    const bool escape =
        name[at] == '%' && at + 2 < name.size() && hex_value(name[at + 1]) >= 0 && hex_value(name[at + 2]) >= 0;
    if (!escape) {
      out += name[at];
      continue;
    }
    out += static_cast<char>(hex_value(name[at + 1]) * 16 + hex_value(name[at + 2]));
    at += 2;
  }
  return out;
}

// "a\u202efdp.exe" is shown as "aexe.pdf".
std::string in_order_of_display(std::string_view name) {
  const size_t begin = name.find(kOverride);
  if (begin == std::string_view::npos) return std::string(name);
  const size_t turned = begin + kOverride.size();
  const size_t end = std::min(name.find(kOverrideEnds, turned), name.size());
  std::string out(name.substr(0, begin));
  for (size_t at = end; at > turned;) append_utf8(previous_code_point(name, at), out);
  out += name.substr(end);
  return out;
}

std::string without_accents(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    if (is_accent(c)) continue;
    const char plain = c < 0x80 ? '\0' : unicode_tables().accented(c);
    if (plain != '\0') {
      out += plain;
    } else {
      append_utf8(c, out);
    }
  }
  return out;
}

bool drops(std::string& name, std::string_view end) {
  if (!name.ends_with(end)) return false;
  name.resize(name.size() - end.size());
  return true;
}

// A version: ";1".
bool drops_version(std::string& name) {
  size_t digits = name.size();
  while (digits > 0 && is_ascii_digit(name[digits - 1])) digits--;
  if (digits == name.size() || digits == 0 || name[digits - 1] != ';') return false;
  name.resize(digits - 1);
  return true;
}

std::string tight(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '-' && c != '_') out += c;
  }
  return out;
}

bool has_word(std::string_view pattern) {
  size_t letters = 0;
  for (const char c : pattern) {
    letters = is_ascii_letter(c) ? letters + 1 : 0;
    if (letters == kLeastWord) return true;
  }
  return false;
}

bool glob(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), FNM_CASEFOLD) == 0;
}

}  // namespace

std::string shown_file_name(std::string_view name) {
  std::string shown;
  make_reader(in_order_of_display(without_percents(name)), shown, nullptr);
  if (!is_ascii(shown)) {
    write_alike(shown);
    shown = without_accents(shown);
  }
  while (drops(shown, ".") || drops(shown, " ") || drops(shown, "~") || drops(shown, "::$DATA") ||
         drops_version(shown)) {
  }
  return shown;
}

bool file_name_matches(const std::string& pattern, const std::string& name) {
  if (glob(pattern, name)) return true;
  if (name.empty()) return false;
  const std::string shown = shown_file_name(name);
  if (shown != name && glob(pattern, shown)) return true;
  // Brackets hold lists of letters, in which a hyphen says something else.
  if (!has_word(pattern) || pattern.find('[') != std::string::npos) return false;
  const std::string squeezed = tight(shown);
  const std::string wanted = tight(pattern);
  return (squeezed != shown || wanted != pattern) && glob(wanted, squeezed);
}

}  // namespace postern::policy
