#include "extractors/archive/zip_decoder.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

#include "extractors/archive/archive_stream.h"
#include "extractors/archive/bytes.h"
#include "extractors/archive/deflate64.h"
#include "extractors/archive/old_methods.h"

namespace postern::extract {

namespace {

class Bzip2Decoder final : public ZipDecoder {
 public:
  Bzip2Decoder() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  Step decode(std::string_view packed, char* out, size_t size) override {
    const auto fed = static_cast<unsigned>(std::min<size_t>(packed.size(), std::numeric_limits<unsigned>::max()));
    const auto room = static_cast<unsigned>(std::min<size_t>(size, std::numeric_limits<unsigned>::max()));
    stream_.next_in = const_cast<char*>(packed.data());
    stream_.avail_in = fed;
    stream_.next_out = out;
    stream_.avail_out = room;
    const int result = BZ2_bzDecompress(&stream_);
    Step step{fed - stream_.avail_in, room - stream_.avail_out, Status::more};
    if (result == BZ_STREAM_END) step.status = Status::end;
    if (result < 0) step.status = result == BZ_MEM_ERROR ? Status::too_large : Status::damaged;
    return step;
  }

 private:
  bz_stream stream_{};
};

class LzmaDecoder : public ZipDecoder {
 public:
  LzmaDecoder() = default;
  ~LzmaDecoder() override { lzma_end(&stream_); }
  LzmaDecoder(const LzmaDecoder&) = delete;
  LzmaDecoder& operator=(const LzmaDecoder&) = delete;

  Step decode(std::string_view packed, char* out, size_t size) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
    stream_.avail_in = packed.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream_.avail_out = size;
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    Step step{packed.size() - stream_.avail_in, size - stream_.avail_out, Status::more};
    if (result == LZMA_STREAM_END) step.status = Status::end;
    if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR) step.status = Status::too_large;
    if (result == LZMA_FORMAT_ERROR || result == LZMA_DATA_ERROR || result == LZMA_OPTIONS_ERROR) {
      step.status = Status::damaged;
    }
    return step;
  }

 protected:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class XzDecoder final : public LzmaDecoder {
 public:
  XzDecoder() {
    if (lzma_stream_decoder(&stream_, kMostDecoderMemory, 0) != LZMA_OK) throw std::bad_alloc();
  }
};

// APPNOTE 5.8.8: version (2), size of the properties (2), the properties (5 for LZMA1), raw data. The decoder
// wants the header of an .lzma file instead: the properties and the unpacked size, all ones when the end is marked.
class ZipLzmaDecoder final : public LzmaDecoder {
 public:
  explicit ZipLzmaDecoder(std::uint64_t unpacked_size) : unpacked_size_(unpacked_size) {
    if (lzma_alone_decoder(&stream_, kMostDecoderMemory) != LZMA_OK) throw std::bad_alloc();
  }

  Step decode(std::string_view packed, char* out, size_t size) override {
    if (started_) return LzmaDecoder::decode(packed, out, size);
    started_ = true;
    if (packed.size() < kPrefix + kProperties || le16(packed, 2) != kProperties) return {0, 0, Status::damaged};
    std::array<char, kProperties + sizeof unpacked_size_> header{};
    std::copy_n(packed.data() + kPrefix, kProperties, header.begin());
    for (size_t i = 0; i < sizeof unpacked_size_; i++) {
      header[kProperties + i] = static_cast<char>(static_cast<unsigned char>(unpacked_size_ >> (8 * i)));
    }
    const Step begun = LzmaDecoder::decode(std::string_view(header.data(), header.size()), out, size);
    if (begun.status != Status::more) return {0, 0, begun.status};
    Step step = LzmaDecoder::decode(packed.substr(kPrefix + kProperties), out, size);
    step.consumed += kPrefix + kProperties;
    return step;
  }

 private:
  static constexpr size_t kPrefix = 4;
  static constexpr size_t kProperties = 5;
  const std::uint64_t unpacked_size_;
  bool started_ = false;
};

class ZstdDecoder final : public ZipDecoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  Step decode(std::string_view packed, char* out, size_t size) override {
    ZSTD_inBuffer from{packed.data(), packed.size(), 0};
    ZSTD_outBuffer to{out, size, 0};
    const size_t result = ZSTD_decompressStream(stream_, &to, &from);
    Step step{from.pos, to.pos, Status::more};
    // A member may be several frames (RFC 8878 3.1); the last one ends it.
    if (result == 0 && from.pos == packed.size()) step.status = Status::end;
    if (ZSTD_isError(result) != 0) step.status = Status::damaged;
    return step;
  }

 private:
  ZSTD_DStream* stream_;
};

// By libarchive, as the zip of this one member.
class PpmdDecoder final : public ZipDecoder {
 public:
  explicit PpmdDecoder(const ZipEntry& entry) : entry_(entry) {}

  Step decode(std::string_view packed, char* out, size_t size) override {
    Step step;
    if (!stream_) begin(packed, step);
    if (rest_.empty()) rest_ = stream_->data().bytes;
    step.produced = std::min(rest_.size(), size);
    std::copy_n(rest_.data(), step.produced, out);
    rest_.remove_prefix(step.produced);
    if (step.produced == 0) step.status = stream_->failure() ? Status::damaged : Status::end;
    return step;
  }

 private:
  void begin(std::string_view packed, Step& step) {
    const auto put = [this](std::uint64_t value, unsigned width) {
      for (unsigned i = 0; i < width; i++)
        zip_.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
    };
    zip_ = "PK\3\4";
    put(63, 2);
    put(0, 2);
    put(static_cast<std::uint64_t>(ZipMethod::ppmd), 2);
    put(0, 4);
    put(entry_.crc, 4);
    put(packed.size(), 4);
    put(entry_.unpacked_size, 4);
    put(1, 4);
    zip_ += 'x';
    zip_ += packed;
    stream_ = std::make_unique<ArchiveStream>(zip_, "application/zip", [] { return false; });
    static_cast<void>(stream_->next());
    step.consumed = packed.size();
  }

  const ZipEntry entry_;
  std::string zip_;
  std::unique_ptr<ArchiveStream> stream_;
  std::string_view rest_;
};

}  // namespace

std::unique_ptr<ZipDecoder> make_zip_decoder(const ZipEntry& entry) {
  constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();
  switch (static_cast<ZipMethod>(entry.method)) {
    case ZipMethod::bzip2:
      return std::make_unique<Bzip2Decoder>();
    case ZipMethod::lzma:
      return std::make_unique<ZipLzmaDecoder>(entry.method_bit_1 ? kUnknown : entry.unpacked_size);
    case ZipMethod::zstd:
      return std::make_unique<ZstdDecoder>();
    case ZipMethod::deflate64:
      return make_deflate64_decoder();
    case ZipMethod::ppmd:
      return entry.open_ended ? nullptr : std::make_unique<PpmdDecoder>(entry);
    case ZipMethod::xz:
      return std::make_unique<XzDecoder>();
    case ZipMethod::shrunk:
    case ZipMethod::reduced_1:
    case ZipMethod::reduced_2:
    case ZipMethod::reduced_3:
    case ZipMethod::reduced_4:
    case ZipMethod::imploded:
      return entry.open_ended ? nullptr : make_old_decoder(entry);
    default:
      return nullptr;
  }
}

}  // namespace postern::extract
