// What the walk of a PDF's objects finds, given to the sink (structure.h).
#pragma once

#include <string>

#include "extractors/extractor.h"
#include "extractors/pdf/structure.h"

namespace postern::extract::pdf {

class FoundText final : public StructureVisitor {
 public:
  explicit FoundText(Sink& sink) : sink_(sink) {}

  bool text(StructureKind kind, const std::string& at, const std::string& utf8) override;
  bool xml(StructureKind kind, const std::string& at, const std::string& bytes) override;
  bool file(const std::string& name, const std::string& type, const Unpack& unpack) override;
  bool stopped() override;

  // The limit of the message that was reached, or `none`.
  LimitHit hit() const { return hit_; }

 private:
  bool take(Place place, const std::string& at, const std::string& utf8);

  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
};

}  // namespace postern::extract::pdf
