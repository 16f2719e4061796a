#include "policy/file_groups.h"

#include <gtest/gtest.h>

#include "policy/file_names.h"
#include "tests/policy/evaluate_support.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct FileCase {
  const char* wanted;
  const char* mime;
  const char* name;
  bool matches;
};

TEST(FileGroups, ByTypeOrName) {
  const FileCase cases[] = {
      {"cad", "image/vnd.dwg", "", true},
      {"cad", "application/octet-stream", "housing.SLDPRT", true},
      {"cad", "text/plain", "housing.step", true},
      {"cad", "text/plain", "housing.stp", true},
      {"cad", "text/plain", "housing.igs", true},
      {"cad", "model/stl", "", true},
      {"cad", "application/octet-stream", "plan.dxf", true},
      {"cad", "text/plain", "step.txt", false},
      {"cad", "image/png", "dwg", false},
      {"source-code", "text/x-c++", "", true},
      {"source-code", "text/plain", "gate.cpp", true},
      {"source-code", "text/plain", "gate.PY", true},
      {"source-code", "text/plain", "notes.txt", false},
      {"source-code", "text/plain", "cpp", false},
      {"image/*", "image/png", "", true},
      {"image/*", "application/pdf", "a.png", false},
      {"application/pdf", "application/pdf", "", true},
      {"archive", "application/zip", "", true},
      {"document", "application/pdf", "", true},
      {"key", "text/plain", "server.pem", true},
  };
  for (const FileCase& c : cases) {
    EXPECT_EQ(file_type_matches(c.wanted, c.mime, c.name), c.matches) << c.wanted << " " << c.mime << " " << c.name;
  }
}

class FileRules : public PolicyTest {};

TEST_F(FileRules, BetweenTwoSizes) {
  load_rule("", "      content: {file: {name: '*.key', larger_than: 100, smaller_than: 4KB}}\n");
  const auto of_size = [&](std::uint64_t size) {
    MessageBuilder message;
    message.attachment("deck.key", "");
    message.text.parts.back().size = size;
    return action(message);
  };
  EXPECT_EQ(of_size(100), Action::allow);
  EXPECT_EQ(of_size(101), Action::quarantine);
  EXPECT_EQ(of_size(3999), Action::quarantine);
  EXPECT_EQ(of_size(4000), Action::allow);
}

TEST_F(FileRules, ByItsOtherNames) {
  load_rule("", "      content: {file: {name: '*pricelist*'}}\n");
  MessageBuilder in_gzip;
  in_gzip.attachment("docs.gz", "").more("pricelist.xlsx", Place::file_name, "");
  EXPECT_EQ(action(in_gzip), Action::quarantine);
  MessageBuilder in_a_second_field;
  in_a_second_field.attachment("a.xlsx", "").fact("name-conflict");
  in_a_second_field.text.segments.push_back({0, Place::file_name, "", "pricelist.xlsx\n"});
  EXPECT_EQ(action(in_a_second_field), Action::quarantine);
  MessageBuilder of_the_mail;
  of_the_mail.attachment("a.xlsx", "");
  of_the_mail.text.segments.push_back({0, Place::file_name, "", "pricelist.eml"});
  EXPECT_EQ(action(of_the_mail), Action::allow);
}

// SHA-256 of "abc" (FIPS 180-2 B.1) and of nothing.
constexpr std::string_view kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST_F(FileRules, ByTheirHash) {
  load_rule("", "      content: {file: {sha256: [" + std::string(kOfAbc) + "]}}\n");
  EXPECT_TRUE(policy_->model().asks_for_hashes());
  const auto of_hash = [&](std::string_view hash) {
    MessageBuilder message;
    message.attachment("a.bin", "");
    message.text.parts.back().sha256 = hash;
    return action(message);
  };
  EXPECT_EQ(of_hash(kOfAbc), Action::quarantine);
  EXPECT_EQ(of_hash(kOfNothing), Action::allow);
  EXPECT_EQ(of_hash(""), Action::allow) << "nobody knows it";
  load_rule("", "      content: {file: {name: '*.key'}}\n");
  EXPECT_FALSE(policy_->model().asks_for_hashes());
}

TEST(HashLists, HoldWhatSha256sumPrints) {
  PolicyFolder folder;
  folder.add("policy.yaml", std::string(kSmallPolicy));
  folder.add("hashes/drawings.txt",
             "# drawings of the pump\n" + std::string(kOfAbc) +
                 "  pump 1.dwg\n\n\\E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855 *b.dwg\r\n" +
                 std::string(kOfAbc) + "\n");
  folder.add(
      "rules/a.yaml",
      "apiVersion: postern/v1\nrules:\n  - id: secret.drawings\n    title: Drawings\n    category: secret\n    mode: "
      "audit\n"
      "    when: {content: {not: {not: {file: {sha256: [hashes/drawings.txt]}}}}}\n    then: {action: annotate}\n");
  const Model model = load_clean(folder);
  ASSERT_EQ(model.rules.size(), 1U);
  EXPECT_TRUE(model.asks_for_hashes());
  EXPECT_EQ(model.rules[0].content->children[0].children[0].file.hashes,
            (std::vector<std::string>{std::string(kOfAbc), std::string(kOfNothing)}));
}

struct NameCase {
  const char* pattern;
  const char* name;
  bool matches;
};

TEST(FileNames, AsTheyAreShown) {
  const NameCase cases[] = {
      {"*.key", "site.key", true},
      {"*.key", "SITE.KEY", true},
      {"*.key", "site.key.", true},
      {"*.key", "site.key ", true},
      {"*.key", "site.key\u00a0", true},
      {"*.key", "site.ke\u200by", true},
      {"*.key", "site.k\u0435y", true},
      {"*.key", "site.\uff4bey", true},
      {"*.key", "site\uff0ekey", true},
      {"*.key", "site.k\u00e9y", true},
      {"*.key", "site.k\u0065\u0301y", true},
      {"*.key", "site%2ekey", true},
      {"*.key", "site.key%20", true},
      {"*.key", "site.key;1", true},
      {"*.key", "site.key~", true},
      {"*.key", "site.key::$DATA", true},
      {"*.key", "site\u202eyek.", true},
      {"*pricelist*", "Price list 2027.xlsx", true},
      {"*pricelist*", "price-list.xlsx", true},
      {"*bom_master*", "BOM master.csv", true},
      {"pricing list*", "pricinglist.pdf", true},
      {"*.key", "site.keys", false},
      {"*.key", "monkey", false},
      {"*.key", "site.key.txt", false},
      {"*.key", "", false},
      {"a-b*", "ab.txt", false},
      {"[a-z]pricelist", "-pricelist", false},
      {"*pricelist*", "priced list.txt", false},
      {"*.p12", "a.p;12", false},
  };
  for (const NameCase& c : cases)
    EXPECT_EQ(file_name_matches(c.pattern, c.name), c.matches) << c.pattern << " " << c.name;
}

}  // namespace
}  // namespace postern::policy
