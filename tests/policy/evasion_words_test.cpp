// Words written so that a person still reads them, and honest text beside each that must raise nothing.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class EvasiveWords : public PolicyTest {
 protected:
  void SetUp() override {
    PolicyTest::SetUp();
    load(
        "detectors:\n"
        "  - {id: name, primary: {keywords: [Nightjar, Rowan, 'Dr. Nowak', confidential]}}\n"
        "  - {id: phrase, primary: {keywords: ['Amber Falcon', Übernahme, Kreditkarte], match: phrase}}\n"
        "  - {id: exact, primary: {keywords: [ORCHID, Thistle], case: exact}}\n"
        "  - {id: greek, primary: {keywords: [Υπερσύνολο]}}\n"
        "  - {id: arabic, primary: {keywords: [مشروع, שלום]}}\n"
        "  - {id: number, primary: {keywords: [PXQ-1234-AB]}}\n"
        "  - {id: pattern, primary: {regex: '\\bZKV-\\d{4}-[A-Z]{2}\\b'}}\n"
        "rules:\n"
        "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
        "{content: "
        "{any: [{detector: name}, {detector: phrase}, {detector: exact}, {detector: greek}, {detector: arabic}, "
        "{detector: number}, {detector: pattern}]}}, then: {action: reject}}\n");
  }
};

struct Text {
  const char* name;
  std::string text;
};

