#include "extractors/pst/node_database.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <zlib.h>

#include "extractors/archive/bytes.h"

namespace postern::extract::pst {

namespace {

constexpr std::size_t kSmallestFile = 512;
constexpr std::uint8_t kBlockPage = 0x80, kNodePage = 0x81;
constexpr BlockId kReservedBit = 1, kInternalBit = 2;
constexpr unsigned kMostLevel = 8;            // of an index: 20 entries a page reach any size with fewer
constexpr std::size_t kPageStep = 512;        // where pages may begin
constexpr std::size_t kMostUnpacked = 65536;  // of a packed block: its size has 16 bits
constexpr NodeId kMessageStore = 0x21;

// [MS-PST] 5.3: the usual polynomial, without turning the bits around at either end.
std::uint32_t checksum(std::string_view bytes) {
  constexpr uLong kTurned = 0xFFFFFFFF;
  return static_cast<std::uint32_t>(
      ~::crc32(kTurned, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

bool by_id(const Node& a, const Node& b) {
  return a.id < b.id;
}

// Ids of blocks are given once and grow: of several states of a node the one with the highest is the last.
bool by_id_latest_first(const Node& a, const Node& b) {
  return a.id != b.id ? a.id < b.id : a.data > b.data;
}

}  // namespace

const NodeDatabase::Shape NodeDatabase::kAnsi{512, 496, 1, 500, 508, 4, 12, 64};
const NodeDatabase::Shape NodeDatabase::kUnicode{512, 488, 1, 496, 500, 8, 16, 64};
const NodeDatabase::Shape NodeDatabase::kLarge{4096, 4056, 2, 4072, 4076, 8, 24, 512};

tl::expected<NodeDatabase, Ending> NodeDatabase::open(std::string_view file) {
  constexpr std::size_t kVersionAt = 10;
  constexpr std::uint16_t kFirstUnicode = 20, kFirstLarge = 36;
  if (file.size() < kSmallestFile) return tl::unexpected(Ending{Outcome::malformed, "it is cut off"});
  const std::uint16_t version = le16(file, kVersionAt);
  const Shape& said = version < kFirstUnicode ? kAnsi : version < kFirstLarge ? kUnicode : kLarge;
  // The version is believed where its pages are not found under another one either.
  const Shape* shape = &said;
  for (const Shape* candidate : {&said, &kUnicode, &kLarge, &kAnsi}) {
    const NodeDatabase tried(file, *candidate);
    if (tried.page(tried.root_at(kNodePage), kNodePage) && tried.page(tried.root_at(kBlockPage), kBlockPage)) {
      shape = candidate;
      break;
    }
  }
  NodeDatabase out(file, *shape);
  const std::size_t encoding_at = shape->id == 4 ? 461 : 513;
  out.encoding_ = encoding_at < file.size() ? static_cast<Encoding>(file[encoding_at]) : Encoding::none;
  if (out.encoding_ == Encoding::protect) {
    return tl::unexpected(Ending{Outcome::encrypted, "it is encrypted by Windows Information Protection"});
  }
  out.read_index();
  out.read_former_pages();
  if (out.nodes_.empty() || out.blocks_.empty()) {
    return tl::unexpected(Ending{Outcome::malformed, "it has no readable index"});
  }
  out.settle_encoding();
  return out;
}

std::uint64_t NodeDatabase::root_at(std::uint8_t type) const {
  const bool is_ansi = shape_.id == 4;
  if (type == kNodePage) return le_at(file_, is_ansi ? 188 : 224, shape_.id);
  return le_at(file_, is_ansi ? 196 : 240, shape_.id);
}

std::optional<NodeDatabase::Page> NodeDatabase::page(std::uint64_t at, std::uint8_t type) const {
  if (at > file_.size() || file_.size() - at < shape_.page) return std::nullopt;
  const std::string_view bytes = file_.substr(at, shape_.page);
  if (static_cast<std::uint8_t>(bytes[shape_.page_type]) != type ||
      static_cast<std::uint8_t>(bytes[shape_.page_type + 1]) != type) {
    return std::nullopt;
  }
  Page out;
  const std::size_t behind = shape_.counts + 2 * std::size_t{shape_.count_width};
  out.stride = static_cast<std::uint8_t>(bytes[behind]);
  out.level = static_cast<std::uint8_t>(bytes[behind + 1]);
  const std::size_t id = shape_.id;
  const std::size_t needed = out.level > 0 ? 3 * id : type == kBlockPage ? 2 * id + 2 : 3 * id + 4;
  const std::uint64_t count = le_at(bytes, shape_.counts, shape_.count_width);
  if (out.level > kMostLevel || out.stride < needed || count * out.stride > shape_.counts) return std::nullopt;
  out.entries = bytes.substr(0, count * out.stride);
  return out;
}

template <typename Leaf>
void NodeDatabase::walk(std::uint8_t type, const Leaf& leaf) {
  struct Step {
    std::uint64_t at;
    std::optional<unsigned> level;
  };
  std::vector<Step> steps{{root_at(type), std::nullopt}};
  while (!steps.empty()) {
    const Step step = steps.back();
    steps.pop_back();
    const auto found = page(step.at, type);
    if (!found || (step.level && found->level != *step.level) || !pages_.insert(step.at).second) {
      index_damaged_ = true;
      continue;
    }
    for (std::size_t at = 0; at < found->entries.size(); at += found->stride) {
      const std::string_view entry = found->entries.substr(at, found->stride);
      if (found->level == 0) {
        leaf(entry);
      } else {
        steps.push_back({le_at(entry, 2 * std::uint64_t{shape_.id}, shape_.id), found->level - 1});
      }
    }
  }
}

Node NodeDatabase::node_of(std::string_view entry) const {
  const std::uint64_t id = shape_.id;
  return {le32(entry, 0), le_at(entry, id, shape_.id), le_at(entry, 2 * id, shape_.id), le32(entry, 3 * id)};
}

NodeDatabase::Block NodeDatabase::block_of(std::string_view entry) const {
  const std::uint64_t id = shape_.id;
  return {le_at(entry, 0, shape_.id) & ~kReservedBit, le_at(entry, id, shape_.id), le16(entry, 2 * id), false};
}

void NodeDatabase::read_index() {
  walk(kNodePage, [this](std::string_view entry) { nodes_.push_back(node_of(entry)); });
  walk(kBlockPage, [this](std::string_view entry) { blocks_.push_back(block_of(entry)); });
  std::sort(nodes_.begin(), nodes_.end(), by_id_latest_first);
}

void NodeDatabase::read_former_pages() {
  std::uint64_t at = kPageStep;
  while (at + shape_.page <= file_.size()) {
    const auto type = static_cast<std::uint8_t>(file_[at + shape_.page_type]);
    const bool may_be = (type == kNodePage || type == kBlockPage) && pages_.count(at) == 0;
    const auto found = may_be ? page(at, type) : std::nullopt;
    if (!found || found->level != 0 ||
        checksum(file_.substr(at, shape_.page_type)) != le32(file_, at + shape_.page_check)) {
      at += kPageStep;
      continue;
    }
    for (std::size_t i = 0; i < found->entries.size(); i += found->stride) {
      const std::string_view entry = found->entries.substr(i, found->stride);
      if (type == kNodePage) {
        const Node node = node_of(entry);
        const Node* const now = find(node.id);
        if (now == nullptr) {
          former_.push_back(node);
        } else if (now->data != node.data && kind_of(node.id) == NodeKind::message) {
          versions_.push_back(node);
        }
      } else {
        blocks_.push_back(block_of(entry));
        blocks_.back().former = true;
      }
    }
    at += shape_.page;
  }
  std::sort(former_.begin(), former_.end(), by_id_latest_first);
  former_.erase(std::unique(former_.begin(), former_.end(), [](const Node& a, const Node& b) { return a.id == b.id; }),
                former_.end());
  const auto is_same = [](const Node& a, const Node& b) { return a.id == b.id && a.data == b.data; };
  std::sort(versions_.begin(), versions_.end(), by_id_latest_first);
  versions_.erase(std::unique(versions_.begin(), versions_.end(), is_same), versions_.end());
  // Current ones first, which are found first.
  std::sort(blocks_.begin(), blocks_.end(),
            [](const Block& a, const Block& b) { return a.id != b.id ? a.id < b.id : a.former < b.former; });
  if (!index_damaged_) return;
  nodes_.insert(nodes_.end(), former_.begin(), former_.end());
  former_.clear();
  std::sort(nodes_.begin(), nodes_.end(), by_id_latest_first);
}

// Libraries read files whose head names another encoding than the blocks have; so must this.
void NodeDatabase::settle_encoding() {
  for (const Encoding encoding : {encoding_, Encoding::none, Encoding::permute, Encoding::cyclic}) {
    if (!begins_heap(encoding)) continue;
    encoding_ = encoding;
    break;
  }
  damage_.clear();
}

bool NodeDatabase::begins_heap(Encoding encoding) {
  constexpr std::size_t kSignatureAt = 2;
  constexpr char kSignature = '\xEC';
  encoding_ = encoding;
  const Node* const store = find(kMessageStore);
  const std::string bytes = read(store != nullptr ? store->data : nodes_.front().data, kSignatureAt + 1);
  return bytes.size() > kSignatureAt && bytes[kSignatureAt] == kSignature;
}

const Node* NodeDatabase::find(NodeId id) const {
  const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), Node{id, 0, 0, 0}, by_id);
  return found != nodes_.end() && found->id == id ? &*found : nullptr;
}

bool NodeDatabase::spend(std::uint64_t bytes) {
  used_ += std::min(bytes, std::numeric_limits<std::uint64_t>::max() - used_);
  return !used_up();
}

void NodeDatabase::note(std::string_view what) {
  if (damage_.empty()) damage_ = std::string(what);
}

std::string NodeDatabase::take_damage() {
  return std::exchange(damage_, std::string());
}

bool NodeDatabase::is_sound(const Block& block, std::string_view raw, std::string_view trailer) {
  const bool is_ansi = shape_.id == 4;
  const BlockId id = is_ansi ? le32(trailer, 4) : le64(trailer, 8);
  if (le16(trailer, 0) != block.size || (id & ~kReservedBit) != block.id) return false;
  // Whoever changes a block by hand leaves its checksum; former blocks may have been written over.
  return !block.former || checksum(raw) == le32(trailer, is_ansi ? 8 : 4);
}

// False when the block cannot be had.
bool NodeDatabase::load(BlockId id, std::string& out) {
  constexpr std::uint64_t kLookUp = 64;  // what finding one costs besides
  id &= ~kReservedBit;
  const auto found = std::lower_bound(blocks_.begin(), blocks_.end(), id,
                                      [](const Block& block, BlockId wanted) { return block.id < wanted; });
  if (found == blocks_.end() || found->id != id) {
    note("a block of it is missing");
    return false;
  }
  const std::uint64_t whole = (found->size + shape_.trailer + shape_.unit - 1) / shape_.unit * shape_.unit;
  if (found->at > file_.size() || file_.size() - found->at < whole) {
    note("a block of it stands behind the end of the file");
    return false;
  }
  if (!spend(found->size + kLookUp)) return false;
  const std::string_view raw = file_.substr(found->at, found->size);
  const std::string_view trailer = file_.substr(found->at + whole - shape_.trailer, shape_.trailer);
  if (!is_sound(*found, raw, trailer)) {
    note("a block of it is not the one that its index names");
    if (found->former) return false;
  }
  constexpr std::size_t kUnpackedSizeAt = 18;
  const std::uint16_t unpacked = has_large_pages() ? le16(trailer, kUnpackedSizeAt) : std::uint16_t{0};
  if (unpacked != 0 && unpacked != found->size) {
    out.resize(kMostUnpacked);
    uLongf size = kMostUnpacked;
    const int status = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                    reinterpret_cast<const Bytef*>(raw.data()), raw.size());
    if (status != Z_OK) {
      note("a packed block of it is damaged");
      return false;
    }
    out.resize(size);
    if (!spend(size)) return false;
  } else {
    out = std::string(raw);
  }
  if ((id & kInternalBit) == 0) decode(encoding_, static_cast<std::uint32_t>(id), out);
  return true;
}

// [MS-PST] 2.2.2.8.3.2: a block of data, or a list of blocks, or a list of lists. False when `take` wants no more.
bool NodeDatabase::visit(BlockId id, unsigned most_level, const Take& take) {
  constexpr std::size_t kHead = 8;
  constexpr char kList = 1;
  std::string bytes;
  if (!load(id, bytes)) return !used_up();
  if ((id & kInternalBit) == 0) return take(std::move(bytes));
  const unsigned level = bytes.size() >= kHead ? static_cast<unsigned char>(bytes[1]) : 0U;
  if (level == 0 || level > most_level || bytes[0] != kList) {
    note("a list of its blocks is damaged");
    return true;
  }
  const std::size_t count = std::min<std::size_t>(le16(bytes, 2), (bytes.size() - kHead) / shape_.id);
  for (std::size_t i = 0; i < count; i++) {
    if (!visit(le_at(bytes, kHead + i * shape_.id, shape_.id), level - 1, take)) return false;
  }
  return true;
}

void NodeDatabase::read(BlockId data, const Take& take) {
  constexpr unsigned kListsOfLists = 2;
  if ((data & ~kReservedBit) == 0) return;
  // A stream is part of the file: one that is longer has blocks twice.
  std::uint64_t left = file_.size() * (has_large_pages() ? kMostUse : 1);
  visit(data, kListsOfLists, [&](std::string&& block) {
    if (block.size() > left) {
      note("a stream of it has the same blocks again and again");
      return false;
    }
    left -= block.size();
    return take(std::move(block));
  });
}

std::string NodeDatabase::read(BlockId data, std::uint64_t most) {
  std::string out;
  read(data, [&out, most](std::string&& block) {
    out.append(block, 0, static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), most - out.size())));
    return out.size() < most;
  });
  return out;
}

