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
        "  - {id: name, primary: {keywords: [Nightjar, Sunbird, Goodwill, Sunset, Rowan, 'Dr. Nowak', confidential]}}\n"
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
      {"a hyphen with blanks", "our Night - jar ships"},
      {"a plus with blanks", "our Night + jar ships"},
      {"a slash with blanks", "our Night / jar ships"},
      {"a line with blanks", "our Night | jar ships"},
      {"a line", "our Night|jar ships"},
      {"stops with blanks", "our Night ... jar ships"},
      {"four stops", "our Night....jar ships"},
      {"two cells", "our Night\tjar ships"},
      {"three cells", "Nig\tht\tjar ships"},
      {"cut twice by a plus with blanks", "our Nig + ht + jar ships"},
      {"from behind and cut", "our raj_thgiN ships"},
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
      {"a Korean particle", "우리 Nightjar는 5월에 나온다"},
      {"a Hebrew prefix", "אנחנו מחכים לNightjar במאי"},
      {"an Arabic prefix", "المشروع وNightjar في مايو"},
      {"a Russian ending", "сроки по Nightjarу и Rowanом"},
      {"a Devanagari ending", "हमारा Nightjarका काम"},
      {"a code of boards", "our Night[b]jar[/b] ships"},
      {"cut twice by codes of boards", "our Ni[b]ght[/b]jar ships"},
      {"cut twice by stars", "our Ni**ght**jar ships"},
      {"a code with digits in words", "the ZKV dash one two three four dash AB valve"},
      {"a code in an alphabet of words", "it is Zulu Kilo Victor Dash One Two Three Four Dash Alfa Bravo"},
      {"letters of flags with blanks",
       "\U0001F1F3 \U0001F1EE \U0001F1EC \U0001F1ED \U0001F1F9 \U0001F1EF \U0001F1E6 \U0001F1F7"},
      {"marks of another script", "our N\u093Ci\u093Cg\u093Ch\u093Ct\u093Cj\u093Ca\u093Cr\u093C ships"},
      {"titlos", "our N\u0483i\u0483g\u0483h\u0483t\u0483j\u0483a\u0483r\u0483 ships"},
      {"outlined capitals",
       "our \U0001CCE3\U0001CCDE\U0001CCDC\U0001CCDD\U0001CCE9\U0001CCDF\U0001CCD6\U0001CCE7 ships"},
      {"a code with underscores", "the ZKV_1234_AB valve"},
      {"a code with stops", "the ZKV.1234.AB valve"},
      {"a code with slashes", "the ZKV/1234/AB valve"},
      {"a code with blanks", "the ZKV 1234 AB valve"},
      {"a code with commas", "the ZKV,1234,AB valve"},
      {"a code in brackets", "the [ZKV]-[1234]-[AB] valve"},
      {"a code with two hyphens", "the ZKV--1234--AB valve"},
      {"a code in cells", "ZKV\t1234\tAB"},
      {"a code with long strokes",
       "the ZKV\u2500"
       "1234\u2500"
       "AB valve"},
      {"a code in a file name", "see id_ZKV-1234-AB_v2.txt"},
      {"a pattern with bold letters", "ZKV-12**34**-AB"},
      {"a pattern with codes of boards", "ZKV-1[i]2[/i]34-AB"},
      {"both words of a phrase", "the Am.ber Fal.con"},
      {"a colour of a terminal", "our Night\x1b[31mjar\x1b[0m ships"},
      {"a soft line break",
       "our Night=\njar ships, and more of it in a line that is long enough to be none of the short ones"},
      {"a long word", "this is confid ential"},
      {"a long word with a mark", "this is confi-dential"},
      {"a phrase with a mark in it", "the Amber Fal-con"},
      {"a phrase with a blank in it", "the Am ber Falcon"},
      {"a german word", "die Kredit-Karte und die Über-nahme"},
      // In pieces between which stands what programs write
      {"two messages", "[27.11.26, 10:00:01] Ida: Night\n[27.11.26, 10:00:03] Ida: jar\n[27.11.26, 10:00:09] Ida: ok"},
      {"two messages of another program", "27/11/2026, 10:00 - Ida: Night\n27/11/2026, 10:01 - Ida: jar ships"},
      {"lines of a channel", "10:01 <ida> Night\n10:02 <ida> jar ships"},
      {"a name and a time above each", "Ida Holm 10:02 AM\nNight\nIda Holm 10:03 AM\njar ships"},
      {"common words of one, cut", "10:00 Ida: Good-\n10:01 Ida: will ships"},
      {"strings of common words with an operator", "x = 'Good' + 'will';"},
      {"messages without times", "Ida: Night\nIda: jar ships"},
      {"bullets", "- Night\n- jar"},
      {"numbers", "1. Night\n2. jar"},
      {"a word over three messages", "[10:00] Ida: Nig\n[10:01] Ida: ht\n[10:02] Ida: jar"},
      {"capitals", "[10:00] Ida: NIGHT\n[10:01] Ida: JAR"},
      {"subtitles", "1\n00:00:01,000 --> 00:00:02,000\nNight\n\n2\n00:00:02,000 --> 00:00:03,000\njar ships"},
      {"subtitles with hyphens",
       "1\n00:00:01,000 --> 00:00:02,000\nNight-\n\n2\n00:00:02,000 --> 00:00:03,000\n-jar ships"},
      {"an empty line", "Night\n\njar ships"},
      {"a patch", "-Nightxx\n+Night\n+jar\n"},
      {"strings of C", "puts(\"Night\" \"jar\");"},
      {"strings of SQL", "select 'Night' || 'jar';"},
      {"strings of PHP", "echo 'Night' . 'jar';"},
      {"strings of Java", "String s = \"Night\".concat(\"jar\");"},
      {"a list of strings", "\"\".join([\"Night\", \"jar\"])"},
      {"strings on two lines", "msgstr \"\"\n\"Night\"\n\"jar ships\"\n"},
      {"strings of a message",
       "{\"elements\":[{\"type\":\"text\",\"text\":\"Night\"},{\"type\":\"text\",\"text\":\"jar\"}]}"},
      {"strings of a list", "{\"text\":[{\"type\":\"bold\",\"text\":\"Night\"},\"jar ships\"]}"},
      {"two references", "[Night][1][jar][1] ships"},
      {"two recipients", "Night <a@example.org>, jar <b@example.org>"},
      {"two recipients in quotes", "\"Night\" <a@example.org>, \"jar\" <b@example.org>"},
      {"a note of Markdown", "Night[^1]jar ships\n\n[^1]: note"},
      {"something struck out", "Night~~xx~~jar ships"},
      {"an entity with a name", "Night&ZeroWidthSpace;jar ships"},
      {"a time of a song", "[00:01.00]<00:01.00>Night<00:02.00>jar ships"},
      {"a line that goes on", "x=Night\\\n  jar"},
      {"a line of TeX that goes on", "our Night%\njar ships"},
      {"a line of roff that goes on", "our Night\\c\njar ships"},
      {"a length of TeX", "our Night\\kern0pt jar ships"},
      {"plus in a word", "it is Night plus jar, as one word"},
      {"two links", "[Night](https://a.example)[jar](https://b.example)"},
      {"colours of a wiki", "{color:red}Night{color}jar ships"},
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
      {"each word of a phrase from behind", "the rebmA noclaF ships"},
      {"capitals from behind", "RAJTHGIN"},
      // Upside down
      {"on its head", "our ɹɐɾʇɥƃᴉu ships"},
      {"two letters that show it", "our pɹᴉquns ships"},
      {"a phrase on its head", "sdᴉɥs uoɔlɐɟ ɹǝqɯɐ"},
      {"accents in both pieces", "our N\u00EDght-j\u00E1r ships"},
      // Phrases over lines
      {"a word a cell", "see\tthe\tAmber\tFalcon\tnow"},
      {"a word a cell over rows", "our\tplans\tfor\nthe\tAmber\tFalcon\nare\tready\tnow\n"},
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
      {"a pattern under marks", "Z\u0301\u0316\u0311K\u0308\u0324\u033DV-1\u03362\u03363\u03364-A\u0301\u0316\u0311B"},
  };
  for (const Text& c : texts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::reject) << c.name;
}

