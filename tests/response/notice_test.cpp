#include "response/notice.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "response/mime_builder.h"

namespace postern::response {
namespace {

using store::RecipientState;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSource = POSTERN_SOURCE_DIR;
const WallTime kSent = parse_rfc3339("2027-02-01T07:00:00Z").value();

NoticeSettings settings() {
  NoticeSettings out;
  out.organisation = "Example Corp";
  out.from_name = "Example Corp mail check";
  out.from = *parse_address("mail-check@example.com");
  out.liaison = *parse_address("ip-office@example.com");
  out.is_internal = [](const Address& address) { return address.domain == "example.com"; };
  return out;
}

NoticeWriter writer() {
  auto templates = NoticeTemplates::load("", "");
  if (!templates) throw std::runtime_error(templates.error().message);
  return NoticeWriter(settings(), std::move(*templates));
}

Finding card() {
  Finding finding;
  finding.rule = "financial.payment-card";
  finding.title = "Payment card number";
  finding.category = "financial";
  finding.detector = "payment-card";
  finding.severity = Severity::high;
  finding.mode = Mode::enforce;
  finding.action = Action::quarantine;
  finding.part_name = "Q3 customers.xlsx";
  finding.place = Place::hidden_sheet;
  finding.at = "Sheet2!B7";
  finding.count = 3;
  finding.excerpt = "V••• card •••• •••• •••• 1881, e•••••• 1•/••";
  finding.clause = "Confidentiality agreement, 4.2";
  return finding;
}

Finding codename() {
  Finding finding;
  finding.rule = "trade-secret.codename";
  finding.title = "Unannounced project named outside";
  finding.category = "trade-secret";
  finding.detector = "codenames";
  finding.severity = Severity::critical;
  finding.mode = Mode::enforce;
  finding.action = Action::quarantine;
  finding.part_name = "Nightjar roadmap.pptx";
  finding.place = Place::notes;
  finding.at = "Nightjar, slide 4";
  finding.excerpt = "N•••••• ships";
  finding.sensitive = true;
  finding.clause = "Confidentiality agreement, 2.1";
  return finding;
}

NoticeFacts held() {
  NoticeFacts facts;
  facts.to = {"alice@example.com"};
  facts.message_id = "<notice.17@gate.example.com>";
  facts.date = kSent + std::chrono::seconds(2);
  facts.reference = "PN-7K2M9Q";
  facts.sender = "alice@example.com";
  facts.original_message_id = "<1@example.com>";
  facts.sent = kSent;
  facts.expires = kSent + std::chrono::hours(120);
  facts.recipients = {{"bob@example.com", RecipientState::delivered, Action::allow},
                      {"tips@news.example", RecipientState::held, Action::quarantine}};
  facts.findings = {card()};
  return facts;
}

NoticeFacts with_state(RecipientState state, Action action) {
  NoticeFacts facts = held();
  facts.recipients[1].state = state;
  facts.recipients[1].action = action;
  return facts;
}

NoticeFacts for_reviewer() {
  NoticeFacts facts = held();
  facts.audience = Audience::liaison;
  facts.to = {"ip-office@example.com", "deputy@example.com"};
  facts.findings = {card(), codename()};
  return facts;
}

NoticeFacts hostile() {
  NoticeFacts facts = held();
  facts.original_message_id = "<a@b>\r\nBcc: eve@evil.example";
  facts.sender = "<script>alert(1)</script>@example.com";
  facts.recipients[1].address = "x\r\nBcc: eve@evil.example\r\n\r\n<b>{{reference}}</b>@evil.example";
  Finding finding = card();
  finding.part_name =
      "\xE2\x80\xAE"
      "fdp.<img src=x onerror=alert(1)>\r\n== next ==\n- {{#liaison}} 4111 1111 1111 1111\xFF";
  finding.title = "{{{reference}}} & <b>bold</b>";
  finding.at = "\"><a href='http://evil.example'>" + std::string(500, 'A');
  finding.excerpt = "</td><style>*{display:none}</style>" + std::string(5000, 'z');
  finding.clause = "2.1\r\nX-Injected: yes";
  facts.findings = {finding};
  return facts;
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The golden files are written anew with POSTERN_UPDATE_GOLDEN=1 and then read by a person.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = kSource + "/tests/response/golden/" + name;
  if (std::getenv("POSTERN_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(read(path), text) << path;
}

struct GoldenCase {
  std::string name;
  NoticeFacts facts;
};

class NoticeGolden : public ::testing::TestWithParam<GoldenCase> {};

TEST_P(NoticeGolden, Renders) {
  const auto notice = writer().write(GetParam().facts);
  ASSERT_TRUE(notice) << notice.error().message;
  expect_golden(GetParam().name + ".txt", "Subject: " + notice->subject + "\n\n" + notice->text);
  expect_golden(GetParam().name + ".html", notice->html);
}

NoticeFacts with(const std::function<void(NoticeFacts&)>& change) {
  NoticeFacts facts = held();
  change(facts);
  return facts;
}

NoticeFacts rule_ends(bool asks) {
  NoticeFacts facts;
  facts.audience = Audience::owner;
  facts.to = {"ip-office@example.com"};
  facts.message_id = "<rule.17@gate.example.com>";
  facts.date = kSent;
  facts.rule_end =
      RuleEnd{"trade-secret.q3", "Figures of the third quarter", kSent + std::chrono::hours(asks ? -1 : 40), asks};
  return facts;
}

// Of two attachments one is named after what was found.
NoticeFacts taken_off(bool sensitive) {
  NoticeFacts facts = with_state(RecipientState::delivered, Action::annotate);
  facts.recipients[1].taken_off = true;
  facts.taken_off = {{"", "Q3 customers.xlsx", {}, false}, {"", "Visa 4111.txt", {}, true}};
  facts.findings = {sensitive ? codename() : card()};
  return facts;
}

NoticeFacts undelivered(Audience audience) {
  NoticeFacts facts = held();
  facts.audience = audience;
  facts.undelivered = true;
  return facts;
}

INSTANTIATE_TEST_SUITE_P(
    Table, NoticeGolden,
    ::testing::Values(GoldenCase{"held", held()},
                      GoldenCase{"justify", with_state(RecipientState::held, Action::justify)},
                      GoldenCase{"annotated", with_state(RecipientState::delivered, Action::annotate)},
                      GoldenCase{"rule_ends", rule_ends(false)}, GoldenCase{"rule_asks", rule_ends(true)},
                      GoldenCase{"taken_off", taken_off(false)}, GoldenCase{"taken_off_sensitive", taken_off(true)},
                      GoldenCase{"undelivered", undelivered(Audience::sender)},
                      GoldenCase{"undelivered_liaison", undelivered(Audience::liaison)},
                      GoldenCase{"taken_off_held", with([](NoticeFacts& f) {
                                   f.taken_off = {{"", "plan.pdf", {}, false}};
                                   f.recipients[0].taken_off = true;
                                 })},
                      GoldenCase{"not_delivered", with_state(RecipientState::not_delivered, Action::reject)},
                      GoldenCase{"released", with_state(RecipientState::released, Action::quarantine)},
                      GoldenCase{"expired", with_state(RecipientState::expired, Action::quarantine)},
                      GoldenCase{"sensitive", with([](NoticeFacts& f) {
                                   f.findings = {card(), codename()};
                                 })},
                      GoldenCase{"limited", with([](NoticeFacts& f) { f.not_notified = 7; })},
                      GoldenCase{
                          "unreadable", with([](NoticeFacts& f) {
                            f.findings.clear();
                            f.unreadable = {{PartPath({2}), "plans.zip", Outcome::encrypted, "needs a password"}};
                            f.unread = true;
                          })},
                      GoldenCase{"unjudged", with([](NoticeFacts& f) {
                                   f.findings.clear();
                                   f.unread = true;
                                 })},
                      GoldenCase{"on_behalf", with([](NoticeFacts& f) {
                                   f.on_behalf = true;
                                   f.sender = "";
                                   f.to = {"ip-office@example.com"};
                                 })},
                      GoldenCase{"review", for_reviewer()}, GoldenCase{"hostile", hostile()}),
    [](const auto& param_info) { return param_info.param.name; });

// Words have a letter or a digit; what masking leaves has none.
size_t words(const std::string& text) {
  std::istringstream in(text);
  size_t count = 0;
  for (std::string word; in >> word;) {
    count += std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  }
  return count;
}

NoticeFacts unread(RecipientState state, Action action, bool judged) {
  NoticeFacts facts = with_state(state, action);
  facts.unread = true;
  facts.findings.clear();
  if (judged) {
    Finding locked;
    locked.rule = "company.locked";
    locked.title = "Locked file";
    locked.category = "trade-secret";
    locked.mode = Mode::enforce;
    locked.action = action;
    locked.part = PartPath({2});
    locked.part_name = "plans.zip";
    facts.findings = {locked};
  }
  return facts;
}

// Nothing was found: no notice may speak of something that was, nor ask to take it out.
TEST(Notice, SaysOfAMessageThatCouldNotBeReadNoMoreThanIsKnown) {
  struct Case {
    RecipientState state;
    Action action;
  };
  for (const Case& c :
       {Case{RecipientState::held, Action::quarantine}, Case{RecipientState::held, Action::justify},
        Case{RecipientState::delivered, Action::annotate}, Case{RecipientState::not_delivered, Action::reject},
        Case{RecipientState::released, Action::quarantine}, Case{RecipientState::rejected, Action::quarantine},
        Case{RecipientState::expired, Action::quarantine}}) {
    for (const bool judged : {true, false}) {
      for (const Audience audience : {Audience::sender, Audience::liaison}) {
        NoticeFacts facts = unread(c.state, c.action, judged);
        facts.audience = audience;
        const auto notice = writer().write(facts);
        ASSERT_TRUE(notice);
        for (const std::string& part : {notice->text, notice->html}) {
          std::string text = part;
          std::replace(text.begin(), text.end(), '\n', ' ');
          for (const std::string word : {" item", "What was found", "We noticed", "The law protects"}) {
            EXPECT_THAT(text, Not(HasSubstr(word))) << store::to_string(c.state) << " " << judged;
          }
          if (c.state == RecipientState::released) continue;
          EXPECT_THAT(text, HasSubstr("automatic check"));
          if (judged) {
            EXPECT_THAT(text, HasSubstr("plans.zip"));
          }
        }
        const size_t details = notice->text.find("--------");
        EXPECT_LE(words(notice->text.substr(0, details)), kMaxWordsBeforeDetails) << notice->text;
      }
    }
  }
}

TEST(Notice, IsShortBeforeTheDetails) {
  for (const auto& facts : {held(), with_state(RecipientState::held, Action::justify),
                            with_state(RecipientState::delivered, Action::annotate),
                            with_state(RecipientState::not_delivered, Action::reject)}) {
    const std::string text = writer().write(facts)->text;
    const size_t details = text.find("--------");
    ASSERT_NE(details, std::string::npos);
    EXPECT_LE(words(text.substr(0, details)), kMaxWordsBeforeDetails) << text.substr(0, details);
  }
}

TEST(Notice, SpeaksOfAMessageAndBlamesNobody) {
  for (const auto& facts : {held(), with_state(RecipientState::held, Action::justify),
                            with_state(RecipientState::delivered, Action::annotate),
                            with_state(RecipientState::not_delivered, Action::reject), for_reviewer()}) {
    const auto notice = writer().write(facts).value();
    for (const std::string word : {"violat", "illegal", "offend", "breach", "your fault", "you must"}) {
      EXPECT_THAT(notice.text, Not(HasSubstr(word)));
    }
    EXPECT_THAT(notice.text, HasSubstr("message"));
  }
}

TEST(Notice, TextIsInTheAgreedOrder) {
  std::string text = writer().write(held())->text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  size_t last = 0;
  for (const std::string part :
       {"waiting for a check", "tips@news.example has not been sent", "What was found", "Payment card number",
        "Q3 customers.xlsx", "Why it matters", "Confidentiality agreement, 4.2", "What to do next", "1. ",
        "Where your message is now", "bob@example.com: delivered", "tips@news.example: on hold", "Two-minute lesson",
        "Is this wrong?", "ip-office@example.com", "Reference: PN-7K2M9Q"}) {
    const size_t at = text.find(part, last);
    ASSERT_NE(at, std::string::npos) << part;
    last = at;
  }
}

// Words of the text part, in order, all stand in the HTML part in the same order.
TEST(Notice, BothPartsSayTheSame) {
  for (const auto& facts : {held(), for_reviewer(), with([](NoticeFacts& f) { f.not_notified = 2; })}) {
    const auto notice = writer().write(facts).value();
    std::istringstream in(notice.text);
    size_t at = notice.html.find("</style>");
    for (std::string word; in >> word;) {
      // Marks of the text layout, and the colon that it puts after a label.
      while (!word.empty() && word.find_first_not_of("=-*|.0123456789") == std::string::npos) word.clear();
      if (!word.empty() && word.back() == ':') word.pop_back();
      const size_t found = notice.html.find(word, at);
      ASSERT_NE(found, std::string::npos) << word;
      at = found;
    }
  }
}

TEST(Notice, SensitiveFindingsAreNotConfirmed) {
  const auto notice = writer().write(with([](NoticeFacts& f) { f.findings = {codename(), card()}; })).value();
  for (const std::string& part : {notice.text, notice.html, notice.subject}) {
    EXPECT_THAT(part, Not(HasSubstr("Nightjar roadmap")));
    EXPECT_THAT(part, Not(HasSubstr("N••••••")));
    EXPECT_THAT(part, Not(HasSubstr("slide 4")));
    EXPECT_THAT(part, Not(HasSubstr("Q3 customers")));  // another file's name may tell it too
  }
  EXPECT_THAT(notice.text, HasSubstr("an attachment"));
}

TEST(Notice, AFileFoundByItsNameIsNotNamed) {
  const auto notice = writer()
                          .write(with([](NoticeFacts& f) {
                            f.findings[0].place = Place::file_name;
                            f.findings[0].part_name = "4111 1111 1111 1111.pdf";
                          }))
                          .value();
  EXPECT_THAT(notice.text, Not(HasSubstr(".pdf")));
}

TEST(Notice, HostileTextStaysText) {
  const auto notice = writer().write(hostile()).value();
  for (const std::string tag : {"<script", "<img", "<b>", "</b>", "<style>*", "onerror=alert(1)>", "href='"}) {
    EXPECT_THAT(notice.html, Not(HasSubstr(tag)));
  }
  EXPECT_THAT(notice.html, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
  EXPECT_THAT(notice.text, HasSubstr("{{{reference}}}"));  // shown, not filled in
  EXPECT_THAT(notice.text, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(notice.text, Not(HasSubstr("4111")));
  EXPECT_THAT(notice.text, Not(HasSubstr(std::string(200, 'z'))));
  EXPECT_LT(notice.message.size(), 40'000u);
}

std::vector<std::string> header_names(const std::string& message) {
  std::vector<std::string> out;
  std::istringstream in(message.substr(0, message.find("\r\n\r\n")));
  for (std::string line; std::getline(in, line);) {
    if (line[0] != ' ') out.push_back(line.substr(0, line.find(':')));
  }
  return out;
}

TEST(Notice, HeaderHoldsItsFieldsAndNoOther) {
  const std::vector<std::string> sender_fields{"Date",
                                               "From",
                                               "To",
                                               "Reply-To",
                                               "Subject",
                                               "Message-ID",
                                               "In-Reply-To",
                                               "References",
                                               "Auto-Submitted",
                                               "X-Auto-Response-Suppress",
                                               "Content-Language",
                                               "MIME-Version",
                                               "Content-Type"};
  EXPECT_EQ(header_names(writer().write(held())->message), sender_fields);
  auto without_reply = sender_fields;
  without_reply.erase(without_reply.begin() + 6, without_reply.begin() + 8);
  EXPECT_EQ(header_names(writer().write(hostile())->message), without_reply);
  EXPECT_EQ(header_names(writer().write(for_reviewer())->message), without_reply);
}

TEST(Notice, MessageIsPlainAndShortLined) {
  const std::string message = writer().write(held())->message;
  EXPECT_THAT(message, HasSubstr("Auto-Submitted: auto-replied\r\n"));
  EXPECT_THAT(message, HasSubstr("X-Auto-Response-Suppress: All\r\n"));
  EXPECT_THAT(message, HasSubstr("In-Reply-To: <1@example.com>\r\n"));
  EXPECT_THAT(message, HasSubstr("Subject: Your message is on hold (PN-7K2M9Q)\r\n"));
  size_t column = 0;
  for (const char c : message) {
    EXPECT_LT(static_cast<unsigned char>(c), 0x80);
    column = c == '\n' ? 0 : column + 1;
    ASSERT_LE(column, 79u);
  }
  EXPECT_EQ(message, writer().write(held())->message);  // a second try sends the same bytes
}

TEST(Notice, HtmlLoadsNothingAndLinksNowhere) {
  for (const auto& facts : {held(), for_reviewer(), hostile()}) {
    const std::string html = writer().write(facts)->html;
    for (const std::string word : {"<img", "<a ", "<script", "<link", "src=\"", "url(", "@import", "<form"}) {
      EXPECT_THAT(html, Not(HasSubstr(word)));
    }
  }
}

TEST(Notice, OnlyToTheOrganisation) {
  for (const auto& [to, kind] : std::vector<std::pair<std::vector<std::string>, ErrorKind>>{
           {{"eve@evil.example"}, ErrorKind::permission},
           {{"alice@example.com", "eve@evil.example"}, ErrorKind::permission},
           {{"alice@example.com.evil.example"}, ErrorKind::permission},
           {{}, ErrorKind::invalid_input},
           {{""}, ErrorKind::invalid_input},
           {{"a@b\r\nBcc: c@d"}, ErrorKind::invalid_input}}) {
    NoticeFacts facts = held();
    facts.to = to;
    const auto notice = writer().write(facts);
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().kind, kind);
  }
}

TEST(Notice, PagesAreShownAsText) {
  NoticeSettings with_pages = settings();
  with_pages.liaison = {};
  with_pages.contact_page = "https://intranet.example.com/contest";
  with_pages.lessons_page = "https://intranet.example.com/lessons";
  const auto notice = NoticeWriter(with_pages, NoticeTemplates::load("", "").value()).write(held()).value();
  for (const std::string& page : {with_pages.contact_page, with_pages.lessons_page}) {
    EXPECT_THAT(notice.text, HasSubstr(page));
    EXPECT_THAT(notice.html, HasSubstr(page));
  }
  EXPECT_THAT(notice.html, Not(HasSubstr("href")));
  EXPECT_THAT(notice.message, Not(HasSubstr("\r\nReply-To:")));
}

TEST(Notice, ManyFindingsAndRecipientsAreCounted) {
  NoticeFacts facts = held();
  for (int i = 0; i < 50; i++) {
    Finding finding = card();
    finding.at = "Sheet1!A" + std::to_string(i);
    facts.findings.push_back(finding);
    facts.findings.push_back(finding);  // said twice, shown once
    facts.recipients.push_back({"r" + std::to_string(i) + "@x.example", RecipientState::held, Action::quarantine});
  }
  const auto notice = writer().write(facts).value();
  EXPECT_THAT(notice.text, HasSubstr("and 48 more"));
  EXPECT_THAT(notice.text, HasSubstr("and 49 more"));
  EXPECT_THAT(notice.text, HasSubstr("and 32 more"));
}

}  // namespace
}  // namespace postern::response
