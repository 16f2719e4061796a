// ZipStream: the bytes of one zip member, unpacked piece by piece.
//
// The ratio is tested against the packed bytes consumed so far and every piece is
// charged to the budget, so that neither a header's claim nor a bomb decides how
// much is produced. Methods: stored, deflate and those of zip_decoder.h; others end
// as `unsupported`, encrypted members as `encrypted`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "extractors/archive/zip_decoder.h"
#include "extractors/archive/zip_reader.h"
#include "extractors/extractor.h"

namespace postern::extract {

// What unpacks deflate, for one member after the other: setting it up costs more than a small member.
//
// Members of at most kMaxWhole bytes, by their header, are unpacked at one go by libdeflate, in half of zlib's time.
// Where that fails (damaged data, or more than the header says) zlib reads them as far as they go, as it reads all
// others: what comes out and how it ends does not depend on which of the two it was.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

 private:
  friend class ZipStream;
  struct State;
  std::unique_ptr<State> state_;
};

// What reading a member showed besides its bytes.
enum class MemberState {
  whole,    // all of it, checksum and size as stated
  damaged,  // what was read is kept; the rest does not unpack, or the checksum differs
  cut,      // a limit of size or ratio was reached; what was read is kept
  refused,  // ending() says why: time, encrypted, unsupported, malformed
};

// Who charges the unpacked bytes: members that become parts are charged by the walker, once it has them.
enum class Charge { here, by_walker };

// Members that are unpacked at one go: below what is free of the ratio test, so that a bomb is none of them.
inline constexpr std::uint64_t kMaxWhole = 4 << 20;
static_assert(kMaxWhole <= kRatioFree);

// Whether the checksum is computed.
enum class Checksum { test, skip };

class ZipStream {
 public:
  // `data` are the packed bytes; all references must outlive the stream. One stream uses an Inflater at a time.
  ZipStream(const ZipEntry& entry, std::string_view data, Inflater& inflater, Budget& budget, Charge charge,
            Checksum checksum);

  // Unpacks up to `size` bytes into `out`; 0 at the end, whatever state() it ended in.
  size_t read(char* out, size_t size);

  MemberState state() const { return state_; }
  const Ending& ending() const { return ending_; }
  std::uint64_t produced() const { return produced_; }
  std::uint64_t consumed() const { return consumed_; }

 private:
  size_t read_stored(char* out, size_t size);
  size_t read_deflated(char* out, size_t size);
  bool unpack_whole(char* out, size_t size);
  size_t read_whole(char* out, size_t size);
  size_t read_decoded(char* out, size_t size);
  bool is_method(ZipMethod method) const { return entry_.method == static_cast<std::uint16_t>(method); }
  void finish();
  void stop(MemberState state, Ending ending);

  const ZipEntry& entry_;
  std::string_view data_;
  Inflater& inflater_;
  std::unique_ptr<ZipDecoder> decoder_;  // null for stored and deflate
  ZipDecoder::Status decoded_ = ZipDecoder::Status::more;
  Budget& budget_;
  const Charge charge_;
  const Checksum checksum_;
  std::uint64_t produced_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint32_t crc_ = 0;
  bool ended_ = false;
  bool started_ = false;
  bool is_whole_ = false;
  std::string_view whole_;  // unpacked at one go and not yet handed out; lies in the inflater
  MemberState state_ = MemberState::whole;
  Ending ending_;
};

struct MemberBytes {
  std::string_view bytes;         // into the buffer, or into the zip for stored members
  std::uint64_t packed_size = 0;  // consumed to make them, as measured
  MemberState state = MemberState::whole;
};

// Reads a whole member for the walker, which charges it; up to one byte more than the budget has left,
// so that the walker sees the limit. `buffer` grows as needed, never by the header's claim alone; its size
// is capacity, not content. A member that is refused, or of which nothing can be read, is its ending.
tl::expected<MemberBytes, Ending> read_member(const ZipEntry& entry, std::string_view data, Inflater& inflater,
                                              Budget& budget, std::string& buffer);

}  // namespace postern::extract
