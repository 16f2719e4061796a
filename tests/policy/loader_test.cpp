// Good policies and the Model that they become.
#include <algorithm>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "policy/grammar.h"
#include "policy/grammar_check.h"
#include "policy/model_words.h"
#include "policy/regex_check.h"
#include "policy/schema.h"
#include "policy/values.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using std::string;

// Loads and expects no diagnostic at all.
constexpr std::string_view kFullPolicy = R"(apiVersion: postern/v1
organisation:
  name: Example Corp
  domains: [example.com, .example.com]
  own_values: ['GB82 WEST 1234 5698 7654 32', '+44 20 7946 0018']
groups:
  press-office: [press@example.com, .pr.example.com]
  leads: [group:press-office, Lead@Example.COM]
  law-firm: counsel.example.net
destinations:
  partner: [.supplier.example]
  protected: [works-council.example, dpo@authority.example]
expansions: {announce@example.com: [class:personal]}
categories:
  trade-secret: {title: Trade secrets, module: trade-secrets}
liaisons:
  press-office: {review: [group:leads]}
  '*': {review: [group:press-office]}
dates: {q3-results: '2027-02-01T07:00:00+00:00'}
holds: {expires: 3d, on_expiry: return, break_glass: false}
annotation: {footer: "Füße\nof two lines", header: false, training_link: none}
ladder:
  enabled: false
privacy:
  reviewers_see: name
)";

constexpr std::string_view kFullRules = R"(apiVersion: postern/v1
evidence:
  card-words: {keywords: [visa, mastercard], case: exact}
  expiry: {regex: '\b\d\d/\d\d\b'}
detectors:
  - id: card
    title: Payment card number
    primary: {regex: '\b(?:\d[ -]?){12,18}\d\b', validate: luhn}
    confidence:
      - {level: 40}
      - {level: 85, when: [{at_least: 1, of: [card-words, expiry], within: 300}, {of: expiry, within: 8 words}]}
    allow: {values: ['4111 1111 1111 1111'], near: {keywords: [sample], within: line}}
  - id: codenames
    primary: {dictionary: dictionaries/codenames.txt, match: phrase, case: exact}
    sensitive: true
    raw: true
rules:
  - id: trade-secret.codename
    title: Unannounced project named outside
    category: trade-secret
    severity: critical
    owner: group:leads
    review_by: 2027-06-30
    clause: 'Confidentiality agreement, 2.1'
    mode: enforce
    canary: {percent: 10, seed: 7}
    active: {until: q3-results}
    when:
      senders: {not: [group:press-office]}
      recipients: [class:social, .rival.example]
      content:
        any:
          - {detector: codenames, min_count: 2, in: [subject, body, hidden-sheet], quoted: never, min_weight: 10}
          - not: {detector: card, distinct: false, min_confidence: 40}
          - {outcome: [encrypted, limit], in: attachment}
          - {fact: macros}
          - {file: {type: [archive, application/pdf], name: ['*.key'], larger_than: 10MB, mismatch: true}}
      scope: message
    unless:
      - {senders: [group:leads], recipients: [group:law-firm], until: '2027-03-01T00:00:00+00:00'}
    then: {action: quarantine, review: [liaison, owner], notify: [sender]}
    tests:
      should_match:
        - {name: a file, from: jo@example.com, to: [test@social], file: tests/plan.txt, at: '2026-12-24T00:00:00Z', expect: {action: quarantine, place: page, count: 2, confidence: 70}}
      should_not_match:
        - {name: the bird, to: test@social, subject: s, body: a nightjar sang}
)";

struct FullPolicy {
  PolicyFolder folder;
  FullPolicy() {
    folder.add("policy.yaml", kFullPolicy);
    folder.add("rules/all.yaml", kFullRules);
    folder.add("dictionaries/codenames.txt", "# projects\r\nNightjar\t10\r\nKingfisher Two\n\n");
    folder.add("boilerplate/signature.txt", "Example Corp\nRegistered in England\n\nThis e-mail is private.\n");
    folder.add("tests/plan.txt", "Nightjar");
  }
};

