#include "policy/evaluate_excerpts.h"

#include <algorithm>

#include "message/locator.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

bool begins_before(const MaskRange& a, const MaskRange& b) {
  return a.range.begin < b.range.begin;
}

}  // namespace

Excerpts::Excerpts(const Model& model, const CompiledPolicy& policy, const Finds& finds, Workspace& workspace)
    : model_(model),
      policy_(policy),
      finds_(finds),
      text_(finds.text()),
      scanned_(finds.scanned()),
      workspace_(workspace) {}

bool Excerpts::is_sensitive(SourceIndex source) const {
  const std::vector<DetectorIndex>& detectors = policy_.detectors_of[source];
  return std::any_of(detectors.begin(), detectors.end(),
                     [this](DetectorIndex detector) { return model_.detectors[detector].sensitive; });
}

// A hit around what the excerpt is about that counts for nothing: a pattern of a word and a number, without the
// evidence that it wants, would hide the very word that tells what the number is.
bool Excerpts::only_hides_context(const Mask& mask, const Hit& about) const {
  if (mask.hit == nullptr || mask.hit == &about || mask.kind != MaskKind::words) return false;
  const Hit& hit = *mask.hit;
  const bool overlaps = hit.range.begin < about.range.end && about.range.begin < hit.range.end;
  const bool has_check = (policy_.checks[hit.source] & ~check_bit(Validator::none)) != 0;
  if (!overlaps || has_check || hit.encoded.begin < hit.encoded.end) return false;
  const std::vector<DetectorIndex>& detectors = policy_.detectors_of[hit.source];
  return std::none_of(detectors.begin(), detectors.end(),
                      [&](DetectorIndex detector) { return finds_.judge(detector, hit, nullptr) > 0; });
}

MaskKind Excerpts::kind_of(SourceIndex source, bool is_value) const {
  if (is_sensitive(source)) return MaskKind::whole;
  return is_value ? MaskKind::value : MaskKind::words;
}

MaskRange Excerpts::mask_of(const Hit& hit) const {
  // Of a value that is encoded with others nobody knows to the letter where it stands.
  const bool with_others = hit.encoded.begin < hit.encoded.end;
  const bool checked = (hit.checks & ~check_bit(Validator::none)) != 0;
  const MaskKind kind = kind_of(hit.source, checked && !with_others);
  return {with_others ? hit.encoded : hit.range, kind};
}

Excerpts::SegmentView& Excerpts::view_of(std::uint32_t segment) {
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
    view.masks.push_back({mask_of(scanned_.hits[*at]), &scanned_.hits[*at]});
  }
  // Where a source had too many hits to list, nothing behind the last one is known to be harmless.
  for (const SourceIndex source : scanned_.overflowed) {
    if (policy_.counts[source] == 0) continue;
    const Hit& last = scanned_.of(source).back();
    if (last.segment > segment) continue;
    const std::uint32_t from = last.segment == segment ? last.range.end : 0;
    view.masks.push_back({{{from, static_cast<std::uint32_t>(view.reader.size())}, kind_of(source, false)}, nullptr});
  }
  std::sort(view.masks.begin(), view.masks.end(), begins_before);
  return view;
}

std::vector<MaskRange> Excerpts::masks_in(const DecodedTexts& decoded, const DecodedTexts::Found& about) const {
  std::vector<MaskRange> masks;
  for (const DecodedTexts::Found& one : decoded.found()) {
    if (one.text == about.text && policy_.counts[one.source] != 0) {
      masks.push_back({one.range, kind_of(one.source, one.checked && one.exact)});
    }
  }
  // Where a source had too many hits to list, nothing is known to be harmless.
  const auto size = static_cast<std::uint32_t>(decoded.text_of(about).size());
  for (const SourceIndex source : scanned_.overflowed) {
    if (policy_.counts[source] != 0) masks.push_back({{0, size}, kind_of(source, false)});
  }
  std::sort(masks.begin(), masks.end(), begins_before);
  return masks;
}

std::optional<Excerpts::InClear> Excerpts::in_clear_of(const Hit& hit) {
  SegmentView& view = view_of(hit.segment);
  const std::string_view here(view.reader);
  if (std::string word = in_clear(hit, here.substr(hit.range.begin, hit.range.end - hit.range.begin)); !word.empty()) {
    const ByteRange all{0, static_cast<std::uint32_t>(word.size())};
    return InClear{hit.range, std::move(word), all, {{all, kind_of(hit.source, false)}}};
  }
  if (hit.encodings[0] == Encoding::none) return std::nullopt;
  if (!view.decoded) {
    view.decoded.emplace();
    workspace_.scan_label(policy_, text_.segments[hit.segment].text, label_scan_, &*view.decoded);
  }
  const DecodedTexts::Found* found = view.decoded->find(hit);
  if (found == nullptr) return std::nullopt;
  InClear clear{hit.encoded, view.decoded->text_of(*found), found->range, masks_in(*view.decoded, *found)};
  if (clear.stretch.begin < clear.stretch.end) return clear;
  // Of a text that goes on around its escapes only the hit is not there already.
  clear.stretch = hit.range;
  clear.text = clear.text.substr(found->range.begin, found->range.end - found->range.begin);
  for (MaskRange& mask : clear.masks) {
    mask.range = {std::max(mask.range.begin, found->range.begin) - found->range.begin,
                  std::max(mask.range.end, found->range.begin) - found->range.begin};
  }
  clear.focus = {0, static_cast<std::uint32_t>(clear.text.size())};
  return clear;
}

