// Charsets, mail bodies and texts with a structure: the first byte chooses the declared charset, the format, the kind.
#include "extractors/text/charset.h"
#include "extractors/text/mail_body.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace postern;
  static constexpr std::string_view kCharsets[] = {
      "",      "utf-8",          "iso-8859-1", "utf-7", "iso-2022-jp", "hz-gb-2312", "utf-16",
      "cp037", "ks_c_5601-1987", "gb2312",     "big5",  "shift_jis",   "koi8-r",     "iso-2022-kr"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const extract::TextReadings readings = extract::read_text(bytes, kCharsets[data[0] % std::size(kCharsets)]);
  if (readings.other) test::require(extract::is_utf8(extract::to_utf8(readings.other->text())));
  if (readings.main.charset() != "UTF-8") test::require(extract::is_utf8(readings.main.text()));
  const auto format = static_cast<extract::TextFormat>(data[0] / std::size(kCharsets) % 3);
  const extract::MailBody body = extract::split_mail_body(readings.main.text(), format);
  // Nothing is lost but marks and line ends.
  test::require(body.body.size() + body.quoted.size() + body.forwarded.size() + body.signature.size() <=
                readings.main.text().size() + 4);
  static constexpr std::string_view kKinds[] = {"text/plain",      "application/json",   "application/x-ipynb+json",
                                                "application/xml", "application/x-sylk", "application/x-dif",
                                                "text/x-tex",      "text/x-ldif"};
  test::walk_and_check(bytes, kKinds[data[0] % std::size(kKinds)]);
  return 0;
}
