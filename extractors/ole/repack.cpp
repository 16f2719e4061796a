#include "extractors/ole/repack.h"

#include <algorithm>

#include "extractors/archive/bytes.h"

namespace postern::extract::ole {

namespace {

constexpr std::uint32_t kFree = 0xFFFFFFFF, kEnd = 0xFFFFFFFE, kFatSector = 0xFFFFFFFD;
constexpr size_t kMiniSector = 64, kCutoff = 4096, kHeaderDifat = 109, kEntrySize = 128;

void put(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}
void set(std::string& out, size_t at, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out[at + i] = static_cast<char>(value >> (8 * i) & 0xFF);
}

// UTF-8 of the reader back to UTF-16; names hold at most 31 characters.
std::string utf16_name(std::string_view name) {
  std::string out;
  constexpr size_t kMostBytes = 62;
  for (size_t i = 0; i < name.size() && out.size() < kMostBytes; i++) {
    const auto c = static_cast<unsigned char>(name[i]);
    const unsigned more = c < 0xC0 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    char32_t letter = more == 0 ? c : c & (0x3FU >> more);
    for (unsigned k = 0; k < more && i + 1 < name.size(); k++) {
      letter = letter << 6 | (static_cast<unsigned char>(name[++i]) & 0x3F);
    }
    if (letter >= 0x10000) {
      put(out, 0xD800 + ((letter - 0x10000) >> 10), 2);
      put(out, 0xDC00 + ((letter - 0x10000) & 0x3FF), 2);
    } else {
      put(out, letter, 2);
    }
  }
  return out.substr(0, kMostBytes);
}

class Packer {
 public:
  Packer(CompoundFile& file, std::uint64_t most) : file_(file), left_(most) {}

  std::string pack(EntryId storage) {
    collect(storage);
    // Small sectors as long as the header can list the table's sectors.
    std::uint64_t total = 0;
    for (const Node& node : nodes_) total += file_.at(node.id).size;
    constexpr std::uint64_t kSmallFile = 6 << 20;
    shift_ = std::min(total, left_) + nodes_.size() * kEntrySize < kSmallFile ? 9 : 12;
    out_.assign(size_t{1} << shift_, '\0');
    for (Node& node : nodes_) store(node);
    const std::uint32_t mini_first = store_regular(mini_);
    std::string mini_table;
    for (const std::uint32_t next : mini_fat_) put(mini_table, next, 4);
    const std::uint32_t table_first = store_regular(mini_table);
    nodes_[0].first = mini_first;
    nodes_[0].size = mini_.size();
    const std::uint32_t directory_first = store_regular(directory());
    finish(directory_first, table_first, mini_table.size());
    return std::move(out_);
  }

 private:
  struct Node {
    EntryId id = 0;
    std::uint32_t left = kFree, right = kFree, child = kFree;
    std::uint32_t first = kEnd;
    std::uint64_t size = 0;
  };

  void collect(EntryId root) {
    nodes_.push_back({root});
    for (size_t i = 0; i < nodes_.size(); i++) {
      const std::vector<EntryId>& children = file_.at(nodes_[i].id).children;
      if (children.empty()) continue;
      const size_t begin = nodes_.size();
      for (const EntryId child : children) nodes_.push_back({child});
      nodes_[i].child = balance(begin, nodes_.size());
    }
  }

  // Siblings [begin, end) as a balanced tree; its root.
  std::uint32_t balance(size_t begin, size_t end) {
    if (begin >= end) return kFree;
    const size_t middle = begin + (end - begin) / 2;
    nodes_[middle].left = balance(begin, middle);
    nodes_[middle].right = balance(middle + 1, end);
    return static_cast<std::uint32_t>(middle);
  }

  void store(Node& node) {
    if (file_.at(node.id).kind == Entry::Kind::storage) return;
    std::string buffer;
    const std::string_view bytes = file_.read(node.id, buffer, left_).bytes;
    left_ -= bytes.size();
    node.size = bytes.size();
    if (bytes.empty()) return;
    if (bytes.size() >= kCutoff) {
      node.first = store_regular(bytes);
      return;
    }
    node.first = static_cast<std::uint32_t>(mini_fat_.size());
    const size_t sectors = (bytes.size() + kMiniSector - 1) / kMiniSector;
    for (size_t i = 1; i <= sectors; i++) {
      mini_fat_.push_back(i < sectors ? static_cast<std::uint32_t>(mini_fat_.size() + 1) : kEnd);
    }
    mini_ += bytes;
    mini_.resize(mini_fat_.size() * kMiniSector);
  }

