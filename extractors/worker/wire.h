// The wire between the daemon and `postern-extract`: version 5.
//
// A unix stream socket pair. The worker says hello once, from inside its sandbox;
// then the client sends one request at a time, and the worker answers with frames and `done`.
// A small message lies in the request itself, which spares either side the system calls that a
// memory file costs; of others the descriptor comes by SCM_RIGHTS on the request's first byte.
//
//   frame    = length(4, little endian, of the payload) kind(1) payload
//   varint   = LEB128, at most 10 bytes      string = varint length, bytes
//
//   request    version task root-kind name limits spent segments settled footer link with-link
//              strip carried message
//   hello      version landlock-abi seccomp uid
//   part-begin ordinal role name declared-type    below the innermost open part; the root has ordinal 0
//   part-type  role type size                     of the innermost
//   fact       depth word                         of the open part at that depth; 0 is the root
//   segment    depth place locator text
//   part-end   outcome why                        of the innermost
//   done       bytes text-bytes parts cpu-microseconds
//
// To the task `extract` the answer is a walk, from the root's part-begin to done; to the tasks `edit` and `strip` it is
//
//   splice     offset removed inserted            in order of offset; a long insertion comes in pieces: the next one
//                                                 begins where the last one ended and removes nothing
//   field      name index value                   of the root's header
//   edited     outcome why cpu-microseconds       the end
//
// Encoding and decoding are pure. The decoder takes nothing on trust: every length is bounded by the
// constants below and in extractors/report.h, every enum is checked, and a payload must be used up
// exactly. What the frames mean together is checked by Reception (reception.h) and EditReception (edit_reception.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "extractors/report.h"
#include "extractors/worker/pool.h"
#include "message/body_edit.h"

namespace postern::extract::wire {

inline constexpr std::uint32_t kVersion = 5;
// Exit status of a worker that a library ended (abort()) because it got no memory.
inline constexpr int kExitOutOfMemory = 90;
inline constexpr size_t kFrameHeaderBytes = 5;
// A segment with its locator and numbers; no other frame comes near.
inline constexpr size_t kMaxFramePayload = kSegmentBytes + kMaxLocatorBytes + 64;
// A request lists at most kMaxSettled paths of at most kMostDepth ordinals, most of them short.
inline constexpr size_t kMaxRequestPayload = 8 << 20;
inline constexpr size_t kMaxSettled = 1 << 17;
// A message that lies in its request: whatever the spool keeps in memory.
inline constexpr size_t kMaxCarried = kBlobInlineBytes;
// Bytes of a header field that an edit replaces: a Content-Type with long names.
inline constexpr size_t kMaxFieldBytes = 16 << 10;

enum class FrameKind : std::uint8_t {
  request = 1,
  hello = 2,
  part_begin = 3,
  part_type = 4,
  fact = 5,
  segment = 6,
  part_end = 7,
  done = 8,
  splice = 9,
  field = 10,
  edited = 11,
};

enum class Task : std::uint8_t {
  extract = 1,
  edit = 2,   // the footer of an annotated mail
  strip = 3,  // attachments that are taken off
};

struct Request {
  Task task = Task::extract;
  RootKind kind = RootKind::mail;
  std::string name;
  Limits limits;
  Spent spent;
  std::uint32_t segments = 0;
  bool hash = false;                        // tell the SHA-256 of every part
  std::map<PartPath, Outcome> settled;      // finished and fatal parts
  Footer footer;                            // of an edit
  std::vector<StripPart> strip;             // of a strip
  std::optional<std::string_view> carried;  // the message, at most kMaxCarried bytes; nothing: by descriptor
};

// What the worker says of its own sandbox.
struct Hello {
  std::uint32_t version = kVersion;
  std::uint32_t landlock_abi = 0;
  bool seccomp = false;
  std::uint32_t uid = 0;
};

struct PartBegin {
  std::uint32_t ordinal = 0;
  PartRole role = PartRole::attachment;
  std::string_view name;
  std::string_view declared_type;
};

struct PartType {
  PartRole role = PartRole::attachment;
  std::string_view type;
  std::uint64_t size = 0;
  std::string_view sha256 = {};  // empty when the request did not ask
};

struct Fact {
  std::uint32_t depth = 0;
  std::string_view word;
};

struct SegmentText {
  std::uint32_t depth = 0;
  Place place = Place::body;
  std::string_view at;
  std::string_view text;
};

struct PartEnd {
  Outcome outcome = Outcome::complete;
  std::string_view why;
};

struct Done {
  std::uint64_t bytes = 0;
  std::uint64_t text_bytes = 0;
  std::uint32_t parts = 0;
  std::uint64_t cpu_us = 0;
};

struct Splice {
  std::uint64_t offset = 0;
  std::uint64_t removed = 0;
  std::string_view inserted;  // at most kSegmentBytes
};

struct Field {
  std::string_view name;
  std::uint32_t index = 0;
  std::string_view value;
};

struct Edited {
  FooterOutcome outcome = FooterOutcome::added;
  std::string_view why;
  std::uint64_t cpu_us = 0;
};

using Frame = std::variant<Hello, PartBegin, PartType, Fact, SegmentText, PartEnd, Done, Splice, Field, Edited>;

// Each appends one whole frame.
void encode(const Request& request, std::string& out);
void encode(const Hello& hello, std::string& out);
void encode(const PartBegin& begin, std::string& out);
void encode(const PartType& type, std::string& out);
void encode(const Fact& fact, std::string& out);
void encode(const SegmentText& segment, std::string& out);
void encode(const PartEnd& end, std::string& out);
void encode(const Done& done, std::string& out);
void encode(const Splice& splice, std::string& out);
void encode(const Field& field, std::string& out);
void encode(const Edited& edited, std::string& out);
// All of the frame but its text, which has to follow.
void encode_head(const SegmentText& segment, std::string& out);

struct Decoded {
  Frame frame;  // views into the bytes given
  size_t used;  // bytes of the whole frame
};

// The first frame of `bytes`; nothing when it is not all there yet. ErrorKind::corrupt when it is no frame
// that a worker may send.
Result<std::optional<Decoded>> decode(std::string_view bytes);

// The request at the start of `bytes` and its length; nothing when it is not all there yet.
struct DecodedRequest {
  Request request;  // `carried` is a view into the bytes given
  size_t used;
};
Result<std::optional<DecodedRequest>> decode_request(std::string_view bytes);

}  // namespace postern::extract::wire
