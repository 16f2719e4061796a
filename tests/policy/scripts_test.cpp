// Words of the scripts of the world: where they begin and end, for lists with `match: word`.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct ScriptCase {
  const char* script;
  const char* word;
  const char* found;  // a sentence with the word
  const char*
      not_found;  // one in which the same letters are a piece of another word; null: the script has no such marks
};

// Sentences of scripts without spaces have no marks between words: there a word is found wherever it stands.
TEST_F(PolicyTest, FindsWordsInEveryScript) {
  const std::vector<ScriptCase> cases = {
      {"Latin", "plan", "the plan is", "the planet is"},
      {"Latin with accents", "été", "cet été là", "il a répété tout"},
      {"Greek", "σχέδιο", "το σχέδιο μας", "τα σχέδιομα"},
      {"Cyrillic", "план", "наш план здесь", "наша планета"},
      {"Arabic", "خطة", "هذه خطة جديدة", "هذه مخطةة"},
      {"Hebrew", "תכנית", "זו תכנית חדשה", "זו תכניתנו"},
      {"Devanagari", "योजना", "यह योजना है", "यह योजनाएं है"},
      {"Han", "计划", "我们的计划已经完成", nullptr},
      {"Hiragana", "ひみつ", "これはひみつです", nullptr},
      {"Katakana", "プラン", "このプランは", "エアプランナー"},
      {"Han and kana", "新製品", "来月の新製品について", nullptr},
      {"Hangul with a particle", "계획", "새 계획은 비밀", nullptr},
      {"Thai", "แผนลับ", "นี่คือแผนลับของเรา", nullptr},
      {"Khmer", "ផែនការ", "នេះជាផែនការរបស់យើង", nullptr},
      {"Lao", "ແຜນການ", "ນີ້ແມ່ນແຜນການຂອງພວກເຮົາ", nullptr},
      {"Burmese", "စီမံကိန်း", "ဒါကစီမံကိန်းဖြစ်တယ်", nullptr},
      {"Tibetan", "འཆར་གཞི", "ང་ཚོའི་འཆར་གཞི་ཡིན།", nullptr},
  };
  for (const ScriptCase& c : cases) {
    load(std::string("detectors: [{id: a, primary: {keywords: ['") + c.word +
         "']}}]\n"
         "rules:\n"
         "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
         "{content: {detector: a}}, then: {action: reject}}\n");
    EXPECT_EQ(action(MessageBuilder().body(c.found)), Action::reject) << c.script;
    if (c.not_found == nullptr) continue;
    EXPECT_EQ(action(MessageBuilder().body(c.not_found)), Action::allow) << c.script;
  }
}

}  // namespace
}  // namespace postern::policy
