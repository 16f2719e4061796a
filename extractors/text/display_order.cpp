#include "extractors/text/display_order.h"

#include <algorithm>
#include <memory>

#include <unicode/ubidi.h>
#include <unicode/unistr.h>

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

constexpr std::string_view kOverride = "\u202E";

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
  size_t at = utf8.find(kOverride);
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
    out += display(bidi.get(), utf8.substr(begin, end - begin));
    out += '\n';
    at = utf8.find(kOverride, end);
  }
  return out;
}

}  // namespace postern::extract
