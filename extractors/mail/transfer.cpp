#include "extractors/mail/transfer.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

constexpr std::uint8_t kSkip = 0xFF, kPad = 0xFE, kBlank = 0xFD;

constexpr std::array<std::uint8_t, 256> make_base64_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kSkip);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < kAlphabet.size(); i++)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  table['='] = kPad;
  for (const char c : std::string_view(" \t\r\n")) table[static_cast<unsigned char>(c)] = kBlank;
  return table;
}
constexpr auto kBase64 = make_base64_table();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Collects six bits at a time.
struct Quantum {
  std::uint32_t bits = 0;
  int count = 0;

  void add(std::uint8_t six, char*& out) {
    bits = bits << 6 | six;
    if (++count < 4) return;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
    *this = {};
  }
  void flush(char*& out) {
    if (count == 2) *out++ = static_cast<char>(bits >> 4);
    if (count == 3) {
      *out++ = static_cast<char>(bits >> 10);
      *out++ = static_cast<char>(bits >> 2);
    }
    *this = {};
  }
};

// Four characters of the alphabet are three bytes: nearly all of a body. Stops in front of the first four that are
// not; returns the characters used.
size_t decode_quads(std::string_view text, char*& out) {
  size_t at = 0;
  const auto six = [&](size_t i) { return std::uint32_t{kBase64[static_cast<unsigned char>(text[at + i])]}; };
  for (; at + 4 <= text.size(); at += 4) {
    const std::uint32_t a = six(0), b = six(1), c = six(2), d = six(3);
    if ((a | b | c | d) >= 64) break;
    const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  return at;
}

// What readers make of it that take padding for one more character to pass over.
std::string base64_without_padding(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  Quantum quantum;
  for (const char c : text) {
    const std::uint8_t value = kBase64[static_cast<unsigned char>(c)];
    if (value < 64) quantum.add(value, to);
  }
  quantum.flush(to);
  out.resize(static_cast<size_t>(to - out.data()));
  return out;
}

// RFC 822 comments; what follows an open one is part of it.
std::string without_comments(std::string_view text) {
  std::string out;
  while (true) {
    const size_t open = text.find('(');
    out += text.substr(0, open);
    const size_t close = open == std::string_view::npos ? open : text.find(')', open);
    if (close == std::string_view::npos) return std::string(trim(out));
    text.remove_prefix(close + 1);
  }
}

bool is_line_end(std::string_view text, size_t at) {
  return text[at] == '\n' || (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
}

std::string_view next_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// One line of uuencode (POSIX uuencode): a length, then groups of four characters for three bytes.
void decode_uu_line(std::string_view line, Decoded& out) {
  const auto value = [&](size_t at) {
    return at < line.size() ? static_cast<std::uint32_t>(line[at] - ' ') & 0x3F : 0;
  };
  const size_t length = value(0);
  const size_t before = out.bytes.size();
  for (size_t at = 1; out.bytes.size() - before < length; at += 4) {
    if (at >= line.size()) {
      out.damaged = true;
      break;
    }
    const std::uint32_t bits = value(at) << 18 | value(at + 1) << 12 | value(at + 2) << 6 | value(at + 3);
    const std::array<char, 3> three = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                                       static_cast<char>(bits)};
    for (const char c : three) {
      if (out.bytes.size() - before < length) out.bytes += c;
    }
  }
}

// "begin 644 name": the mode in octal, then the name.
std::optional<std::string_view> uu_name(std::string_view line) {
  constexpr std::string_view kBegin = "begin ";
  if (!line.starts_with(kBegin)) return std::nullopt;
  line.remove_prefix(kBegin.size());
  const size_t digits = std::min(line.find_first_not_of("01234567"), line.size());
  if (digits < 3 || digits > 5 || digits >= line.size() || line[digits] != ' ') return std::nullopt;
  return trim(line.substr(digits + 1));
}

// Whether a line can hold the bytes that its first character says; programs drop trailing spaces or add a check.
bool is_uu_line(std::string_view line) {
  if (line.empty() || line[0] <= ' ' || line[0] > '`') return false;
  const size_t bytes = static_cast<size_t>(line[0] - ' ') & 0x3F;
  const size_t due = (bytes + 2) / 3 * 4;
  return bytes > 0 && line.size() + 3 >= 1 + due && line.size() <= due + 3;
}

std::optional<std::string_view> yenc_name(std::string_view line) {
  if (!line.starts_with("=ybegin ") || line.find(" line=") == std::string_view::npos) return std::nullopt;
  const size_t name = line.find(" name=");
  return name == std::string_view::npos ? std::string_view() : trim(line.substr(name + 6));
}

}  // namespace

