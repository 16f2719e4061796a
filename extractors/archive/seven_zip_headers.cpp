#include "extractors/archive/seven_zip_headers.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <new>
#include <utility>

#include <lzma.h>

#include "extractors/archive/bytes.h"
#include "extractors/text/charset.h"

namespace postern::extract {

namespace {

constexpr size_t kMostMembers = 100'000;
constexpr size_t kMostCoders = 32;
// Of names and sizes: a name has 1,024 bytes at most, in practice some dozens.
constexpr std::uint64_t kMostHeader = 64ULL << 20;

enum : std::uint8_t {
  kEnd = 0x00,
  kHeader = 0x01,
  kArchiveProperties = 0x02,
  kAdditionalStreams = 0x03,
  kMainStreams = 0x04,
  kFiles = 0x05,
  kPackInfo = 0x06,
  kUnpackInfo = 0x07,
  kSubStreams = 0x08,
  kSizes = 0x09,
  kChecksums = 0x0A,
  kFolders = 0x0B,
  kUnpackSizes = 0x0C,
  kUnpackStreams = 0x0D,
  kEmptyStreams = 0x0E,
  kNames = 0x11,
  kEncodedHeader = 0x17,
};

constexpr std::string_view kAes("\x06\xF1\x07\x01", 4), kLzma("\x03\x01\x01", 3), kLzma2("\x21", 1), kCopy("\0", 1);

// Thrown where the headers end or make no sense; caught in read_seven_zip_headers().
struct Broken {};

struct Coder {
  std::string_view id, properties;
};

struct Folder {
  std::string_view raw;
  std::vector<Coder> coders;
  std::uint64_t outputs = 0;
  std::uint64_t packed = 1;  // streams that it reads
  std::vector<std::uint64_t> sizes;
  std::optional<std::uint32_t> checksum;
  std::uint64_t streams = 1;

  bool encrypted() const {
    return std::any_of(coders.begin(), coders.end(), [](const Coder& coder) { return coder.id.starts_with(kAes); });
  }
};

// What one member takes of its folder.
struct Part {
  size_t folder = 0;
  std::uint64_t size = 0;
  std::optional<std::uint32_t> checksum;
};

struct Streams {
  std::uint64_t pack_position = 0;
  std::vector<std::uint64_t> pack_sizes;
  std::vector<Folder> folders;
  std::vector<Part> parts;
};

class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  std::string_view rest() const { return rest_; }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) throw Broken();
    const std::string_view out = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(out.size());
    return out;
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)[0]); }
  // As many bytes more as ones lead in the first, whose other bits are the highest.
  std::uint64_t number() {
    const std::uint8_t first = byte();
    std::uint64_t out = 0;
    for (unsigned i = 0; i < 8; i++) {
      const unsigned mask = 0x80U >> i;
      if ((first & mask) == 0) return out | std::uint64_t{first & (mask - 1)} << (8 * i);
      out |= std::uint64_t{byte()} << (8 * i);
    }
    return out;
  }
  // A number of things that take at least a bit each.
  size_t count() {
    const std::uint64_t out = number();
    if (out > rest_.size() * 8) throw Broken();
    return static_cast<size_t>(out);
  }
  std::vector<bool> bits(size_t count) {
    const std::string_view bytes = take((count + 7) / 8);
    std::vector<bool> out(count);
    for (size_t i = 0; i < count; i++) out[i] = (static_cast<unsigned char>(bytes[i / 8]) & (0x80U >> (i % 8))) != 0;
    return out;
  }
  // Of so many things, some of which may have none.
  std::vector<std::optional<std::uint32_t>> checksums(size_t count) {
    const std::vector<bool> has = byte() != 0 ? std::vector<bool>(count, true) : bits(count);
    std::vector<std::optional<std::uint32_t>> out(count);
    for (size_t i = 0; i < count; i++) {
      if (has[i]) out[i] = le32(take(4), 0);
    }
    return out;
  }

 private:
  std::string_view rest_;
};

