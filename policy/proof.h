// Proof: why a verdict is what it is, clause by clause.
//
// Policy::evaluate() fills it when asked; the verdict is the same with and without. It is for
// people who write policies: it names what was found and where, what was looked for and not found, and how
// far off that was. Values are masked here as in findings; the text of the message is not in it
// (renderers take the ExtractedText beside it). Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/envelope.h"
#include "message/extracted_text.h"
#include "message/verdict.h"
#include "policy/destinations.h"

namespace postern::policy {

// `near`: false, but something was there that would have made it true had it stood closer, been more
// often, or been surer; `detail` says by how much.
enum class Truth { no, near, yes };
std::string_view to_string(Truth truth);

// One condition of a confidence level at one hit.
struct EvidenceProof {
  std::string name;  // "card-words"
  bool holds = false;
  std::optional<std::uint32_t>
      distance;       // code points between hit and nearest evidence in the same part; none: not there
  std::string limit;  // "300 characters"
};

// How the mail has what is shown decoded.
struct EncodedProof {
  std::string as;               // "base64", "hex, base64": from the outside in
  std::uint32_t character = 0;  // where it begins: code points from the beginning of its segment
  std::uint32_t characters = 0;
  std::string excerpt;  // as it stands there, masked
};

// What became of one place where a detector's pattern stands.
struct HitProof {
  enum class Fate {
    counts,
    check_failed,   // the validator refused it
    too_short,      // source code of fewer lines than `min_lines`
    allowed_value,  // allow: values, or our own
    allowed_near,   // allow: near
    no_level,       // no confidence level holds
    too_unsure,     // its confidence is less than any rule asks for
    elsewhere,      // it would count, but no rule looks in this place
  };
  Fate fate = Fate::counts;
  std::uint32_t part = 0;  // index into ExtractedText::parts
  Place place = Place::body;
  std::string at;
  std::string view;     // "reader", "latin", ...: the view it was found in
  std::string excerpt;  // masked; decoded
  std::optional<EncodedProof> encoded;
  int confidence = 0;  // when it counts, is too unsure or stands elsewhere
  std::vector<EvidenceProof> evidence;
};
std::string_view to_string(HitProof::Fate fate);

// Places of one detector that are told one by one.
inline constexpr size_t kMaxHitProofs = 20;

// Places in which no rule looks are told of only where something would count there.
struct DetectorProof {
  std::string detector;
  std::uint32_t places = 0;    // where its pattern stands; 0: nowhere that is told of
  std::uint32_t counted = 0;   // of them, with the confidence that is wanted where a rule looks
  int wanted = 0;              // the least that a rule asks for
  std::vector<HitProof> hits;  // at most kMaxHitProofs
};

// Where a detector's pattern stands, for showing the text.
struct TextMark {
  std::uint32_t segment = 0;  // index into ExtractedText::segments
  std::uint32_t begin = 0;    // bytes of the segment's text
  std::uint32_t end = 0;
  std::uint32_t detector = 0;  // index into Proof::detectors
  bool sensitive = false;      // not to be shown
};

struct ClauseProof {
  std::string what;  // "all", "detector payment-card, at least 1 with confidence 65", "not"
  Truth truth = Truth::no;
  std::string detail;  // "2 found, confidence 40 at most, 65 wanted"; "keyword 412 characters away, limit 300"
  int nearness = 0;    // of two that are `near` the greater is nearer
  std::vector<ClauseProof> children;
};

struct RecipientProof {
  size_t recipient = 0;  // index into Envelope::recipients
  bool applies = false;
  std::string why;  // "class social", "exempt by unless 1", "not in recipients"
};

// RuleProof::why of a rule of whose content nothing was there.
inline constexpr std::string_view kNothingFound = "nothing of it was found";

struct RuleProof {
  std::string rule;
  Truth truth = Truth::no;              // of everything together, for any recipient
  std::string mode;                     // "enforce", "audit", and why it is not the written one
  std::string pack;                     // that it is from; empty: the company's own
  std::vector<std::string> overridden;  // keys of it that the company changed
  bool active = true;                   // within its dates
  std::string dates;                    // "until q3-results, 2027-02-01T07:00:00Z"; empty: it has none
  bool senders = true;                  // the sender is in `senders`
  std::string why;                      // one line: what decided
  std::vector<ClauseProof> header;      // what the rule asks of To and Cc: visible_outside_at_least
  std::vector<ClauseProof> content;     // none or one tree
  std::vector<RecipientProof> recipients;
  std::vector<std::string> takes_off;  // attachments, as strip_label() has them; none of a rule in audit mode
};

struct StageTime {
  std::string stage;  // "extract", "scan", "decide"
  std::int64_t microseconds = 0;
};

// Of a part, by its index: its name and why it could not be read, with what was found in them masked.
struct PartProof {
  std::string name;
  std::string why;
};

struct Proof {
  // Set before evaluate(): only this rule is proved, and even when nothing of it was found. Empty:
  // every rule of which anything was found, and those that need nothing found.
  std::string only_rule;

  std::vector<Destination> recipients;  // in the envelope's order
  std::vector<PartProof> parts;
  std::vector<DetectorProof> detectors;
  std::vector<TextMark> marks;  // by segment and begin
  std::vector<RuleProof> rules;
  std::vector<StageTime> stages;  // callers add theirs
};

// Something that would have let the message pass (policy/smallest_change.h).
struct PassingChange {
  std::vector<std::string> steps;  // "without the attachment 2 (plan.xlsx)"; all of them together
  Action action = Action::allow;   // what the verdict would have been
};

// What to render: everything is borrowed.
struct Explained {
  const ExtractedText& text;
  const Envelope& envelope;
  const Verdict& verdict;
  const Proof& proof;
  // Null: not looked for. Empty: nothing that was tried lets it pass.
  const std::vector<PassingChange>* changes = nullptr;
};

// `yes`: the extracted text of each part too, what detectors found between U+27E6 and U+27E7. What a sensitive detector
// found is masked.
enum class ShowText { no, yes };

std::string explain_text(const Explained& explained, ShowText show);
// One JSON object: {"parts", "recipients" (each with what it is not to get, "takes_off"), "detectors", "rules",
// "action", "policy", "stages"} and, when they were looked for, "would_pass". With the text each segment has "marks":
// [{"begin", "end", "detector"}], bytes of "text".
std::string explain_json(const Explained& explained, ShowText show);

// "2 (plan.xlsx)": the path of the attachment, and its label when it has one.
std::string strip_label(const StripWish& wish);

// For `policy test`: the one thing that was nearest to making the rule match, in one line; "" when nothing was.
std::string nearest_miss(const RuleProof& rule);

}  // namespace postern::policy
