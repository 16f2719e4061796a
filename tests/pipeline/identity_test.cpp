#include "tests/milter/temporary_directory.h"
#include "tests/pipeline/identity_fixture.h"

namespace postern::pipeline {
namespace {

using test::envelope_address;
using test_identity::destinations;
using test_identity::settings;

// A mail as the table of cases writes it, and what must be made of it.
struct IdentityCase {
  const char* name;
  const char* client;  // 10.*: inside, 192.0.2.*: a trusted relay, 203.0.113.*: anybody
  const char* login;
  const char* sender;
  std::vector<HeaderField> headers;

  const char* identity;
  Voucher vouched;
  const char* acting = "";  // separated by spaces
  bool may_act = true;
  bool forwarded = false;
  bool automatic = false;
  const char* answering = "";
};

constexpr const char* kInside = "10.0.0.1";
constexpr const char* kRelay = "192.0.2.1";
constexpr const char* kAnybody = "203.0.113.1";
constexpr const char* kSrs = "<SRS0=Ab12=XY=out.example=bob@corp.example>";

std::vector<IdentityCase> identity_cases() {
  const auto no = Voucher::nobody;
  const auto login = Voucher::login;
  const auto relay = Voucher::relay;
  const HeaderField anna_from{"From", "Anna <anna@corp.example>"};
  const HeaderField pay_from{"From", "payments@corp.example"};
  const HeaderField out_from{"From", "bob@out.example"};
  const auto field = [](const char* value) { return HeaderField{"x-postern-authenticated", value}; };
  return {
      // Who is authenticated.
      {"login", kAnybody, "anna", "<anna@corp.example>", {anna_from}, "anna@corp.example", login},
      {"login with domain",
       kAnybody,
       "anna@hr.corp.example",
       "<anna@hr.corp.example>",
       {},
       "anna@hr.corp.example",
       login},
      {"mapped login", kAnybody, "u1", "<anna@corp.example>", {anna_from}, "anna@corp.example", login},
      {"a second address of one's own",
       kAnybody,
       "u1",
       "<a.adler@corp.example>",
       {},
       "anna@corp.example",
       login,
       "a.adler@corp.example"},
      {"extension", kAnybody, "anna", "<anna+x@corp.example>", {anna_from}, "anna@corp.example", login},
      {"login that nobody knows", kAnybody, "CORP\\anna", "<anna@corp.example>", {}, "anna@corp.example", no},
      {"null sender of a login", kAnybody, "anna", "<>", {}, "anna@corp.example", login, "", true, false, true},

      // Whom they act as.
      {"shared mailbox, allowed",
       kAnybody,
       "anna",
       "<payments@corp.example>",
       {pay_from},
       "anna@corp.example",
       login,
       "payments@corp.example"},
      {"shared mailbox, not allowed",
       kAnybody,
       "ben",
       "<payments@corp.example>",
       {pay_from},
       "ben@corp.example",
       login,
       "payments@corp.example",
       false},
      {"delegate in From alone",
       kAnybody,
       "anna",
       "<anna@corp.example>",
       {pay_from},
       "anna@corp.example",
       login,
       "payments@corp.example"},
      {"forged From",
       kAnybody,
       "ben",
       "<ben@corp.example>",
       {anna_from},
       "ben@corp.example",
       login,
       "anna@corp.example",
       false},
      {"private From",
       kAnybody,
       "anna",
       "<anna@corp.example>",
       {{"From", "a@freemail.example"}},
       "anna@corp.example",
       login,
       "a@freemail.example",
       false},
      {"two From, one forged",
       kAnybody,
       "anna",
       "<anna@corp.example>",
       {{"From", "anna@corp.example, ceo@corp.example"}},
       "anna@corp.example",
       login,
       "ceo@corp.example",
       false},
      {"BATV is the mailbox itself",
       kAnybody,
       "anna",
       "<prvs=12ab34=anna@corp.example>",
       {anna_from},
       "anna@corp.example",
       login},

      // Trusted relays.
      {"relay names a login",
       kRelay,
       "",
       "<payments@corp.example>",
       {field(" anna"), pay_from},
       "anna@corp.example",
       relay,
       "payments@corp.example"},
      {"relay names an address",
       kRelay,
       "",
       "<anna@corp.example>",
       {field(" <anna@corp.example>")},
       "anna@corp.example",
       relay},
      {"relay believed for its envelope sender",
       kRelay,
       "",
       "<anna@corp.example>",
       {anna_from},
       "anna@corp.example",
       relay},
      {"relay, another From",
       kRelay,
       "",
       "<anna@corp.example>",
       {{"From", "ceo@corp.example"}},
       "anna@corp.example",
       relay,
       "ceo@corp.example",
       false},
      {"relay with a login of its own",
       kRelay,
       "mx2",
       "<anna@corp.example>",
       {field("anna")},
       "anna@corp.example",
       relay},
      {"relay names two people",
       kRelay,
       "",
       "<anna@corp.example>",
       {field("ceo"), field("anna")},
       "anna@corp.example",
       no},
      {"relay names nobody", kRelay, "", "<anna@corp.example>", {field(" ")}, "anna@corp.example", no},
      {"relay with the null sender", kRelay, "", "<>", {anna_from}, "anna@corp.example", no, "", true, false, true},
      {"relay with an outside sender",
       kRelay,
       "",
       "<bob@out.example>",
       {anna_from},
       "anna@corp.example",
       no,
       "bob@out.example",
       false},
      {"anybody names a person", kAnybody, "", "<ben@corp.example>", {field("anna")}, "ben@corp.example", no},
      {"inside client names a person", kInside, "", "<ben@corp.example>", {field("anna")}, "ben@corp.example", no},
      {"authenticated client names another",
       kAnybody,
       "ben",
       "<ben@corp.example>",
       {field("anna")},
       "ben@corp.example",
       login},

      // Nobody vouches.
      {"envelope", kInside, "", "<anna@corp.example>", {pay_from}, "anna@corp.example", no, "payments@corp.example"},
      {"envelope of a service, our From",
       kInside,
       "",
       "<b-17@esp.example>",
       {anna_from},
       "anna@corp.example",
       no,
       "b-17@esp.example",
       false},
      {"null sender, our From", kInside, "", "<>", {anna_from}, "anna@corp.example", no, "", true, false, true},
      {"nothing at all", kInside, "", "<>", {}, "", no, "", true, false, true},
      {"outside all over", kInside, "", "<bob@out.example>", {out_from}, "bob@out.example", no},

      // Sent on.
      {"resent by a login",
       kAnybody,
       "anna",
       "<anna@corp.example>",
       {{"Resent-From", "anna@corp.example"}, out_from},
       "anna@corp.example",
       login,
       "",
       true,
       true},
      {"resent in another's name",
       kAnybody,
       "ben",
       "<ben@corp.example>",
       {{"Resent-From", "anna@corp.example"}, out_from},
       "ben@corp.example",
       login,
       "anna@corp.example",
       false,
       true},
      {"resent, newest first",
       kInside,
       "",
       "<bob@out.example>",
       {{"Resent-From", "anna@corp.example"}, {"Resent-From", "ben@corp.example"}, out_from},
       "anna@corp.example",
       no,
       "",
       true,
       true},
      {"resent by a secretary",
       kInside,
       "",
       "<bob@out.example>",
       {{"Resent-Sender", "ben@corp.example"}, out_from},
       "ben@corp.example",
       no,
       "",
       true,
       true},
      {"resent outside, before it came here",
       kInside,
       "",
       "<anna@corp.example>",
       {{"Resent-From", "x@out.example"}, anna_from},
       "anna@corp.example",
       no},
      {"Sieve redirect",
       kInside,
       "",
       "<bob@out.example>",
       {{"X-Sieve-Redirected-From", "anna@corp.example"}, out_from},
       "anna@corp.example",
       no,
       "",
       true,
       true},
      {"Sieve redirect under SRS",
       kInside,
       "",
       kSrs,
       {{"X-Sieve-Redirected-From", "anna@corp.example"}, out_from},
       "anna@corp.example",
       no,
       "",
       true,
       true},
      {"SRS and where it was delivered",
       kInside,
       "",
       kSrs,
       {{"Delivered-To", "anna@corp.example"}, {"Delivered-To", "team@corp.example"}, out_from},
       "anna@corp.example",
       no,
       "",
       true,
       true},
      {"SRS by nobody knows whom", kInside, "", kSrs, {out_from}, "", no, "", true, true},
      {"SRS from a trusted relay", kRelay, "", kSrs, {out_from}, "", no, "", true, true},
      {"alias that keeps the sender",
       kInside,
       "",
       "<bob@out.example>",
       {{"X-Original-To", "anna@corp.example"}, out_from},
       "anna@corp.example",
       no,
       "",
       true,
       true},
      {"alias that puts its own sender",
       kInside,
       "",
       "<team@corp.example>",
       {out_from},
       "team@corp.example",
       no,
       "",
       true,
       true},
      {"Delivered-To of mail of our own",
       kInside,
       "",
       "<anna@corp.example>",
       {{"Delivered-To", "ben@corp.example"}, anna_from},
       "anna@corp.example",
       no},
      {"list",
       kInside,
       "",
       "<list-bounces+bob=out.example@corp.example>",
       {out_from, {"List-Id", "<list.corp.example>"}},
       "list-bounces@corp.example",
       no,
       "",
       true,
       true,
       true},

      // No person sent it.
      {"auto-submitted",
       kAnybody,
       "anna",
       "<anna@corp.example>",
       {{"Auto-Submitted", "auto-replied"}},
       "anna@corp.example",
       login,
       "",
       true,
       false,
       true},
      {"bulk",
       kInside,
       "",
       "<anna@corp.example>",
       {{"Precedence", "bulk"}},
       "anna@corp.example",
       no,
       "",
       true,
       false,
       true},
      {"bounce",
       kInside,
       "",
       "<mailer-daemon@corp.example>",
       {},
       "mailer-daemon@corp.example",
       no,
       "",
       true,
       false,
       true},
      {"system with an owner",
       kInside,
       "",
       "<erp@corp.example>",
       {{"From", "erp@corp.example"}},
       "erp@corp.example",
       no,
       "",
       true,
       false,
       true,
       "it@corp.example"},
      {"system with a login",
       kAnybody,
       "erp",
       "<erp@corp.example>",
       {},
       "erp@corp.example",
       login,
       "",
       true,
       false,
       true,
       "it@corp.example"},
      {"owner of the envelope's mailbox",
       kAnybody,
       "anna",
       "<erp@corp.example>",
       {},
       "anna@corp.example",
       login,
       "erp@corp.example",
       false,
       false,
       true,
       "it@corp.example"},
  };
}

ExtractedText header_of(const std::vector<HeaderField>& headers) {
  ExtractedText out;
  Part root;
  root.role = PartRole::message;
  out.parts.push_back(root);
  for (const HeaderField& header : headers) {
    Segment segment;
    segment.place = Place::header;
    segment.at = header.name;
    segment.text = header.value;
    out.segments.push_back(segment);
  }
  return out;
}

std::string joined(const std::vector<Address>& addresses) {
  std::string out;
  for (const Address& address : addresses) out += (out.empty() ? "" : " ") + address.to_string();
  return out;
}

TEST(IdentityTest, ChargesEachMailToWhoSentIt) {
  const ::postern::testing::TemporaryDirectory dir;
  PeopleFiles files;
  files.login_domain = "corp.example";
  files.login_map = dir.path("logins");
  files.sender_logins = dir.path("senders");
  files.system_owners = dir.path("owners");
  std::ofstream(files.login_map) << "u1 anna@corp.example a.adler@corp.example\n";
  std::ofstream(files.sender_logins) << "payments@corp.example anna\n";
  std::ofstream(files.system_owners) << "erp@corp.example it@corp.example\n";
  IdentitySettings with_people = settings();
  with_people.people = People::load(files).value();
  const auto known = destinations();
  const Identifier identifier(with_people, *known, "corp.example");
  for (const IdentityCase& c : identity_cases()) {
    SCOPED_TRACE(c.name);
    Envelope envelope;
    envelope.client_address = c.client;
    envelope.authenticated = c.login;
    envelope.sender = envelope_address(c.sender);
    const Vouched vouched = identifier.vouched(envelope, c.headers);
    EXPECT_EQ(to_string(vouched.by), to_string(c.vouched));
    const SenderFacts sender = identifier.identify(envelope, vouched, mail_facts(header_of(c.headers)));
    EXPECT_EQ(sender.identity.to_string(), c.identity);
    EXPECT_EQ(sender.identity_authenticated, c.vouched != Voucher::nobody);
    EXPECT_EQ(joined(sender.acting_as), c.acting);
    EXPECT_EQ(sender.may_act, c.may_act);
    EXPECT_EQ(sender.forwarded, c.forwarded);
    EXPECT_EQ(sender.automatic, c.automatic);
    EXPECT_EQ(joined(sender.answering), c.answering);
  }
}

TEST(IdentityTest, WhoseLoginIsNotKnownIsToldToTheLog) {
  const auto known = destinations();
  const Identifier identifier(settings(), *known, "corp.example");
  Envelope envelope;
  envelope.authenticated = "CORP\\anna";
  EXPECT_EQ(identifier.vouched(envelope, {}).unknown, "CORP\\anna");
  envelope.authenticated = "anna";
  EXPECT_EQ(identifier.vouched(envelope, {}).person.to_string(), "anna@corp.example")
      << "without files a login gets the organisation's domain";
  EXPECT_EQ(identifier.vouched(envelope, {}).unknown, "");
}

}  // namespace
}  // namespace postern::pipeline