Folder read_folder(Fields& fields) {
  Folder out;
  const std::string_view begin = fields.rest();
  const size_t coders = fields.count();
  if (coders == 0 || coders > kMostCoders) throw Broken();
  std::uint64_t inputs = 0;
  for (size_t i = 0; i < coders; i++) {
    const std::uint8_t flags = fields.byte();
    Coder coder;
    coder.id = fields.take(flags & 0x0FU);
    inputs += (flags & 0x10U) != 0 ? fields.number() : 1;
    out.outputs += (flags & 0x10U) != 0 ? fields.number() : 1;
    if ((flags & 0x20U) != 0) coder.properties = fields.take(fields.number());
    if (inputs > kMostCoders || out.outputs == 0 || out.outputs > kMostCoders) throw Broken();
    out.coders.push_back(coder);
  }
  const std::uint64_t bonds = out.outputs - 1;
  for (std::uint64_t i = 0; i < bonds * 2; i++) fields.number();
  if (inputs < bonds) throw Broken();
  if (inputs - bonds > 1) {
    for (std::uint64_t i = 0; i < inputs - bonds; i++) fields.number();
  }
  out.packed = inputs - bonds;
  out.raw = begin.substr(0, begin.size() - fields.rest().size());
  return out;
}

void read_folders(Fields& fields, Streams& out) {
  if (fields.byte() != kFolders) throw Broken();
  const size_t count = fields.count();
  if (fields.byte() != 0) throw Broken();  // kept elsewhere, which nobody does
  for (size_t i = 0; i < count; i++) out.folders.push_back(read_folder(fields));
  if (fields.byte() != kUnpackSizes) throw Broken();
  for (Folder& folder : out.folders) {
    for (std::uint64_t i = 0; i < folder.outputs; i++) folder.sizes.push_back(fields.number());
  }
  for (std::uint8_t kind = fields.byte(); kind != kEnd; kind = fields.byte()) {
    if (kind != kChecksums) throw Broken();
    const auto checksums = fields.checksums(count);
    for (size_t i = 0; i < count; i++) out.folders[i].checksum = checksums[i];
  }
}

// Each folder is one part as long as nothing else is said.
void one_part_each(Streams& out) {
  for (size_t i = 0; i < out.folders.size(); i++) {
    const Folder& folder = out.folders[i];
    out.parts.push_back({i, folder.sizes.empty() ? 0 : folder.sizes.back(), folder.checksum});
  }
}

void read_sub_streams(Fields& fields, Streams& out) {
  std::uint8_t kind = fields.byte();
  if (kind == kUnpackStreams) {
    std::uint64_t all = 0;
    for (Folder& folder : out.folders) {
      folder.streams = fields.number();
      all += folder.streams;
      if (folder.streams > kMostMembers || all > kMostMembers) throw Broken();
    }
    kind = fields.byte();
  }
  // The last part of a folder takes what the others leave.
  const bool has_sizes = kind == kSizes;
  size_t unknown = 0;
  for (size_t i = 0; i < out.folders.size(); i++) {
    const Folder& folder = out.folders[i];
    std::uint64_t left = folder.sizes.empty() ? 0 : folder.sizes.back();
    for (std::uint64_t n = 1; n <= folder.streams; n++) {
      const std::uint64_t size = n == folder.streams ? left : has_sizes ? fields.number() : 0;
      if (size > left) throw Broken();
      left -= size;
      out.parts.push_back({i, size, folder.streams == 1 ? folder.checksum : std::nullopt});
      unknown += out.parts.back().checksum ? 0U : 1U;
    }
  }
  if (has_sizes) kind = fields.byte();
  if (kind == kChecksums) {
    const auto checksums = fields.checksums(unknown);
    size_t next = 0;
    for (Part& part : out.parts) {
      if (!part.checksum) part.checksum = checksums[next++];
    }
    kind = fields.byte();
  }
  if (kind != kEnd) throw Broken();
}

Streams read_streams(Fields& fields) {
  Streams out;
  bool parted = false;
  for (std::uint8_t kind = fields.byte(); kind != kEnd; kind = fields.byte()) {
    if (kind == kPackInfo) {
      out.pack_position = fields.number();
      const size_t count = fields.count();
      for (std::uint8_t inner = fields.byte(); inner != kEnd; inner = fields.byte()) {
        if (inner == kSizes) {
          for (size_t i = 0; i < count; i++) out.pack_sizes.push_back(fields.number());
        } else if (inner == kChecksums) {
          fields.checksums(count);
        } else {
          throw Broken();
        }
      }
    } else if (kind == kUnpackInfo) {
      read_folders(fields, out);
    } else if (kind == kSubStreams) {
      read_sub_streams(fields, out);
      parted = true;
    } else {
      throw Broken();
    }
  }
  if (!parted) one_part_each(out);
  return out;
}

