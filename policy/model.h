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

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "policy/destinations.h"
#include "policy/model_detectors.h"
#include "policy/model_rules.h"
#include "policy/model_who.h"

namespace postern::policy {

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
  std::chrono::milliseconds retain_contacts{std::chrono::hours(365 * 24)};
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
  ViewSwitches views;  // of all evidence and detectors
  std::vector<Boilerplate> boilerplate;
  std::vector<Evidence> evidence;
  std::vector<Detector> detectors;
  std::vector<Rule> rules;  // packs first, in order of `use`, then the company's, in order of file and line

  const Group* find_group(std::string_view name) const;
  const Category* find_category(std::string_view name) const;
  const Rule* find_rule(std::string_view id) const;
  const Detector* find_detector(std::string_view id) const;
  // Who reviews a finding of a category in a mail of this sender: the category's own entry, else that of a group that
  // the sender is in, else the one of '*', else null.
  const Liaison* liaison_for(std::string_view category, const Address& sender = {}) const;
  // Whether a rule asks for first contacts.
  bool asks_for_contacts() const;
  // Whether a rule names files by their hash.
  bool asks_for_hashes() const;
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