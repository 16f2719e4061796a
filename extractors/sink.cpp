#include "extractors/extractor.h"

namespace postern::extract {

Ending limit_ending(LimitHit hit, const Limits& limits) {
  return {hit == LimitHit::time ? Outcome::timeout : Outcome::limit, describe(hit, limits)};
}

}  // namespace postern::extract
