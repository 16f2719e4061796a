// TextBuilder: makes an ExtractedText of what a walk reports.
//
// The client of the pool feeds it with a worker's frames, tests with a walker in
// process. A part that begins a second time (a fresh worker walks again after
// a crash) starts anew: what was kept of it is dropped, its finished children stay.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "extractors/report.h"

namespace postern::extract {

class TextBuilder final : public Reporter {
 public:
  void part_begin(const PartPath& path, PartRole role, std::string_view name, std::string_view declared_type) override;
  void part_type(const PartPath& path, PartRole role, std::string_view type, std::uint64_t size,
                 std::string_view sha256) override;
  void segment(const PartPath& path, Place place, std::string_view at, std::string_view text) override;
  void fact(const PartPath& path, std::string_view word) override;
  void part_end(const PartPath& path, Outcome outcome, std::string_view why) override;

  // The innermost part that has begun and not ended; none before the root began and after it ended.
  std::optional<PartPath> innermost() const;
  size_t open_depth() const { return open_.size(); }

  // Ends the innermost part from outside: the reader is gone.
  void end_innermost(Outcome outcome, std::string_view why);
  // Ends all open parts, or the root when nothing has begun.
  void end_all(Outcome outcome, std::string_view why);
  // The innermost part is left open for a second walk: it and the parts around it will begin again.
  void reopen() { open_.clear(); }

  size_t parts() const { return parts_.size(); }
  bool has_ended(const PartPath& path) const;
  bool has_children(const PartPath& path) const;
  size_t ended_parts() const { return ended_parts_; }
  std::uint64_t ended_segments() const;
  // Ended parts that lie in no other ended part: what a fresh worker must not read again.
  std::vector<std::pair<PartPath, Outcome>> settled() const;
  // What the ended parts have drawn from the budget. Open parts are charged again by the next walk.
  Spent spent() const;
  std::uint64_t text_bytes() const { return text_bytes_; }
  std::uint64_t segments() const { return segments_; }

  // The result, parts depth first, segments in order of their parts; what never ended is `crashed`. The
  // builder is empty afterwards.
  ExtractedText take();

 private:
  struct Entry {
    Part part;
    std::vector<Segment> segments;
    std::uint64_t text_bytes = 0;
    bool ended = false;
  };
  Entry& at(const PartPath& path);

  std::map<PartPath, Entry> parts_;
  std::vector<Entry*> open_;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t segments_ = 0;
  size_t ended_parts_ = 0;
};

}  // namespace postern::extract
