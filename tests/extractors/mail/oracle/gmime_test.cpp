// Whatever GMime shows of a mail, our reader must show too. See docs/decisions/0102-own-mime-reader.md.
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/extractors/mail/oracle/generated.h"
#include "tests/extractors/mail/oracle/shown.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

// Lines that GMime shows as text and that are none to us, with the reason. Each must still occur.
struct Otherwise {
  const char* mail;  // how its name begins
  const char* line;
};
constexpr Otherwise kOtherwise[] = {
    // A guessed boundary: we take the parts behind it apart, GMime shows all as a preamble.
    {"another boundary", "--c"},
    {"another boundary", "Content-Type: text/plain; charset=utf-8"},
    {"another boundary", "--c--"},
    {"no boundary parameter", "--b"},
    {"no boundary parameter", "Content-Type: text/plain; charset=utf-8"},
    {"no boundary parameter", "--b--"},
    // Parts behind the end: the same with an epilogue.
    {"parts behind the end", "--b"},
    {"parts behind the end", "--b--"},
    // A multipart in base64, which GMime does not decode.
    {"encoded multipart", "LS1iCgpBbWJlciBGYWxjb24KLS1iLS0K"},
    // White space behind a soft line break, which RFC 2045 6.7 has readers drop.
    {"quoted-printable soft breaks", "ships=  "},
    // The mark above a signature.
    {"signature", "-- "},
};

class Excused {
 public:
  bool excuses(const std::string& mail, const std::string& line) {
    for (size_t i = 0; i < std::size(kOtherwise); i++) {
      if (!mail.starts_with(kOtherwise[i].mail) || !line.ends_with(std::string(": ") + kOtherwise[i].line)) continue;
      used_.insert(i);
      return true;
    }
    return false;
  }
  ~Excused() { EXPECT_EQ(used_.size(), std::size(kOtherwise)) << "an excuse that nothing needs any more"; }

 private:
  std::set<size_t> used_;
};

std::string ours(const std::string& mail) {
  return as_one_line(walk_document(mail, "", {}, "message/rfc822"));
}

std::vector<NamedMail> kept_mails() {
  std::vector<NamedMail> out;
  const std::filesystem::path corpus = std::filesystem::path(POSTERN_SOURCE_DIR) / "tests/fuzz/corpus";
  for (const auto& folder : std::filesystem::directory_iterator(corpus)) {
    if (!folder.path().filename().string().starts_with("mail")) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      std::ifstream in(file.path(), std::ios::binary);
      out.push_back({file.path().filename(), std::string(std::istreambuf_iterator<char>(in), {})});
    }
  }
  return out;
}

template <typename Excuse>
void expect_all_shown(const std::vector<NamedMail>& mails, Excuse&& is_excused) {
  for (const NamedMail& mail : mails) {
    const std::string text = ours(mail.bytes);
    for (const Shown& shown : shown_by_gmime(mail.bytes)) {
      for (const std::string& missing : missing_of(shown, text)) {
        if (!is_excused(mail.name, missing)) ADD_FAILURE() << mail.name << ": " << missing;
      }
    }
  }
}

TEST(GMimeOracle, ShowsNothingMoreOfGeneratedMails) {
  const std::vector<NamedMail> mails = generated_mails();
  EXPECT_GT(mails.size(), 800u);
  Excused excused;
  expect_all_shown(mails,
                   [&](const std::string& mail, const std::string& line) { return excused.excuses(mail, line); });
}

TEST(GMimeOracle, ShowsNothingMoreOfKeptMails) {
  const std::vector<NamedMail> mails = kept_mails();
  EXPECT_GE(mails.size(), 5u);
  // A word that is cut off behind half a character: GMime shows the one as "?" and the other as it stands.
  const std::string cut = "? =?utf-8?q?=A9";
  expect_all_shown(mails, [&](const std::string&, const std::string& line) { return line.ends_with(cut); });
}

}  // namespace
}  // namespace postern::test
