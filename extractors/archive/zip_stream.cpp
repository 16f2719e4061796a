#include "extractors/archive/zip_stream.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <libdeflate.h>
#include <zlib.h>

namespace postern::extract {

namespace {

// Bytes unpacked between two looks at the budget: small against the limits, large against the cost of looking.
constexpr size_t kStep = 256 << 10;
// A member's buffer starts at most here and doubles: a claim of 4 GB costs nothing until bytes come.
constexpr std::uint64_t kFirstBuffer = 1 << 20;
constexpr std::uint64_t kBestRatio = 1032;  // of deflate (RFC 1951: 258 bytes by two bits)
// What the encoder of LZMA may leave behind its last symbol.
constexpr size_t kPackedTail = 8;

}  // namespace

struct Inflater::State {
  struct FreeWhole {
    void operator()(libdeflate_decompressor* one) const { libdeflate_free_decompressor(one); }
  };

  State() : whole(libdeflate_alloc_decompressor()) {
    // Raw deflate (RFC 1951): a zip has no zlib header.
    if (!whole || inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Room for a member unpacked at one go.
  char* room(size_t size) {
    if (size > room_size) {
      bytes = std::make_unique_for_overwrite<char[]>(size);
      room_size = size;
    }
    return bytes.get();
  }

  std::unique_ptr<libdeflate_decompressor, FreeWhole> whole;
  z_stream stream{};
  std::unique_ptr<char[]> bytes;
  size_t room_size = 0;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {}

Inflater::~Inflater() = default;

ZipStream::ZipStream(const ZipEntry& entry, std::string_view data, Inflater& inflater, Budget& budget, Charge charge,
                     Checksum checksum)
    : entry_(entry), data_(data), inflater_(inflater), budget_(budget), charge_(charge), checksum_(checksum) {
  if (entry.encrypted) {
    stop(MemberState::refused, {Outcome::encrypted, "the member is encrypted and no password is at hand"});
  } else if (entry.data_offset == 0) {
    stop(MemberState::refused, {Outcome::malformed, "its data are not where the directory says"});
  } else if (!is_method(ZipMethod::stored) && !is_method(ZipMethod::deflated)) {
    decoder_ = make_zip_decoder(entry);
    if (!decoder_) {
      stop(MemberState::refused,
           {Outcome::unsupported, "it is packed by " + describe_zip_method(entry.method) + ", which is not read"});
    }
  }
}

void ZipStream::stop(MemberState state, Ending ending) {
  state_ = state;
  ending_ = std::move(ending);
  ended_ = true;
}

size_t ZipStream::read(char* out, size_t size) {
  if (ended_ || size == 0) return 0;
  if (const LimitHit hit = budget_.check_time(); hit != LimitHit::none) {
    stop(MemberState::refused, limit_ending(hit, budget_.limits()));
    return 0;
  }
  const size_t step = std::min(size, kStep);
  const size_t got = decoder_                         ? read_decoded(out, step)
                     : is_method(ZipMethod::deflated) ? read_deflated(out, size)
                                                      : read_stored(out, step);
  if (got == 0) {
    if (!ended_) finish();
    return 0;
  }
  const LimitHit charged = charge_ == Charge::here ? budget_.charge_bytes(got) : LimitHit::none;
  if (charged != LimitHit::none) {
    stop(MemberState::cut, limit_ending(charged, budget_.limits()));
    return 0;
  }
  produced_ += got;
  if (const LimitHit hit = budget_.check_ratio(consumed_, produced_); hit != LimitHit::none) {
    budget_.count_bomb();
    stop(MemberState::cut, limit_ending(hit, budget_.limits()));
  } else if (checksum_ == Checksum::test) {
    crc_ = libdeflate_crc32(crc_, out, got);
  }
  return got;
}

size_t ZipStream::read_stored(char* out, size_t size) {
  const size_t got = std::min<size_t>(size, data_.size() - consumed_);
  std::memcpy(out, data_.data() + consumed_, got);
  consumed_ += got;
  return got;
}

// The whole member into `out`, or, when that is too small, into the inflater. False when zlib has to read it.
bool ZipStream::unpack_whole(char* out, size_t size) {
  const std::uint64_t claimed = entry_.unpacked_size;
  if (entry_.open_ended || entry_.truncated || claimed == 0) return false;
  if (claimed > kMaxWhole || claimed > data_.size() * kBestRatio || claimed > budget_.bytes_left()) return false;
  const auto expected = static_cast<size_t>(claimed);
  char* to = size >= expected ? out : inflater_.state_->room(expected);
  size_t used = 0;
  size_t got = 0;
  const libdeflate_result result = libdeflate_deflate_decompress_ex(inflater_.state_->whole.get(), data_.data(),
                                                                    data_.size(), to, expected, &used, &got);
  if (result != LIBDEFLATE_SUCCESS) return false;
  consumed_ = used;
  whole_ = std::string_view(to, got);
  return true;
}

size_t ZipStream::read_whole(char* out, size_t size) {
  const size_t got = std::min(size, whole_.size());
  if (got > 0 && whole_.data() != out) std::memcpy(out, whole_.data(), got);
  whole_.remove_prefix(got);
  if (got == 0) finish();
  return got;
}

size_t ZipStream::read_deflated(char* out, size_t size) {
  z_stream& stream = inflater_.state_->stream;
  if (!started_) {
    started_ = true;
    is_whole_ = unpack_whole(out, size);
    if (!is_whole_) inflateReset(&stream);
  }
  if (is_whole_) return read_whole(out, size);
  size = std::min(size, kStep);
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = static_cast<uInt>(size);
  int result = Z_OK;
  while (stream.avail_out > 0 && result == Z_OK) {
    const std::uint64_t left = data_.size() - consumed_;
    const auto fed = static_cast<uInt>(std::min<std::uint64_t>(left, 1U << 30));
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data_.data() + consumed_));
    stream.avail_in = fed;
    result = ::inflate(&stream, Z_NO_FLUSH);
    consumed_ += fed - stream.avail_in;
  }
  const size_t got = size - stream.avail_out;
  if (result == Z_STREAM_END) {
    if (got == 0) finish();
  } else if (result != Z_OK && got == 0) {
    // Z_BUF_ERROR here is an end of input in the middle of a block.
    stop(MemberState::damaged, {Outcome::malformed, "its packed data are damaged or cut off"});
  }
  return got;
}

size_t ZipStream::read_decoded(char* out, size_t size) {
  using Status = ZipDecoder::Status;
  size_t got = 0;
  while (got < size && decoded_ == Status::more) {
    const ZipDecoder::Step step = decoder_->decode(data_.substr(consumed_), out + got, size - got);
    decoded_ = step.status;
    consumed_ += step.consumed;
    got += step.produced;
    if (step.consumed == 0 && step.produced == 0) break;
  }
  if (got > 0) return got;
  // Data that go on behind the size their header states would be left out in silence.
  const bool all = data_.size() - consumed_ <= kPackedTail;
  if (decoded_ == Status::end && all) {
    finish();
  } else if (decoded_ == Status::too_large) {
    stop(MemberState::refused,
         {Outcome::limit, "memory to unpack it reached the limit (" + std::to_string(kMostDecoderMemory) + ")"});
  } else {
    stop(MemberState::damaged, {Outcome::malformed, "its packed data are damaged or cut off"});
  }
  return 0;
}

void ZipStream::finish() {
  ended_ = true;
  if (checksum_ == Checksum::test && entry_.crc_known && crc_ != entry_.crc) {
    state_ = MemberState::damaged;
    ending_ = {Outcome::malformed, "its checksum does not match"};
  } else if (entry_.truncated) {
    state_ = MemberState::damaged;
    ending_ = {Outcome::malformed, "it is cut off by the end of the file"};
  }
}

tl::expected<MemberBytes, Ending> read_member(const ZipEntry& entry, std::string_view data, Inflater& inflater,
                                              Budget& budget, std::string& buffer) {
  ZipStream stream(entry, data, inflater, budget, Charge::by_walker, Checksum::test);
  const std::uint64_t most = budget.bytes_left() + 1;
  // One byte more than claimed, so that an honest member ends without growing the buffer.
  const std::uint64_t first = std::min({entry.unpacked_size, data.size() * kBestRatio, kFirstBuffer - 1}) + 1;
  if (buffer.size() < first) buffer.resize(first);
  size_t used = 0;
  while (used < most) {
    if (used == buffer.size()) buffer.resize(std::min(std::max<std::uint64_t>(used * 2, kFirstBuffer), most));
    const size_t got = stream.read(buffer.data() + used, buffer.size() - used);
    if (got == 0) break;
    used += got;
  }
  const bool nothing = used == 0 && stream.state() != MemberState::whole;
  if (stream.state() == MemberState::refused || nothing) return tl::unexpected<Ending>(stream.ending());
  return MemberBytes{std::string_view(buffer).substr(0, used), stream.consumed(),
                     used >= most ? MemberState::cut : stream.state()};
}

}  // namespace postern::extract
