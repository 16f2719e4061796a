// A module of another version, for modules_test.cpp.
#define POSTERN_VERSION "0.0.0-other"
#include "extractors/modules.h"

namespace {

std::shared_ptr<postern::extract::Extractor> make_nothing() {
  return nullptr;
}

}  // namespace

POSTERN_EXTRACTOR_MODULE(make_nothing);
