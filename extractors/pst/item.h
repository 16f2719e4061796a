// The middle layer of Outlook data files ([MS-PST] 2.3, the LTP layer): the properties of a node and the rows of
// a table, both kept in a heap inside the node's stream.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/pst/node_database.h"

namespace postern::extract::pst {

// A property of an object, or a cell of a table: four bytes that are its value or say where it stands.
struct Record {
  std::uint16_t id = 0;
  std::uint16_t type = 0;  // MapiType, with kMultiValued
  std::uint32_t value = 0;
};

class Item {
 public:
  // Nothing when the node's stream is no heap. Views of the item point into `storage`.
  static std::optional<Item> load(NodeDatabase& database, const Node& node, std::deque<std::string>& storage);

  // [MS-PST] 2.3.3; none when the item is a table.
  std::vector<Record> properties() const;
  // [MS-PST] 2.3.4: the cells of at most `most` rows that hold four bytes; none when the item is no table.
  std::vector<std::vector<Record>> rows(std::size_t most);

  // What a record of variable size points to: a piece of the heap, or the stream of a node below, up to `most` bytes.
  std::string_view value(std::uint32_t where, std::uint64_t most);
  const Node* subnode(NodeId id) const;
  const std::vector<Node>& subnodes() const { return subnodes_; }

 private:
  Item(NodeDatabase& database, std::deque<std::string>& storage) : database_(&database), storage_(&storage) {}

  std::string_view piece(std::uint32_t where) const;
  void add_leaves(std::uint32_t where, std::size_t key, std::size_t data, unsigned level,
                  std::vector<std::string_view>& out) const;

  NodeDatabase* database_;
  std::deque<std::string>* storage_;
  std::vector<std::string_view> blocks_;
  std::vector<Node> subnodes_;
};

}  // namespace postern::extract::pst