TEST(Loader, ReadsPolicyYaml) {
  const FullPolicy full;
  const Model model = load_clean(full.folder);
  EXPECT_EQ(model.organisation.name, "Example Corp");
  ASSERT_EQ(model.organisation.own_values.size(), 2U);
  EXPECT_THAT(model.destinations.internal_domains, ::testing::ElementsAre("example.com", ".example.com"));
  ASSERT_EQ(model.destinations.entries.size(), 3U);
  EXPECT_EQ(model.destinations.entries[0].pattern, ".supplier.example");
  EXPECT_EQ(model.destinations.entries[2].cls, DestinationClass::protected_);
  ASSERT_EQ(model.destinations.expansions.size(), 1U);
  EXPECT_THAT(model.destinations.expansions[0].classes, ::testing::ElementsAre(DestinationClass::personal));
  EXPECT_EQ(model.dates.at(0).time, *parse_rfc3339("2027-02-01T07:00:00Z"));
  EXPECT_EQ(model.holds.expires, std::chrono::hours(72));
  EXPECT_EQ(model.holds.on_expiry, OnExpiry::return_);
  EXPECT_FALSE(model.holds.break_glass);
  EXPECT_EQ(model.annotation.footer, "Füße\nof two lines");
  EXPECT_FALSE(model.annotation.header);
  EXPECT_EQ(model.annotation.training_link, TrainingLink::none);
  EXPECT_EQ(model.privacy.reviewers_see, ReviewerView::name);
  ASSERT_EQ(model.boilerplate.size(), 2U);
  EXPECT_EQ(model.boilerplate[0].text, "Example Corp\nRegistered in England");
  EXPECT_EQ(model.liaison_for("trade-secret")->name, "*");
}

TEST(Loader, RefusesAFooterThatIsNone) {
  PolicyFolder folder;
  folder.add("policy.yaml", std::string(kSmallPolicy) + "annotation: {footer: '" + std::string(4097, 'x') + "'}\n");
  Diagnostics diagnostics;
  load_files(folder.options(), diagnostics);
  EXPECT_THAT(diagnostics.to_text(), ::testing::HasSubstr("a footer of more than 4096 bytes"));
}

TEST(Loader, ReplacesGroupsInsideGroupsByTheirMembers) {
  const FullPolicy full;
  const Model model = load_clean(full.folder);
  const Group* leads = model.find_group("leads");
  ASSERT_NE(leads, nullptr);
  std::vector<string> members;
  for (const AddressTerm& term : leads->members) members.push_back(to_string(term, model));
  EXPECT_THAT(members, ::testing::ElementsAre("press@example.com", ".pr.example.com", "lead@example.com"));
}

TEST(Loader, ReadsDetectors) {
  const FullPolicy full;
  const Model model = load_clean(full.folder);
  const Detector* card = model.find_detector("card");
  ASSERT_NE(card, nullptr);
  EXPECT_EQ(card->validate, Validator::luhn);
  ASSERT_EQ(card->confidence.size(), 2U);
  EXPECT_EQ(card->confidence[0].level, 85) << "highest first";
  ASSERT_EQ(card->confidence[0].when.size(), 2U);
  EXPECT_EQ(card->confidence[0].when[0].of.size(), 2U);
  EXPECT_EQ(describe(card->confidence[0].when[1].within), "8 words");
  EXPECT_EQ(card->allow.values.at(0).text, "4111 1111 1111 1111");
  EXPECT_EQ(describe(card->allow.near.at(0).within), "the same line");
  const Detector* names = model.find_detector("codenames");
  ASSERT_NE(names, nullptr);
  EXPECT_TRUE(names->sensitive);
  EXPECT_TRUE(names->raw);
  const auto& words = std::get<WordPattern>(names->primary);
  EXPECT_EQ(words.match, WordMatch::phrase);
  EXPECT_EQ(words.letter_case, LetterCase::exact);
  ASSERT_EQ(words.words->entries.size(), 2U);
  EXPECT_EQ(words.words->entries[0].weight, 10U);
  EXPECT_EQ(words.words->entries[1].text, "Kingfisher Two");
  EXPECT_EQ(words.words->entries[1].mark.line, 3);
}

