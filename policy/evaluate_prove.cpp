#include "policy/evaluate_prove.h"

#include <algorithm>

#include "policy/evaluate_mode.h"

namespace postern::policy {

namespace {

// A pattern that stands somewhere, or a label that nearly is one.
bool mentions_a_hit(const Content& content, const Finds& finds, const ContentJudge& judge) {
  if (content.kind == Content::Kind::detector) {
    const DetectorIndex detector = content.detector.detector;
    return !finds.hits_of(detector).empty() || !judge.label_nearby(detector, {}).empty();
  }
  return std::any_of(content.children.begin(), content.children.end(),
                     [&](const Content& child) { return mentions_a_hit(child, finds, judge); });
}

std::vector<std::uint32_t> rules_to_prove(const Model& model, const Finds& finds, const ContentJudge& judge,
                                          const std::vector<std::uint32_t>& candidates, const std::string& only) {
  std::vector<std::uint32_t> rules;
  for (std::uint32_t i = 0; i < model.rules.size(); i++) {
    const Rule& rule = model.rules[i];
    const bool wanted = only.empty() ? std::binary_search(candidates.begin(), candidates.end(), i) ||
                                           (rule.content && mentions_a_hit(*rule.content, finds, judge))
                                     : rule.id == only;
    if (wanted) rules.push_back(i);
  }
  return rules;
}

// What rules ask of each detector.
class Asked {
 public:
  explicit Asked(const Model& model) : wanted_(model.detectors.size(), 0), places_(model.detectors.size()) {
    for (const Rule& rule : model.rules) {
      if (rule.content) collect(*rule.content);
    }
  }

  // The least confidence; of one that no rule asks for, what is asked when nothing is said.
  int confidence(DetectorIndex detector) const {
    return wanted_[detector] == 0 ? kDefaultMinConfidence : wanted_[detector];
  }
  // Whether a rule looks in the place; everywhere for what no rule asks for.
  bool looks_in(DetectorIndex detector, Region region, Place place) const {
    const std::vector<const Where*>& places = places_[detector];
    return places.empty() ||
           std::any_of(places.begin(), places.end(), [&](const Where* in) { return in->has(region, place); });
  }

 private:
  void collect(const Content& content) {
    if (content.kind == Content::Kind::detector) {
      const DetectorCondition& condition = content.detector;
      int& wanted = wanted_[condition.detector];
      if (wanted == 0 || condition.min_confidence < wanted) wanted = condition.min_confidence;
      places_[condition.detector].push_back(&content.in);
    }
    for (const Content& child : content.children) collect(child);
  }

  std::vector<int> wanted_;
  std::vector<std::vector<const Where*>> places_;
};

class DetectorProver {
 public:
  DetectorProver(const Model& model, const Finds& finds, Excerpts& excerpts)
      : model_(model), finds_(finds), excerpts_(excerpts), asked_(model) {}

  void prove(DetectorIndex index, Proof& proof) {
    proof.detectors.push_back(prove_one(index));
    add_marks(index, proof);
  }

 private:
  bool is_asked_for(DetectorIndex index, const Hit& hit) const {
    const Segment& segment = finds_.text().segments[hit.segment];
    return asked_.looks_in(index, region_of(finds_.text().parts[hit.part], segment), segment.place);
  }

  // Nothing is told of what means nothing in a place where no rule looks: dates in a header look like much.
  bool is_told(DetectorIndex index, const Hit& hit) const {
    return is_asked_for(index, hit) || finds_.judge(index, hit, nullptr) > 0;
  }

  DetectorProof prove_one(DetectorIndex index) {
    const int wanted = asked_.confidence(index);
    DetectorProof proof;
    proof.detector = model_.detectors[index].id;
    proof.wanted = wanted;
    for (const Find& find : finds_.of(index)) {
      const bool looks = asked_.looks_in(index, find.region, find.place);
      if (looks && find.confidence >= wanted) proof.counted++;
      if (!looks) proof.places++;
    }
    for (const Hit& hit : finds_.hits_of(index)) {
      const bool asked_for = is_asked_for(index, hit);
      if (asked_for) proof.places++;
      if (proof.hits.size() < kMaxHitProofs && (asked_for || is_told(index, hit))) {
        proof.hits.push_back(prove_hit(index, hit, asked_for, wanted));
      }
    }
    return proof;
  }

  HitProof prove_hit(DetectorIndex index, const Hit& hit, bool asked_for, int wanted) {
    HitProof one;
    finds_.judge(index, hit, &one);
    if (one.fate == HitProof::Fate::counts && one.confidence < wanted) one.fate = HitProof::Fate::too_unsure;
    if (!asked_for) one.fate = HitProof::Fate::elsewhere;
    one.part = hit.part;
    one.place = finds_.text().segments[hit.segment].place;
    one.at = excerpts_.place_of(hit);
    one.view = view_name(hit);
    one.excerpt = excerpts_.around(hit);
    one.encoded = excerpts_.encoded(hit);
    return one;
  }