// [MS-PST] 2.2.2.8.3.3
void NodeDatabase::add_subnodes(BlockId id, unsigned most_level, std::vector<Node>& out) {
  constexpr char kNodes = 2;
  std::string bytes;
  if (!load(id, bytes)) return;
  const std::size_t head = shape_.id == 4 ? 4 : 8;
  const unsigned level = bytes.size() >= head ? static_cast<unsigned char>(bytes[1]) : 0U;
  if (bytes.size() < head || bytes[0] != kNodes || level > most_level) {
    note("a list of its nodes is damaged");
    return;
  }
  const std::uint64_t width = shape_.id;
  const std::size_t stride = (level == 0 ? 3U : 2U) * std::size_t{shape_.id};
  const std::size_t count = std::min<std::size_t>(le16(bytes, 2), (bytes.size() - head) / stride);
  for (std::size_t i = 0; i < count && !used_up(); i++) {
    const std::string_view entry = std::string_view(bytes).substr(head + i * stride, stride);
    if (level == 0) {
      out.push_back({le32(entry, 0), le_at(entry, width, shape_.id), le_at(entry, 2 * width, shape_.id), 0});
    } else {
      add_subnodes(le_at(entry, width, shape_.id), level - 1, out);
    }
  }
}

std::vector<Node> NodeDatabase::subnodes(BlockId block) {
  std::vector<Node> out;
  if ((block & ~kReservedBit) != 0) add_subnodes(block, 1, out);
  std::sort(out.begin(), out.end(), by_id_latest_first);
  return out;
}

}  // namespace postern::extract::pst
