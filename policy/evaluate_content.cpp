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

bool is_file(const Part& part, bool is_root) {
  if (is_root) return !part.type.starts_with("message/");
  return part.role == PartRole::attachment || part.role == PartRole::inline_file || part.role == PartRole::forwarded;
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

bool ContentJudge::file_matches(const FileCondition& file, const Part& part) const {
  const auto has_type = [&](const std::string& type) {
    return file_type_matches(type, part.type, part.name) ||
           (!part.name.empty() && file_type_matches(type, part.type, shown_file_name(part.name)));
  };
  const auto has_name = [&](const std::string& name) { return file_name_matches(name, part.name); };
  if (!file.types.empty() && std::none_of(file.types.begin(), file.types.end(), has_type)) return false;
  if (!file.names.empty() && std::none_of(file.names.begin(), file.names.end(), has_name)) return false;
  if (!file.hashes.empty() && !std::binary_search(file.hashes.begin(), file.hashes.end(), part.sha256)) return false;
  if (file.larger_than && part.size <= *file.larger_than) return false;
  if (file.smaller_than && part.size >= *file.smaller_than) return false;
  return !file.mismatch || std::binary_search(part.facts.begin(), part.facts.end(), "type-mismatch");
}

bool ContentJudge::part_matches(const Content& content, std::uint32_t index) const {
  const Part& part = finds_.text().parts[index];
  if (!content.in.everywhere() && !content.in.regions.test(static_cast<size_t>(region_of_part(part)))) return false;
  switch (content.kind) {
    case Content::Kind::outcome:
      return content.outcome.outcomes.test(static_cast<size_t>(outcome_of(index)));
    case Content::Kind::fact:
      return std::any_of(content.fact.facts.begin(), content.fact.facts.end(), [&](const std::string& fact) {
        return std::find(part.facts.begin(), part.facts.end(), fact) != part.facts.end();
      });
    case Content::Kind::file:
      return is_file(part, index == 0) && file_matches(content.file, part);
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
    if (!part_matches(content, i)) continue;
    any = true;
    if (reasons == nullptr) return true;
    reasons->push_back({&content, nullptr, i, 1});
  }
  return any;
}

// ---- Proofs -------------------------------------------------------------------------------------

namespace {

std::string quoted_list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string describe_leaf(const Content& content) {
  switch (content.kind) {
    case Content::Kind::outcome: {
      std::vector<std::string> words;
      for (size_t i = 0; i < kOutcomes; i++) {
        if (content.outcome.outcomes.test(i)) words.emplace_back(to_string(static_cast<Outcome>(i)));
      }
      return "a part that is " + quoted_list(words);
    }
    case Content::Kind::fact:
      return "a part with " + quoted_list(content.fact.facts);
    case Content::Kind::file: {
      std::string out = "a file";
      if (!content.file.types.empty()) out += " of type " + quoted_list(content.file.types);
      if (!content.file.names.empty()) out += " named " + quoted_list(content.file.names);
      if (content.file.larger_than) out += " larger than " + std::to_string(*content.file.larger_than) + " bytes";
      if (content.file.smaller_than) out += " smaller than " + std::to_string(*content.file.smaller_than) + " bytes";
      if (!content.file.hashes.empty()) out += " whose SHA-256 is one of " + std::to_string(content.file.hashes.size());
      if (content.file.mismatch) out += " whose bytes are not what its name says";
      return out;
    }
    default:
      return {};
  }
}

// What kept the hit that came closest from counting (more).
std::string evidence_missing(const Model& model, const Finds& finds, DetectorIndex detector,
                             std::span<const Hit> hits) {
  std::string best;
  std::uint32_t best_distance = 0xffff'ffff;
  bool missing = false;
  std::string missing_name;
  for (const Hit& hit : hits.first(std::min(hits.size(), kMaxHitProofs))) {
    HitProof proof;
    finds.judge(detector, hit, &proof);
    if (proof.fate == HitProof::Fate::check_failed) {
      if (best.empty()) best = "the check (" + std::string(to_string(model.detectors[detector].validate)) + ") failed";
      continue;
    }
    if (proof.fate == HitProof::Fate::too_short) best = std::to_string(hit.entry) + " lines in a row";
    if (proof.fate == HitProof::Fate::allowed_value) best = "the value is on the allow list";
    if (proof.fate == HitProof::Fate::allowed_near) best = "something on the allow list stands near";
    for (const EvidenceProof& evidence : proof.evidence) {
      if (evidence.holds) continue;
      if (!evidence.distance) {
        missing = true;
        if (missing_name.empty()) missing_name = evidence.name;
      } else if (*evidence.distance < best_distance) {
        best_distance = *evidence.distance;
        best = evidence.name + " " + std::to_string(best_distance) + " characters away, limit " + evidence.limit;
      }
    }
  }
  if (best.empty() && missing) best = "no " + missing_name + " in the same part";
  return best;
}

}  // namespace

ClauseProof ContentJudge::prove_detector(const Content& content, const Within& within) {
  const DetectorCondition& condition = content.detector;
  const Tally found = tally(content, within);
  ClauseProof proof;
  proof.what = "detector " + model_.detectors[condition.detector].id;
  if (condition.min_count > 1) proof.what += ", at least " + std::to_string(condition.min_count);
  if (condition.min_weight) proof.what += ", weight at least " + std::to_string(*condition.min_weight);
  proof.detail = std::to_string(found.count) + " found";
  if (found.best != nullptr) proof.detail += ", confidence " + std::to_string(found.best->confidence);
  if (enough(condition, found)) {
    proof.truth = Truth::yes;
    return proof;
  }
  const std::span<const Hit> hits = finds_.hits_of(condition.detector);
  if (hits.empty()) return proof;
  proof.truth = Truth::near;
  if (found.best == nullptr && found.surest > 0) {
    proof.detail += ", confidence " + std::to_string(found.surest) + " at most, " +
                    std::to_string(condition.min_confidence) + " wanted";
  }
  if (condition.min_weight && found.weight < *condition.min_weight) {
    proof.detail += ", weight " + std::to_string(found.weight);
  }
  if (found.best == nullptr && found.surest == 0 && found.elsewhere > 0) {
    proof.detail += ", " + std::to_string(found.elsewhere) + " in other places";
  }
  const std::string missing = found.best == nullptr ? evidence_missing(model_, finds_, condition.detector, hits) : "";
  if (!missing.empty()) proof.detail += "; " + missing;
  return proof;
}

ClauseProof ContentJudge::prove(const Content& content, const Within& within) {
  ClauseProof proof;
  switch (content.kind) {
    case Content::Kind::detector:
      return prove_detector(content, within);
    case Content::Kind::all:
    case Content::Kind::any: {
      const bool all = content.kind == Content::Kind::all;
      proof.what = all ? "all" : "any";
      proof.truth = all ? Truth::yes : Truth::no;
      for (const Content& child : content.children) {
        proof.children.push_back(prove(child, within));
        const Truth truth = proof.children.back().truth;
        proof.truth = all ? std::min(proof.truth, truth) : std::max(proof.truth, truth);
      }
      return proof;
    }
    case Content::Kind::negation:
      proof.what = "not";
      proof.children.push_back(prove(content.children[0], within));
      proof.truth = proof.children[0].truth == Truth::yes ? Truth::no : Truth::yes;
      return proof;
    default:
      proof.what = describe_leaf(content);
      proof.truth = leaf(content, within, nullptr) ? Truth::yes : Truth::no;
      return proof;
  }
}

}  // namespace postern::policy
