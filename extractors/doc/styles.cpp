#include "extractors/doc/styles.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/doc/runs.h"
#include "extractors/story/code_page.h"

namespace postern::extract::doc {

namespace {

constexpr size_t kMostStyles = 4095;  // numbers have 12 bits, the last says "none"
constexpr unsigned kNoStyle = 0x0FFF;
constexpr unsigned kUserDefined = 0x0FFE;
constexpr int kDeepest = 16;  // styles that are based on each other in circles

enum Kind : unsigned { kParagraph = 1, kCharacter = 2 };

struct Style {
  unsigned base = kNoStyle;
  std::string_view changes;  // of characters
};

// One style: fixed fields, its name, then changes in blocks, each behind its size and on an even byte
// ([MS-DOC] 2.9.260 STD). `fixed` is the size of the fixed fields.
Style read_style(std::string_view bytes, size_t fixed, bool wide, std::string& names) {
  Style style;
  const unsigned number = le16(bytes, 0) & 0x0FFF;
  const unsigned kind = le16(bytes, 2) & 0x0F;
  style.base = le16(bytes, 2) >> 4;
  const size_t width = wide ? 2 : 1;
  const size_t letters = le_at(bytes, fixed, static_cast<unsigned>(width));
  size_t at = fixed + width + width * letters + width;
  if (at > bytes.size()) return style;
  if (number == kUserDefined && wide) {
    append_utf16le(names, bytes.substr(fixed + width, width * letters));
    names += '\n';
  }
  const auto block = [&]() -> std::string_view {
    at += at % 2;
    const size_t size = le16(bytes, at);
    at += 2;
    const std::string_view found = at < bytes.size() ? bytes.substr(at, size) : std::string_view();
    at += size;
    return found;
  };
  if (kind == kParagraph) block();
  if (kind == kParagraph || kind == kCharacter) style.changes = block();
  return style;
}

// What a style says wins over what it is based on: bases are applied first.
Run text_of_style(const std::vector<Style>& styles, size_t style, bool wide) {
  std::vector<size_t> chain;
  for (size_t at = style; at < styles.size() && chain.size() < kDeepest; at = styles[at].base) chain.push_back(at);
  Run run;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) apply_changes(styles[*at].changes, wide, run);
  return run;
}

}  // namespace

Styles Styles::read(std::string_view table, bool wide) {
  Styles out;
  constexpr size_t kFontEnds = 16;
  if (!wide && table.size() >= kFontEnds) out.font_ = le16(table, kFontEnds - 2);
  const size_t head = le16(table, 0);
  const size_t fixed = le16(table, 4);
  const size_t count = std::min<size_t>(le16(table, 2), kMostStyles);
  std::vector<Style> styles;
  size_t at = 2 + head;
  while (styles.size() < count && at + 2 <= table.size()) {
    const size_t size = le16(table, at);
    at += 2;
    styles.push_back(size > 0 ? read_style(table.substr(std::min(at, table.size()), size), fixed, wide, out.names_)
                              : Style{});
    at += size + size % 2;
  }
  for (size_t i = 0; i < styles.size(); i++) {
    const Run text = text_of_style(styles, i, wide);
    out.hides_.push_back(text.marks.hidden);
    out.fonts_.push_back(text.font ? text.font : out.font_);
  }
  return out;
}

}  // namespace postern::extract::doc
