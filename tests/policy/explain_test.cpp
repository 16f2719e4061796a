#include <nlohmann/json.hpp>

#include "evaluate_support.h"

namespace postern::policy {
namespace {

using testing_support::MessageBuilder;
using testing_support::PolicyTest;

constexpr const char* kDetectors =
    "evidence: {card-words: {keywords: [visa]}}\n"
    "detectors:\n"
    "  - id: card\n"
    "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
    "    confidence: [{level: 85, when: {at_least: 1, of: [card-words], within: 300}}]\n"
    "  - {id: name, primary: {keywords: [Nightjar]}}\n";

struct NearCase {
  const char* name;
  std::string body;
  std::string recipient;
  std::string nearest;
};

class ExplainTest : public PolicyTest {
 protected:
  void load_both() {
    load_rule(kDetectors, "      content: {all: [{detector: card}, {detector: name, min_count: 1}]}\n");
  }
};

TEST_F(ExplainTest, NamesWhatWasNearest) {
  load_both();
  const std::string card = "4929 1234 5678 9015";
  const std::vector<NearCase> cases = {
      {"keyword too far", "visa" + std::string(412, '.') + card + " Nightjar", "b@else.example",
       "detector card: 0 found; card-words 412 characters away, limit 300 characters"},
      {"no keyword", card + " Nightjar", "b@else.example", "detector card: 0 found; no card-words in the same part"},
      {"check failed", "visa 4929 1234 5678 9012 Nightjar", "b@else.example",
       "detector card: 0 found; the check (luhn) failed"},
      {"nothing of one", "visa " + card, "b@else.example", "detector name: 0 found"},
      {"colleague", "visa " + card + " Nightjar", "b@example.com", "the recipient is not among the rule's recipients"},
      {"holds", "visa " + card + " Nightjar", "b@else.example", ""},
  };
  for (const NearCase& c : cases) {
    to({c.recipient});
    Proof proof;
    proof.only_rule = "secret.r";
    judge(MessageBuilder().body(c.body), &proof);
    ASSERT_EQ(proof.rules.size(), 1U) << c.name;
    EXPECT_EQ(nearest_miss(proof.rules[0]), c.nearest) << c.name;
  }
}

// Whatever is printed of a mail: neither the value, nor its first letter, nor its length.
TEST_F(ExplainTest, SensitiveValuesAreConfirmedNowhere) {
  load_rule(
      "detectors:\n"
      "  - {id: name, sensitive: true, primary: {keywords: [Nightjar, 'Amber Falcon'], match: phrase}}\n"
      "  - {id: open, primary: {keywords: [Buzzard]}}\n",
      "      content: {any: [{detector: name}, {detector: open}]}\n      scope: message\n");
  to({"b@else.example"});
  struct Case {
    const char* name;
    MessageBuilder message;
  };
  const Case cases[] = {
      {"body", MessageBuilder().body("we ship Nightjar in May")},
      {"subject", MessageBuilder().subject("Nightjar").body("x")},
      {"two words", MessageBuilder().body("the Amber-Falcon flies")},
      {"file name", MessageBuilder().body("x").attachment("Nightjar plan.pdf", "x")},
      {"locator", MessageBuilder().body("x").attachment("a.pdf", "we ship Nightjar", Place::cell, "Nightjar!B7")},
      {"why a part was not read", MessageBuilder()
                                      .body("Nightjar")
                                      .attachment("b.zip", "x")
                                      .outcome(Outcome::encrypted, "Nightjar.txt is locked")},
      {"beside another find", MessageBuilder().body("Buzzard and Nightjar")},
      {"written spaced", MessageBuilder().body("N i g h t j a r ships")},
  };
  for (const Case& c : cases) {
    Proof proof;
    const Verdict verdict = judge(c.message, &proof);
    EXPECT_EQ(verdict.action, Action::quarantine) << c.name;
    std::string printed = explain_text({c.message.text, envelope_, verdict, proof}, ShowText::no) +
                          explain_json({c.message.text, envelope_, verdict, proof}, ShowText::no);
    for (const Finding& finding : verdict.findings) {
      printed += "\n" + finding.excerpt + "\n" + finding.part_name + "\n" + finding.at;
    }
    for (const UnreadablePart& part : verdict.unreadable) printed += "\n" + part.name + "\n" + part.why;
    for (const char* leak : {"Nightjar", "ightjar", "N\u2022", "N i g", "Amber", "Falcon", "A\u2022", "F\u2022",
                             "\u2022\u2022\u2022\u2022"}) {
      if (std::string_view(c.name) == "beside another find" && *leak == '\xE2') continue;  // Buzzard's own mask
      EXPECT_EQ(printed.find(leak), std::string::npos) << c.name << ": " << leak << " in " << printed;
    }
    EXPECT_NE(printed.find("\u2022\u2022\u2022"), std::string::npos) << c.name;
  }
}

TEST_F(ExplainTest, TruthOfClauses) {
  load_both();
  to({"b@else.example"});
  Proof proof;
  judge(MessageBuilder().body("4929 1234 5678 9015 Nightjar"), &proof);
  ASSERT_EQ(proof.rules.size(), 1U);
  const ClauseProof& all = proof.rules[0].content[0];
  EXPECT_EQ(all.truth, Truth::near);
  EXPECT_EQ(all.children[0].truth, Truth::near);
  EXPECT_EQ(all.children[1].truth, Truth::yes);
}

TEST_F(ExplainTest, ProofChangesNoVerdict) {
  load_both();
  const auto message = MessageBuilder().body("visa 4929 1234 5678 9015 Nightjar");
  Proof proof;
  const Verdict with = judge(message, &proof);
  const Verdict without = judge(message);
  EXPECT_EQ(with.action, without.action);
  EXPECT_EQ(with.findings.size(), without.findings.size());
}

TEST_F(ExplainTest, RendersWithoutTheValues) {
  load_both();
  const auto message = MessageBuilder()
                           .subject("hello")
                           .body("visa 4929 1234 5678 9015 Nightjar")
                           .attachment("a\nb.pdf", "x")
                           .attachment("Nightjar plan.pdf", "x");
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  const std::string text = explain_text({message.text, envelope_, verdict, proof}, ShowText::no);
  for (const char* expected :
       {"parts\n", "recipients\n", "detectors\n", "card: 1 place, 1 counts",
        "+ card-words: 1 characters away, limit 300 characters", "[yes] secret.r: holds: quarantine",
        "verdict: quarantine", "scan: ", "a?b.pdf", "N\u2022\u2022"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
  EXPECT_EQ(text.find("4929"), std::string::npos) << text;
  EXPECT_EQ(text.find("Nightjar"), std::string::npos) << text;
  EXPECT_NE(explain_text({message.text, envelope_, verdict, proof}, ShowText::yes).find("4929 1234"),
            std::string::npos);

  const auto json = nlohmann::json::parse(explain_json({message.text, envelope_, verdict, proof}, ShowText::no));
  EXPECT_EQ(json["action"], "quarantine");
  EXPECT_EQ(json["rules"][0]["content"]["what"], "all");
  EXPECT_EQ(json["detectors"][0]["hits"][0]["evidence"][0]["distance"], 1);
  EXPECT_EQ(json["parts"].size(), 4U);
  EXPECT_EQ(json.dump().find("Nightjar"), std::string::npos) << json;
}

// What is found in encoded text is shown decoded, where it stands, and how the mail has it.
TEST_F(ExplainTest, ShowsEncodedTextDecoded) {
  load_rule(
      "detectors:\n"
      "  - {id: name, primary: {keywords: [Nightjar, 'Amber Falcon'], match: phrase}}\n"
      "  - {id: hush, sensitive: true, primary: {keywords: [Wombat]}}\n"
      "  - {id: card, primary: {regex: '\\b\\d{4} \\d{4} \\d{4} \\d{4}\\b', validate: luhn}}\n",
      "      content: {any: [{detector: name}, {detector: hush}, {detector: card}]}\n");
  to({"b@else.example"});
  struct Case {
    const char* name;
    std::string body;
    const char* as;
    std::uint32_t character;
    const char* excerpt;
  };
  const Case cases[] = {
      {"base64", "look: UHJvamVjdCBOaWdodGphciBzaGlwcyBpbiBNYXksIHRlbGwgbm9ib2R5 bye", "base64", 6,
       "look: Project N••••••• ships in May, tell nobody bye"},
      {"hex", "look: 50726f6a656374204e696768746a617220736869707320696e204d6179 bye", "hex", 6,
       "look: Project N••••••• ships in May bye"},
      {"hex of base64",
       "look: 5548 4a76 616d 566a 6443 424f 6157 646f 6447 7068 6369 427a 6147 6c77 6379 4270 6269 424e 5958 6b73 "
       "4948 526c 6247 7767 626d 3969 6232 5235 bye",
       "hex, base64", 6, "look: Project N••••••• ships in May, tell nobody bye"},
      {"percent", "ü look: N%69ghtj%61r ships", "percent", 8, "ü look: N••••••• ships"},
      {"references", "look: N&#105;ghtj&#97;r ships", "references", 6, "look: N••••••• ships"},
      {"rot13 in a text", "gur cebwrpg vf pnyyrq Avtugwne naq fuvcf va Znl", "rot13", 22,
       "gur cebwrpg vf pnyyrq N••••••• naq fuvcf va Znl"},
      {"a word in rot13", "the new Avtugwne ships", "rot13", 8, "the new N••••••• ships"},
      {"a word from its end", "the new rajthgiN ships", "reversed", 8, "the new N••••••• ships"},
      {"uuencode", "begin 644 a\n=4')O:F5C=\"!.:6=H=&IA<B!S:&EP<R!I;B!-87D \n`\nend\n", "uuencode", 12,
       "begin 644 a Project N••••••• ships in May ` end"},
      {"letters apart", "the name is T m l n a H R q Y X I =, keep it", "spaced, base64", 12,
       "the name is N••••••• =, keep it"},
      // "pay 4929 1234 5678 9015 for Nightjar now": all that is found is masked.
      {"two finds", "look: cGF5IDQ5MjkgMTIzNCA1Njc4IDkwMTUgZm9yIE5pZ2h0amFyIG5vdw==", "base64", 6,
       "look: pay •••• •••• •••• 9015 for N••••••• now"},
      // "Nightjar and V29tYmF0IGZsaWVz": what is encoded in what is encoded.
      {"sensitive below", "look: TmlnaHRqYXIgYW5kIFYyOXRZbUYwSUdac2FXVno= bye", "base64", 6,
       "look: N••••••• and ••• bye"},
  };
  for (const Case& c : cases) {
    Proof proof;
    const auto message = MessageBuilder().body(c.body);
    const Verdict verdict = judge(message, &proof);
    const auto detector = std::find_if(proof.detectors.begin(), proof.detectors.end(),
                                       [](const DetectorProof& one) { return one.detector == "name"; });
    ASSERT_NE(detector, proof.detectors.end()) << c.name;
    const HitProof& hit = detector->hits[0];
    EXPECT_EQ(hit.excerpt, c.excerpt) << c.name;
    ASSERT_TRUE(hit.encoded) << c.name;
    EXPECT_EQ(hit.encoded->as, c.as) << c.name;
    EXPECT_EQ(hit.encoded->character, c.character) << c.name;
    EXPECT_EQ(hit.encoded->excerpt.find("Nightjar"), std::string::npos) << c.name;
    ASSERT_FALSE(verdict.findings.empty()) << c.name;
    EXPECT_EQ(verdict.findings[0].excerpt, c.excerpt) << c.name;
    const std::string text = explain_text({message.text, envelope_, verdict, proof}, ShowText::no);
    const std::string how = std::string(c.as) == "reversed" ? "written reversed, " : "encoded as " + std::string(c.as);
    EXPECT_NE(text.find(how), std::string::npos) << text;
    const auto json = nlohmann::json::parse(explain_json({message.text, envelope_, verdict, proof}, ShowText::no));
    EXPECT_EQ(json["detectors"][0]["hits"][0]["encoded"]["as"], c.as) << c.name;
  }
  Proof proof;
  judge(MessageBuilder().body("the Nightjar ships"), &proof);
  EXPECT_FALSE(proof.detectors[0].hits[0].encoded);
}

TEST_F(ExplainTest, NeverShowsASensitiveValueDecoded) {
  load_rule("detectors:\n  - {id: hush, sensitive: true, primary: {keywords: [Wombat]}}\n",
            "      content: {detector: hush}\n");
  to({"b@else.example"});
  for (const char* body :
       {"it is V29tYmF0IGZsaWVz, he said", "the W%6Fmb%61t flies", "the Jbzong flies", "the tabmoW"}) {
    Proof proof;
    const auto message = MessageBuilder().body(body);
    const Verdict verdict = judge(message, &proof);
    ASSERT_EQ(verdict.findings.size(), 1U) << body;
    const std::string printed = verdict.findings[0].excerpt +
                                explain_text({message.text, envelope_, verdict, proof}, ShowText::no) +
                                explain_json({message.text, envelope_, verdict, proof}, ShowText::no);
    for (const char* leak :
         {"Wombat", "W\u2022", "ombat", "V29", "V\u2022", "Jbz", "tabm", "\u2022\u2022\u2022\u2022"}) {
      EXPECT_EQ(printed.find(leak), std::string::npos) << leak << " in " << printed;
    }
  }
}

// The detectors part agrees with the rule on what counts.
TEST_F(ExplainTest, SaysWhatIsTooUnsure) {
  load_rule(
      "evidence: {card-words: {keywords: [visa]}}\n"
      "detectors:\n"
      "  - id: card\n"
      "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
      "    confidence: [{level: 85, when: {at_least: 1, of: [card-words], within: 300}}, {level: 40}]\n"
      "  - {id: described, primary: {regex: '\\w+: [\\d ]+'}, confidence: [{level: 80, when: {at_least: 1, of: "
      "[card-words], within: 300}}]}\n",
      "      content: {any: [{detector: card}, {detector: described}]}\n");
  to({"b@else.example"});
  Proof proof;
  const auto message = MessageBuilder().body("Kreditkartennummer: 4929 1234 5678 9015");
  const Verdict verdict = judge(message, &proof);
  EXPECT_EQ(verdict.action, Action::allow);
  const std::string text = explain_text({message.text, envelope_, verdict, proof}, ShowText::no);
  for (const char* expected :
       {"card: 1 place, 0 count\n", "1 body: too unsure, confidence 40, rules want 65\n",
        // What another pattern, which counts for nothing here, takes for its own does not hide the word.
        "      Kreditkartennummer: \u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022 \u2022\u2022\u2022\u2022 9015\n",
        "detector card: 0 found, confidence 40 at most, 65 wanted"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
}

struct NearPart {
  const char* name;
  const char* content;
  MessageBuilder message;
  Truth truth;
  const char* detail;
};

TEST_F(ExplainTest, SaysWhatLabelsFilesAndPartsLack) {
  const NearPart cases[] = {
      {"a letter is missing", "{file: {name: ['*pricelist*']}}", MessageBuilder().attachment("prcelist.pdf", "x"),
       Truth::near, "1 (prcelist.pdf) 1 letter off '*pricelist*'"},
      {"elsewhere in the name", "{file: {name: ['pricelist.*']}}",
       MessageBuilder().attachment("our pricelist.pdf", "x"), Truth::near,
       "1 (our pricelist.pdf) its name has the word of 'pricelist.*', elsewhere"},
      {"another name", "{file: {name: ['*pricelist*']}}", MessageBuilder().attachment("holiday.pdf", "x"), Truth::no,
       ""},
      {"short words are never near", "{file: {name: ['*.key']}}", MessageBuilder().attachment("a.kez", "x"), Truth::no,
       ""},
      {"too small", "{file: {name: ['*.pdf'], larger_than: 10KB}}", MessageBuilder().attachment("a.pdf", "x"),
       Truth::near, "1 (a.pdf) has 0 bytes"},
      {"another type", "{file: {type: [cad], name: ['plan*']}}", MessageBuilder().attachment("plan.pdf", "x"),
       Truth::near, "1 (plan.pdf) is application/pdf"},
      {"it is there", "{file: {name: ['*.pdf']}}", MessageBuilder().attachment("a.pdf", "x").attachment("b.pdf", "x"),
       Truth::yes, "1 (a.pdf)"},
      {"why it was not read", "{outcome: [limit, encrypted]}",
       MessageBuilder().attachment("a.pdf", "x").outcome(Outcome::limit, "more than 600 pages"), Truth::yes,
       "1 (a.pdf): limit: more than 600 pages"},
      {"in another place", "{fact: [macros], in: body}", MessageBuilder().attachment("a.pdf", "x").fact("macros"),
       Truth::near, "1 (a.pdf) is elsewhere"},
      {"a label in a sentence", "{detector: marked}", MessageBuilder().subject("A confidential plan").body("x"),
       Truth::near, "0 found; 'Confidential' stands in the subject, not as a mark by itself"},
      {"no label", "{detector: marked}", MessageBuilder().subject("confidentiality").body("x"), Truth::no, "0 found"},
      {"a label", "{detector: marked}", MessageBuilder().subject("[Confidential] plan").body("x"), Truth::yes,
       "1 found, confidence 75"},
  };
  for (const NearPart& c : cases) {
    load_rule("detectors: [{id: marked, primary: {label: [Confidential]}}]\n",
              std::string("      content: ") + c.content + "\n");
    to({"b@else.example"});
    Proof proof;
    judge(c.message, &proof);
    if (c.truth == Truth::no && proof.rules.empty()) continue;
    ASSERT_EQ(proof.rules.size(), 1U) << c.name;
    EXPECT_EQ(proof.rules[0].content[0].truth, c.truth) << c.name;
    EXPECT_EQ(proof.rules[0].content[0].detail, c.detail) << c.name;
  }
}

TEST_F(ExplainTest, ShowsTheItemThatCameNearest) {
  load_rule(
      "evidence: {card-words: {keywords: [visa]}}\n"
      "detectors:\n"
      "  - id: card\n"
      "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
      "    confidence: [{level: 85, when: {at_least: 1, of: [card-words], within: 300}}, {level: 40}]\n",
      "      content: {detector: card}\n");
  to({"b@else.example"});
  Proof proof;
  judge(MessageBuilder().body("see the file").attachment("a.pdf", "4929 1234 5678 9015"), &proof);
  ASSERT_EQ(proof.rules.size(), 1U);
  EXPECT_EQ(proof.rules[0].content[0].detail,
            "0 found, confidence 40 at most, 65 wanted; no card-words in the same part");
}

// A reader's own sentence is no text of the mail: only what would be a find by itself is hidden in it.
TEST_F(ExplainTest, LeavesTheWordsOfOurReadersAlone) {
  load_rule(
      "evidence: {shears: {keywords: [shears]}}\n"
      "detectors:\n"
      "  - {id: cuts, primary: {keywords: [cut]}, confidence: [{level: 80, when: {of: [shears], within: 50}}]}\n"
      "  - {id: name, primary: {keywords: [Buzzard]}}\n",
      "      content: {any: [{detector: cuts}, {detector: name}]}\n");
  to({"b@else.example"});
  struct Case {
    const char* why;
    const char* shown;
  };
  for (const Case& c : {Case{"its packed data are damaged or cut off", "its packed data are damaged or cut off"},
                        Case{"Buzzard.txt is cut off", "B••••••.txt is cut off"}}) {
    Proof proof;
    const Verdict verdict =
        judge(MessageBuilder().body("x").attachment("a.gz", "y").outcome(Outcome::malformed, c.why), &proof);
    ASSERT_EQ(verdict.unreadable.size(), 1U);
    EXPECT_EQ(verdict.unreadable[0].why, c.shown);
    EXPECT_EQ(proof.parts.back().why, c.shown);
  }
}

TEST_F(ExplainTest, TellsOfPlacesInWhichNoRuleLooksOnlyWhereSomethingWouldCount) {
  load_rule(
      "evidence: {pay: {keywords: [salary]}}\n"
      "detectors:\n"
      "  - id: amount\n"
      "    primary: {regex: '[A-Z][a-z]{2} \\d{4}'}\n"
      "    confidence: [{level: 80, when: {of: [pay], within: 50}}]\n",
      "      content: {detector: amount, in: [body]}\n");
  to({"b@else.example"});
  struct Case {
    const char* name;
    MessageBuilder message;
    std::uint32_t places;
    std::vector<HitProof::Fate> fates;
  };
  using Fate = HitProof::Fate;
  const Case cases[] = {
      {"a date", MessageBuilder().subject("23 Nov 2026").body("x"), 0, {}},
      {"what would count", MessageBuilder().subject("salary Bob 4100").body("x"), 1, {Fate::elsewhere}},
      {"in its place", MessageBuilder().subject("23 Nov 2026").body("Bob 4100"), 1, {Fate::no_level}},
      {"both", MessageBuilder().subject("salary Bob 4100").body("salary Ann 5100"), 2, {Fate::elsewhere, Fate::counts}},
  };
  for (const Case& c : cases) {
    Proof proof;
    const Verdict verdict = judge(c.message, &proof);
    ASSERT_EQ(proof.detectors.size(), 1U) << c.name;
    EXPECT_EQ(proof.detectors[0].places, c.places) << c.name;
    std::vector<Fate> fates;
    for (const HitProof& hit : proof.detectors[0].hits) fates.push_back(hit.fate);
    EXPECT_EQ(fates, c.fates) << c.name;
    const std::string text = explain_text({c.message.text, envelope_, verdict, proof}, ShowText::yes);
    EXPECT_EQ(text.find("  amount: ") != std::string::npos, c.places > 0) << text;
    EXPECT_EQ(text.find("\u27e6Nov"), std::string::npos) << text;
  }
}

TEST_F(ExplainTest, TellsAPartOnceThatSeveralClausesSpeakOf) {
  load_rule("", "      content: {all: [{outcome: [malformed]}, {file: {name: ['*.gz']}}]}\n");
  to({"b@else.example"});
  const Verdict verdict =
      judge(MessageBuilder().body("x").attachment("a.gz", "y").outcome(Outcome::malformed, "cut off"), nullptr);
  EXPECT_EQ(verdict.findings.size(), 1U);
}

}  // namespace
}  // namespace postern::policy
