// The lowest layer of Outlook data files ([MS-PST] 2.2, the NDB layer): nodes, each a stream of bytes in blocks with
// nodes of its own below it.
//
// ANSI files (Outlook 97 to 2002), Unicode files, and those with pages of 4 KiB and packed blocks (.ost of Outlook 2013
// and later). The two indexes are read at the opening. Pages of them that were written before and are no longer
// part of them are looked for as well: they list what was deleted, and all that is left where the index is damaged.
//
// Every page is read once, and blocks that are used again and again are read until kMostUse is reached: spend() says
// false from then on. What is missing or damaged is left out and noted (take_damage()). Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/pst/encoding.h"

namespace postern::extract::pst {

using NodeId = std::uint32_t;
using BlockId = std::uint64_t;

// The lower five bits of a node's id ([MS-PST] 2.2.2.1).
enum class NodeKind : std::uint8_t {
  heap_item = 0x00,
  folder = 0x02,
  search_folder = 0x03,
  message = 0x04,
  attachment = 0x05,
  associated_message = 0x08,
  recipient_table = 0x12,
};
inline NodeKind kind_of(NodeId id) {
  return static_cast<NodeKind>(id & 0x1FU);
}

struct Node {
  NodeId id = 0;
  BlockId data = 0;
  BlockId subnodes = 0;
  NodeId parent = 0;
};

// How often the bytes of a file may be read over all its blocks, with some for small files. Outlook's own files stay
// below 2; packed blocks unpack to 5 times their size.
inline constexpr std::uint64_t kMostUse = 32;
inline constexpr std::uint64_t kFreeUse = 16U << 20;

class NodeDatabase {
 public:
  // `malformed` when there is no head or no index, `encrypted` when its blocks are.
  static tl::expected<NodeDatabase, Ending> open(std::string_view file);

  // By id. A hostile file may list an id twice.
  const std::vector<Node>& nodes() const { return nodes_; }
  // Of former pages, those whose id is in use no more.
  const std::vector<Node>& former_nodes() const { return former_; }
  // Of former pages, those of messages whose id is in use with other data: each as it was, the latest first.
  const std::vector<Node>& former_versions() const { return versions_; }
  const Node* find(NodeId id) const;

  // Gives the blocks of a stream one after the other, until `take` says false; of streams that are longer than the
  // file some of them.
  using Take = std::function<bool(std::string&& block)>;
  void read(BlockId data, const Take& take);
  // The whole stream, up to `most` bytes.
  std::string read(BlockId data, std::uint64_t most);
  std::vector<Node> subnodes(BlockId block);

  // True for files whose heaps count their items otherwise.
  bool has_large_pages() const { return shape_.page > 512; }

  // Notes work of so many bytes; false when kMostUse is reached.
  bool spend(std::uint64_t bytes);
  bool used_up() const { return used_ > most_use(); }
  std::uint64_t most_use() const { return kFreeUse + kMostUse * file_.size(); }

  bool index_damaged() const { return index_damaged_; }
  // What was noted since the last call, one sentence.
  std::string take_damage();

 private:
  // Where things stand in pages and blocks of the three kinds of files.
  struct Shape {
    std::size_t page;        // bytes of a page
    std::size_t counts;      // where the number of its entries stands
    unsigned count_width;    // bytes of that number
    std::size_t page_type;   // where its type stands, twice
    std::size_t page_check;  // where its checksum stands, over what is before page_type
    unsigned id;             // bytes of ids and offsets
    std::size_t trailer;     // bytes behind the data of a block
    std::size_t unit;        // blocks fill multiples of it
  };
  struct Page {
    std::string_view entries;
    std::size_t stride = 0;
    unsigned level = 0;
  };
  struct Block {
    BlockId id = 0;
    std::uint64_t at = 0;
    std::uint16_t size = 0;
    bool former = false;
  };
  static const Shape kAnsi, kUnicode, kLarge;

  NodeDatabase(std::string_view file, const Shape& shape) : file_(file), shape_(shape) {}

  std::uint64_t root_at(std::uint8_t type) const;
  std::optional<Page> page(std::uint64_t at, std::uint8_t type) const;
  template <typename Leaf>
  void walk(std::uint8_t type, const Leaf& leaf);
  Node node_of(std::string_view entry) const;
  Block block_of(std::string_view entry) const;
  void read_index();
  void read_former_pages();
  void settle_encoding();
  bool begins_heap(Encoding encoding);

  bool load(BlockId id, std::string& out);
  bool is_sound(const Block& block, std::string_view raw, std::string_view trailer);
  bool visit(BlockId id, unsigned most_level, const Take& take);
  void add_subnodes(BlockId id, unsigned most_level, std::vector<Node>& out);
  void note(std::string_view what);

  std::string_view file_;
  Shape shape_;
  Encoding encoding_ = Encoding::none;
  std::vector<Node> nodes_, former_, versions_;
  std::vector<Block> blocks_;
  std::unordered_set<std::uint64_t> pages_;  // of the indexes, that were read
  std::uint64_t used_ = 0;
  bool index_damaged_ = false;
  std::string damage_;
};

}  // namespace postern::extract::pst
