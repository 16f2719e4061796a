#include "extractors/worker/wire.h"

#include <chrono>
#include <limits>

namespace postern::extract::wire {

namespace {

constexpr std::uint32_t kRoles = static_cast<std::uint32_t>(PartRole::structure) + 1;
constexpr int kMaxVarintBytes = 10;

void put_varint(std::uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80U));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_string(std::string_view text, std::string& out) {
  put_varint(text.size(), out);
  out += text;
}

void put_time(std::chrono::milliseconds time, std::string& out) {
  put_varint(time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count()), out);
}

// Reserves the header; the length is filled in when the payload is there.
class OpenFrame {
 public:
  // `following` bytes of the payload come from elsewhere, after what is appended here.
  OpenFrame(FrameKind kind, std::string& out, size_t following = 0)
      : out_(out), start_(out.size()), following_(following) {
    out_.append(kFrameHeaderBytes - 1, '\0');
    out_.push_back(static_cast<char>(kind));
  }
  ~OpenFrame() {
    const std::uint64_t length = out_.size() - start_ - kFrameHeaderBytes + following_;
    for (size_t i = 0; i < 4; i++) out_[start_ + i] = static_cast<char>(length >> (8 * i));
  }
  OpenFrame(const OpenFrame&) = delete;
  OpenFrame& operator=(const OpenFrame&) = delete;

 private:
  std::string& out_;
  size_t start_;
  size_t following_;
};