TEST(Loader, ReadsRules) {
  const FullPolicy full;
  const Model model = load_clean(full.folder);
  ASSERT_EQ(model.rules.size(), 1U);
  const Rule& rule = model.rules[0];
  EXPECT_EQ(rule.mode, Mode::enforce);
  EXPECT_EQ(rule.severity, Severity::critical);
  EXPECT_EQ(rule.owner->group, std::optional<GroupIndex>(1));
  EXPECT_EQ(format_rfc3339(*rule.review_by), "2027-06-30T00:00:00Z");
  EXPECT_DOUBLE_EQ(rule.canary->share, 0.1);
  EXPECT_EQ(rule.active.until->name, "q3-results");
  EXPECT_TRUE(rule.active.holds_at(*parse_rfc3339("2027-02-01T06:59:59Z")));
  EXPECT_FALSE(rule.active.holds_at(*parse_rfc3339("2027-02-01T07:00:00Z")));
  EXPECT_EQ(rule.senders.none.size(), 1U);
  ASSERT_EQ(rule.recipients.any.size(), 2U);
  EXPECT_EQ(to_string(rule.recipients.any[1], model), ".rival.example");
  EXPECT_EQ(rule.scope, Scope::message);
  EXPECT_EQ(rule.then.training, "trade-secrets") << "the category's module";
  EXPECT_EQ(rule.then.review, (std::vector<Approver>{Approver::liaison, Approver::owner}));

  ASSERT_EQ(rule.content->children.size(), 5U);
  const Content& names = rule.content->children[0];
  EXPECT_EQ(names.detector.min_count, 2U);
  EXPECT_EQ(names.detector.min_weight, std::optional<std::uint64_t>(10));
  EXPECT_EQ(names.detector.quoted, QuotedText::never);
  EXPECT_TRUE(names.in.has(Region::body, Place::page)) << "a region takes every place in it";
  EXPECT_TRUE(names.in.has(Region::attachment, Place::hidden_sheet));
  EXPECT_FALSE(names.in.has(Region::attachment, Place::body)) << "body is the mail's, never a document's";
  EXPECT_EQ(rule.content->children[1].kind, Content::Kind::negation);
  EXPECT_FALSE(rule.content->children[1].children.at(0).detector.distinct);
  EXPECT_TRUE(rule.content->children[2].outcome.outcomes.test(static_cast<size_t>(Outcome::encrypted)));
  EXPECT_THAT(rule.content->children[3].fact.facts, ::testing::ElementsAre("macros"));
  EXPECT_EQ(rule.content->children[4].file.larger_than, std::optional<std::uint64_t>(10'000'000));

  ASSERT_EQ(rule.tests.size(), 2U);
  EXPECT_EQ(rule.tests[0].file, full.folder.dir() + "/tests/plan.txt");
  EXPECT_EQ(rule.tests[0].place, Place::page);
  EXPECT_EQ(rule.tests[1].expectation, RuleTest::Expectation::no_match);
}

TEST(Loader, FillsInWhatARuleLeavesOut) {
  PolicyFolder folder;
  folder.add("policy.yaml", kSmallPolicy);
  folder.add(
      "rules/a.yaml",
      "apiVersion: postern/v1\n"
      "rules:\n"
      "  - id: secret.any\n    category: secret\n    when: {content: {outcome: crashed}}\n"
      "    then: {action: annotate}\n"
      "  - id: secret.not\n    category: secret\n"
      "    when: {recipients: {not: [class:partner]}, content: {outcome: crashed}}\n    then: {action: annotate}\n");
  const Model model = load_clean(folder);
  ASSERT_EQ(model.rules.size(), 2U);
  EXPECT_EQ(model.rules[0].title, "secret.any");
  EXPECT_EQ(model.rules[0].mode, Mode::audit);
  EXPECT_TRUE(model.rules[0].senders.matches_everyone());
  for (const Rule& rule : model.rules) {
    ASSERT_EQ(rule.recipients.any.size(), 1U) << rule.id;
    EXPECT_EQ(rule.recipients.any[0].cls, DestinationClass::outside) << rule.id;
  }
}

TEST(Loader, DigestFollowsEveryFileAndNotTheFolder) {
  const auto digest_of = [](const PolicyFolder& folder) {
    Diagnostics diagnostics;
    return load_files(folder.options(), diagnostics).content_digest;
  };
  const FullPolicy one;
  const FullPolicy same;
  EXPECT_EQ(digest_of(one.folder), digest_of(same.folder));
  const string before = digest_of(one.folder);
  FullPolicy dictionary;
  dictionary.folder.add("dictionaries/codenames.txt", "Nightjar\t11\nKingfisher Two\n");
  EXPECT_NE(digest_of(dictionary.folder), before);
  FullPolicy test_file;
  test_file.folder.add("tests/plan.txt", "Kingfisher");
  EXPECT_NE(digest_of(test_file.folder), before);
  FullPolicy catalogue;
  catalogue.folder.add("packs/destinations/freemail.txt", "mail.example\n");
  EXPECT_NE(digest_of(catalogue.folder), before);
}