std::string lines_beside_base64(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = trim(next_line(text));
    const bool foreign = std::any_of(line.begin(), line.end(), [](char c) {
      const std::uint8_t value = kBase64[static_cast<unsigned char>(c)];
      return value == kSkip || value == kBlank;
    });
    if (!foreign) continue;
    out += line;
    out += '\n';
  }
  return out;
}

std::string lines_beside_file(std::string_view text) {
  std::string out;
  bool inside = false;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const bool begins = uu_name(line).has_value() || line.starts_with("=ybegin ");
    const bool ends = inside && (line == "end" || line.starts_with("=yend"));
    if (!inside && !begins) out.append(line).append(1, '\n');
    inside = (inside || begins) && !ends;
  }
  return out;
}

TextFiles files_in_text(std::string_view text) {
  TextFiles out;
  while (!text.empty()) {
    const std::string_view from_here = text;
    const std::string_view line = next_line(text);
    if (const auto name = uu_name(line)) {
      std::string_view peek = text;
      if (!is_uu_line(next_line(peek))) continue;
      out.more = out.files.size() == kMostTextFiles;
      if (out.more) break;
      out.files.push_back({*name, decode_uuencode(from_here)});
      while (!text.empty() && next_line(text) != "end") {
      }
    } else if (const auto yenc = yenc_name(line)) {
      out.more = out.files.size() == kMostTextFiles;
      if (out.more) break;
      out.files.push_back({*yenc, decode_yenc(from_here)});
      while (!text.empty() && !next_line(text).starts_with("=yend")) {
      }
    }
  }
  return out;
}

TransferEncoding parse_transfer_encoding(std::string_view value, bool* exact) {
  std::string word = to_lower(unfold(value));
  // Programs differ in whether a comment may stand in front.
  const bool comment_first = word.starts_with('(');
  word = without_comments(word);
  *exact = !comment_first;
  if (word.empty() || word == "7bit" || word == "8bit" || word == "binary") return TransferEncoding::identity;
  if (word == "base64") return TransferEncoding::base64;
  if (word == "quoted-printable") return TransferEncoding::quoted_printable;
  if (word == "x-uuencode" || word == "uuencode" || word == "x-uue" || word == "uue") return TransferEncoding::uuencode;
  if (word == "x-yencode" || word == "x-yenc") return TransferEncoding::yenc;
  *exact = false;
  const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
  if (has("64")) return TransferEncoding::base64;
  if (has("quoted") || has("printable")) return TransferEncoding::quoted_printable;
  if (has("7bit") || has("8bit") || has("binary") || has("7-bit") || has("8-bit")) return TransferEncoding::identity;
  return TransferEncoding::unknown;
}

