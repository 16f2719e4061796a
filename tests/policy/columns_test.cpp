// Headings of columns: which stands above a cell, and that it is evidence for what is in the column.
#include "policy/columns.h"

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct HeadingCase {
  const char* name;
  std::string text;  // the place is where '#' stands
  std::string heading;
};

TEST(Columns, HeadingsStandInTheFirstRow) {
  const std::vector<HeadingCase> cases = {
      {"tabs", "name\tcard\nAda\t#", "card"},
      {"first column", "name\tcard\n#\tx", "name"},
      {"rows below", "name\tcard\nAda\t1\nBob\t2\nEve\t#", "card"},
      {"text around the table", "Hello\n\nname\tcard\nAda\t#\n\nBye", "card"},
      {"a second table", "a\tb\n1\t2\n\nc\td\n3\t#\n", "d"},
      {"a shorter heading", "name\tx\nAda\t1\t#", ""},
      {"the first row itself", "name\t#\nAda\tx", ""},
      {"behind the table", "name\tcard\nAda\tx\n\n#", ""},
      {"numbers head nothing", "17\t18\nAda\t#", ""},
      {"one row", "Ada\t#", ""},
      {"CSV", "name;card\nAda;1\nBob;#\n", "card"},
      {"CSV with commas", "name,card\nAda,1\nBob,#\n", "card"},
      {"two lines of prose", "Dear all, hello\nyours, #", ""},
      {"lines with other numbers of commas", "a,b\nc,d,#\ne,f,g\n", ""},
      {"no table", "name\n#", ""},
      {"nothing", "#", ""},
  };
  for (const HeadingCase& c : cases) {
    Columns columns;
    columns.read(c.text);
    const ByteRange found = columns.heading_of(c.text, static_cast<std::uint32_t>(c.text.find('#')));
    EXPECT_EQ(c.text.substr(found.begin, found.end - found.begin), c.heading) << c.name;
  }
}

struct EvidenceCase {
  const char* name;
  std::string text;
  bool caught;
};

TEST_F(PolicyTest, AHeadingIsEvidenceForItsColumn) {
  load(
      "evidence: {card-words: {keywords: [visa, 'card number']}}\n"
      "detectors:\n"
      "  - id: card\n"
      "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
      "    confidence: [{level: 90, when: {at_least: 1, of: [card-words], within: row}}, {level: 20}]\n"
      "rules:\n"
      "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
      "{content: {detector: card}}, then: {action: reject}}\n");
  std::string far;
  for (int i = 0; i < 200; i++) far += "Ada\tx\t1\n";
  const std::vector<EvidenceCase> cases = {
      {"in the row", "visa\t4929 1234 5678 9015", true},
      {"above", "name\tVisa\nAda\t4929 1234 5678 9015", true},
      {"far above", "name\tCard number\tx\n" + far + "Eve\t4929 1234 5678 9015\t2", true},
      {"written otherwise", "name\tV\u00ADisa\nAda\t\u200B4929 1234 5678 9015", true},
      {"above another column", "visa\tname\nAda\t4929 1234 5678 9015", false},
      {"in another row", "name\tnumber\nAda\tvisa\nEve\t4929 1234 5678 9015", false},
      {"in another table", "name\tvisa\n\nname\tid\nEve\t4929 1234 5678 9015", false},
      {"CSV", "name;visa;x\nAda;4929 1234 5678 9015;1\nEve;2;3\n", true},
      {"no table", "visa\n4929 1234 5678 9015", false},
  };
  for (const EvidenceCase& c : cases) {
    EXPECT_EQ(action(MessageBuilder().attachment("a.bin", c.text, Place::cell, "Sheet1!A1:C300")) == Action::reject,
              c.caught)
        << c.name;
  }
}

}  // namespace
}  // namespace postern::policy
