// Comments of Vorbis, Opus, Theora, Speex and FLAC, in Ogg (RFC 3533) or alone (RFC 9639 8).
#include <map>
#include <string>

#include "extractors/image/fields.h"
#include "extractors/mail/transfer.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using namespace std::string_view_literals;
using image::be32;
using image::field;
using image::Order;
using image::slice;

constexpr size_t kMostPacket = 8 << 20;  // a comment with its pictures
constexpr size_t kMostStreams = 64;

// RFC 9639 8.8.
void read_picture(std::string_view data, Tags& out) {
  const std::uint64_t type = be32(data, 4);
  const std::uint64_t words = be32(data, 8 + type);
  const std::uint64_t picture = 12 + type + words + 16;
  out.text("picture", slice(data, 12 + type, words));
  out.file("", std::string(slice(data, 8, type)), slice(data, picture + 4, be32(data, picture)));
}

// Vorbis I 5.2.1.
void read_comments(std::string_view data, Tags& out) {
  const std::uint64_t vendor = le32(data, 0);
  std::string_view rest = slice(data, 4 + vendor + 4, data.size());
  for (std::uint64_t left = le32(data, 4 + vendor); left > 0 && rest.size() > 4 && !out.full(); left--) {
    const std::uint64_t size = le32(rest, 0);
    const std::string_view entry = slice(rest, 4, size);
    const size_t equals = std::min(entry.find('='), entry.size());
    std::string key(entry.substr(0, equals));
    for (char& c : key) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const std::string_view value = slice(entry, equals + 1, entry.size());
    if (key == "METADATA_BLOCK_PICTURE") {
      read_picture(decode_base64(value).bytes, out);
    } else if (equals == entry.size()) {
      out.text("", entry);
    } else {
      out.text(key, value);
    }
    rest = slice(rest, 4 + size, rest.size());
  }
}

void read_flac_block(unsigned type, std::string_view data, Tags& out) {
  constexpr unsigned kComments = 4, kPicture = 6;
  if (type == kComments) read_comments(data, out);
  if (type == kPicture) read_picture(data, out);
}

// One packet of the head of a stream.
void read_packet(std::string_view packet, bool is_flac, Tags& out) {
  for (const std::string_view mark : {"\x03vorbis"sv, "OpusTags"sv, "\x81theora"sv}) {
    if (packet.starts_with(mark)) return read_comments(packet.substr(mark.size()), out);
  }
  if (is_flac && packet.size() > 4)
    read_flac_block(static_cast<unsigned char>(packet[0]) & 0x7FU, packet.substr(4), out);
}

struct Stream {
  std::string packet;
  unsigned packets = 0;  // that are whole
  bool is_flac = false, is_speex = false;
};

}  // namespace

void read_ogg(std::string_view bytes, Tags& out) {
  constexpr size_t kHead = 27;
  constexpr unsigned kPacketsOfHead = 3, kPacketsOfFlac = 32;
  std::map<std::uint32_t, Stream> streams;
  size_t open = 0;
  while (bytes.starts_with("OggS") && bytes.size() > kHead && !out.full()) {
    const size_t segments = static_cast<unsigned char>(bytes[26]);
    const std::string_view sizes = slice(bytes, kHead, segments);
    size_t at = kHead + segments;
    const bool begins = (static_cast<unsigned char>(bytes[5]) & 2U) != 0;
    const std::uint32_t serial = le32(bytes, 14);
    if (begins && streams.size() < kMostStreams) open += streams.try_emplace(serial).second ? 1U : 0U;
    const auto found = streams.find(serial);
    for (const char c : sizes) {
      const size_t size = static_cast<unsigned char>(c);
      if (found != streams.end()) {
        Stream& stream = found->second;
        const unsigned most = stream.is_flac ? kPacketsOfFlac : kPacketsOfHead;
        if (stream.packets < most && stream.packet.size() < kMostPacket) stream.packet += slice(bytes, at, size);
        if (size < 255) {
          if (stream.packets == 0) {
            stream.is_flac = stream.packet.starts_with(
                "\x7F"
                "FLAC");
            stream.is_speex = stream.packet.starts_with("Speex   ");
          } else if (stream.is_speex && stream.packets == 1) {
            read_comments(stream.packet, out);
          } else if (stream.packets < most) {
            read_packet(stream.packet, stream.is_flac, out);
          }
          stream.packet.clear();
          if (++stream.packets == most) open--;
        }
      }
      at += size;
    }
    if (!streams.empty() && open == 0) return;
    bytes = slice(bytes, at, bytes.size());
  }
}

void read_flac(std::string_view bytes, Tags& out) {
  for (size_t at = 4; at + 4 <= bytes.size() && !out.full();) {
    const unsigned head = static_cast<unsigned char>(bytes[at]);
    const auto size = static_cast<size_t>(field(bytes, at + 1, 3, Order::big));
    read_flac_block(head & 0x7FU, slice(bytes, at + 4, size), out);
    if ((head & 0x80U) != 0) return;
    at += 4 + size;
  }
}

}  // namespace postern::extract::media
