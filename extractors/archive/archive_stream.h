// ArchiveStream: libarchive over memory, one format at a time, its failures as endings.
//
// Only the reader of the format that the bytes have is switched on, never one that would start another program. The
// library streams: entries come in order, and the data of one must be taken or drained before the next. Everything
// runs in a UTF-8 locale of the calling thread, without which the library leaves out entries (names then come as
// they are stored, or as UTF-8 where the format says what they are). Not thread-safe; borrows the bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "extractors/extractor.h"

struct archive;

namespace postern::extract {

// Formats of archives, and of files packed alone, by their MIME types.
bool is_stream_archive(std::string_view mime);
bool is_stream_filter(std::string_view mime);

enum class EntryKind { file, directory, link, other };

struct ArchiveEntry {
  std::string raw_name;     // as stored; of formats with Unicode names UTF-8
  std::string link_target;  // of symbolic and hard links, as stored
  EntryKind kind = EntryKind::file;
  bool encrypted = false;
  std::optional<std::uint64_t> size;  // a claim
};

class ArchiveStream {
 public:
  // `stopped` is asked at every read of the library; true ends the reading.
  ArchiveStream(std::string_view bytes, std::string_view mime, std::function<bool()> stopped);
  ~ArchiveStream();
  ArchiveStream(const ArchiveStream&) = delete;
  ArchiveStream& operator=(const ArchiveStream&) = delete;

  // The next entry; nothing at the end and after damage, see failure().
  std::optional<ArchiveEntry> next();

  // A piece of the data of the entry; empty at its end and after damage. `gap` zero bytes stand before it, for
  // the holes of sparse files. Valid until the next call.
  struct Piece {
    std::string_view bytes;
    std::uint64_t gap = 0;
  };
  Piece data();

  // Passes over what is left of the entry, as cheaply as the format allows.
  void skip();

  // Set when the last call to next() or data() ended in a failure, which is then why.
  const std::optional<Ending>& failure() const { return failure_; }
  // True when the data of the entry were read to their end and are not those that its checksum speaks of.
  bool fails_checksum() const;
  // Bytes of the input that were taken; exact for formats that are read from front to back.
  std::uint64_t taken() const;
  // True when the names themselves are locked.
  bool locked() const;
  // True when headers were passed over that made no sense.
  bool passed_over_headers() const;

 private:
  struct State;
  void fail(int code);

  std::unique_ptr<State> state_;
  std::optional<Ending> failure_;
};

// Unpacks the entry at which the stream stands, as far as limits allow. `packed` is what it takes in the archive, or
// the size of the archive where that cannot be told. A failure behind some bytes is in stream.failure().
tl::expected<std::string_view, Ending> unpack_entry(ArchiveStream& stream, std::uint64_t packed, Budget& budget,
                                                    std::string& buffer);

}  // namespace postern::extract
