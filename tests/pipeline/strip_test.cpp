// Attachments that are taken off, through the gate with its real readers.
#include "pipeline/strip.h"

#include <functional>
#include <new>
#include <set>

#include "response/commit_payload.h"
#include "tests/pipeline/gate_fixture.h"

namespace postern::pipeline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStripRules =
    "apiVersion: postern/v1\n"
    "detectors:\n"
    "  - {id: codenames, primary: {keywords: [Nightjar]}}\n"
    "  - {id: figures, primary: {keywords: [Buzzard]}}\n"
    "  - {id: held, primary: {keywords: [Kestrel]}}\n"
    "rules:\n"
    "  - {id: secret.codename, title: Codename, category: secret, mode: enforce,\n"
    "     when: {recipients: [class:outside], content: {detector: codenames, in: [attachment, file-name]}},\n"
    "     then: {action: annotate, strip: attachment, notify: [liaison]}}\n"
    "  - {id: secret.quiet, title: Quiet, category: secret, mode: enforce,\n"
    "     when: {recipients: [class:outside], content: {detector: codenames, in: [attachment]}},\n"
    "     then: {action: allow, strip: attachment}}\n"
    "  - {id: secret.figures, title: Figures, category: secret, mode: enforce,\n"
    "     when: {recipients: [press.example], content: {detector: figures}},\n"
    "     then: {action: allow, strip: attachment}}\n"
    "  - {id: secret.held, title: Held, category: secret, mode: enforce,\n"
    "     when: {recipients: [class:outside], content: {detector: held}},\n"
    "     then: {action: quarantine}}\n";
constexpr std::string_view kMore =
    "liaisons: {'*': {review: [group:office]}}\n"
    "groups: {office: [office@example.com]}\n"
    "destinations: {protected: [council.example]}\n";

const std::string kHello = "Content-Type: text/plain\r\n\r\nHello";

std::string file(const std::string& text, const std::string& name = "plan.txt") {
  return "Content-Type: text/plain; name=" + name + "\r\nContent-Disposition: attachment; filename=" + name +
         "\r\n\r\n" + text;
}

std::string mixed(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += "--b\r\n" + part + "\r\n";
  return out + "--b--\r\n";
}

class StripTest : public GateTest {
 protected:
  StripTest() {
    folder_.add("policy.yaml", std::string(policy::kSmallPolicy) + std::string(kMore));
    folder_.add("rules/rules.yaml", kStripRules);
    Diagnostics diagnostics;
    policy_ = policy::Policy::load(folder_.options(), diagnostics);
    if (!policy_) throw std::runtime_error(diagnostics.to_text());
    extract::PoolOptions options;
    options.worker_path = POSTERN_EXTRACT;
    options.workers = 1;
    readers_ = extract::ExtractPool::start(options).value();
  }

  static Mail mail_of(const std::vector<std::string>& parts, const std::vector<std::string>& recipients) {
    return mail(mixed(parts), recipients,
                {{"From", " alice@example.com"},
                 {"Message-ID", " <1@x.example>"},
                 {"MIME-Version", " 1.0"},
                 {"Content-Type", " multipart/mixed; boundary=b"}});
  }

  MtaAnswer judge(const Mail& mail) {
    Gate gate(policy_, {*readers_, *store_, system_clock(), system_entropy(), counters_}, settings_);
    NoLane lane;
    return gate.judge(mail, lane);
  }

  template <typename F>
  auto read(F question) {
    std::optional<typename std::invoke_result_t<F, store::Reader&>::value_type> out;
    const auto ok = store_->read([&](store::Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return fail(answer.error());
      out = std::move(*answer);
      return {};
    });
    if (!ok) throw std::runtime_error(ok.error().message);
    return std::move(*out);
  }
  // Of the only mail that was recorded.
  store::Hold hold() {
    auto holds = read([](store::Reader& reader) { return reader.open_holds("", 10); });
    if (holds.size() != 1) throw std::runtime_error("there are " + std::to_string(holds.size()) + " holds");
    const auto found = read([](store::Reader& reader) { return reader.holds({}); });
    return found.at(0).hold;
  }
  response::Plan plan_of(const std::string& reference) {
    const auto incident = read([&](store::Reader& reader) { return reader.incident(reference); });
    return response::plan_from_json(incident.value().plan_json).value();
  }
  std::string held_bytes(const store::Hold& hold) {
    const auto blob = read([&](store::Reader& reader) { return reader.held_blob(hold.id, store_.directory()); });
    return std::string(*blob->view());
  }
  std::uint64_t strips(StripOutcome outcome) const { return counters_.strips[size_t(outcome)]; }

