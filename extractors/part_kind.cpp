#include "extractors/part_kind.h"

#include <algorithm>
#include <initializer_list>
#include <string>

namespace postern::extract {
namespace {

constexpr size_t kMaxSignatureBytes = 64 << 10;  // a detached signature with its certificates; more may be content

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

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

bool promises_page(std::string_view name, std::string_view declared_type) {
  if (declared_type == "text/html" || declared_type == "application/xhtml+xml") return true;
  std::string end(name.substr(name.size() - std::min<size_t>(name.size(), 6)));
  std::transform(end.begin(), end.end(), end.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
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

}  // namespace postern::extract
