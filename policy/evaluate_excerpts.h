// Excerpts and labels of findings, with everything that was found in them masked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/evaluate_decoded.h"
#include "policy/evaluate_finds.h"
#include "policy/masking.h"
#include "policy/proof.h"
#include "policy/scan.h"
#include "policy/views.h"

namespace postern::policy {

class Excerpts {
 public:
  Excerpts(const Model& model, const CompiledPolicy& policy, const Finds& finds, Workspace& workspace);

  // What is encoded stands there decoded, between what is before and behind it.
  std::string around(const Hit& hit);
  // How and where the mail has a hit that around() shows decoded; nothing for others.
  std::optional<EncodedProof> encoded(const Hit& hit);
  // Where the hit itself stands, as near as its segment's locator tells: "Sheet2!B7" in "Sheet2!A1:G200".
  std::string place_of(const Hit& hit);
  // The hit's bytes in the text of its segment.
  ByteRange source_range(const Hit& hit) { return view_of(hit.segment).map.to_source(hit.range); }
  // A part's name or a locator: hostile text that may itself hold what must not be shown.
  std::string label(std::string_view text);
  // A sentence of our own readers, which may name something of the mail. Words that tell something only beside
  // evidence are its own.
  std::string reason(std::string_view sentence);

 private:
  struct Mask : MaskRange {
    const Hit* hit = nullptr;  // null: all of a source that had too many
  };
  struct SegmentView {
    std::string reader;
    OffsetMap map;            // to the segment's text
    std::vector<Mask> masks;  // rising
    std::optional<DecodedTexts> decoded;
  };
  // A stretch of the reader view with what it says.
  struct InClear {
    ByteRange stretch;
    std::string text;
    ByteRange focus;               // in `text`
    std::vector<MaskRange> masks;  // in `text`
  };
  template <typename IsMasked>
  std::string masked_by_itself(std::string_view text, IsMasked is_masked);
  bool tells_alone(const Hit& hit) const;
  SegmentView& view_of(std::uint32_t segment);
  std::vector<MaskRange> masks_beside(const SegmentView& view, const Hit& hit) const;
  std::optional<InClear> in_clear_of(const Hit& hit);
  std::vector<MaskRange> masks_in(const DecodedTexts& decoded, const DecodedTexts::Found& about) const;
  MaskRange mask_of(const Hit& hit) const;
  MaskKind kind_of(SourceIndex source, bool is_value) const;
  bool is_sensitive(SourceIndex source) const;
  bool only_hides_context(const Mask& mask, const Hit& about) const;

  const Model& model_;
  const CompiledPolicy& policy_;
  const Finds& finds_;
  const ExtractedText& text_;
  const ScanResult& scanned_;
  Workspace& workspace_;
  ScanResult label_scan_;
  std::unordered_map<std::uint32_t, SegmentView> views_;
  std::vector<std::uint32_t> by_segment_;  // indices of hits that are masked, by segment
  bool sorted_ = false;
};

}  // namespace postern::policy
