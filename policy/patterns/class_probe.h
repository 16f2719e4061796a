// Which ASCII characters a class or class escape of PCRE2 takes, by asking it, and as a class for Hyperscan. Internal
// to matcher_superset.cpp.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/patterns/pcre.h"

namespace postern::policy {

inline constexpr std::string_view kAnyCharacter = "[\\x00-\\x{10ffff}]";

class ClassProbe {
 public:
  // Empty when the token does not compile by itself.
  std::string class_for(const std::string& token, bool beyond_ascii, bool caseless);

 private:
  bool probe(const std::string& token, std::array<bool, 128>& takes) const;

  std::unordered_map<std::string, std::string> known_;
  PcreScratch scratch_;
};

}  // namespace postern::policy
