#include "extractors/extractor.h"

namespace postern::extract {

Ending limit_ending(LimitHit hit, const Limits& limits) {
  return {hit == LimitHit::time ? Outcome::timeout : Outcome::limit, describe(hit, limits)};
}

Ending locked_ending(std::string_view what) {
  return {Outcome::encrypted, std::string(what) + " is encrypted, and no password that stands in the message opens it"};
}

}  // namespace postern::extract