  // Where the detector's pattern stands in the texts as they are.
  void add_marks(DetectorIndex index, Proof& proof) {
    const bool sensitive = model_.detectors[index].sensitive;
    const auto detector = static_cast<std::uint32_t>(proof.detectors.size() - 1);
    const std::span<const Hit> hits = finds_.hits_of(index);
    for (const Hit& hit : hits) {
      if (!sensitive && !is_told(index, hit)) continue;
      const ByteRange range = excerpts_.source_range(hit);
      proof.marks.push_back({hit.segment, range.begin, range.end, detector, sensitive});
    }
    const std::vector<SourceIndex>& overflowed = finds_.scanned().overflowed;
    const bool all = std::find(overflowed.begin(), overflowed.end(), hits.back().source) == overflowed.end();
    if (!sensitive || all) return;
    // Where there were too many to list, nothing behind the last one may be shown.
    const std::vector<Segment>& segments = finds_.text().segments;
    std::uint32_t from = proof.marks.back().end;
    for (std::uint32_t i = hits.back().segment; i < segments.size(); i++) {
      proof.marks.push_back({i, from, static_cast<std::uint32_t>(segments[i].text.size()), detector, true});
      from = 0;
    }
  }

  const Model& model_;
  const Finds& finds_;
  Excerpts& excerpts_;
  const Asked asked_;
};

std::string date_text(const DateRef& date) {
  return (date.name.empty() ? "" : date.name + ", ") + format_rfc3339(date.time);
}

// "from 2027-01-01T00:00:00Z until q3-results, 2027-02-01T07:00:00Z"; empty when both are open.
std::string dates_text(const std::optional<DateRef>& from, const std::optional<DateRef>& until) {
  std::string out;
  if (from) out = "from " + date_text(*from);
  if (until) out += (out.empty() ? "until " : " until ") + date_text(*until);
  return out;
}

class RuleProver {
 public:
  RuleProver(const Who& who, const Finds& finds, ContentJudge& judge, const Context& context,
             std::span<const PartProof> parts)
      : who_(who),
        finds_(finds),
        judge_(judge),
        context_(context),
        parts_(parts),
        knows_quoted_(who.recipients().size()) {
    if (finds.any_quoted()) knows_quoted_ = who.in_quoted_conversation(finds.text());
  }

  RuleProof prove(const Rule& rule) {
    RuleProof proof;
    proof.rule = rule.id;
    const EffectiveMode mode = mode_of(rule, context_);
    proof.mode = to_string(mode.mode);
    if (const std::string cause = mode.why(); !cause.empty()) proof.mode += ": " + cause;
    proof.pack = rule.pack;
    proof.overridden = rule.overridden;
    proof.active = is_active(rule, context_);
    proof.dates = dates_text(rule.active.from, rule.active.until);
    if (rule.active.on_end == OnEnd::ask_owner) proof.dates += ", then until its owner decides";
    proof.senders = who_.sender_in(rule.senders);
    bool any_recipient = false;
    for (size_t i = 0; i < who_.recipients().size(); i++) {
      proof.recipients.push_back(prove_recipient(rule, i));
      any_recipient = any_recipient || proof.recipients.back().applies;
    }
    if (rule.content) proof.content.push_back(content_for(rule, proof.recipients));
    const Truth content = rule.content ? proof.content[0].truth : Truth::yes;
    const Truth header = prove_header(rule, proof.header);
    const bool others = proof.active && proof.senders && any_recipient && header == Truth::yes;
    proof.truth = others ? content : content == Truth::no ? Truth::no : Truth::near;
    proof.why = why(rule, proof, content, header, any_recipient);
    return proof;
  }

 private:
  // Quoted text counts toward one recipient and not toward another: of those that the rule acts on, what holds for
  // whom the clauses come furthest.
  ClauseProof content_for(const Rule& rule, std::vector<RecipientProof>& recipients) {
    const auto anybody = [&](bool knows) {
      return std::any_of(recipients.begin(), recipients.end(), [&](const RecipientProof& one) {
        return one.applies && knows_quoted_[one.recipient] == knows;
      });
    };
    if (!anybody(true)) return best_content(rule, Quotes::count);
    ClauseProof without = best_content(rule, Quotes::leave_out);
    const ClauseProof with = best_content(rule, Quotes::count);
    const bool differ = (with.truth == Truth::yes) != (without.truth == Truth::yes);
    const bool others = anybody(false);
    for (RecipientProof& one : recipients) {
      const bool knows = knows_quoted_[one.recipient];
      if (!differ || !one.applies || (knows ? without : with).truth == Truth::yes) continue;
      one.applies = false;
      one.why += knows ? "; what was found is quoted from a conversation that this recipient is in"
                       : "; what is quoted counts toward this recipient";
    }
    return others && with.truth >= without.truth ? with : without;
  }

