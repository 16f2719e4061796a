#include "extractors/worker/serve.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>

#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/limits.h"
#include "base/unique_fd.h"
#include "extractors/cpu_time.h"
#include "extractors/walker.h"
#include "extractors/worker/wire.h"

namespace postern::extract {

namespace {

// Smaller messages are read into a buffer that stays: mapping costs more than copying.
constexpr std::uint64_t kReadBytes = 256 << 10;
// Messages that unpacked to more leave memory behind that is given back.
constexpr std::uint64_t kTrimBytes = 16ULL << 20;
// One request and the message that it carries, unless its list of settled parts is long.
constexpr size_t kReceiveBytes = wire::kMaxCarried + (16 << 10);

// Turns reports into frames. A worker whose client is gone has nobody left to report to and ends.
class FrameWriter final : public Reporter {
 public:
  FrameWriter(Outbox& outbox, const ServeHooks& hooks) : outbox_(outbox), hooks_(hooks) {}

  void part_begin(const PartPath& path, PartRole role, std::string_view name, std::string_view declared) override {
    write(wire::PartBegin{path.is_root() ? 0 : path.ordinals().back(), role, name, declared});
  }
  void part_type(const PartPath&, PartRole role, std::string_view type, std::uint64_t size,
                 std::string_view sha256) override {
    write(wire::PartType{role, type, size, sha256});
    fault_point(FaultPoint::part_typed);
  }
  void segment(const PartPath& path, Place place, std::string_view at, std::string_view text) override {
    // The text goes to the outbox from where it lies.
    frame_.clear();
    wire::encode_head(wire::SegmentText{static_cast<std::uint32_t>(path.depth()), place, at, text}, frame_);
    if (!outbox_.append(frame_) || !outbox_.append(text)) ::_exit(EX_PROTOCOL);
    if (hooks_.after_frame) hooks_.after_frame();
  }
  void fact(const PartPath& path, std::string_view word) override {
    write(wire::Fact{static_cast<std::uint32_t>(path.depth()), word});
  }
  void part_end(const PartPath&, Outcome outcome, std::string_view why) override { write(wire::PartEnd{outcome, why}); }

  template <typename Frame>
  void write(const Frame& frame) {
    frame_.clear();
    wire::encode(frame, frame_);
    if (!outbox_.append(frame_)) ::_exit(EX_PROTOCOL);
    if (hooks_.after_frame) hooks_.after_frame();
  }

 private:
  Outbox& outbox_;
  const ServeHooks& hooks_;
  std::string frame_;
};

struct Incoming {
  wire::Request request;
  UniqueFd fd;
};

// Receives a whole request and, unless it carries its message, the descriptor; nothing at the end of the stream. What
// is carried is valid until the next call.
class RequestReader {
 public:
  explicit RequestReader(int socket) : socket_(socket), buffer_(kReceiveBytes, '\0') {}

  Result<std::optional<Incoming>> next() {
    UniqueFd fd;
    for (;;) {
      auto decoded = wire::decode_request(std::string_view(buffer_).substr(0, filled_));
      if (!decoded) return fail(decoded.error());
      if (*decoded) {
        const bool carried = (*decoded)->request.carried.has_value();
        if (carried == bool(fd)) return fail(ErrorKind::corrupt, "a request without its message, or with two");
        // One request at a time: what follows it already would be an error of the client.
        if ((*decoded)->used != filled_) return fail(ErrorKind::corrupt, "bytes after a request");
        filled_ = 0;
        return Incoming{std::move((*decoded)->request), std::move(fd)};
      }
      if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
      const auto got = receive(fd);
      if (!got) return fail(got.error());
      if (*got == 0) return std::nullopt;
      filled_ += *got;
    }
  }

 private:
  // Nothing came for a while: what the next message would take again, and was kept for it, is the system's.
  void rest() const {
    ::malloc_trim(0);
    pollfd socket{socket_, POLLIN, 0};
    static_cast<void>(::poll(&socket, 1, -1));
  }

  Result<size_t> receive(UniqueFd& fd) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec into{buffer_.data() + filled_, buffer_.size() - filled_};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t n = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && (errno == EINTR || errno == EAGAIN)) {
      if (errno == EAGAIN) rest();
      n = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    }
    if (n < 0) return fail(ErrorKind::unavailable, "cannot receive a request: " + errno_text(errno));
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        int received = -1;
        std::memcpy(&received, CMSG_DATA(c), sizeof received);
        fd.reset(received);
      }
    }
    return static_cast<size_t>(n);
  }

  int socket_;
  std::string buffer_;
  size_t filled_ = 0;
};

// The bytes of a request, read or mapped unless they are carried.
class Message {
 public:
  explicit Message(std::string& buffer) : buffer_(buffer) {}
  ~Message() {
    if (mapped_ != nullptr) ::munmap(mapped_, size_);
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  Result<std::string_view> open(const Incoming& incoming) {
    if (incoming.request.carried) {
      size_ = incoming.request.carried->size();
      return *incoming.request.carried;
    }
    const int fd = incoming.fd.get();
    struct stat info {};
    if (::fstat(fd, &info) != 0 || info.st_size < 0) {
      return fail(ErrorKind::unavailable, "cannot tell the size of the message: " + errno_text(errno));
    }
    size_ = static_cast<size_t>(info.st_size);
    if (size_ <= kReadBytes) return read(fd);
    mapped_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped_ == MAP_FAILED) {
      mapped_ = nullptr;
      return fail(ErrorKind::limit, "cannot map the message: " + errno_text(errno));
    }
    return std::string_view(static_cast<const char*>(mapped_), size_);
  }
  std::uint64_t size() const { return size_; }

