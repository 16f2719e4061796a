// The codes of the policy's diagnostics, P001 and on: stable, one meaning each, never used again.
//
// docs/policy-diagnostics.md explains each one; a test compares it with this table.
#pragma once

#include <span>
#include <string_view>

namespace postern::policy::codes {

// Reading
inline constexpr std::string_view kUnreadable = "P001";
inline constexpr std::string_view kUnknownKey = "P002";
inline constexpr std::string_view kWrongType = "P003";
inline constexpr std::string_view kBadValue = "P004";
inline constexpr std::string_view kMissingKey = "P005";
inline constexpr std::string_view kNotInThisVersion = "P006";
inline constexpr std::string_view kKeysDoNotFit = "P007";
inline constexpr std::string_view kAmbiguous = "P008";
inline constexpr std::string_view kNoFile = "P009";
inline constexpr std::string_view kPack = "P010";
// References and values
inline constexpr std::string_view kUnknownName = "P011";
inline constexpr std::string_view kDuplicate = "P012";
inline constexpr std::string_view kAddress = "P013";
inline constexpr std::string_view kRegex = "P014";
inline constexpr std::string_view kEmptyRegex = "P015";
inline constexpr std::string_view kDictionary = "P016";
inline constexpr std::string_view kTime = "P017";
// Lint
inline constexpr std::string_view kNeverMatches = "P030";
inline constexpr std::string_view kShadowed = "P031";
inline constexpr std::string_view kPublicSuffix = "P032";
inline constexpr std::string_view kSinglePerson = "P033";
inline constexpr std::string_view kReviewPast = "P034";
inline constexpr std::string_view kUntested = "P035";
inline constexpr std::string_view kWeakChecksum = "P036";
inline constexpr std::string_view kUnused = "P037";
inline constexpr std::string_view kEnded = "P038";
inline constexpr std::string_view kNoModule = "P039";
inline constexpr std::string_view kNoOwner = "P040";
inline constexpr std::string_view kModuleLanguage = "P041";
inline constexpr std::string_view kNotLocated = "P042";
inline constexpr std::string_view kFreemail = "P043";
inline constexpr std::string_view kOtherLanguage = "P044";
inline constexpr std::string_view kNotRead = "P045";
inline constexpr std::string_view kShortForLeet = "P046";
// The rules' own tests
inline constexpr std::string_view kTestFailed = "P050";
// Backtests
inline constexpr std::string_view kHoldRate = "P051";
inline constexpr std::string_view kRuleHits = "P052";
// Other reports
inline constexpr std::string_view kFirstDay = "P053";
inline constexpr std::string_view kPackPart = "P054";
inline constexpr std::string_view kChange = "P055";
inline constexpr std::string_view kNotJudged = "P056";

struct Code {
  std::string_view code;
  std::string_view meaning;  // as the table in docs/policy-diagnostics.md says it
};
std::span<const Code> all();

}  // namespace postern::policy::codes
