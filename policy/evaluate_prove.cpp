#include "policy/evaluate_prove.h"

#include <algorithm>

namespace postern::policy {

namespace {

bool mentions_a_hit(const Content& content, const Finds& finds) {
  if (content.kind == Content::Kind::detector) return !finds.hits_of(content.detector.detector).empty();
  return std::any_of(content.children.begin(), content.children.end(),
                     [&](const Content& child) { return mentions_a_hit(child, finds); });
}

std::vector<std::uint32_t> rules_to_prove(const Model& model, const Finds& finds,
                                          const std::vector<std::uint32_t>& candidates, const std::string& only) {
  std::vector<std::uint32_t> rules;
  for (std::uint32_t i = 0; i < model.rules.size(); i++) {
    const Rule& rule = model.rules[i];
    const bool wanted = only.empty() ? std::binary_search(candidates.begin(), candidates.end(), i) ||
                                           (rule.content && mentions_a_hit(*rule.content, finds))
                                     : rule.id == only;
    if (wanted) rules.push_back(i);
  }
  return rules;
}

DetectorProof prove_detector(const Model& model, const Finds& finds, Excerpts& excerpts, DetectorIndex index) {
  const std::span<const Hit> hits = finds.hits_of(index);
  DetectorProof proof;
  proof.detector = model.detectors[index].id;
  proof.places = static_cast<std::uint32_t>(hits.size());
  proof.counted = static_cast<std::uint32_t>(finds.of(index).size());
  for (const Hit& hit : hits.first(std::min(hits.size(), kMaxHitProofs))) {
    HitProof one;
    finds.judge(index, hit, &one);
    one.part = hit.part;
    one.place = finds.text().segments[hit.segment].place;
    one.at = excerpts.place_of(hit);
    one.view = view_name(hit.view);
    one.excerpt = excerpts.around(hit);
    proof.hits.push_back(std::move(one));
  }
  return proof;
}

class RuleProver {
 public:
  RuleProver(const Who& who, const Finds& finds, ContentJudge& judge, const Context& context)
      : who_(who), finds_(finds), judge_(judge), context_(context) {}

  RuleProof prove(const Rule& rule) {
    RuleProof proof;
    proof.rule = rule.id;
    proof.active = rule.active.holds_at(context_.now);
    proof.senders = who_.sender_in(rule.senders);
    if (rule.content) proof.content.push_back(best_content(rule));
    const Truth content = rule.content ? proof.content[0].truth : Truth::yes;
    bool any_recipient = false;
    for (size_t i = 0; i < who_.recipients().size(); i++) {
      proof.recipients.push_back(prove_recipient(rule, i));
      any_recipient = any_recipient || proof.recipients.back().applies;
    }
    const bool others = proof.active && proof.senders && any_recipient;
    proof.truth = others ? content : content == Truth::no ? Truth::no : Truth::near;
    proof.why = why(rule, proof, content, any_recipient);
    return proof;
  }

 private:
  // Of all items the one where the clauses come furthest.
  ClauseProof best_content(const Rule& rule) {
    if (rule.scope == Scope::message) return judge_.prove(*rule.content, {});
    ClauseProof best = judge_.prove(*rule.content, {0, Quotes::count});
    for (std::uint32_t item = 1; item < finds_.items() && best.truth != Truth::yes; item++) {
      ClauseProof next = judge_.prove(*rule.content, {item, Quotes::count});
      if (next.truth > best.truth) best = std::move(next);
    }
    return best;
  }

  RecipientProof prove_recipient(const Rule& rule, size_t index) const {
    RecipientProof proof;
    proof.recipient = index;
    if (who_.recipients()[index].has(DestinationClass::protected_)) {
      proof.why = "protected: never acted on";
    } else if (!who_.recipient_in(rule.recipients, index)) {
      proof.why = "not among the rule's recipients";
    } else if (const Exemption* exemption = who_.exemption(rule, index)) {
      proof.why = "exempt by `unless` " + std::to_string(exemption - rule.unless.data() + 1);
    } else {
      proof.applies = true;
      for (const DestinationClass cls : who_.recipients()[index].classes) {
        proof.why += (proof.why.empty() ? "class " : ", ") + std::string(to_string(cls));
      }
      if (const Exemption* withheld = who_.exemption_unless_unvouched(rule, index)) {
        proof.why += "; `unless` " + std::to_string(withheld - rule.unless.data() + 1) +
                     " is for senders who logged in and may write in this name";
      }
    }
    return proof;
  }

  static std::string why(const Rule& rule, const RuleProof& proof, Truth content, bool any_recipient) {
    if (!proof.active) return "not active at this time";
    if (!proof.senders) return "the sender is not among the rule's senders";
    if (!any_recipient) return "no recipient that the rule acts on";
    if (content == Truth::yes) return "holds: " + std::string(to_string(rule.then.action));
    return content == Truth::near ? "nearly: " + nearest_miss(proof) : "nothing of it was found";
  }

  const Who& who_;
  const Finds& finds_;
  ContentJudge& judge_;
  const Context& context_;
};

}  // namespace

void fill_proof(const Model& model, const Who& who, const Finds& finds, ContentJudge& judge, Excerpts& excerpts,
                const Context& context, const std::vector<std::uint32_t>& candidates, Proof& proof) {
  proof.recipients = who.recipients();
  for (const Part& part : finds.text().parts) {
    proof.parts.push_back({excerpts.label(part.name), excerpts.label(part.why)});
  }
  for (DetectorIndex i = 0; i < model.detectors.size(); i++) {
    if (!finds.hits_of(i).empty()) proof.detectors.push_back(prove_detector(model, finds, excerpts, i));
  }
  RuleProver prover(who, finds, judge, context);
  for (const std::uint32_t rule : rules_to_prove(model, finds, candidates, proof.only_rule)) {
    proof.rules.push_back(prover.prove(model.rules[rule]));
  }
}

}  // namespace postern::policy
