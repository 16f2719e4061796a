#include "message/weight.h"

#include <algorithm>
#include <array>

namespace postern {

namespace {

// Types that are read at once or not at all, and signatures, which are not unpacked.
constexpr std::array<std::string_view, 11> kLightTypes = {"text/",
                                                          "multipart/",
                                                          "message/",
                                                          "image/",
                                                          "audio/",
                                                          "video/",
                                                          "font/",
                                                          "application/pgp-signature",
                                                          "application/pgp-encrypted",
                                                          "application/pkcs7-signature",
                                                          "application/x-pkcs7-signature"};

// How base64 begins of PDF, ZIP, OLE2, RTF, gzip, 7z and RAR, whatever the part says that it is.
constexpr std::array<std::string_view, 7> kPackedBeginnings = {"JVBERi", "UEsDB",  "0M8R4KGx", "e1xydGY",
                                                               "H4sI",   "N3q8ry", "UmFyIRo"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

bool begins_with(std::string_view text, std::string_view lowered) {
  return text.size() >= lowered.size() &&
         std::equal(lowered.begin(), lowered.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

// `rest` begins at a line: a field may be folded before its value.
bool names_heavy_type(std::string_view rest) {
  constexpr std::string_view kField = "content-type:";
  if (!begins_with(rest, kField)) return false;
  rest.remove_prefix(kField.size());
  const size_t value = rest.find_first_not_of(" \t\r\n\"");
  if (value == std::string_view::npos) return false;
  rest.remove_prefix(value);
  return std::none_of(kLightTypes.begin(), kLightTypes.end(),
                      [&](std::string_view type) { return begins_with(rest, type); });
}

bool begins_packed(std::string_view line) {
  if (line.starts_with("begin ") && line.size() > 6 && line[6] >= '0' && line[6] <= '7') return true;  // uuencode
  return std::any_of(kPackedBeginnings.begin(), kPackedBeginnings.end(),
                     [&](std::string_view beginning) { return line.starts_with(beginning); });
}

// The first letters of all that names_heavy_type() and begins_packed() look for: few lines begin with one.
bool may_begin_either(char first) {
  return first == 'c' || first == 'C' || first == 'b' ||
         std::any_of(kPackedBeginnings.begin(), kPackedBeginnings.end(),
                     [first](std::string_view beginning) { return beginning.front() == first; });
}

}  // namespace

Weight weigh(std::string_view mail) {
  if (mail.size() > kMostLightBytes) return Weight::heavy;
  for (size_t line = 0; line < mail.size();) {
    const std::string_view rest = mail.substr(line);
    if (may_begin_either(rest.front()) && (names_heavy_type(rest) || begins_packed(rest))) return Weight::heavy;
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    line += end + 1;
  }
  return Weight::light;
}

Weight weigh(const Blob& mail) {
  if (mail.size() > kMostLightBytes) return Weight::heavy;
  const auto bytes = mail.view();
  return bytes ? weigh(*bytes) : Weight::heavy;
}

}  // namespace postern