  static std::string delivered(const MtaAnswer& answer) {
    return answer.replacement ? std::string(*answer.replacement->message->view()) : "as it came";
  }

  std::unique_ptr<extract::ExtractPool> readers_;
};

TEST_F(StripTest, GoesWithoutTheAttachmentAndARetryToo) {
  const Mail sent = mail_of({kHello, file("Nightjar ships"), file("lunch", "menu.txt")}, {"<bob@out.example>"});
  for (int tries = 0; tries < 2; tries++) {
    const MtaAnswer answer = judge(sent);
    EXPECT_EQ(answer.kind, Kind::accept);
    const std::string out = delivered(answer);
    EXPECT_THAT(out, Not(HasSubstr("Nightjar")));
    EXPECT_THAT(out, HasSubstr(kHello));
    EXPECT_THAT(out, HasSubstr(file("lunch", "menu.txt")));
    EXPECT_THAT(out, HasSubstr("An attachment was removed from this message by the sender's company"));
    EXPECT_THAT(out, HasSubstr("plan.txt"));
    EXPECT_THAT(out, Not(HasSubstr("codename")));
  }
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(counts().holds_open, 0U);
  EXPECT_EQ(strips(StripOutcome::taken_off), 2U);
}

TEST_F(StripTest, TheSenderIsToldThoughTheRuleNamesTheLiaisonAlone) {
  judge(mail_of({kHello, file("Nightjar ships")}, {"<bob@out.example>"}));
  const auto events = read([](store::Reader& reader) { return reader.audit_after(0, 10); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].verb, "taken-off");
  std::set<response::Audience> audiences;
  for (const auto& row : read([&](store::Reader& reader) { return reader.outbox_of(events[0].subject); })) {
    audiences.insert(response::NoticePayload::parse(row.payload_json).value().audience);
  }
  EXPECT_EQ(audiences, (std::set{response::Audience::sender, response::Audience::liaison}));
  const response::Plan plan = plan_of(events[0].subject);
  ASSERT_EQ(plan.taken.size(), 1U) << "two rules, one attachment";
  EXPECT_EQ(plan.taken[0].sha256, to_hex(sha256("Nightjar ships")));
  EXPECT_EQ(plan.taken[0].name, "plan.txt");
  EXPECT_EQ(plan.taken[0].part.to_string(), "2");
}

TEST_F(StripTest, ANameThatWasFoundIsNotTold) {
  const std::string out = delivered(judge(mail_of({kHello, file("lunch", "Nightjar.txt")}, {"<bob@out.example>"})));
  EXPECT_THAT(out, HasSubstr("An attachment was removed"));
  EXPECT_THAT(out, Not(HasSubstr("jar")));
}

// Whom no rule speaks of gets it whole from the MTA, the others get the edited mail from the outbox, at once.
TEST_F(StripTest, TheTwoGroupsGetOneFormEach) {
  const Mail sent =
      mail_of({kHello, file("Nightjar ships")}, {"<bob@out.example>", "<ben@example.com>", "<works@council.example>"});
  for (int tries = 0; tries < 2; tries++) {
    const MtaAnswer answer = judge(sent);
    EXPECT_EQ(answer.kind, Kind::accept);
    EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{0});
    EXPECT_FALSE(answer.replacement);
  }
  EXPECT_EQ(strips(StripOutcome::sent_apart), 2U);
  const store::Hold kept = hold();
  EXPECT_TRUE(kept.release_requested);
  EXPECT_THAT(held_bytes(kept), Not(HasSubstr("Nightjar")));
  EXPECT_THAT(held_bytes(kept), HasSubstr("An attachment was removed"));
  const response::Plan plan = plan_of(kept.incident);
  EXPECT_TRUE(plan.sends_apart);
  EXPECT_TRUE(plan.approvals.empty());
  EXPECT_TRUE(plan.recipients[1].taken.empty());
  EXPECT_TRUE(plan.recipients[2].taken.empty());
  size_t releases = 0;
  for (const auto& row : read([&](store::Reader& reader) { return reader.outbox_of(kept.incident); })) {
    if (row.kind == store::OutboxKind::release) releases++;
  }
  EXPECT_EQ(releases, 1U);
}

