// Tags of MP3: ID3v2.2 to 2.4 (id3.org), ID3v1, APEv2.
#include <algorithm>
#include <string>
#include <vector>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"
#include "extractors/story/inflate.h"

namespace postern::extract::media {

namespace {

using namespace std::string_view_literals;
using image::be16;
using image::be32;
using image::Order;
using image::slice;

constexpr size_t kHeader = 10;
constexpr int kDeepest = 4;                    // chapters hold frames
constexpr std::uint64_t kMostFrame = 8 << 20;  // unpacked

unsigned byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

// Seven bits a byte (2.4, 6.2).
std::uint32_t syncsafe(std::string_view bytes, size_t at) {
  std::uint32_t out = 0;
  for (size_t i = 0; i < 4; i++) out = out << 7U | (byte_at(bytes, at + i) & 0x7FU);
  return out;
}

// FF 00 stands for FF.
std::string without_unsynchronisation(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); i++) {
    out += bytes[i];
    if (bytes[i] == '\xFF' && i + 1 < bytes.size() && bytes[i + 1] == '\0') i++;
  }
  return out;
}

// Takes a string up to its zero, one byte wide or two, off the front; in UTF-8 unless it is of one byte a letter.
std::string take_string(std::string_view& bytes, unsigned coding) {
  const bool wide = coding == 1 || coding == 2;
  const size_t unit = wide ? 2 : 1;
  size_t end = 0;
  while (end + unit <= bytes.size() && (bytes[end] != '\0' || (wide && bytes[end + 1] != '\0'))) end += unit;
  std::string_view text = bytes.substr(0, std::min(end, bytes.size()));
  if (end + unit > bytes.size() && !wide) text = bytes;
  bytes.remove_prefix(std::min(end + unit, bytes.size()));
  if (!wide) return std::string(text);
  const bool little = coding == 1 && text.starts_with("\xFF\xFE");
  if (little || text.starts_with("\xFE\xFF")) text.remove_prefix(2);
  return image::utf16(text, little ? Order::little : Order::big);
}

