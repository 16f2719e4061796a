// The part of a Model (policy/model.h) that says who, bound where, carrying what, and then what: rules and their tests.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "message/words.h"
#include "policy/model_detectors.h"
#include "policy/model_who.h"

namespace postern::policy {

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
  std::optional<std::uint64_t> smaller_than;
  std::vector<std::string> hashes;  // SHA-256 in lower case, sorted; empty: not asked for
  bool mismatch = false;            // the bytes are not what the name says
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

enum class OnEnd {
  stop,
  ask_owner,  // the rule goes on until its owner decides
};

struct Active {
  std::optional<DateRef> from;   // from then on
  std::optional<DateRef> until;  // up to, not including
  OnEnd on_end = OnEnd::stop;
  bool is_over(WallTime now) const { return until && now >= until->time; }
  // By the dates alone.
  bool is_within(WallTime now) const { return !(from && now < from->time) && !is_over(now); }
  // While nobody has decided.
  bool holds_at(WallTime now) const { return is_within(now) || (on_end == OnEnd::ask_owner && is_over(now)); }
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
  std::uint32_t min_senders = 10;
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
  std::optional<std::uint32_t> visible_outside;  // addresses that To and Cc show; left out: those of `to`
  bool first_contact = false;                    // nobody of ours wrote to those of `to` before
  // `expect:`, only with should_match
  std::optional<Action> action;
  std::optional<Place> place;
  std::optional<std::uint32_t> count;
  std::optional<int> confidence;  // at least
  bool strip = false;             // an attachment is to be taken off
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
  std::string description;                   // why it matters, for people
  std::vector<std::string> false_positives;  // known honest mail that it finds as well
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

  std::string pack;                     // empty for the company's own, else "financial@1"
  std::vector<std::string> overridden;  // keys that policy.yaml's `override` changed, in its order
  SourceMark mark;                      // of the rule's id
  SourceMark mode_mark;                 // of the mode's value, or of the id
  SourceMark review_mark;               // of review_by's value
  SourceMark content_mark;              // of `content`
};

}  // namespace postern::policy
