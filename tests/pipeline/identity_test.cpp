#include "pipeline/identity.h"

#include "tests/response/a_mail.h"

namespace postern::pipeline {
namespace {

using test::envelope_address;

std::shared_ptr<const policy::Destinations> destinations() {
  policy::DestinationConfig config;
  config.internal_domains = {"corp.example", ".corp.example"};
  policy::DestinationConfig::Expansion announce;
  announce.address = "announce@corp.example";
  announce.classes = {DestinationClass::personal};
  config.expansions.push_back(announce);
  Diagnostics diagnostics;
  return policy::Destinations::load(config, "/nonexistent", diagnostics);
}

struct DirectionCase {
  const char* name;
  const char* sender;
  const char* recipient;
  const char* client;
  const char* authenticated;
  bool local;
  Direction want;
};

TEST(DirectionTest, OutboundIsAnOutsideRecipientAndFromInside) {
  const DirectionCase cases[] = {
      {"between colleagues", "<a@corp.example>", "<b@corp.example>", "10.0.0.1", "a", false, Direction::passing},
      {"inbound", "<x@out.example>", "<b@corp.example>", "203.0.113.1", "", false, Direction::passing},
      {"authenticated", "<x@out.example>", "<y@out.example>", "203.0.113.1", "anna", false, Direction::outbound},
      {"inside network", "<x@out.example>", "<y@out.example>", "10.1.2.3", "", false, Direction::outbound},
      {"local submission", "<x@out.example>", "<y@out.example>", "", "", true, Direction::outbound},
      {"our envelope sender", "<a@corp.example>", "<y@out.example>", "203.0.113.1", "", false, Direction::outbound},
      {"relayed for others", "<x@out.example>", "<y@out.example>", "203.0.113.1", "", false,
       Direction::depends_on_from},
      {"null sender from outside", "<>", "<y@out.example>", "203.0.113.1", "", false, Direction::depends_on_from},
      {"subdomain of ours", "<a@hr.corp.example>", "<y@out.example>", "203.0.113.1", "", false, Direction::outbound},
      {"unreadable recipient counts as outside", "<a@corp.example>", "<bad", "10.0.0.1", "", false,
       Direction::outbound},
  };
  const auto networks = Networks::parse({"10.0.0.0/8"});
  const auto known = destinations();
  for (const DirectionCase& c : cases) {
    Envelope envelope;
    envelope.sender = envelope_address(c.sender);
    envelope.recipients = {envelope_address(c.recipient)};
    envelope.client_address = c.client;
    envelope.authenticated = c.authenticated;
    envelope.local_submission = c.local;
    EXPECT_EQ(direction_of(envelope, *networks, *known), c.want) << c.name;
  }
}

TEST(DirectionTest, AnAddressOfOursThatFansOutIsOutside) {
  Envelope envelope;
  envelope.sender = envelope_address("<a@corp.example>");
  envelope.recipients = {envelope_address("<announce@corp.example>")};
  EXPECT_EQ(direction_of(envelope, *Networks::parse({}), *destinations()), Direction::outbound);
}

TEST(IdentityTest, IsTheAuthenticatedPersonElseTheEnvelopeElseFrom) {
  struct Case {
    const char* name;
    const char* sender;
    const char* authenticated;
    const char* from;
    const char* want;
    bool sure;
    bool automatic;
  };
  const Case cases[] = {
      {"login", "<team@corp.example>", "anna", "x@corp.example", "anna@corp.example", true, false},
      {"login with domain", "<team@corp.example>", "anna@hr.corp.example", "", "anna@hr.corp.example", true, false},
      {"envelope", "<a@corp.example>", "", "x@corp.example", "a@corp.example", false, false},
      {"null sender", "<>", "", "robot@corp.example", "robot@corp.example", false, true},
      {"null sender of a login", "<>", "anna", "", "anna@corp.example", true, true},
      {"nobody", "<>", "", "", "", false, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Envelope envelope;
    envelope.sender = envelope_address(c.sender);
    envelope.authenticated = c.authenticated;
    MailFacts facts;
    facts.from = addresses_in(c.from);
    const SenderFacts sender = identify(envelope, facts, "corp.example");
    EXPECT_EQ(sender.identity.to_string(), c.want);
    EXPECT_EQ(sender.identity_authenticated, c.sure);
    EXPECT_EQ(sender.automatic, c.automatic);
  }
}

}  // namespace
}  // namespace postern::pipeline