// A header that one coder packed: LZMA, LZMA2 or nothing.
std::string unpack(std::string_view packed, const Folder& folder) {
  const Coder& coder = folder.coders.front();
  const std::uint64_t size = folder.sizes.empty() ? 0 : folder.sizes.back();
  if (folder.coders.size() != 1 || size > kMostHeader) throw Broken();
  if (coder.id == kCopy) return std::string(packed);
  lzma_filter filters[2] = {{coder.id == kLzma2 ? LZMA_FILTER_LZMA2 : LZMA_FILTER_LZMA1, nullptr},
                            {LZMA_VLI_UNKNOWN, nullptr}};
  if (coder.id != kLzma && coder.id != kLzma2) throw Broken();
  if (lzma_properties_decode(filters, nullptr, reinterpret_cast<const std::uint8_t*>(coder.properties.data()),
                             coder.properties.size()) != LZMA_OK) {
    throw Broken();
  }
  std::string out(static_cast<size_t>(size), '\0');
  lzma_stream stream = LZMA_STREAM_INIT;
  const lzma_ret begun = lzma_raw_decoder(&stream, filters);
  std::free(filters[0].options);
  if (begun == LZMA_MEM_ERROR) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = out.size();
  const lzma_ret result = begun == LZMA_OK ? lzma_code(&stream, LZMA_RUN) : begun;
  const size_t missing = stream.avail_out;
  lzma_end(&stream);
  // Without a mark at its end LZMA only comes to the end of what was asked for.
  if ((result != LZMA_OK && result != LZMA_STREAM_END) || missing > 0) throw Broken();
  return out;
}

void read_files(Fields& fields, const Streams& streams, std::vector<SevenZipMember>& out) {
  const size_t count = fields.count();
  if (count > kMostMembers) throw Broken();
  out.resize(count);
  for (std::uint8_t kind = fields.byte(); kind != kEnd; kind = fields.byte()) {
    Fields property(fields.take(fields.number()));
    if (kind == kEmptyStreams) {
      const std::vector<bool> empty = property.bits(count);
      for (size_t i = 0; i < count; i++) out[i].empty = empty[i];
    } else if (kind == kNames) {
      if (property.byte() != 0) throw Broken();
      for (SevenZipMember& member : out) {
        for (std::string_view unit = property.take(2); unit != std::string_view("\0\0", 2); unit = property.take(2))
          member.units += unit;
        member.name = convert_to_utf8(member.units, "utf-16le").value_or("");
      }
    }
  }
  size_t part = 0;
  for (SevenZipMember& member : out) {
    if (member.empty) continue;
    member.folder = streams.folders.size();
    if (part < streams.parts.size()) {
      member.folder = streams.parts[part].folder;
      member.size = streams.parts[part].size;
      member.checksum = streams.parts[part].checksum;
    }
    part++;
  }
}

constexpr size_t kSignatureHeader = 32;

void keep_folders(const Streams& streams, std::vector<SevenZipFolder>& out) {
  std::uint64_t at = kSignatureHeader + streams.pack_position;
  size_t packed = 0;
  for (const Folder& folder : streams.folders) {
    SevenZipFolder kept;
    kept.encrypted = folder.encrypted();
    kept.coders = folder.raw;
    kept.sizes = folder.sizes;
    kept.packed_at = at;
    for (std::uint64_t i = 0; i < folder.packed; i++) {
      if (packed >= streams.pack_sizes.size()) throw Broken();
      kept.packed_sizes.push_back(streams.pack_sizes[packed]);
      at += streams.pack_sizes[packed++];
    }
    out.push_back(std::move(kept));
  }
}

void find_first_members(SevenZipHeaders& out) {
  for (size_t i = 0; i < out.members.size(); i++) {
    const SevenZipMember& member = out.members[i];
    if (member.empty || member.folder >= out.folders.size()) continue;
    SevenZipFolder& folder = out.folders[member.folder];
    folder.first_member = std::min(folder.first_member, i);
  }
}

void read_header(Fields& fields, SevenZipHeaders& out) {
  Streams streams;
  for (std::uint8_t kind = fields.byte(); kind != kEnd; kind = fields.byte()) {
    switch (kind) {
      case kArchiveProperties:
        while (fields.byte() != kEnd) fields.take(fields.number());
        break;
      case kAdditionalStreams:
        read_streams(fields);
        break;
      case kMainStreams:
        streams = read_streams(fields);
        keep_folders(streams, out.folders);
        break;
      case kFiles:
        read_files(fields, streams, out.members);
        find_first_members(out);
        break;
      default:
        throw Broken();
    }
  }
}

std::uint32_t crc_of(std::string_view bytes) {
  return lzma_crc32(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), 0);
}

