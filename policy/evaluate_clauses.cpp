// The clauses of a rule, told one by one.
#include <algorithm>

#include "policy/evaluate_content.h"
#include "policy/near_misses.h"

namespace postern::policy {

namespace {

// Bytes at both ends of a text in which a label may stand nearly as a mark.
constexpr size_t kLongestMark = 160;

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
  if (hits.empty()) {
    const std::string label = label_nearby(condition.detector, within);
    if (!label.empty()) {
      proof.truth = Truth::near;
      proof.detail += "; " + label;
    }
    return proof;
  }
  proof.truth = Truth::near;
  // Too few come nearer than too unsure ones, and those than what stands elsewhere.
  proof.nearness = found.best != nullptr ? 100 + static_cast<int>(std::min(found.count, kMaxHits)) : found.surest;
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

std::string ContentJudge::label_nearby(DetectorIndex detector, const Within& within) const {
  const auto* labels = std::get_if<LabelPattern>(&model_.detectors[detector].primary);
  if (labels == nullptr || model_.detectors[detector].sensitive || !finds_.hits_of(detector).empty()) return {};
  for (const Segment& segment : finds_.text().segments) {
    if (within.item && finds_.item_of(segment.part) != *within.item) continue;
    // The first and the last line of running text, as far as marks go.
    const std::string_view text = segment.text;
    const std::string_view end = text.substr(text.size() - std::min(text.size(), kLongestMark));
    for (const std::string& label : labels->labels) {
      if (!has_words(text.substr(0, kLongestMark), label) && !has_words(end, label)) continue;
      return "'" + label + "' stands in the " + std::string(to_string(segment.place)) + ", not as a mark by itself";
    }
  }
  return {};
}

// What a file lacks that has some of what the condition asks for; empty when it has all or nothing.
std::string ContentJudge::nearly_file(const FileCondition& file, std::uint32_t index) const {
  const Part& part = finds_.text().parts[index];
  if (!is_file(index)) return {};
  std::string lacks;
  bool has_some = false;
  const auto ask = [&](bool asked, const FileCondition& alone, const std::string& otherwise) {
    if (!asked) return;
    if (file_matches(alone, index)) {
      has_some = true;
    } else {
      lacks += (lacks.empty() ? "" : ", ") + otherwise;
    }
  };
  FileCondition alone;
  alone.types = file.types;
  ask(!file.types.empty(), alone, "is " + part.type);
  alone = {};
  alone.names = file.names;
  std::string named = "has another name";
  for (const std::string& name : file.names) {
    if (const std::optional<size_t> off = letters_off(name, part.name)) {
      named = *off == 0 ? "its name has the word of '" + name + "', elsewhere"
                        : std::to_string(*off) + (*off == 1 ? " letter" : " letters") + " off '" + name + "'";
      has_some = true;
      break;
    }
  }
  ask(!file.names.empty(), alone, named);
  alone = {};
  alone.hashes = file.hashes;
  ask(!file.hashes.empty(), alone, "has another SHA-256");
  alone = {};
  alone.larger_than = file.larger_than;
  alone.smaller_than = file.smaller_than;
  ask(file.larger_than || file.smaller_than, alone, "has " + std::to_string(part.size) + " bytes");
  alone = {};
  alone.mismatch = file.mismatch;
  ask(file.mismatch, alone, "is what its name says");
  // A size alone, or a type alone, is a thing most files have: without another key it says nothing.
  return has_some ? lacks : std::string();
}

ClauseProof ContentJudge::prove_part(const Content& content, const Within& within,
                                     std::span<const PartProof> parts) const {
  ClauseProof proof;
  proof.what = describe_leaf(content);
  const auto label = [&](std::uint32_t index) {
    const Part& part = finds_.text().parts[index];
    std::string out = part.path.is_root() ? "message" : part.path.to_string();
    if (index < parts.size() && !parts[index].name.empty()) out += " (" + parts[index].name + ")";
    return out;
  };
  std::uint32_t more = 0;
  std::string near;
  for (const std::uint32_t i : parts_of(within.item)) {
    const bool is = is_what(content, i);
    if (is && is_in_place(content, i)) {
      proof.truth = Truth::yes;
      if (!proof.detail.empty()) {
        more++;
        continue;
      }
      proof.detail = label(i);
      if (content.kind != Content::Kind::outcome) continue;
      const bool ours = finds_.text().parts[i].outcome == Outcome::complete;
      const std::string why = ours ? why_limited(i) : i < parts.size() ? parts[i].why : std::string();
      if (outcome_of(i) != Outcome::complete) proof.detail += ": " + std::string(to_string(outcome_of(i)));
      if (!why.empty()) proof.detail += ": " + why;
    } else if (near.empty() && is) {
      near = label(i) + " is elsewhere";
    } else if (near.empty() && content.kind == Content::Kind::file) {
      const std::string lacks = nearly_file(content.file, i);
      if (!lacks.empty()) near = label(i) + " " + lacks + (is_in_place(content, i) ? "" : ", and is elsewhere");
    }
  }
  if (more > 0) proof.detail += ", and " + std::to_string(more) + " more";
  if (proof.truth == Truth::no && !near.empty()) {
    proof.truth = Truth::near;
    proof.detail = std::move(near);
  }
  return proof;
}

ClauseProof ContentJudge::prove(const Content& content, const Within& within, std::span<const PartProof> parts) {
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
        proof.children.push_back(prove(child, within, parts));
        const Truth truth = proof.children.back().truth;
        proof.nearness = std::max(proof.nearness, proof.children.back().nearness);
        proof.truth = all ? std::min(proof.truth, truth) : std::max(proof.truth, truth);
      }
      return proof;
    }
    case Content::Kind::negation:
      proof.what = "not";
      proof.children.push_back(prove(content.children[0], within, parts));
      proof.truth = proof.children[0].truth == Truth::yes ? Truth::no : Truth::yes;
      return proof;
    default:
      return prove_part(content, within, parts);
  }
}

}  // namespace postern::policy