  std::uint32_t store_regular(std::string_view bytes) {
    if (bytes.empty()) return kEnd;
    const auto first = static_cast<std::uint32_t>(fat_.size());
    const size_t size = size_t{1} << shift_;
    const size_t sectors = (bytes.size() + size - 1) / size;
    for (size_t i = 1; i <= sectors; i++) {
      fat_.push_back(i < sectors ? static_cast<std::uint32_t>(fat_.size() + 1) : kEnd);
    }
    out_ += bytes;
    out_.resize((fat_.size() + 1) * size);
    return first;
  }

  std::string directory() const {
    std::string out;
    for (size_t i = 0; i < nodes_.size(); i++) {
      const Node& node = nodes_[i];
      const Entry& entry = file_.at(node.id);
      std::string raw = utf16_name(i == 0 ? "Root Entry" : entry.name);
      const size_t name_bytes = raw.size() + 2;
      raw.resize(64);
      put(raw, name_bytes, 2);
      const bool storage = entry.kind == Entry::Kind::storage;
      raw.push_back(i == 0 ? '\5' : storage ? '\1' : '\2');
      raw.push_back('\1');  // black: readers that check the colours are content
      put(raw, node.left, 4);
      put(raw, node.right, 4);
      put(raw, node.child, 4);
      raw += entry.clsid;
      raw.resize(116);
      put(raw, node.first, 4);
      put(raw, node.size, 8);
      out += raw;
    }
    const size_t per_sector = (size_t{1} << shift_) / kEntrySize;
    for (size_t i = nodes_.size(); i % per_sector != 0; i++) {
      std::string raw(kEntrySize, '\0');
      set(raw, 68, kFree, 4);
      set(raw, 72, kFree, 4);
      set(raw, 76, kFree, 4);
      out += raw;
    }
    return out;
  }

  void finish(std::uint32_t directory_first, std::uint32_t table_first, size_t table_size) {
    const size_t size = size_t{1} << shift_;
    const size_t per_sector = size / 4;
    size_t fat_sectors = 0;
    while (fat_sectors * per_sector < fat_.size() + fat_sectors) fat_sectors++;
    const size_t listed = std::min(fat_sectors, kHeaderDifat);
    const size_t fat_at = fat_.size();
    for (size_t i = 0; i < fat_sectors; i++) fat_.push_back(kFatSector);
    fat_.resize(fat_sectors * per_sector, kFree);
    std::string table;
    for (const std::uint32_t next : fat_) put(table, next, 4);
    out_ += table;
    out_.replace(0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    set(out_, 24, 0x3E, 2);
    set(out_, 26, shift_ == 9 ? 3 : 4, 2);
    set(out_, 28, 0xFFFE, 2);
    set(out_, 30, shift_, 2);
    set(out_, 32, 6, 2);
    set(out_, 44, listed, 4);
    set(out_, 48, directory_first, 4);
    set(out_, 56, kCutoff, 4);
    set(out_, 60, table_first, 4);
    set(out_, 64, (table_size + size - 1) / size, 4);
    set(out_, 68, kEnd, 4);
    for (size_t i = 0; i < kHeaderDifat; i++) set(out_, 76 + i * 4, i < listed ? fat_at + i : kFree, 4);
  }

  CompoundFile& file_;
  std::uint64_t left_;
  unsigned shift_ = 9;
  std::vector<Node> nodes_;
  std::string out_;
  std::vector<std::uint32_t> fat_;
  std::string mini_;
  std::vector<std::uint32_t> mini_fat_;
};

}  // namespace

std::string repack(CompoundFile& file, EntryId storage, std::uint64_t most) {
  return Packer(file, most).pack(storage);
}

}  // namespace postern::extract::ole
