// Model: a policy as it was loaded, every reference resolved, before any engine sees it.
//
// The loader builds it from policy.yaml, rules/*.yaml, dictionaries/*.txt, boilerplate/*.txt and the
// packs that `use:` names; the linter reads it; the compiler makes patterns and decisions from it.
// Plain data: nothing here looks at a message. References between parts are indices into the Model's
// vectors, so a Model may be moved, and a Model that was loaded without an error has no index out of range.
// What a diagnostic or an explanation may name later carries a SourceMark.
//
// Texts are UTF-8 as written in the file: no Unicode normalisation, no case folding. Domains are
// in lower-case A-labels, the local parts of addresses in lower case (Address::key()).
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "message/words.h"
#include "policy/destinations.h"

namespace postern::policy {

// ---- Who ----------------------------------------------------------------------------------------

using GroupIndex = std::uint32_t;

// One entry of an address list.
struct AddressTerm {
  enum class Kind {
    destination_class,  // class:social
    group,              // group:press-office
    attribute,          // attr:department=Legal
    address,            // a@example.com
    domain,             // example.com: exactly this domain
    subdomains,         // .example.com: every subdomain, not the domain itself
  };
  Kind kind = Kind::address;
  DestinationClass cls = DestinationClass::other;  // destination_class
  GroupIndex group = 0;                            // group
  std::string name;                                // attribute: its name
  std::string value;                               // attribute: its value; address, domain: the text (no leading dot)
  SourceMark mark;
};

// `[...]` is `any`. An address is in the filter when any is empty or one term of it holds, every
// term of `all` holds, and no term of `none` (written `not:`) holds.
struct AddressFilter {
  std::vector<AddressTerm> any;
  std::vector<AddressTerm> all;
  std::vector<AddressTerm> none;
  bool written = false;  // false: the file left it out, and what stands here is the default
  SourceMark mark;
  bool matches_everyone() const { return any.empty() && all.empty() && none.empty(); }
};

// `groups:`. Groups named inside groups are replaced by their members, so that terms are never of kind
// group or destination_class.
struct Group {
  std::string name;
  std::vector<AddressTerm> members;
  SourceMark mark;
};

// A person or group who answers for a rule or reviews: "group:ip-office" or an address.
struct Party {
  std::string text;                 // as written
  std::optional<GroupIndex> group;  // for "group:NAME"
  SourceMark mark;
};

struct Liaison {
  std::string name;  // a group, a category, or "*"
  std::optional<GroupIndex> group;
  std::vector<Party> review;
  std::vector<Party> deputy;
  SourceMark mark;
};

// ---- What to look for ---------------------------------------------------------------------------

using EvidenceIndex = std::uint32_t;
using DetectorIndex = std::uint32_t;

enum class WordMatch {
  word,       // whole words, spaces between them as in the text (any run of white space)
  phrase,     // any of spaces, '-', '_', '.', '/' or nothing between the words
  substring,  // anywhere
};
enum class LetterCase { fold, exact };

struct WordEntry {
  std::string text;
  std::uint32_t weight = 1;
  SourceMark mark;
};

// The words of `keywords:` or of one dictionary file; detectors that name the same file share it.
struct WordList {
  std::string path;  // as written, "dictionaries/codenames.txt"; empty for `keywords:`
  std::vector<WordEntry> entries;
  SourceMark mark;
};

struct RegexPattern {
  std::string pattern;  // PCRE2 with UTF and UCP
  SourceMark mark;      // of the value, its quotes included
};

struct WordPattern {
  std::shared_ptr<const WordList> words;
  WordMatch match = WordMatch::word;
  LetterCase letter_case = LetterCase::fold;
  SourceMark mark;
};

enum class DistanceUnit {
  characters,  // Unicode code points between the two, in the original text
  words,
  line,  // the same line
  row,   // the same row of a table
  part,  // the same part
};

struct Distance {
  DistanceUnit unit = DistanceUnit::characters;
  std::uint32_t count = 300;  // for characters and words
  SourceMark mark;
};

// `exact: NAME`
struct ExactPattern {
  std::string table;
  std::uint32_t at_least = 1;
  std::vector<std::string> require;
  std::optional<Distance> within;
  SourceMark mark;
};

// `fingerprint: NAME`; exactly one of the shares is set (0-1].
struct FingerprintPattern {
  std::string set;
  std::optional<double> contains;    // share of the registered document
  std::optional<double> covered_by;  // share of this item
  SourceMark mark;
};

// `builtin: NAME`; numbers such as min_lines by name.
struct BuiltinPattern {
  std::string name;
  std::map<std::string, std::int64_t> options;
  SourceMark mark;
};

// `label: [...]`: classification labels in the document's properties or the mail's headers.
struct LabelPattern {
  std::vector<std::string> labels;
  SourceMark mark;
};

using EvidencePattern = std::variant<RegexPattern, WordPattern>;
using PrimaryPattern =
    std::variant<RegexPattern, WordPattern, ExactPattern, FingerprintPattern, BuiltinPattern, LabelPattern>;

// Checks of what a regex found.
enum class Validator { none, luhn, iban, isin, vat_eu, ssn_us, nino_uk, aba, bic, entropy };

struct Evidence {
  std::string name;  // "card-words", in a pack "financial/card-words"
  EvidencePattern pattern;
  SourceMark mark;
};

// At least `at_least` different evidences of `of` stand within the distance of the hit.
struct EvidenceCondition {
  std::uint32_t at_least = 1;
  std::vector<EvidenceIndex> of;
  Distance within;
  SourceMark mark;
};

// A level of confidence: holds when every condition holds; no condition, always.
struct ConfidenceLevel {
  int level = 0;  // 1-100
  std::vector<EvidenceCondition> when;
  SourceMark mark;
};

inline constexpr int kDefaultConfidence = 75;     // of a detector without levels
inline constexpr int kDefaultMinConfidence = 65;  // of a rule's condition

// `allow:`: hits that are none, taken away before counting.
struct AllowList {
  struct Near {
    EvidencePattern pattern;
    Distance within;
    SourceMark mark;
  };
  std::vector<WordEntry> values;  // compared without spaces and -_./, case folded; weights mean nothing
  std::vector<Near> near;
};

struct Detector {
  std::string id;     // "payment-card", in a pack "financial/payment-card"
  std::string title;  // empty: the id
  PrimaryPattern primary;
  Validator validate = Validator::none;
  std::vector<ConfidenceLevel> confidence;  // highest level first; empty: kDefaultConfidence
  AllowList allow;
  bool sensitive = false;  // notices, headers and the pre-check do not confirm the value
  bool raw = false;        // the original text only, no views
  SourceMark mark;
};

// ---- Rules --------------------------------------------------------------------------------------

// `in:`: a text is inside when its region or its place is listed; an empty set is everywhere.
struct Where {
  std::bitset<kRegions> regions;
  std::bitset<kPlaces> places;
  bool everywhere() const { return regions.none() && places.none(); }
  bool has(Region region, Place place) const {
    return everywhere() || regions.test(static_cast<size_t>(region)) || places.test(static_cast<size_t>(place));
  }
};

// Whether text that quotes an earlier mail counts.
enum class QuotedText {
  new_recipients,  // toward recipients who were not in the quoted conversation
  always,
  never,
};

struct DetectorCondition {
  DetectorIndex detector = 0;
  std::uint32_t min_count = 1;
  int min_confidence = kDefaultMinConfidence;
  std::optional<std::uint64_t> min_weight;  // sum of the weights of the entries found
  bool distinct = true;                     // count distinct values; false: every hit
  QuotedText quoted = QuotedText::new_recipients;
};

struct OutcomeCondition {
  std::bitset<kOutcomes> outcomes;
};

struct FactCondition {
  std::vector<std::string> facts;  // any of them
};

// Keys AND, the values of one key OR.
struct FileCondition {
  std::vector<std::string> types;  // MIME types and the published groups (cad, archive ...)
  std::vector<std::string> names;  // shell patterns, case folded
  std::optional<std::uint64_t> larger_than;
  bool mismatch = false;  // the bytes are not what the name says
};

struct Content {
  enum class Kind { all, any, negation, detector, outcome, fact, file };
  Kind kind = Kind::all;
  std::vector<Content> children;  // all, any: one or more; negation: exactly one
  DetectorCondition detector;
  OutcomeCondition outcome;
  FactCondition fact;
  FileCondition file;
  Where in;  // of detector, outcome, fact and file
  SourceMark mark;
};

enum class Scope {
  item,     // together in one item
  message,  // anywhere in the mail
};

// A time, written as one or as a name in `dates`.
struct DateRef {
  WallTime time;
  std::string name;  // empty when written as a time
  SourceMark mark;
};

enum class OnEnd { stop, ask_owner };

struct Active {
  std::optional<DateRef> from;   // from then on
  std::optional<DateRef> until;  // up to, not including
  OnEnd on_end = OnEnd::stop;
  bool holds_at(WallTime now) const { return !(from && now < from->time) && !(until && now >= until->time); }
};

// Exempts the pairs of sender and recipient that both filters hold for. A filter left out holds for everyone.
struct Exemption {
  AddressFilter senders;
  AddressFilter recipients;
  std::optional<DateRef> from;
  std::optional<DateRef> until;
  SourceMark mark;
};

struct Canary {
  double share = 1.0;
  std::uint64_t seed = 0;
  SourceMark mark;
};

struct Fallback {
  double overrides = 0;
  std::uint32_t min_senders = 0;
  SourceMark mark;
};

enum class Approver { peer, liaison, owner };
enum class Notified { sender, liaison, owner };

struct Then {
  Action action = Action::allow;
  std::vector<Approver> review;  // each approves
  std::vector<Notified> notify;
  std::string training;  // module; the category's unless the rule says another
  bool strip_attachment = false;
  std::string route;       // empty: none
  SourceMark mark;         // of `then`
  SourceMark action_mark;  // of the action's value
};

struct RuleTest {
  enum class Expectation { match, no_match };
  Expectation expectation = Expectation::match;
  std::string name;
  std::string from;             // empty: a test address of class internal
  std::vector<std::string> to;  // addresses, `test@CLASS` among them
  std::string subject;
  std::string body;
  std::string file;  // path on disk, resolved; empty: none
  std::optional<WallTime> at;
  // `expect:`, only with should_match
  std::optional<Action> action;
  std::optional<Place> place;
  std::optional<std::uint32_t> count;
  std::optional<int> confidence;  // at least
  SourceMark mark;
};

struct Rule {
  std::string id;  // "trade-secret.codename", unique over policy and packs
  std::string title;
  std::string category;  // a name in Model::categories
  Severity severity = Severity::medium;
  std::optional<Party> owner;
  std::optional<WallTime> review_by;  // the start of that day, UTC
  std::string clause;
  Mode mode = Mode::audit;
  std::optional<Canary> canary;
  std::optional<Fallback> fallback;
  Active active;

