// What the shipped rules and views see through, and what honest text must not raise.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class EvasionTest : public PolicyTest {
 protected:
  void SetUp() override {
    PolicyTest::SetUp();
    // With a pack it takes a second to compile, and nobody changes it.
    static std::shared_ptr<const Policy> compiled;
    if (compiled == nullptr) {
      load(
          "detectors:\n"
          "  - {id: codename, primary: {keywords: [Nightjar, 'Amber Falcon', 'проект Север'], match: phrase}}\n"
          "rules:\n"
          "  - {id: secret.codename, title: t, category: secret, severity: low, owner: group:press, mode: enforce, "
          "when: "
          "{content: {detector: codename}}, then: {action: reject}}\n",
          "use: [financial@1]\n"
          "override: {financial.payment-card: {mode: enforce},"
          " financial.bank-accounts: {mode: enforce}}\n");
      compiled = policy_;
    }
    policy_ = compiled;
    to({"x@post.social.example"});
  }
};

struct Text {
  const char* name;
  std::string text;
};

TEST_F(EvasionTest, WordsAreSeen) {
  const Text texts[] = {
      {"a letter a cell", "N\ti\tg\th\tt\tj\ta\tr"},
      {"behind a single letter", "a N i g h t j a r ships"},
      {"in parentheses", "\u249D\U0001F11D\u24A4\u24A2\u24A3\u24AF\u24A5\u249C\u24AD"},
      {"letters of flags",
       "\U0001F1F3\u200B\U0001F1EE\u200B\U0001F1EC\u200B\U0001F1ED\u200B\U0001F1F9\u200B"
       "\U0001F1EF\u200B\U0001F1E6\u200B\U0001F1F7"},
      {"umlauts", "N\u0308i\u0308g\u0308h\u0308t\u0308j\u0308a\u0308r\u0308"},
      {"umlauts on spaces too", "A\u0308m\u0308b\u0308e\u0308r\u0308 \u0308F\u0308a\u0308l\u0308c\u0308o\u0308n\u0308"},
      {"digits for letters", "N1ghtj4r and Amber Fa1c0n"},
      {"accents", "Níghtjár ships"},
      {"an object inside", "Night\uFFFCjar"},
      {"left out of the alphabet", "\U0001D441\U0001D456\U0001D454\U0001D455\U0001D461\U0001D457\U0001D44E\U0001D45F"},
      {"cut by a line end", "our Night\njar ships"},
      {"cut by a hyphen", "the long way of our little and quite secret Night-\njar ships"},
      {"in an identifier", "class NightjarPlan {"},
      {"behind a word", "ProjectNightjar"},
      {"with a year", "nightjar2027.docx"},
      {"spaced phrase", "A m b e r   F a l c o n"},
      {"one sign for a letter", "our N!ghtjar ships"},
      {"a sign like that of an address", "our Nightj@r ships"},
      {"cut twice", "our Nig-ht-jar ships"},
      {"cut twice by blanks", "our Ni ghtj ar ships"},
      {"in pieces of a string", "name = 'Ni' + 'gh' + 'tj' + 'ar'"},
      {"a letter of another script", "our N\u05D9ghtjar ships"},
      {"another sign for a letter", "our Nigh\u2020jar ships"},
      {"signs of currencies", "our \u20A6I\u20B2\u2C67\u20AEJ\u20B3\u2C64 ships"},
      {"canadian syllabics", "our \u144EI\u161C\u157CT\u148D\u15E9\u1587 ships"},
      {"chinese letters", "our \u51E0\u4E28\u13B6\u5344\u3112\uFF8C\u5342\u5C3A ships"},
      {"letters with hooks", "our \u019D\u0131\u0260\u0267\u01AD\u029D\u0105\u027D ships"},
      {"greek and others", "our \u03B7\u03B9g\u043D\u0442\u05E0\u03B1\u044F ships"},
      {"stars for letters", "our N*ghtj*r ships"},
      {"rot13 of the word alone", "our Avtugwne ships"},
      {"accents apart", "our N \u00ED g h t j \u00E1 r ships"},
      {"look-alikes apart", "our N \u0456 g h t j \u0430 r ships"},
      {"small capitals with dots", "our N.\u026A.\u0262.\u029C.\u1D1B.\u1D0A.\u1D00.\u0280 ships"},
      {"a digit for a letter, apart", "our N 1 g h t j a r ships"},
      {"a digit for a letter and an accent", "our N1ghtj\u00E1r ships"},
      {"a digit for a letter and a line end", "our N1ght\njar ships"},
      {"small capitals and a line end", "our N\u026A\u0262\u029C\u1D1B\n\u1D0A\u1D00\u0280 ships"},
      {"codes of boards, apart", "our N i g h t [ b ] j a r [ / b ] ships"},
      {"a hyphen behind the line end", "our Night\n-jar ships"},
      {"an underscore before the line end", "our Night_\njar ships"},
      {"from behind with a hyphen", "our raj-thgiN ships"},
      {"rot13 with a hyphen", "our Avtug-wne ships"},
      {"a phrase of which one word is apart and alike", "Amber F \u0430 l \u0441 o n ships"},
      {"cyrillic keyword in latin letters", "пpoeкт Ceвep"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(EvasionTest, HonestWordsAreNone) {
  const Text texts[] = {
      {"plural", "nightjars sing"},
      {"inside a word", "xNightjarx anightjarb"},
      {"two words", "Night jars"},
      {"other letters where the stars are", "our N*ghtb*r, N**htjar, *ightjars ship"},
      {"three words", "night j ars, the nigh t jar of it"},
      {"a new line", "Good Night\nJar of honey"},
      {"a long line", "we sailed through the long and stormy dark night\njar after jar went over board"},
      {"russian", "Проектный отдел, на севере и юге"},
      {"greek", "Νύχτα και ημέρα"},
      {"arabic", "مرحبا نرسل لكم"},
      {"japanese", "お世話になっております。見積書"},
      {"vietnamese", "Đặng Nguyễn gửi báo giá đường biển"},
      {"list marks", "a) b) c) d) e)"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::allow) << c.name;
}

TEST_F(EvasionTest, NumbersAreSeen) {
  for (const char* between :
       {"",   " ",  "  ",     "   ",    "-",      " - ",    ".",      "...",    ",",      ", ",
        ":",  "/",  "_",      "|",      "*",      "+",      "~",      "=",      "\\",     "><",
        "\t", "\n", "\u00A0", "\u2009", "\u200B", "\u00AD", "\u2212", "\u2014", "\u00B7", "\u2022"}) {
    const std::string b = between;
    EXPECT_EQ(action(MessageBuilder().body("My Visa is 4929" + b + "1234" + b + "5678" + b + "9015, please")),
              Action::quarantine)
        << "'" << between << "'";
  }
  const Text texts[] = {
      {"a digit each", "visa 4;9;2;9;1;2;3;4;5;6;7;8;9;0;1;5"},
      {"digits in parentheses",
       "visa \u2477\u247C\u2475\u247C\u2474\u2475\u2476\u2477\u2478\u2479\u247A\u247B\u247C(0)\u2474\u2478"},
      {"letters for digits", "visa 4929l2345678 9Ol5 or 4929l23456789Ol5"},
      {"cyrillic letters for digits", "visa 492912345678 9О15 or 49291234567890l5"},
      {"account in other groups", "DE 89 37040044 0532013000"},
      {"account with wide gaps", "DE89  3704  0044  0532  0130  00 please"},
      {"account spaced", "Pay to D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0 please"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::quarantine) << c.name;
}

TEST_F(EvasionTest, HonestNumbersAreNone) {
  const Text texts[] = {
      {"an order paid by card", "Order 4929123456789015, paid by Visa"},
      {"an order with a sign", "Order-No.: 4929123456789015\nPaid by Visa"},
      {"a reference of two halves", "ref 49291234-56789015\nPaid by Visa"},
      {"a card inside an account that is none", "By credit card, or GB29 NWBK 4929 1234 5678 90 15"},
      {"the same with digits", "credit card or DE12 4929 1234 5678 9015 01"},
      {"a row of single digits", "visa\n4\t9\t2\t9\t1\n2\t3\t4\t5\t6\n7\t8\t9\t0\t1\n5"},
      {"a brand far away", "4929123456789015 " + std::string(120, 'x') + " visa"},
      {"a wrong check digit", "visa 4929 l234 5678 9Ol2"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::allow) << c.name;
}

// ---- Raw detectors, boilerplate -----------------------------------------------------------------

constexpr const char* kRawRules =
    "detectors:\n"
    "  - {id: hidden, primary: {regex: '(?<=\\w)\\x{200b}+(?=\\w)'}, raw: true}\n"
    "  - {id: wide, primary: {regex: '\\x{ff21}\\d+'}, raw: true}\n"
    "  - {id: word, primary: {keywords: [Falcon]}, raw: true}\n"
    "  - {id: seen, primary: {keywords: [Nightjar]}}\n"
    "rules:\n"
    "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
    "{content: {any: [{detector: hidden}, {detector: wide}, {detector: word}]}}, then: {action: reject}}\n"
    "  - {id: secret.s, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
    "{content: {detector: seen}}, then: {action: quarantine}}\n";

TEST_F(PolicyTest, RawDetectorsSeeTheOriginalTextOnly) {
  load(kRawRules);
  struct Case {
    const char* text;
    Action expected;
  };
  const Case cases[] = {
      {"a\u200Bb", Action::reject},
      {"the \uFF2E and \uFF21\u0664\u0661 here", Action::reject},
      {"A41", Action::allow},
      {"Falcon ships", Action::reject},
      {"fALCON größer", Action::reject},
      {"\u200BFalcon", Action::reject},
      {"Fal\u200Ccon", Action::allow},
      {"Fаlcon", Action::allow},
      {"F-a-l-c-o-n", Action::allow},
      {"\uFF26alcon", Action::allow},
      {"Night\u200Cjar", Action::quarantine},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(action(MessageBuilder().subject("Hello").body(c.text)), c.expected) << c.text;
    EXPECT_EQ(action(MessageBuilder().body("größer\u200C").body(c.text).body("more")), c.expected) << c.text;
  }
  const Verdict verdict = judge(MessageBuilder().body("größer \u200CFalcon ships"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].excerpt, "größer F••••• ships");
}

TEST_F(PolicyTest, BoilerplateIsNotFound) {
  write("boilerplate/footer.txt", "Example Corp, home of the Nightjar.\nCall visa\n\nPlease consider the Falcon.\n");
  load(kRawRules);
  EXPECT_EQ(action(MessageBuilder().body("Hello\n\nEXAMPLE Corp, home  of the\nNightjar. Call visa")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("please consider the Falcon.")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("Example Corp, home of the Nightjar.\nCall visa now, Nightjar")),
            Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("home of the Nightjar.")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("please consider the Falcon.").body("the Falcon")), Action::reject);
}

}  // namespace
}  // namespace postern::policy