  // Of all items the one where the clauses come furthest.
  ClauseProof best_content(const Rule& rule, Quotes quotes) {
    if (rule.scope == Scope::message) return judge_.prove(*rule.content, {std::nullopt, quotes}, parts_);
    ClauseProof best = judge_.prove(*rule.content, {0, quotes}, parts_);
    for (std::uint32_t item = 1; item < finds_.items() && best.truth != Truth::yes; item++) {
      ClauseProof next = judge_.prove(*rule.content, {item, quotes}, parts_);
      const bool nearer = next.truth == best.truth && next.nearness > best.nearness;
      if (next.truth > best.truth || nearer) best = std::move(next);
    }
    return best;
  }

  Truth prove_header(const Rule& rule, std::vector<ClauseProof>& clauses) const {
    if (!rule.visible_outside_at_least) return Truth::yes;
    const std::uint32_t least = *rule.visible_outside_at_least;
    const std::uint32_t there = who_.visible_outside();
    ClauseProof clause;
    clause.what = "at least " + std::to_string(least) + " outside addresses in To and Cc";
    clause.truth = there >= least ? Truth::yes : there > 0 ? Truth::near : Truth::no;
    clause.detail = std::to_string(there) + " there";
    clauses.push_back(std::move(clause));
    return clauses.back().truth;
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
      if (const std::string dates = dates_text(exemption->from, exemption->until); !dates.empty()) {
        proof.why += ", " + dates;
      }
    } else if (rule.first_contact && who_.contact(index) != Contact::first) {
      proof.why = who_.contact(index) == Contact::known ? "no first contact: somebody of ours wrote to it before"
                                                        : "perhaps a first contact: to whom ours wrote is not known";
    } else {
      proof.applies = true;
      for (const DestinationClass cls : who_.recipients()[index].classes) {
        proof.why += (proof.why.empty() ? "class " : ", ") + std::string(to_string(cls));
      }
      if (rule.first_contact) proof.why += "; first contact";
      if (const Exemption* withheld = who_.exemption_unless_unvouched(rule, index)) {
        proof.why += "; `unless` " + std::to_string(withheld - rule.unless.data() + 1) +
                     " is for senders who logged in and may write in this name";
      }
    }
    return proof;
  }

  static std::string why(const Rule& rule, const RuleProof& proof, Truth content, Truth header, bool any_recipient) {
    if (!proof.active) return "not active at this time: " + proof.dates;
    if (!proof.senders) return "the sender is not among the rule's senders";
    if (!any_recipient) return "no recipient that the rule acts on";
    if (content != Truth::no && header != Truth::yes) return "nearly: " + nearest_miss(proof);
    if (content == Truth::yes) {
      const std::string route = rule.then.route.empty() ? "" : ", route " + rule.then.route;
      const std::string strip = rule.then.strip_attachment ? ", strip attachment" : "";
      return "holds: " + std::string(to_string(rule.then.action)) + strip + route;
    }
    return content == Truth::near ? "nearly: " + nearest_miss(proof) : std::string(kNothingFound);
  }

  const Who& who_;
  const Finds& finds_;
  ContentJudge& judge_;
  const Context& context_;
  std::span<const PartProof> parts_;
  std::vector<bool> knows_quoted_;  // by recipient
};

}  // namespace

void fill_proof(const Model& model, const Who& who, const Finds& finds, ContentJudge& judge, Excerpts& excerpts,
                const Context& context, const std::vector<std::uint32_t>& candidates, Proof& proof) {
  proof.recipients = who.recipients();
  for (const Part& part : finds.text().parts) {
    proof.parts.push_back({excerpts.label(part.name), excerpts.reason(part.why)});
  }
  DetectorProver detectors(model, finds, excerpts);
  for (DetectorIndex i = 0; i < model.detectors.size(); i++) {
    if (!finds.hits_of(i).empty()) detectors.prove(i, proof);
  }
  std::stable_sort(proof.marks.begin(), proof.marks.end(), [](const TextMark& a, const TextMark& b) {
    return a.segment != b.segment ? a.segment < b.segment : a.begin < b.begin;
  });
  RuleProver prover(who, finds, judge, context, proof.parts);
  for (const std::uint32_t rule : rules_to_prove(model, finds, judge, candidates, proof.only_rule)) {
    proof.rules.push_back(prover.prove(model.rules[rule]));
  }
}

}  // namespace postern::policy
