#include "policy/labels_text.h"

#include <algorithm>

#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Letters with a space behind each, as headings have them: "C O N F I D E N T I A L".
bool is_spaced_out(std::string_view text) {
  size_t letters = 0;
  bool behind_letter = false;
  for (const char c : text) {
    if (is_label_space(c)) {
      behind_letter = false;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {  // not the rest of a character
      if (behind_letter) return false;
      behind_letter = true;
      letters++;
    }
  }
  return letters >= 5;
}

// Takes single spaces away, and of several leaves one.
void join_letters(std::string& text) {
  size_t kept = 0;
  for (size_t i = 0; i < text.size(); i++) {
    const bool single = is_label_space(text[i]) && !(i + 1 < text.size() && is_label_space(text[i + 1]));
    const bool first = i == 0 || !is_label_space(text[i - 1]);
    if (single && first) continue;
    text[kept++] = text[i];
  }
  text.resize(kept);
}

}  // namespace

bool label_contains(std::string_view name, std::string_view word) {
  return std::search(name.begin(), name.end(), word.begin(), word.end(), same_label_letters) != name.end();
}

bool label_equals(std::string_view name, std::string_view word) {
  return name.size() == word.size() && std::equal(name.begin(), name.end(), word.begin(), same_label_letters);
}

std::string_view bare_label(std::string_view text) {
  while (!text.empty()) {
    size_t next = 0;
    if (is_word_char(next_code_point(text, next))) break;
    text.remove_prefix(next);
  }
  while (!text.empty()) {
    size_t last = text.size();
    if (is_word_char(previous_code_point(text, last))) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

void normal_label(std::string_view text, std::string& out) {
  out.clear();
  make_folded(bare_label(text), out, nullptr);
  if (!is_ascii(out)) write_alike(out);
  if (is_spaced_out(out)) join_letters(out);
  size_t kept = 0;
  for (const char c : out) {
    const bool gap = is_label_space(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '\\' || c == ':';
    if (gap && kept > 0 && out[kept - 1] == ' ') continue;
    out[kept++] = gap ? ' ' : c;
  }
  out.resize(kept);
}

}  // namespace postern::policy
