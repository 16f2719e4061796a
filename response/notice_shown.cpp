#include "response/notice_shown.h"

#include <cstdint>
#include <vector>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace postern::response {

namespace {

// No script needs more on one letter; towers of them cover the lines above.
constexpr int kMaxCombining = 3;
// Runs of digits from here on are masked, except kDigitsKept at the end. Dates have 8.
constexpr size_t kDigitsMasked = 9;
constexpr size_t kDigitsKept = 4;
// Bytes looked at: megabytes of invisible characters are not worth a search for what follows them.
constexpr std::int64_t kMaxRead = 64 << 10;
constexpr UChar32 kBullet = 0x2022;
constexpr UChar32 kEllipsis = 0x2026;
constexpr UChar32 kReplacement = 0xFFFD;
constexpr UChar32 kZeroWidthNonJoiner = 0x200C;  // Persian and Indic words need the two joiners
constexpr UChar32 kZeroWidthJoiner = 0x200D;

bool is_invisible(UChar32 c) {
  if (c == kZeroWidthNonJoiner || c == kZeroWidthJoiner) return false;
  return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || u_charType(c) == U_FORMAT_CHAR;
}

std::vector<UChar32> visible(std::string_view text, size_t most) {
  std::vector<UChar32> out;
  int combining = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < size && i < kMaxRead && out.size() <= most;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0) c = kReplacement;
    if (is_invisible(c)) continue;
    const bool mark = u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_ENCLOSING_MARK;
    combining = mark ? combining + 1 : 0;
    if (combining > kMaxCombining) continue;
    const bool control = u_charType(c) == U_CONTROL_CHAR;
    if (control || u_isUWhiteSpace(c)) c = ' ';
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out.push_back(c);
  }
  if (out.size() > most) {
    out.resize(most);
    if (most > 0) out.back() = kEllipsis;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string encode(const std::vector<UChar32>& characters) {
  std::string out;
  for (const UChar32 c : characters) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, static_cast<std::uint32_t>(c));
    out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  }
  return out;
}

void mask_digits(std::vector<UChar32>& characters) {
  std::vector<size_t> run;
  size_t gap = 0;
  const auto end_run = [&] {
    for (size_t i = 0; run.size() >= kDigitsMasked && i < run.size() - kDigitsKept; i++) characters[run[i]] = kBullet;
    run.clear();
  };
  for (size_t i = 0; i < characters.size(); i++) {
    const UChar32 c = characters[i];
    if (u_isdigit(c)) {
      run.push_back(i);
      gap = 0;
      continue;
    }
    const bool joins = c == ' ' || c == '.' || c == '-' || c == '/' || c == '_';
    if (!joins || ++gap > 1) end_run();
  }
  end_run();
}

}  // namespace

std::string shown(std::string_view text, size_t most) {
  return encode(visible(text, most));
}

std::string shown_name(std::string_view text, size_t most) {
  auto characters = visible(text, most);
  mask_digits(characters);
  return encode(characters);
}

}  // namespace postern::response
