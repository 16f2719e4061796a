#include "extractors/footer/transfer_edit.h"

#include <algorithm>
#include <cstdint>

namespace postern::extract {
namespace {

constexpr size_t kLineLength = 76;  // RFC 2045 6.7 rule 5, 6.8
constexpr std::string_view kSoftBreak = "=\r\n";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// Lines of base64 that may begin in the middle of one.
class Base64Writer {
 public:
  Base64Writer(size_t line, size_t column) : line_(line), column_(column) {}

  std::string write(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / 40 + 8);
    for (size_t i = 0; i < bytes.size(); i += 3) {
      const auto byte = [&](size_t k) {
        return i + k < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[i + k])} : 0U;
      };
      const std::uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
      for (size_t k = 0; k < 4; k++) {
        if (column_ == line_) {
          out += "\r\n";
          column_ = 0;
        }
        column_++;
        out += i + k > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * k) & 0x3F];
      }
    }
    return out;
  }

 private:
  size_t line_;
  size_t column_;
};

std::optional<BodySplice> insert_base64(std::string_view raw, std::string_view decoded, size_t at,
                                        std::string_view inserted) {
  const size_t kept = at / 3;  // groups that stay as they are
  size_t position = 0, column = 0, seen = 0;
  while (seen < 4 * kept && position < raw.size()) {
    const char c = raw[position++];
    if (c == '\n') column = 0;
    if (!is_base64(c)) continue;
    seen++;
    column++;
  }
  if (seen < 4 * kept) return std::nullopt;
  size_t end = raw.size();
  while (end > position && !is_base64(raw[end - 1]) && raw[end - 1] != '=') end--;
  std::string bytes(decoded.substr(3 * kept, at - 3 * kept));
  bytes += inserted;
  bytes += decoded.substr(at);
  const size_t line = base64_line_length(raw);
  return BodySplice{position, end - position, Base64Writer(line, std::min(column, line)).write(bytes)};
}

// The place in quoted-printable text at which `at` bytes have come out (the walk is decode_quoted_printable()'s).
struct QuotedPlace {
  size_t offset = 0;
  bool at_line_start = true;
};

std::optional<QuotedPlace> find_quoted(std::string_view raw, size_t at) {
  size_t produced = 0, start = 0;
  if (at == 0) return QuotedPlace{};
  while (start < raw.size()) {
    const size_t newline = raw.find('\n', start);
    const bool has_end = newline != std::string_view::npos;
    std::string_view line = raw.substr(start, has_end ? newline - start : std::string_view::npos);
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    if (has_end) line = line.substr(0, line.find_last_not_of(" \t") + 1);
    bool soft = false;
    for (size_t i = 0; i < line.size();) {
      if (line[i] == '=' && i + 1 == line.size()) {
        soft = true;
        break;
      }
      // Damaged escapes were refused before; all others are three characters.
      i += line[i] == '=' ? size_t{3} : size_t{1};
      if (++produced == at) return QuotedPlace{start + std::min(i, line.size()), false};
    }
    if (!has_end) break;
    if (!soft) {
      produced += crlf ? 2 : 1;
      if (produced == at) return QuotedPlace{newline + 1, true};
      if (produced > at) return std::nullopt;  // between CR and LF
    }
    start = newline + 1;
  }
  return std::nullopt;
}

std::optional<BodySplice> insert_quoted(std::string_view raw, size_t at, std::string_view inserted, LineEnds ends) {
  const auto place = find_quoted(raw, at);
  if (!place) return std::nullopt;
  const auto starts_line = [&](std::string_view text) {
    return ends == LineEnds::text && (text.starts_with("\r\n") || text.starts_with('\n'));
  };
  std::string out;
  if (!place->at_line_start) {
    // A hard line end may follow at once, unless it made white space before it vanish.
    const bool plain_end = starts_line(inserted) && !is_blank(raw[place->offset - 1]);
    if (!plain_end) out += kSoftBreak;
  }
  out += encode_quoted_printable(inserted, ends);
  const bool ends_line = ends == LineEnds::text && inserted.ends_with('\n');
  const std::string_view rest = raw.substr(place->offset);
  const bool line_ends_anyway = rest.empty() || starts_line(rest);
  if (!ends_line && !line_ends_anyway) out += kSoftBreak;
  return BodySplice{place->offset, 0, std::move(out)};
}

}  // namespace

size_t base64_line_length(std::string_view raw) {
  const size_t first = std::min(raw.find_first_not_of("\r\n"), raw.size());
  const size_t end = raw.find('\n', first);
  if (end == std::string_view::npos) return kLineLength;
  const bool goes_on = std::any_of(raw.begin() + std::ptrdiff_t(end), raw.end(), is_base64);
  const auto length =
      size_t(std::count_if(raw.begin() + std::ptrdiff_t(first), raw.begin() + std::ptrdiff_t(end), is_base64));
  return goes_on && length > 0 && length <= kLineLength ? length : kLineLength;
}

std::string encode_base64(std::string_view bytes, size_t line) {
  return Base64Writer(line, 0).write(bytes);
}

std::string encode_quoted_printable(std::string_view bytes, LineEnds line_ends) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  size_t column = 0;
  for (size_t i = 0; i < bytes.size(); i++) {
    const char c = bytes[i];
    const bool crlf = c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (line_ends == LineEnds::text && (crlf || c == '\n')) {
      out += "\r\n";
      column = 0;
      if (crlf) i++;
      continue;
    }
    const bool before_end = i + 1 == bytes.size() || bytes[i + 1] == '\n' || bytes[i + 1] == '\r';
    // Blanks at the end of a line get lost on the way (rule 3); "From " and "." at its start are changed.
    const bool fragile =
        (is_blank(c) && before_end) || (column == 0 && (c == '.' || bytes.substr(i).starts_with("From ")));
    const bool literal = (c > ' ' && c <= '~' && c != '=') || is_blank(c);
    const size_t width = literal && !fragile ? 1 : 3;
    if (column + width > kLineLength - 1) {
      out += kSoftBreak;
      column = 0;
    }
    if (width == 1) {
      out += c;
    } else {
      const auto u = static_cast<unsigned char>(c);
      out += '=';
      out += kHex[u >> 4];
      out += kHex[u & 15];
    }
    column += width;
  }
  return out;
}

std::optional<BodySplice> insert_encoded(TransferEncoding encoding, std::string_view raw, std::string_view decoded,
                                         size_t at, std::string_view inserted, LineEnds line_ends) {
  switch (encoding) {
    case TransferEncoding::identity:
      return BodySplice{at, 0, std::string(inserted)};
    case TransferEncoding::quoted_printable:
      return insert_quoted(raw, at, inserted, line_ends);
    case TransferEncoding::base64:
      return insert_base64(raw, decoded, at, inserted);
    case TransferEncoding::uuencode:
    case TransferEncoding::yenc:
    case TransferEncoding::unknown:
      break;
  }
  return std::nullopt;
}

}  // namespace postern::extract
