#include "extractors/footer/part_charset.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::array kAsciiLabels = {""sv, "us-ascii"sv, "ascii"sv, "ansi_x3.4-1968"sv, "unknown-8bit"sv};
constexpr std::string_view kProbe = "Ab1 <div style=\"\">&/-\r\n";

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(const std::string& name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter out(ucnv_open(name.c_str(), &status));
  if (U_FAILURE(status)) return nullptr;
  ucnv_setFromUCallBack(out.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFallback(out.get(), false);
  return U_FAILURE(status) ? nullptr : std::move(out);
}

std::optional<std::string> encode_by(const std::string& name, std::string_view utf8) {
  const Converter converter = open_converter(name);
  if (!converter || utf8.size() > size_t(std::numeric_limits<int32_t>::max()) / 8) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  std::u16string wide(utf8.size(), u'\0');
  int32_t length = 0;
  u_strFromUTF8(wide.data(), int32_t(wide.size()), &length, utf8.data(), int32_t(utf8.size()), &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out(size_t(UCNV_GET_MAX_BYTES_FOR_STRING(length, ucnv_getMaxCharSize(converter.get()))), '\0');
  status = U_ZERO_ERROR;
  const int32_t size = ucnv_fromUChars(converter.get(), out.data(), int32_t(out.size()), wide.data(), length, &status);
  if (U_FAILURE(status)) return std::nullopt;
  out.resize(size_t(size));
  return out;
}

}  // namespace

bool is_seven_bit(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<PartCharset> PartCharset::of(std::string_view declared, std::string_view bytes) {
  PartCharset out;
  std::string label(declared);
  const bool is_ascii_label = std::find(kAsciiLabels.begin(), kAsciiLabels.end(), declared) != kAsciiLabels.end();
  if (is_ascii_label && bytes.find("\x1B$") != std::string_view::npos) label = "iso-2022-jp";
  if (is_ascii_label && label != "iso-2022-jp") {
    const bool seven_bit = is_seven_bit(bytes);
    out.utf8_ = is_utf8(bytes);
    out.only_ascii_ = seven_bit || !out.utf8_;
    out.certain_ = out.utf8_;
    if (!out.utf8_) out.read_as_ = "ISO-8859-1";  // any letters will do: each byte is one
    return out;
  }
  if (label == "utf-8" || label == "utf8") {
    out.utf8_ = true;
    return out;
  }
  if (label == "utf-16" || label == "unicode" || label == "ucs-2") {
    const bool little = bytes.starts_with("\xFF\xFE");  // RFC 2781 4.3: without a mark big-endian
    label = little ? "utf-16le" : "utf-16be";
  }
  out.read_as_ = label.starts_with("utf-16") ? label : canonical_charset(label);
  if (out.read_as_.empty() || label.find(',') != std::string::npos) return std::nullopt;
  out.write_as_ = label;
  out.wide_ = label == "utf-16le" || label == "utf-16be";
  out.japanese_ = label.starts_with("iso-2022-jp");
  out.stateful_ = out.japanese_ || label.starts_with("iso-2022") || label.starts_with("hz") ||
                  label.starts_with("utf-7") || label.starts_with("utf7");
  if (out.wide_) return bytes.size() % 2 == 0 ? std::optional(std::move(out)) : std::nullopt;
  const auto probe = encode_by(out.write_as_, kProbe);
  // EBCDIC and what ICU knows by no name.
  if (!probe || (!out.stateful_ && *probe != kProbe)) return std::nullopt;
  return out;
}

PartCharset::Text PartCharset::decode(std::string_view bytes) const {
  Text out;
  if (read_as_.empty()) {
    out.exact = certain_ && is_utf8(bytes);
    out.utf8 = out.exact ? std::string(bytes) : to_utf8(bytes);
    return out;
  }
  size_t damage = 0;
  auto converted = convert_to_utf8(bytes, read_as_, &damage);
  out.exact = certain_ && converted && damage == 0;
  if (converted) out.utf8 = std::move(*converted);
  return out;
}

std::optional<std::string> PartCharset::encode(std::string_view utf8) const {
  if (only_ascii_ && !is_seven_bit(utf8)) return std::nullopt;
  if (write_as_.empty()) return std::string(utf8);
  auto out = encode_by(write_as_, utf8);
  // What reads back otherwise was bent to fit.
  if (!out || decode(*out).utf8 != utf8) return std::nullopt;
  return out;
}

std::optional<std::string> PartCharset::markup_of(std::string_view bytes) const {
  constexpr char kOther = '\x80';
  if (wide_) {
    std::string out(bytes.size() / 2, kOther);
    const size_t high = write_as_ == "utf-16le" ? 1 : 0;
    for (size_t i = 0; i < out.size(); i++) {
      const char low = bytes[2 * i + 1 - high];
      if (bytes[2 * i + high] == 0 && static_cast<unsigned char>(low) < 0x80) out[i] = low;
    }
    return out;
  }
  std::string out(bytes);
  if (!stateful_) return out;
  if (!japanese_) return std::nullopt;
  // ESC ( B and ESC ( J are one-byte sets, ESC $ ... and ESC . ... are not (RFC 1468, RFC 1554).
  bool one_byte = true;
  for (size_t i = 0; i < out.size(); i++) {
    if (out[i] == '\x1B' && i + 2 < out.size()) {
      one_byte = out[i + 1] == '(' && (out[i + 2] == 'B' || out[i + 2] == 'J');
      const size_t length = out[i + 1] == '$' && out[i + 2] == '(' && i + 3 < out.size() ? 4 : 3;
      std::fill_n(out.begin() + std::ptrdiff_t(i), length, kOther);
      i += length - 1;
    } else if (!one_byte && out[i] != '\n' && out[i] != '\r') {
      out[i] = kOther;
    }
  }
  return out;
}

}  // namespace postern::extract