 private:
  Result<std::string_view> read(int fd) {
    buffer_.resize(kReadBytes);
    size_t filled = 0;
    while (filled < size_) {
      const ssize_t n = ::pread(fd, buffer_.data() + filled, size_ - filled, static_cast<off_t>(filled));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(ErrorKind::unavailable, "cannot read the message: " + errno_text(errno));
      if (n == 0) break;
      filled += static_cast<size_t>(n);
    }
    return std::string_view(buffer_).substr(0, filled);
  }

  std::string& buffer_;
  void* mapped_ = nullptr;
  size_t size_ = 0;
};

std::uint64_t cpu_us_since(std::chrono::nanoseconds start) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(cpu_time() - start).count());
}

void serve_one(const Registry& registry, Detect detect, const Incoming& incoming, std::string& buffer,
               FrameWriter& writer) {
  const std::chrono::nanoseconds start = cpu_time();
  const wire::Request& request = incoming.request;
  limit_cpu(request.limits.max_cpu, start);
  Budget budget(request.limits, request.spent, system_clock());
  Resume resume;
  resume.settled = request.settled;
  resume.segments = request.segments;
  Walker walker(registry, budget, writer, resume, detect, start);

  Message message(buffer);
  const auto bytes = message.open(incoming);
  if (bytes) {
    walker.walk(Root{*bytes, request.name, request.kind == RootKind::mail ? "message/rfc822" : "", request.hash});
  } else {
    writer.part_begin(PartPath(), PartRole::message, request.name, "");
    writer.part_end(PartPath(), bytes.error().kind == ErrorKind::limit ? Outcome::limit : Outcome::crashed,
                    bytes.error().message);
  }
  const Spent spent = budget.spent();
  writer.write(wire::Done{spent.bytes, spent.text_bytes, spent.parts, cpu_us_since(start)});
  if (spent.bytes - request.spent.bytes > kTrimBytes) ::malloc_trim(0);
}

BodyEdit try_edit(const Editors& editors, std::string_view bytes, const wire::Request& request) {
  try {
    if (request.task == wire::Task::strip) return editors.strip(bytes, request.strip);
    return editors.footer(bytes, request.footer);
  } catch (const std::bad_alloc&) {
    return {FooterOutcome::limit, "the edit needs more memory than a reader has", {}, {}};
  } catch (const std::exception&) {
    return {FooterOutcome::unwritable, "the editor gave up", {}, {}};
  }
}

void serve_edit(const Editors& editors, const Incoming& incoming, std::string& buffer, FrameWriter& writer) {
  const std::chrono::nanoseconds start = cpu_time();
  limit_cpu(incoming.request.limits.max_cpu, start);
  Message message(buffer);
  const auto bytes = message.open(incoming);
  BodyEdit done{FooterOutcome::limit, bytes ? "" : bytes.error().message, {}, {}};
  if (bytes) done = try_edit(editors, *bytes, incoming.request);
  for (const BodySplice& splice : done.splices) {
    std::string_view rest = splice.inserted;
    writer.write(wire::Splice{splice.offset, splice.removed, rest.substr(0, kSegmentBytes)});
    while (rest.size() > kSegmentBytes) {
      rest.remove_prefix(kSegmentBytes);
      writer.write(wire::Splice{splice.offset + splice.removed, 0, rest.substr(0, kSegmentBytes)});
    }
  }
  for (const HeaderChange& field : done.fields) writer.write(wire::Field{field.name, field.index, field.value});
  writer.write(wire::Edited{done.outcome, std::string_view(done.why).substr(0, kMaxWhyBytes), cpu_us_since(start)});
  if (message.size() > kTrimBytes) ::malloc_trim(0);
}

}  // namespace

void prepare_socket(int socket) {
  // To give the memory back and take it again costs about half a millisecond, a fortieth of the wait.
  constexpr timeval kIdle{0, 20'000};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kIdle, sizeof kIdle);
}

Result<void> serve(const Registry& registry, Detect detect, const Editors& editors, const SandboxReport& report,
                   int socket, Outbox outbox, const ServeHooks& hooks) {
  std::string hello;
  wire::encode(wire::Hello{wire::kVersion, report.landlock_abi, report.seccomp, report.uid}, hello);
  if (auto ok = outbox.append(hello); !ok) return ok;
  if (auto ok = outbox.flush(); !ok) return ok;

  RequestReader requests(socket);
  FrameWriter writer(outbox, hooks);
  std::string buffer;
  for (;;) {
    auto incoming = requests.next();
    if (!incoming) return fail(incoming.error());
    if (!*incoming) return {};
    if ((*incoming)->request.task != wire::Task::extract) {
      serve_edit(editors, **incoming, buffer, writer);
    } else {
      serve_one(registry, detect, **incoming, buffer, writer);
    }
    if (hooks.after_message) hooks.after_message();
    if (auto ok = outbox.flush(); !ok) return ok;
  }
}

}  // namespace postern::extract
