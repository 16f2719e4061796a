// A policy through its image, and what an image is that of.
#include <random>

#include <gtest/gtest.h>

#include "policy/inputs.h"
#include "policy/tests.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

constexpr std::string_view kHead = R"(apiVersion: postern/v1
organisation: {name: Example Corp, domains: [example.com, .example.com], own_values: ['DE89 3704 0044 0532 0130 00']}
categories: {secret: {title: Secrets, module: secrets}}
groups: {ip-office: [ip@example.com], press: ['group:ip-office', press@example.com]}
liaisons: {'*': {review: ['group:ip-office']}}
dates: {results: '2027-02-01T07:00:00Z'}
destinations: {partner: [supplier.example, .lawfirm.example]}
holds: {expires: 3d}
)";

constexpr std::string_view kRules = R"(apiVersion: postern/v1
evidence:
  card-words: {keywords: [card, visa]}
  card-regex: {regex: '(?i)expir(?:y|es)'}
detectors:
  - id: card
    sensitive: true
    primary: {regex: '\b(?:\d[ -]?){12,18}\d\b', validate: luhn}
    confidence:
      - {level: 90, when: [{of: [card-words, card-regex], within: 60}]}
      - {level: 70}
    allow: {values: ['4111 1111 1111 1111'], near: [{keywords: [sample], within: 20}]}
  - {id: codename, primary: {dictionary: dictionaries/codenames.txt, match: phrase}}
  - {id: again, primary: {dictionary: dictionaries/codenames.txt, match: phrase, case: exact}}
  - {id: unlocated, primary: {regex: '\Ga'}}
rules:
  - id: secret.card
    title: Card numbers
    category: secret
    owner: group:ip-office
    mode: enforce
    active: {until: results}
    when: {content: {detector: card, min_confidence: 80}}
    unless: [{senders: ['group:press'], recipients: [class:partner]}]
    then: {action: quarantine, review: [liaison], notify: [sender]}
    tests:
      should_match:
        - {name: near, to: [test@personal], body: 'visa 4012 8888 8888 1881', expect: {action: quarantine, confidence: 90}}
      should_not_match:
        - {name: ours, to: [test@personal], body: 'visa 4111 1111 1111 1111'}
  - id: secret.codename
    category: secret
    mode: audit
    review_by: '2026-11-01'
    when: {content: {any: [{detector: codename, in: [body]}, {all: [{detector: again}, {outcome: [encrypted]}]}]}}
    then: {action: justify}
    tests:
      should_match: [{name: it, to: [test@social], body: 'Night-jar ships'}]
      should_not_match: [{name: bird, to: [test@social], body: 'a bird'}]
  - id: secret.unlocated
    category: secret
    mode: audit
    when: {content: {not: {detector: unlocated}}, scope: message}
    then: {action: annotate}
)";

PolicyFolder& fill(PolicyFolder& folder) {
  folder.add("policy.yaml", kHead);
  folder.add("rules/a.yaml", kRules);
  folder.add("dictionaries/codenames.txt", "Night jar\nAmber heron\t3\n");
  folder.add("boilerplate/footer.txt", "This message is confidential.\n");
  return folder;
}

Verdict judge(const Policy& policy, const std::string& body) {
  RuleTest mail;
  mail.body = body;
  Envelope envelope;
  envelope.sender = {"<ann@example.com>", *parse_address("ann@example.com"), {}};
  envelope.recipients.push_back({"<bob@elsewhere.example>", *parse_address("bob@elsewhere.example"), {}});
  Context context;
  context.now = *parse_rfc3339("2026-12-01T12:00:00Z");
  return policy.evaluate(message_of(mail, nullptr), envelope, context);
}

std::vector<std::string> lines_of(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& one : diagnostics.all()) {
    out.push_back((one.mark.file ? one.mark.file->path : "") + ":" + std::to_string(one.mark.line) + ":" +
                  std::to_string(one.mark.column) + " " + one.code + " " + one.text + " (" + one.hint + ")");
  }
  return out;
}

TEST(PolicyImage, IsThePolicy) {
  PolicyFolder folder;
  const LoadOptions options = fill(folder).options();
  Diagnostics of_load;
  const auto loaded = Policy::load(options, of_load);
  ASSERT_NE(loaded, nullptr) << of_load.to_text();
  Diagnostics of_compile;
  const std::string image = Policy::compile(options, of_compile);
  ASSERT_FALSE(image.empty());
  Diagnostics of_open;
  const auto opened = Policy::open(image, options, Policy::Tests::keep, of_open);
  ASSERT_NE(opened, nullptr);

  EXPECT_EQ(opened->digest(), loaded->digest());
  of_load.sort();
  of_compile.sort();
  of_open.sort();
  EXPECT_FALSE(of_load.empty());
  EXPECT_EQ(lines_of(of_compile), lines_of(of_load));
  EXPECT_EQ(lines_of(of_open), lines_of(of_load));
  for (const char* body : {"visa 4012 8888 8888 1881", "4012 8888 8888 1881 expires", "sample 4012 8888 8888 1881 visa",
                           "Night-jar", "AMBER HERON", "nothing", "This message is confidential."}) {
    const Verdict a = judge(*loaded, body);
    const Verdict b = judge(*opened, body);
    EXPECT_EQ(a.action, b.action) << body;
    ASSERT_EQ(a.findings.size(), b.findings.size()) << body;
    for (size_t i = 0; i < a.findings.size(); i++) {
      EXPECT_EQ(a.findings[i].rule, b.findings[i].rule);
      EXPECT_EQ(a.findings[i].confidence, b.findings[i].confidence);
      EXPECT_EQ(a.findings[i].excerpt, b.findings[i].excerpt);
      EXPECT_EQ(a.findings[i].owner, b.findings[i].owner);
    }
  }
  TestOptions test_options;
  test_options.now = options.now;
  const TestReport report = run_tests(*opened, test_options);
  EXPECT_EQ(report.passed, 4U);
  EXPECT_EQ(report.failed, 0U) << to_text(report);
  EXPECT_EQ(opened->model().liaison_for("secret")->review[0].text, "group:ip-office");
  EXPECT_EQ(opened->destinations().classify(*parse_address("x@supplier.example"), nullptr).classes,
            loaded->destinations().classify(*parse_address("x@supplier.example"), nullptr).classes);
}

