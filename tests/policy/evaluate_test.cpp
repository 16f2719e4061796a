#include <thread>

#include "evaluate_support.h"

namespace postern::policy {
namespace {

using testing_support::MessageBuilder;
using testing_support::PolicyTest;

constexpr const char* kCards =
    "evidence:\n"
    "  card-words: {keywords: [visa, 'card number']}\n"
    "  expiry: {regex: '\\bexp \\d\\d/\\d\\d\\b'}\n"
    "detectors:\n"
    "  - id: card\n"
    "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
    "    confidence:\n"
    "      - {level: 95, when: {at_least: 2, of: [card-words, expiry], within: 30}}\n"
    "      - {level: 85, when: {at_least: 1, of: [card-words, expiry], within: 30}}\n"
    "      - {level: 40}\n"
    "    allow: {values: ['4111 1111 1111 1111'], near: {keywords: [sample], within: 10}}\n";

constexpr const char* kNames =
    "detectors:\n"
    "  - id: name\n"
    "    primary: {keywords: [Nightjar, 'Blue Heron', Kestrel], match: phrase}\n";

std::string in_content(const std::string& content) {
  return "      content: " + content + "\n";
}

// ---- Evidence -----------------------------------------------------------------------------------

struct EvidenceCase {
  const char* name;
  std::string body;
  int confidence;  // 0: no finding at all
};

class EvidenceTest : public PolicyTest {};

TEST_F(EvidenceTest, DecidesConfidence) {
  load_rule(kCards, in_content("{detector: card, min_confidence: 1}"));
  const std::string gap28(28, '.');
  const std::vector<EvidenceCase> cases = {
      {"alone", "4929 1234 5678 9015", 40},
      {"word before", "Visa 4929 1234 5678 9015", 85},
      {"word after", "4929 1234 5678 9015 is my visa", 85},
      {"both", "Visa 4929 1234 5678 9015 exp 11/28", 95},
      {"one kind twice is one", "Visa card number 4929 1234 5678 9015", 85},
      {"at the limit", "visa " + gap28 + " 4929 1234 5678 9015", 85},
      {"one past the limit", "visa " + gap28 + ". 4929 1234 5678 9015", 40},
      {"at the limit behind", "4929 1234 5678 9015 " + gap28 + " visa", 85},
      {"one past the limit behind", "4929 1234 5678 9015 ." + gap28 + " visa", 40},
      {"code points, not bytes", "visa ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄ 4929 1234 5678 9015", 85},
      {"part of a word", "visage 4929 1234 5678 9015", 40},
      {"wrong check digit", "Visa 4929 1234 5678 9012", 0},
      {"allowed value", "Visa 4111-1111-1111-1111", 0},
      {"allowed near", "Visa sample: 4929 1234 5678 9015", 0},
      {"allowed not so near", "sample of a text, visa 4929 1234 5678 9015", 85},
  };
  for (const EvidenceCase& c : cases) {
    const Verdict verdict = judge(MessageBuilder().body(c.body));
    ASSERT_EQ(verdict.findings.size(), c.confidence == 0 ? 0U : 1U) << c.name;
    if (c.confidence != 0) {
      EXPECT_EQ(verdict.findings[0].confidence, c.confidence) << c.name;
    }
  }
}

TEST_F(EvidenceTest, StandsInTheSamePart) {
  load_rule(kCards, in_content("{detector: card}"));
  EXPECT_EQ(action(MessageBuilder().body("visa").body("4929 1234 5678 9015")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().subject("visa").body("4929 1234 5678 9015")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("visa").attachment("a.pdf", "4929 1234 5678 9015")), Action::allow);
}

TEST_F(EvidenceTest, IsMeasuredInOtherUnitsToo) {
  const auto with = [&](const std::string& within) {
    load_rule(
        "evidence: {w: {keywords: [iban]}}\n"
        "detectors:\n"
        "  - id: d\n"
        "    primary: {regex: '\\bX\\d{6}\\b'}\n"
        "    confidence: [{level: 80, when: {at_least: 1, of: [w], within: " +
            within + "}}]\n",
        in_content("{detector: d}"));
  };
  with("3 words");
  EXPECT_EQ(action(MessageBuilder().body("iban one two three X123456")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("iban one two three four X123456")), Action::allow);
  with("line");
  EXPECT_EQ(action(MessageBuilder().body("iban " + std::string(900, '.') + " X123456")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("iban\nX123456")), Action::allow);
  with("row");
  const auto cells = [](const char* a, const char* b) {
    return MessageBuilder().attachment("t.xlsx", "iban", Place::cell, a).more("X123456", Place::cell, b);
  };
  EXPECT_EQ(action(cells("Sheet1!A7", "Sheet1!D7")), Action::quarantine);
  EXPECT_EQ(action(cells("Sheet1!A7", "Sheet1!A8")), Action::allow);
  EXPECT_EQ(action(cells("Sheet1!A7", "Sheet2!A7")), Action::allow);
  with("part");
  EXPECT_EQ(action(MessageBuilder().body("iban\n" + std::string(5000, '.') + "\nX123456")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().subject("iban").body("X123456")), Action::allow);
}

// ---- Counting -----------------------------------------------------------------------------------

struct CountCase {
  const char* name;
  MessageBuilder message;
  std::uint32_t distinct;
  std::uint32_t all;
};

TEST_F(PolicyTest, CountsValuesOnce) {
  const std::vector<CountCase> cases = {
      {"one", MessageBuilder().body("Nightjar"), 1, 1},
      {"the same twice", MessageBuilder().body("Nightjar and nightjar"), 1, 2},
      {"written otherwise", MessageBuilder().body("Blue Heron, blue-heron, BLUEHERON"), 1, 3},
      {"two", MessageBuilder().body("Nightjar, Kestrel"), 2, 2},
      {"in both alternatives", MessageBuilder().body("Nightjar, Nightjar").alternative("Nightjar, Nightjar"), 1, 2},
      {"subject and body", MessageBuilder().subject("Nightjar").body("Nightjar Kestrel"), 2, 3},
      {"look-alikes beside it", MessageBuilder().body("Nightjar Nіghtjar"), 1, 2},
  };
  for (const bool distinct : {true, false}) {
    for (const CountCase& c : cases) {
      load_rule(kNames, in_content(std::string("{detector: name, distinct: ") + (distinct ? "true" : "false") + "}"));
      const Verdict verdict = judge(c.message);
      ASSERT_EQ(verdict.findings.size(), 1U) << c.name;
      EXPECT_EQ(verdict.findings[0].count, distinct ? c.distinct : c.all) << c.name;
    }
  }
}

TEST_F(PolicyTest, WantsEnoughOfThem) {
  load_rule(kNames, in_content("{detector: name, min_count: 2}"));
  EXPECT_EQ(action(MessageBuilder().body("Nightjar Nightjar")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("Nightjar Kestrel")), Action::quarantine);
}

TEST_F(PolicyTest, WeighsEntries) {
  write("dictionaries/words.txt", "# words\nalpha\t5\nbeta\t3\ngamma\n");
  load_rule("detectors:\n  - {id: words, primary: {dictionary: dictionaries/words.txt}}\n",
            in_content("{detector: words, min_weight: 8}"));
  EXPECT_EQ(action(MessageBuilder().body("alpha alpha gamma")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("alpha beta")), Action::quarantine);
}

TEST_F(PolicyTest, OwnValuesAreNoHits) {
  load(
      "detectors:\n  - {id: iban, primary: {regex: '\\b[A-Z]{2}\\d\\d[A-Z0-9 ]{10,30}\\b', validate: iban}}\n"
      "rules:\n  - id: secret.r\n    title: t\n    category: secret\n    severity: high\n    owner: group:press\n    "
      "mode: enforce\n"
      "    when: {content: {detector: iban}}\n    then: {action: reject}\n");
  EXPECT_EQ(action(MessageBuilder().body("IBAN GB82 WEST 1234 5698 7654 32")), Action::reject);
  load(
      "detectors:\n  - {id: iban, primary: {regex: '\\b[A-Z]{2}\\d\\d[A-Z0-9 ]{10,30}\\b', validate: iban}}\n"
      "rules:\n  - id: secret.r\n    title: t\n    category: secret\n    severity: high\n    owner: group:press\n    "
      "mode: enforce\n"
      "    when: {content: {detector: iban}}\n    then: {action: reject}\n");
  write("policy.yaml",
        "apiVersion: postern/v1\n"
        "organisation: {name: Example, domains: [example.com], own_values: ['GB82WEST12345698765432']}\n"
        "groups: {press: [paul@example.com]}\n"
        "categories: {secret: {title: Secrets}}\n");
  Diagnostics diagnostics;
  policy_ = Policy::load({dir_, POSTERN_SOURCE_DIR "/policy/packs", context_.now}, diagnostics);
  ASSERT_NE(policy_, nullptr) << diagnostics.to_text();
  EXPECT_EQ(action(MessageBuilder().body("IBAN GB82 WEST 1234 5698 7654 32")), Action::allow);
}

// ---- Scope, places, clauses ---------------------------------------------------------------------

constexpr const char* kTwo =
    "detectors:\n"
    "  - {id: a, primary: {keywords: [alpha, alfa]}}\n"
    "  - {id: b, primary: {keywords: [beta]}}\n";

struct ScopeCase {
  const char* name;
  MessageBuilder message;
  bool item;
  bool whole;
};

TEST_F(PolicyTest, ScopeIsAnItemOrTheMessage) {
  const std::vector<ScopeCase> cases = {
      {"in one body", MessageBuilder().body("alpha beta"), true, true},
      {"subject and body are one item", MessageBuilder().subject("alpha").body("beta"), true, true},
      {"alternatives are one item", MessageBuilder().body("alpha").alternative("beta"), true, true},
      {"body and attachment", MessageBuilder().body("alpha").attachment("x.pdf", "beta"), false, true},
      {"two attachments", MessageBuilder().attachment("x.pdf", "alpha").attachment("y.pdf", "beta"), false, true},
      {"one attachment", MessageBuilder().attachment("x.pdf", "alpha").more("beta", Place::notes, ""), true, true},
      {"only one of them", MessageBuilder().body("alpha"), false, false},
  };
  for (const char* scope : {"item", "message"}) {
    load_rule(kTwo, in_content("{all: [{detector: a}, {detector: b}]}") + "      scope: " + scope + "\n");
    for (const ScopeCase& c : cases) {
      const bool expected = std::string(scope) == "item" ? c.item : c.whole;
      EXPECT_EQ(action(c.message) == Action::quarantine, expected) << c.name << ", " << scope;
    }
  }
}

struct ClauseCase {
  const char* content;
  const char* body;
  bool holds;
};

TEST_F(PolicyTest, ClausesCombine) {
  const std::vector<ClauseCase> cases = {
      {"{any: [{detector: a}, {detector: b}]}", "beta", true},
      {"{any: [{detector: a}, {detector: b}]}", "gamma", false},
      {"{all: [{detector: a}, {not: {detector: b}}]}", "alpha", true},
      {"{all: [{detector: a}, {not: {detector: b}}]}", "alpha beta", false},
      {"{all: [{detector: a}, {any: [{not: {detector: b}}, {detector: a, min_count: 2}]}]}", "alpha beta", false},
      {"{detector: a, min_confidence: 75}", "alpha", true},
  };
  for (const ClauseCase& c : cases) {
    load_rule(kTwo, in_content(c.content));
    EXPECT_EQ(action(MessageBuilder().body(c.body)) == Action::quarantine, c.holds) << c.content << " on " << c.body;
  }
}

TEST_F(PolicyTest, LooksWhereItIsTold) {
  const auto at = [&](const std::string& in, const MessageBuilder& message) {
    load_rule(kTwo, in_content("{detector: a, in: [" + in + "]}"));
    return action(message) == Action::quarantine;
  };
  const auto body = MessageBuilder().body("alpha");
  const auto subject = MessageBuilder().subject("alpha");
  const auto attached = MessageBuilder().attachment("x.pdf", "alpha");
  const auto named = MessageBuilder().attachment("alpha.pdf", "nothing");
  const auto hidden = MessageBuilder().attachment("x.xlsx", "alpha", Place::hidden_sheet, "Sheet2!B7");
  EXPECT_TRUE(at("body", body));
  EXPECT_FALSE(at("body", attached));
  EXPECT_TRUE(at("subject", subject));
  EXPECT_FALSE(at("subject", body));
  EXPECT_TRUE(at("attachment", attached));
  EXPECT_FALSE(at("attachment", named));
  EXPECT_TRUE(at("file-name", named));
  EXPECT_TRUE(at("hidden-sheet", hidden));
  EXPECT_FALSE(at("hidden-sheet", attached));
  EXPECT_TRUE(at("subject, attachment", hidden));
}

TEST_F(PolicyTest, SeesWhatCouldNotBeRead) {
  load_rule(kTwo, in_content("{outcome: [encrypted], in: [attachment]}"));
  const Verdict verdict =
      judge(MessageBuilder().body("hello").attachment("x.zip", "").outcome(Outcome::encrypted, "a password"));
  EXPECT_EQ(verdict.action, Action::quarantine);
  ASSERT_EQ(verdict.unreadable.size(), 1U);
  EXPECT_EQ(verdict.unreadable[0].outcome, Outcome::encrypted);
  EXPECT_EQ(verdict.unreadable[0].part.to_string(), "2");
  EXPECT_EQ(verdict.findings[0].part.to_string(), "2");
  EXPECT_EQ(action(MessageBuilder().body("hello").outcome(Outcome::encrypted, "a password")), Action::allow);
  load_rule(kTwo, in_content("{fact: [macros]}"));
  EXPECT_EQ(action(MessageBuilder().attachment("x.docm", "").fact("macros")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().attachment("x.docm", "")), Action::allow);
}

// ---- Who ----------------------------------------------------------------------------------------

TEST_F(PolicyTest, ActsPerRecipient) {
  load_rule(kTwo, "      recipients: [class:social]\n" + in_content("{detector: a}"));
  to({"bob@example.com", "wall@post.social.example", "eve@partner.example"});
  const Verdict verdict = judge(MessageBuilder().body("alpha"));
  EXPECT_EQ(verdict.recipients[0].action, Action::allow);
  EXPECT_EQ(verdict.recipients[1].action, Action::quarantine);
  EXPECT_EQ(verdict.recipients[2].action, Action::allow);
  EXPECT_EQ(verdict.action, Action::quarantine);
  EXPECT_EQ(verdict.recipients[1].findings, std::vector<size_t>{0});
  EXPECT_TRUE(verdict.recipients[0].findings.empty());
  EXPECT_EQ(verdict.recipients[0].classes, std::vector<DestinationClass>{DestinationClass::internal});
}

TEST_F(PolicyTest, LeavesColleaguesAndTheProtectedAlone) {
  load_rule(kTwo, in_content("{detector: a}"));
  to({"bob@example.com", "office@council.example"});
  const Verdict verdict = judge(MessageBuilder().body("alpha"));
  EXPECT_EQ(verdict.action, Action::allow);
  EXPECT_TRUE(verdict.findings.empty());
}

TEST_F(PolicyTest, StrictestActionWins) {
  load(std::string(kTwo) +
       "rules:\n"
       "  - {id: secret.one, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
       "{content: {detector: a}}, then: {action: annotate}}\n"
       "  - {id: secret.two, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
       "{content: {detector: a}}, then: {action: quarantine}}\n"
       "  - {id: secret.three, title: t, category: secret, severity: low, owner: group:press, mode: audit, when: "
       "{content: {detector: a}}, then: {action: reject}}\n");
  const Verdict verdict = judge(MessageBuilder().body("alpha"));
  EXPECT_EQ(verdict.action, Action::quarantine);
  EXPECT_EQ(verdict.recipients[0].findings.size(), 3U);
  EXPECT_EQ(verdict.findings[2].mode, Mode::audit);
  context_.tests = true;
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::reject);
}

TEST_F(PolicyTest, ExemptsPairs) {
  load_rule(kTwo, in_content("{detector: a}"),
            "    unless:\n"
            "      - {senders: [group:deal-team], recipients: [partner.example], until: '2027-03-01T00:00:00+00:00'}\n"
            "    then: {action: quarantine}\n");
  to({"x@partner.example", "y@elsewhere.example"});
  const auto actions = [&] {
    const Verdict verdict = judge(MessageBuilder().body("alpha"));
    return std::pair(verdict.recipients[0].action, verdict.recipients[1].action);
  };
  EXPECT_EQ(actions(), std::pair(Action::allow, Action::quarantine));
  context_.sender.identity_authenticated = false;
  EXPECT_EQ(actions(), std::pair(Action::quarantine, Action::quarantine));
  context_.sender.identity_authenticated = true;
  context_.now = *parse_rfc3339("2027-03-01T00:00:00Z");
  EXPECT_EQ(actions(), std::pair(Action::quarantine, Action::quarantine));
  context_.now = *parse_rfc3339("2027-02-28T23:59:59Z");
  sender("other@example.com");
  EXPECT_EQ(actions(), std::pair(Action::quarantine, Action::quarantine));
}

TEST_F(PolicyTest, SendersWhoAreLeftOutMustBeKnown) {
  load_rule(kTwo, "      senders: {not: [group:press]}\n" + in_content("{detector: a}"));
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::quarantine);
  sender("paul@example.com");
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::allow);
  context_.sender.identity_authenticated = false;
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::quarantine);
}

