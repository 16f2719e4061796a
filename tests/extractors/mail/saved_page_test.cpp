// Saved pages (.mht, .mhtml): as browsers write them (tests/corpus/mail/saved-by-blink.mht was written by hand after
// one).
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

void expect_all_of_the_page(const ExtractedText& text, const std::string& name) {
  struct Case {
    const char* needle;
    const char* where;
  };
  const Case cases[] = {{"Confidential plan \xC3\xA9", "body@"},  // quoted-printable
                        {"Inner secret", "body@"},                // a frame, in base64
                        {"p { color: red; }", "body@"},           // a style sheet
                        {"pic/secret-plan.png", "header@part 4: Content-Location"}};
  for (const Case& c : cases) EXPECT_EQ(where_is(text, c.needle), c.where) << name << ": " << c.needle;
}

TEST(SavedPage, IsReadAsAFileAndAsAnAttachment) {
  const std::string page = corpus_file("mail/saved-by-blink.mht");
  const ExtractedText file = walk_document(page, "page.mht");
  expect_all_of_the_page(file, "file");
  EXPECT_EQ(file.parts[0].outcome, Outcome::complete);
  EXPECT_EQ(where_is(file, "https://intra.example/nightjar/page"),
            "header@Snapshot-Content-Location header@part 1: Content-Location");
  EXPECT_EQ(where_is(file, "Project Nightjar"), "subject@");
  expect_all_of_the_page(walk_document(mail_with(page, "See the page."), "", Limits{}, "message/rfc822"), "attachment");
}

// Word leaves out everything that a mail has; a copy may have lost its name.
TEST(SavedPage, IsKnownByItsTypeAlone) {
  const std::string page = corpus_file("mail/saved-by-blink.mht");
  const size_t type = page.find("Content-Type:");
  for (const char* name : {"page.mht", "page.doc", ""})
    expect_all_of_the_page(walk_document(page.substr(type), name), name);
}

}  // namespace
}  // namespace postern::test
