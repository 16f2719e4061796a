#include "milter/answer.h"

#include <algorithm>
#include <tuple>

#include <gtest/gtest.h>

#include "milter/codec.h"

namespace postern::milter {
namespace {

using Kind = MtaAnswer::Kind;

constexpr Agreed kAll{6, 0x1FF, 0x1FFFFF};

std::vector<EnvelopeAddress> recipients(const std::vector<std::string>& raw) {
  std::vector<EnvelopeAddress> out;
  for (const std::string& r : raw) {
    EnvelopeAddress address;
    address.raw = r;
    out.push_back(std::move(address));
  }
  return out;
}

// The packets as "letter payload", NUL and the index of a change shown readably.
std::vector<std::string> packets(std::string_view bytes) {
  std::vector<std::string> out;
  while (!bytes.empty()) {
    const Frame frame = next_frame(bytes);
    if (frame.state != Frame::State::whole) return {"not whole packets"};
    std::string text(1, frame.letter);
    std::string_view payload = frame.payload;
    if (frame.letter == 'm') {
      text += "#" + std::to_string(int(payload[3]));
      payload.remove_prefix(4);
    }
    for (const char c : payload) text += c == '\0' ? std::string("|") : std::string(1, c);
    out.push_back(text);
    bytes.remove_prefix(frame.size);
  }
  return out;
}

std::vector<std::string> sent(const MtaAnswer& answer, const std::vector<std::string>& to, const Agreed& agreed = kAll,
                              Answered* how = nullptr) {
  std::string out;
  const Answered answered = encode_answer(answer, recipients(to), agreed, out);
  if (how != nullptr) *how = answered;
  return packets(out);
}

MtaAnswer of_kind(Kind kind, std::vector<std::string> reply = {}) {
  MtaAnswer out;
  out.kind = kind;
  out.reply = std::move(reply);
  return out;
}

using Packets = std::vector<std::string>;

TEST(Answer, PlainVerdicts) {
  EXPECT_EQ(sent(of_kind(Kind::accept), {"<a@b>"}), Packets{"c"});
  EXPECT_EQ(sent(of_kind(Kind::discard), {"<a@b>"}), Packets{"d"});
  EXPECT_EQ(sent(of_kind(Kind::reject), {"<a@b>"}), Packets{"r"});
  EXPECT_EQ(sent(of_kind(Kind::tempfail), {"<a@b>"}), Packets{"t"});
}

TEST(Answer, EditsGoInOrderAndHighestIndexFirst) {
  MtaAnswer answer = of_kind(Kind::accept);
  answer.remove_recipients = {2, 0};
  answer.remove_headers = {{"X-Postern-A", 1}, {"X-Postern-A", 3}, {"X-Postern-B", 2}, {"x-postern-a", 3}};
  answer.add_headers = {{"X-Postern-Notice", "seen"}};
  EXPECT_EQ(sent(answer, {"<a@b>", "c@d", "E@f"}), (Packets{"-<a@b>|", "-E@f|", "m#3X-Postern-A||", "m#2X-Postern-B||",
                                                            "m#1X-Postern-A||", "hX-Postern-Notice| seen|", "c"}));
}

TEST(Answer, ARemovalNamedTwiceIsMadeOnce) {
  MtaAnswer answer = of_kind(Kind::accept);
  answer.remove_headers = {{"X-A", 1}, {"x-a", 1}, {"X-A", 2}, {"X-B", 1}};
  EXPECT_EQ(sent(answer, {"<a@b>"}), (Packets{"m#2X-A||", "m#1X-A||", "m#1X-B||", "c"}));
}

TEST(Answer, LeadingSpaceIsOursOnlyWhenItWasAgreed) {
  const Agreed without{6, 0x1FF, 0};
  const std::vector<std::tuple<std::string, Agreed, std::string>> cases = {
      {"seen", kAll, "hX| seen|"},     {" seen", kAll, "hX| seen|"},
      {"\tseen", kAll, "hX|\tseen|"},  {"seen", without, "hX|seen|"},
      {" seen", without, "hX|seen|"},  {"", kAll, "hX| |"},
      {"a\r\n b", kAll, "hX| a\n b|"}, {"a\nBcc: x", kAll, "hX| a\n\tBcc: x|"},
      {"a\n", kAll, "hX| a|"},
  };
  for (const auto& [value, agreed, expected] : cases) {
    SCOPED_TRACE(value);
    MtaAnswer answer = of_kind(Kind::accept);
    answer.add_headers = {{"X", value}};
    EXPECT_EQ(sent(answer, {"<a@b>"}, agreed), (Packets{expected, "c"}));
  }
}

TEST(Answer, TheLastRecipientIsNeverRemoved) {
  MtaAnswer answer = of_kind(Kind::accept);
  answer.remove_recipients = {0, 1};
  Answered how;
  EXPECT_EQ(sent(answer, {"<a@b>", "<c@d>"}, kAll, &how), Packets{"d"});
  EXPECT_EQ(how.kind, Kind::discard);
  // The MTA removes all that are written alike, so one index can mean all of them.
  answer.remove_recipients = {0};
  EXPECT_EQ(sent(answer, {"<a@b>", "<a@b>"}), Packets{"d"});
  EXPECT_EQ(sent(answer, {"<a@b>", "<a@b>", "<c@d>"}), (Packets{"-<a@b>|", "c"}));
}

TEST(Answer, WhatTheServerDidNotOfferIsATempfail) {
  MtaAnswer removal = of_kind(Kind::accept);
  removal.remove_recipients = {0};
  MtaAnswer header = of_kind(Kind::accept);
  header.remove_headers = {{"X-A", 1}};
  MtaAnswer addition = of_kind(Kind::accept);
  addition.add_headers = {{"X-A", "b"}};
  const std::vector<std::tuple<MtaAnswer, std::uint32_t>> cases = {
      {removal, actions::remove_recipients}, {header, actions::change_headers}, {addition, actions::add_headers}};
  for (const auto& [answer, needed] : cases) {
    SCOPED_TRACE(needed);
    Answered how;
    const Packets none = sent(answer, {"<a@b>", "<c@d>"}, Agreed{6, 0x1FFU & ~needed, 0}, &how);
    ASSERT_EQ(none.size(), 1U);
    EXPECT_EQ(none.front().substr(0, 4), "y451");
    EXPECT_EQ(how.kind, Kind::tempfail);
    EXPECT_EQ(how.reason, TempfailReason::not_offered);
    EXPECT_EQ(sent(answer, {"<a@b>", "<c@d>"}, Agreed{6, needed, 0}).back(), "c");
  }
}

TEST(Answer, ABrokenAnswerIsATempfail) {
  MtaAnswer index = of_kind(Kind::accept);
  index.remove_recipients = {1};
  MtaAnswer zero = of_kind(Kind::accept);
  zero.remove_headers = {{"X-A", 0}};
  MtaAnswer nameless = of_kind(Kind::accept);
  nameless.remove_headers = {{"", 1}};
  MtaAnswer colon = of_kind(Kind::accept);
  colon.add_headers = {{"X-A: b\nBcc", "c"}};
  for (const MtaAnswer& answer : {index, zero, nameless, colon}) {
    Answered how;
    EXPECT_EQ(sent(answer, {"<a@b>"}, kAll, &how).front().substr(0, 4), "y451");
    EXPECT_EQ(how.reason, TempfailReason::broken_answer);
  }
}

TEST(Answer, ReplyTexts) {
  struct Case {
    std::string name;
    char digit;
    std::vector<std::string> lines;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"as given", '5', {"550 5.7.1 Not outside"}, "550 5.7.1 Not outside"},
      {"several lines", '5', {"550 5.7.1 a", "b", "c"}, "550-5.7.1 a\r\n550-5.7.1 b\r\n550 5.7.1 c"},
      {"without an enhanced code", '5', {"550 Not outside"}, "550 5.7.1 Not outside"},
      {"enhanced code of another class", '5', {"550 4.7.1 x"}, "550 5.7.1 4.7.1 x"},
      {"tempfail", '4', {"451 4.7.1 later"}, "451 4.7.1 later"},
      {"only codes", '5', {"550 5.7.1"}, "550 5.7.1 "},
      {"class does not fit", '4', {"550 5.7.1 x"}, ""},
      {"no code", '5', {"go away"}, ""},
      {"nothing", '5', {}, ""},
      {"control characters", '5', {"550 5.7.1 a\r\nb\0c"}, "550 5.7.1 a  b"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(smtp_reply_text(c.lines, c.digit), c.expected);
  }
  std::vector<std::string> many(40, "line");
  many.front() = "550 5.7.1 first";
  const std::string text = smtp_reply_text(many, '5');
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::ptrdiff_t(kMaxReplyLines) - 1);
  // Cut at a character, not inside one.
  const std::string cut = smtp_reply_text({"550 5.7.1 " + std::string(kMaxReplyLine - 1, 'x') + "\xC3\xA9"}, '5');
  EXPECT_EQ(cut, "550 5.7.1 " + std::string(kMaxReplyLine - 1, 'x'));
}

// "body of N bytes" in place of the chunks.
Packets with_body(const MtaAnswer& answer, std::string& body, const Agreed& agreed = kAll, Answered* how = nullptr) {
  Packets out;
  size_t chunks = 0;
  for (const std::string& packet : sent(answer, {"<a@b>"}, agreed, how)) {
    if (packet[0] != 'b') {
      out.push_back(packet);
      continue;
    }
    body += packet.substr(1);
    EXPECT_LE(packet.size() - 1, kMaxChunk);
    if (chunks++ == 0) out.push_back("b");
  }
  return out;
}

MtaAnswer with_footer(const std::string& message, size_t body_offset, std::vector<BodySplice> splices,
                      std::vector<HeaderChange> fields) {
  MtaAnswer out = of_kind(Kind::accept);
  out.annotation.add_headers = {{"X-Postern-Reference", " PN-AAAAAA"}};
  out.annotation.edit =
      std::make_shared<const BodyEdit>(BodyEdit{FooterOutcome::added, "", std::move(splices), std::move(fields)});
  out.annotation.message = Blob::copy_of(message).value();
  out.annotation.body_offset = body_offset;
  return out;
}

TEST(Answer, AFooterIsTheBodyAnewAfterItsFields) {
  const MtaAnswer answer =
      with_footer("H: x\r\n\r\none\r\ntwo\r\n", 8, {{11, 0, "1"}, {13, 3, "TWO"}},
                  {{"Content-Type", 1, " text/plain;\r\n charset=utf-8"}, {"MIME-Version", 0, " 1.0"}});
  std::string body;
  EXPECT_EQ(with_body(answer, body),
            (Packets{"hX-Postern-Reference| PN-AAAAAA|", "m#1Content-Type| text/plain;\n charset=utf-8|",
                     "hMIME-Version| 1.0|", "b", "c"}));
  EXPECT_EQ(body, "one1\r\nTWO\r\n");
}

TEST(Answer, ALargeBodyGoesInChunks) {
  const std::string message = "H: x\r\n\r\n" + std::string(200'000, 'x');
  std::string body;
  EXPECT_EQ(with_body(with_footer(message, 8, {{100'000, 0, "FOOTER"}}, {}), body).back(), "c");
  EXPECT_EQ(body, std::string(99'992, 'x') + "FOOTER" + std::string(100'008, 'x'));
}

TEST(Answer, WhatTheServerDoesNotLetUsAnnotateIsLeftOutAndTheMailGoes) {
  const std::string message = "H: x\r\n\r\nbody\r\n";
  struct Case {
    std::string name;
    std::uint32_t missing;
    std::vector<BodySplice> splices;
    std::vector<HeaderChange> fields;
    Packets want;
  };
  const std::string reference = "hX-Postern-Reference| PN-AAAAAA|";
  const std::vector<Case> cases = {
      {"no body", actions::change_body, {{10, 0, "x"}}, {}, {reference, "c"}},
      {"no headers for the edit",
       actions::change_headers,
       {{10, 0, "x"}},
       {{"Content-Type", 1, " x"}},
       {reference, "c"}},
      {"no headers, none needed", actions::change_headers, {{10, 0, "x"}}, {}, {reference, "b", "c"}},
      {"no new headers", actions::add_headers, {{10, 0, "x"}}, {{"MIME-Version", 0, " 1.0"}}, {"c"}},
      {"a splice of the header", 0, {{7, 0, "x"}}, {}, {reference, "c"}},
      {"splices out of order", 0, {{12, 0, "x"}, {11, 0, "x"}}, {}, {reference, "c"}},
      {"a splice behind the end", 0, {{14, 1, "x"}}, {}, {reference, "c"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Agreed agreed{6, kAll.actions & ~c.missing, kAll.steps};
    Answered how;
    std::string body;
    EXPECT_EQ(with_body(with_footer(message, 8, c.splices, c.fields), body, agreed, &how), c.want);
    EXPECT_EQ(how.kind, Kind::accept);
    EXPECT_EQ(how.complaint.empty(), c.want.size() == 3) << how.complaint;
  }
}

// A mail without its attachment: the header first, the body last, with the footer in it when there is one.
TEST(Answer, AReplacementIsGivenOrTheMailComesAgain) {
  MtaAnswer answer = of_kind(Kind::accept);
  answer.replacement =
      Replacement{Blob::copy_of("H: x\r\n\r\nnote\r\n").value(), 8, {{"Content-Type", 1, " text/plain"}}};
  std::string body;
  EXPECT_EQ(with_body(answer, body), (Packets{"m#1Content-Type| text/plain|", "b", "c"}));
  EXPECT_EQ(body, "note\r\n");

  MtaAnswer footed = with_footer("H: x\r\n\r\nnote\r\n", 8, {{12, 0, " and footer"}}, {});
  footed.replacement = answer.replacement;
  body.clear();
  EXPECT_EQ(with_body(footed, body),
            (Packets{"hX-Postern-Reference| PN-AAAAAA|", "m#1Content-Type| text/plain|", "b", "c"}));
  EXPECT_EQ(body, "note and footer\r\n");

  // A footer that does not fit costs the footer only.
  MtaAnswer misfit = with_footer("H: x\r\n\r\nnote\r\n", 8, {{100, 0, "x"}}, {});
  misfit.replacement = answer.replacement;
  body.clear();
  with_body(misfit, body);
  EXPECT_EQ(body, "note\r\n");

  for (const std::uint32_t missing : {actions::change_body, actions::change_headers}) {
    Answered how;
    body.clear();
    with_body(answer, body, Agreed{6, kAll.actions & ~missing, kAll.steps}, &how);
    EXPECT_EQ(how.kind, Kind::tempfail);
    EXPECT_EQ(how.reason, TempfailReason::not_offered);
    EXPECT_EQ(body, "");
  }
  answer.replacement->message = nullptr;
  Answered how;
  with_body(answer, body, kAll, &how);
  EXPECT_EQ(how.kind, Kind::tempfail);
  EXPECT_EQ(how.reason, TempfailReason::broken_answer);
}

}  // namespace
}  // namespace postern::milter
