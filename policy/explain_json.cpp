// Proofs as one JSON object.
#include <nlohmann/json.hpp>

#include "policy/explain_text_of.h"
#include "policy/proof.h"

namespace postern::policy {

namespace {

using Json = nlohmann::ordered_json;

Json parts_of(const Explained& e, ShowText show) {
  const ExtractedText& text = e.text;
  Json parts = Json::array();
  for (std::uint32_t i = 0; i < text.parts.size(); i++) {
    const Part& part = text.parts[i];
    // Nothing of a part that was not proved is shown: nobody masked it.
    const PartProof shown = i < e.proof.parts.size() ? e.proof.parts[i] : PartProof{};
    Json one = {{"path", part.path.to_string()},      {"name", shown.name}, {"type", part.type},  {"size", part.size},
                {"outcome", to_string(part.outcome)}, {"why", shown.why},   {"facts", part.facts}};
    if (show == ShowText::yes) {
      one["segments"] = Json::array();
      for (std::uint32_t k = 0; k < text.segments.size(); k++) {
        const Segment& segment = text.segments[k];
        if (segment.part != i) continue;
        const ShownText found = shown_text(text, e.proof, k);
        Json marks = Json::array();
        for (const ShownText::Mark& mark : found.marks) {
          marks.push_back(
              {{"begin", mark.begin}, {"end", mark.end}, {"detector", e.proof.detectors[mark.detector].detector}});
        }
        one["segments"].push_back({{"place", to_string(segment.place)},
                                   {"at", segment.at},
                                   {"text", found.text},
                                   {"marks", std::move(marks)}});
      }
    }
    parts.push_back(std::move(one));
  }
  return parts;
}

Json recipients_of(const Explained& e) {
  Json recipients = Json::array();
  for (const RecipientVerdict& recipient : e.verdict.recipients) {
    Json classes = Json::array();
    for (const DestinationClass cls : recipient.classes) classes.push_back(to_string(cls));
    Json reasons = Json::array();
    if (recipient.recipient < e.proof.recipients.size()) {
      for (const DestinationReason& reason : e.proof.recipients[recipient.recipient].reasons) {
        reasons.push_back({{"class", to_string(reason.cls)},
                           {"pattern", reason.pattern},
                           {"origin", reason.origin},
                           {"service", reason.service}});
      }
    }
    Json takes_off = Json::array();
    for (const size_t index : recipient.strips) {
      const StripWish& wish = e.verdict.strips[index];
      takes_off.push_back({{"part", wish.part.to_string()}, {"name", wish.name}, {"rules", wish.rules}});
    }
    recipients.push_back({{"address", e.envelope.recipients[recipient.recipient].address.to_string()},
                          {"classes", std::move(classes)},
                          {"reasons", std::move(reasons)},
                          {"action", to_string(recipient.action)},
                          {"takes_off", std::move(takes_off)}});
  }
  return recipients;
}

Json detectors_of(const Explained& e) {
  Json detectors = Json::array();
  for (const DetectorProof& detector : e.proof.detectors) {
    if (detector.places == 0) continue;
    Json hits = Json::array();
    for (const HitProof& hit : detector.hits) {
      Json evidence = Json::array();
      for (const EvidenceProof& one : hit.evidence) {
        Json distance = one.distance ? Json(*one.distance) : Json(nullptr);
        evidence.push_back(
            {{"name", one.name}, {"holds", one.holds}, {"distance", std::move(distance)}, {"limit", one.limit}});
      }
      Json encoded;
      if (hit.encoded) {
        encoded = {{"as", hit.encoded->as},
                   {"character", hit.encoded->character},
                   {"characters", hit.encoded->characters},
                   {"excerpt", hit.encoded->excerpt}};
      }
      hits.push_back({{"part", e.text.parts[hit.part].path.to_string()},
                      {"place", to_string(hit.place)},
                      {"at", hit.at},
                      {"view", hit.view},
                      {"fate", to_string(hit.fate)},
                      {"confidence", hit.confidence},
                      {"excerpt", hit.excerpt},
                      {"encoded", std::move(encoded)},
                      {"evidence", std::move(evidence)}});
    }
    detectors.push_back({{"detector", detector.detector},
                         {"places", detector.places},
                         {"counted", detector.counted},
                         {"wanted", detector.wanted},
                         {"hits", std::move(hits)}});
  }
  return detectors;
}

Json clause_of(const ClauseProof& clause) {
  Json children = Json::array();
  for (const ClauseProof& child : clause.children) children.push_back(clause_of(child));
  return {{"what", clause.what},
          {"truth", to_string(clause.truth)},
          {"detail", clause.detail},
          {"children", std::move(children)}};
}

Json rules_of(const Explained& e) {
  Json rules = Json::array();
  for (const RuleProof& rule : e.proof.rules) {
    Json recipients = Json::array();
    for (const RecipientProof& recipient : rule.recipients) {
      recipients.push_back({{"address", e.envelope.recipients[recipient.recipient].address.to_string()},
                            {"applies", recipient.applies},
                            {"why", recipient.why}});
    }
    rules.push_back({{"rule", rule.rule},
                     {"truth", to_string(rule.truth)},
                     {"why", rule.why},
                     {"mode", rule.mode},
                     {"pack", rule.pack},
                     {"overridden", rule.overridden},
                     {"active", rule.active},
                     {"dates", rule.dates},
                     {"senders", rule.senders},
                     {"takes_off", rule.takes_off},
                     {"header", rule.header.empty() ? Json(nullptr) : clause_of(rule.header[0])},
                     {"content", rule.content.empty() ? Json(nullptr) : clause_of(rule.content[0])},
                     {"recipients", std::move(recipients)}});
  }
  return rules;
}

}  // namespace

std::string explain_json(const Explained& explained, ShowText show) {
  Json stages = Json::array();
  for (const StageTime& stage : explained.proof.stages) {
    stages.push_back({{"stage", stage.stage}, {"microseconds", stage.microseconds}});
  }
  Json all = {{"parts", parts_of(explained, show)},
              {"recipients", recipients_of(explained)},
              {"detectors", detectors_of(explained)},
              {"rules", rules_of(explained)},
              {"action", to_string(explained.verdict.action)},
              {"policy", explained.verdict.policy_digest},
              {"stages", std::move(stages)}};
  if (explained.changes != nullptr) {
    all["would_pass"] = Json::array();
    for (const PassingChange& change : *explained.changes) {
      all["would_pass"].push_back({{"steps", change.steps}, {"action", to_string(change.action)}});
    }
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace postern::policy
