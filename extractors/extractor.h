// The extractor seam: bytes of one part in, text and child parts out.
//
// An extractor reads one format family. It runs only inside `postern-extract`,
// sandboxed, on bytes that an attacker chose. It tells the Sink what it finds:
// text with its place, facts about the part, and children (attachments, archive
// members, embedded objects), which the walker reads in turn under the same
// budget, by type, wherever they came from: a mail is just another container.
// It ends with exactly one outcome. An exception that leaves extract() ends the
// part as `malformed` (std::bad_alloc: `limit`), with what was read kept.
//
// The walk must be deterministic: the same bytes give the same children in the
// same order, because after a crash a fresh worker walks again and skips by path.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "extractors/file_type.h"
#include "extractors/report.h"
#include "message/extracted_text.h"

namespace postern::extract {

// How the lines of a text part are to be joined (RFC 3676 4).
enum class TextFormat : std::uint8_t { fixed, flowed, flowed_delsp };

// One part as an extractor sees it. Views are valid during the call.
struct Source {
  std::string_view bytes;          // all of it, decoded from transfer encodings
  std::string_view name;           // file name in UTF-8, may be empty
  std::string_view declared_type;  // "text/html", lower case, may be empty
  std::string_view charset;        // declared charset of a text part, may be empty
  FileType type;                   // by the bytes, the name as a hint
  PartRole role = PartRole::attachment;
  TextFormat format = TextFormat::fixed;
};

// How reading a part ended.
struct Ending {
  Outcome outcome = Outcome::complete;
  std::string why;  // one sentence unless complete; no message content
};

inline Ending complete() {
  return {};
}
Ending limit_ending(LimitHit hit, const Limits& limits);  // `timeout` for LimitHit::time, else `limit`

struct Child {
  std::string name;           // as the container gives it, UTF-8 (raw bytes that are not UTF-8 are replaced)
  std::string declared_type;  // lower case, may be empty
  std::string charset;        // declared charset, for text
  PartRole role = PartRole::attachment;
  std::uint64_t packed_size = 0;  // bytes it takes in the container, for the ratio test; 0 when not compressed
  TextFormat format = TextFormat::fixed;
  // When set, the type under which the child is read, whatever its bytes look like: multipart nodes, and
  // body texts, which mail programs show by the declared type. Empty: the bytes decide.
  std::string read_as;
  // Why readers may take this child for something else: when set, a child that ends `complete` ends
  // `ambiguous` with this sentence instead.
  std::string doubt;
  std::vector<std::string> facts;  // what the container knows about it: "name-conflict", "encoding-damaged"
  // Set when the container itself knows that the child cannot be read, such as an encrypted zip
  // member: it becomes a part with this ending, and no bytes are asked for.
  Ending known;
};

// CPU time for trying passwords, of a message. Office derives a key in 50 ms, so that some 60 are tried; zips and PDFs
// take milliseconds at most.
inline constexpr std::chrono::milliseconds kMaxPasswordTime{3'000};
// The sentence of a part that stays locked: "it is encrypted and none of the passwords in the message opens it".
Ending locked_ending(std::string_view what);

// Produces the bytes of a child when they are needed (a child that an earlier worker finished is
// skipped without unpacking). Returns a view into `buffer` or into memory that outlives the call;
// a failure becomes the child's ending. Unpacking stops once it has one byte more than
// budget().bytes_left(): the walker then reads what the limit grants and ends the child as `limit`.
// The walker charges the bytes; producers charge nothing, but ask check_ratio() and check_time() now and then.
using Produce = std::function<tl::expected<std::string_view, Ending>(std::string& buffer)>;

class Sink {
 public:
  virtual ~Sink() = default;

  // Adds a segment of UTF-8 (invalid sequences become U+FFFD). Empty text is dropped; text past
  // kSegmentBytes becomes several segments, cut at line ends where there are any. Returns `none`,
  // or the limit that was reached: the extractor then stops and returns limit_ending() of it. What
  // still fitted was taken.
  [[nodiscard]] virtual LimitHit text(Place place, std::string_view at, std::string_view utf8) = 0;

  // Notes a fact about this part, a kebab-case word of the list in docs/formats.md.
  virtual void fact(std::string_view word) = 0;

  // Reads a child to its end and returns how it ended. A child's failure is the child's own: the
  // parent goes on, unless the budget of the whole message is used up (see stopped()).
  virtual Ending child(const Child& child, const Produce& produce) = 0;
  Ending child(const Child& child, std::string_view bytes) {
    return this->child(child, [bytes](std::string&) -> tl::expected<std::string_view, Ending> { return bytes; });
  }

  // Finds a password for something locked: calls `opens` with one candidate after the other until it says true, and
  // returns that one; nothing when none does. Candidates are kBuiltInPasswords, what opened something else in this
  // message, and what stands in the message's text and file names, wherever they stand (passwords.h): texts are
  // looked through when this is first called, so the order of parts does not matter and nobody else pays for it.
  //
  // Trials end after kMaxPasswordTime of CPU time over the whole message, or when `stopped()`; one trial should take
  // far less. `opens` should verify as cheaply as its format allows, and must not say true by chance more often than
  // once in 2^16; it throws nothing. Passwords are never reported.
  virtual std::optional<std::string> find_password(const std::function<bool(const std::string&)>& opens) = 0;

  // True when nothing more will be taken: the message's budget or time is used up. Loops ask it.
  virtual bool stopped() const = 0;

  virtual Budget& budget() = 0;
};

class Extractor {
 public:
  virtual ~Extractor() = default;
  virtual Ending extract(const Source& source, Sink& sink) = 0;
};

}  // namespace postern::extract
