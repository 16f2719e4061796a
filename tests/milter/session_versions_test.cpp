// What a session agrees on with MTAs of each version, and speaks with them then.
#include <gtest/gtest.h>

#include "milter/session_player.h"

namespace postern::milter {
namespace {

using Kind = MtaAnswer::Kind;
using Next = Session::Next;

struct OfferCase {
  std::string name;
  Negotiate offer;
  std::uint32_t version;
  std::uint32_t actions;
  std::uint32_t steps;
  bool chooses_macros;
};

TEST(Session, TakesOfAnOfferWhatItNeeds) {
  constexpr std::uint32_t kActions = actions::add_headers | actions::change_headers | actions::change_body |
                                     actions::remove_recipients | actions::choose_macros;
  constexpr std::uint32_t kSteps =
      0x1FFFFF & ~(steps::no_connect | steps::no_helo | steps::no_mail | steps::no_rcpt | steps::no_body |
                   steps::no_headers | steps::skip | steps::rejected_recipients);
  const std::vector<OfferCase> cases = {
      {"everything", {6, 0x1FF, 0x1FFFFF, {}}, 6, kActions, kSteps, true},
      {"a later version", {7, 0xFFFFFFFF, 0xFFFFFFFF, {}}, 6, kActions, kSteps, true},
      {"version 2", {2, 0x3F, 0x7F, {}}, 2, 0x1B, steps::no_end_of_headers, false},
      {"nothing", {4, 0, 0, {}}, 4, 0, 0, false},
      {"quarantine only", {6, actions::quarantine, steps::no_reply_header, {}}, 6, 0, steps::no_reply_header, false},
  };
  for (const OfferCase& c : cases) {
    SCOPED_TRACE(c.name);
    Player player;
    player.send(c.offer);
    EXPECT_EQ(player.next(), Next::read);
    const std::string out = player.take_out();
    const auto reply = decode_reply(next_frame(out));
    ASSERT_TRUE(reply);
    const Negotiate& agreed = std::get<Negotiate>(*reply);
    EXPECT_EQ(agreed.version, c.version);
    EXPECT_EQ(agreed.actions, c.actions);
    EXPECT_EQ(agreed.steps, c.steps);
    EXPECT_EQ(!agreed.macros.empty(), c.chooses_macros);
  }
}

TEST(Session, PutsTheSpaceBackThatAnMtaTookAway) {
  Player p;
  p.negotiate(0x1FFFFF & ~steps::leading_space).mail().rcpt();
  p.header("A", "v").header("B", " v").header("C", "").header("D", "\n folded").end();
  const Mail mail = p.judge();
  EXPECT_EQ(text_of(mail), "A: v\r\nB: v\r\nC:\r\nD:\r\n folded\r\n\r\n");
  EXPECT_EQ(mail.headers[0].value, " v");
}

// Whether the gate may replace a body is known before the mail is judged.
TEST(SessionVersions, AMailKnowsWhetherItMayBeEdited) {
  constexpr std::uint32_t kEdits = actions::change_body | actions::change_headers;
  for (const std::uint32_t missing : {0U, actions::change_body, actions::change_headers, kEdits}) {
    Player p;
    p.negotiate(0x1FFFFF, 0x1FF & ~missing).mail().rcpt().header("A", "b").end();
    EXPECT_EQ(p.judge().may_edit, missing == 0) << missing;
  }
}

// What MTAs of each version can offer, by Sendmail's mfdef.h: quarantine and headers changed came with 2; an unknown
// command with 3; DATA with 4; everything else with 6.
TEST(Session, ServesEveryVersionWithWhatItKnows) {
  struct Version {
    std::uint32_t number, actions, steps;
    bool answers_every_step, data, macros_chosen;
  };
  const std::vector<Version> versions = {
      {2, 0x3F, 0x7F, true, false, false}, {3, 0x3F, 0x1FF, true, false, false},    {4, 0x3F, 0x3FF, true, true, false},
      {5, 0x3F, 0x3FF, true, true, false}, {6, 0x1FF, 0x1FFFFF, false, true, true},
  };
  for (const Version& v : versions) {
    SCOPED_TRACE(v.number);
    Player p;
    p.send(Negotiate{v.number, v.actions, v.steps, {}});
    const std::string out = p.take_out();
    const auto reply = decode_reply(next_frame(out));
    ASSERT_TRUE(reply);
    const Negotiate& agreed = std::get<Negotiate>(*reply);
    EXPECT_EQ(agreed.version, v.number);
    EXPECT_EQ(agreed.actions & ~v.actions, 0U) << "nothing that was not offered";
    EXPECT_EQ(agreed.steps & ~v.steps, 0U);
    EXPECT_EQ(!agreed.macros.empty(), v.macros_chosen);
    p.macros('C', {"j", "mx", "{daemon_name}", "mx"}).send(Connect{"c", Family::inet, 1, "192.0.2.1"}).send(Helo{"h"});
    p.macros('M', {"i", "ID"}).mail().rcpt();
    if (v.data && (agreed.steps & steps::no_data) == 0) p.send(Data{});
    const bool space = (agreed.steps & steps::leading_space) != 0;
    p.header("A", space ? " b" : "b");
    if ((agreed.steps & steps::no_end_of_headers) == 0) p.send(EndOfHeaders{});
    p.body("x");
    // Version 3 and later may leave out only what is a step of theirs; headers need no reply from 0x80 on.
    std::string expected = "ccccc";
    if ((agreed.steps & steps::no_reply_header) != 0) expected.pop_back();
    if (v.answers_every_step) {
      expected += "c";
    } else {
      expected.clear();
    }
    EXPECT_EQ(p.letters(), expected);
    p.end();
    ASSERT_EQ(p.next(), Next::judge);
    const Mail mail = p.judge();
    EXPECT_EQ(text_of(mail), "A: b\r\n\r\nx");
    EXPECT_EQ(mail.envelope.queue_id, "ID");
    EXPECT_EQ(p.letters(), "c");
  }
}

TEST(Session, AnswersEveryStepWhenNoReplyIsNotOffered) {
  Player p;
  p.negotiate(0);
  p.send(Connect{"c", Family::inet, 1, "192.0.2.1"}).send(Helo{"h"}).mail().rcpt().send(Data{});
  p.header("A", "b").send(EndOfHeaders{}).body("x").send(UnknownCommand{"FOO"});
  EXPECT_EQ(p.letters(), "ccccccccc");
  p.macros('E', {"i", "1"}).end();
  ASSERT_EQ(p.next(), Next::judge);
  p.judge(Kind::discard);
  EXPECT_EQ(p.letters(), "d");
  p.send(Abort{});
  EXPECT_EQ(p.letters(), "") << "an abort is never answered";
}

}  // namespace
}  // namespace postern::milter
