#include "policy/codes.h"

#include <array>

namespace postern::policy::codes {

std::span<const Code> all() {
  static constexpr std::array kAll = {
      Code{kUnreadable, "a file cannot be read, is not UTF-8, or is not the strict YAML that policies are written in"},
      Code{kUnknownKey, "a key that the grammar does not know at this place"},
      Code{kWrongType, "a value of another kind than the key takes"},
      Code{kBadValue, "a value outside what the key takes"},
      Code{kMissingKey, "a key that must be there is not"},
      Code{kNotInThisVersion, "the grammar knows it, this version has no engine for it yet"},
      Code{kKeysDoNotFit, "keys that exclude or need each other"},
      Code{kAmbiguous, "a text that YAML readers take for something else unless it is quoted"},
      Code{kNoFile, "a file that the policy names is not there"},
      Code{kPack, "a pack that cannot be used"},
      Code{kUnknownName, "a name that nothing defines"},
      Code{kDuplicate, "a name that is defined twice"},
      Code{kAddress, "no address, domain, class, group or attribute that may stand here"},
      Code{kRegex, "a regular expression that PCRE2 refuses"},
      Code{kEmptyRegex, "a regular expression that finds the empty text"},
      Code{kDictionary, "an entry or file of dictionaries/ or hashes/ that is no good"},
      Code{kTime, "a time or day that is none, or a time without its offset"},
      Code{kNeverMatches, "a rule, level or exemption that can never hold"},
      Code{kShadowed, "a destination or list entry that another one makes useless"},
      Code{kPublicSuffix, "a domain under which anybody may register a name"},
      Code{kSinglePerson, "an exemption for one person"},
      Code{kReviewPast, "a rule whose review day has passed"},
      Code{kUntested, "an enforced rule without tests of both kinds"},
      Code{kWeakChecksum, "a checksum that random numbers pass, without evidence beside it"},
      Code{kUnused, "a detector, evidence or dictionary that nothing uses"},
      Code{kEnded, "a rule or exemption whose time is over"},
      Code{kNoModule, "a training module that is not there"},
      Code{kNoOwner, "an enforced rule for which nobody answers or reviews"},
      Code{kModuleLanguage, "a training module that lacks a language which others have"},
      Code{kNotLocated, "a regular expression that is tried at every character of every message"},
      Code{kFreemail, "a domain where anybody may have a mailbox, in a list that exempts or trusts"},
      Code{kOtherLanguage, "a pattern in the manner of another language, which means something else here"},
      Code{kNotRead, "a file or folder beside the policy's own that nothing reads"},
      Code{kShortForLeet, "a short word that is looked for in the leet view, where codes and prices spell it"},
      Code{kTestFailed, "a rule's own test that does not come out as it says"},
      Code{kHoldRate, "a backtest in which more messages are held or rejected than wanted"},
      Code{kRuleHits, "a rule that found something in a backtest"},
      Code{kFirstDay, "something to know of one's own mail"},
      Code{kPackPart, "a shipped pack or a rule of it"},
      Code{kChange, "a change in meaning between two policies"},
      Code{kNotJudged, "a mail that could not be judged"},
  };
  return kAll;
}

}  // namespace postern::policy::codes