// Reads a payload; after the first thing that does not fit, everything reads as zero and ok() is false.
class Payload {
 public:
  explicit Payload(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t varint(std::uint64_t most) {
    std::uint64_t value = 0;
    for (int i = 0; i < kMaxVarintBytes && !rest_.empty(); i++) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (i == kMaxVarintBytes - 1 && byte > 1) break;
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
      if (byte < 0x80) {
        if (value <= most) return value;
        break;
      }
    }
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::uint32_t varint32(std::uint32_t most = std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(varint(most));
  }

  std::uint64_t varint64() { return varint(std::numeric_limits<std::uint64_t>::max()); }

  std::string_view string(size_t most) {
    const auto size = static_cast<size_t>(varint(most));
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  template <typename Enum>
  Enum word(size_t count) {
    return static_cast<Enum>(varint(count - 1));
  }

  std::chrono::milliseconds time() {
    constexpr std::uint64_t kYear = 366ULL * 24 * 3600 * 1000;
    return std::chrono::milliseconds(static_cast<std::int64_t>(varint(kYear)));
  }

  bool fits() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Header {
  FrameKind kind;
  std::string_view payload;
};

// Nothing when the frame is not all there.
Result<std::optional<Header>> split(std::string_view bytes, size_t most) {
  if (bytes.size() < kFrameHeaderBytes) return std::nullopt;
  std::uint32_t length = 0;
  for (size_t i = 0; i < 4; i++) length |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  if (length > most) return fail(ErrorKind::corrupt, "a frame is longer than any frame may be");
  if (bytes.size() - kFrameHeaderBytes < length) return std::nullopt;
  return Header{static_cast<FrameKind>(bytes[kFrameHeaderBytes - 1]), bytes.substr(kFrameHeaderBytes, length)};
}

std::optional<Frame> decode_payload(FrameKind kind, Payload& in) {
  switch (kind) {
    case FrameKind::hello: {
      Hello hello;
      hello.version = in.varint32();
      // What another version says after its number is its own affair.
      if (hello.version != kVersion) return hello;
      hello.landlock_abi = in.varint32();
      hello.seccomp = in.varint(1) != 0;
      hello.uid = in.varint32();
      return hello;
    }
    case FrameKind::part_begin: {
      PartBegin begin;
      begin.ordinal = in.varint32();
      begin.role = in.word<PartRole>(kRoles);
      begin.name = in.string(kMaxNameBytes);
      begin.declared_type = in.string(kMaxTypeBytes);
      return begin;
    }
    case FrameKind::part_type: {
      PartType type;
      type.role = in.word<PartRole>(kRoles);
      type.type = in.string(kMaxTypeBytes);
      type.size = in.varint64();
      type.sha256 = in.string(kSha256Digits);
      return type;
    }
    case FrameKind::fact: {
      Fact fact;
      fact.depth = in.varint32(kMostDepth);
      fact.word = in.string(kMaxFactBytes);
      return fact;
    }
    case FrameKind::segment: {
      SegmentText segment;
      segment.depth = in.varint32(kMostDepth);
      segment.place = in.word<Place>(kPlaces);
      segment.at = in.string(kMaxLocatorBytes);
      segment.text = in.string(kSegmentBytes);
      return segment;
    }
    case FrameKind::part_end: {
      PartEnd end;
      end.outcome = in.word<Outcome>(kOutcomes);
      end.why = in.string(kMaxWhyBytes);
      return end;
    }
    case FrameKind::done: {
      Done done;
      done.bytes = in.varint64();
      done.text_bytes = in.varint64();
      done.parts = in.varint32();
      done.cpu_us = in.varint64();
      return done;
    }
    case FrameKind::splice: {
      Splice splice;
      splice.offset = in.varint64();
      splice.removed = in.varint64();
      splice.inserted = in.string(kSegmentBytes);
      return splice;
    }
    case FrameKind::field: {
      Field field;
      field.name = in.string(kMaxNameBytes);
      field.index = in.varint32();
      field.value = in.string(kMaxFieldBytes);
      return field;
    }
    case FrameKind::edited: {
      Edited edited;
      edited.outcome = in.word<FooterOutcome>(kFooterOutcomes);
      edited.why = in.string(kMaxWhyBytes);
      edited.cpu_us = in.varint64();
      return edited;
    }
    case FrameKind::request:
      break;
  }
  return std::nullopt;
}

bool is_other_version(const Frame& frame) {
  const Hello* hello = std::get_if<Hello>(&frame);
  return hello != nullptr && hello->version != kVersion;
}

void put_limits(const Limits& limits, std::string& out) {
  put_varint(limits.max_bytes, out);
  put_varint(limits.max_part_bytes, out);
  put_varint(limits.max_text_bytes, out);
  put_varint(limits.max_parts, out);
  put_varint(limits.max_depth, out);
  put_varint(limits.max_ratio, out);
  put_time(limits.max_time, out);
  put_time(limits.max_cpu, out);
}

Limits take_limits(Payload& in) {
  Limits limits;
  limits.max_bytes = in.varint64();
  limits.max_part_bytes = in.varint64();
  limits.max_text_bytes = in.varint64();
  limits.max_parts = in.varint32();
  limits.max_depth = in.varint32();
  limits.max_ratio = in.varint32();
  limits.max_time = in.time();
  limits.max_cpu = in.time();
  return limits;
}

}  // namespace

void encode(const Request& request, std::string& out) {
  const OpenFrame frame(FrameKind::request, out);
  put_varint(kVersion, out);
  put_varint(static_cast<std::uint64_t>(request.task), out);
  put_varint(static_cast<std::uint64_t>(request.kind), out);
  put_string(std::string_view(request.name).substr(0, kMaxNameBytes), out);
  put_limits(request.limits, out);
  put_varint(request.spent.bytes, out);
  put_varint(request.spent.text_bytes, out);
  put_varint(request.spent.parts, out);
  put_time(request.spent.time, out);
  put_varint(request.segments, out);
  put_varint(request.hash ? 1 : 0, out);
  put_varint(request.settled.size(), out);
  for (const auto& [path, outcome] : request.settled) {
    put_varint(path.depth(), out);
    for (const std::uint32_t ordinal : path.ordinals()) put_varint(ordinal, out);
    put_varint(static_cast<std::uint64_t>(outcome), out);
  }
  put_string(std::string_view(request.footer.text).substr(0, kMaxFooterBytes), out);
  put_string(std::string_view(request.footer.link).substr(0, kMaxFooterLinkBytes), out);
  put_varint(request.footer.with_link ? 1 : 0, out);
  const size_t strips = std::min(request.strip.size(), kMaxStripParts);
  put_varint(strips, out);
  for (size_t i = 0; i < strips; i++) {
    put_string(request.strip[i].sha256, out);
    put_string(std::string_view(request.strip[i].text).substr(0, kMaxStripTextBytes), out);
  }
  put_varint(request.carried ? 1 : 0, out);
  put_string(request.carried.value_or(""), out);
}

void encode(const Hello& hello, std::string& out) {
  const OpenFrame frame(FrameKind::hello, out);
  put_varint(hello.version, out);
  put_varint(hello.landlock_abi, out);
  put_varint(hello.seccomp ? 1 : 0, out);
  put_varint(hello.uid, out);
}

void encode(const PartBegin& begin, std::string& out) {
  const OpenFrame frame(FrameKind::part_begin, out);
  put_varint(begin.ordinal, out);
  put_varint(static_cast<std::uint64_t>(begin.role), out);
  put_string(begin.name, out);
  put_string(begin.declared_type, out);
}

void encode(const PartType& type, std::string& out) {
  const OpenFrame frame(FrameKind::part_type, out);
  put_varint(static_cast<std::uint64_t>(type.role), out);
  put_string(type.type, out);
  put_varint(type.size, out);
  put_string(type.sha256, out);
}

void encode(const Fact& fact, std::string& out) {
  const OpenFrame frame(FrameKind::fact, out);
  put_varint(fact.depth, out);
  put_string(fact.word, out);
}

void encode(const SegmentText& segment, std::string& out) {
  encode_head(segment, out);
  out += segment.text;
}

void encode_head(const SegmentText& segment, std::string& out) {
  const OpenFrame frame(FrameKind::segment, out, segment.text.size());
  put_varint(segment.depth, out);
  put_varint(static_cast<std::uint64_t>(segment.place), out);
  put_string(segment.at, out);
  put_varint(segment.text.size(), out);
}

void encode(const PartEnd& end, std::string& out) {
  const OpenFrame frame(FrameKind::part_end, out);
  put_varint(static_cast<std::uint64_t>(end.outcome), out);
  put_string(end.why, out);
}

void encode(const Done& done, std::string& out) {
  const OpenFrame frame(FrameKind::done, out);
  put_varint(done.bytes, out);
  put_varint(done.text_bytes, out);
  put_varint(done.parts, out);
  put_varint(done.cpu_us, out);
}

void encode(const Splice& splice, std::string& out) {
  const OpenFrame frame(FrameKind::splice, out);
  put_varint(splice.offset, out);
  put_varint(splice.removed, out);
  put_string(splice.inserted, out);
}

void encode(const Field& field, std::string& out) {
  const OpenFrame frame(FrameKind::field, out);
  put_string(field.name, out);
  put_varint(field.index, out);
  put_string(field.value, out);
}

void encode(const Edited& edited, std::string& out) {
  const OpenFrame frame(FrameKind::edited, out);
  put_varint(static_cast<std::uint64_t>(edited.outcome), out);
  put_string(edited.why, out);
  put_varint(edited.cpu_us, out);
}

Result<std::optional<Decoded>> decode(std::string_view bytes) {
  const auto header = split(bytes, kMaxFramePayload);
  if (!header) return fail(header.error());
  if (!*header) return std::nullopt;
  Payload payload((*header)->payload);
  const std::optional<Frame> frame = decode_payload((*header)->kind, payload);
  if (!frame) return fail(ErrorKind::corrupt, "a frame of an unknown kind");
  if (!payload.fits() && !(payload.ok() && is_other_version(*frame))) {
    return fail(ErrorKind::corrupt, "a frame whose fields are out of bounds");
  }
  return Decoded{*frame, kFrameHeaderBytes + (*header)->payload.size()};
}

Result<std::optional<DecodedRequest>> decode_request(std::string_view bytes) {
  const auto header = split(bytes, kMaxRequestPayload);
  if (!header) return fail(header.error());
  if (!*header) return std::nullopt;
  if ((*header)->kind != FrameKind::request) return fail(ErrorKind::corrupt, "no request");
  Payload in((*header)->payload);
  if (in.varint32() != kVersion) return fail(ErrorKind::corrupt, "a request of another version");
  DecodedRequest out{{}, kFrameHeaderBytes + (*header)->payload.size()};
  Request& request = out.request;
  const std::uint32_t task = in.varint32(static_cast<std::uint32_t>(Task::strip));
  if (task == 0) return fail(ErrorKind::corrupt, "a request without a task");
  request.task = static_cast<Task>(task);
  request.kind = in.word<RootKind>(static_cast<size_t>(RootKind::document) + 1);
  request.name = in.string(kMaxNameBytes);
  request.limits = take_limits(in);
  request.spent.bytes = in.varint64();
  request.spent.text_bytes = in.varint64();
  request.spent.parts = in.varint32();
  request.spent.time = in.time();
  request.segments = in.varint32();
  request.hash = in.varint(1) != 0;
  const std::uint64_t settled = in.varint(kMaxSettled);
  for (std::uint64_t i = 0; i < settled && in.ok(); i++) {
    std::vector<std::uint32_t> ordinals(in.varint32(kMostDepth));
    for (std::uint32_t& ordinal : ordinals) ordinal = in.varint32();
    const auto outcome = in.word<Outcome>(kOutcomes);
    request.settled.emplace_hint(request.settled.end(), PartPath(std::move(ordinals)), outcome);
  }
  request.footer.text = in.string(kMaxFooterBytes);
  request.footer.link = in.string(kMaxFooterLinkBytes);
  request.footer.with_link = in.varint(1) != 0;
  const std::uint64_t strips = in.varint(kMaxStripParts);
  for (std::uint64_t i = 0; i < strips && in.ok(); i++) {
    StripPart part;
    part.sha256 = in.string(kSha256Digits);
    part.text = in.string(kMaxStripTextBytes);
    request.strip.push_back(std::move(part));
  }
  const bool carries = in.varint(1) != 0;
  const std::string_view carried = in.string(carries ? kMaxCarried : 0);
  if (carries) request.carried = carried;
  if (!in.fits()) return fail(ErrorKind::corrupt, "a request whose fields are out of bounds");
  return out;
}

}  // namespace postern::extract::wire