TEST(Loader, SurvivesHostileAndMissingFiles) {
  const std::vector<std::pair<string, string>> policies = {
      {"missing", ""},
      {"a list", "- a\n- b\n"},
      {"a scalar", "hello\n"},
      {"deep", string(10'000, '[')},
      {"an unclosed map", "{a: {b: {c: "},
      {"null everywhere", "apiVersion:\norganisation:\ngroups:\ncategories:\nuse:\noverride:\nliaisons:\n"},
      {"lists for maps", "apiVersion: []\norganisation: []\ngroups: []\ncategories: []\nuse: {}\nholds: []\n"},
      {"maps for scalars",
       "apiVersion: {}\norganisation: {name: {}, domains: {}}\ndates: {a: {}}\nexpansions: {a: {}}\n"}};
  for (const auto& [name, text] : policies) {
    SCOPED_TRACE(name);
    PolicyFolder folder;
    if (name != "missing") folder.add("policy.yaml", text);
    folder.add("rules/a.yaml", text);
    Diagnostics diagnostics;
    const Loaded loaded = load_files(folder.options(), diagnostics);
    EXPECT_TRUE(diagnostics.has_errors());
    EXPECT_NE(loaded.destinations, nullptr);
    EXPECT_TRUE(loaded.model.rules.empty());
  }
}

TEST(Values, Distances) {
  struct Case {
    const char* text;
    const char* shown;  // null: refused
  };
  for (const Case& one : std::initializer_list<Case>{{"300", "300 characters"},
                                                     {"300 characters", "300 characters"},
                                                     {"60 words", "60 words"},
                                                     {"line", "the same line"},
                                                     {"row", "the same row"},
                                                     {"part", "the same part"},
                                                     {"0", nullptr},
                                                     {"-1", nullptr},
                                                     {"10001", nullptr},
                                                     {"99999999999", nullptr},
                                                     {"3 lines", nullptr},
                                                     {"words", nullptr},
                                                     {"60  words", nullptr},
                                                     {"", nullptr}}) {
    const auto distance = parse_distance(one.text);
    EXPECT_EQ(distance.has_value(), one.shown != nullptr) << one.text;
    if (!distance || one.shown == nullptr) continue;
    EXPECT_EQ(describe(*distance), one.shown);
  }
}

TEST(Values, AddressTerms) {
  using Kind = AddressTerm::Kind;
  struct Case {
    const char* text;
    std::optional<Kind> kind;
    const char* value;
  };
  for (const Case& one : std::initializer_list<Case>{{"class:public-list", Kind::destination_class, "public-list"},
                                                     {"group:x", Kind::group, "x"},
                                                     {"attr:a=b=c", Kind::attribute, "b=c"},
                                                     {"Jo@Example.COM", Kind::address, "jo@example.com"},
                                                     {"Bücher.example", Kind::domain, "xn--bcher-kva.example"},
                                                     {".example.com", Kind::subdomains, "example.com"},
                                                     {".com", Kind::subdomains, "com"},
                                                     {"*.example.com", std::nullopt, ""},
                                                     {"com", std::nullopt, ""},
                                                     {"attr:a", std::nullopt, ""},
                                                     {"class:", std::nullopt, ""},
                                                     {"@", std::nullopt, ""},
                                                     {"", std::nullopt, ""}}) {
    const auto term = parse_address_term(one.text);
    ASSERT_EQ(term.has_value(), one.kind.has_value()) << one.text;
    if (!term) continue;
    EXPECT_EQ(term->kind, *one.kind) << one.text;
    EXPECT_EQ(term->value, one.value) << one.text;
  }
}

TEST(Values, AmbiguousTexts) {
  for (const char* text : {"yes", "No", "on", "y", "true", "010", "0x1F", "1e3", "1.5e-3", "2.10", "12:30", "1_000",
                           ".inf", "-.INF", ".NaN", ".5", "-.5"}) {
    EXPECT_NE(grammar::ambiguity(text), "") << text;
  }
  for (const char* text : {"yesterday", "4711", "0", "1.4.0", "192.0.2.1", "2027-06-30", "1er", "e3", "3 e", "-", "a:b",
                           ".", ".example.com"}) {
    EXPECT_EQ(grammar::ambiguity(text), "") << text;
  }
}

TEST(Values, EmptyRegexes) {
  for (const char* pattern :
       {"x*", "a|", "\\b", "(?=a)", "^", "$", "(?:x?)+", "(?=foo)", "foo|(?<=bar)", "(?=\\bfoo)", "foo\\K"}) {
    const auto problem = check_regex(pattern);
    ASSERT_TRUE(problem) << pattern;
    EXPECT_TRUE(problem->empty_match) << pattern;
  }
  for (const char* pattern : {"x+", "a|b", "\\bx\\b", "(?i)é", "\\p{Lu}{2}", "(?<n>a)\\k<n>"}) {
    EXPECT_FALSE(check_regex(pattern)) << pattern;
  }
}

// Readers name the facts of the list in docs/formats.md, and rules may ask for those.
TEST(Values, FactsAreThoseThatTheDocumentationTells) {
  std::ifstream in(POSTERN_SOURCE_DIR "/docs/formats.md");
  std::vector<string> told;
  bool inside = false;
  for (string line; std::getline(in, line);) {
    if (line.starts_with("## ")) inside = line == "## Facts";
    if (inside && line.starts_with("| `")) told.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  EXPECT_THAT(told, ::testing::ElementsAreArray(fact_words()));
}

// Every reference of the schema leads somewhere, and what the table requires is required there.
TEST(Schema, IsClosed) {
  for (const SchemaOf file : {SchemaOf::policy, SchemaOf::pack, SchemaOf::rules}) {
    const auto schema = nlohmann::json::parse(json_schema(file));
    EXPECT_EQ(schema.at("additionalProperties"), false);
    const auto walk = [&](const auto& self, const nlohmann::json& node) -> void {
      if (node.is_object() && node.contains("$ref")) {
        const string name = node.at("$ref").template get<string>().substr(string("#/definitions/").size());
        EXPECT_TRUE(schema.at("definitions").contains(name)) << name;
      }
      for (const auto& child : node) {
        if (child.is_structured()) self(self, child);
      }
    };
    walk(walk, schema);
  }
  const auto rules = nlohmann::json::parse(json_schema(SchemaOf::rules));
  EXPECT_THAT(rules.at("definitions").at("rule").at("required").get<std::vector<string>>(),
              ::testing::Contains("when"));
}

// The loader's table, walked beside the schema that is printed from it.
class TableWalk {
 public:
  explicit TableWalk(SchemaOf file) : schema_(nlohmann::json::parse(json_schema(file))) {}

  void compare(const grammar::MapSpec& root) { compare(root, schema_); }
  size_t keys() const { return keys_; }

 private:
  void compare(const grammar::MapSpec& spec, const nlohmann::json& node) {
    if (!seen_.insert(&spec).second) return;
    EXPECT_EQ(node.at("properties").size(), spec.keys.size()) << spec.name;
    EXPECT_EQ(node.at("additionalProperties"), false) << spec.name;
    const nlohmann::json required = node.value("required", nlohmann::json::array());
    for (const grammar::KeySpec& key : spec.keys) {
      const string name(key.name);
      ASSERT_TRUE(node.at("properties").contains(name)) << spec.name << ": " << name;
      const nlohmann::json& property = node.at("properties").at(name);
      EXPECT_EQ(property.at("description"), string(key.doc)) << spec.name << ": " << name;
      const bool is_required = std::find(required.begin(), required.end(), nlohmann::json(name)) != required.end();
      EXPECT_EQ(is_required, key.need == grammar::Need::required) << spec.name << ": " << name;
      if (key.type.words != nullptr) {
        for (const std::string_view word : key.type.words()) {
          EXPECT_NE(property.dump().find('"' + string(word) + '"'), string::npos) << spec.name << ": " << word;
        }
      }
      keys_++;
      if (key.type.map != nullptr) compare(*key.type.map, below(property, name));
    }
  }

  // The map that a property's value leads to.
  nlohmann::json below(const nlohmann::json& property, const string& name) const {
    const string text = property.dump();
    const string reference = "\"$ref\":\"#/definitions/";
    const size_t at = text.find(reference);
    EXPECT_NE(at, string::npos) << name;
    if (at == string::npos) return {};
    const size_t begin = at + reference.size();
    return schema_.at("definitions").at(text.substr(begin, text.find('"', begin) - begin));
  }

  nlohmann::json schema_;
  std::set<const grammar::MapSpec*> seen_;
  size_t keys_ = 0;
};

TEST(Schema, HasEveryKeyOfTheTable) {
  TableWalk policy(SchemaOf::policy), pack(SchemaOf::pack), rules(SchemaOf::rules);
  policy.compare(grammar::kPolicyMap);
  pack.compare(grammar::kPackMap);
  rules.compare(grammar::kRulesMap);
  EXPECT_GT(policy.keys(), 100U);
  EXPECT_GT(pack.keys(), 5U);
  EXPECT_GT(rules.keys(), 100U);
}

}  // namespace
}  // namespace postern::policy
