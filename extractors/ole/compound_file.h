// CompoundFile: the storages and streams of an OLE2 compound file ([MS-CFB]).
//
// The container of doc, xls, ppt, msg, Visio, Publisher, embedded objects, VBA
// projects and encrypted Office Open XML. Reads from memory and keeps views into it:
// the bytes must outlive the object. Nothing in the file is believed: chains of sectors
// are followed for at most as many steps as the file has sectors, sizes are cut to what the chain
// gives, the tree of names may have cycles and orphans. All reads of one file together give
// at most kMostRereads times its size, so that streams which share their sectors multiply nothing.
// Files that are cut short or damaged are read as far as they go; damage() says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::extract::ole {

using EntryId = size_t;
inline constexpr EntryId kRoot = 0;

inline constexpr size_t kMostEntries = 200'000;  // mail stores in one file have some thousands
inline constexpr size_t kMostRereads = 8;        // of the file's size, over all streams that are read
inline constexpr size_t kFreeReads = 1 << 20;    // bytes besides

struct Entry {
  enum class Kind { storage, stream };
  std::string name;  // UTF-8; control characters stay: "\1Ole10Native"
  Kind kind = Kind::stream;
  std::string clsid;  // 16 bytes as they stand
  std::uint64_t size = 0;
  std::uint32_t first = 0;  // sector
  EntryId parent = kRoot;
  std::vector<EntryId> children;  // of a storage, in the order of the directory's tree
};

struct Stream {
  std::string_view bytes;
  bool whole = true;  // false: the chain or the file ended early, or the bound on reads was reached
};

class CompoundFile {
 public:
  // True for the signature of compound files.
  static bool is_one(std::string_view bytes);
  // nullopt when there is no directory to be found.
  static std::optional<CompoundFile> open(std::string_view bytes);

  // Entries that no storage leads to (left over by deletions, or hidden) are children of the root, behind the others.
  const std::vector<Entry>& entries() const { return entries_; }
  const Entry& at(EntryId id) const { return entries_[id]; }

  // Names are compared without regard to ASCII case ([MS-CFB] 2.6.4). `path` is parted by '/'.
  std::optional<EntryId> child(EntryId storage, std::string_view name) const;
  std::optional<EntryId> find(std::string_view path, EntryId from = kRoot) const;
  std::optional<EntryId> find_stream(std::string_view path, EntryId from = kRoot) const;
  std::optional<EntryId> find_storage(std::string_view path, EntryId from = kRoot) const;

  // The bytes of a stream, into the file or into `buffer`, at most `most`; none of a storage.
  Stream read(EntryId stream, std::string& buffer, std::uint64_t most = UINT64_MAX);
  // As a copy.
  std::string read(EntryId stream, std::uint64_t most = UINT64_MAX);

  // What is wrong with the file, "" when nothing was seen. More may be found by reading.
  const std::string& damage() const { return damage_; }
  // Set when the bound on reads cut a stream.
  const std::string& limit() const { return limit_; }

 private:
  explicit CompoundFile(std::string_view bytes) : bytes_(bytes) {}
  bool load();
  void load_fat();
  void add_fat_sector(std::uint32_t number);
  bool load_directory();
  void link_tree(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right,
                 const std::vector<std::uint32_t>& first_child);
  std::string_view sector(std::uint32_t number) const;
  Stream follow(std::uint32_t first, std::uint64_t size, std::string& buffer) const;
  Stream follow_mini(std::uint32_t first, std::uint64_t size, std::string& buffer);
  void damaged(std::string_view what);

  std::string_view bytes_;
  unsigned shift_ = 9;
  unsigned mini_shift_ = 6;
  std::uint64_t cutoff_ = 4096;
  size_t sectors_ = 0;
  std::vector<std::uint32_t> fat_;
  std::vector<std::uint32_t> mini_fat_;
  std::string mini_stream_;
  bool mini_loaded_ = false;
  std::vector<Entry> entries_;
  std::uint64_t allowance_ = 0;
  std::string damage_;
  std::string limit_;
};

}  // namespace postern::extract::ole
