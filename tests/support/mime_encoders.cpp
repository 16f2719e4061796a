#include "tests/support/mime_encoders.h"

#include <iconv.h>

namespace postern::test {
namespace {

unsigned byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

std::string base64_of(std::string_view bytes, size_t line) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  size_t column = 0;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const unsigned bits = byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    for (unsigned i = 0; i < 4; i++) out += at + i > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * i) & 0x3F];
    column += 4;
    if (line > 0 && column >= line) {
      out += '\n';
      column = 0;
    }
  }
  if (line > 0 && column > 0) out += '\n';
  return out;
}

std::string quoted_printable_of(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr size_t kLine = 72;
  std::string out;
  size_t column = 0;
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += '\n';
      column = 0;
      continue;
    }
    if (column >= kLine) {
      out += "=\n";
      column = 0;
    }
    if ((u > 0x20 && u < 0x7F && c != '=') || c == ' ') {
      out += c;
      column++;
    } else {
      out += '=';
      out += kHex[u >> 4];
      out += kHex[u & 15];
      column += 3;
    }
  }
  return out;
}

std::string uuencoded(std::string_view bytes, std::string_view name) {
  constexpr size_t kLine = 45;
  const auto letter = [](unsigned six) { return six == 0 ? '`' : static_cast<char>(' ' + six); };
  std::string out = "begin 644 " + std::string(name) + "\n";
  for (size_t from = 0; from < bytes.size(); from += kLine) {
    const std::string_view row = bytes.substr(from, kLine);
    out += letter(static_cast<unsigned>(row.size()));
    for (size_t at = 0; at < row.size(); at += 3) {
      const unsigned bits = byte_at(row, at) << 16 | byte_at(row, at + 1) << 8 | byte_at(row, at + 2);
      for (unsigned i = 0; i < 4; i++) out += letter(bits >> (18 - 6 * i) & 0x3F);
    }
    out += '\n';
  }
  return out + "`\nend\n";
}

std::string in_charset(std::string_view utf8, const std::string& charset) {
  const iconv_t converter = ::iconv_open(charset.c_str(), "UTF-8");
  if (converter == reinterpret_cast<iconv_t>(-1)) return {};
  std::string out(utf8.size() * 6 + 16, '\0');
  char* from = const_cast<char*>(utf8.data());
  char* to = out.data();
  size_t left = utf8.size(), room = out.size();
  const bool good = ::iconv(converter, &from, &left, &to, &room) == 0 &&
                    ::iconv(converter, nullptr, nullptr, &to, &room) != static_cast<size_t>(-1);
  ::iconv_close(converter);
  if (!good) return {};
  out.resize(out.size() - room);
  return out;
}

}  // namespace postern::test