std::vector<MaskRange> Excerpts::masks_beside(const SegmentView& view, const Hit& hit) const {
  std::vector<MaskRange> masks;
  for (const Mask& mask : view.masks) {
    if (!only_hides_context(mask, hit)) masks.push_back(mask);
  }
  return masks;
}

std::string Excerpts::around(const Hit& hit) {
  const std::optional<InClear> clear = in_clear_of(hit);
  const SegmentView& view = view_of(hit.segment);
  const std::vector<MaskRange> beside = masks_beside(view, hit);
  if (!clear) return masked_excerpt(view.reader, beside, hit.range);
  const auto [begin, end] = clear->stretch;
  const auto behind = static_cast<std::uint32_t>(begin + clear->text.size());
  std::vector<MaskRange> masks;
  for (const MaskRange& mask : beside) {
    if (mask.range.begin < begin) masks.push_back({{mask.range.begin, std::min(mask.range.end, begin)}, mask.kind});
    if (mask.range.end > end) {
      masks.push_back({{std::max(mask.range.begin, end) - end + behind, mask.range.end - end + behind}, mask.kind});
    }
  }
  for (const MaskRange& mask : clear->masks) {
    masks.push_back({{mask.range.begin + begin, mask.range.end + begin}, mask.kind});
  }
  std::sort(masks.begin(), masks.end(), begins_before);
  const std::string text = view.reader.substr(0, begin) + clear->text + view.reader.substr(end);
  return masked_excerpt(text, masks, {clear->focus.begin + begin, clear->focus.end + begin});
}

std::optional<EncodedProof> Excerpts::encoded(const Hit& hit) {
  const std::optional<InClear> clear = in_clear_of(hit);
  if (!clear) return std::nullopt;
  const SegmentView& view = view_of(hit.segment);
  const auto length = [&](ByteRange range) {
    return static_cast<std::uint32_t>(
        count_code_points(std::string_view(view.reader).substr(range.begin, range.end - range.begin)));
  };
  EncodedProof proof;
  for (const Encoding encoding : hit.encodings) {
    if (encoding != Encoding::none) proof.as += (proof.as.empty() ? "" : ", ") + std::string(to_string(encoding));
  }
  if (proof.as.empty()) proof.as = to_string(DerivedName::reversed);
  proof.character = length({0, clear->stretch.begin});
  proof.characters = length(clear->stretch);
  proof.excerpt = masked_excerpt(view.reader, masks_beside(view, hit), hit.range);
  return proof;
}

std::string Excerpts::place_of(const Hit& hit) {
  const SegmentView& view = view_of(hit.segment);
  return label(locate(text_.segments[hit.segment], view.map.to_source(hit.range).begin));
}

// Whether a hit would count for some detector with nothing beside it.
bool Excerpts::tells_alone(const Hit& hit) const {
  if ((hit.checks & ~check_bit(Validator::none)) != 0) return true;
  const std::vector<DetectorIndex>& detectors = policy_.detectors_of[hit.source];
  return std::any_of(detectors.begin(), detectors.end(), [this](DetectorIndex index) {
    const Detector& detector = model_.detectors[index];
    const std::vector<ConfidenceLevel>& levels = detector.confidence;
    if (detector.sensitive || levels.empty()) return true;
    return std::any_of(levels.begin(), levels.end(), [](const ConfidenceLevel& level) {
      return level.when.empty() && level.level >= kDefaultMinConfidence;
    });
  });
}

template <typename IsMasked>
std::string Excerpts::masked_by_itself(std::string_view text, IsMasked is_masked) {
  if (text.empty()) return {};
  std::string reader;
  make_reader(text, reader, nullptr);
  workspace_.scan_label(policy_, reader, label_scan_);
  std::vector<MaskRange> masks;
  for (const Hit& hit : label_scan_.hits) {
    if (policy_.counts[hit.source] != 0 && is_masked(hit)) masks.push_back(mask_of(hit));
  }
  if (masks.empty()) return std::string(text);
  std::sort(masks.begin(), masks.end(), begins_before);
  return masked(reader, masks);
}

std::string Excerpts::label(std::string_view text) {
  return masked_by_itself(text, [](const Hit&) { return true; });
}

std::string Excerpts::reason(std::string_view sentence) {
  return masked_by_itself(sentence, [this](const Hit& hit) { return tells_alone(hit); });
}

}  // namespace postern::policy
