// Where the signs of a survey go that a test does not look at.
#pragma once

#include <vector>

#include "policy/decode.h"

namespace postern::policy {

inline std::vector<CodeSign>& unseen_signs() {
  static std::vector<CodeSign> signs;
  signs.clear();
  return signs;
}

}  // namespace postern::policy
