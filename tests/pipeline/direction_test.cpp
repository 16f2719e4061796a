#include "tests/pipeline/identity_fixture.h"

namespace postern::pipeline {
namespace {

using test::envelope_address;
using test_identity::destinations;
using test_identity::settings;

struct DirectionCase {
  const char* name;
  const char* sender;
  const char* recipient;
  const char* client;
  const char* authenticated;
  bool local;
  Direction want;
  std::vector<HeaderField> headers = {};
};

TEST(DirectionTest, OutboundIsAnOutsideRecipientAndFromInside) {
  const HeaderField field{"X-Postern-Authenticated", " anna"};
  const DirectionCase cases[] = {
      {"between colleagues", "<a@corp.example>", "<b@corp.example>", "10.0.0.1", "a", false, Direction::passing},
      {"inbound", "<x@out.example>", "<b@corp.example>", "203.0.113.1", "", false, Direction::passing},
      {"authenticated", "<x@out.example>", "<y@out.example>", "203.0.113.1", "anna", false, Direction::outbound},
      {"a login that nobody knows", "<x@out.example>", "<y@out.example>", "203.0.113.1", "CORP\\a", false,
       Direction::outbound},
      {"inside network", "<x@out.example>", "<y@out.example>", "10.1.2.3", "", false, Direction::outbound},
      {"local submission", "<x@out.example>", "<y@out.example>", "", "", true, Direction::outbound},
      {"our envelope sender", "<a@corp.example>", "<y@out.example>", "203.0.113.1", "", false, Direction::outbound},
      {"relayed for others", "<x@out.example>", "<y@out.example>", "203.0.113.1", "", false,
       Direction::depends_on_from},
      {"null sender from outside", "<>", "<y@out.example>", "203.0.113.1", "", false, Direction::depends_on_from},
      {"null sender from a trusted relay that names the person",
       "<>",
       "<y@out.example>",
       "192.0.2.1",
       "",
       false,
       Direction::outbound,
       {field}},
      {"the same from anybody", "<>", "<y@out.example>", "203.0.113.1", "", false, Direction::depends_on_from, {field}},
      {"subdomain of ours", "<a@hr.corp.example>", "<y@out.example>", "203.0.113.1", "", false, Direction::outbound},
      {"sent on by us", "<SRS0=Ab=XY=out.example=x@corp.example>", "<y@out.example>", "203.0.113.1", "", false,
       Direction::outbound},
      {"a colleague's domain with an address in the local part", "<a@corp.example>", "<y%out.example@corp.example>",
       "10.0.0.1", "", false, Direction::outbound},
      {"a recipient that reads as ours only here", "<a@corp.example>", "<y@out.example (@corp.example>", "10.0.0.1", "",
       false, Direction::outbound},
      {"the same inbound", "<x@out.example>", "<b@corp.example (b)>", "203.0.113.1", "", false,
       Direction::depends_on_from},
      {"unreadable recipient counts as outside", "<a@corp.example>", "<bad", "10.0.0.1", "", false,
       Direction::outbound},
  };
  const auto known = destinations();
  const Identifier identifier(settings(), *known, "corp.example");
  for (const DirectionCase& c : cases) {
    Envelope envelope;
    envelope.sender = envelope_address(c.sender);
    envelope.recipients = {envelope_address(c.recipient)};
    envelope.client_address = c.client;
    envelope.authenticated = c.authenticated;
    envelope.local_submission = c.local;
    EXPECT_EQ(identifier.direction(envelope, identifier.vouched(envelope, c.headers)), c.want) << c.name;
  }
}

TEST(DirectionTest, AnAddressOfOursThatFansOutIsOutside) {
  const auto known = destinations();
  const Identifier identifier({}, *known, "corp.example");
  Envelope envelope;
  envelope.sender = envelope_address("<a@corp.example>");
  envelope.recipients = {envelope_address("<announce@corp.example>")};
  EXPECT_EQ(identifier.direction(envelope, {}), Direction::outbound);
}

}  // namespace
}  // namespace postern::pipeline
