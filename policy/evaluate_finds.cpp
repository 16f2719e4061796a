#include "policy/evaluate_finds.h"

#include <algorithm>

#include "policy/notice_words.h"
#include "policy/views.h"

namespace postern::policy {

namespace {

// The row of a cell's locator, "Sheet2!7" of "Sheet2!B7"; empty for other locators.
std::pair<std::string_view, std::string_view> row_of(std::string_view at) {
  size_t digits = at.size();
  while (digits > 0 && at[digits - 1] >= '0' && at[digits - 1] <= '9') digits--;
  size_t letters = digits;
  while (letters > 0 && at[letters - 1] >= 'A' && at[letters - 1] <= 'Z') letters--;
  const bool is_cell = digits < at.size() && letters < digits && (letters == 0 || at[letters - 1] == '!');
  if (!is_cell) return {};
  return {at.substr(0, letters), at.substr(digits)};
}

std::uint32_t gap(std::uint32_t a_first, std::uint32_t a_end, std::uint32_t b_first, std::uint32_t b_end) {
  if (b_first >= a_end) return b_first - a_end;
  if (a_first >= b_end) return a_first - b_end;
  return 0;
}

}  // namespace

Finds::Finds(const Model& model, const CompiledPolicy& policy, const ExtractedText& text, const ScanResult& scanned)
    : model_(model), policy_(policy), text_(text), scanned_(scanned), items_(items_of(text)) {
  for (const std::uint32_t item : items_) item_count_ = std::max(item_count_, item + 1);
  find_notices();
  const std::vector<Hit>& hits = scanned.hits;
  for (size_t i = 0; i < hits.size();) {
    size_t end = i + 1;
    while (end < hits.size() && hits[end].source == hits[i].source) end++;
    for (const DetectorIndex detector : policy.detectors_of[hits[i].source]) {
      collect(detector, std::span(hits).subspan(i, end - i));
    }
    i = end;
  }
  std::sort(stretches_.begin(), stretches_.end(),
            [](const Stretch& a, const Stretch& b) { return a.detector < b.detector; });
  for (const Stretch& stretch : stretches_) detectors_.push_back(stretch.detector);
}

std::string Finds::name_of(SourceIndex source) const {
  if (const auto& detectors = policy_.detectors_of[source]; !detectors.empty()) {
    return "detector " + model_.detectors[detectors.front()].id;
  }
  const auto found = std::find(policy_.evidence.begin(), policy_.evidence.end(), source);
  if (found == policy_.evidence.end()) return "a pattern";
  return "evidence " + model_.evidence[size_t(found - policy_.evidence.begin())].name;
}

void Finds::find_notices() {
  const auto is_notice = [](const Segment& segment) { return segment.place == Place::disclaimer; };
  if (std::none_of(text_.segments.begin(), text_.segments.end(), is_notice)) return;
  std::uint32_t told = 0;
  std::string reader;
  for (const Hit& hit : scanned_.hits) {
    const Segment& segment = text_.segments[hit.segment];
    if (!is_notice(segment)) continue;
    if (reader.empty() || told != hit.segment) {
      reader.clear();
      make_reader(segment.text, reader, nullptr);
      told = hit.segment;
    }
    const size_t size = hit.range.end - hit.range.begin;
    if (is_notice_word(std::string_view(reader).substr(hit.range.begin, size))) in_notices_.push_back(&hit);
  }
}

bool Finds::is_in_notice(const Hit& hit) const {
  return !in_notices_.empty() && std::binary_search(in_notices_.begin(), in_notices_.end(), &hit);
}

void Finds::collect(DetectorIndex detector, std::span<const Hit> hits) {
  const size_t begin = finds_.size();
  for (const Hit& hit : hits) {
    const int confidence = judge(detector, hit, nullptr);
    if (confidence == 0) continue;
    const Segment& segment = text_.segments[hit.segment];
    Find find{&hit, items_[hit.part], region_of(text_.parts[hit.part], segment), segment.place, confidence,
              1,    is_in_notice(hit)};
    if (policy_.is_words(hit.source)) {
      const WordPattern& words = policy_.word_lists[hit.source - policy_.first_word_source];
      find.weight = words.words->entries[hit.entry].weight;
    }
    any_quoted_ = any_quoted_ || segment.place == Place::quoted;
    finds_.push_back(find);
  }
  if (finds_.size() == begin) return;
  std::stable_sort(finds_.begin() + static_cast<std::ptrdiff_t>(begin), finds_.end(),
                   [](const Find& a, const Find& b) { return a.item < b.item; });
  stretches_.push_back({detector, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(finds_.size())});
}

std::span<const Find> Finds::of(DetectorIndex detector) const {
  const auto found =
      std::lower_bound(stretches_.begin(), stretches_.end(), detector,
                       [](const Stretch& stretch, DetectorIndex wanted) { return stretch.detector < wanted; });
  if (found == stretches_.end() || found->detector != detector) return {};
  return std::span(finds_).subspan(found->begin, found->end - found->begin);
}

std::span<const Hit> Finds::hits_of(DetectorIndex detector) const {
  const SourceIndex source = policy_.detectors[detector].source;
  return source == kNoSource ? std::span<const Hit>() : scanned_.of(source);
}

std::optional<std::uint32_t> Finds::distance(const Hit& a, const Hit& b, DistanceUnit unit) const {
  switch (unit) {
    case DistanceUnit::characters:
      return gap(a.first_char, a.end_char, b.first_char, b.end_char);
    case DistanceUnit::words:
      return gap(a.first_word, a.end_word, b.first_word, b.end_word);
    case DistanceUnit::line:
      if (a.line != b.line) return std::nullopt;
      return gap(a.first_char, a.end_char, b.first_char, b.end_char);
    case DistanceUnit::row: {
      const auto row = row_of(text_.segments[a.segment].at);
      const bool same = row.second.empty() ? a.line == b.line : row == row_of(text_.segments[b.segment].at);
      if (!same) return std::nullopt;
      return gap(a.first_char, a.end_char, b.first_char, b.end_char);
    }
    case DistanceUnit::part:
      return gap(a.first_char, a.end_char, b.first_char, b.end_char);
  }
  return std::nullopt;
}

// The smallest distance to a hit of `source` in the same part. Hits rise by their beginning, so it is the
// next one, or one of the last before: entries of a dictionary may overlap, a few of them at most.
std::optional<std::uint32_t> Finds::nearest(const Hit& hit, SourceIndex source, DistanceUnit unit) const {
  constexpr size_t kOverlapping = 8;
  const std::span<const Hit> hits = scanned_.of(source);
  const auto next = std::lower_bound(hits.begin(), hits.end(), hit, [](const Hit& a, const Hit& b) {
    return a.part != b.part ? a.part < b.part : a.first_char < b.first_char;
  });
  std::optional<std::uint32_t> best;
  const auto consider = [&](const Hit& other) {
    if (is_in_notice(other)) return;
    const auto there = other.part == hit.part ? distance(hit, other, unit) : std::nullopt;
    if (there && (!best || *there < *best)) best = there;
  };
  // Words of notices are no evidence; a notice has few of them.
  constexpr size_t kMostInNotice = 64;
  auto behind = next;
  for (size_t i = 0; i < kMostInNotice && behind != hits.end() && behind->part == hit.part && is_in_notice(*behind);
       i++)
    ++behind;
  if (behind != hits.end()) consider(*behind);
  size_t looked = 0, passed = 0;
  for (auto before = next; before != hits.begin() && looked < kOverlapping && passed < kMostInNotice;) {
    --before;
    if (before->part != hit.part) break;
    (is_in_notice(*before) ? passed : looked)++;
    consider(*before);
  }
  return best;
}

bool Finds::is_near(const Hit& hit, SourceIndex source, const Distance& within) const {
  const auto there = nearest(hit, source, within.unit);
  if (!there) return false;
  const bool counted = within.unit == DistanceUnit::characters || within.unit == DistanceUnit::words;
  return !counted || *there <= within.count;
}

bool Finds::heads_column(const Hit& hit, SourceIndex source) const {
  const std::span<const Hit> hits = scanned_.of(source);
  if (hits.empty()) return false;
  if (columns_of_ != hit.segment) {
    columns_text_.clear();
    make_reader(text_.segments[hit.segment].text, columns_text_, nullptr);
    columns_.read(columns_text_);
    columns_of_ = hit.segment;
  }
  const ByteRange heading = columns_.heading_of(columns_text_, hit.range.begin);
  if (heading.begin == heading.end) return false;
  const auto first = std::partition_point(hits.begin(), hits.end(), [&](const Hit& other) {
    return other.part != hit.part         ? other.part < hit.part
           : other.segment != hit.segment ? other.segment < hit.segment
                                          : other.range.begin < heading.begin;
  });
  return first != hits.end() && first->segment == hit.segment && first->range.end <= heading.end;
}

bool Finds::holds(const EvidenceCondition& condition, const Hit& hit, std::vector<EvidenceProof>* proof) const {
  std::uint32_t near = 0;
  for (const EvidenceIndex index : condition.of) {
    const SourceIndex source = policy_.evidence[index];
    const DistanceUnit unit = condition.within.unit;
    const bool by_column = unit != DistanceUnit::line && unit != DistanceUnit::part;
    const bool stands = is_near(hit, source, condition.within) || (by_column && heads_column(hit, source));
    near += stands ? 1 : 0;
    if (proof != nullptr) {
      proof->push_back({model_.evidence[index].name, stands, nearest(hit, source, DistanceUnit::characters),
                        describe(condition.within)});
    } else if (near >= condition.at_least) {
      return true;
    }
  }
  return near >= condition.at_least;
}

int Finds::judge(DetectorIndex index, const Hit& hit, HitProof* proof) const {
  const Detector& detector = model_.detectors[index];
  const CompiledDetector& compiled = policy_.detectors[index];
  const auto refuse = [&](HitProof::Fate fate) {
    if (proof != nullptr) proof->fate = fate;
    return 0;
  };
  if (hit.entry < compiled.min_lines) return refuse(HitProof::Fate::too_short);
  const bool passed = (hit.checks & check_bit(detector.validate)) != 0 &&
                      (detector.validate != Validator::entropy || hit.entropy >= detector.min_entropy);
  if (!passed) return refuse(HitProof::Fate::check_failed);
  if (compiled.allowed.contains(hit.value) || policy_.own_values.contains(hit.value)) {
    return refuse(HitProof::Fate::allowed_value);
  }
  for (size_t i = 0; i < compiled.near.size(); i++) {
    if (is_near(hit, compiled.near[i], detector.allow.near[i].within)) return refuse(HitProof::Fate::allowed_near);
  }
  int confidence = detector.confidence.empty() ? kDefaultConfidence : 0;
  for (const ConfidenceLevel& level : detector.confidence) {
    const bool all = std::all_of(level.when.begin(), level.when.end(), [&](const EvidenceCondition& condition) {
      return holds(condition, hit, proof != nullptr ? &proof->evidence : nullptr);
    });
    if (!all) continue;
    confidence = level.level;
    break;
  }
  if (confidence == 0) return refuse(HitProof::Fate::no_level);
  if (proof != nullptr) {
    proof->fate = HitProof::Fate::counts;
    proof->confidence = confidence;
  }
  return confidence;
}

}  // namespace postern::policy
