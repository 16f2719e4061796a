// Texts between the events of MIDI files (Standard MIDI Files 1.0).
#include <string>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using image::be32;
using image::slice;

// A number of seven bits a byte, taken off the front.
std::uint32_t take_number(std::string_view& bytes) {
  std::uint32_t out = 0;
  for (int i = 0; i < 4 && !bytes.empty(); i++) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    out = out << 7U | (byte & 0x7FU);
    if (byte < 0x80) break;
  }
  return out;
}

class TrackReader {
 public:
  explicit TrackReader(Tags& out) : out_(out) {}

  void read(std::string_view track) {
    unsigned status = 0;
    while (!track.empty()) {
      take_number(track);  // when
      if (track.empty()) break;
      const auto first = static_cast<unsigned char>(track.front());
      if (first >= 0x80) {
        status = first;
        track.remove_prefix(1);
      }
      if (status == 0xFF) {
        if (track.empty() || out_.full()) break;
        const auto kind = static_cast<unsigned char>(track.front());
        track.remove_prefix(1);
        text(kind, take_data(track));
        status = 0;
      } else if (status == 0xF0 || status == 0xF7) {
        take_data(track);
        status = 0;
      } else if (status >= 0x80) {
        const bool one_byte = (status & 0xF0U) == 0xC0 || (status & 0xF0U) == 0xD0;
        track = slice(track, one_byte ? 1 : 2, track.size());
      } else {
        break;  // no event begins so
      }
    }
    // Syllables, each at its note.
    out_.lyrics("lyrics", lyrics_);
  }

 private:
  static std::string_view take_data(std::string_view& track) {
    const std::uint32_t size = take_number(track);
    const std::string_view out = slice(track, 0, size);
    track = slice(track, size, track.size());
    return out;
  }

  void text(unsigned kind, std::string_view data) {
    constexpr unsigned kFirst = 1, kLyric = 5, kLast = 9;
    if (kind == kLyric) {
      for (const char c : data) lyrics_ += c == '\r' ? '\n' : c;
    } else if (kind >= kFirst && kind <= kLast) {
      out_.text("text", data);
    }
  }

  Tags& out_;
  std::string lyrics_;
};

}  // namespace

void read_midi(std::string_view bytes, Tags& out) {
  while (bytes.size() >= 8 && !out.full()) {
    const std::uint64_t size = be32(bytes, 4);
    if (bytes.starts_with("MTrk")) TrackReader(out).read(slice(bytes, 8, size));
    bytes = slice(bytes, 8 + size, bytes.size());
  }
}

}  // namespace postern::extract::media
