// ZipBuilder: zip files byte by byte, honest ones and those that no program writes.
//
// Everything a hostile sender can choose is a field of Member; what is not set follows from the data.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace postern::test {

inline void put_le(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
}

inline std::string raw_deflate(std::string_view data, int level = 6) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(data.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// `size` bytes of `byte`, deflated, without holding them: the body of a bomb.
inline std::string deflate_run(char byte, std::uint64_t size) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string chunk(1 << 20, byte);
  std::string piece(1 << 20, '\0');
  std::string out;
  while (size > 0 || stream.avail_in > 0) {
    const std::uint64_t take = size < chunk.size() ? size : chunk.size();
    stream.next_in = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_in = static_cast<uInt>(take);
    size -= take;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream, size == 0 ? Z_FINISH : Z_NO_FLUSH);
      out.append(piece, 0, piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

class ZipBuilder {
 public:
  struct Member {
    std::string name{};
    std::string data{};                       // unpacked
    std::uint16_t method = 8;                 // written to both headers; 0 and 8 are packed here
    std::optional<std::string> packed{};      // given as it is, whatever the method
    std::optional<std::string> local_name{};  // when it differs
    std::optional<std::uint16_t> local_method{};
    std::optional<std::uint32_t> local_packed_size{};
    std::optional<std::uint32_t> claimed_size{};  // unpacked size in both headers
    std::optional<std::uint32_t> crc{};
    std::uint16_t flags = 0;
    std::optional<std::uint16_t> local_flags{};
    std::string extra{};  // of the directory's record
    std::string comment{};
    bool in_directory = true;
    bool descriptor = false;  // bit 3: zero sizes in the local header, a descriptor behind the data
    bool descriptor_signature = true;
    std::string before{};  // loose bytes in front of the local header
  };

  ZipBuilder& add(Member member) {
    members_.push_back(std::move(member));
    return *this;
  }
  ZipBuilder& add(std::string name, std::string data) {
    Member member;
    member.name = std::move(name);
    member.data = std::move(data);
    return add(std::move(member));
  }
  ZipBuilder& comment(std::string text) {
    comment_ = std::move(text);
    return *this;
  }

  std::string build() const {
    std::string out;
    std::string directory;
    unsigned count = 0;
    for (const Member& m : members_) {
      out += m.before;
      const std::string packed = m.packed ? *m.packed : m.method == 8 ? raw_deflate(m.data) : m.data;
      const auto crc = m.crc.value_or(static_cast<std::uint32_t>(
          crc32(0, reinterpret_cast<const Bytef*>(m.data.data()), static_cast<uInt>(m.data.size()))));
      const std::uint64_t unpacked = m.claimed_size.value_or(static_cast<std::uint32_t>(m.data.size()));
      const auto offset = out.size();
      const auto flags = static_cast<std::uint16_t>(m.flags | (m.descriptor ? 8U : 0U));
      out += std::string("PK\3\4", 4);
      put_le(out, 20, 2);
      put_le(out, m.local_flags.value_or(flags), 2);
      put_le(out, m.local_method.value_or(m.method), 2);
      put_le(out, 0, 4);
      put_le(out, m.descriptor ? 0 : crc, 4);
      put_le(out, m.descriptor ? 0 : m.local_packed_size.value_or(static_cast<std::uint32_t>(packed.size())), 4);
      put_le(out, m.descriptor ? 0 : unpacked, 4);
      const std::string& local_name = m.local_name ? *m.local_name : m.name;
      put_le(out, local_name.size(), 2);
      put_le(out, 0, 2);
      out += local_name;
      out += packed;
      if (m.descriptor) {
        if (m.descriptor_signature) out += std::string("PK\7\10", 4);
        put_le(out, crc, 4);
        put_le(out, packed.size(), 4);
        put_le(out, unpacked, 4);
      }
      if (!m.in_directory) continue;
      count++;
      directory += std::string("PK\1\2", 4);
      put_le(directory, 20, 2);
      put_le(directory, 20, 2);
      put_le(directory, flags, 2);
      put_le(directory, m.method, 2);
      put_le(directory, 0, 4);
      put_le(directory, crc, 4);
      put_le(directory, packed.size(), 4);
      put_le(directory, unpacked, 4);
      put_le(directory, m.name.size(), 2);
      put_le(directory, m.extra.size(), 2);
      put_le(directory, m.comment.size(), 2);
      put_le(directory, 0, 8);
      put_le(directory, offset, 4);
      directory += m.name + m.extra + m.comment;
    }
    const auto at = out.size();
    out += directory;
    out += end_record(count, directory.size(), at);
    return out;
  }

  std::string end_record(unsigned count, std::uint64_t size, std::uint64_t offset) const {
    std::string out("PK\5\6\0\0\0\0", 8);
    put_le(out, count, 2);
    put_le(out, count, 2);
    put_le(out, size, 4);
    put_le(out, offset, 4);
    put_le(out, comment_.size(), 2);
    return out + comment_;
  }

 private:
  std::vector<Member> members_;
  std::string comment_;
};

// Fifield's construction (2019): `count` records share one kernel of deflated bytes, each local header
// quoting the next in a stored block of deflate.
inline std::string overlapping_bomb(unsigned count, std::uint64_t kernel_size) {
  const std::string kernel = deflate_run('a', kernel_size);
  std::vector<std::string> headers;  // built from the last to the first
  std::vector<std::uint64_t> packed_sizes;
  std::string tail = kernel;
  std::uint64_t unpacked = kernel_size;
  std::vector<std::uint64_t> unpacked_sizes;
  for (unsigned i = count; i-- > 0;) {
    std::string header("PK\3\4", 4);
    const std::string name = "f" + std::to_string(i);
    put_le(header, 20, 2);
    put_le(header, 0, 2);
    put_le(header, 8, 2);
    put_le(header, 0, 8);
    put_le(header, tail.size(), 4);
    put_le(header, unpacked & 0xFFFFFFFF, 4);
    put_le(header, name.size(), 2);
    put_le(header, 0, 2);
    header += name;
    packed_sizes.insert(packed_sizes.begin(), tail.size());
    unpacked_sizes.insert(unpacked_sizes.begin(), unpacked);
    if (i > 0) {
      std::string quote;  // a stored block that is not the last one (RFC 1951 3.2.4)
      quote.push_back('\0');
      put_le(quote, header.size(), 2);
      put_le(quote, ~header.size() & 0xFFFF, 2);
      tail = quote + header + tail;
      unpacked += header.size();
    } else {
      tail = header + tail;
    }
    headers.insert(headers.begin(), header);
  }
  std::string directory;
  std::uint64_t offset = 0;
  for (unsigned i = 0; i < count; i++) {
    const std::string name = "f" + std::to_string(i);
    directory += std::string("PK\1\2", 4);
    put_le(directory, 20, 2);
    put_le(directory, 20, 2);
    put_le(directory, 0, 2);
    put_le(directory, 8, 2);
    put_le(directory, 0, 8);
    put_le(directory, packed_sizes[i], 4);
    put_le(directory, unpacked_sizes[i] & 0xFFFFFFFF, 4);
    put_le(directory, name.size(), 2);
    put_le(directory, 0, 2);
    put_le(directory, 0, 2);
    put_le(directory, 0, 8);
    put_le(directory, offset, 4);
    directory += name;
    offset += headers[i].size() + 5;
  }
  return tail + directory + ZipBuilder().end_record(count, directory.size(), tail.size());
}

}  // namespace postern::test
