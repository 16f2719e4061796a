#include "extractors/archive/gzip.h"

#include <algorithm>
#include <array>
#include <new>

#include <zlib.h>

#include "extractors/archive/member_names.h"
#include "extractors/archive/zip_names.h"

namespace postern::extract {

namespace {

constexpr std::string_view kMagic = "\x1F\x8B";
// Bytes unpacked between two looks at the budget.
constexpr size_t kStep = 256 << 10;
// Members whose names count as text; programs write one.
constexpr size_t kMostNames = 100;

constexpr size_t kMostName = 1 << 10;
constexpr size_t kMostComment = 64 << 10;

struct Header {
  std::string name;
  std::string comment;
};

// Unpacks members one after the other.
class Members {
 public:
  Members(std::string_view bytes, Budget& budget) : bytes_(bytes), budget_(budget) {
    if (inflateInit2(&stream_, MAX_WBITS + 16) != Z_OK) throw std::bad_alloc();
    expect_header();
  }
  ~Members() { inflateEnd(&stream_); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // All bytes of all members, as far as they unpack; failing only when nothing does.
  tl::expected<std::string_view, Ending> unpack(std::string& out) {
    const std::uint64_t most = budget_.bytes_left() + 1;
    size_t used = 0;
    while (!ended_ && used < most) {
      if (const LimitHit hit = budget_.check_time(); hit != LimitHit::none) return limited(hit);
      if (out.size() < used + kStep) out.resize(std::max(used + kStep, out.size() * 2));
      used += step(out.data() + used, static_cast<size_t>(std::min<std::uint64_t>(out.size() - used, most - used)));
      if (budget_.check_ratio(taken_, used) != LimitHit::none) {
        budget_.count_bomb();
        break;
      }
    }
    if (used == 0 && damaged_) return tl::unexpected(Ending{Outcome::malformed, "its packed data are damaged"});
    return std::string_view(out).substr(0, used);
  }

  bool damaged() const { return damaged_; }
  std::uint64_t taken() const { return taken_; }
  const std::vector<Header>& headers() const { return headers_; }
  // Which limit kept names or comments back; empty when all are there.
  const std::string& left_out() const { return left_out_; }
  // What is behind the last member.
  std::string_view rest() const { return ended_ && !damaged_ ? bytes_.substr(taken_) : std::string_view(); }

 private:
  tl::unexpected<Ending> limited(LimitHit hit) const {
    return tl::unexpected<Ending>(limit_ending(hit, budget_.limits()));
  }

  void expect_header() {
    name_[0] = comment_[0] = 0;
    header_ = {};
    header_.name = name_.data();
    header_.name_max = static_cast<uInt>(name_.size());
    header_.comment = comment_.data();
    header_.comm_max = static_cast<uInt>(comment_.size());
    inflateGetHeader(&stream_, &header_);
  }

  template <size_t n>
  static std::string text(const std::array<Bytef, n>& field) {
    return {field.begin(), std::find(field.begin(), field.end(), 0)};
  }

  void note_left_out(std::string_view what, size_t limit) {
    if (left_out_.empty()) left_out_ = std::string(what) + " reached the limit (" + std::to_string(limit) + ")";
  }

  size_t step(char* out, size_t size) {
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1U << 30));
    const uInt room = stream_.avail_out;
    const auto fed = static_cast<uInt>(std::min<size_t>(bytes_.size() - taken_, 1U << 30));
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes_.data() + taken_));
    stream_.avail_in = fed;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    taken_ += fed - stream_.avail_in;
    if (result == Z_STREAM_END) {
      end_member();
    } else if (result != Z_OK || (stream_.avail_in == 0 && stream_.avail_out > 0)) {
      damaged_ = ended_ = true;
    }
    return room - stream_.avail_out;
  }

  void end_member() {
    Header header{text(name_), text(comment_)};
    if (header.name.size() == name_.size()) note_left_out("bytes of a name", kMostName);
    if (header.comment.size() == comment_.size()) note_left_out("bytes of a comment", kMostComment);
    if (headers_.size() < kMostNames) {
      headers_.push_back(std::move(header));
    } else if (!header.name.empty() || !header.comment.empty()) {
      note_left_out("members with a name", kMostNames);
    }
    if (bytes_.substr(taken_).starts_with(kMagic)) {
      inflateReset(&stream_);
      expect_header();
    } else {
      ended_ = true;
    }
  }

  std::string_view bytes_;
  Budget& budget_;
  z_stream stream_{};
  gz_header header_{};
  std::array<Bytef, kMostName> name_{};
  std::array<Bytef, kMostComment> comment_{};
  std::vector<Header> headers_;
  std::string left_out_;
  std::uint64_t taken_ = 0;
  bool ended_ = false;
  bool damaged_ = false;
};

class GzipExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Members members(source.bytes, sink.budget());
    Child child;
    child.name = name_without_packing(source.name);
    sink.child(child, [&](std::string& buffer) {
      auto bytes = members.unpack(buffer);
      child.packed_size = members.taken();  // for the walker's test of the ratio
      return bytes;
    });
    for (const Header& header : members.headers()) {
      LimitHit hit = sink.text(Place::file_name, "", decode_zip_name(header.name, NameFlag::legacy, {}));
      if (hit == LimitHit::none)
        hit = sink.text(Place::comment, "", decode_zip_name(header.comment, NameFlag::legacy, {}));
      if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    }
    const std::string_view rest = members.rest();
    if (rest.find_first_not_of('\0') != std::string_view::npos) {
      Child behind;
      behind.facts = {"appended-data"};
      sink.child(behind, rest);
      return {Outcome::malformed, "other bytes stand behind its end"};
    }
    if (members.damaged()) return {Outcome::malformed, "its packed data are damaged or cut off"};
    if (!members.left_out().empty()) return {Outcome::limit, members.left_out()};
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_gzip_extractor() {
  return std::make_shared<GzipExtractor>();
}

}  // namespace postern::extract
