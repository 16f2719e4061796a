#include "policy/evaluate_excerpts.h"

#include <algorithm>

#include "message/locator.h"

namespace postern::policy {

Excerpts::Excerpts(const Model& model, const CompiledPolicy& policy, const ExtractedText& text,
                   const ScanResult& scanned, Workspace& workspace)
    : model_(model), policy_(policy), text_(text), scanned_(scanned), workspace_(workspace) {}

bool Excerpts::is_sensitive(SourceIndex source) const {
  const std::vector<DetectorIndex>& detectors = policy_.detectors_of[source];
  return std::any_of(detectors.begin(), detectors.end(),
                     [this](DetectorIndex detector) { return model_.detectors[detector].sensitive; });
}

MaskRange Excerpts::mask_of(const Hit& hit) const {
  if (is_sensitive(hit.source)) return {hit.range, MaskKind::whole};
  const bool checked = (hit.checks & ~check_bit(Validator::none)) != 0;
  // Of a value that is encoded with others nobody knows to the letter where it stands.
  if (hit.encoded.begin < hit.encoded.end) return {hit.encoded, MaskKind::words};
  return {hit.range, checked ? MaskKind::value : MaskKind::words};
}

const Excerpts::SegmentView& Excerpts::view_of(std::uint32_t segment) {
  if (const auto found = views_.find(segment); found != views_.end()) return found->second;
  const auto segment_of = [&](std::uint32_t hit) { return scanned_.hits[hit].segment; };
  if (!sorted_) {
    sorted_ = true;
    for (std::uint32_t i = 0; i < scanned_.hits.size(); i++) {
      if (policy_.counts[scanned_.hits[i].source] != 0) by_segment_.push_back(i);
    }
    std::sort(by_segment_.begin(), by_segment_.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (segment_of(a) != segment_of(b)) return segment_of(a) < segment_of(b);
      return scanned_.hits[a].range.begin < scanned_.hits[b].range.begin;
    });
  }
  SegmentView& view = views_[segment];
  make_reader(text_.segments[segment].text, view.reader, &view.map);
  const auto begin =
      std::lower_bound(by_segment_.begin(), by_segment_.end(), segment,
                       [&](std::uint32_t hit, std::uint32_t wanted) { return segment_of(hit) < wanted; });
  for (auto at = begin; at != by_segment_.end() && segment_of(*at) == segment; ++at) {
    view.masks.push_back(mask_of(scanned_.hits[*at]));
  }
  // Where a source had too many hits to list, nothing behind the last one is known to be harmless.
  for (const SourceIndex source : scanned_.overflowed) {
    if (policy_.counts[source] == 0) continue;
    const Hit& last = scanned_.of(source).back();
    if (last.segment > segment) continue;
    const std::uint32_t from = last.segment == segment ? last.range.end : 0;
    const MaskKind kind = is_sensitive(source) ? MaskKind::whole : MaskKind::words;
    view.masks.push_back({{from, static_cast<std::uint32_t>(view.reader.size())}, kind});
  }
  std::sort(view.masks.begin(), view.masks.end(),
            [](const MaskRange& a, const MaskRange& b) { return a.range.begin < b.range.begin; });
  return view;
}

std::string Excerpts::around(const Hit& hit) {
  const SegmentView& view = view_of(hit.segment);
  return masked_excerpt(view.reader, view.masks, hit.range);
}

std::string Excerpts::place_of(const Hit& hit) {
  const SegmentView& view = view_of(hit.segment);
  return label(locate(text_.segments[hit.segment], view.map.to_source(hit.range).begin));
}

std::string Excerpts::label(std::string_view text) {
  if (text.empty()) return {};
  std::string reader;
  make_reader(text, reader, nullptr);
  workspace_.scan_label(policy_, reader, label_scan_);
  std::vector<MaskRange> masks;
  for (const Hit& hit : label_scan_.hits) {
    if (policy_.counts[hit.source] != 0) masks.push_back(mask_of(hit));
  }
  if (masks.empty()) return std::string(text);
  std::sort(masks.begin(), masks.end(),
            [](const MaskRange& a, const MaskRange& b) { return a.range.begin < b.range.begin; });
  return masked(reader, masks);
}

}  // namespace postern::policy
