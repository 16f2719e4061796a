// Words and codes in markup, in emphasis and in letters that look like others, and honest text beside each that must
// raise nothing.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class DrawnWords : public PolicyTest {
 protected:
  void SetUp() override {
    PolicyTest::SetUp();
    load(
        "detectors:\n"
        "  - {id: name, primary: {keywords: [Nightjar, Wallamoor, Marigold, Terminal, 'Amber Drift'], match: phrase}}\n"
        "  - {id: pattern, primary: {regex: '\\bZKV-\\d{4}-[A-Z]{2}\\b'}}\n"
        "rules:\n"
        "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
        "{content: {any: [{detector: name}, {detector: pattern}]}}, then: {action: reject}}\n");
  }
};

struct Text {
  const char* name;
  std::string text;
};

TEST_F(DrawnWords, MarkupIsSeenThrough) {
  const Text texts[] = {
      {"a font of roff", "our Night\\fBjar\\fR ships"},
      {"fonts of roff in brackets", "our \\f[B]Night\\f[R]jar ships"},
      {"a font of roff with two letters", "our Night\\f(CWjar ships"},
      {"a word of latex", "our Night\\textbf{jar} ships"},
      {"a word of latex before it", "our \\emph{Night}jar ships"},
      {"texinfo", "our @strong{Nig}htjar ships"},
      {"bold letters of restructured text", "our **Night**\\ jar ships"},
      {"slanted letters of restructured text", "our *Night*\\ \\ jar ships"},
      {"a remark of a program", "our Night/**/jar and Ni/* x */ghtjar"},
      {"a footnote", "our Night[1]jar ships"},
      {"bold letters one by one", "our **N****i****g****h****t****j****a****r** ships"},
      {"a code in fonts of roff", "the \\f[B]ZKV\\f[R]-\\f[I]4471\\f[R]-\\f[B]KD\\f[R] valve"},
      {"a font before a code", "the \\fBZKV-4471-KD valve"},
      {"a code in texinfo", "the @strong{ZKV}-@emph{4471}-@strong{KD} valve"},
      {"a code in latex", "the \\textbf{ZKV}-\\emph{4471}-\\textbf{KD} valve"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(DrawnWords, EmphasisIsSeenThrough) {
  const Text texts[] = {
      {"markdown", "the **ZKV**-*4471*-**KD** valve"},
      {"asciidoc", "the *ZKV*-_4471_-*KD* valve"},
      {"mediawiki", "the '''ZKV'''-''4471''-'''KD''' valve"},
      {"haddock", "the __ZKV__-/4471/-__KD__ valve"},
      {"dokuwiki", "the **ZKV**-//4471//-**KD** valve"},
      {"jira", "the *ZKV*\\-_4471_\\-*KD* valve"},
      {"the first group", "the _ZKV_-4471-KD valve"},
      {"the middle group", "the ZKV-**4471**-KD valve"},
      {"code", "the `ZKV`-4471-KD valve"},
      {"all of it", "the _ZKV-4471-KD_ valve"},
      {"macrons",
       "the ZKV\u00AF"
       "4471\u00AFKD valve"},
      {"waves", "the ZKV\u301C4471\u301CKD valve"},
      {"lines of drawings",
       "the ZKV\u23AF"
       "4471\u23AFKD valve"},
      {"tabs behind the hyphens", "the ZKV-\t4471-\tKD valve"},
      {"cells behind the hyphens", "the ZKV- | 4471- | KD valve"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(DrawnWords, LettersThatLookAlikeAreSeen) {
  const Text texts[] = {
      {"an at sign early in the word", "our M@rigold ships"},
      {"a line for a letter", "our Mar|gold ships"},
      {"a plus for a letter", "our Nigh+jar ships"},
      {"an ampersand for a letter", "our N&ghtjar ships"},
      {"a sign for the last letter", "our Termina| ships"},
      {"digits for nearly half of the letters", "our M4r1g0ld and W4ll4m00r ship"},
      {"a digit and a capital", "our TerminaI and WaIlam00r ship"},
      {"a capital i for an l", "our WaIlamoor ships"},
      {"for both", "our WaIIamoor ships"},
      {"rn for m", "our Wallarnoor"},
      {"rn for a capital", "our rnarigold ships"},
      {"vv for w", "our vvallamoor ships"},
      {"letters of several alphabets", "our \u0271\u0105\u0F5E\u026Ag\u01A1\u0196\u0256 ships"},
      {"armenian and phonetic ones", "our \u0274\u026A\u0121\u0266\u0236\u029D\u01DF\u0280 ships"},
      {"greek, cyrillic and phonetic ones", "our \u0273\u03B9\u0262\u04BB\u01AD\u0458\u03B1\u027D ships"},
      {"currencies with a struck letter", "our \u20A5\u20B3\u2C64\u0197\u20B2\u00D8\u2C60\u0110 ships"},
      {"thai, with a digit of it", "our ภเɠ\u0266Շןคг or ๓คгเɠ๏ɭɖ ships"},
      {"radicals of yi", "our ꋊ꒐ꍌꁝ꓄꒻ꋬꋪ ships"},
      {"runes", "our \u16D7\u16A8\u16B1\u16C1\u16B7\u16DF\u16DA\u16DE ships"},
      {"gothic", "our \U0001033C\U00010330\U00010342\U00010339\U00010332\U00010349\U0001033B\U00010333 ships"},
      {"old italic", "our \U00010315\U00010304\U00010313\U0001030C\U00010309\U0001030D\U00010300\U0001030B ships"},
      {"small capitals of two alphabets", "our \u1D00\u1D0D\u0299\u1D07\u0280 \u1D05\u0280\u026A\u0493\u1D1B ships"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(DrawnWords, HonestTextIsNone) {
  const Text texts[] = {
      {"formulas", "a*b*c, 2**3**4, x_1-y_2, f(x)**2 - 4*a*c, [ZKV]*-[0-9]+"},
      {"globs", "rm *.o src/**/night*.c jar/*.txt"},
      {"paths", "C:\\Night\\jars and D:\\fBooks\\Night\\jars, \\\\host\\Amber\\Drifts"},
      {"escaped blanks", "cd My\\ Night\\ jars"},
      {"footnotes of sentences", "See the night.[1] Jars are on page 4.[2]"},
      {"indices", "night[1] = jar[2]; a[1]b"},
      {"remarks of programs", "good night /* the */ jar; x = y /* z */ ;"},
      {"latex", "\\emph{Night} jars, \\textbf{good} \\textit{night}, jar{ }s"},
      {"addresses", "nights@jar.example, root@localhost, @night jar"},
      {"codes of others", "ZKV-44-71, ZKV 4471, **ZKV**-*44*-**KD**, ZKV-**4471**, _ZKV-4471-K_"},
      {"tables of numbers", "2026-01-02 | 10-11 | 12 - 13\nA - 1 | B - 2 | 4471- | KD-"},
      {"prices", "Price\u20AC 500, 12 \u20AC, US$ 40, 500 g \u212E, M$ and T\u20AC"},
      {"a log", "4471-KD: pid=1 [ok] user@host: **** ~~~~ a&b=c&d=e|f"},
      {"other words with the letters", "rnari, vvall, Ternal, wallainoor"},
      {"a word like it with a capital", "WALIAMOOR and waiiamoor"},
      {"hex", "4ec1f00d 8b14de77 a3f9b2c1 deadb33f"},
      {"kazakh", "Қазақстан Республикасының заңдары, ғылым, ұлттық"},
      {"russian", "Тормоз, магнит, терминал на складе, ночной рынок"},
      {"greek", "Τερματικός σταθμός, νύχτα και μέρα"},
      {"thai", "สวัสดีครับ ราคา ๓๒๔ บาท ขอบคุณ"},
      {"amharic", "ሰላም ለእናንተ ይሁን ዋጋው"},
      {"hebrew", "שלום וברכה, המחיר הוא"},
      {"japanese", "のれイム工口 カタログを送ります。尺度"},
      {"korean", "안녕하세요 견적서를 보내드립니다"},
      {"sami", "Mun lean maŋŋil boahtán, eŋgel"},
      {"vietnamese", "Đặng Nguyễn gửi báo giá đường biển"},
      {"a changelog", "* Fix: `night`-4471 - jar (#4471), **breaking** --night, --jar [1] ~~gone~~"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::allow) << c.name;
}

}  // namespace
}  // namespace postern::policy