TEST_F(StripTest, WhatCannotBeTakenOffIsHeldForTheLiaison) {
  const std::string forwarded =
      "Content-Type: message/rfc822\r\n\r\nSubject: old\r\nContent-Type: multipart/mixed;"
      " boundary=c\r\n\r\n--c\r\n" +
      file("Nightjar ships") + "\r\n--c--\r\n";
  const std::string encoded =
      "Content-Type: text/plain\r\n\r\nsee below\r\n\r\nbegin 644 plan.txt\r\n"
      ".3FEG:'1J87(@<VAI<',`\r\n`\r\nend\r\n";
  struct Case {
    std::string name;
    Mail mail;
    std::string reason;
  };
  Mail not_allowed = mail_of({kHello, file("Nightjar ships 1")}, {"<bob@out.example>"});
  not_allowed.may_edit = false;
  Mail too_large = mail_of({kHello, file("Nightjar ships 2")}, {"<bob@out.example>"});
  too_large.oversize = true;
  std::vector<std::string> many;
  for (size_t i = 0; i <= kMaxStripParts; i++) many.push_back(file("Nightjar " + std::to_string(i)));
  const Case cases[] = {
      {"the server allows no change", not_allowed, "lets no milter change the body"},
      {"too large", too_large, "too large to edit"},
      {"signed",
       mail_of(
           {"Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n" + kHello + "\r\n--s--", file("Nightjar ships")},
           {"<bob@out.example>"}),
       "signed"},
      {"a copy as uuencode", mail_of({encoded, file("Nightjar ships")}, {"<bob@out.example>"}), "another copy"},
      {"an inner boundary that begins with the outer",
       mail_of({"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n" + kHello + "\r\n--bb--",
                file("Nightjar ships")},
               {"<bob@out.example>"}),
       "in different ways"},
      {"too many", mail_of(many, {"<bob@out.example>"}), "more than 64 different attachments"},
      {"recipients differ",
       mail_of({kHello, file("Nightjar ships"), file("Buzzard")}, {"<bob@out.example>", "<ann@press.example>"}),
       "in another form"},
  };
  std::uint64_t held = 0;
  for (const Case& c : cases) {
    const MtaAnswer answer = judge(c.mail);
    EXPECT_EQ(answer.kind, Kind::discard) << c.name;
    EXPECT_FALSE(answer.replacement) << c.name;
    EXPECT_EQ(strips(StripOutcome::held), ++held) << c.name;
    const auto events = read([](store::Reader& reader) { return reader.audit_after(0, 100); });
    EXPECT_EQ(events.back().verb, "held") << c.name;
    const auto kept = read([&](store::Reader& reader) { return reader.hold_of(events.back().subject); }).value();
    EXPECT_THAT(kept.reason, HasSubstr(c.reason)) << c.name;
    EXPECT_EQ(held_bytes(kept), *c.mail.message->view()) << c.name;
    const response::Plan plan = plan_of(kept.incident);
    EXPECT_TRUE(plan.taken.empty()) << c.name;
    ASSERT_EQ(plan.approvals.size(), 1U) << c.name;
    EXPECT_EQ(plan.approvals[0].role, "liaison") << c.name;
    EXPECT_EQ(plan.approvals[0].people, std::vector<std::string>{"office@example.com"}) << c.name;
  }
  // A forwarded mail with it is an attachment that holds it, and goes as a whole.
  const std::string both = delivered(judge(mail_of({kHello, forwarded, file("Nightjar ships")}, {"<x@out.example>"})));
  EXPECT_THAT(both, HasSubstr("An attachment was removed"));
  EXPECT_THAT(both, Not(HasSubstr("Nightjar")));
}

TEST_F(StripTest, WhoIsHeldForAnotherReasonIsHeldWithTheWholeMail) {
  const Mail sent = mail_of({"Content-Type: text/plain\r\n\r\nKestrel", file("Nightjar ships")}, {"<bob@out.example>"});
  EXPECT_EQ(judge(sent).kind, Kind::discard);
  const store::Hold kept = hold();
  EXPECT_THAT(held_bytes(kept), HasSubstr("Nightjar"));
  EXPECT_FALSE(kept.release_requested);
  const response::Plan plan = plan_of(kept.incident);
  EXPECT_TRUE(plan.taken.empty());
  ASSERT_EQ(plan.approvals.size(), 1U);
  EXPECT_EQ(plan.approvals[0].role, "liaison");
}

// The plan of the first try is in force: what it takes off is taken off, or the mail comes again.
TEST_F(StripTest, ARetryThatCannotBeEditedIsATempfail) {
  Mail sent = mail_of({kHello, file("Nightjar ships")}, {"<bob@out.example>"});
  EXPECT_TRUE(judge(sent).replacement);
  sent.may_edit = false;
  EXPECT_EQ(judge(sent).kind, Kind::tempfail);
  EXPECT_EQ(strips(StripOutcome::failed), 1U);
  EXPECT_EQ(counts().holds_open, 0U);
  sent.may_edit = true;
  EXPECT_THAT(delivered(judge(sent)), Not(HasSubstr("Nightjar")));
}

