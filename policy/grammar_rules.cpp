// The tables of rules/*.yaml.
#include <array>

#include "policy/builtins.h"
#include "policy/grammar_types.h"

namespace postern::policy::grammar {

extern const MapSpec kContentMap;

namespace {

using std::string_view;

// ---- What to look for ----

constexpr std::array kEvidenceKeys = {
    KeySpec{"regex", text(), Need::optional, "A regular expression (PCRE2, UTF and UCP)."},
    KeySpec{"keywords", texts(), Need::optional, "Words and phrases."},
    KeySpec{"dictionary", text(), Need::optional, "A file of dictionaries/."},
    KeySpec{"match", word(word_match_words), Need::optional, "How keywords and entries are compared."},
    KeySpec{"case", word(letter_case_words), Need::optional, "Whether upper and lower case differ."},
    KeySpec{"inflection", boolean(), Need::optional, "Plurals, genitives and case endings as well."},
};
constexpr std::array<string_view, 3> kEvidenceKinds = {"regex", "keywords", "dictionary"};
constexpr MapSpec kEvidence{"evidence", "What must stand near.", kEvidenceKeys, kEvidenceKinds};

constexpr std::array kPrimaryKeys = {
    KeySpec{"regex", text(), Need::optional, "A regular expression (PCRE2, UTF and UCP)."},
    KeySpec{"keywords", texts(), Need::optional, "Words and phrases."},
    KeySpec{"dictionary", text(), Need::optional, "A file of dictionaries/."},
    KeySpec{"exact", text(), Need::optional, "An index of exact data, exact/NAME."},
    KeySpec{"fingerprint", text(), Need::optional, "A set of registered documents, fingerprints/NAME."},
    KeySpec{"builtin", word(builtin_words), Need::optional, "A detector that is part of the program."},
    KeySpec{"label", texts(), Need::optional, "Classification labels."},
    KeySpec{"match", word(word_match_words), Need::optional, "How keywords and entries are compared."},
    KeySpec{"case", word(letter_case_words), Need::optional, "Whether upper and lower case differ."},
    KeySpec{"inflection", boolean(), Need::optional, "Plurals, genitives and case endings as well."},
    KeySpec{"validate", word(validator_words), Need::optional, "A check of what the regex found."},
    KeySpec{"min_entropy", entropy(), Need::optional, "validate: entropy: bits a character at least (3.5)."},
    KeySpec{"at_least", integer(1, 1'000'000), Need::optional, "Exact data: how many columns must meet."},
    KeySpec{"require", texts(), Need::optional, "Exact data: columns that must be among them."},
    KeySpec{"within", distance(), Need::optional, "Exact data: how near the columns must stand."},
    KeySpec{"contains", share(), Need::optional, "Fingerprints: share of the registered document."},
    KeySpec{"covered_by", share(), Need::optional, "Fingerprints: share of this item."},
    KeySpec{"min_lines", integer(1, 1'000'000), Need::optional, "Source code: lines in a row."},
};
constexpr std::array<string_view, 7> kPrimaryKinds = {"regex",       "keywords", "dictionary", "exact",
                                                      "fingerprint", "builtin",  "label"};
constexpr MapSpec kPrimary{"primary", "What a detector looks for.", kPrimaryKeys, kPrimaryKinds};

constexpr std::array kEvidenceConditionKeys = {
    KeySpec{"at_least", integer(1, 1000), Need::optional, "How many of them must be there."},
    KeySpec{"of", texts(), Need::required, "Names under `evidence`."},
    KeySpec{"within", distance(), Need::optional, "How near: 300 (characters), 60 words, line, row, part."},
};
constexpr MapSpec kEvidenceCondition{"when", "Evidence that must stand near.", kEvidenceConditionKeys, {}};

constexpr std::array kConfidenceKeys = {
    KeySpec{"level", integer(1, 100), Need::required, "The confidence."},
    KeySpec{"when", map(kEvidenceCondition, Many::one_or_list), Need::optional, "When it holds; left out: always."},
};
constexpr MapSpec kConfidence{"confidence", "A level of confidence.", kConfidenceKeys, {}};

constexpr std::array kAllowNearKeys = {
    KeySpec{"regex", text(), Need::optional, "A regular expression."},
    KeySpec{"keywords", texts(), Need::optional, "Words and phrases."},
    KeySpec{"dictionary", text(), Need::optional, "A file of dictionaries/."},
    KeySpec{"match", word(word_match_words), Need::optional, "How keywords and entries are compared."},
    KeySpec{"case", word(letter_case_words), Need::optional, "Whether upper and lower case differ."},
    KeySpec{"inflection", boolean(), Need::optional, "Plurals, genitives and case endings as well."},
    KeySpec{"within", distance(), Need::required, "How near."},
};
constexpr MapSpec kAllowNear{"near", "What takes a hit away when it stands near.", kAllowNearKeys, kEvidenceKinds};

constexpr std::array kAllowKeys = {
    KeySpec{"values", texts(), Need::optional, "Values that are no hit."},
    KeySpec{"near", map(kAllowNear, Many::one_or_list), Need::optional, "What takes a hit away when it stands near."},
};
constexpr MapSpec kAllow{"allow", "Hits that are none.", kAllowKeys, {}};

constexpr std::array kViewsKeys = {
    KeySpec{"latin", on_off(), Need::optional, "Letters of other scripts inside words of ASCII letters."},
    KeySpec{"skeleton", on_off(), Need::optional, "Look-alikes and accents in words."},
    KeySpec{"slanted", on_off(), Need::optional, "Letters that look like others in slanted type."},
    KeySpec{"numerals", on_off(), Need::optional, "Letters inside numbers."},
    KeySpec{"letters", on_off(), Need::optional, "Digits inside words."},
    KeySpec{"decoded", on_off(), Need::optional, "Text that is encoded inside the text."},
    KeySpec{"spaced", on_off(), Need::optional, "Letters and digits that stand one by one."},
    KeySpec{"unwrapped", on_off(), Need::optional, "Words that the end of a line cuts."},
    KeySpec{"debris", on_off(), Need::optional, "Markup inside words and numbers."},
    KeySpec{"codes", on_off(), Need::optional, "Codes with blanks or line ends beside their hyphens."},
    KeySpec{"joined", on_off(), Need::optional, "Words with marks, markup or a blank between their letters."},
    KeySpec{"reversed", on_off(), Need::optional, "Words from their last letter to their first."},
    KeySpec{"leet", on_off(), Need::optional, "Signs and digits for letters; off unless switched on."},
};

constexpr std::array kDetectorKeys = {
    KeySpec{"id", text(), Need::required, "The name that rules use."},
    KeySpec{"title", text(), Need::optional, "The name for people."},
    KeySpec{"primary", map(kPrimary), Need::required, "What it looks for."},
    KeySpec{"confidence", map(kConfidence, Many::one_or_list), Need::optional,
            "Levels; the highest that holds; none holds, no hit."},
    KeySpec{"allow", map(kAllow), Need::optional, "Hits that are none."},
    KeySpec{"sensitive", boolean(), Need::optional, "Notices, headers and pre-check do not confirm the value."},
    KeySpec{"raw", boolean(), Need::optional, "The original text only, no views."},
    KeySpec{"views", map(kViewsMap), Need::optional, "Views that it is looked for in, beside those of the policy."},
};
constexpr MapSpec kDetector{"detector", "What to look for.", kDetectorKeys, {}};

// ---- Rules ----

constexpr std::array kSendersKeys = {
    KeySpec{"any", addresses(), Need::optional, "One of these."},
    KeySpec{"all", addresses(), Need::optional, "All of these."},
    KeySpec{"not", addresses(), Need::optional, "None of these."},
};
constexpr MapSpec kSenders{"senders", "Who sends.", kSendersKeys, {}};

constexpr std::array kRecipientsKeys = {
    KeySpec{"any", addresses(), Need::optional, "One of these."},
    KeySpec{"all", addresses(), Need::optional, "All of these."},
    KeySpec{"not", addresses(), Need::optional, "None of these."},
    KeySpec{"visible_outside_at_least", integer(1, 100'000), Need::optional,
            "At least so many outside addresses in To and Cc."},
    KeySpec{"first_contact", boolean(), Need::optional, "Nobody of ours wrote to the address before."},
};
constexpr MapSpec kRecipients{"recipients", "Where it is bound.", kRecipientsKeys, {}};

constexpr std::array kFileKeys = {
    KeySpec{"type", texts(), Need::optional, "MIME types or type groups: cad, source-code, archive ..."},
    KeySpec{"name", texts(), Need::optional, "Shell patterns for the file name."},
    KeySpec{"larger_than", size(), Need::optional, "Files larger than this."},
    KeySpec{"smaller_than", size(), Need::optional, "Files smaller than this."},
    KeySpec{"sha256", texts(), Need::optional, "Hashes of whole files, or lists of them: hashes/NAME.txt."},
    KeySpec{"mismatch", boolean(), Need::optional, "The bytes are not what the name says."},
};
constexpr MapSpec kFile{"file", "What is known of a file.", kFileKeys, {}};

constexpr std::array kContentKeys = {
    KeySpec{"all", map(kContentMap, Many::list), Need::optional, "All of these."},
    KeySpec{"any", map(kContentMap, Many::list), Need::optional, "One of these."},
    KeySpec{"not", map(kContentMap), Need::optional, "Not this."},
    KeySpec{"detector", text(), Need::optional, "A detector's id; PACK/ID for a pack's."},
    KeySpec{"outcome", word(outcome_words, Many::one_or_list), Need::optional, "What could not be read."},
    KeySpec{"fact", word(fact_words, Many::one_or_list), Need::optional, "What is known of a part."},
    KeySpec{"file", map(kFile), Need::optional, "What is known of a file."},
    KeySpec{"min_count", integer(1, 1'000'000), Need::optional, "Distinct values at least."},
    KeySpec{"min_confidence", integer(1, 100), Need::optional, "Confidence at least (65)."},
    KeySpec{"min_weight", integer(1, 1'000'000'000), Need::optional, "Sum of the entries' weights at least."},
    KeySpec{"distinct", boolean(), Need::optional, "false: count every hit, not distinct values."},
    KeySpec{"in", word(where_words, Many::one_or_list), Need::optional, "Regions of the mail, or places."},
    KeySpec{"quoted", word(quoted_text_words), Need::optional, "Whether quoted text counts."},
};
constexpr std::array<string_view, 7> kContentKinds = {"all", "any", "not", "detector", "outcome", "fact", "file"};

constexpr std::array kWhenKeys = {
    KeySpec{"senders", filter(kSenders), Need::optional, "Who sends; left out: anyone."},
    KeySpec{"recipients", filter(kRecipients), Need::optional, "Where it is bound; left out: class:outside."},
    KeySpec{"content", map(kContentMap), Need::optional, "What it carries."},
    KeySpec{"scope", word(scope_words), Need::optional, "Together in one item, or anywhere in the mail."},
};
constexpr MapSpec kWhen{"when", "Who, bound where, carrying what.", kWhenKeys, {}};

constexpr std::array kUnlessKeys = {
    KeySpec{"senders", filter(kSenders), Need::optional, "Who sends; left out: anyone."},
    KeySpec{"recipients", filter(kSenders), Need::optional, "Where it is bound; left out: anywhere."},
    KeySpec{"from", date_or_name(), Need::optional, "From this time on."},
    KeySpec{"until", date_or_name(), Need::optional, "Up to this time."},
};
constexpr MapSpec kUnless{"unless", "Exempts pairs of sender and recipient.", kUnlessKeys, {}};

constexpr std::array<string_view, 1> kStrippable = {"attachment"};
std::span<const string_view> strip_words() {
  return kStrippable;
}

constexpr std::array kThenKeys = {
    KeySpec{"action", word(action_words), Need::required, "What becomes of the message."},
    KeySpec{"review", word(approver_words, Many::one_or_list), Need::optional, "Who approves; several: each."},
    KeySpec{"notify", word(notified_words, Many::one_or_list), Need::optional, "Who is told."},
    KeySpec{"training", text(), Need::optional, "The training module; left out: the category's."},
    KeySpec{"strip", word(strip_words), Need::optional, "Deliver without it, telling both sides."},
    KeySpec{"route", text(), Need::optional, "A header or next hop for an encryption gateway."},
};
constexpr MapSpec kThen{"then", "What happens.", kThenKeys, {}};

constexpr std::array kOverrideThenKeys = {
    KeySpec{"action", word(action_words), Need::optional, "What becomes of the message."},
    KeySpec{"review", word(approver_words, Many::one_or_list), Need::optional, "Who approves; several: each."},
    KeySpec{"notify", word(notified_words, Many::one_or_list), Need::optional, "Who is told."},
    KeySpec{"training", text(), Need::optional, "The training module."},
    KeySpec{"strip", word(strip_words), Need::optional, "Deliver without it, telling both sides."},
    KeySpec{"route", text(), Need::optional, "A header or next hop for an encryption gateway."},
};
constexpr MapSpec kOverrideThen{"then", "What happens instead, key by key.", kOverrideThenKeys, {}};

constexpr std::array kCanaryKeys = {
    KeySpec{"percent", Type{Shape::percent_number}, Need::required, "Share of senders for whom the rule is enforced."},
    KeySpec{"seed", integer(0, 1'000'000'000), Need::optional, "Draws another share."},
};
constexpr MapSpec kCanary{"canary", "Enforced for a share of the senders, audit for the others.", kCanaryKeys, {}};

constexpr std::array kFallbackKeys = {
    KeySpec{"overrides", share(), Need::required, "Share of overridden hits that switches the rule to audit."},
    KeySpec{"min_senders", integer(1, 100'000), Need::optional, "Not before so many senders met it."},
};
constexpr MapSpec kFallback{"fallback", "Back to audit when people override too often.", kFallbackKeys, {}};

constexpr std::array kActiveKeys = {
    KeySpec{"from", date_or_name(), Need::optional, "From this time on."},
    KeySpec{"until", date_or_name(), Need::optional, "Up to this time."},
    KeySpec{"on_end", word(on_end_words), Need::optional, "Stop, or go on until the owner decides; told 48 h before."},
};
constexpr MapSpec kActive{"active", "When the rule is in force.", kActiveKeys, {}};

constexpr std::array kExpectKeys = {
    KeySpec{"action", word(action_words), Need::optional, "The action."},
    KeySpec{"place", word(place_words), Need::optional, "Where a finding stands."},
    KeySpec{"count", integer(1, 1'000'000), Need::optional, "The count of a finding."},
    KeySpec{"confidence", integer(1, 100), Need::optional, "At least this confidence."},
    KeySpec{"strip", word(strip_words), Need::optional, "An attachment is taken off."},
};
constexpr MapSpec kExpect{"expect", "What a finding must be.", kExpectKeys, {}};

constexpr std::array kMatchTestKeys = {
    KeySpec{"name", text(), Need::required, "What is tried."},
    KeySpec{"from", text(), Need::optional, "The sender."},
    KeySpec{"to", texts(), Need::required, "Recipients; test@CLASS is a test address of a class."},
    KeySpec{"subject", text(), Need::optional, "The subject."},
    KeySpec{"body", text(), Need::optional, "The body."},
    KeySpec{"file", text(), Need::optional, "An attachment, beside the policy."},
    KeySpec{"at", Type{Shape::time}, Need::optional, "When; left out: a time at which the rule is active."},
    KeySpec{"visible_outside", integer(0, 100'000), Need::optional,
            "How many outside addresses To and Cc show; left out: those of `to`."},
    KeySpec{"first_contact", boolean(), Need::optional, "Nobody of ours wrote to the recipients before."},
    KeySpec{"expect", map(kExpect), Need::optional, "What the finding must be."},
};
constexpr MapSpec kMatchTest{"test", "A message that the rule must find.", kMatchTestKeys, {}};
constexpr MapSpec kNoMatchTest{
    "test", "A message that the rule must let pass.", std::span<const KeySpec>(kMatchTestKeys).first(9), {}};

constexpr std::array kTestsKeys = {
    KeySpec{"should_match", map(kMatchTest, Many::list), Need::optional, "Messages that the rule must find."},
    KeySpec{"should_not_match", map(kNoMatchTest, Many::list), Need::optional, "Messages that it must let pass."},
};
constexpr MapSpec kTests{"tests", "The rule's own tests.", kTestsKeys, {}};

constexpr std::array kRuleKeys = {
    KeySpec{"id", text(), Need::required, "CATEGORY.NAME, unique."},
    KeySpec{"title", text(), Need::optional, "The name for people; left out: the id."},
    KeySpec{"category", text(), Need::required, "A name under `categories`."},
    KeySpec{"severity", word(severity_words), Need::optional, "How much it matters; left out: medium."},
    KeySpec{"owner", Type{Shape::address}, Need::optional, "Who answers for the rule."},
    KeySpec{"review_by", Type{Shape::day}, Need::optional, "The day by which the owner looks at it again."},
    KeySpec{"clause", text(), Need::optional, "The clause of the confidentiality agreement."},
    KeySpec{"description", text(), Need::optional, "Why it matters, in plain words."},
    KeySpec{"false_positives", texts(), Need::optional, "Known honest mail that it finds as well."},
    KeySpec{"mode", word(mode_words), Need::optional, "audit: record only; left out: audit."},
    KeySpec{"canary", map(kCanary), Need::optional, "Enforced for a share of the senders."},
    KeySpec{"fallback", map(kFallback), Need::optional, "Back to audit when people override too often."},
    KeySpec{"active", map(kActive), Need::optional, "When the rule is in force."},
    KeySpec{"when", map(kWhen), Need::required, "Who, bound where, carrying what."},
    KeySpec{"unless", map(kUnless, Many::one_or_list), Need::optional, "Exemptions."},
    KeySpec{"then", map(kThen), Need::required, "What happens."},
    KeySpec{"tests", map(kTests), Need::optional, "The rule's own tests."},
};
constexpr MapSpec kRule{"rule", "Who, bound where, carrying what, then what.", kRuleKeys, {}};

constexpr std::array kRulesKeys = {
    KeySpec{"apiVersion", text(), Need::required, "postern/v1"},
    KeySpec{"evidence", map(kEvidence, Many::named), Need::optional, "What must stand near."},
    KeySpec{"detectors", map(kDetector, Many::list), Need::optional, "What to look for."},
    KeySpec{"rules", map(kRule, Many::list), Need::optional, "The rules."},
};

constexpr std::array kOverrideKeys = {
    KeySpec{"enabled", boolean(), Need::optional, "false: the rule is left out."},
    KeySpec{"severity", word(severity_words), Need::optional, "How much it matters."},
    KeySpec{"owner", Type{Shape::address}, Need::optional, "Who answers for the rule."},
    KeySpec{"review_by", Type{Shape::day}, Need::optional, "The day by which the owner looks at it again."},
    KeySpec{"clause", text(), Need::optional, "The clause of the confidentiality agreement."},
    KeySpec{"mode", word(mode_words), Need::optional, "audit: record only."},
    KeySpec{"canary", map(kCanary), Need::optional, "Enforced for a share of the senders."},
    KeySpec{"fallback", map(kFallback), Need::optional, "Back to audit when people override too often."},
    KeySpec{"active", map(kActive), Need::optional, "When the rule is in force."},
    KeySpec{"unless", map(kUnless, Many::one_or_list), Need::optional, "Exemptions, added to the rule's own."},
    KeySpec{"then", map(kOverrideThen), Need::optional, "What happens instead, key by key."},
    KeySpec{"tests", map(kTests), Need::optional, "Tests, added to the rule's own."},
};

}  // namespace

constexpr MapSpec kViewsMap{"views", "Views of the text, each on or off.", kViewsKeys, {}};
constexpr MapSpec kContentMap{"content", "What it carries: nested all, any, not.", kContentKeys, kContentKinds};
constexpr MapSpec kRulesMap{"rules file", "Evidence, detectors and rules.", kRulesKeys, {}};
constexpr MapSpec kOverrideMap{"override", "What this company changes in a pack's rule.", kOverrideKeys, {}};

}  // namespace postern::policy::grammar
