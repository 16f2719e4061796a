// MP4 and QuickTime: boxes inside boxes (ISO/IEC 14496-12, QuickTime File Format).
#include <algorithm>
#include <string>
#include <vector>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using namespace std::string_view_literals;
using image::be16;
using image::be32;
using image::field;
using image::Order;
using image::slice;

constexpr int kDeepest = 16;
constexpr std::string_view kXmpId = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC"sv;

// "\xA9nam" as people write it.
std::string key_of(std::string_view type) {
  return type.starts_with('\xA9') ? "©" + std::string(type.substr(1)) : std::string(type);
}

// UTF-8, or UTF-16 behind a byte order mark; up to its zero.
std::string plain(std::string_view bytes) {
  if (bytes.starts_with("\xFE\xFF")) return image::utf16(bytes.substr(2), Order::big);
  if (bytes.starts_with("\xFF\xFE")) return image::utf16(bytes.substr(2), Order::little);
  return std::string(bytes.substr(0, bytes.find('\0')));
}

class BoxReader {
 public:
  explicit BoxReader(Tags& out) : out_(out) {}

  void boxes(std::string_view bytes, std::string_view parent, int depth) {
    while (bytes.size() >= 8 && !out_.full()) {
      std::uint64_t size = be32(bytes, 0), head = 8;
      if (size == 1) {
        size = field(bytes, 8, 8, Order::big);
        head = 16;
      } else if (size == 0) {
        size = bytes.size();
      }
      if (size < head) return;
      box(bytes.substr(4, 4), slice(bytes, head, size - head), parent, depth);
      bytes = slice(bytes, size, bytes.size());
    }
  }

 private:
  void box(std::string_view type, std::string_view data, std::string_view parent, int depth) {
    const bool is_list = type == "moov" || type == "trak" || type == "mdia" || type == "udta" || type == "ilst";
    if (parent == "ilst") {
      item(type, data);
    } else if (is_list || type == "meta") {
      // QuickTime's has no version.
      if (type == "meta" && slice(data, 4, 4) != "hdlr") data = slice(data, 4, data.size());
      if (depth < kDeepest) boxes(data, type, depth + 1);
    } else if (type == "keys") {
      keys(data);
    } else if (type == "uuid" && data.starts_with(kXmpId)) {
      out_.xmp(data.substr(kXmpId.size()));
    } else if (parent == "udta") {
      user_data(type, data);
    }
  }

  void user_data(std::string_view type, std::string_view data) {
    static constexpr std::string_view k3gpp[] = {"titl", "dscp", "cprt", "auth", "perf", "gnre", "albm"};
    if (type.starts_with('\xA9')) {
      while (data.size() > 4) {  // size, language, text
        const size_t size = be16(data, 0);
        out_.text(key_of(type), slice(data, 4, size));
        data = slice(data, 4 + size, data.size());
      }
    } else if (std::find(std::begin(k3gpp), std::end(k3gpp), type) != std::end(k3gpp)) {
      out_.text(type, plain(slice(data, 6, data.size())));  // version, language
    } else if (type == "XMP_") {
      out_.xmp(data);
    } else if (type == "name") {
      out_.text(type, data);
    } else if (type == "chpl") {
      chapters(data);
    } else if (type == "Xtra") {
      extra(data);
    }
  }

  // Names of keys, which items then give by their number, from 1 on.
  void keys(std::string_view data) {
    names_.clear();
    data = slice(data, 8, data.size());
    while (data.size() >= 8 && !out_.full()) {
      const size_t size = be32(data, 0);
      if (size < 8) return;
      names_.emplace_back(slice(data, 8, size - 8));
      data = slice(data, size, data.size());
    }
  }

  // Of iTunes: boxes "data", for keys of its own behind a "name".
  void item(std::string_view type, std::string_view data) {
    std::string key = key_of(type);
    const size_t number = be32(type, 0);
    if (number > 0 && number <= names_.size()) key = names_[number - 1].substr(names_[number - 1].rfind('.') + 1);
    while (data.size() >= 8 && !out_.full()) {
      const size_t size = be32(data, 0);
      if (size < 8) return;
      const std::string_view content = slice(data, 8, size - 8);
      if (data.substr(4, 4) == "name") key = content.substr(std::min<size_t>(4, content.size()));
      if (data.substr(4, 4) == "data") value(key, be32(content, 0), slice(content, 8, content.size()));
      data = slice(data, size, data.size());
    }
  }

  void value(const std::string& key, std::uint32_t type, std::string_view content) {
    constexpr std::uint32_t kUtf8 = 1, kUtf16 = 2, kSortedUtf8 = 4, kSortedUtf16 = 5, kJpeg = 13, kPng = 14, kBmp = 27;
    if (type == kUtf8 || type == kSortedUtf8) {
      out_.text(key, content);
    } else if (type == kUtf16 || type == kSortedUtf16) {
      out_.text(key, image::utf16(content, Order::big));
    } else if (type == kJpeg || type == kPng || type == kBmp) {
      out_.file("", "", content);
    }
  }

  // Nero's: times and titles.
  void chapters(std::string_view data) {
    std::string titles;
    for (std::string_view rest = slice(data, 9, data.size()); rest.size() > 9;) {
      const size_t size = static_cast<unsigned char>(rest[8]);
      titles.append(slice(rest, 9, size)).append("\n");
      rest = slice(rest, 9 + size, rest.size());
    }
    out_.text("chapters", titles);
  }

  // Of Windows: a name, then values, of which texts are UTF-16.
  void extra(std::string_view data) {
    constexpr unsigned kText = 8;
    while (data.size() > 12 && !out_.full()) {
      const size_t size = be32(data, 0), name = be32(data, 4);
      if (size < 12) return;
      const std::string_view key = slice(data, 8, name);
      std::string_view values = slice(data, 8 + std::uint64_t{name} + 4, size);
      if (be16(values, 4) == kText && be32(values, 0) > 6)
        out_.text(key, image::utf16(slice(values, 6, be32(values, 0) - 6), Order::little));
      data = slice(data, size, data.size());
    }
  }

  Tags& out_;
  std::vector<std::string> names_;
};

}  // namespace

void read_mp4(std::string_view bytes, Tags& out) {
  BoxReader(out).boxes(bytes, "", 0);
}

}  // namespace postern::extract::media
