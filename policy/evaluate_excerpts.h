// Excerpts and labels of findings, with everything that was found in them masked.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/evaluate_finds.h"
#include "policy/masking.h"
#include "policy/scan.h"
#include "policy/views.h"

namespace postern::policy {

class Excerpts {
 public:
  Excerpts(const Model& model, const CompiledPolicy& policy, const ExtractedText& text, const ScanResult& scanned,
           Workspace& workspace);

  std::string around(const Hit& hit);
  // Where the hit itself stands, as near as its segment's locator tells: "Sheet2!B7" in "Sheet2!A1:G200".
  std::string place_of(const Hit& hit);
  // The hit's bytes in the text of its segment.
  ByteRange source_range(const Hit& hit) { return view_of(hit.segment).map.to_source(hit.range); }
  // A part's name or a locator: hostile text that may itself hold what must not be shown.
  std::string label(std::string_view text);

 private:
  struct SegmentView {
    std::string reader;
    OffsetMap map;                 // to the segment's text
    std::vector<MaskRange> masks;  // rising
  };
  const SegmentView& view_of(std::uint32_t segment);
  MaskRange mask_of(const Hit& hit) const;
  bool is_sensitive(SourceIndex source) const;

  const Model& model_;
  const CompiledPolicy& policy_;
  const ExtractedText& text_;
  const ScanResult& scanned_;
  Workspace& workspace_;
  ScanResult label_scan_;
  std::unordered_map<std::uint32_t, SegmentView> views_;
  std::vector<std::uint32_t> by_segment_;  // indices of hits that are masked, by segment
  bool sorted_ = false;
};

}  // namespace postern::policy