TEST(PolicyImage, OpensWithoutTests) {
  PolicyFolder folder;
  const LoadOptions options = fill(folder).options();
  Diagnostics diagnostics;
  const std::string image = Policy::compile(options, diagnostics);
  const auto opened = Policy::open(image, options, Policy::Tests::drop, diagnostics);
  ASSERT_NE(opened, nullptr);
  for (const Rule& rule : opened->model().rules) EXPECT_TRUE(rule.tests.empty());
}

TEST(PolicyImage, LooksAtDatesAnew) {
  PolicyFolder folder;
  LoadOptions options = fill(folder).options();
  Diagnostics before;
  const std::string image = Policy::compile(options, before);
  options.now = *parse_rfc3339("2027-03-01T00:00:00Z");
  Diagnostics after;
  ASSERT_NE(Policy::open(image, options, Policy::Tests::drop, after), nullptr);
  Diagnostics fresh;
  ASSERT_NE(Policy::load(options, fresh), nullptr);
  after.sort();
  fresh.sort();
  EXPECT_EQ(lines_of(after), lines_of(fresh));
  EXPECT_GT(after.warnings(), before.warnings());
}

TEST(PolicyImage, OfABadPolicyIsNone) {
  PolicyFolder folder;
  fill(folder).add("rules/b.yaml", "apiVersion: postern/v1\nrules: [{id: secret.x, category: nothing}]\n");
  Diagnostics of_compile;
  EXPECT_EQ(Policy::compile(folder.options(), of_compile), "");
  Diagnostics of_load;
  EXPECT_EQ(Policy::load(folder.options(), of_load), nullptr);
  EXPECT_EQ(lines_of(of_compile), lines_of(of_load));
}

// What opens an image has checked its seal; this is for defects.
TEST(PolicyImage, OpensNothingThatIsCutShortOrLengthened) {
  PolicyFolder folder;
  const LoadOptions options = fill(folder).options();
  Diagnostics diagnostics;
  const std::string image = Policy::compile(options, diagnostics);
  for (size_t size = 0; size < image.size(); size += size < 4096 ? 13 : 499) {
    ASSERT_EQ(Policy::open(image.substr(0, size), options, Policy::Tests::keep, diagnostics), nullptr) << size;
  }
  EXPECT_EQ(Policy::open(image + "x", options, Policy::Tests::keep, diagnostics), nullptr);
}

std::string inputs_of(const PolicyFolder& folder, std::string_view program = "1") {
  const auto digest = digest_of_inputs(folder.options(), program);
  EXPECT_TRUE(digest) << digest.error().message;
  return digest.value_or("");
}

TEST(Inputs, ChangeWithEverythingThatMayBeRead) {
  PolicyFolder folder;
  fill(folder).add(".git/HEAD", "ref: main\n");
  std::string before = inputs_of(folder);
  EXPECT_EQ(inputs_of(folder), before);
  EXPECT_NE(inputs_of(folder, "2"), before);
  folder.add(".git/HEAD", "ref: other\n");
  EXPECT_EQ(inputs_of(folder), before);
  const auto changes = [&](const char* what) {
    const std::string now = inputs_of(folder);
    EXPECT_NE(now, before) << what;
    before = now;
  };
  folder.add("rules/a.yaml", std::string(kRules) + "\n");
  changes("a byte");
  folder.add("rules/b.yaml", "apiVersion: postern/v1\n");
  changes("a file");
  std::filesystem::rename(folder.dir() + "/rules/b.yaml", folder.dir() + "/rules/c.yaml");
  changes("a name");
  folder.add("tests/deep/plan.txt", "plan");
  changes("a test's file");
  folder.add("packs/destinations/freemail.txt", "freemail.example\n");
  changes("the catalogue");
  std::filesystem::create_symlink(folder.dir() + "/rules/c.yaml", folder.dir() + "/rules/d.yaml");
  changes("a link");
  std::filesystem::remove(folder.dir() + "/rules/d.yaml");
  changes("a file less");
}

TEST(Inputs, OfFoldersThatAreNoPolicysAreNone) {
  PolicyFolder folder;
  fill(folder);
  std::filesystem::create_directory_symlink(folder.dir(), folder.dir() + "/itself");
  EXPECT_FALSE(digest_of_inputs(folder.options(), "1"));
}

}  // namespace
}  // namespace postern::policy