TEST_F(PolicyTest, RulesHaveDates) {
  load_rule(
      kTwo, in_content("{detector: a}"),
      "    active: {from: '2027-01-10T00:00:00Z', until: '2027-01-20T00:00:00Z'}\n    then: {action: quarantine}\n");
  const std::vector<std::pair<const char*, bool>> cases = {{"2027-01-09T23:59:59Z", false},
                                                           {"2027-01-10T00:00:00Z", true},
                                                           {"2027-01-19T23:59:59Z", true},
                                                           {"2027-01-20T00:00:00Z", false}};
  for (const auto& [time, active] : cases) {
    context_.now = *parse_rfc3339(time);
    EXPECT_EQ(action(MessageBuilder().body("alpha")) == Action::quarantine, active) << time;
  }
}

TEST_F(PolicyTest, NamesThePlaceOfTheFindItself) {
  load_rule(kTwo, in_content("{detector: a}"));
  struct Case {
    const char* at;
    std::string text;
    const char* expected;
  };
  const Case cases[] = {
      {"Sheet2!A1:C3", "x\ty\tz\nq\talpha\tr", "Sheet2!B2"},
      {"Sheet2!B4:C9", "\u200B\u200Bö\r\n\u00ADalpha", "Sheet2!B5"},
      {"line 12", "one\n\ntwo \u202Ealpha", "line 14"},
      {"p. 4", "one\nalpha", "p. 4"},
      {"", "alpha", ""},
  };
  for (const Case& c : cases) {
    Proof proof;
    const Verdict verdict = judge(MessageBuilder().attachment("a.bin", c.text, Place::cell, c.at), &proof);
    ASSERT_EQ(verdict.findings.size(), 1U) << c.at;
    EXPECT_EQ(verdict.findings[0].at, c.expected);
    ASSERT_FALSE(proof.detectors.empty());
    EXPECT_EQ(proof.detectors[0].hits.at(0).at, c.expected);
  }
}

