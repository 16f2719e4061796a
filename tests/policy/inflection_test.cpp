// Inflected words: which forms of an entry are found with `inflection: true`, and which words are not.
#include "policy/patterns/inflection.h"

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct FormCase {
  const char* entry;
  std::vector<const char*> found;
  std::vector<const char*> not_found;
};

const std::vector<FormCase>& forms() {
  static const std::vector<FormCase> cases = {
      {"prototype", {"prototype", "Prototypes", "PROTOTYPES", "prototype's", "prototypes'"}, {"prototyped", "prototy"}},
      {"prototypes", {"prototypes", "prototype"}, {"prototyping"}},
      {"company", {"company", "companies", "company's"}, {"compan", "companion", "accompany"}},
      {"companies", {"companies", "company"}, {"companion"}},
      {"box", {"box"}, {"boxes", "boxer"}},  // too short
      {"tax return", {"tax return", "tax returns"}, {"taxes return", "tax returned"}},
      {"Patent", {"Patent", "Patents", "Patente", "Patenten"}, {"patentiert", "Patentamt"}},
      {"Vertrag", {"Vertrag", "Vertrags", "Vertrages", "Verträge", "Verträgen"}, {"Vertragspartner", "verträglich"}},
      {"Entwurf", {"Entwurf", "Entwürfe", "Entwürfen", "Entwurfs"}, {"entwerfen"}},
      {"Haus", {"Haus", "Häuser", "Häusern"}, {"Hausbau"}},
      {"vertraulich", {"vertraulich", "vertrauliche", "vertraulichen", "vertraulicher"}, {"Vertraulichkeit"}},
      {"confidentiel", {"confidentiel", "confidentiels", "confidentielle", "confidentielles"}, {"confidentialité"}},
      {"journal", {"journal", "journaux"}, {"journaliste"}},
      {"tableau", {"tableau", "tableaux"}, {"tabl"}},
      {"patente", {"patente", "patentes"}, {"patentado"}},
      {"reunión", {"reunión", "reuniones"}, {"reunir"}},
      {"secreto", {"secreto", "secretos", "secreta", "secretas"}, {"secretario"}},
      {"Nightjar", {"Nightjar", "Nightjars", "Nightjar-Projekt", "nightjar's"}, {"Nightjarprojekt", "night"}},
      {"K-9", {"K-9"}, {"K-9s"}},
  };
  return cases;
}

class InflectionTest : public PolicyTest {
 protected:
  void load_list(const std::string& entry, const std::string& more) {
    load("detectors: [{id: a, primary: {keywords: ['" + entry + "']" + more +
         "}}]\n"
         "rules:\n"
         "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
         "{content: {detector: a}}, then: {action: reject}}\n");
  }
  bool finds(const std::string& word) {
    return action(MessageBuilder().body("We saw " + word + " today.")) == Action::reject;
  }
};

TEST_F(InflectionTest, FindsTheFormsOfFourLanguages) {
  for (const FormCase& c : forms()) {
    load_list(c.entry, ", inflection: true");
    for (const char* word : c.found) EXPECT_TRUE(finds(word)) << c.entry << ": " << word;
    for (const char* word : c.not_found) EXPECT_FALSE(finds(word)) << c.entry << ": " << word;
  }
}

TEST_F(InflectionTest, IsOffUnlessAskedFor) {
  load_list("prototype", "");
  EXPECT_TRUE(finds("prototype"));
  EXPECT_FALSE(finds("prototypes"));
  load_list("prototype", ", inflection: false");
  EXPECT_FALSE(finds("prototypes"));
}

TEST_F(InflectionTest, GoesWithTheOtherKeys) {
  load_list("Company Plan", ", inflection: true, match: phrase, case: exact");
  EXPECT_TRUE(finds("Company Plan"));
  EXPECT_TRUE(finds("CompanyPlans"));
  EXPECT_TRUE(finds("Company-Plans"));
  EXPECT_FALSE(finds("company plans"));
  load_list("Nightjar", ", inflection: true, match: substring");
  EXPECT_TRUE(finds("Nightjarprojekt"));
}

TEST_F(InflectionTest, SeesThroughEvasions) {
  load_list("prototype", ", inflection: true");
  for (const char* word : {"pro\u00ADto\u200Btypes", "ｐｒｏｔｏｔｙｐｅｓ", "prоtоtypes", "pr0t0types"}) {
    EXPECT_TRUE(finds(word)) << word;
  }
}

TEST_F(InflectionTest, FormsAreOneEntry) {
  load(
      "detectors: [{id: a, primary: {keywords: [prototype, patent], inflection: true}}]\n"
      "rules:\n"
      "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
      "{content: {detector: a, min_count: 2}}, then: {action: reject}}\n");
  EXPECT_EQ(action(MessageBuilder().body("prototype, prototypes, prototype's")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("prototypes, patents")), Action::reject);
}

}  // namespace
}  // namespace postern::policy