std::string fixed(std::uint64_t value, unsigned width) {
  std::string out;
  for (unsigned i = 0; i < width; i++) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

class HeaderWriter {
 public:
  HeaderWriter& ids(std::initializer_list<std::uint8_t> ids) {
    for (const std::uint8_t id : ids) bytes_ += static_cast<char>(id);
    return *this;
  }
  HeaderWriter& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  // In its longest form, which is as good as any.
  HeaderWriter& number(std::uint64_t value) { return raw("\xFF" + fixed(value, 8)); }
  HeaderWriter& checksums(const std::vector<const SevenZipMember*>& members) {
    std::string which((members.size() + 7) / 8, '\0');
    std::string sums;
    for (size_t i = 0; i < members.size(); i++) {
      if (!members[i]->checksum) continue;
      which[i / 8] = static_cast<char>(which[i / 8] | 0x80 >> (i % 8));
      sums += fixed(*members[i]->checksum, 4);
    }
    if (sums.empty()) return *this;
    return ids({kChecksums, 0}).raw(which).raw(sums);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

std::string signature_header(std::uint64_t packed, std::string_view header) {
  const std::string place = fixed(packed, 8) + fixed(header.size(), 8) + fixed(crc_of(header), 4);
  return std::string("7z\xBC\xAF\x27\x1C\0\4", 8) + fixed(crc_of(place), 4) + place;
}

std::string_view slice(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  if (at > bytes.size() || size > bytes.size() - at) throw Broken();
  return bytes.substr(static_cast<size_t>(at), static_cast<size_t>(size));
}

}  // namespace

SevenZipHeaders read_seven_zip_headers(std::string_view bytes) {
  constexpr unsigned kMostEncodings = 4;  // headers packed more than once, which programs do not write
  SevenZipHeaders out;
  try {
    const std::string_view packs =
        slice(bytes, kSignatureHeader, bytes.size() - std::min(bytes.size(), kSignatureHeader));
    std::string unpacked;
    std::string_view header = slice(packs, le64(bytes, 12), le64(bytes, 20));
    for (unsigned i = 0; i < kMostEncodings && !header.empty(); i++) {
      Fields fields(header);
      const std::uint8_t kind = fields.byte();
      if (kind == kHeader) {
        read_header(fields, out);
        break;
      }
      if (kind != kEncodedHeader) break;
      const Streams streams = read_streams(fields);
      if (streams.folders.empty() || streams.pack_sizes.empty()) break;
      out.locked = streams.folders.front().encrypted();
      if (out.locked) break;
      std::string next =
          unpack(slice(packs, streams.pack_position, streams.pack_sizes.front()), streams.folders.front());
      unpacked = std::move(next);
      header = unpacked;
    }
  } catch (const Broken&) {
    // What is known by now stands.
  }
  return out;
}

std::string seven_zip_of_folder(std::string_view bytes, const SevenZipHeaders& headers, size_t folder) {
  const SevenZipFolder& from = headers.folders.at(folder);
  std::uint64_t packed = 0;
  for (const std::uint64_t size : from.packed_sizes) packed += std::min<std::uint64_t>(size, bytes.size());
  if (from.packed_at > bytes.size() || packed > bytes.size() - from.packed_at) return {};
  HeaderWriter header;
  header.ids({kHeader, kMainStreams, kPackInfo}).number(0).number(from.packed_sizes.size()).ids({kSizes});
  for (const std::uint64_t size : from.packed_sizes) header.number(size);
  header.ids({kEnd, kUnpackInfo, kFolders}).number(1).ids({0}).raw(from.coders).ids({kUnpackSizes});
  for (const std::uint64_t size : from.sizes) header.number(size);
  std::vector<const SevenZipMember*> members;
  for (size_t i = from.first_member; i < headers.members.size(); i++) {
    const SevenZipMember& member = headers.members[i];
    if (member.empty) continue;
    if (member.folder != folder) break;
    members.push_back(&member);
  }
  header.ids({kEnd, kSubStreams, kUnpackStreams}).number(members.size());
  if (members.size() > 1) header.ids({kSizes});
  for (size_t i = 0; i + 1 < members.size(); i++) header.number(members[i]->size);
  header.checksums(members).ids({kEnd, kEnd, kFiles}).number(members.size());
  std::string names(1, '\0');  // they stand here, and not elsewhere
  for (const SevenZipMember* member : members) names += member->units + std::string(2, '\0');
  header.ids({kNames}).number(names.size()).raw(names).ids({kEnd, kEnd});
  return signature_header(packed, header.bytes()) +
         std::string(bytes.substr(static_cast<size_t>(from.packed_at), static_cast<size_t>(packed))) + header.bytes();
}

}  // namespace postern::extract