// ---- Evasions -----------------------------------------------------------------------------------

TEST_F(PolicyTest, SeesThroughEvasions) {
  load(std::string("evidence: {card-words: {keywords: [visa]}}\n") +
       "detectors:\n"
       "  - {id: card, primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}}\n"
       "  - {id: name, primary: {keywords: ['Night jar'], match: phrase}}\n"
       "  - {id: key, primary: {regex: '\\bkey-[a-f0-9]{8}\\b'}}\n"
       "rules:\n"
       "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
       "{content: {any: [{detector: card}, {detector: name}, {detector: key}]}}, then: {action: reject}}\n");
  for (const char* text : {"4929 1234 5678 9015", "４９２９　１２３４　５６７８　９０１５", "٤٩٢٩ ١٢٣٤ ٥٦٧٨ ٩٠١٥",
                           "4929\u200B1234\u200B5678\u200B9015", "4929\u00A01234\u20075678\u202F9015",
                           "\u202D4929 1234 5678 9015\u202C", "Ni\u00ADght\u200Djar", "Ｎｉｇｈｔｊａｒ", "𝐍𝐢𝐠𝐡𝐭𝐣𝐚𝐫",
                           "ⓝⓘⓖⓗⓣⓙⓐⓡ", "Nіghtjаr", "NIGHT-JAR", "night_jar", "kеy-0123abcd"}) {
    EXPECT_EQ(action(MessageBuilder().body(text)), Action::reject) << text;
  }
  for (const char* text : {"4929 1234 5678 9012", "nightjars", "Договор о покупке", "ключ-0123abcd", "Νύχτα"}) {
    EXPECT_EQ(action(MessageBuilder().body(text)), Action::allow) << text;
  }
}

