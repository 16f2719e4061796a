#include "extractors/appended.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace postern::extract {
namespace {

constexpr size_t kNone = std::string_view::npos;

std::uint64_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}
std::uint64_t little(std::string_view bytes, size_t at, size_t size) {
  std::uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | byte_at(bytes, at + i);
  return value;
}
std::uint64_t big(std::string_view bytes, size_t at, size_t size) {
  std::uint64_t value = 0;
  for (size_t i = 0; i < size; i++) value = value << 8 | byte_at(bytes, at + i);
  return value;
}

// PNG 5.3: length, name, data, checksum, up to IEND.
size_t png_end(std::string_view bytes) {
  for (size_t at = 8; at + 12 <= bytes.size();) {
    const std::uint64_t length = big(bytes, at, 4);
    if (length > bytes.size() - at - 12) return kNone;
    const bool last = bytes.substr(at + 4, 4) == "IEND";
    at += 12 + static_cast<size_t>(length);
    if (last) return at;
  }
  return kNone;
}

size_t colour_table(std::uint64_t flags) {
  return (flags & 0x80) != 0 ? size_t{3} << ((flags & 7) + 1) : 0;
}

// GIF89a: blocks of sub-blocks up to the trailer.
size_t gif_end(std::string_view bytes) {
  if (bytes.size() < 13) return kNone;
  size_t at = 13 + colour_table(byte_at(bytes, 10));
  while (at < bytes.size()) {
    const char kind = bytes[at++];
    if (kind == ';') return at;
    if (kind == ',') {
      if (at + 10 > bytes.size()) return kNone;
      at += 10 + colour_table(byte_at(bytes, at + 8));
    } else if (kind == '!') {
      at++;
    } else {
      return kNone;
    }
    while (true) {
      if (at >= bytes.size()) return kNone;
      const auto size = static_cast<size_t>(byte_at(bytes, at));
      at += 1 + size;
      if (size == 0) break;
    }
  }
  return kNone;
}

// ITU-T T.81 B.1: segments with a length, and coded data in which 0xFF is followed by 0 or a restart marker.
size_t jpeg_end(std::string_view bytes) {
  size_t at = 2;
  while (at + 1 < bytes.size()) {
    if (bytes[at] != '\xFF') {
      at = bytes.find('\xFF', at);
      if (at == kNone) return kNone;
      continue;
    }
    const std::uint64_t marker = byte_at(bytes, at + 1);
    if (marker == 0xD9) return at + 2;
    const bool has_length = marker >= 0xC0 && marker != 0xFF && !(marker >= 0xD0 && marker <= 0xD8);
    if (!has_length) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.size()) return kNone;
    at += 2 + static_cast<size_t>(big(bytes, at + 2, 2));
  }
  return kNone;
}

size_t pdf_end(std::string_view bytes) {
  const size_t mark = bytes.rfind("%%EOF");
  return mark == kNone ? kNone : mark + 5;
}

size_t end_of(std::string_view bytes, std::string_view mime) {
  if (mime == "image/png") return png_end(bytes);
  if (mime == "image/gif") return gif_end(bytes);
  if (mime == "image/jpeg") return jpeg_end(bytes);
  if (mime == "application/pdf") return pdf_end(bytes);
  if (mime == "image/bmp" && bytes.size() > 26) return static_cast<size_t>(little(bytes, 2, 4));
  if (bytes.starts_with("RIFF") && bytes.size() > 12) return static_cast<size_t>(little(bytes, 4, 4) + 8);
  return kNone;
}

bool is_program(std::string_view bytes, std::string_view mime) {
  return mime == "application/vnd.microsoft.portable-executable" || mime == "application/x-executable" ||
         bytes.starts_with("#!");
}

// An archive whose own first fields make sense, at any place.
bool begins_archive(std::string_view bytes) {
  constexpr size_t kHeader7z = 32, kHeaderCab = 36;
  if (bytes.starts_with("7z")) {
    if (bytes.size() < kHeader7z || bytes[6] != '\0') return false;
    const std::uint64_t offset = little(bytes, 12, 8), size = little(bytes, 20, 8), left = bytes.size() - kHeader7z;
    return size > 0 && offset <= left && size <= left - offset;
  }
  if (bytes.starts_with("MSCF")) {
    return bytes.size() >= kHeaderCab && little(bytes, 4, 4) == 0 && little(bytes, 8, 4) <= bytes.size() &&
           little(bytes, 24, 2) == 0x0103;
  }
  return bytes.size() > 12;
}

// The first archive behind the beginning of a program: self-extractors hold one.
std::string_view archive_in_program(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> kSignatures = {"7z\xBC\xAF\x27\x1C", "Rar!\x1A\x07", "MSCF"};
  constexpr std::string_view kGzip = "\x1F\x8B\x08";
  size_t first = kNone;
  const auto look = [&](std::string_view signature) {
    for (size_t at = bytes.find(signature, 1); at != kNone && at < first; at = bytes.find(signature, at + 1)) {
      if (begins_archive(bytes.substr(at))) first = at;
    }
  };
  for (const std::string_view signature : kSignatures) look(signature);
  if (bytes.starts_with("#!")) look(kGzip);
  return first == kNone ? std::string_view() : bytes.substr(first);
}

}  // namespace

std::string_view appended_data(std::string_view bytes, std::string_view mime) {
  const size_t end = end_of(bytes, mime);
  // A size that cannot be true says nothing about the end.
  constexpr size_t kLeastFile = 12;
  if (end != kNone && end >= kLeastFile && end < bytes.size()) {
    std::string_view tail = bytes.substr(end);
    const size_t first = tail.find_first_not_of(std::string_view("\r\n \t\0", 5));
    tail = first == kNone ? std::string_view() : tail.substr(first);
    if (tail.size() >= kLeastAppended) return tail;
  }
  const std::string_view zip = zip_behind(bytes);
  return zip.empty() && is_program(bytes, mime) ? archive_in_program(bytes) : zip;
}

std::string_view zip_behind(std::string_view bytes) {
  constexpr size_t kEndSize = 22, kMostComment = 0xFFFF;
  if (bytes.size() < kEndSize) return {};
  const size_t window = bytes.size() - std::min(bytes.size(), kEndSize + kMostComment);
  const std::string_view tail = bytes.substr(window);  // a search from behind would go on to the front
  for (size_t in_tail = tail.rfind("PK\5\6"); in_tail != kNone; in_tail = tail.rfind("PK\5\6", in_tail - 1)) {
    const size_t at = window + in_tail;
    if (at + kEndSize <= bytes.size() && at + kEndSize + little(bytes, at + 20, 2) <= bytes.size()) {
      const std::uint64_t size = little(bytes, at + 12, 4), offset = little(bytes, at + 16, 4);
      if (size >= 46 && size <= at && bytes.substr(at - static_cast<size_t>(size)).starts_with("PK\1\2")) {
        const std::uint64_t directory = at - size;
        const auto front = static_cast<size_t>(directory >= offset ? directory - offset : 0);
        // Offsets may count from the beginning of the whole file; then only the reader of zips can tell the front.
        return bytes.substr(front).starts_with("PK\3\4") ? bytes.substr(front) : bytes;
      }
    }
    if (in_tail == 0) break;
  }
  return {};
}

}  // namespace postern::extract