TEST_F(StripTest, WhatIsFoundInTheTextAloneTakesNothingOff) {
  const Mail sent = mail_of({"Content-Type: text/plain\r\n\r\nBuzzard", file("lunch")}, {"<ann@press.example>"});
  const MtaAnswer answer = judge(sent);
  EXPECT_EQ(answer.kind, Kind::accept);
  EXPECT_FALSE(answer.replacement);
}

TEST_F(StripTest, EmptyFilesGoByTheirName) {
  const std::string out =
      delivered(judge(mail_of({"Content-Type: text/plain\r\n\r\n", file("", "Nightjar.key")}, {"<bob@out.example>"})));
  EXPECT_THAT(out, HasSubstr("An attachment was removed"));
  EXPECT_THAT(out, Not(HasSubstr("Nightjar")));
}

// A reader that lies about its edit is found out by the reading of it.
class LyingPool final : public extract::ExtractPool {
 public:
  explicit LyingPool(extract::ExtractPool& real) : real_(real) {}
  Result<ExtractedText> extract(const extract::ExtractRequest& request) override { return real_.extract(request); }
  Result<BodyEdit> edit(const extract::EditRequest& request) override {
    auto out = real_.edit(request);
    if (out && change) change(*out);
    return out;
  }
  const extract::PoolCounters& counters() const override { return real_.counters(); }
  std::function<void(BodyEdit&)> change;

 private:
  extract::ExtractPool& real_;
};

TEST_F(StripTest, EveryEditIsReadAgain) {
  const Mail sent = mail_of({kHello, file("Nightjar ships"), file("lunch", "menu.txt")}, {"<bob@out.example>"});
  const std::vector<response::TakenOff> wanted = {{to_hex(sha256("Nightjar ships")), "plan.txt", {}, false}};
  const Limits limits;
  const SteadyTime by = system_clock().steady() + std::chrono::seconds(60);
  LyingPool pool(*readers_);
  const auto why = [&] { return strip({sent, {}, wanted, "Example", limits, by}, pool).why_not; };
  EXPECT_EQ(why(), "");
  const std::string bytes(*sent.message->view());
  const std::pair<const char*, std::function<void(BodyEdit&)>> lies[] = {
      {"nothing goes",
       [](BodyEdit& edit) {
         edit.splices[0] = {edit.splices[0].offset, 0, ""};
       }},
      {"it stays beside the note",
       [&](BodyEdit& edit) { edit.splices[0].inserted += "\r\n--b\r\n" + file("Nightjar ships"); }},
      {"another note", [](BodyEdit& edit) { edit.splices[0].inserted = "\r\nbuy now"; }},
      {"a part more", [](BodyEdit& edit) { edit.splices[0].inserted += "\r\n--b\r\n\r\nmore"; }},
      {"another file changes",
       [&](BodyEdit& edit) {
         edit.splices.push_back({bytes.find("lunch"), 5, "LUNCH"});
       }},
      {"the text changes",
       [&](BodyEdit& edit) {
         edit.splices.insert(edit.splices.begin(), {bytes.find("Hello"), 5, "Hallo"});
       }},
  };
  for (const auto& [name, lie] : lies) {
    pool.change = lie;
    EXPECT_NE(why(), "") << name;
  }
}

// An exception would be a tempfail at every try.
TEST_F(StripTest, WhatMemoryDoesNotSufficeForIsHeld) {
  const Mail sent = mail_of({kHello, file("Nightjar ships")}, {"<bob@out.example>"});
  const std::vector<response::TakenOff> wanted = {{to_hex(sha256("Nightjar ships")), "plan.txt", {}, false}};
  const Limits limits;
  LyingPool pool(*readers_);
  pool.change = [](BodyEdit&) { throw std::bad_alloc(); };
  const SteadyTime by = system_clock().steady() + std::chrono::seconds(60);
  const Stripped out = strip({sent, {}, wanted, "Example", limits, by}, pool);
  EXPECT_THAT(out.why_not, HasSubstr("not enough memory"));
  EXPECT_FALSE(out.replacement.message);
}

TEST(RemovalText, NamesNoFileWhoseNameTells) {
  const response::TakenOff plain{"", "plan 4111111111111111.xlsx", {}, false};
  EXPECT_EQ(removal_text(plain, "Example"),
            "An attachment was removed from this message by the sender's company, Example, before it was sent: "
            "plan ••••••••••••1111.xlsx");
  EXPECT_EQ(removal_text({"", "Nightjar.pdf", {}, true}, ""),
            "An attachment was removed from this message by the sender's company before it was sent.");
}

}  // namespace
}  // namespace postern::pipeline
