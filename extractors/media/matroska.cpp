// Matroska and WebM: elements of EBML inside each other (RFC 8794, RFC 9559).
#include <algorithm>
#include <string>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using image::slice;

constexpr int kDeepest = 16;

enum Id : std::uint64_t {
  segment = 0x18538067,
  info = 0x1549A966,
  title = 0x7BA9,
  tracks = 0x1654AE6B,
  track = 0xAE,
  track_name = 0x536E,
  chapters = 0x1043A770,
  edition = 0x45B9,
  chapter = 0xB6,
  chapter_display = 0x80,
  chapter_name = 0x85,
  tags = 0x1254C367,
  tag = 0x7373,
  simple_tag = 0x67C8,
  tag_name = 0x45A3,
  tag_text = 0x4487,
  attachments = 0x1941A469,
  attached_file = 0x61A7,
  file_name = 0x466E,
  file_words = 0x467E,
  file_type = 0x4660,
  file_data = 0x465C,
};

// Takes a number of variable length off the front; with its mark for identifiers. False at the end.
bool take_number(std::string_view& bytes, bool with_mark, std::uint64_t& out) {
  if (bytes.empty()) return false;
  const unsigned first = static_cast<unsigned char>(bytes[0]);
  unsigned length = 1;
  while (length <= 8 && (first & (0x80U >> (length - 1))) == 0) length++;
  if (length > 8 || bytes.size() < length) return false;
  out = with_mark ? first : first & ((0x80U >> (length - 1)) - 1);
  bool unknown = out + 1 == (0x80U >> (length - 1));
  for (unsigned i = 1; i < length; i++) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out = out << 8 | byte;
    unknown = unknown && byte == 0xFF;
  }
  if (!with_mark && unknown) out = UINT64_MAX;  // up to the end of what is around it
  bytes.remove_prefix(length);
  return true;
}

class ElementReader {
 public:
  explicit ElementReader(Tags& out) : out_(out) {}

  void elements(std::string_view bytes, int depth) {
    std::uint64_t id = 0, size = 0;
    while (take_number(bytes, true, id) && take_number(bytes, false, size) && !out_.full()) {
      const std::string_view data = slice(bytes, 0, size);
      element(id, data, depth);
      bytes.remove_prefix(data.size());
    }
  }

 private:
  void element(std::uint64_t id, std::string_view data, int depth) {
    switch (id) {
      case segment:
      case info:
      case tracks:
      case track:
      case chapters:
      case edition:
      case chapter:
      case chapter_display:
      case tags:
      case tag:
      case attachments:
        if (depth < kDeepest) elements(data, depth + 1);
        break;
      case simple_tag:
        name_.clear();
        if (depth < kDeepest) elements(data, depth + 1);
        break;
      case attached_file:
        file_ = {};
        if (depth < kDeepest) elements(data, depth + 1);
        out_.file(std::string(file_.name), std::string(file_.type), file_.data);
        break;
      case title:
        out_.text("title", data);
        break;
      case track_name:
        out_.text("name", data);
        break;
      case chapter_name:
        out_.text("chapters", data);
        break;
      case tag_name:
        name_ = data;
        break;
      case tag_text:
        out_.text(name_, data);
        break;
      case file_words:
        out_.text("description", data);
        break;
      case file_name:
        file_.name = data;
        break;
      case file_type:
        file_.type = data;
        break;
      case file_data:
        file_.data = data;
        break;
      default:
        break;
    }
  }

  struct File {
    std::string_view name, type, data;
  };
  Tags& out_;
  std::string name_;  // of the tag whose text comes next
  File file_;
};

}  // namespace

void read_matroska(std::string_view bytes, Tags& out) {
  ElementReader(out).elements(bytes, 0);
}

}  // namespace postern::extract::media