bool is_frame_id(std::string_view id) {
  return !id.empty() &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

class FrameReader {
 public:
  FrameReader(unsigned version, Tags& out) : version_(version), out_(out) {}

  void frames(std::string_view bytes, int depth) {
    const size_t id_bytes = version_ == 2 ? 3 : 4, head = version_ == 2 ? 6 : 10;
    while (bytes.size() > head && is_frame_id(bytes.substr(0, id_bytes)) && !out_.full()) {
      const size_t size = frame_size(bytes);
      const unsigned flags = version_ == 2 ? 0 : be16(bytes, 8);
      frame(bytes.substr(0, id_bytes), flags, slice(bytes, head, size), depth);
      bytes = slice(bytes, head + size, bytes.size());
    }
  }

 private:
  size_t frame_size(std::string_view bytes) const {
    if (version_ == 2) return byte_at(bytes, 3) << 16 | byte_at(bytes, 4) << 8 | byte_at(bytes, 5);
    const size_t plain = be32(bytes, 4);
    if (version_ < 4) return plain;
    // Old programs wrote 2.4 with sizes as in 2.3: the one behind which a frame begins is meant.
    const size_t safe = syncsafe(bytes, 4);
    if (safe == plain || be32(bytes, 4) > bytes.size()) return safe;
    const auto fits = [&](size_t size) {
      const std::string_view next = slice(bytes, kHeader + size, 4);
      return next.empty() || next.front() == '\0' || is_frame_id(next);
    };
    return !fits(safe) && fits(plain) ? plain : safe;
  }

  void frame(std::string_view id, unsigned flags, std::string_view data, int depth) {
    const bool new_flags = version_ >= 4;
    const bool packed = (flags & (new_flags ? 0x08U : 0x80U)) != 0;
    if ((flags & (new_flags ? 0x04U : 0x40U)) != 0) {
      out_.reading().locked("a frame of its tag");
      return;
    }
    if ((flags & (new_flags ? 0x40U : 0x20U)) != 0) data = slice(data, 1, data.size());  // a group
    const bool has_length = new_flags ? (flags & 0x01U) != 0 : packed;
    if (has_length) data = slice(data, 4, data.size());
    std::string own;
    if (new_flags && (flags & 0x02U) != 0) {
      own = without_unsynchronisation(data);
      data = own;
    }
    if (packed) {
      std::string unpacked;
      const std::uint64_t most = std::min<std::uint64_t>(kMostFrame, out_.reading().sink().budget().bytes_left());
      if (!inflate_up_to(data, Deflated::zlib, most, unpacked))
        out_.reading().damaged("a packed frame of its tag cannot be unpacked whole");
      own = std::move(unpacked);
      data = own;
    }
    content(id, data, depth);
  }

  void content(std::string_view id, std::string_view data, int depth) {
    const unsigned coding = byte_at(data, 0);
    std::string_view rest = slice(data, 1, data.size());
    if (id == "CHAP" || id == "CTOC") {
      chapter(id, data, depth);
    } else if (id == "COMM" || id == "COM" || id == "USLT" || id == "ULT") {
      rest = slice(rest, 3, rest.size());  // the language
      described(id, coding, rest);
    } else if (id == "USER") {
      rest = slice(rest, 3, rest.size());
      out_.text(id, take_string(rest, coding));
    } else if (id == "SYLT" || id == "SLT") {
      timed_lyrics(id, coding, slice(rest, 5, rest.size()));
    } else if (id == "TXXX" || id == "TXX") {
      described(id, coding, rest);
    } else if (id == "WXXX" || id == "WXX") {
      out_.text(id, take_string(rest, coding));
      out_.link(id, take_string(rest, 0));
    } else if (id.front() == 'W') {
      out_.link(id, take_string(data, 0));
    } else if (id == "APIC" || id == "PIC" || id == "GEOB" || id == "GEO") {
      file(id, coding, rest);
    } else if (id == "PRIV" && data.starts_with("XMP\0"sv)) {
      out_.xmp(data.substr(4));
    } else if (id == "POPM" || id == "POP") {
      out_.text(id, take_string(data, 0));  // who rated it
    } else if (id.front() == 'T' || id == "IPLS" || id == "IPL") {
      std::string lines;
      while (!rest.empty()) lines += take_string(rest, coding) + "\n";
      out_.text(id, lines);
    }
  }

  // What it is about, and what it says. Of a text that programs name themselves the name is its key.
  void described(std::string_view id, unsigned coding, std::string_view rest) {
    const std::string about = take_string(rest, coding);
    std::string lines = about.empty() ? about : about + "\n";
    while (!rest.empty()) lines += take_string(rest, coding) + "\n";
    out_.text(id.starts_with("TX") && !about.empty() ? std::string_view(about) : id, lines);
  }

  void timed_lyrics(std::string_view id, unsigned coding, std::string_view rest) {
    std::string lines = take_string(rest, coding) + "\n";
    while (!rest.empty()) {
      lines += take_string(rest, coding);
      rest = slice(rest, 4, rest.size());  // when
    }
    out_.text(id, lines);
  }

  void file(std::string_view id, unsigned coding, std::string_view rest) {
    std::string type, name;
    if (id == "PIC") {
      rest = slice(rest, 3, rest.size());  // "JPG"
    } else {
      type = take_string(rest, 0);
    }
    if (id == "GEOB" || id == "GEO") {
      name = take_string(rest, coding);
    } else {
      rest = slice(rest, 1, rest.size());  // what it shows
    }
    out_.text(id, take_string(rest, coding));
    if (type == "-->") {
      out_.link(id, rest);
    } else {
      out_.file(std::move(name), std::move(type), rest);
    }
  }

  // ID3v2 Chapter Frame Addendum: a name for programs, times, then frames. A table lists its chapters instead.
  void chapter(std::string_view id, std::string_view data, int depth) {
    take_string(data, 0);
    if (id == "CHAP") {
      data = slice(data, 16, data.size());
    } else {
      const unsigned entries = byte_at(data, 1);
      data = slice(data, 2, data.size());
      for (unsigned i = 0; i < entries; i++) take_string(data, 0);
    }
    if (depth < kDeepest) frames(data, depth + 1);
  }

  const unsigned version_;
  Tags& out_;
};

// Fields of a fixed size, filled up with blanks or zeros.
void read_id3v1(std::string_view tag, Tags& out) {
  constexpr size_t kField = 30;
  const std::pair<const char*, size_t> fields[] = {
      {"ID3v1 title", 3}, {"ID3v1 artist", 33}, {"ID3v1 album", 63}, {"ID3v1 comment", 97}};
  for (const auto& [key, at] : fields) {
    std::string_view field = tag.substr(at, kField);
    out.text(key, field.substr(0, field.find('\0')));
  }
}

void read_ape(std::string_view bytes, Tags& out) {
  constexpr size_t kFooter = 32, kV1 = 128;
  constexpr std::string_view kMark = "APETAGEX";
  if (bytes.size() < kFooter) return;
  size_t end = bytes.size() - kFooter;
  if (bytes.substr(end, kMark.size()) != kMark) {
    if (end < kV1 || bytes.substr(end - kV1, kMark.size()) != kMark) return;
    end -= kV1;
  }
  const size_t size = le32(bytes, end + 12);
  if (size < kFooter || size - kFooter > end) return;
  std::string_view items = bytes.substr(end - (size - kFooter), size - kFooter);
  while (items.size() > 8 && !out.full()) {
    const size_t length = le32(items, 0);
    const bool is_text = (le32(items, 4) & 0x06U) == 0;
    items.remove_prefix(8);
    const std::string key = take_string(items, 0);
    const std::string_view value = slice(items, 0, length);
    if (is_text) {
      out.text(key, value);
    } else if (const size_t zero = value.find('\0'); zero != std::string_view::npos) {
      out.file(std::string(value.substr(0, zero)), "", value.substr(zero + 1));
    }
    items.remove_prefix(value.size());
  }
}

}  // namespace

void read_id3(std::string_view tag, Tags& out) {
  if (!tag.starts_with("ID3") || tag.size() < kHeader) return;
  const unsigned version = byte_at(tag, 3), flags = byte_at(tag, 5);
  if (version < 2 || version > 4) return;
  std::string_view body = slice(tag, kHeader, syncsafe(tag, 6));
  std::string own;
  if (version < 4 && (flags & 0x80U) != 0) {
    own = without_unsynchronisation(body);
    body = own;
  }
  if (version > 2 && (flags & 0x40U) != 0) {  // an extended header
    const size_t size = version == 3 ? size_t{4} + be32(body, 0) : syncsafe(body, 0);
    body = slice(body, size, body.size());
  }
  FrameReader(version, out).frames(body, 0);
}

void read_mp3(std::string_view bytes, Tags& out) {
  constexpr size_t kV1 = 128;
  read_id3(bytes, out);
  if (bytes.size() >= kV1 && bytes.substr(bytes.size() - kV1, 3) == "TAG")
    read_id3v1(bytes.substr(bytes.size() - kV1), out);
  read_ape(bytes, out);
}

}  // namespace postern::extract::media