// ---- What leaves --------------------------------------------------------------------------------

void expect_nothing_of(const Verdict& verdict, const std::vector<std::string>& planted) {
  std::string all;
  for (const Finding& f : verdict.findings) {
    all += f.rule + f.title + f.category + f.detector + f.part_name + f.at + f.excerpt + f.clause + "\n";
  }
  for (const UnreadablePart& u : verdict.unreadable) all += u.name + u.why + "\n";
  for (const std::string& value : planted) EXPECT_EQ(all.find(value), std::string::npos) << value << " in " << all;
}

TEST_F(PolicyTest, NoMatchedValueLeaves) {
  load(std::string(kCards) +
       "  - {id: name, primary: {keywords: [Nightjar]}}\n"
       "rules:\n"
       "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
       "{content: {any: [{detector: card}, {detector: name}]}}, then: {action: reject}}\n");
  const Verdict verdict =
      judge(MessageBuilder()
                .body("Nightjar: visa 4929 1234 5678 9015 and 5425 2334 3010 9903 for Nightjar")
                .attachment("visa 4929123456789015.pdf", "Nightjar ships", Place::cell, "Nightjar!B7")
                .attachment("Nightjar.zip", "")
                .outcome(Outcome::encrypted, "Nightjar is locked"));
  ASSERT_GE(verdict.findings.size(), 3U);
  expect_nothing_of(verdict, {"Nightjar", "nightjar", "4929 1234", "49291234", "1234 5678", "5425 2334", "3010"});
  EXPECT_NE(verdict.findings[0].excerpt.find("9015"), std::string::npos) << verdict.findings[0].excerpt;
  EXPECT_EQ(verdict.findings[0].excerpt.find('\n'), std::string::npos);
}

