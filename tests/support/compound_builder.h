// Builds compound files ([MS-CFB]) for tests, version 3, all siblings in a chain to the right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::test {

inline std::string le(std::uint64_t value, unsigned width) {
  std::string out;
  for (unsigned i = 0; i < width; i++) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return out;
}
inline std::string wide(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out += {c, '\0'};
  return out;
}

class CompoundBuilder {
 public:
  // `path` is parted by '/'; storages on the way are made.
  CompoundBuilder& stream(std::string_view path, std::string bytes) {
    size_t at = 0;
    while (true) {
      const size_t slash = path.find('/');
      at = child(at, path.substr(0, slash), slash == std::string_view::npos);
      if (slash == std::string_view::npos) break;
      path.remove_prefix(slash + 1);
    }
    nodes_[at].bytes = std::move(bytes);
    return *this;
  }

  std::string build() const {
    std::vector<Node> nodes = nodes_;
    std::string body, mini;
    std::vector<std::uint32_t> fat, mini_fat;
    const auto store = [&](std::string_view bytes) {
      if (bytes.empty()) return kEnd;
      const auto first = static_cast<std::uint32_t>(fat.size());
      for (size_t i = 0; i < bytes.size(); i += kSector) fat.push_back(static_cast<std::uint32_t>(fat.size() + 1));
      fat.back() = kEnd;
      body += bytes;
      body.resize(fat.size() * kSector);
      return first;
    };
    for (Node& node : nodes) {
      if (!node.is_stream || node.bytes.empty()) continue;
      if (node.bytes.size() >= kCutoff) {
        node.first = store(node.bytes);
        continue;
      }
      node.first = static_cast<std::uint32_t>(mini_fat.size());
      for (size_t i = 0; i < node.bytes.size(); i += 64) {
        mini_fat.push_back(static_cast<std::uint32_t>(mini_fat.size() + 1));
      }
      mini_fat.back() = kEnd;
      mini += node.bytes;
      mini.resize(mini_fat.size() * 64);
    }
    nodes[0].first = store(mini);
    std::string table;
    for (const std::uint32_t next : mini_fat) table += le(next, 4);
    const std::uint32_t table_first = store(table);
    std::string directory;
    for (size_t i = 0; i < nodes.size(); i++) {
      const Node& node = nodes[i];
      std::string raw = wide(node.name);
      raw.resize(64);
      raw += le((node.name.size() + 1) * 2, 2);
      raw += i == 0 ? '\5' : node.is_stream ? '\2' : '\1';
      raw += '\1';
      raw += le(kFree, 4) + le(node.right, 4) + le(node.child, 4);
      raw.resize(116);
      raw += le(node.first, 4) + le(i == 0 ? mini.size() : node.bytes.size(), 8);
      directory += raw;
    }
    const std::uint32_t directory_first = store(directory);
    size_t fat_sectors = 1;
    while (fat_sectors * kSector / 4 < fat.size() + fat_sectors) fat_sectors++;
    const size_t fat_at = fat.size();
    fat.resize(fat_at + fat_sectors, 0xFFFFFFFD);
    fat.resize(fat_sectors * kSector / 4, kFree);
    for (const std::uint32_t next : fat) body += le(next, 4);
    std::string header = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    header.resize(24);
    header += le(0x3E, 2) + le(3, 2) + le(0xFFFE, 2) + le(9, 2) + le(6, 2);
    header.resize(44);
    header += le(fat_sectors, 4) + le(directory_first, 4) + le(0, 4) + le(kCutoff, 4) + le(table_first, 4) +
              le((table.size() + kSector - 1) / kSector, 4) + le(kEnd, 4) + le(0, 4);
    for (size_t i = 0; i < 109; i++) header += le(i < fat_sectors ? fat_at + i : kFree, 4);
    return header + body;
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF, kEnd = 0xFFFFFFFE;
  static constexpr size_t kSector = 512, kCutoff = 4096;

  struct Node {
    std::string name;
    bool is_stream = false;
    std::string bytes;
    std::uint32_t right = kFree, child = kFree, first = kEnd;
  };

  size_t child(size_t parent, std::string_view name, bool is_stream) {
    std::uint32_t last = kFree;
    for (std::uint32_t at = nodes_[parent].child; at != kFree; at = nodes_[at].right) {
      if (nodes_[at].name == name) return at;
      last = at;
    }
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({std::string(name), is_stream, {}});
    (last == kFree ? nodes_[parent].child : nodes_[last].right) = made;
    return made;
  }

  std::vector<Node> nodes_ = {{"Root Entry", false, {}}};
};

}  // namespace postern::test
