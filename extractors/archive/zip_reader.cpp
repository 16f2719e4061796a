#include "extractors/archive/zip_reader.h"

#include <algorithm>
#include <cstring>

#include "extractors/archive/bytes.h"
#include "extractors/archive/zip_names.h"

namespace postern::extract {

namespace {

// APPNOTE 4.3: signatures and the fixed sizes of what they begin.
constexpr std::string_view kLocalSignature("PK\3\4", 4);
constexpr std::string_view kCentralSignature("PK\1\2", 4);
constexpr std::string_view kEndSignature("PK\5\6", 4);
constexpr std::string_view kEnd64Signature("PK\6\6", 4);
constexpr std::string_view kLocator64Signature("PK\6\7", 4);
constexpr std::string_view kDescriptorSignature("PK\7\10", 4);
constexpr std::uint64_t kLocalSize = 30;
constexpr std::uint64_t kCentralSize = 46;
constexpr std::uint64_t kEndSize = 22;
constexpr std::uint64_t kEnd64Size = 56;
constexpr std::uint64_t kLocator64Size = 20;
constexpr std::uint64_t kMaxEndComment = 0xFFFF;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // "the value is in the zip64 extra field"

constexpr unsigned kFlagEncrypted = 1U << 0;
constexpr unsigned kFlagMethod1 = 1U << 1;
constexpr unsigned kFlagMethod2 = 1U << 2;
constexpr unsigned kFlagDescriptor = 1U << 3;
constexpr unsigned kFlagStrong = 1U << 6;
constexpr unsigned kFlagUtf8 = 1U << 11;
constexpr unsigned kFlagMasked = 1U << 13;

constexpr unsigned kExtraZip64 = 0x0001;
constexpr unsigned kExtraAes = 0x9901;

// Signatures looked for between members: a hostile file could hold millions of false ones.
constexpr size_t kMaxSignaturesBetween = 100'000;
// Sentences of damage and doubt kept: one file with a thousand defects is defective enough.
constexpr size_t kMaxNoteBytes = 400;
// Gaps shorter than this hold no sentence that anyone could read.
constexpr std::uint64_t kMinGap = 8;
constexpr size_t kMaxGaps = 64;

bool starts(std::string_view bytes, std::uint64_t at, std::string_view signature) {
  return at <= bytes.size() && bytes.substr(at, signature.size()) == signature;
}

bool is_encrypted(unsigned flags, std::uint16_t method, std::string_view extra) {
  return (flags & (kFlagEncrypted | kFlagStrong | kFlagMasked)) != 0 ||
         method == static_cast<std::uint16_t>(ZipMethod::aes) || !find_zip_extra(extra, kExtraAes).empty();
}

NameFlag name_flag(unsigned flags) {
  return (flags & kFlagUtf8) != 0 ? NameFlag::utf8 : NameFlag::legacy;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// `time` is the field of that name of the record (MS-DOS).
ZipLock lock_of(unsigned flags, const ZipEntry& entry, std::uint16_t time, std::string_view extra) {
  ZipLock out;
  if (const std::string_view aes = find_zip_extra(extra, kExtraAes); aes.size() >= 7) {
    out.kind = ZipLock::Kind::aes;
    out.strength = static_cast<std::uint8_t>(aes[4]);
    out.method = le16(aes, 5);
  } else if ((flags & kFlagStrong) == 0) {
    out.kind = ZipLock::Kind::classic;
    out.check = static_cast<std::uint8_t>(entry.crc >> 24);
    out.other_check = static_cast<std::uint8_t>(time >> 8);
  }
  return out;
}

}  // namespace

struct ZipReader::Record {
  unsigned flags = 0;
  ZipEntry entry;
  std::uint64_t end = 0;  // where the next record begins
};

std::string describe_zip_method(std::uint16_t method) {
  switch (static_cast<ZipMethod>(method)) {
    case ZipMethod::stored:
      return "stored";
    case ZipMethod::shrunk:
      return "shrink";
    case ZipMethod::reduced_1:
    case ZipMethod::reduced_2:
    case ZipMethod::reduced_3:
    case ZipMethod::reduced_4:
      return "reduce";
    case ZipMethod::imploded:
      return "implode";
    case ZipMethod::deflated:
      return "deflate";
    case ZipMethod::deflate64:
      return "deflate64";
    case ZipMethod::bzip2:
      return "bzip2";
    case ZipMethod::lzma:
      return "LZMA";
    case ZipMethod::zstd:
      return "Zstandard";
    case ZipMethod::xz:
      return "XZ";
    case ZipMethod::ppmd:
      return "PPMd";
    case ZipMethod::aes:
      return "AES";
  }
  return "method " + std::to_string(method);
}

ZipReader::ZipReader(std::string_view bytes) : bytes_(bytes) {
  const std::uint64_t last_start = bytes_.size() >= kEndSize ? bytes_.size() - kEndSize : 0;
  const std::uint64_t first_start = last_start > kMaxEndComment ? last_start - kMaxEndComment : 0;
  for (std::uint64_t at = last_start + 1; at-- > first_start;) {
    if (!starts(bytes_, at, kEndSignature)) continue;
    if (at + kEndSize + le16(bytes_, at + 20) > bytes_.size()) continue;
    if (read_directory_at(at)) {
      has_directory_ = true;
      break;
    }
  }
  if (!has_directory_) note(damage_, "it has no readable directory");
  if (!has_directory_ && bytes_.starts_with("PK\x07\x08PK\x03\x04")) is_piece_ = true;
  look_between();
  mark_overlaps();
  mark_duplicates();
}

void ZipReader::note(std::string& where, std::string_view sentence) {
  if (where.size() > kMaxNoteBytes || where.find(sentence) != std::string::npos) return;
  if (!where.empty()) where += "; ";
  where += sentence;
}

// APPNOTE 4.3.14 to 4.3.16. Returns false when no directory is where the record says.
bool ZipReader::read_directory_at(std::uint64_t end_record) {
  std::uint64_t count = le16(bytes_, end_record + 10);
  std::uint64_t size = le32(bytes_, end_record + 12);
  std::uint64_t offset = le32(bytes_, end_record + 16);
  std::uint64_t directory_end = end_record;
  if (end_record >= kLocator64Size && starts(bytes_, end_record - kLocator64Size, kLocator64Signature)) {
    const std::uint64_t claimed = le64(bytes_, end_record - kLocator64Size + 8);
    // With bytes in front of the zip the claim is off; the record stands right before its locator then.
    const std::uint64_t beside =
        end_record >= kLocator64Size + kEnd64Size ? end_record - kLocator64Size - kEnd64Size : bytes_.size();
    const std::uint64_t at = starts(bytes_, claimed, kEnd64Signature) ? claimed : beside;
    if (starts(bytes_, at, kEnd64Signature) && bytes_.size() - at >= kEnd64Size) {
      const std::uint64_t size64 = le64(bytes_, at + 40);
      const bool needed = count == 0xFFFF || size == kIn64 || offset == kIn64;
      if (!needed && (le64(bytes_, at + 32) != count || size64 != size || le64(bytes_, at + 48) != offset)) {
        note(doubt_, "its zip64 end record disagrees with the plain one");
      }
      if (needed || size64 == size) {
        count = le64(bytes_, at + 32);
        size = size64;
        offset = le64(bytes_, at + 48);
        directory_end = at;
        covered_.push_back({at, end_record});
      }
    }
  }
  if (size > directory_end) return false;
  // The directory ends where the end record begins; what the offset says less than that is data in front.
  std::uint64_t begin = directory_end - size;
  std::uint64_t base = begin >= offset ? begin - offset : 0;
  if (size > 0 && !starts(bytes_, begin, kCentralSignature)) {
    if (!starts(bytes_, offset, kCentralSignature)) return false;
    begin = offset;
    base = 0;
    note(doubt_, "its directory is not where the end record says");
  }
  if (size == 0 && count != 0) return false;
  const size_t before = entries_.size();
  read_records(begin, directory_end, base);
  if (entries_.size() - before != count && !too_many_)
    note(doubt_, "its directory holds another number of members than it says");
  const std::uint16_t number = le16(bytes_, end_record + 4);  // of this piece
  is_piece_ = number != 0 && number != 0xFFFF;
  const std::uint64_t comment = le16(bytes_, end_record + 20);
  covered_.push_back({end_record, end_record + kEndSize});
  if (comment > 0) {
    comments_.push_back(decode_zip_name(bytes_.substr(end_record + kEndSize, comment), NameFlag::legacy, {}));
    // A comment may hold a whole second zip: left uncovered it is searched like any other gap.
    if (comments_.back().find("PK") == std::string::npos) {
      covered_.push_back({end_record + kEndSize, end_record + kEndSize + comment});
    }
  }
  return true;
}

void ZipReader::read_records(std::uint64_t at, std::uint64_t end, std::uint64_t base) {
  const std::uint64_t begin = at;
  Record record;
  while (at < end && read_record(at, record)) {
    add_record(record, base);
    at = record.end;
    if (too_many_) break;
  }
  covered_.push_back({begin, std::max(at, begin)});
  if (at < end && !too_many_) note(damage_, "its directory breaks off");
}

bool ZipReader::read_record(std::uint64_t at, Record& record) const {
  if (!starts(bytes_, at, kCentralSignature) || bytes_.size() - at < kCentralSize) return false;
  const std::uint64_t name_size = le16(bytes_, at + 28);
  const std::uint64_t extra_size = le16(bytes_, at + 30);
  const std::uint64_t comment_size = le16(bytes_, at + 32);
  const std::uint64_t name_at = at + kCentralSize;
  if (name_at + name_size + extra_size + comment_size > bytes_.size()) return false;
  const std::string_view extra = bytes_.substr(name_at + name_size, extra_size);

  record.flags = le16(bytes_, at + 8);
  record.end = name_at + name_size + extra_size + comment_size;
  ZipEntry entry;
  entry.method = le16(bytes_, at + 10);
  entry.crc = le32(bytes_, at + 16);
  entry.crc_known = true;
  entry.packed_size = le32(bytes_, at + 20);
  entry.unpacked_size = le32(bytes_, at + 24);
  entry.header_offset = le32(bytes_, at + 42);
  std::string_view wide = find_zip_extra(extra, kExtraZip64);
  for (std::uint64_t* field : {&entry.unpacked_size, &entry.packed_size, &entry.header_offset}) {
    if (*field != kIn64 || wide.size() < 8) continue;
    *field = le64(wide, 0);
    wide.remove_prefix(8);
  }
  entry.raw_name = bytes_.substr(name_at, name_size);
  entry.name = decode_zip_name(entry.raw_name, name_flag(record.flags), extra);
  entry.comment =
      decode_zip_name(bytes_.substr(name_at + name_size + extra_size, comment_size), name_flag(record.flags), {});
  entry.encrypted = is_encrypted(record.flags, entry.method, extra);
  if (entry.encrypted) entry.lock = lock_of(record.flags, entry, le16(bytes_, at + 12), extra);
  entry.method_bit_1 = (record.flags & kFlagMethod1) != 0;
  entry.method_bit_2 = (record.flags & kFlagMethod2) != 0;
  entry.directory = !entry.raw_name.empty() && entry.raw_name.back() == '/' && entry.unpacked_size == 0;
  record.entry = std::move(entry);
  return true;
}

// APPNOTE 4.3.7. Fills `entry` from the local header at `at`.
bool ZipReader::read_local(std::uint64_t at, ZipEntry& entry) const {
  if (!starts(bytes_, at, kLocalSignature) || bytes_.size() - at < kLocalSize) return false;
  const std::uint64_t name_size = le16(bytes_, at + 26);
  const std::uint64_t extra_size = le16(bytes_, at + 28);
  if (at + kLocalSize + name_size + extra_size > bytes_.size()) return false;
  const std::string_view extra = bytes_.substr(at + kLocalSize + name_size, extra_size);
  const unsigned flags = le16(bytes_, at + 6);
  entry.method = le16(bytes_, at + 8);
  entry.crc = le32(bytes_, at + 14);
  entry.packed_size = le32(bytes_, at + 18);
  entry.unpacked_size = le32(bytes_, at + 22);
  std::string_view wide = find_zip_extra(extra, kExtraZip64);
  for (std::uint64_t* field : {&entry.unpacked_size, &entry.packed_size}) {
    if (*field != kIn64 || wide.size() < 8) continue;
    *field = le64(wide, 0);
    wide.remove_prefix(8);
  }
  entry.raw_name = bytes_.substr(at + kLocalSize, name_size);
  entry.name = decode_zip_name(entry.raw_name, name_flag(flags), extra);
  entry.encrypted = is_encrypted(flags, entry.method, extra);
  if (entry.encrypted) entry.lock = lock_of(flags, entry, le16(bytes_, at + 10), extra);
  entry.header_offset = at;
  entry.data_offset = at + kLocalSize + name_size + extra_size;
  entry.open_ended = (flags & kFlagDescriptor) != 0 && entry.packed_size == 0;
  entry.method_bit_1 = (flags & kFlagMethod1) != 0 || entry.open_ended;
  entry.method_bit_2 = (flags & kFlagMethod2) != 0;
  entry.crc_known = !entry.open_ended;
  entry.directory =
      !entry.raw_name.empty() && entry.raw_name.back() == '/' && entry.packed_size == 0 && !entry.open_ended;
  return true;
}

void ZipReader::add_record(const Record& record, std::uint64_t base) {
  ZipEntry entry = record.entry;
  ZipEntry local;
  bool found = read_local(entry.header_offset + base, local);
  if (!found && base != 0) found = read_local(entry.header_offset, local);
  if (!found) {
    entry.data_offset = 0;
    entry.packed_size = 0;
    note(damage_, "a member is not where the directory says");
    add_entry(std::move(entry));
    return;
  }
  entry.header_offset = local.header_offset;
  entry.data_offset = local.data_offset;
  const auto seen = by_offset_.find(local.header_offset);
  if (seen != by_offset_.end() && entries_[seen->second].method == entry.method &&
      entries_[seen->second].packed_size == std::min(entry.packed_size, bytes_.size() - entry.data_offset)) {
    // The same bytes listed twice: the second name is text, the member is read once.
    if (has_directory_) note(doubt_, "two records of the directory point to one member");
    if (entry.raw_name != entries_[seen->second].raw_name) other_names_.push_back(entry.name);
    return;
  }

  if (local.raw_name != entry.raw_name && local.name != entry.name) {
    other_names_.push_back(local.name);
    entry.doubt = "its local header gives it another name than the directory";
  }
  const bool other_method = local.method != entry.method;
  const bool other_size = !local.open_ended && local.packed_size != entry.packed_size && local.packed_size != kIn64;
  if (local.encrypted != entry.encrypted) {
    // One flag of the two is a lie that keeps scanners out; the data are tried as they are.
    entry.encrypted = false;
    entry.doubt = "only one of its two headers calls it encrypted";
  }
  if (other_method || other_size) {
    local.doubt = "its local header gives another method or size than the directory";
    entry.doubt = local.doubt;
    const bool encrypted = local.encrypted && record.entry.encrypted;
    local.encrypted = encrypted;
    add_entry(std::move(entry));
    add_entry(std::move(local));
    return;
  }
  add_entry(std::move(entry));
}

void ZipReader::add_entry(ZipEntry entry) {
  if (entries_.size() >= kMaxZipEntries) {
    too_many_ = true;
    return;
  }
  if (entry.data_offset != 0) {
    const std::uint64_t there = bytes_.size() - entry.data_offset;
    if (entry.open_ended) {
      entry.packed_size = there;
    } else if (entry.packed_size > there) {
      entry.packed_size = there;
      entry.truncated = true;
      note(damage_, "a member is cut off by the end of the file");
    }
    by_offset_.emplace(entry.header_offset, entries_.size());
    covered_.push_back({entry.header_offset, entry.data_offset + entry.packed_size});
  }
  if (!entry.comment.empty()) comments_.push_back(entry.comment);
  entries_.push_back(std::move(entry));
}

// The parts of the file that no range in covered_ holds; sorts covered_.
std::vector<ZipReader::Range> ZipReader::uncovered() {
  std::sort(covered_.begin(), covered_.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::vector<Range> out;
  std::uint64_t reached = 0;
  for (const Range& range : covered_) {
    if (range.begin > reached) out.push_back({reached, range.begin});
    reached = std::max(reached, range.end);
  }
  if (reached < bytes_.size()) out.push_back({reached, bytes_.size()});
  return out;
}

void ZipReader::look_between() {
  for (const Range& gap : uncovered()) search(gap);
  for (size_t i = 0; i < entries_.size(); i++) {
    if (entries_[i].data_offset != 0) by_end_.emplace(entries_[i].data_offset + entries_[i].packed_size, i);
  }
  for (const Range& gap : uncovered()) keep_gap(gap);
}

void ZipReader::search(Range gap) {
  size_t signatures = 0;
  std::uint64_t at = gap.begin;
  while (at + 4 <= gap.end && !too_many_) {
    const void* hit = std::memchr(bytes_.data() + at, 'P', gap.end - at);
    if (hit == nullptr) break;
    at = static_cast<std::uint64_t>(static_cast<const char*>(hit) - bytes_.data());
    const std::string_view signature = bytes_.substr(at, 4);
    if (signature == kLocalSignature || signature == kCentralSignature || signature == kEndSignature) {
      if (++signatures > kMaxSignaturesBetween) {
        note(damage_, "it holds more loose headers than are looked at");
        break;
      }
    }
    if (signature == kLocalSignature) {
      const size_t before = covered_.size();
      add_local_only(at);
      if (covered_.size() > before) {
        const ZipEntry& added = entries_.back();
        // An open end reaches to the end of the file; the next header may still be inside.
        at = added.open_ended ? added.data_offset : std::max(at + 1, added.data_offset + added.packed_size);
        continue;
      }
    } else if (signature == kEndSignature && has_directory_ && bytes_.size() - at >= kEndSize) {
      note(doubt_, "it holds more than one directory");
      if (read_directory_at(at)) {
        at += kEndSize;
        continue;
      }
    } else if (signature == kCentralSignature) {
      Record record;
      if (read_record(at, record)) {
        add_record(record, 0);
        covered_.push_back({at, record.end});
        if (has_directory_) note(doubt_, "it holds loose records of a directory");
        at = record.end;
        continue;
      }
    }
    at++;
  }
}

void ZipReader::add_local_only(std::uint64_t at) {
  ZipEntry entry;
  if (by_offset_.contains(at) || !read_local(at, entry)) return;
  if (has_directory_) {
    entry.doubt = "it stands in no directory: only readers that go from header to header see it";
    note(doubt_, entry.doubt);
  }
  if (entry.open_ended && entry.method != static_cast<std::uint16_t>(ZipMethod::deflated)) {
    // Data of unknown size end at their descriptor (APPNOTE 4.3.9), or at the next header.
    std::string_view data = bytes_.substr(entry.data_offset);
    data = data.substr(0, data.find(kLocalSignature));
    entry.open_ended = false;
    entry.packed_size = std::min(data.find(kDescriptorSignature), data.size());
  }
  add_entry(std::move(entry));
}

// APPNOTE 4.3.9: the signature is optional, sizes have 4 or 8 bytes; known by the packed size that it repeats.
size_t ZipReader::descriptor_size(std::uint64_t at, std::string_view bytes) const {
  const auto found = by_end_.find(at);
  if (found == by_end_.end()) return 0;
  const ZipEntry* const member = &entries_[found->second];
  const size_t skip = bytes.starts_with(kDescriptorSignature) ? 4 : 0;
  if (bytes.size() >= skip + 20 && le64(bytes, skip + 4) == member->packed_size) return skip + 20;
  if (bytes.size() >= skip + 12 && le32(bytes, skip + 4) == member->packed_size) return skip + 12;
  return 0;
}

void ZipReader::keep_gap(Range gap) {
  if (gap.end - gap.begin < kMinGap || gaps_.size() >= kMaxGaps) return;
  std::string_view bytes = bytes_.substr(gap.begin, gap.end - gap.begin);
  // A data descriptor behind a member and zeros for alignment belong to the format.
  bytes.remove_prefix(descriptor_size(gap.begin, bytes));
  if (!has_directory_ && bytes.starts_with(kCentralSignature)) return;  // a record that is cut off
  const size_t first = bytes.find_first_not_of('\0');
  if (first == std::string_view::npos || bytes.size() - first < kMinGap) return;
  bytes.remove_prefix(first);
  gaps_.push_back(bytes);
}

void ZipReader::mark_overlaps() {
  std::vector<size_t> order;
  order.reserve(entries_.size());
  for (size_t i = 0; i < entries_.size(); i++) {
    if (entries_[i].data_offset != 0 && !entries_[i].open_ended) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return entries_[a].header_offset < entries_[b].header_offset; });
  std::uint64_t reached = 0;
  std::uint64_t last_header = 0;
  for (const size_t i : order) {
    ZipEntry& entry = entries_[i];
    const bool second_reading = entry.header_offset == last_header && reached > 0;
    if (entry.header_offset < reached && !second_reading) {
      entry.overlapping = true;
      note(doubt_, "its members overlap");
    }
    reached = std::max(reached, entry.data_offset + entry.packed_size);
    last_header = entry.header_offset;
  }
}

void ZipReader::mark_duplicates() {
  std::unordered_map<std::string, size_t> names;
  for (size_t i = 0; i < entries_.size(); i++) {
    const auto [first, fresh] = names.emplace(lower_ascii(entries_[i].name), i);
    if (fresh) continue;
    for (const size_t which : {first->second, i}) {
      if (entries_[which].doubt.empty()) entries_[which].doubt = "another member has the same name";
    }
    note(doubt_, "two members have the same name");
  }
}

bool zip_has_entry(std::string_view bytes, std::string_view name) {
  const std::string wanted = lower_ascii(name);
  const ZipReader reader(bytes);
  return std::any_of(reader.entries().begin(), reader.entries().end(),
                     [&](const ZipEntry& entry) { return lower_ascii(entry.name) == wanted; });
}

}  // namespace postern::extract