TEST_F(PolicyTest, ThousandsOfHitsAreCountedAndMasked) {
  load_rule("detectors:\n  - {id: id, primary: {regex: 'ID-\\d{6}'}}\n", in_content("{detector: id, min_count: 500}"));
  std::string body;
  for (int i = 100'000; i < 115'000; i++) body += "ID-" + std::to_string(i) + " ";
  const Verdict verdict = judge(MessageBuilder().body(body));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].count, 10'000U);
  expect_nothing_of(verdict, {"1000", "1001", "1100"});
}

TEST_F(PolicyTest, APatternThatGivesUpIsNotTakenForRead) {
  load_rule("detectors:\n  - {id: bad, primary: {regex: '(?:a|aa|a?a)+(?<=b)c'}}\n",
            in_content("{any: [{detector: bad}, {outcome: [limit]}]}"));
  auto message = MessageBuilder();
  std::string hostile(400, 'a');
  hostile += "c";
  for (int i = 0; i < 60; i++) message.attachment("x.pdf", hostile);
  const Verdict verdict = judge(message);
  EXPECT_EQ(verdict.action, Action::quarantine);
  ASSERT_EQ(verdict.unreadable.size(), 60U);
  EXPECT_EQ(verdict.unreadable[0].outcome, Outcome::limit);
}

