// Fuzz target of the pdf reader, its pictures decoded and then not looked at.
#include <memory>

#include "extractors/pdf/pdf.h"
#include "tests/fuzz/document_fuzz.h"

namespace {

class NoPixels final : public postern::extract::Extractor {
  postern::extract::Ending extract(const postern::extract::Source&, postern::extract::Sink&) override {
    return postern::extract::complete();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_pdf_extractor(std::make_shared<NoPixels>());
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/pdf", reader);
  return 0;
}