TEST_F(EvasiveWords, AreSeenOverTwoTexts) {
  EXPECT_EQ(action(MessageBuilder().subject("News about Night-").body("-jar: ships in May")), Action::reject);
  EXPECT_EQ(action(MessageBuilder().subject("Night").body("jar ships in May")), Action::reject);
  EXPECT_EQ(action(MessageBuilder().body("News about Night").body("jar on Monday")), Action::reject);
  EXPECT_EQ(action(MessageBuilder().body("see").attachment("Night.txt", "x").attachment("jar.txt", "y")),
            Action::reject);
  EXPECT_EQ(
      action(MessageBuilder().attachment("a.pdf", "our Night-", Place::page, "p. 1").more("jar", Place::page, "p. 2")),
      Action::reject);
  // Sentences that end and begin, and other words.
  EXPECT_EQ(action(MessageBuilder().subject("Good Night").body("Jar lids are in stock")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().subject("Good Night").body("jars and lids")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().subject("Night, then").body("jar lids")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().subject("Night.").body("jar lids")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().subject("All Good").body("will send the rest tomorrow.")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("All Good").body("will send the rest tomorrow.")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().attachment("Good.txt", "x").attachment("will.txt", "y")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().subject("About Good-").body("will ships")), Action::reject);
  EXPECT_EQ(action(MessageBuilder().subject("at night").body("jar lids")), Action::allow);
}

