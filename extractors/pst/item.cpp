#include "extractors/pst/item.h"

#include <algorithm>

#include "extractors/archive/bytes.h"

namespace postern::extract::pst {

namespace {

constexpr std::size_t kHeapHead = 12;
constexpr std::uint8_t kHeap = 0xEC, kTree = 0xB5, kProperties = 0xBC, kTable = 0x7C;
constexpr unsigned kMostLevel = 8;         // of a tree in a heap
constexpr std::uint64_t kRecordUse = 16;   // what reading a record costs
constexpr std::size_t kHeapBlocks = 8192;  // ids of pieces count them with 13 or 16 bits; Outlook's heaps have a few

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : std::uint8_t{0};
}

}  // namespace

std::optional<Item> Item::load(NodeDatabase& database, const Node& node, std::deque<std::string>& storage) {
  Item out(database, storage);
  database.read(node.data, [&](std::string&& block) {
    storage.push_back(std::move(block));
    out.blocks_.emplace_back(storage.back());
    return out.blocks_.size() < kHeapBlocks;
  });
  if (out.blocks_.empty() || out.blocks_[0].size() < kHeapHead || byte_at(out.blocks_[0], 2) != kHeap) {
    return std::nullopt;
  }
  out.subnodes_ = database.subnodes(node.subnodes);
  return out;
}

// [MS-PST] 2.3.1: the number of a block and, from 1, of a piece in it, whose map ends the block's heads.
std::string_view Item::piece(std::uint32_t where) const {
  const bool large = database_->has_large_pages();
  const std::uint32_t index = where >> 5 & (large ? 0x3FFFU : 0x7FFU);
  const std::size_t block = where >> (large ? 19U : 16U);
  if (kind_of(where) != NodeKind::heap_item || index == 0 || block >= blocks_.size()) return {};
  const std::string_view bytes = blocks_[block];
  const std::size_t map = le16(bytes, 0);
  if (index > le16(bytes, map)) return {};
  const std::size_t begin = le16(bytes, map + 2 + 2 * std::size_t{index}),
                    end = le16(bytes, map + 4 + 2 * std::size_t{index});
  return begin < end && end <= bytes.size() ? bytes.substr(begin, end - begin) : std::string_view();
}

std::string_view Item::value(std::uint32_t where, std::uint64_t most) {
  if (kind_of(where) == NodeKind::heap_item) {
    const std::string_view out = piece(where);
    return out.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), most)));
  }
  const Node* const node = subnode(where);
  if (node == nullptr) return {};
  storage_->push_back(database_->read(node->data, most));
  return storage_->back();
}

const Node* Item::subnode(NodeId id) const {
  const auto found = std::lower_bound(subnodes_.begin(), subnodes_.end(), id,
                                      [](const Node& node, NodeId wanted) { return node.id < wanted; });
  return found != subnodes_.end() && found->id == id ? &*found : nullptr;
}

// [MS-PST] 2.3.2.2: leaves are keys with their data, what is above them keys with the place of a piece.
void Item::add_leaves(std::uint32_t where, std::size_t key, std::size_t data, unsigned level,
                      std::vector<std::string_view>& out) const {
  constexpr std::size_t kPlace = 4;
  const std::string_view bytes = piece(where);
  const std::size_t stride = key + (level == 0 ? data : kPlace);
  for (std::size_t at = 0; at + stride <= bytes.size(); at += stride) {
    if (!database_->spend(kRecordUse)) return;
    if (level == 0) {
      out.push_back(bytes.substr(at, stride));
    } else {
      add_leaves(le32(bytes, at + key), key, data, level - 1, out);
    }
  }
}

std::vector<Record> Item::properties() const {
  constexpr std::size_t kKey = 2, kData = 6;
  std::vector<Record> out;
  const std::string_view head = piece(le32(blocks_[0], 4));
  const std::uint8_t levels = byte_at(head, 3);
  if (byte_at(blocks_[0], 3) != kProperties || head.size() < 8 || byte_at(head, 0) != kTree ||
      byte_at(head, 1) != kKey || byte_at(head, 2) != kData || levels > kMostLevel) {
    return out;
  }
  std::vector<std::string_view> leaves;
  add_leaves(le32(head, 4), kKey, kData, levels, leaves);
  out.reserve(leaves.size());
  for (const std::string_view leaf : leaves) out.push_back({le16(leaf, 0), le16(leaf, 2), le32(leaf, 4)});
  return out;
}

std::vector<std::vector<Record>> Item::rows(std::size_t most) {
  constexpr std::size_t kHead = 22, kColumn = 8, kWidth = 4;
  std::vector<std::vector<Record>> out;
  const std::string_view head = piece(le32(blocks_[0], 4));
  if (byte_at(blocks_[0], 3) != kTable || head.size() < kHead || byte_at(head, 0) != kTable) return out;
  // Where the cells of four and eight, two, one bytes and the bits of cells that exist end.
  const std::size_t bits_at = le16(head, 6), row_size = le16(head, 8);
  const std::size_t columns = std::min<std::size_t>(byte_at(head, 1), (head.size() - kHead) / kColumn);
  if (row_size == 0 || bits_at > row_size) return out;
  const auto add_rows = [&](std::string_view bytes) {
    for (std::size_t at = 0; at + row_size <= bytes.size() && out.size() < most; at += row_size) {
      if (!database_->spend(kRecordUse * (columns + 1))) return false;
      const std::string_view row = bytes.substr(at, row_size);
      out.emplace_back();
      for (std::size_t i = 0; i < columns; i++) {
        const std::string_view column = head.substr(kHead + i * kColumn, kColumn);
        const unsigned bit = byte_at(column, 7);
        const bool exists = (unsigned{byte_at(row, bits_at + bit / 8)} >> (7 - bit % 8) & 1U) != 0;
        const std::size_t cell = le16(column, 4);
        if (!exists || byte_at(column, 6) != kWidth || cell + kWidth > row_size) continue;
        out.back().push_back({le16(column, 2), le16(column, 0), le32(row, cell)});
      }
    }
    return out.size() < most;
  };
  const std::uint32_t where = le32(head, 14);
  if (kind_of(where) == NodeKind::heap_item) {
    add_rows(piece(where));
  } else if (const Node* const node = subnode(where)) {
    // Rows do not go on in the next block.
    database_->read(node->data, [&](std::string&& block) { return add_rows(block); });
  }
  return out;
}

}  // namespace postern::extract::pst
