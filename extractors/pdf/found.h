// What the walk of a PDF's objects finds, given to the sink (structure.h).
#pragma once

#include <string>
#include <utility>

#include "extractors/extractor.h"
#include "extractors/pdf/revisions.h"
#include "extractors/pdf/structure.h"

namespace postern::extract::pdf {

class FoundText final : public StructureVisitor {
 public:
  // With `known`, the lines that are given are added to it. With `revision`, an earlier revision is walked: only lines
  // that are new are given, under Place::revision and behind this locator.
  explicit FoundText(Sink& sink, KnownLines* known = nullptr, std::string revision = "")
      : sink_(sink), known_(known), revision_(std::move(revision)) {}

  bool text(StructureKind kind, const std::string& at, const std::string& utf8) override;
  bool xml(StructureKind kind, const std::string& at, const std::string& bytes) override;
  bool file(const std::string& name, const std::string& type, long long offset, const Unpack& unpack) override;
  bool stopped() override;

  // The limit of the message that was reached, or `none`.
  LimitHit hit() const { return hit_; }

 private:
  bool take(Place place, const std::string& at, const std::string& utf8);

  Sink& sink_;
  KnownLines* const known_;
  const std::string revision_;  // "" for the document as it is
  LimitHit hit_ = LimitHit::none;
};

}  // namespace postern::extract::pdf
