// Content-Transfer-Encoding: from the bytes of the mail to the bytes of the part (RFC 2045 6).
//
// Decoders never fail: they give what a tolerant mail program would show and say
// whether the data was damaged. Where programs go on differently after damage,
// `other` holds the second reading.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

enum class TransferEncoding { identity, quoted_printable, base64, uuencode, yenc, unknown };

// "Base64", "quoted-printable (comment)"; "" is identity. What is no known word but resembles one ("base-64",
// "quoted") sets `*exact` to false.
TransferEncoding parse_transfer_encoding(std::string_view value, bool* exact);

struct Decoded {
  std::string bytes;
  bool damaged = false;
  std::optional<std::string> other;
  bool lines_only = false;      // base64: nothing but its alphabet, padding and line ends, so no line stands beside it
  bool behind_padding = false;  // base64 that goes on behind its padding, where some programs stop
};

Decoded decode_base64(std::string_view text);
Decoded decode_quoted_printable(std::string_view text);
// From the line "begin MODE NAME" to "end"; text before and after is dropped. Without a begin line all lines count.
Decoded decode_uuencode(std::string_view text);
// From "=ybegin" to "=yend" (yEnc draft 1.3).
Decoded decode_yenc(std::string_view text);

// The lines of base64 data that are none: text that was never encoded under a wrong label, or the footer of a
// mailing list. Some programs show it, so it is read as well.
std::string lines_beside_base64(std::string_view text);

// The lines of a part in uuencode or yEnc that stand outside the file; all of them when no file begins.
std::string lines_beside_file(std::string_view text);

// A file that stands encoded in a text, as programs sent them before MIME.
struct TextFile {
  std::string_view name;
  Decoded content;
};
struct TextFiles {
  std::vector<TextFile> files;
  bool more = false;  // than kMostTextFiles: those behind are left out
};
inline constexpr size_t kMostTextFiles = 100;
// uuencode and yEnc, in order.
TextFiles files_in_text(std::string_view text);

// Never called with identity or unknown.
Decoded decode_transfer(TransferEncoding encoding, std::string_view text);

}  // namespace postern::extract
