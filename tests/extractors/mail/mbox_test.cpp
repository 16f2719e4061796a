// Files of several mails.
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

TEST(Mbox, MailsBeginWithALineAndAHeader) {
  struct Case {
    const char* name;
    std::string mbox;
    std::string parts;
  };
  const std::string first = "From a@b Mon Feb  1 07:00:00 2027\nFrom: a@b\nSubject: one\n\n";
  const std::string second = "From c@d Mon Feb  1 07:00:00 2027\nSubject: two\n\nNightjar\n";
  const std::vector<Case> cases = {
      {"two", first + "Amber\n\n" + second, ":complete 1:complete 1/1:complete 2:complete 2/1:complete"},
      {"a sentence", first + "\nFrom a@b we heard\nof nothing: Nightjar\n", ":complete 1:complete 1/1:complete"},
      {"no empty line before", first + "Amber\n" + second, ":complete 1:complete 1/1:complete"},
      {"the end", first + "Nightjar\n\nFrom a@b", ":complete 1:complete 1/1:complete 2:complete 2/1:complete"},
  };
  for (const Case& c : cases) {
    const ExtractedText text = walk_document(c.mbox, "a.mbox");
    EXPECT_EQ(outcomes(text), c.parts) << c.name;
    EXPECT_EQ(where_is(text, "Nightjar"), "body@") << c.name;
  }
}

}  // namespace
}  // namespace postern::test
