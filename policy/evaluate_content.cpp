#include "policy/evaluate_content.h"

#include <algorithm>

#include "message/second_reading.h"
#include "policy/file_groups.h"
#include "policy/file_names.h"

namespace postern::policy {

namespace {

// A clause that nothing found can hold: items without finds must be asked too.
bool asks_every_item(const Content& content) {
  switch (content.kind) {
    case Content::Kind::detector:
      return false;
    case Content::Kind::all:
      return std::all_of(content.children.begin(), content.children.end(), asks_every_item);
    case Content::Kind::any:
      return std::any_of(content.children.begin(), content.children.end(), asks_every_item);
    default:
      return true;
  }
}

void collect_detectors(const Content& content, std::vector<DetectorIndex>& out) {
  if (content.kind == Content::Kind::negation) return;
  if (content.kind == Content::Kind::detector) out.push_back(content.detector.detector);
  for (const Content& child : content.children) collect_detectors(child, out);
}

Region region_of_part(const Part& part) {
  const bool body = part.role == PartRole::message || part.role == PartRole::body || part.role == PartRole::structure;
  return body ? Region::body : Region::attachment;
}

}  // namespace

ContentJudge::ContentJudge(const Model& model, const Finds& finds)
    : model_(model), finds_(finds), limited_(finds.text().parts.size()) {
  for (const GaveUp& gave_up : finds.scanned().gave_up) {
    limited_[finds.text().segments[gave_up.segment].part] = Limit::matching;
  }
  for (const std::uint32_t segment : finds.scanned().undecoded) {
    limited_[finds.text().segments[segment].part] = Limit::decoding;
  }
  // Rules about parts ask item by item, and hostile mails have thousands of each.
  item_end_.resize(finds.items());
  for (std::uint32_t i = 0; i < limited_.size(); i++) {
    parts_.push_back(i);
    item_end_[finds.item_of(i)]++;
  }
  for (size_t i = 1; i < item_end_.size(); i++) item_end_[i] += item_end_[i - 1];
  std::stable_sort(parts_.begin(), parts_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return finds.item_of(a) < finds.item_of(b); });
  note_other_names();
}

void ContentJudge::note_other_names() {
  const ExtractedText& text = finds_.text();
  for (const Segment& segment : text.segments) {
    if (segment.place != Place::file_name) continue;
    std::string_view name = segment.text;
    while (name.ends_with('\n')) name.remove_suffix(1);
    if (!name.empty() && name != text.parts[segment.part].name) other_names_.push_back({segment.part, name});
  }
  std::stable_sort(other_names_.begin(), other_names_.end(),
                   [](const OtherName& a, const OtherName& b) { return a.part < b.part; });
}

bool ContentJudge::has_other_name(const std::vector<std::string>& names, std::uint32_t index) const {
  if (other_names_.empty()) return false;
  const ExtractedText& text = finds_.text();
  const auto is_one_of = [&](std::uint32_t part) {
    // Of thousands of parts with two names each the first are looked at.
    constexpr size_t kMost = 64;
    const auto first = std::lower_bound(other_names_.begin(), other_names_.end(), part,
                                        [](const OtherName& one, std::uint32_t wanted) { return one.part < wanted; });
    for (auto at = first; at != other_names_.end() && at->part == part && at < first + kMost; ++at) {
      for (const std::string& name : names) {
        if (file_name_matches(name, std::string(at->name))) return true;
      }
    }
    return false;
  };
  if (is_one_of(index)) return true;
  const Part& part = text.parts[index];
  if (part.path.is_root() || !std::binary_search(part.facts.begin(), part.facts.end(), "name-conflict")) return false;
  std::vector<std::uint32_t> ordinals = part.path.ordinals();
  ordinals.pop_back();
  const Part* const parent = text.find(PartPath(std::move(ordinals)));
  return parent != nullptr && is_one_of(static_cast<std::uint32_t>(parent - text.parts.data()));
}

std::span<const std::uint32_t> ContentJudge::parts_of(std::optional<std::uint32_t> item) const {
  if (!item) return parts_;
  const std::uint32_t begin = *item > 0 ? item_end_[*item - 1] : 0;
  return std::span(parts_).subspan(begin, item_end_[*item] - begin);
}

