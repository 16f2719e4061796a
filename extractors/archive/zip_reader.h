// ZipReader: every reading of a zip file, bounds-checked, over memory.
//
// PKWARE APPNOTE.TXT 6.3.9. A zip says everything twice: in a central directory
// at its end and in a local header before each member. Programs disagree about
// which to believe, and senders can make the two differ. This reader therefore
// does not choose: it follows the directory (each directory, when there are
// several), compares every record with its local header, and then looks through
// the bytes that no record accounts for, for members that only a streaming
// reader would see. Where two readings differ both become entries, and `doubt`
// says why. Text placed between members comes out as `gaps`.
//
// Nothing is allocated by a size that the file claims: entries are bounded by
// kMaxZipEntries, and unpacking is charged to the budget as it happens (see
// zip_stream.h). A ZipReader borrows the bytes, which must outlive it. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace postern::extract {

// Records kept of one zip. The budget stops at 20,000 parts; names beyond those still count as text.
inline constexpr size_t kMaxZipEntries = 100'000;

enum class ZipMethod : std::uint16_t {
  stored = 0,
  shrunk = 1,
  reduced_1 = 2,
  reduced_2 = 3,
  reduced_3 = 4,
  reduced_4 = 5,
  imploded = 6,
  deflated = 8,
  deflate64 = 9,
  bzip2 = 12,
  lzma = 14,
  zstd = 93,
  xz = 95,
  ppmd = 98,
  aes = 99
};

// "bzip2", "method 97".
std::string describe_zip_method(std::uint16_t method);

// How an encrypted member is locked.
struct ZipLock {
  enum class Kind : std::uint8_t { none, classic, aes };  // none: not, or by a method that is not read
  Kind kind = Kind::none;
  std::uint8_t check = 0;        // classic: the last byte of its header, by the checksum
  std::uint8_t other_check = 0;  // and as programs write it that stream: by the time
  std::uint8_t strength = 0;     // AES: 1 to 3
  std::uint16_t method = 0;      // AES: how the bytes below are packed
};

struct ZipEntry {
  std::string name;      // UTF-8
  std::string raw_name;  // as stored
  std::string comment;   // UTF-8
  std::uint16_t method = 0;
  bool encrypted = false;
  ZipLock lock;
  bool directory = false;
  bool open_ended = false;  // sizes unknown (a local header with a data descriptor): deflate says where it ends
  // APPNOTE 4.4.4: of LZMA data that they say themselves where they end, of imploded ones that their window is large
  // (bit 1) and that literals are packed (bit 2).
  bool method_bit_1 = false;
  bool method_bit_2 = false;
  bool truncated = false;    // the file ends before the data does
  bool overlapping = false;  // its bytes belong to another entry too
  std::uint32_t crc = 0;
  bool crc_known = false;
  std::uint64_t packed_size = 0;    // checked against the file
  std::uint64_t unpacked_size = 0;  // a claim
  std::uint64_t header_offset = 0;
  std::uint64_t data_offset = 0;  // 0: the local header is not where the directory says
  std::string doubt;              // why readers may disagree about this entry; empty when they do not
};

class ZipReader {
 public:
  explicit ZipReader(std::string_view bytes);

  std::string_view bytes() const { return bytes_; }
  std::string_view data(const ZipEntry& entry) const { return bytes_.substr(entry.data_offset, entry.packed_size); }

  const std::vector<ZipEntry>& entries() const { return entries_; }
  // The file's comment and names that only one of two headers gives: text of the archive itself.
  const std::vector<std::string>& comments() const { return comments_; }
  const std::vector<std::string>& other_names() const { return other_names_; }
  // Bytes outside every member and directory that are not padding: before the first member (the
  // program of a self-extractor), between members, after the end.
  const std::vector<std::string_view>& gaps() const { return gaps_; }

  // One sentence each; empty when all is well.
  const std::string& damage() const { return damage_; }  // what could not be read
  const std::string& doubt() const { return doubt_; }    // what readers take differently
  bool has_directory() const { return has_directory_; }
  bool is_piece() const { return is_piece_; }  // of a zip that was split; the rest is in other files
  bool too_many() const { return too_many_; }

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;
  };
  struct Record;  // one central directory record

  bool read_directory_at(std::uint64_t end_record);
  void read_records(std::uint64_t at, std::uint64_t end, std::uint64_t base);
  bool read_record(std::uint64_t at, Record& record) const;
  void add_record(const Record& record, std::uint64_t base);
  bool read_local(std::uint64_t at, ZipEntry& entry) const;
  void add_entry(ZipEntry entry);
  void add_local_only(std::uint64_t at);
  void look_between();
  void search(Range gap);
  void mark_overlaps();
  void mark_duplicates();
  std::vector<Range> uncovered();
  void keep_gap(Range gap);
  size_t descriptor_size(std::uint64_t at, std::string_view bytes) const;
  void note(std::string& where, std::string_view sentence);

  std::string_view bytes_;
  std::vector<ZipEntry> entries_;
  std::vector<Range> covered_;
  std::unordered_map<std::uint64_t, size_t> by_offset_;
  std::unordered_map<std::uint64_t, size_t> by_end_;  // of their data
  std::vector<std::string> comments_;
  std::vector<std::string> other_names_;
  std::vector<std::string_view> gaps_;
  std::string damage_;
  std::string doubt_;
  bool has_directory_ = false;
  bool too_many_ = false;
  bool is_piece_ = false;
};

// True when some entry of the directory has this name (ASCII case ignored): a quick look for detection.
bool zip_has_entry(std::string_view bytes, std::string_view name);

}  // namespace postern::extract
