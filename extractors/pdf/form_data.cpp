#include "extractors/pdf/form_data.h"

#include "extractors/pdf/found.h"
#include "extractors/pdf/structure.h"

namespace postern::extract {

namespace {

class FormDataExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    pdf::FoundText found(sink);
    const pdf::StructureEnding walked = pdf::read_structure(source.bytes, "", found);
    if (found.hit() != LimitHit::none) return limit_ending(found.hit(), sink.budget().limits());
    if (!walked.opened) return {Outcome::malformed, "it cannot be opened as form data"};
    if (!walked.left_out.empty()) return {Outcome::limit, walked.left_out};
    if (!walked.not_readable.empty()) return {Outcome::partial, walked.not_readable};
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_form_data_extractor() {
  return std::make_shared<FormDataExtractor>();
}

}  // namespace postern::extract