TEST_F(EvasiveWords, HonestTextIsNone) {
  const Text texts[] = {
      {"a plural", "Night jars and Night-jars"},
      {"the end of a sentence", "Good Night. Jar of honey?"},
      {"days and a colon", "Open Sat and Sun: bird walk at nine."},
      {"the end of a sentence, a day", "See you Sun. Bird feeders ship Monday."},
      {"a comma behind a day", "Closed on Sun, bird feed arrives Tuesday."},
      {"cells with lines between", "Sat | Sun | Bird tour"},
      {"cells with lines and nothing else between", "Sat|Sun|Bird tour"},
      {"a bracket", "The Sun (bird-watching weather) was out"},
      {"a bracket and a tag", "The Sun <b>bird</b> was out"},
      {"cells with tabs between", "Night\tJar\tKettle\n1\t2\t3"},
      {"headings that make a phrase", "Amber\tFalcon\tPrice\n3\t4\t5\n"},
      {"later headings that make a phrase", "birds\n\nPrice\tAmber\tFalcon\n3\t4\t5"},
      {"groups beside each other", "an ISO 9001 AB1 house, ZKV 1234, ZKV_1234"},
      {"groups with different things between", "the ZKV 1234, AB valve"},
      {"a longer code", "the ZKV_12345_AB and ZKV_1234_ABC valve"},
      {"an alphabet of sounds", "/ˈkɒnfɪˈdɛnʃəl ˈnaɪtʤɑː/ and /ɹɪˈpɔːt ðə ˈwʌɹi/"},
      {"the head of a table", "Day\tSun\tBird\tCount"},
      {"two recipients", "Sun <a@example.org>, Bird <b@example.org>"},
      {"per cent at a line end", "a Night of 100%\njar lids"},
      {"messages of two", "[10:00] Ida: Good Night\n[10:01] Tom: Jar is empty"},
      {"other names before the colon", "Time: Night\nThing: jar"},
      {"words of two", "10:00 Ida: Good\n10:01 Tom: will you come?"},
      {"a rare word of two", "10:00 Ida: Night\n10:01 Tom: jar lids are missing"},
      {"a rare word of two in a channel", "10:01 <ida> Night\n10:02 <tom> jar lids"},
      {"names and times above", "Ida Holm 10:02 AM\nNight\nTom Berg 10:03 AM\njar lids"},
      {"words of one", "10:00 Ida: Good\n10:01 Ida: will you come?"},
      {"words of one without times", "Ida: All Good\nIda: will you come?"},
      {"words in a list of quotes", "See \"All Good\", \"will do\" and more."},
      {"quotes in a row", "the chapters \"Good\", \"will do\" and \"Sun\" \"set of keys\""},
      {"a quote at the end of a sentence", "They call it \"Good\". \"will\" is a verb."},
      {"the last word of a quote", "He says \"by Night\", \"jar lids\" and \"keys\""},
      {"bullets of two words", "- Sun\n- set of keys"},
      {"sentences as bullets", "- He is up all Night\n- jar lids are missing"},
      {"numbers of two words", "1. Good\n2. will send the rest"},
      {"an empty line", "He is up all Night\n\njar lids are missing."},
      {"an empty line behind a full stop", "Night.\n\njar lids"},
      {"an empty line between two words", "Good\n\nwill send the rest"},
      {"two letters and an empty line", "Ni\n\nghtjar ships"},
      {"two words and a plus", "Sun plus set of keys"},
      {"two words of recipients", "Good <a@example.org>, will <b@example.org>"},
      {"subtitles of two words", "1\n00:00:01,000 --> 00:00:02,000\nGood\n\n2\n00:00:02,000 --> 00:00:03,000\nwill do"},
      {"words in quotes", "the word \"Night\" and \"jar\" make one"},
      {"strings of their own", "[\"Night\", \"Jar\"]"},
      {"a long line and an empty one", "We wish all of you a very good time and a very good Night\n\njar after jar"},
      {"small letters in messages", "[10:00] Ida: at night\n[10:01] Tom: jar lost"},
      {"a quote mark", "the \"Sun\" bird of it"},
      {"a chain of dashes", "Sun - - - bird"},
      {"dashes without a blank", "Sun----bird"},
      {"more blanks than three", "Sun    bird"},
      {"an abbreviation without its blank", "in the night jar lids rattle"},
      {"a comma", "at Night, Jar after jar"},
      {"a dash", "Good Night - Jar is empty"},
      {"a comma and small letters", "at Night, jar after jar"},
      {"small letters and a dash", "by night - jar after jar"},
      {"a mark with one space", "at Night- jar after jar"},
      {"headings with tabs between", "Sun\tBird\tCount"},
      {"bullets", "Amber\n- Falcon\n- Grey"},
      {"stars as bullets", "Amber\n* Falcon"},
      {"rows", "7\tAmber\nFalcon\t9"},
      {"sentences", "It is amber. Falcon is a bird."},
      {"dots", "It is amber... Falcon is a bird."},
      {"paragraphs", "We like amber\n\nFalcon is a bird"},
      {"two speakers", "We like amber\n> Falcon is a bird"},
      {"cells of a page", "<td>Night</td><td>Jar</td>"},
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

// Each chain of markup is followed from every place where a word may be cut: the square of these would be a minute and
// more.
TEST_F(EvasiveWords, ChainsOfMarkupCostTheirLength) {
  const auto many = [](const std::string& one) {
    constexpr size_t kBytes = 1'000'000;
    std::string out;
    out.reserve(kBytes + one.size());
    while (out.size() < kBytes) out += one;
    return out;
  };
  for (const char* one : {"<!--a<!--x-->", "<a nigh>", "<a n><a htjar>", "n<!--htjar", "<a confid>", "n- "}) {
    EXPECT_EQ(action(MessageBuilder().body(many(one))), Action::allow) << one;
    EXPECT_EQ(action(MessageBuilder().body(many(one) + " our Night-jar ships")), Action::reject) << one;
  }
}

class EvasiveWordsBesidePacks : public PolicyTest {
 protected:
  void SetUp() override {
    PolicyTest::SetUp();
    write("policy.yaml",
          "apiVersion: postern/v1\n"
          "use: [trade-secrets@1, business-strategy@1, financial@1, customer-data@1, secrets@1, unreadable@1]\n"
          "override: {trade-secret.coming-product: {mode: enforce}}\n"
          "organisation: {name: Example, domains: [example.com]}\n"
          "groups: {ip-office: [ip@example.com], strategy-office: [st@example.com], finance-office: [fi@example.com],\n"
          "  privacy-office: [pr@example.com], security-office: [se@example.com]}\n"
          "destinations: {partner: [partner.example], competitor: [rival.example], protected: [council.example],\n"
          "  personal: [freemail.example], press: [courier.example], social: [post.example],\n"
          "  public-list: [lists.example], app: [boards.example]}\n"
          "liaisons: {'*': {review: [group:security-office]}}\n");
    write("rules/own.yaml",
          "apiVersion: postern/v1\n"
          "detectors:\n"
          "  - {id: name, primary: {keywords: [Nightjar, Sunbird, Falcon, Merlin, Kestrel]}}\n"
          "rules:\n"
          "  - {id: trade-secret.own, title: t, category: trade-secret, severity: low, owner: group:ip-office, "
          "mode: enforce, when: {content: {detector: name}}, then: {action: reject}}\n");
    // Compiling the packs takes most of a test.
    static std::shared_ptr<const Policy> shared;
    if (shared == nullptr) {
      Diagnostics diagnostics;
      shared = Policy::load({dir_, POSTERN_SOURCE_DIR "/policy/packs", context_.now}, diagnostics);
      ASSERT_NE(shared, nullptr) << diagnostics.to_text();
    }
    policy_ = shared;
  }
};

TEST_F(EvasiveWordsBesidePacks, OwnNamesAreSeen) {
  const char* const texts[] = {"Night-jar", "Night jar", "Night.jar", "Night&#8203;jar", "Sun-bird", "Sun bird",
                               "Fal-con",   "Mer-lin",   "Mer lin",   "Kes-trel",        "F-alcon",  "Falco-n"};
  for (const char* text : texts) {
    EXPECT_EQ(action(MessageBuilder().body("our " + std::string(text) + " ships")), Action::reject) << text;
  }
}

TEST_F(EvasiveWordsBesidePacks, HonestTextIsNone) {
  const char* const texts[] = {"Country list, still secret until May\n\nProjekt\tName\tRegion",
                               "Projekt, Name und Datum bitte eintragen, vertraulich",
                               "Vertraulich\n\nProjekt | Name | Start", "Vertraulich\n\nProjekt\tName\tStart"};
  for (const char* text : texts) EXPECT_EQ(action(MessageBuilder().body(text)), Action::allow) << text;
}

// As many short names as a company may have: each of them is found cut.
TEST_F(EvasiveWords, ManyShortNamesAreSeen) {
  std::vector<std::string> names;
  for (size_t i = 0; i < 150; i++) {
    constexpr std::string_view kConsonants = "bdfghklmnp";
    constexpr std::string_view kVowels = "aeiou";
    names.push_back({static_cast<char>(kConsonants[i % 10] - 'a' + 'A'), kVowels[i / 10 % 5], 'r',
                     kConsonants[i / 50 % 3], 'o', 'z'});
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  load_rule("detectors:\n  - {id: name, primary: {keywords: [" + list + "]}}\n", "      content: {detector: name}\n",
            "    then: {action: reject}\n");
  for (std::string name : names) {
    name.insert(3, "-");
    EXPECT_EQ(action(MessageBuilder().body("our " + name + " ships")), Action::reject) << name;
  }
}

}  // namespace
}  // namespace postern::policy