Outcome ContentJudge::outcome_of(std::uint32_t part) const {
  const Outcome outcome = finds_.text().parts[part].outcome;
  return outcome == Outcome::complete && limited_[part] != Limit::none ? Outcome::limit : outcome;
}

std::string ContentJudge::why_limited(std::uint32_t part) const {
  if (limited_[part] == Limit::decoding) return "text that is encoded in this part is deeper or longer than is decoded";
  std::vector<std::string> names;
  for (const GaveUp& gave_up : finds_.scanned().gave_up) {
    if (finds_.text().segments[gave_up.segment].part != part) continue;
    std::string name = finds_.name_of(gave_up.source);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out + (names.size() > 1 ? " reached their" : " reached its") + " matching limit in this part";
}

std::vector<std::uint32_t> ContentJudge::items_for(const Content& content) const {
  std::vector<std::uint32_t> items;
  if (asks_every_item(content)) {
    for (std::uint32_t i = 0; i < finds_.items(); i++) items.push_back(i);
    return items;
  }
  std::vector<DetectorIndex> detectors;
  collect_detectors(content, detectors);
  for (const DetectorIndex detector : detectors) {
    for (const Find& find : finds_.of(detector)) {
      if (items.empty() || items.back() != find.item) items.push_back(find.item);
    }
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

bool ContentJudge::holds(const Content& content, const Within& within, std::vector<Reason>* reasons) {
  const size_t before = reasons != nullptr ? reasons->size() : 0;
  switch (content.kind) {
    case Content::Kind::all:
      for (const Content& child : content.children) {
        if (holds(child, within, reasons)) continue;
        if (reasons != nullptr) reasons->resize(before);
        return false;
      }
      return true;
    case Content::Kind::any: {
      bool any = false;
      for (const Content& child : content.children) {
        any = holds(child, within, reasons) || any;
        if (any && reasons == nullptr) return true;
      }
      return any;
    }
    case Content::Kind::negation:
      return !holds(content.children[0], within, nullptr);
    default:
      return leaf(content, within, reasons);
  }
}

ContentJudge::Tally ContentJudge::tally(const Content& content, const Within& within) {
  const DetectorCondition& condition = content.detector;
  Tally tally;
  values_.clear();
  std::vector<std::pair<std::uint64_t, std::uint32_t>> weights;
  occurrences_.clear();
  std::span<const Find> finds = finds_.of(condition.detector);
  if (within.item) {
    const auto begin = std::lower_bound(finds.begin(), finds.end(), *within.item,
                                        [](const Find& find, std::uint32_t item) { return find.item < item; });
    const auto end = std::upper_bound(begin, finds.end(), *within.item,
                                      [](std::uint32_t item, const Find& find) { return item < find.item; });
    tally.elsewhere = static_cast<std::uint32_t>(finds.size() - static_cast<size_t>(end - begin));
    finds = {begin, end};
  }
  for (const Find& find : finds) {
    const bool quoted_out = find.place == Place::quoted &&
                            (condition.quoted == QuotedText::never ||
                             (condition.quoted == QuotedText::new_recipients && within.quotes == Quotes::leave_out));
    const bool left_out = find.in_notice && !content.in.places.test(static_cast<size_t>(Place::disclaimer));
    if (!content.in.has(find.region, find.place) || quoted_out || left_out) {
      tally.elsewhere++;
      continue;
    }
    tally.surest = std::max(tally.surest, find.confidence);
    if (find.confidence < condition.min_confidence) continue;
    if (tally.best == nullptr || find.confidence > tally.best->confidence) tally.best = &find;
    values_.push_back(find.hit->value);
    if (condition.min_weight) weights.emplace_back(find.hit->value, find.weight);
    if (condition.distinct) continue;
    const std::string& at = finds_.text().segments[find.hit->segment].at;
    occurrences_.push_back({find.hit->part, find.hit->value, is_second_reading(at) ? at : std::string_view()});
  }
  if (condition.distinct) {
    std::sort(values_.begin(), values_.end());
    tally.count = static_cast<std::uint32_t>(std::unique(values_.begin(), values_.end()) - values_.begin());
  } else {
    tally.count = count_occurrences();
  }
  std::sort(weights.begin(), weights.end());
  weights.erase(std::unique(weights.begin(), weights.end()), weights.end());
  for (const auto& [value, weight] : weights) tally.weight += weight;
  return tally;
}

// Alternatives of one body say the same, and second readings repeat what their part says: the fullest counts.
std::uint32_t ContentJudge::count_occurrences() {
  std::sort(occurrences_.begin(), occurrences_.end());
  const std::vector<Part>& parts = finds_.text().parts;
  std::uint32_t in_attachments = 0, in_body = 0;
  for (size_t i = 0; i < occurrences_.size();) {
    const std::uint32_t part = occurrences_[i].part;
    std::uint32_t in_part = 0;
    while (i < occurrences_.size() && occurrences_[i].part == part) {
      const std::uint64_t value = occurrences_[i].value;
      std::uint32_t fullest = 0;
      while (i < occurrences_.size() && occurrences_[i].part == part && occurrences_[i].value == value) {
        const size_t begin = i;
        while (i < occurrences_.size() && occurrences_[i] == occurrences_[begin]) i++;
        fullest = std::max(fullest, static_cast<std::uint32_t>(i - begin));
      }
      in_part += fullest;
    }
    if (parts[part].role == PartRole::body) {
      in_body = std::max(in_body, in_part);
    } else {
      in_attachments += in_part;
    }
  }
  return in_attachments + in_body;
}

bool ContentJudge::enough(const DetectorCondition& condition, const Tally& tally) const {
  return tally.best != nullptr && tally.count >= condition.min_count &&
         (!condition.min_weight || tally.weight >= *condition.min_weight);
}

bool ContentJudge::file_matches(const FileCondition& file, std::uint32_t index) const {
  const Part& part = finds_.text().parts[index];
  const auto has_type = [&](const std::string& type) {
    return file_type_matches(type, part.type, part.name) ||
           (!part.name.empty() && file_type_matches(type, part.type, shown_file_name(part.name)));
  };
  const auto has_name = [&](const std::string& name) { return file_name_matches(name, part.name); };
  if (!file.types.empty() && std::none_of(file.types.begin(), file.types.end(), has_type)) return false;
  if (!file.names.empty() && std::none_of(file.names.begin(), file.names.end(), has_name) &&
      !has_other_name(file.names, index)) {
    return false;
  }
  if (!file.hashes.empty() && !std::binary_search(file.hashes.begin(), file.hashes.end(), part.sha256)) return false;
  if (file.larger_than && part.size <= *file.larger_than) return false;
  if (file.smaller_than && part.size >= *file.smaller_than) return false;
  return !file.mismatch || std::binary_search(part.facts.begin(), part.facts.end(), "type-mismatch");
}

bool ContentJudge::is_file(std::uint32_t index) const {
  const Part& part = finds_.text().parts[index];
  if (index == 0) return !part.type.starts_with("message/");
  return part.role == PartRole::attachment || part.role == PartRole::inline_file || part.role == PartRole::forwarded;
}

bool ContentJudge::is_in_place(const Content& content, std::uint32_t index) const {
  const Region region = region_of_part(finds_.text().parts[index]);
  return content.in.everywhere() || content.in.regions.test(static_cast<size_t>(region));
}

bool ContentJudge::is_what(const Content& content, std::uint32_t index) const {
  const Part& part = finds_.text().parts[index];
  switch (content.kind) {
    case Content::Kind::outcome:
      return content.outcome.outcomes.test(static_cast<size_t>(outcome_of(index)));
    case Content::Kind::fact:
      return std::any_of(content.fact.facts.begin(), content.fact.facts.end(), [&](const std::string& fact) {
        return std::find(part.facts.begin(), part.facts.end(), fact) != part.facts.end();
      });
    case Content::Kind::file:
      return is_file(index) && file_matches(content.file, index);
    default:
      return false;
  }
}

bool ContentJudge::leaf(const Content& content, const Within& within, std::vector<Reason>* reasons) {
  if (content.kind == Content::Kind::detector) {
    const Tally found = tally(content, within);
    if (!enough(content.detector, found)) return false;
    if (reasons != nullptr) reasons->push_back({&content, found.best, found.best->hit->part, found.count});
    return true;
  }
  bool any = false;
  for (const std::uint32_t i : parts_of(within.item)) {
    if (!is_in_place(content, i) || !is_what(content, i)) continue;
    any = true;
    if (reasons == nullptr) return true;
    reasons->push_back({&content, nullptr, i, 1});
  }
  return any;
}

}  // namespace postern::policy