TEST_F(EvasiveWords, AreSeen) {
  const Text texts[] = {
      // Cut
      {"a hyphen", "our Night-jar ships"},
      {"a stop", "our Night.jar ships"},
      {"a slash", "our night/jar ships"},
      {"an underscore", "our Night_jar ships"},
      {"a blank", "our Night jar ships"},
      {"a blank, capitals", "our NIGHT JAR ships"},
      {"a blank at the first letter", "our N ightjar ships"},
      {"a blank at the last letter", "our Nightja r ships"},
      {"three blanks", "our Night   jar ships"},
      {"an emoji", "our Night\U0001F600jar ships"},
      {"stars", "our Night**jar** ships"},
      {"a line through", "our Night~~jar~~ ships"},
      {"underlined", "our Night_jar_ ships"},
      {"a tag", "our Night<b>jar</b> ships"},
      {"a tag with attributes", "our Ni<span class=\"x\">ghtjar</span> ships"},
      {"a comment", "our N<!-- x -->ightjar ships"},
      {"an entity", "our Night&#8203;jar and Night&zwnj;jar ship"},
      {"a code of boards", "our Night[b]jar[/b] ships"},
      {"a colour of a terminal", "our Night\x1b[31mjar\x1b[0m ships"},
      {"a soft line break",
       "our Night=\njar ships, and more of it in a line that is long enough to be none of the short ones"},
      {"a long word", "this is confid ential"},
      {"a long word with a mark", "this is confi-dential"},
      {"a phrase with a mark in it", "the Amber Fal-con"},
      {"a phrase with a blank in it", "the Am ber Falcon"},
      {"a german word", "die Kredit-Karte und die Über-nahme"},
      // Letters one by one
      {"stops", "N.I.G.H.T.J.A.R"},
      {"blanks", "N   i   g   h   t   j   a   r"},
      {"a letter a line", "N\ni\ng\nh\nt\nj\na\nr"},
      {"two marks in turn", "N-i.g-h.t-j.a-r"},
      {"blank and mark in turn", "N i-g h-t j-a r"},
      {"emoji between", "N\U0001F600i\U0001F600g\U0001F600h\U0001F600t\U0001F600j\U0001F600a\U0001F600r"},
      {"different emoji", "N\U0001F600i\U0001F601g\U0001F602h\U0001F603t\U0001F604j\U0001F605a\U0001F606r"},
      {"a tag each", "<b>N</b><i>i</i><b>g</b><i>h</i><b>t</b><i>j</i><b>a</b><i>r</i>"},
      // Look-alikes
      {"a small t of another script", "our Nighтjar ships"},
      {"a small capital l and an n with a hook", "our \u019Dightjar, Confidentia\u029F"},
      {"a j with a crossed tail", "our Night\u029Dar ships"},
      {"ipa", "our \u0274\u026A\u0262\u029C\u1D1B\u1D0A\u1D00\u0280"},
      {"hooks", "our N\u0268\u0260\u0266\u01ADj\u1E9Ar or Nig\u0266tjar"},
      {"faux cyrillic", "our ИIGHTJAЯ ships"},
      {"a capital in an exact word", "our ORСHID ships"},
      {"digits in an exact word", "our 0RCH1D and OR0CHID, ORCH1D"},
      {"an exact word in wide letters", "our \uFF34histle ships"},
      {"greek capitals", "το ΥΠΕΡΣΥΝΟΛΟ εδώ"},
      {"greek without accents", "το υπερσυνολο εδώ"},
      {"tatweel", "هذا مشـــروع سري"},
      {"vowel marks", "هذا مَشْرُوع سري"},
      {"hebrew points", "שָׁלוֹם לכם"},
      {"accents", "our N\u00EFghtj\u00E1r"},
      {"one accent", "our Nightj\u00E1r ships"},
      {"without dots", "die Ubernahme kommt"},
      {"an e for the dots", "die Uebernahme kommt"},
      {"an identifier in another script", "the РХQ-1234-АВ ships"},
      {"braille", "\u281D\u280A\u281B\u2813\u281E\u281A\u2801\u2817"},
      {"regional letters", "\U0001F1F3\U0001F1EE\U0001F1EC\U0001F1ED\U0001F1F9\U0001F1EF\U0001F1E6\U0001F1F7"},
      {"tags of flags between", "Night\U000E0041\U000E0042jar"},
      {"a hangul filler", "Night\u3164jar"},
      {"marks of direction", "Ni\u200Fght\u200Ejar"},
      {"upper letters", "\u1D3A\u2071\u1D4D\u02B0\u1D57\u02B2\u1D43\u02B3"},
      // From behind
      {"from behind", "our rajthgiN ships"},
      {"a phrase from behind", "noclaF rebmA eht"},
      {"capitals from behind", "RAJTHGIN"},
      // Phrases over lines
      {"a line end", "the Amber\nFalcon ships"},
      {"quoted", "> the Amber\n> Falcon ships"},
      {"a word that stops", "to Dr. Nowak"},
      {"marks between words", "the Amber *Falcon*, Amber\U0001F985Falcon"},
      // Patterns
      {"a figure dash", "ZKV\u20121234\u2012AB"},
      {"a dash", "ZKV\u20131234\u2014AB"},
      {"a minus", "ZKV\u22121234\u2212AB"},
      {"a small dash", "ZKV\uFE581234\uFE58AB"},
      {"a wide hyphen", "ZKV\uFF0D1234\uFF0DAB"},
      {"a hyphen that does not break", "ZKV\u20111234\u2011AB"},
      {"a pattern in another script", "ZКV-1234-АВ"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(EvasiveWords, HonestTextIsNone) {
  const Text texts[] = {
      {"a plural", "Night jars and Night-jars"},
      {"the end of a sentence", "Good night. Jar of honey?"},
      {"an abbreviation without its blank", "in the night jar lids rattle"},
      {"a comma", "at night, jar after jar"},
      {"a dash", "Good night - jar is empty"},
      {"bullets", "Amber\n- Falcon\n- Grey"},
      {"stars as bullets", "Amber\n* Falcon"},
      {"rows", "7\tAmber\nFalcon\t9"},
      {"sentences", "It is amber. Falcon is a bird."},
      {"dots", "It is amber... Falcon is a bird."},
      {"paragraphs", "We like amber\n\nFalcon is a bird"},
      {"two speakers", "We like amber\n> Falcon is a bird"},
      {"cells of a page", "<td>Night</td><td>jar</td>"},
      {"a part of a longer word", "xnightjarx, the Nightjars"},
      {"exact in another case", "the orchid, the Orchid, a thistle"},
      {"doubled letters", "Nightjjar Niightjar"},
      {"letters of a list", "a, b; c. d - e / f"},
      {"greek", "Το σύνολο και το υπερ"},
      {"arabic", "الشروع في العمل"},
      {"russian", "Проект ТУ-154 и ГОСТ 2034, тема: нос, рот, мама"},
      {"ranges", "2010\u20132015, A\u2013Z"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::allow) << c.name;
}

}  // namespace
}  // namespace postern::policy
