// Content: whether a rule's clauses hold, and because of what.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "message/extracted_text.h"
#include "policy/evaluate_finds.h"
#include "policy/model.h"
#include "policy/proof.h"

namespace postern::policy {

// Whether quoted text counts; that depends on the recipient (QuotedText::new_recipients).
enum class Quotes { count, leave_out };

// Where clauses look: one item, or everywhere.
struct Within {
  std::optional<std::uint32_t> item;
  Quotes quotes = Quotes::count;
};

// One thing that makes content hold: a detector's finds, or a part for what it is.
struct Reason {
  const Content* clause = nullptr;
  const Find* best = nullptr;  // of a detector: the surest, then the first
  std::uint32_t part = 0;
  std::uint32_t count = 0;  // distinct values, or all when the clause says so
};

class ContentJudge {
 public:
  // Parts whose text was not matched to the end, or not all decoded, count as `limit`.
  ContentJudge(const Model& model, const Finds& finds);

  // Reasons of clauses that are not under a `not` are added when the content holds.
  bool holds(const Content& content, const Within& within, std::vector<Reason>* reasons);
  // The same with every clause told; `parts` as in Proof.
  ClauseProof prove(const Content& content, const Within& within, std::span<const PartProof> parts);
  // A label of a detector of labels that stands where marks are looked for, but is none; empty when there is none.
  std::string label_nearby(DetectorIndex detector, const Within& within) const;

  // Items that can make a rule with scope item hold: those with finds of its detectors, or all.
  std::vector<std::uint32_t> items_for(const Content& content) const;

  Outcome outcome_of(std::uint32_t part) const;
  // Of a part that was read whole and counts as `limit`.
  std::string why_limited(std::uint32_t part) const;

 private:
  enum class Limit : std::uint8_t { none, matching, decoding };
  struct Tally {
    std::uint32_t count = 0;
    std::uint64_t weight = 0;
    const Find* best = nullptr;
    int surest = 0;               // of all in the right place, whatever the wanted confidence
    std::uint32_t elsewhere = 0;  // finds in other places or items
  };
  struct Occurrence {
    std::uint32_t part;
    std::uint64_t value;
    std::string_view reading;  // the locator of a second reading; empty: the text as it stands
    auto operator<=>(const Occurrence&) const = default;
  };
  Tally tally(const Content& content, const Within& within);
  std::uint32_t count_occurrences();
  bool enough(const DetectorCondition& condition, const Tally& tally) const;
  bool is_file(std::uint32_t part) const;
  // Whether a clause about parts looks at this one, and whether the part is what it asks for.
  bool is_in_place(const Content& content, std::uint32_t part) const;
  bool is_what(const Content& content, std::uint32_t part) const;
  bool file_matches(const FileCondition& file, std::uint32_t index) const;
  // Names that the part has beside its own: inside a gzip, or in a second field of its head, which the parent shows.
  void note_other_names();
  bool has_other_name(const std::vector<std::string>& names, std::uint32_t index) const;
  bool leaf(const Content& content, const Within& within, std::vector<Reason>* reasons);
  ClauseProof prove_detector(const Content& content, const Within& within);
  ClauseProof prove_part(const Content& content, const Within& within, std::span<const PartProof> parts) const;
  std::string nearly_file(const FileCondition& file, std::uint32_t part) const;

  std::span<const std::uint32_t> parts_of(std::optional<std::uint32_t> item) const;

  const Model& model_;
  const Finds& finds_;
  struct OtherName {
    std::uint32_t part;
    std::string_view name;
  };
  std::vector<OtherName> other_names_;   // by part
  std::vector<Limit> limited_;           // by part
  std::vector<std::uint32_t> parts_;     // of item after item
  std::vector<std::uint32_t> item_end_;  // by item: where its parts end in `parts_`
  std::vector<std::uint64_t> values_;    // scratch
  std::vector<Occurrence> occurrences_;  // scratch
};

}  // namespace postern::policy
