#include "message/body_edit.h"

#include <array>

namespace postern {

std::string_view to_string(FooterOutcome outcome) {
  static constexpr std::array<std::string_view, kFooterOutcomes> kWords = {
      "added", "present", "signed", "encrypted", "calendar", "no-text", "ambiguous", "unwritable", "limit", "failed"};
  return kWords[size_t(outcome)];
}

}  // namespace postern
