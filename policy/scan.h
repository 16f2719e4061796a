// Scan: one message's text through all views and matchers, to positions.
//
// Segments are read in blocks of about kBlockBytes, so that the views of a message of any size need little
// memory and stay in the processor's cache. What comes out are hits: where each source (policy/compile.h)
// stands, in the reader view of its segment, with its distance from the beginning of the part.
//
// A Workspace is one thread's memory for that. It grows to what messages need and then a scan
// allocates nothing; after an unusually large message it gives back what is over kKeepBytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/extracted_text.h"
#include "policy/compile.h"
#include "policy/decode.h"

namespace postern::policy {

// Fits the second-level cache with its folded copy. A larger segment is a block by itself.
inline constexpr size_t kBlockBytes = 128 << 10;
inline constexpr size_t kKeepBytes = 512 << 10;
// Hits of one source in one message. Past that counts say "at least"; no threshold of a policy is higher.
inline constexpr std::uint32_t kMaxHits = 10'000;
// Hits of all sources together; past that each source keeps its first kAlwaysKept. About 20 MiB.
inline constexpr size_t kMaxAllHits = 300'000;
inline constexpr std::uint32_t kAlwaysKept = 16;
// What is decoded of a block's encoded text at one depth: each encoding that goes on around its escapes can repeat the
// whole block, so honest text stays below.
constexpr size_t max_decoded(size_t block) {
  return 6 * block + (64 << 10);
}
// Pieces of a message in which patterns may reach PCRE2's limits (some 20 ms each) before those patterns are
// left out of the rest of it.
inline constexpr size_t kMaxGiveUps = 50;

// Hit::view of what a raw detector found in text that its reader view changes.
inline constexpr std::uint8_t kRawView = 0xff;

struct Hit {
  SourceIndex source = 0;
  std::uint32_t entry = 0;    // of a word list or labels; of source code its lines
  std::uint32_t part = 0;     // index into ExtractedText::parts
  std::uint32_t segment = 0;  // index into ExtractedText::segments
  ByteRange range;            // in the reader view of the segment
  // Code points from the beginning of the part's text, the segments joined by one each; words and lines
  // in the same way, when the policy asks for them.
  std::uint32_t first_char = 0;
  std::uint32_t end_char = 0;
  std::uint32_t first_word = 0;
  std::uint32_t end_word = 0;
  std::uint32_t line = 0;
  std::uint64_t value = 0;   // canonical_value(); of sources that are counted
  std::uint64_t checks = 0;  // check_bit() of each validator that accepts it
  std::uint8_t view = 0;     // 0 for reader and folded; n for the n-th derived view; or kRawView
  std::uint8_t entropy = 0;  // entropy_of(), where Validator::entropy is asked for
  // Of encoded text: how, from the outside in, up to the first `none`; `view` is one of what that says.
  std::array<Encoding, kMaxDecodeDepth> encodings{};
  // All of the encoded text, in the reader view of the segment; empty when it goes on around its escapes.
  ByteRange encoded;
};

// A pattern that reached PCRE2's limits or the end of its time in a segment, or was left out of it: what it would find
// in that part is not known.
struct GaveUp {
  SourceIndex source;
  std::uint32_t segment;
};

struct ScanResult {
  std::vector<Hit> hits;  // by source, part, position
  std::vector<GaveUp> gave_up;
  std::vector<SourceIndex> overflowed;  // had more than kMaxHits
  // Segments with encoded text that was not all decoded: it is deeper than kMaxDecodeDepth, or says too much.
  std::vector<std::uint32_t> undecoded;

  void clear();
  // The hits of one source, in order of part and position.
  std::span<const Hit> of(SourceIndex source) const;
};

// Told where hits stand in what encoded text says.
class DecodedSink {
 public:
  virtual ~DecodedSink() = default;
  // `text`: the reader view of all that a stretch says; `range`: the hit in it, or (not `exact`) the stretch inside it
  // that says the hit when it is decoded in its turn; from the inside out. `hit` has no position but its range.
  virtual void decoded(const Hit& hit, std::string_view text, ByteRange range, bool exact) = 0;
};

class Scanner;

// One thread's memory for scans with one policy; taken from and given back to a WorkspacePool.
class Workspace {
 public:
  // `pattern_time`: processor time of one pattern in one message; what is left of it then counts as GaveUp.
  static Result<std::unique_ptr<Workspace>> create(const CompiledPolicy& policy,
                                                   std::chrono::milliseconds pattern_time = kPatternTime);
  ~Workspace();

  // `parts` and `segments` of `text`, all of them.
  void scan(const CompiledPolicy& policy, const ExtractedText& text, ScanResult& result);
  // For labels: one string by itself. `sink`, if any, is told of what stands encoded in it.
  void scan_label(const CompiledPolicy& policy, std::string_view label, ScanResult& result,
                  DecodedSink* sink = nullptr);

 private:
  Workspace();
  friend class Scanner;
  struct State;
  std::unique_ptr<State> state_;
};

// The view that a hit was found in, for people: "reader", "decoded (base64)", "decoded (hex), skeleton".
std::string view_name(const Hit& hit);

}  // namespace postern::policy
