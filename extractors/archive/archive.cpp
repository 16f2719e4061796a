#include "extractors/archive/archive.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include <libdeflate.h>

#include "base/ratio.h"
#include "extractors/archive/archive_stream.h"
#include "extractors/archive/deflate64.h"
#include "extractors/archive/iso_volume.h"
#include "extractors/archive/member_names.h"
#include "extractors/archive/rar_headers.h"
#include "extractors/archive/seven_zip_filters.h"
#include "extractors/archive/seven_zip_headers.h"
#include "extractors/archive/zip.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRar5Type = "application/x-rar5";

// Shorter rests are padding and checksums.
constexpr size_t kLeastBehind = 16;

bool is_in(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Formats in which the library unpacks what it passes over.
bool unpacks_in_passing(std::string_view mime) {
  return is_in(mime,
               {"application/x-7z-compressed", "application/vnd.rar", kRar5Type, "application/vnd.ms-cab-compressed"});
}

// Formats that are read from front to back, so that what was not taken stands behind the end.
bool ends_where_it_stops(std::string_view mime) {
  return is_in(mime, {"application/x-tar", "application/x-cpio", "application/x-archive"});
}

Ending bombs_reached(std::string_view about) {
  return {Outcome::limit,
          std::string(about) + "members that are bombs reached the limit (" + std::to_string(kMaxBombs) + ")"};
}

Ending drained_reached() {
  return {Outcome::limit,
          "bytes unpacked only to pass over them reached the limit (" + std::to_string(kMaxDrained) + ")"};
}

class ArchiveWalk {
 public:
  ArchiveWalk(std::string_view bytes, std::string_view mime, Sink& sink)
      : bytes_(bytes), mime_(mime), sink_(sink), bombs_before_(sink.budget().bombs()), stream_(bytes, mime, [&sink] {
          return sink.stopped();
        }) {}

  Ending run() {
    LimitHit hit = LimitHit::none;
    bool any = false;
    while (hit == LimitHit::none && !sink_.stopped() && drained_ <= kMaxDrained) {
      const auto entry = stream_.next();
      if (!entry) break;
      any = true;
      hit = take(*entry);
      if (ends_where_it_stops(mime_)) {
        stream_.skip();
        reached_ = static_cast<size_t>(stream_.taken());
      }
    }
    if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
    if (!sink_.stopped() && drained_ <= kMaxDrained) end_ = stream_.failure();
    if (!end_ && stream_.passed_over_headers()) end_ = Ending{Outcome::malformed, ""};
    if (!end_) reached_ = static_cast<size_t>(stream_.taken());
    if (end_ && !any && (stream_.locked() || end_->outcome == Outcome::encrypted)) {
      sink_.fact("encrypted-members");
      return {Outcome::encrypted, "the names of its members are encrypted and no password is at hand"};
    }
    read_behind();
    return ending();
  }

  // Of the entries that were seen, as stored.
  const std::unordered_multiset<std::string>& names() const { return names_; }
  std::uint64_t drained() const { return drained_; }

 private:
  LimitHit take(const ArchiveEntry& entry) {
    names_.insert(entry.raw_name);
    MemberName name = read_member_name(entry.raw_name);
    for (const std::string& other : name.others) {
      if (const LimitHit hit = sink_.text(Place::file_name, "", other); hit != LimitHit::none) return hit;
    }
    if (!entry.link_target.empty()) {
      const std::string target = read_member_name(entry.link_target).name;
      if (const LimitHit hit = sink_.text(Place::link, name.name, target); hit != LimitHit::none) return hit;
    }
    if (entry.kind != EntryKind::file) return sink_.text(Place::file_name, "", name.name);
    member(entry, std::move(name.name));
    return LimitHit::none;
  }

  void member(const ArchiveEntry& entry, std::string name) {
    Child child;
    child.name = std::move(name);
    child.packed_size = bytes_.size();
    if (entry.encrypted) {
      sink_.fact("encrypted-members");
      child.known = {Outcome::encrypted, "the member is encrypted and no password is at hand"};
    } else if (bombs() >= kMaxBombs) {
      child.known = bombs_reached("it was not unpacked: ");
    }
    sink_.child(child, [&](std::string& buffer) {
      auto out = unpack_entry(stream_, bytes_.size(), sink_.budget(), buffer);
      const bool damaged = stream_.failure() && stream_.failure()->outcome == Outcome::malformed;
      if (damaged || stream_.fails_checksum()) damaged_++;
      return out;
    });
    if (!entry.encrypted && unpacks_in_passing(mime_)) drain();
  }

  // What is left of a member costs as much to pass over as to read.
  void drain() {
    while (drained_ <= kMaxDrained && !sink_.stopped()) {
      const ArchiveStream::Piece piece = stream_.data();
      if (piece.bytes.empty()) return;
      drained_ += piece.bytes.size();
    }
  }

  void read_behind() {
    // What could not be begun is not behind itself.
    if (sink_.stopped() || reached_ == 0 || !ends_where_it_stops(mime_)) return;
    const std::string_view rest = bytes_.substr(reached_);
    const size_t first = rest.find_first_not_of("\0\n"sv);
    if (first == std::string_view::npos || rest.size() - first < kLeastBehind) return;
    Child child;
    child.facts = {"appended-data"};
    sink_.child(child, rest.substr(first));
  }

  std::uint32_t bombs() const { return sink_.budget().bombs() - bombs_before_; }

  Ending ending() const {
    if (bombs() >= kMaxBombs) return bombs_reached("");
    if (drained_ > kMaxDrained) return drained_reached();
    if (end_) {
      return end_->outcome == Outcome::malformed ? Ending{Outcome::malformed, "it is damaged or cut off"} : *end_;
    }
    if (damaged_ > 0) {
      return {Outcome::malformed, std::to_string(damaged_) + " of its members could not be unpacked whole"};
    }
    return complete();
  }

  const std::string_view bytes_;
  const std::string_view mime_;
  Sink& sink_;
  const std::uint32_t bombs_before_;
  ArchiveStream stream_;
  std::unordered_multiset<std::string> names_;
  std::optional<Ending> end_;
  size_t reached_ = 0;  // the end of the last entry, in formats that are read from front to back
  std::uint64_t drained_ = 0;
  unsigned damaged_ = 0;
};

class RarWalk {
 public:
  RarWalk(std::string_view bytes, Sink& sink) : bytes_(bytes), headers_(read_rar_headers(bytes)), sink_(sink) {}

  Ending run() {
    if (headers_.locked) {
      sink_.fact("encrypted-members");
      return {Outcome::encrypted, "the names of its members are encrypted and no password is at hand"};
    }
    const LimitHit hit = sink_.text(Place::comment, "", headers_.comment);
    if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
    for (const std::string& name : headers_.encrypted) {
      if (sink_.stopped()) break;
      sink_.fact("encrypted-members");
      Child child;
      child.name = name;
      child.known = {Outcome::encrypted, "the member is encrypted and no password is at hand"};
      sink_.child(child, std::string_view());
    }
    const std::string_view readable = headers_.readable.empty() ? bytes_ : std::string_view(headers_.readable);
    Ending out = ArchiveWalk(readable, is_rar5(bytes_) ? kRar5Type : "application/vnd.rar"sv, sink_).run();
    if (headers_.behind.size() >= kLeastBehind && !sink_.stopped()) {
      Child child;
      child.facts = {"appended-data"};
      sink_.child(child, headers_.behind);
    }
    if (headers_.volume && (out.outcome == Outcome::malformed || out.outcome == Outcome::complete)) {
      out = {Outcome::partial, "it is one of several volumes, and only what begins in it can be read"};
    }
    return out;
  }

 private:
  const std::string_view bytes_;
  const RarHeaders headers_;
  Sink& sink_;
};

// libarchive ends at the first member that it cannot unpack. What stands behind it is read folder by folder, each as an
// archive of its own, and what cannot be read is named.
class SevenZipWalk {
 public:
  SevenZipWalk(std::string_view bytes, Sink& sink)
      : bytes_(bytes), headers_(read_seven_zip_headers(bytes)), sink_(sink), bombs_before_(sink.budget().bombs()) {}

  Ending run() {
    if (headers_.locked) {
      sink_.fact("encrypted-members");
      return {Outcome::encrypted, "the names of its members are encrypted and no password is at hand"};
    }
    Ending out;
    if (std::any_of(headers_.folders.begin(), headers_.folders.end(), is_deflate64)) {
      find_unseen({});  // the library would end at the first of them
    } else {
      ArchiveWalk walk(bytes_, kType, sink_);
      out = walk.run();
      drained_ = walk.drained();
      find_unseen(walk.names());
    }
    if (out.outcome == Outcome::limit || out.outcome == Outcome::timeout) stop_ = out;
    const bool explained = !unseen_.empty() || any_encrypted();
    for (size_t i = 0; i < unseen_.size() && !sink_.stopped(); i++) {
      const SevenZipMember& member = *unseen_[i];
      if (member.empty) {
        const LimitHit hit = sink_.text(Place::file_name, "", member.name);
        if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
        continue;
      }
      size_t end = i + 1;
      while (end < unseen_.size() && !unseen_[end]->empty && unseen_[end]->folder == member.folder) end++;
      take_folder(member.folder, i, end);
      i = end - 1;
    }
    if (stop_) return *stop_;
    if (damaged_) return *damaged_;
    // That the library ended there is no damage of the archive.
    return explained ? complete() : out;
  }

 private:
  static constexpr std::string_view kType = "application/x-7z-compressed";

  // Members of one name stand for each other: as many as were seen are passed over.
  void find_unseen(std::unordered_multiset<std::string> seen) {
    whole_.assign(headers_.folders.size(), true);
    for (const SevenZipMember& member : headers_.members) {
      const auto found = seen.find(member.name);
      if (found == seen.end()) {
        unseen_.push_back(&member);
        continue;
      }
      seen.erase(found);
      if (!member.empty && member.folder < whole_.size()) whole_[member.folder] = false;
    }
  }

  bool any_encrypted() const {
    return std::any_of(headers_.folders.begin(), headers_.folders.end(),
                       [](const SevenZipFolder& folder) { return folder.encrypted; });
  }

  static bool is_deflate64(const SevenZipFolder& folder) {
    return folder.packed_sizes.size() == 1 && filters_before_deflate64(folder.coders).has_value();
  }

  std::string unpack_deflate64(std::string_view packed) {
    constexpr size_t kStep = 256 << 10;
    Budget& budget = sink_.budget();
    const std::uint64_t most = std::min(most_unpacked(packed.size(), budget.limits()), budget.bytes_left()) + 1;
    const std::unique_ptr<ZipDecoder> decoder = make_deflate64_decoder();
    std::string out;
    ZipDecoder::Step step;
    do {
      const size_t used = out.size();
      out.resize(used + static_cast<size_t>(std::min<std::uint64_t>(kStep, most - used)));
      step = decoder->decode(packed, out.data() + used, out.size() - used);
      packed.remove_prefix(step.consumed);
      out.resize(used + step.produced);
    } while (step.status == ZipDecoder::Status::more && step.produced > 0 && out.size() < most && !sink_.stopped());
    return out;
  }

  void take_deflate64(size_t folder, size_t begin, size_t end) {
    const SevenZipFolder& packing = headers_.folders[folder];
    const std::uint64_t at = std::min<std::uint64_t>(packing.packed_at, bytes_.size());
    const std::string_view packed =
        bytes_.substr(static_cast<size_t>(at), static_cast<size_t>(packing.packed_sizes[0]));
    if (!unpacked_ || unpacked_->folder != folder) {
      unpacked_ =
          Unpacked{folder, undo_filters(*filters_before_deflate64(packing.coders), unpack_deflate64(packed)), 0};
    }
    const bool bomb = sink_.budget().check_ratio(packed.size(), unpacked_->bytes.size()) != LimitHit::none;
    if (bomb) sink_.budget().count_bomb();
    for (size_t i = begin; i < end && !sink_.stopped(); i++) {
      const SevenZipMember& member = *unseen_[i];
      const std::string_view rest = std::string_view(unpacked_->bytes).substr(unpacked_->taken);
      const std::string_view data = rest.substr(0, static_cast<size_t>(member.size));
      unpacked_->taken += data.size();
      Child child;
      child.name = member.name;
      const bool whole = data.size() == member.size &&
                         (!member.checksum || *member.checksum == libdeflate_crc32(0, data.data(), data.size()));
      if (!whole && bomb) {
        child.known = limit_ending(LimitHit::ratio, sink_.budget().limits());
      } else if (!whole) {
        damaged_ = Ending{Outcome::malformed, "some of its members could not be unpacked whole"};
      }
      sink_.child(child, data);
    }
  }

  // The unseen members from `begin` to `end`, all of one folder.
  void take_folder(size_t folder, size_t begin, size_t end) {
    Ending lost{Outcome::unsupported, "it stands behind a member that cannot be unpacked"};
    std::unordered_multiset<std::string> seen;
    if (folder < headers_.folders.size() && is_deflate64(headers_.folders[folder]) && !stop()) {
      take_deflate64(folder, begin, end);
      return;
    }
    if (folder < headers_.folders.size() && headers_.folders[folder].encrypted) {
      sink_.fact("encrypted-members");
      lost = {Outcome::encrypted, "the member is encrypted and no password is at hand"};
    } else if (stop()) {
      lost = *stop_;
    } else if (folder < headers_.folders.size() && whole_[folder]) {
      whole_[folder] = false;  // members of a folder that are parted by others: once is enough
      const std::string alone = seven_zip_of_folder(bytes_, headers_, folder);
      ArchiveWalk walk(alone, kType, sink_);
      const Ending out = walk.run();
      drained_ += walk.drained();
      seen = walk.names();
      if (out.outcome == Outcome::limit || out.outcome == Outcome::timeout) stop_ = out;
      if (out.outcome == Outcome::malformed && !seen.empty()) damaged_ = out;
    }
    for (size_t i = begin; i < end && !sink_.stopped(); i++) {
      if (const auto found = seen.find(unseen_[i]->name); found != seen.end()) {
        seen.erase(found);
        continue;
      }
      Child child;
      child.name = unseen_[i]->name;
      child.known = lost;
      sink_.child(child, std::string_view());
    }
  }

  // The bounds of one archive, over all walks of it.
  bool stop() {
    if (!stop_ && sink_.budget().bombs() - bombs_before_ >= kMaxBombs) stop_ = bombs_reached("");
    if (!stop_ && drained_ > kMaxDrained) stop_ = drained_reached();
    return stop_.has_value();
  }

  const std::string_view bytes_;
  const SevenZipHeaders headers_;
  Sink& sink_;
  const std::uint32_t bombs_before_;
  std::vector<const SevenZipMember*> unseen_;
  std::vector<bool> whole_;  // folders of which nothing was seen
  // Of a folder that is read here, and how much of it was handed out.
  struct Unpacked {
    size_t folder;
    std::string bytes;
    size_t taken;
  };
  std::optional<Unpacked> unpacked_;
  std::uint64_t drained_ = 0;
  std::optional<Ending> stop_;
  std::optional<Ending> damaged_;
};

class ArchiveExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.type.mime == "application/x-7z-compressed") return SevenZipWalk(source.bytes, sink).run();
    if (source.type.mime == "application/vnd.rar") return RarWalk(source.bytes, sink).run();
    if (source.type.mime == "application/x-iso9660-image") {
      const LimitHit hit = sink.text(Place::property, "volume", iso_volume_texts(source.bytes));
      if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    }
    return ArchiveWalk(source.bytes, source.type.mime, sink).run();
  }
};

class PackedExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    ArchiveStream stream(source.bytes, source.type.mime, [&sink] { return sink.stopped(); });
    std::optional<Ending> failure = stream.failure();
    if (!failure && !stream.next()) failure = stream.failure();
    if (failure) return *failure;
    Child child;
    child.name = name_without_packing(source.name);
    sink.child(child, [&](std::string& buffer) {
      auto out = unpack_entry(stream, source.bytes.size(), sink.budget(), buffer);
      failure = stream.failure();
      child.packed_size = source.bytes.size();
      return out;
    });
    if (failure) return *failure;
    const std::string_view rest = source.bytes.substr(static_cast<size_t>(stream.taken()));
    const bool ended = !sink.stopped() && stream.data().bytes.empty() && !stream.failure();
    if (ended && rest.find_first_not_of('\0') != std::string_view::npos) {
      Child behind;
      behind.facts = {"appended-data"};
      sink.child(behind, rest);
      return {Outcome::malformed, "other bytes stand behind its end"};
    }
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_archive_extractor() {
  return std::make_shared<ArchiveExtractor>();
}

std::shared_ptr<Extractor> make_packed_extractor() {
  return std::make_shared<PackedExtractor>();
}

}  // namespace postern::extract
