#include "policy/masking.h"

#include <algorithm>
#include <vector>

#include "message/verdict.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

constexpr std::string_view kBullet = "\u2022";
constexpr std::string_view kEllipsis = "\u2026";

bool is_letter(char32_t c) {
  return is_word_char(c) && !(c >= '0' && c <= '9');
}

// Writes a stretch of text with everything inside the masks hidden; white space runs become one space.
class MaskWriter {
 public:
  MaskWriter(std::string_view text, std::span<const MaskRange> masks) : text_(text), masks_(masks) {}

  std::string write(size_t begin, size_t end) {
    std::string out;
    for (size_t at = begin; at < end;) {
      if (const size_t behind = end_of_whole(at); behind > at) {
        out += kWholeMask;
        at = behind;
        continue;
      }
      size_t next = at;
      const char32_t c = next_code_point(text_, next);
      if (c <= ' ' || c == 0x7f) {
        if (!out.empty() && out.back() != ' ') out += ' ';
      } else if (is_word_char(c) && hides(at)) {
        out += kBullet;
      } else {
        out.append(text_, at, next - at);
      }
      at = next;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
  }

 private:
  // Behind all masks of kind `whole` that stand here, one in the other or end to end; `at` when there is none.
  size_t end_of_whole(size_t at) const {
    size_t end = at;
    for (const MaskRange& mask : masks_) {
      if (mask.range.begin > end) break;
      if (mask.kind == MaskKind::whole && mask.range.end > end) end = mask.range.end;
    }
    return end;
  }

  bool hides(size_t at) const {
    for (const MaskRange& mask : masks_) {
      if (mask.range.begin > at) break;
      if (at < mask.range.end && hides_in(mask, at)) return true;
    }
    return false;
  }

  bool hides_in(const MaskRange& mask, size_t at) const {
    if (mask.kind == MaskKind::value) return !is_shown_of_value(mask.range, at);
    size_t next = at;
    const char32_t c = next_code_point(text_, next);
    if (!is_letter(c) || next >= mask.range.end) return true;
    size_t after = next;
    if (!is_word_char(next_code_point(text_, after))) return true;  // a word of one letter
    if (at == mask.range.begin) return false;
    size_t before = at;
    return is_word_char(previous_code_point(text_, before));
  }

  bool is_shown_of_value(const ByteRange& range, size_t at) const {
    constexpr size_t kShown = 4;
    size_t all = 0;
    size_t after = 0;
    for (size_t i = range.begin; i < range.end;) {
      const size_t here = i;
      if (!is_word_char(next_code_point(text_, i))) continue;
      all++;
      if (here > at) after++;
    }
    return all >= kLeastShownValue && after < kShown;
  }

  std::string_view text_;
  std::span<const MaskRange> masks_;
};

// Masks that touch [begin, end); the spans handed in may hold thousands.
std::vector<MaskRange> touching(std::span<const MaskRange> masks, size_t begin, size_t end) {
  std::vector<MaskRange> out;
  for (const MaskRange& mask : masks) {
    if (mask.range.begin >= end) break;
    if (mask.range.end > begin) out.push_back(mask);
  }
  return out;
}

}  // namespace

std::string masked_excerpt(std::string_view text, std::span<const MaskRange> masks, ByteRange focus) {
  size_t begin = std::min<size_t>(focus.begin, text.size());
  size_t left = kExcerptBefore;
  while (begin > 0 && left > 0) {
    previous_code_point(text, begin);
    left--;
  }
  // Two code points are kept for the marks of a cut.
  size_t room = kMaxExcerptCodePoints - 2;
  size_t end = begin;
  while (end < text.size() && room > 0) {
    next_code_point(text, end);
    room--;
  }
  const std::vector<MaskRange> near = touching(masks, begin, end);
  std::string out = MaskWriter(text, near).write(begin, end);
  if (begin > 0) out.insert(0, kEllipsis);
  if (end < text.size()) out += kEllipsis;
  return out;
}

std::string masked(std::string_view text, std::span<const MaskRange> masks) {
  return MaskWriter(text, masks).write(0, text.size());
}

}  // namespace postern::policy