Decoded decode_base64(std::string_view text) {
  Decoded out;
  out.lines_only = true;
  out.bytes.resize(text.size() / 4 * 3 + 3);
  Quantum quantum;
  char* to = out.bytes.data();
  bool padded = false, data_after_padding = false, padding_misplaced = false;
  int padding_due = 0;  // characters that the quantum before lacks
  const auto data = [&] {
    data_after_padding = data_after_padding || padded;
    padding_misplaced = padding_misplaced || padding_due > 0;
    padding_due = 0;
  };
  for (size_t at = 0; at < text.size(); at++) {
    if (quantum.count == 0) {
      if (const size_t used = decode_quads(text.substr(at), to); used > 0) {
        data();
        at += used;
        if (at >= text.size()) break;
      }
    }
    const std::uint8_t value = kBase64[static_cast<unsigned char>(text[at])];
    if (value < 64) {
      data();
      quantum.add(value, to);
    } else if (value == kPad) {
      // Padding belongs behind two or three characters; elsewhere readers part company.
      if (quantum.count > 0) {
        padding_misplaced = padding_misplaced || quantum.count == 1;
        padding_due = 3 - quantum.count;
      } else if (padding_due-- <= 0) {
        padding_misplaced = true;
        padding_due = 0;
      }
      padded = true;
      quantum.flush(to);
    } else {
      out.damaged = out.damaged || value == kSkip;
      out.lines_only = out.lines_only && is_line_end(text, at);
    }
  }
  quantum.flush(to);
  out.bytes.resize(static_cast<size_t>(to - out.bytes.data()));
  if (data_after_padding) {
    out.damaged = true;
    // The footer of a list is no base64, though letters of it decode.
    out.behind_padding = out.lines_only || padding_misplaced;
    if (padding_misplaced) out.other = base64_without_padding(text);
  }
  return out;
}

Decoded decode_quoted_printable(std::string_view text) {
  Decoded out;
  out.bytes.reserve(text.size());
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    const bool has_end = end != std::string_view::npos;
    text = has_end ? text.substr(end + 1) : std::string_view{};
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    // White space at the end of a line was added on the way (RFC 2045 6.7 rule 3).
    if (has_end) line = line.substr(0, line.find_last_not_of(" \t") + 1);
    bool soft = false;
    for (size_t at = 0; at < line.size();) {
      const size_t equals = line.find('=', at);
      out.bytes.append(line.substr(at, equals == std::string_view::npos ? std::string_view::npos : equals - at));
      if (equals == std::string_view::npos) break;
      if (equals + 1 == line.size()) {
        soft = true;
        break;
      }
      const int high = hex_value(line[equals + 1]);
      const int low = equals + 2 < line.size() ? hex_value(line[equals + 2]) : -1;
      if (high >= 0 && low >= 0) {
        out.bytes += static_cast<char>(high * 16 + low);
        at = equals + 3;
      } else {
        out.damaged = true;
        out.bytes += '=';
        at = equals + 1;
      }
    }
    if (has_end && !soft) out.bytes += crlf ? "\r\n" : "\n";
  }
  return out;
}

Decoded decode_uuencode(std::string_view text) {
  Decoded out;
  size_t begin = text.starts_with("begin ") ? 0 : text.find("\nbegin ");
  if (begin != std::string_view::npos) {
    if (begin != 0) text.remove_prefix(begin + 1);
    next_line(text);
  }
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line == "end") return out;
    if (line.empty() || line == "`" || line == " ") continue;
    decode_uu_line(line, out);
  }
  out.damaged = true;
  return out;
}

Decoded decode_yenc(std::string_view text) {
  Decoded out;
  bool inside = false;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line.starts_with("=ybegin ")) {
      inside = true;
    } else if (line.starts_with("=yend")) {
      return out;
    } else if (inside && !line.starts_with("=ypart ")) {
      for (size_t at = 0; at < line.size(); at++) {
        int shift = 42;
        if (line[at] == '=' && at + 1 < line.size()) {
          at++;
          shift += 64;
        }
        out.bytes += static_cast<char>(static_cast<unsigned char>(line[at]) - shift);
      }
    }
  }
  out.damaged = true;
  return out;
}

Decoded decode_transfer(TransferEncoding encoding, std::string_view text) {
  switch (encoding) {
    case TransferEncoding::base64:
      return decode_base64(text);
    case TransferEncoding::quoted_printable:
      return decode_quoted_printable(text);
    case TransferEncoding::uuencode:
      return decode_uuencode(text);
    case TransferEncoding::yenc:
      return decode_yenc(text);
    case TransferEncoding::identity:
    case TransferEncoding::unknown:
      break;
  }
  return {std::string(text), false, std::nullopt};
}

}  // namespace postern::extract
