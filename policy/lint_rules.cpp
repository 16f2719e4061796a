#include <algorithm>

#include "policy/lint_checks.h"
#include "policy/validators.h"

namespace postern::policy {

namespace {

using std::string;

string day_of(WallTime time) {
  return format_rfc3339(time).substr(0, 10);
}

// The highest confidence that the detector can give.
int best_confidence(const Detector& detector) {
  if (detector.confidence.empty()) return kDefaultConfidence;
  int best = 0;
  for (const ConfidenceLevel& level : detector.confidence) {
    const bool reachable = std::all_of(level.when.begin(), level.when.end(), [](const EvidenceCondition& condition) {
      return condition.at_least <= condition.of.size();
    });
    if (reachable) best = std::max(best, level.level);
  }
  return best;
}

const WordPattern* words_of(const Detector& detector) {
  return std::get_if<WordPattern>(&detector.primary);
}

void lint_condition(const LintContext& context, const Content& content) {
  const DetectorCondition& condition = content.detector;
  const Detector& detector = context.model.detectors[condition.detector];
  const int best = best_confidence(detector);
  if (best < condition.min_confidence) {
    context.error(codes::kNeverMatches, content.mark,
                  "this can never hold: the detector's confidence is at most " + std::to_string(best) +
                      ", the rule asks for " + std::to_string(condition.min_confidence),
                  "lower min_confidence (65 when left out) or add a higher level");
  }
  const WordPattern* words = words_of(detector);
  if (words == nullptr || !condition.distinct) return;
  const auto& entries = words->words->entries;
  if (condition.min_count > entries.size()) {
    context.error(codes::kNeverMatches, content.mark,
                  "this can never hold: it asks for " + std::to_string(condition.min_count) +
                      " different entries of a list of " + std::to_string(entries.size()),
                  "lower min_count, or count every hit with distinct: false");
  }
  std::uint64_t weight = 0;
  for (const WordEntry& entry : entries) weight += entry.weight;
  if (condition.min_weight && *condition.min_weight > weight) {
    context.error(codes::kNeverMatches, content.mark,
                  "this can never hold: all weights together are " + std::to_string(weight) + ", min_weight is " +
                      std::to_string(*condition.min_weight));
  }
}

// Whether `other` holds wherever `one` does.
bool follows(const Content& one, const Content& other) {
  const DetectorCondition& a = one.detector;
  const DetectorCondition& b = other.detector;
  return a.detector == b.detector && b.min_count <= a.min_count && b.min_confidence <= a.min_confidence &&
         !b.min_weight && a.distinct == b.distinct && a.quoted == b.quoted && other.in.everywhere();
}

// "all: [{detector: d}, {not: {detector: d}}]"
void lint_opposites(const LintContext& context, const Content& content) {
  const auto is_detector = [](const Content& one) { return one.kind == Content::Kind::detector; };
  for (const Content& child : content.children) {
    if (child.kind != Content::Kind::negation || !is_detector(child.children[0])) continue;
    const auto opposite = [&](const Content& one) { return is_detector(one) && follows(one, child.children[0]); };
    if (std::none_of(content.children.begin(), content.children.end(), opposite)) continue;
    context.error(codes::kNeverMatches, child.children[0].mark,
                  "this can never hold: 'all' asks for the detector as well", "remove one of the two");
  }
}

void lint_content(const LintContext& context, const Content& content) {
  if (content.kind == Content::Kind::detector) lint_condition(context, content);
  if (content.kind == Content::Kind::all) lint_opposites(context, content);
  for (const Content& child : content.children) lint_content(context, child);
}

void lint_dates(const LintContext& context, const Rule& rule) {
  const WallTime now = context.options.now;
  const Active& active = rule.active;
  if (active.from && active.until && active.from->time >= active.until->time) {
    context.error(codes::kNeverMatches, active.until->mark, "the rule ends before it begins");
  } else if (active.on_end == OnEnd::ask_owner && active.is_over(now)) {
    context.warning(codes::kEnded, active.until->mark,
                    "the rule '" + rule.id + "' was to end on " + day_of(active.until->time) + " and goes on until '" +
                        (rule.owner ? rule.owner->text : "somebody") + "' decides",
                    "move the date, or remove the rule");
  } else if (active.is_over(now)) {
    context.warning(codes::kEnded, active.until->mark,
                    "the rule '" + rule.id + "' ended on " + day_of(active.until->time) + " and finds nothing any more",
                    "remove it, or move the date");
  }
  if (rule.review_by && *rule.review_by < now) {
    context.warning(codes::kReviewPast, rule.review_mark,
                    "the rule '" + rule.id + "' should have been reviewed by " + day_of(*rule.review_by),
                    "look at what it found, then set the next day");
  }
  for (const Exemption& one : rule.unless) {
    if (one.from && one.until && one.from->time >= one.until->time) {
      context.error(codes::kNeverMatches, one.until->mark, "the exemption ends before it begins");
    } else if (one.until && one.until->time <= now) {
      context.warning(codes::kEnded, one.until->mark, "the exemption ended on " + day_of(one.until->time), "remove it");
    }
  }
}

void lint_end(const LintContext& context, const Rule& rule) {
  if (rule.active.on_end != OnEnd::ask_owner || rule.owner) return;
  context.warning(codes::kNoOwner, rule.mark, "the rule '" + rule.id + "' asks its owner at its end, and has none",
                  "name a group under 'owner'");
}

void lint_enforced(const LintContext& context, const Rule& rule) {
  if (rule.mode != Mode::enforce) return;
  const auto has = [&](RuleTest::Expectation expectation) {
    return std::any_of(rule.tests.begin(), rule.tests.end(),
                       [&](const RuleTest& test) { return test.expectation == expectation; });
  };
  const bool match = has(RuleTest::Expectation::match);
  const bool no_match = has(RuleTest::Expectation::no_match);
  if (!match || !no_match) {
    const string missing = match ? "should_not_match" : no_match ? "should_match" : "should_match or should_not_match";
    context.warning(codes::kUntested, rule.mark,
                    "the rule '" + rule.id + "' is enforced and has no " + missing + " test",
                    "a rule proves itself by one message that it finds and one that it lets pass");
  }
  if (!rule.owner) {
    context.warning(codes::kNoOwner, rule.mark, "the rule '" + rule.id + "' is enforced and has no owner",
                    "name a group under 'owner'");
  }
  const bool asks_liaison =
      std::find(rule.then.review.begin(), rule.then.review.end(), Approver::liaison) != rule.then.review.end();
  // What cannot be taken off is held for the liaison.
  if ((asks_liaison || rule.then.strip_attachment) && context.model.liaison_for(rule.category) == nullptr) {
    context.warning(
        codes::kNoOwner, rule.mark,
        "the rule '" + rule.id + "' holds messages for a liaison, and none is named for '" + rule.category + "'",
        "add the category or '*' under 'liaisons'");
  }
}

// Numbers are common: what passes more often than this is found where no such value is.
constexpr std::uint32_t kWeakBelow = 60;

// How many random values pass the check; 0 for checks that stand alone.
std::uint32_t weakness(Validator validator) {
  const ValidatorInfo* const info = find_validator(validator);
  return info == nullptr || info->one_in >= kWeakBelow ? 0 : info->one_in;
}

string odds(std::uint32_t one_in) {
  return one_in == 1 ? "which nearly every number passes"
                     : "which one random value in " + std::to_string(one_in) + " passes";
}

// Levels stand highest first: none counts below one that always holds.
void lint_levels(const LintContext& context, const Detector& detector) {
  const ConfidenceLevel* always = nullptr;
  for (const ConfidenceLevel& level : detector.confidence) {
    if (always != nullptr) {
      context.warning(codes::kShadowed, level.mark,
                      "this level never counts: level " + std::to_string(always->level) + " holds always",
                      "say under 'when' what the higher level needs");
    } else if (level.when.empty()) {
      always = &level;
    }
  }
}

void lint_canary(const LintContext& context, const Rule& rule) {
  if (!rule.canary) return;
  if (rule.mode != Mode::enforce) {
    context.warning(codes::kKeysDoNotFit, rule.canary->mark, "'canary' does nothing in mode audit",
                    "set mode: enforce, or remove it");
  } else if (rule.canary->share <= 0) {
    context.warning(codes::kKeysDoNotFit, rule.canary->mark, "a canary of 0% enforces the rule for nobody",
                    "set mode: audit to say so");
  }
}

void lint_fallback(const LintContext& context, const Rule& rule) {
  if (!rule.fallback) return;
  const bool held = rule.then.action == Action::justify || rule.then.action == Action::quarantine;
  if (rule.mode != Mode::enforce) {
    context.warning(codes::kKeysDoNotFit, rule.fallback->mark, "'fallback' does nothing in mode audit",
                    "set mode: enforce, or remove it");
  } else if (!held) {
    context.warning(codes::kKeysDoNotFit, rule.fallback->mark,
                    "'fallback' does nothing with '" + string(to_string(rule.then.action)) +
                        "': it counts held mails that people let go",
                    "remove it, or hold the mail: justify, quarantine");
  }
}

// Whether the place of a find may be inside an attachment.
bool may_be_attached(const Where& in) {
  if (in.everywhere()) return true;
  for (const Region region : {Region::attachment, Region::metadata, Region::file_name}) {
    if (in.regions.test(size_t(region))) return true;
  }
  std::bitset<kPlaces> others = in.places;
  for (const Place place : {Place::subject, Place::header}) others.reset(size_t(place));
  return others.any();
}

// Whether the content can hold in an attachment by itself.
bool may_hold_attached(const Content& content) {
  const auto holds = [](const Content& child) { return may_hold_attached(child); };
  switch (content.kind) {
    case Content::Kind::all:
      return std::all_of(content.children.begin(), content.children.end(), holds);
    case Content::Kind::any:
      return std::any_of(content.children.begin(), content.children.end(), holds);
    case Content::Kind::negation:
      return true;
    default:
      return may_be_attached(content.in);
  }
}

void lint_strip(const LintContext& context, const Rule& rule) {
  if (!rule.then.strip_attachment || (rule.content && may_hold_attached(*rule.content))) return;
  context.warning(codes::kKeysDoNotFit, rule.content ? rule.content_mark : rule.then.mark,
                  "'strip' of the rule '" + rule.id + "' never takes anything off: what it finds is in no attachment",
                  "let it look in attachments, 'in: [attachment]', or remove 'strip'");
}

}  // namespace

void lint_rules(const LintContext& context) {
  for (const Rule& rule : context.model.rules) {
    if (rule.content && context.whole == Whole::yes) lint_content(context, *rule.content);
    lint_dates(context, rule);
    lint_enforced(context, rule);
    lint_end(context, rule);
    lint_canary(context, rule);
    lint_fallback(context, rule);
    lint_strip(context, rule);
  }
}

void lint_detectors(const LintContext& context) {
  const Model& model = context.model;
  std::vector<bool> detector_used(model.detectors.size());
  std::vector<bool> evidence_used(model.evidence.size());
  const auto walk = [&](const auto& self, const Content& content) -> void {
    if (content.kind == Content::Kind::detector) detector_used[content.detector.detector] = true;
    for (const Content& child : content.children) self(self, child);
  };
  for (const Rule& rule : model.rules) {
    if (rule.content) walk(walk, *rule.content);
  }
  for (const Detector& detector : model.detectors) {
    if (context.whole == Whole::yes) lint_levels(context, detector);
    for (const ConfidenceLevel& level : detector.confidence) {
      for (const EvidenceCondition& condition : level.when) {
        for (const EvidenceIndex index : condition.of) evidence_used[index] = true;
        if (context.whole == Whole::yes && condition.at_least > condition.of.size()) {
          context.error(codes::kNeverMatches, condition.mark,
                        "this level can never hold: it asks for " + std::to_string(condition.at_least) + " of " +
                            std::to_string(condition.of.size()) +
                            (condition.of.size() == 1 ? " evidence" : " evidences"),
                        "it counts evidences, not words: write the words as several evidences");
        }
      }
    }
    const bool sure_without =
        detector.confidence.empty() ||
        std::any_of(detector.confidence.begin(), detector.confidence.end(), [](const ConfidenceLevel& level) {
          return level.when.empty() && level.level >= kDefaultMinConfidence;
        });
    if (const std::uint32_t one_in = weakness(detector.validate); one_in > 0 && sure_without) {
      context.warning(
          codes::kWeakChecksum, detector.mark,
          "'" + detector.id + "' relies on " + string(to_string(detector.validate)) + " alone, " + odds(one_in),
          "add levels of confidence that ask for evidence nearby");
    }
  }
  if (context.whole == Whole::no) return;
  // A pack's names are the pack's affair: a company may switch its rules off.
  const auto is_own = [](const string& name) { return name.find('/') == string::npos; };
  for (size_t i = 0; i < model.detectors.size(); i++) {
    if (detector_used[i] || !is_own(model.detectors[i].id)) continue;
    context.warning(codes::kUnused, model.detectors[i].mark,
                    "no rule uses the detector '" + model.detectors[i].id + "'", "remove it, or write the rule");
  }
  for (size_t i = 0; i < model.evidence.size(); i++) {
    if (evidence_used[i] || !is_own(model.evidence[i].name)) continue;
    context.warning(codes::kUnused, model.evidence[i].mark,
                    "no detector uses the evidence '" + model.evidence[i].name + "'",
                    "remove it, or name it in a level of confidence");
  }
}

}  // namespace postern::policy
