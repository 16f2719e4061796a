// Advanced Systems Format: objects by their GUID (ASF 1.20, 3 and 4).
#include <string>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using namespace std::string_view_literals;
using image::Order;
using image::slice;

constexpr int kDeepest = 4;
constexpr std::string_view kDescription = "\x33\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"sv;
constexpr std::string_view kMore = "\x40\xA4\xD0\xD2\x07\xE3\xD2\x11\x97\xF0\x00\xA0\xC9\x5E\xA8\x50"sv;
constexpr std::string_view kExtension = "\xB5\x03\xBF\x5F\x2E\xA9\xCF\x11\x8E\xE3\x00\xC0\x0C\x20\x53\x65"sv;
constexpr std::string_view kMetadata = "\xEA\xCB\xF8\xC5\xAF\x5B\x77\x48\x84\x67\xAA\x8C\x44\xFA\x4C\xCA"sv;
constexpr std::string_view kLibrary = "\x94\x1C\x23\x44\x98\x94\xD1\x49\xA1\x41\x1D\x13\x4E\x45\x70\x54"sv;

std::string wide(std::string_view bytes) {
  return image::utf16(bytes, Order::little);
}

// Title, author, copyright, description, rating: their sizes first.
void read_description(std::string_view data, Tags& out) {
  std::uint64_t at = 10;
  unsigned number = 0;
  for (const char* const key : {"Title", "Author", "Copyright", "Description", "Rating"}) {
    const std::uint64_t size = le16(data, 2 * number++);
    out.text(key, wide(slice(data, at, size)));
    at += size;
  }
}

void read_value(std::string_view key, unsigned type, std::string_view value, Tags& out) {
  constexpr unsigned kText = 0, kBytes = 1;
  if (type == kText) out.text(wide(key), wide(value));
  if (type != kBytes || wide(key) != "WM/Picture") return;
  // Its kind, its size, its type and what it shows, then the picture.
  std::string_view rest = slice(value, 5, value.size());
  for (int i = 0; i < 2; i++) {
    size_t end = 0;
    while (end + 2 <= rest.size() && (rest[end] != '\0' || rest[end + 1] != '\0')) end += 2;
    if (i == 1) out.text("WM/Picture", wide(rest.substr(0, end)));
    rest = slice(rest, end + 2, rest.size());
  }
  out.file("", "", rest);
}

void read_more(std::string_view data, Tags& out) {
  std::string_view rest = slice(data, 2, data.size());
  for (unsigned left = le16(data, 0); left > 0 && rest.size() > 6 && !out.full(); left--) {
    const std::uint64_t name = le16(rest, 0), size = le16(rest, 2 + name + 2);
    read_value(slice(rest, 2, name), le16(rest, 2 + name), slice(rest, 6 + name, size), out);
    rest = slice(rest, 6 + name + size, rest.size());
  }
}

// Language, stream, sizes and type in front of each.
void read_metadata(std::string_view data, Tags& out) {
  constexpr std::uint64_t kHead = 12;
  std::string_view rest = slice(data, 2, data.size());
  for (unsigned left = le16(data, 0); left > 0 && rest.size() > kHead && !out.full(); left--) {
    const std::uint64_t name = le16(rest, 4), size = le32(rest, 8);
    read_value(slice(rest, kHead, name), le16(rest, 6), slice(rest, kHead + name, size), out);
    rest = slice(rest, kHead + name + size, rest.size());
  }
}

void read_objects(std::string_view bytes, Tags& out, int depth) {
  constexpr size_t kHead = 24, kExtensionHead = 22;
  while (bytes.size() > kHead && !out.full()) {
    const std::string_view id = bytes.substr(0, 16);
    const std::uint64_t size = le64(bytes, 16);
    if (size < kHead) return;
    const std::string_view data = slice(bytes, kHead, size - kHead);
    if (id == kDescription) read_description(data, out);
    if (id == kMore) read_more(data, out);
    if (id == kMetadata || id == kLibrary) read_metadata(data, out);
    if (id == kExtension && depth < kDeepest) read_objects(slice(data, kExtensionHead, data.size()), out, depth + 1);
    bytes = slice(bytes, size, bytes.size());
  }
}

}  // namespace

void read_asf(std::string_view bytes, Tags& out) {
  constexpr size_t kHead = 30;
  const std::uint64_t size = le64(bytes, 16);
  read_objects(slice(bytes, kHead, size < kHead ? 0 : size - kHead), out, 0);
}

}  // namespace postern::extract::media
