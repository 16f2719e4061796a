#include "extractors/archive/zip.h"

#include "extractors/archive/zip_lock.h"
#include "extractors/archive/zip_names.h"
#include "extractors/archive/zip_reader.h"
#include "extractors/archive/zip_stream.h"

namespace postern::extract {

namespace {

// Names whose charset nobody declared are converted many times over; a folder of a customer has some hundreds.
constexpr size_t kMaxLegacyNames = 1000;

class ZipWalk {
 public:
  ZipWalk(const Source& source, Sink& sink)
      : reader_(source.bytes), sink_(sink), bombs_before_(sink.budget().bombs()) {}

  Ending run() {
    if (reader_.entries().empty() && !reader_.has_directory()) {
      return {Outcome::malformed, "no member and no directory of a zip can be found in it"};
    }
    if (const LimitHit hit = own_text(); hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
    for (const ZipEntry& entry : reader_.entries()) {
      if (sink_.stopped()) break;
      const LimitHit hit = entry.directory ? sink_.text(Place::file_name, "", entry.name) : LimitHit::none;
      if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
      if (!entry.directory) member(entry);
    }
    for (const std::string_view gap : reader_.gaps()) {
      Child child;
      child.name = "";
      child.facts = {"outside-members"};
      sink_.child(child, gap);
    }
    return ending();
  }

 private:
  LimitHit own_text() {
    for (const std::string& comment : reader_.comments()) {
      if (const LimitHit hit = sink_.text(Place::comment, "", comment); hit != LimitHit::none) return hit;
    }
    for (const std::string& name : reader_.other_names()) {
      if (const LimitHit hit = sink_.text(Place::file_name, "", name); hit != LimitHit::none) return hit;
    }
    size_t legacy_names = 0;
    for (const ZipEntry& entry : reader_.entries()) {
      if (legacy_names >= kMaxLegacyNames) break;
      const std::vector<std::string> readings = legacy_zip_names(entry.raw_name);
      if (!readings.empty()) legacy_names++;
      for (const std::string& name : readings) {
        if (const LimitHit hit = sink_.text(Place::file_name, "", name); hit != LimitHit::none) return hit;
      }
    }
    return LimitHit::none;
  }

  void member(const ZipEntry& entry) {
    Child child;
    child.name = entry.name;
    child.doubt = entry.doubt;
    if (entry.encrypted) sink_.fact("zip-encrypted");
    if (bombs() >= kMaxBombs) {
      child.known = {Outcome::limit, "it was not unpacked: members that are bombs reached the limit (" +
                                         std::to_string(kMaxBombs) + ")"};
    } else if (entry.overlapping && overlap_bytes_ > kMaxOverlapBytes) {
      child.known = {Outcome::limit, "it was not unpacked: " + overlap_reached()};
      overlap_limit_ = true;
    }
    sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      std::optional<std::string> clear;
      if (entry.encrypted) {
        clear = unlocker_.open(entry, reader_.data(entry));
        if (!clear) return tl::unexpected(locked_ending("the member"));
        sink_.fact("decrypted");
      }
      auto bytes = clear ? read_unlocked(entry, *clear, buffer)
                         : read_member(entry, reader_.data(entry), inflater_, sink_.budget(), buffer);
      if (!bytes) return tl::unexpected<Ending>(std::move(bytes.error()));
      if (bytes->state == MemberState::damaged) damaged_++;
      if (entry.overlapping) overlap_bytes_ += bytes->bytes.size();
      child.packed_size = bytes->packed_size;  // as measured, for the walker's test of the ratio
      return bytes->bytes;
    });
  }

  tl::expected<MemberBytes, Ending> read_unlocked(const ZipEntry& entry, const std::string& clear,
                                                  std::string& buffer) {
    ZipEntry unlocked = ZipUnlocker::unlocked(entry);
    unlocked.packed_size = clear.size();
    return read_member(unlocked, clear, inflater_, sink_.budget(), buffer);
  }

  static std::string overlap_reached() {
    return "bytes unpacked of members that share theirs reached the limit (" + std::to_string(kMaxOverlapBytes) + ")";
  }
  std::uint32_t bombs() const { return sink_.budget().bombs() - bombs_before_; }

  Ending ending() const {
    if (bombs() >= kMaxBombs)
      return {Outcome::limit, "members that are bombs reached the limit (" + std::to_string(kMaxBombs) + ")"};
    if (overlap_limit_) return {Outcome::limit, overlap_reached()};
    if (reader_.too_many()) {
      return {Outcome::limit, "it has more members than are listed (" + std::to_string(kMaxZipEntries) + ")"};
    }
    if (!reader_.doubt().empty()) return {Outcome::ambiguous, "readers differ on it: " + reader_.doubt()};
    if (reader_.is_piece()) return {Outcome::partial, "it is a piece of a split zip, and the others are not at hand"};
    if (damaged_ > 0) {
      return {Outcome::malformed, std::to_string(damaged_) + " of its members are damaged or fail their checksum"};
    }
    if (!reader_.damage().empty()) return {Outcome::malformed, reader_.damage()};
    return complete();
  }

  ZipReader reader_;
  Sink& sink_;
  const std::uint32_t bombs_before_;
  Inflater inflater_;
  ZipUnlocker unlocker_{sink_, inflater_};
  bool overlap_limit_ = false;
  unsigned damaged_ = 0;
  std::uint64_t overlap_bytes_ = 0;
};

class ZipExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return ZipWalk(source, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_zip_extractor() {
  return std::make_shared<ZipExtractor>();
}

}  // namespace postern::extract
