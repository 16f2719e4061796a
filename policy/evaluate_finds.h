// Finds: hits that count for a detector, after validators, allow lists and confidence.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "message/extracted_text.h"
#include "policy/columns.h"
#include "policy/compile.h"
#include "policy/proof.h"
#include "policy/scan.h"

namespace postern::policy {

struct Find {
  const Hit* hit = nullptr;
  std::uint32_t item = 0;  // items_of()
  Region region = Region::body;
  Place place = Place::body;
  int confidence = 0;
  std::uint32_t weight = 1;
  bool in_notice = false;  // Finds::is_in_notice()
};

// Everything of one message that rules look at; borrows what it was made from.
class Finds {
 public:
  Finds(const Model& model, const CompiledPolicy& policy, const ExtractedText& text, const ScanResult& scanned);

  // Sorted by item, then by position. Empty for a detector of which nothing counts.
  std::span<const Find> of(DetectorIndex detector) const;
  // Wherever its pattern stands, whether that counts or not; by part and position.
  std::span<const Hit> hits_of(DetectorIndex detector) const;
  // Whose pattern a source is: "detector part-number", "evidence card-words"; of several one.
  std::string name_of(SourceIndex source) const;
  // Detectors with at least one find, rising.
  const std::vector<DetectorIndex>& detectors() const { return detectors_; }
  bool any_quoted() const { return any_quoted_; }

  std::uint32_t item_of(std::uint32_t part) const { return items_[part]; }
  std::uint32_t items() const { return item_count_; }

  // What becomes of one hit: its confidence, or 0 when it does not count. `proof` may be null.
  int judge(DetectorIndex detector, const Hit& hit, HitProof* proof) const;

  // A word of secrecy in the notice that a company puts under its mails (policy/notice_words.h): it is evidence of
  // nothing and counts only for conditions that ask for the place `disclaimer`.
  bool is_in_notice(const Hit& hit) const;

  const ScanResult& scanned() const { return scanned_; }
  const ExtractedText& text() const { return text_; }

 private:
  struct Stretch {
    DetectorIndex detector;
    std::uint32_t begin;
    std::uint32_t end;
  };
  void find_notices();
  void collect(DetectorIndex detector, std::span<const Hit> hits);
  std::optional<std::uint32_t> nearest(const Hit& hit, SourceIndex source, DistanceUnit unit) const;
  std::optional<std::uint32_t> distance(const Hit& a, const Hit& b, DistanceUnit unit) const;
  bool holds(const EvidenceCondition& condition, const Hit& hit, std::vector<EvidenceProof>* proof) const;
  bool is_near(const Hit& hit, SourceIndex source, const Distance& within) const;
  // Whether `source` stands in the heading of the column that the hit is in.
  bool heads_column(const Hit& hit, SourceIndex source) const;

  const Model& model_;
  const CompiledPolicy& policy_;
  const ExtractedText& text_;
  const ScanResult& scanned_;
  std::vector<std::uint32_t> items_;
  std::uint32_t item_count_ = 1;
  std::vector<const Hit*> in_notices_;  // rising
  // The tables of the segment that was asked about last; judging goes segment by segment.
  mutable Columns columns_;
  mutable std::string columns_text_;
  mutable std::optional<std::uint32_t> columns_of_;
  std::vector<Find> finds_;
  std::vector<Stretch> stretches_;  // by detector
  std::vector<DetectorIndex> detectors_;
  bool any_quoted_ = false;
};

}  // namespace postern::policy
