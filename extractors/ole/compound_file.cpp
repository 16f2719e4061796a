#include "extractors/ole/compound_file.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"

namespace postern::extract::ole {

namespace {

constexpr std::string_view kSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr std::string_view kBetaSignature = "\x0E\x11\xFC\x0D\xD0\xCF\x11\x0E";
constexpr size_t kHeader = 512;
constexpr size_t kDifatAt = 76;
constexpr std::uint32_t kHeaderDifat = 109;
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;  // MAXREGSECT
constexpr std::uint32_t kNoStream = 0xFFFFFFFF;
constexpr size_t kEntrySize = 128;
constexpr size_t kNameBytes = 64;

enum ObjectType : unsigned char { kStorage = 1, kStream = 2, kRootStorage = 5 };

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool CompoundFile::is_one(std::string_view bytes) {
  return bytes.starts_with(kSignature) || bytes.starts_with(kBetaSignature);
}

std::optional<CompoundFile> CompoundFile::open(std::string_view bytes) {
  if (!is_one(bytes) || bytes.size() < kHeader) return std::nullopt;
  CompoundFile file(bytes);
  if (!file.load()) return std::nullopt;
  return file;
}

void CompoundFile::damaged(std::string_view what) {
  if (damage_.empty()) damage_ = what;
}

bool CompoundFile::load() {
  shift_ = le16(bytes_, 30);
  mini_shift_ = le16(bytes_, 32);
  cutoff_ = le32(bytes_, 56);
  if (shift_ < 7 || shift_ > 16) {
    damaged("the size of its sectors is none");
    shift_ = le16(bytes_, 26) == 4 ? 12 : 9;
  }
  if (mini_shift_ < 3 || mini_shift_ > shift_) mini_shift_ = 6;
  if (cutoff_ == 0 || cutoff_ > UINT64_C(1) << 20) cutoff_ = 4096;
  const size_t size = size_t{1} << shift_;
  // The header takes a whole sector; the last one may be cut short.
  sectors_ = bytes_.size() > size ? (bytes_.size() - 1) / size : 0;
  allowance_ = bytes_.size() * kMostRereads + kFreeReads;
  load_fat();
  return load_directory();
}

std::string_view CompoundFile::sector(std::uint32_t number) const {
  if (number >= sectors_) return {};
  const size_t size = size_t{1} << shift_;
  return bytes_.substr((size_t{number} + 1) * size, size);
}

void CompoundFile::add_fat_sector(std::uint32_t number) {
  const std::string_view entries = sector(number);
  const size_t count = (size_t{1} << shift_) / 4;
  for (size_t i = 0; i < count && fat_.size() < sectors_; i++) {
    fat_.push_back(i * 4 + 4 <= entries.size() ? le32(entries, i * 4) : kNoStream);
  }
}

// 2.3, 2.5: the sectors of the FAT stand in the header and in a chain of DIFAT sectors.
void CompoundFile::load_fat() {
  fat_.reserve(sectors_);
  const auto add = [&](std::uint32_t number) {
    if (number > kLastSector) return;
    if (number >= sectors_) damaged("sectors of its allocation table lie outside");
    add_fat_sector(number);
  };
  for (std::uint32_t i = 0; i < kHeaderDifat && fat_.size() < sectors_; i++)
    add(le32(bytes_, kDifatAt + size_t{i} * 4));
  std::uint32_t next = le32(bytes_, 68);
  const size_t in_sector = (size_t{1} << shift_) / 4 - 1;
  for (size_t steps = 0; steps < sectors_ && next < sectors_ && fat_.size() < sectors_; steps++) {
    const std::string_view entries = sector(next);
    for (size_t i = 0; i < in_sector && fat_.size() < sectors_; i++) {
      if (i * 4 + 4 <= entries.size()) add(le32(entries, i * 4));
    }
    next = entries.size() >= in_sector * 4 + 4 ? le32(entries, in_sector * 4) : kNoStream;
  }
}

Stream CompoundFile::follow(std::uint32_t first, std::uint64_t size, std::string& buffer) const {
  const std::uint64_t sector_size = std::uint64_t{1} << shift_;
  std::uint32_t at = first;
  std::uint64_t got = 0;
  size_t steps = 0;
  buffer.clear();
  bool in_buffer = false;
  // A chain that closes is left where it comes by the mark again, which moves on after ever longer ways.
  std::uint32_t mark = kNoStream;
  size_t mark_steps = 0;
  std::string_view single;
  while (got < size && at < sectors_ && steps <= sectors_ && at != mark) {
    if (steps >= 2 * mark_steps) {
      mark = at;
      mark_steps = steps;
    }
    // A run of sectors that follow each other is taken at once.
    const std::uint32_t begin = at;
    std::uint64_t length = 0;
    do {
      length += sector_size;
      steps++;
      const std::uint32_t next = at < fat_.size() ? fat_[at] : kNoStream;
      const bool follows = next == at + 1;
      at = next;
      if (!follows) break;
    } while (got + length < size && at < sectors_ && steps <= sectors_);
    const std::string_view run =
        bytes_.substr((std::uint64_t{begin} + 1) << shift_, std::min<std::uint64_t>(length, size - got));
    if (got == 0 && run.size() == size) return {run, true};
    if (!in_buffer && got == 0) {
      single = run;
    } else {
      if (!in_buffer) buffer = single;
      in_buffer = true;
      buffer += run;
    }
    got += run.size();
    if (run.size() < std::min<std::uint64_t>(length, size - got + run.size())) break;  // the file is cut short
  }
  return {in_buffer ? std::string_view(buffer) : single, got >= size};
}

Stream CompoundFile::follow_mini(std::uint32_t first, std::uint64_t size, std::string& buffer) {
  if (!mini_loaded_) {
    mini_loaded_ = true;
    // 2.4: both the table and the stream of small sectors are chains of ordinary ones.
    std::string table_buffer;
    const std::uint64_t table_size = std::uint64_t{le32(bytes_, 64)} << shift_;
    const std::uint64_t most = std::uint64_t{sectors_} << shift_;
    const Stream table = follow(le32(bytes_, 60), std::min(table_size, most), table_buffer);
    mini_fat_.reserve(table.bytes.size() / 4);
    for (size_t i = 0; i + 4 <= table.bytes.size(); i += 4) mini_fat_.push_back(le32(table.bytes, i));
    const Stream stream = follow(entries_[kRoot].first, std::min(entries_[kRoot].size, most), mini_stream_);
    if (!stream.whole) damaged("its small streams are cut short");
    if (stream.bytes.data() != mini_stream_.data()) mini_stream_ = stream.bytes;
  }
  const std::uint64_t sector_size = std::uint64_t{1} << mini_shift_;
  buffer.clear();
  std::uint32_t at = first;
  for (size_t steps = 0; buffer.size() < size && steps <= mini_fat_.size(); steps++) {
    const std::uint64_t offset = std::uint64_t{at} << mini_shift_;
    if (at > kLastSector || offset >= mini_stream_.size()) break;
    buffer.append(mini_stream_, offset, std::min(sector_size, size - buffer.size()));
    at = at < mini_fat_.size() ? mini_fat_[at] : kNoStream;
  }
  return {buffer, buffer.size() >= size};
}

Stream CompoundFile::read(EntryId id, std::string& buffer, std::uint64_t most) {
  const Entry& entry = entries_[id];
  if (entry.kind == Entry::Kind::storage) return {};
  const std::uint64_t wanted = std::min(entry.size, most);
  const std::uint64_t granted = std::min(wanted, allowance_);
  Stream out = entry.size < cutoff_ ? follow_mini(entry.first, granted, buffer) : follow(entry.first, granted, buffer);
  allowance_ -= out.bytes.size();
  if (granted < wanted) {
    out.whole = false;
    limit_ = "bytes read of its streams reached the limit (" + std::to_string(kMostRereads) + " times its size)";
  } else if (!out.whole) {
    damaged("a stream of it is cut short");
  }
  return out;
}

std::string CompoundFile::read(EntryId id, std::uint64_t most) {
  std::string buffer;
  const Stream stream = read(id, buffer, most);
  if (stream.bytes.data() == buffer.data()) {
    buffer.resize(stream.bytes.size());
    return buffer;
  }
  return std::string(stream.bytes);
}

bool CompoundFile::load_directory() {
  std::string buffer;
  const Stream directory = follow(le32(bytes_, 48), std::uint64_t{sectors_} << shift_, buffer);
  const size_t in_file = directory.bytes.size() / kEntrySize;
  if (in_file == 0) return false;
  const size_t count = std::min(in_file, kMostEntries);
  if (in_file > kMostEntries) {
    damaged("its entries reached the limit (" + std::to_string(kMostEntries) + ")");
  }
  std::vector<std::uint32_t> left(count), right(count), first_child(count);
  entries_.resize(count);
  for (size_t i = 0; i < count; i++) {
    const std::string_view raw = directory.bytes.substr(i * kEntrySize, kEntrySize);
    Entry& entry = entries_[i];
    const auto type = static_cast<unsigned char>(raw[66]);
    left[i] = le32(raw, 68);
    right[i] = le32(raw, 72);
    first_child[i] = le32(raw, 76);
    const size_t name_bytes = std::min<size_t>(le16(raw, 64), kNameBytes);
    entry.name = utf16le_to_utf8(until_nul16(raw.substr(0, name_bytes)));
    const bool storage = type == kStorage || type == kRootStorage || i == kRoot;
    entry.kind = storage ? Entry::Kind::storage : Entry::Kind::stream;
    entry.clsid = raw.substr(80, 16);
    entry.first = le32(raw, 116);
    entry.size = shift_ == 9 ? le32(raw, 120) : le64(raw, 120);  // the upper half is rubbish in version 3
    entry.parent = count;                                        // nowhere yet
    if (type != kStorage && type != kStream && i != kRoot) entry.name.clear();
  }
  entries_[kRoot].parent = kRoot;
  link_tree(left, right, first_child);
  return true;
}

// 2.6.4: the children of a storage are a tree of siblings. Each entry is linked once.
void CompoundFile::link_tree(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right,
                             const std::vector<std::uint32_t>& first_child) {
  const size_t count = entries_.size();
  const auto is_free = [&](std::uint32_t id) {
    return id < count && entries_[id].parent == count && !entries_[id].name.empty();
  };
  std::vector<EntryId> storages = {kRoot};
  const auto link_storages = [&] {
    while (!storages.empty()) {
      const EntryId storage = storages.back();
      storages.pop_back();
      // In order of the tree; a frame whose left side was walked is taken the second time.
      std::vector<std::pair<std::uint32_t, bool>> stack;
      std::vector<EntryId> children;
      if (is_free(first_child[storage])) {
        entries_[first_child[storage]].parent = storage;
        stack.emplace_back(first_child[storage], false);
      }
      while (!stack.empty()) {
        const auto [id, left_done] = stack.back();
        if (!left_done) {
          stack.back().second = true;
          if (is_free(left[id])) {
            entries_[left[id]].parent = storage;
            stack.emplace_back(left[id], false);
          }
          continue;
        }
        stack.pop_back();
        children.push_back(id);
        if (entries_[id].kind == Entry::Kind::storage) storages.push_back(id);
        if (is_free(right[id])) {
          entries_[right[id]].parent = storage;
          stack.emplace_back(right[id], false);
        }
      }
      entries_[storage].children.insert(entries_[storage].children.end(), children.begin(), children.end());
    }
  };
  link_storages();
  for (EntryId id = 1; id < count; id++) {
    if (!is_free(static_cast<std::uint32_t>(id))) continue;
    entries_[id].parent = kRoot;
    entries_[kRoot].children.push_back(id);
    if (entries_[id].kind == Entry::Kind::storage) {
      storages.push_back(id);
      link_storages();
    }
  }
}

std::optional<EntryId> CompoundFile::child(EntryId storage, std::string_view name) const {
  for (const EntryId id : entries_[storage].children) {
    if (same_name(entries_[id].name, name)) return id;
  }
  return std::nullopt;
}

std::optional<EntryId> CompoundFile::find(std::string_view path, EntryId from) const {
  EntryId at = from;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::optional<EntryId> next = child(at, path.substr(0, slash));
    if (!next) return std::nullopt;
    at = *next;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return at;
}

std::optional<EntryId> CompoundFile::find_stream(std::string_view path, EntryId from) const {
  const std::optional<EntryId> id = find(path, from);
  return id && entries_[*id].kind == Entry::Kind::stream ? id : std::nullopt;
}

std::optional<EntryId> CompoundFile::find_storage(std::string_view path, EntryId from) const {
  const std::optional<EntryId> id = find(path, from);
  return id && entries_[*id].kind == Entry::Kind::storage ? id : std::nullopt;
}

}  // namespace postern::extract::ole