TEST_F(PolicyTest, ManyItemsAreJudgedOneByOne) {
  load_rule(kTwo, in_content("{all: [{detector: a}, {detector: b}]}"));
  auto message = MessageBuilder();
  for (int i = 0; i < 2'000; i++) message.attachment("x.pdf", i % 2 == 0 ? "alpha" : "beta");
  EXPECT_EQ(action(message), Action::allow);
  message.attachment("y.pdf", "alpha beta");
  const Verdict verdict = judge(message);
  EXPECT_EQ(verdict.action, Action::quarantine);
  EXPECT_EQ(verdict.findings[0].part.to_string(), "2001");
  load_rule(kTwo, in_content("{all: [{outcome: [encrypted]}, {not: {detector: a}}]}"));
  message.attachment("z.zip", "").outcome(Outcome::encrypted, "a password");
  EXPECT_EQ(judge(message).findings.at(0).part.to_string(), "2002");
}

TEST_F(PolicyTest, IsTheSameFromManyThreads) {
  load_rule(kCards, in_content("{detector: card}"));
  to({"bob@elsewhere.example"});
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; i++) {
        const bool hot = (i + t) % 2 == 0;
        const auto message = MessageBuilder().body(hot ? "Visa 4929 1234 5678 9015" : "Visa 4929 1234 5678 9012");
        const Verdict verdict = policy_->evaluate(message.text, envelope_, context_);
        if ((verdict.action == Action::quarantine) != hot) wrong++;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace postern::policy
