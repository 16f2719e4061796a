#include "extractors/text/display_order.h"

#include <algorithm>
#include <memory>

#include <unicode/ubidi.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

constexpr std::string_view kOverride = "\u202E";
constexpr std::string_view kControls = "\xE2\x80\xAB \xE2\x80\xAE \xE2\x81\xA7";  // U+202B, U+202E, U+2067

// The next U+202E, or a control that makes what follows go from right to left.
size_t next_control(std::string_view utf8, size_t from) {
  for (size_t at = utf8.find('\xE2', from); at != std::string_view::npos; at = utf8.find('\xE2', at + 1)) {
    const std::string_view control = utf8.substr(at, kOverride.size());
    if (control.size() == kOverride.size() && kControls.find(control) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

// Whether something is written from right to left by itself, so that the controls say nothing new.
bool has_leftward_letters(std::string_view line) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8({line.data(), static_cast<int32_t>(line.size())});
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UCharDirection direction = u_charDirection(text.char32At(i));
    if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) return true;
  }
  return false;
}

struct CloseBidi {
  void operator()(UBiDi* bidi) const { ubidi_close(bidi); }
};

std::string display(UBiDi* bidi, std::string_view line) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8({line.data(), static_cast<int32_t>(line.size())});
  UErrorCode status = U_ZERO_ERROR;
  ubidi_setPara(bidi, text.getBuffer(), text.length(), UBIDI_DEFAULT_LTR, nullptr, &status);
  icu::UnicodeString shown;
  const int32_t room = text.length() + 1;
  char16_t* const buffer = shown.getBuffer(room);
  if (buffer == nullptr) return {};
  const int32_t size =
      ubidi_writeReordered(bidi, buffer, room, UBIDI_REMOVE_BIDI_CONTROLS | UBIDI_KEEP_BASE_COMBINING, &status);
  shown.releaseBuffer(U_SUCCESS(status) ? size : 0);
  std::string out;
  shown.toUTF8String(out);
  return out;
}

}  // namespace

std::string in_display_order(std::string_view utf8) {
  std::string out;
  size_t at = next_control(utf8, 0);
  if (at == std::string_view::npos) return out;
  const std::unique_ptr<UBiDi, CloseBidi> bidi(ubidi_open());
  while (bidi && at != std::string_view::npos) {
    const size_t before = utf8.substr(0, at).rfind('\n');
    size_t begin = before == std::string_view::npos ? 0 : before + 1;
    size_t end = std::min(utf8.find('\n', at), utf8.size());
    if (end - begin > kLongestDisplayed) {
      begin = at;
      end = at + character_cut(utf8.substr(at, end - at), kLongestDisplayed);
    }
    const std::string_view line = utf8.substr(begin, end - begin);
    if (line.find(kOverride) != std::string_view::npos || !has_leftward_letters(line)) {
      out += display(bidi.get(), line);
      out += '\n';
    }
    at = next_control(utf8, end);
  }
  return out;
}

}  // namespace postern::extract
