// Every trick is seen through: the words stand in one segment, as the policy's views read it, and the outcome tells
// when programs differ.
#include <set>

#include "policy/views.h"
#include "tests/extractors/evasion/trick.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {

void PrintTo(const Trick& trick, std::ostream* out) {
  *out << trick.name;
}

std::string mail_of(std::string_view fields, std::string_view body) {
  std::string out = "From: a@example.com\nTo: b@example.net\nMIME-Version: 1.0\n";
  out.append(fields);
  return out.append("\n").append(body);
}

std::string html_mail(std::string_view html, std::string_view charset) {
  return mail_of("Content-Type: text/html; charset=" + std::string(charset) + "\nContent-Transfer-Encoding: base64\n",
                 base64_of(html));
}

std::string mixed(const std::vector<std::string>& parts) {
  std::string body;
  for (const std::string& part : parts) body += "--b\n" + part + "\n";
  return mail_of("Content-Type: multipart/mixed; boundary=b\n", body + "--b--\n");
}

std::string attached(std::string_view name, std::string_view bytes, std::string_view type) {
  return mixed({"Content-Type: text/plain\n\nSee the file.",
                "Content-Type: " + std::string(type) + "; name=\"" + std::string(name) +
                    "\"\nContent-Disposition: attachment; filename=\"" + std::string(name) +
                    "\"\nContent-Transfer-Encoding: base64\n\n" + base64_of(bytes)});
}

namespace {

// As rules see a text: invisible letters gone, look-alike forms plain, case folded, white space as one space.
std::string seen(std::string_view text) {
  std::string reader, folded, out;
  policy::make_reader(text, reader, nullptr);
  policy::make_folded(reader, folded, nullptr);
  bool space = false;
  for (const char c : folded) {
    if (c == ' ' || c == '\n' || c == '\t') {
      space = true;
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += c;
  }
  return out;
}

bool is_seen(const ExtractedText& text) {
  constexpr std::string_view kSecret = "amber falcon";
  const auto holds = [&](const std::string& one) { return seen(one).find(kSecret) != std::string::npos; };
  return std::any_of(text.segments.begin(), text.segments.end(), [&](const Segment& one) { return holds(one.text); });
}

Outcome worst(const ExtractedText& text) {
  Outcome out = Outcome::complete;
  for (const Part& part : text.parts) {
    if (part.outcome != Outcome::complete) out = part.outcome;
  }
  return out;
}

std::string with_crlf(std::string_view mail) {
  std::string out;
  for (const char c : mail) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::vector<Trick> all_tricks() {
  std::vector<Trick> out;
  for (auto* const family : {&header_tricks, &structure_tricks, &encoding_tricks, &charset_tricks, &text_tricks,
                             &markup_tricks, &style_tricks, &zip_tricks, &office_tricks, &pdf_tricks}) {
    for (Trick& trick : family()) out.push_back(std::move(trick));
  }
  return out;
}

class Evasion : public testing::TestWithParam<Trick> {};

TEST_P(Evasion, IsSeenThrough) {
  const Trick& trick = GetParam();
  for (const std::string& mail : {trick.mail, with_crlf(trick.mail)}) {
    const ExtractedText text = walk_document(mail, "", {}, "message/rfc822");
    if (!is_seen(text)) {
      std::string all;
      for (const Segment& segment : text.segments)
        all += std::string(to_string(segment.place)) + "@" + segment.at + ": " + segment.text.substr(0, 300) + "\n";
      ADD_FAILURE() << "not seen in " << outcomes(text) << "\n" << all;
    }
    EXPECT_EQ(worst(text), trick.outcome) << outcomes(text);
  }
}

INSTANTIATE_TEST_SUITE_P(Mails, Evasion, testing::ValuesIn(all_tricks()), [](const auto& one) {
  std::string name = one.param.name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
});

TEST(EvasionTable, IsLongAndHasNoTwins) {
  std::set<std::string> names, mails;
  for (const Trick& trick : all_tricks()) {
    EXPECT_TRUE(names.insert(trick.name).second) << trick.name;
    EXPECT_TRUE(mails.insert(trick.mail).second) << trick.name;
  }
  EXPECT_GE(names.size(), 150u);
}

}  // namespace
}  // namespace postern::test