  AddressFilter senders;     // left out: everyone
  AddressFilter recipients;  // left out: class:outside
  std::optional<std::uint32_t> visible_outside_at_least;
  bool first_contact = false;
  std::optional<Content> content;  // left out: the message's addresses alone decide
  Scope scope = Scope::item;

  std::vector<Exemption> unless;
  Then then;
  std::vector<RuleTest> tests;

  std::string pack;         // empty for the company's own, else "financial@1"
  SourceMark mark;          // of the rule's id
  SourceMark mode_mark;     // of the mode's value, or of the id
  SourceMark review_mark;   // of review_by's value
  SourceMark content_mark;  // of `content`
};

// ---- policy.yaml --------------------------------------------------------------------------------

struct Category {
  std::string name;
  std::string title;
  std::string module;  // empty: none
  SourceMark mark;
};

struct NamedDate {
  std::string name;
  WallTime time;
  SourceMark mark;
};

struct Organisation {
  std::string name;
  std::vector<AddressTerm> domains;   // kinds domain and subdomains
  std::vector<WordEntry> own_values;  // our own IBAN, phone, VAT id: never a hit; compared as AllowList::values
};

enum class OnExpiry { return_, reject, release };

struct Holds {
  std::chrono::milliseconds remind{std::chrono::hours(24)};
  std::chrono::milliseconds expires{std::chrono::hours(5 * 24)};
  OnExpiry on_expiry = OnExpiry::return_;
  std::chrono::milliseconds escalate_after{std::chrono::hours(4)};
  std::string calendar;  // empty: around the clock
  bool break_glass = true;
};

enum class TrainingLink { none, internal, all };

struct Annotation {
  std::string footer;  // empty: none
  bool header = true;
  TrainingLink training_link = TrainingLink::internal;
};

struct LadderStep {
  std::uint32_t from = 1;  // the how-manieth incident
  Action at_least = Action::annotate;
  std::vector<Notified> notify;
  SourceMark mark;
};

enum class ForgivenBy { nothing, module };

struct Ladder {
  bool enabled = false;
  std::chrono::milliseconds window{std::chrono::hours(90 * 24)};
  std::vector<LadderStep> steps;  // rising `from`
  ForgivenBy forgiven_by = ForgivenBy::module;
  std::uint32_t newcomer_days = 30;
  bool newcomer_guide = true;
};

enum class PrivateScan { scan, metadata, skip };
enum class ReviewerView { pseudonym, name };

struct Privacy {
  std::chrono::milliseconds retain_held{std::chrono::hours(30 * 24)};
  std::chrono::milliseconds retain_incidents{std::chrono::hours(365 * 24)};
  std::chrono::milliseconds retain_ledger{std::chrono::hours(2 * 365 * 24)};
  ReviewerView reviewers_see = ReviewerView::pseudonym;
  std::uint32_t min_group = 10;
  bool person_reports = false;
  double hold_out = 0;
  std::optional<RegexPattern> private_subjects;
  PrivateScan private_scan = PrivateScan::metadata;
};

// A paragraph that is masked before matching: one blank-line separated paragraph of a file.
struct Boilerplate {
  std::string path;
  std::string text;
  SourceMark mark;
};

struct UsedPack {
  std::string name;
  std::uint32_t major = 1;
  std::string version;  // from its pack.yaml
  std::string dir;
  SourceMark mark;
};

struct Model {
  Organisation organisation;
  std::vector<UsedPack> packs;
  std::vector<Group> groups;
  std::vector<Category> categories;
  std::vector<Liaison> liaisons;
  std::vector<NamedDate> dates;
  Holds holds;
  Annotation annotation;
  Ladder ladder;
  Privacy privacy;
  DestinationConfig destinations;
  std::vector<Boilerplate> boilerplate;
  std::vector<Evidence> evidence;
  std::vector<Detector> detectors;
  std::vector<Rule> rules;  // packs first, in order of `use`, then the company's, in order of file and line

  const Group* find_group(std::string_view name) const;
  const Category* find_category(std::string_view name) const;
  const Rule* find_rule(std::string_view id) const;
  const Detector* find_detector(std::string_view id) const;
  // The liaison of a category: its own entry, else the one of '*', else null.
  const Liaison* liaison_for(std::string_view category) const;
};

std::string_view to_string(WordMatch match);
std::string_view to_string(LetterCase letter_case);
std::string_view to_string(DistanceUnit unit);
std::string_view to_string(Validator validator);
std::string_view to_string(QuotedText quoted);
std::string_view to_string(Scope scope);
std::string_view to_string(OnEnd on_end);
std::string_view to_string(Approver approver);
std::string_view to_string(Notified notified);
// "group:press-office", ".example.com": as written in the policy.
std::string to_string(const AddressTerm& term, const Model& model);
// "300 characters", "60 words", "the same line".
std::string describe(const Distance& distance);

}  // namespace postern::policy
