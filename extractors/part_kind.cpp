#include "extractors/part_kind.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr size_t kLongestUtf8 = 4;
constexpr size_t kLongestEnding = 6;             // ".yaml", with one more
constexpr size_t kMaxSignatureBytes = 64 << 10;  // a detached signature with its certificates; more may be content

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_base64_line(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
  });
}

}  // namespace

bool is_bare_signature(std::string_view bytes) {
  // GnuPG breaks its lines at 64; RFC 9580 6 allows 76.
  constexpr size_t kLongestLine = 76;
  constexpr size_t kLongestVersion = 80;
  enum { before, header, body, after } at = before;
  if (bytes.size() > kMaxSignatureBytes) return false;
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    const bool version = line.starts_with("Version: ") && line.size() <= kLongestVersion;
    switch (at) {
      case before:
        if (line.empty()) break;
        if (line != "-----BEGIN PGP SIGNATURE-----") return false;
        at = header;
        break;
      case header:
        if (version || line.starts_with("Hash: ")) break;
        at = body;
        [[fallthrough]];
      case body:
        if (line == "-----END PGP SIGNATURE-----") {
          at = after;
        } else if (line.size() > kLongestLine || !is_base64_line(line)) {
          return false;
        }
        break;
      case after:
        if (!line.empty()) return false;
        break;
    }
  }
  return at == after;
}

std::string_view textless_fact(std::string_view type, std::string_view declared_type, size_t size) {
  const auto is_signature = [](std::string_view mime) {
    return is_one_of(mime,
                     {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"});
  };
  if (is_signature(type) || (is_signature(declared_type) && size <= kMaxSignatureBytes)) return "detached-signature";
  // Drawings hold text as text; where nobody reads it they are not pictures.
  if (is_one_of(type, {"image/svg+xml", "image/vnd.dwg", "image/vnd.dxf", "image/wmf", "image/emf", "image/x-wmf",
                       "image/x-emf"})) {
    return "";
  }
  if (type.starts_with("image/")) return "not-ocred";
  if (type.starts_with("audio/") || type.starts_with("video/") || type.starts_with("font/") ||
      type.starts_with("application/font") || type.starts_with("application/x-font") ||
      is_one_of(type, {"application/vnd.ms-fontobject", "application/ogg"})) {
    return "no-text-format";
  }
  return "";
}

bool is_for_eye_or_ear(std::string_view type) {
  return (type.starts_with("image/") && type != "image/svg+xml") || type.starts_with("audio/") ||
         type.starts_with("video/") || type.starts_with("font/");
}

bool promises_text(std::string_view name, std::string_view declared_type) {
  static constexpr std::array kEndings = {".txt"sv, ".text"sv, ".log"sv,  ".csv"sv, ".tsv"sv,  ".md"sv, ".ini"sv,
                                          ".cfg"sv, ".conf"sv, ".yaml"sv, ".yml"sv, ".json"sv, ".sql"sv};
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot > kLongestEnding) {
    return declared_type == "text/plain" || declared_type == "text/csv" || declared_type == "text/markdown";
  }
  const std::string end = lowered(name.substr(dot));
  return std::find(kEndings.begin(), kEndings.end(), end) != kEndings.end();
}

bool holds_words(std::string_view bytes) {
  // Fewer come together in packed data by chance; a line of text has more.
  constexpr size_t kLeastCharacters = 20;
  size_t run = 0;
  bool blank = false;
  for (size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const size_t size = byte < 0x80 ? 1 : valid_utf8_prefix(bytes.substr(at, kLongestUtf8));
    const bool white = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
    if (size == 0 || (byte < ' ' && !white) || byte == 0x7F) {
      run = 0;
      blank = false;
      at++;
      continue;
    }
    // Of several characters in the window the first.
    at++;
    while (byte >= 0x80 && at < bytes.size() && (static_cast<unsigned char>(bytes[at]) & 0xC0) == 0x80) at++;
    blank = blank || white;
    if (++run >= kLeastCharacters && blank) return true;
  }
  return false;
}

bool is_read_as_text(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("message/") || type.starts_with("multipart/") ||
         type.ends_with("+json") ||
         is_one_of(type, {"application/json", "application/xml", "application/xhtml+xml", "application/mbox",
                          "application/rtf", "application/x-tex", "application/pgp-encrypted", "application/pgp-keys",
                          "application/x-sylk", "application/x-dif", "image/svg+xml"});
}

bool promises_page(std::string_view name, std::string_view declared_type) {
  if (declared_type == "text/html" || declared_type == "application/xhtml+xml") return true;
  const std::string end = lowered(name.substr(name.size() - std::min<size_t>(name.size(), 6)));
  return end.ends_with(".html") || end.ends_with(".htm") || end.ends_with(".xhtml") || end.ends_with(".shtml");
}

bool is_found_anywhere(std::string_view bytes, std::string_view type) {
  return type == "application/pdf" || type == "application/zip" || bytes.starts_with("PK\3\4") ||
         bytes.starts_with("7z\xBC\xAF") || bytes.starts_with("Rar!\x1A") || bytes.starts_with("MSCF");
}

bool is_taken_for_the_file(std::string_view bytes, std::string_view type) {
  return type != "application/octet-stream" && type.find("executable") == std::string_view::npos &&
         !bytes.starts_with("MZ") && !bytes.starts_with("#!");
}

bool is_filler(std::string_view bytes) {
  const size_t ones = bytes.find_first_not_of('\xFF');
  return ones == std::string_view::npos || bytes.find_first_not_of('\0', ones) == std::string_view::npos;
}

}  // namespace postern::extract
