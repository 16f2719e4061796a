#include "milter/codec.h"

#include <gtest/gtest.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

namespace postern::milter {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string packet(char letter, std::string_view payload) {
  const size_t length = payload.size() + 1;
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(char(length >> shift & 0xFF));
  out.push_back(letter);
  out += payload;
  return out;
}

struct WireCase {
  std::string name;
  char letter;
  std::string payload;
};

// Every command in its shortest and its usual form, as MTAs send them.
const std::vector<WireCase>& commands() {
  static const std::vector<WireCase> kCases = {
      {"negotiate", 'O', "\0\0\0\6\0\0\1\xFF\0\x1F\xFF\xFF"s},
      {"connect_inet", 'C',
       "client.example\0"
       "4\x9C\x40"
       "192.0.2.7\0"s},
      {"connect_inet6", 'C',
       "client.example\0"
       "6\x9C\x40"
       "2001:db8::1\0"s},
      {"connect_local", 'C', "localhost\0L\0\0/run/mail.sock\0"s},
      {"connect_unknown", 'C', "localhost\0U"s},
      {"helo", 'H', "client.example\0"s},
      {"macros", 'D',
       "Mi\0"
       "4Xyz\0{auth_authen}\0alice\0"s},
      {"macros_none", 'D', "M"s},
      {"mail", 'M', "<alice@corp.example>\0SIZE=1234\0BODY=8BITMIME\0"s},
      {"mail_null_sender", 'M', "<>\0"s},
      {"rcpt", 'R', "<bob@example.net>\0NOTIFY=NEVER\0"s},
      {"rcpt_bare", 'R', "bob@example.net\0"s},
      {"data", 'T', ""s},
      {"header", 'L', "Subject\0 hello\0"s},
      {"header_empty", 'L', "X-Empty\0\0"s},
      {"end_of_headers", 'N', ""s},
      {"body", 'B', "any\0bytes\r\n\xFF"s},
      {"body_empty", 'B', ""s},
      {"end_of_message", 'E', ""s},
      {"end_of_message_with_chunk", 'E', "last\r\n"s},
      {"abort", 'A', ""s},
      {"quit", 'Q', ""s},
      {"quit_new_connection", 'K', ""s},
      {"unknown", 'U', "XVERB a b\0"s},
  };
  return kCases;
}

const std::vector<WireCase>& replies() {
  static const std::vector<WireCase> kCases = {
      {"negotiate", 'O', "\0\0\0\6\0\0\0\x19\0\x1F\xFF\xFF"s},
      {"negotiate_macros", 'O', "\0\0\0\6\0\0\1\x19\0\x1F\xFF\xFF\0\0\0\2i {auth_authen}\0\0\0\0\5i\0"s},
      {"accept", 'a', ""s},
      {"continue", 'c', ""s},
      {"discard", 'd', ""s},
      {"reject", 'r', ""s},
      {"tempfail", 't', ""s},
      {"connection_failure", 'f', ""s},
      {"shutdown", '4', ""s},
      {"progress", 'p', ""s},
      {"skip", 's', ""s},
      {"reply", 'y', "550 5.7.1 no\0"s},
      {"add_header", 'h', "X-A\0 b\0"s},
      {"insert_header", 'i', "\0\0\0\1X-A\0 b\0"s},
      {"change_header", 'm', "\0\0\0\2X-A\0\0"s},
      {"add_recipient", '+', "<a@b>\0"s},
      {"add_recipient_with_arguments", '2', "<a@b>\0NOTIFY=NEVER\0"s},
      {"remove_recipient", '-', "<a@b>\0"s},
      {"change_sender", 'e', "<a@b>\0"s},
      {"replace_body", 'b', "new\0body"s},
      {"quarantine", 'q', "why\0"s},
  };
  return kCases;
}

TEST(Codec, EveryCommandIsReadAndWrittenBack) {
  for (const WireCase& c : commands()) {
    SCOPED_TRACE(c.name);
    const std::string wire = packet(c.letter, c.payload);
    const Frame frame = next_frame(wire);
    ASSERT_EQ(frame.state, Frame::State::whole);
    EXPECT_EQ(frame.size, wire.size());
    const auto command = decode_command(frame);
    ASSERT_TRUE(command) << command.error().message;
    std::string again;
    encode(again, *command);
    EXPECT_EQ(again, wire);
  }
}

TEST(Codec, EveryReplyIsReadAndWrittenBack) {
  for (const WireCase& c : replies()) {
    SCOPED_TRACE(c.name);
    const std::string wire = packet(c.letter, c.payload);
    const auto reply = decode_reply(next_frame(wire));
    ASSERT_TRUE(reply) << reply.error().message;
    std::string again;
    encode(again, *reply);
    EXPECT_EQ(again, wire);
  }
}

TEST(Codec, APrefixOfAPacketIsIncompleteAtEveryByte) {
  for (const WireCase& c : commands()) {
    SCOPED_TRACE(c.name);
    const std::string wire = packet(c.letter, c.payload);
    for (size_t i = 0; i < wire.size(); i++) {
      EXPECT_EQ(next_frame(std::string_view(wire).substr(0, i)).state, Frame::State::incomplete) << i;
    }
    // What follows does not matter.
    EXPECT_EQ(next_frame(wire + "\xFF\xFF\xFF\xFF").size, wire.size());
  }
}

TEST(Codec, AShortenedPayloadIsMalformedOrReadsOnlyItsOwnBytes) {
  for (const WireCase& c : commands()) {
    for (size_t i = 0; i < c.payload.size(); i++) {
      SCOPED_TRACE(c.name + " cut at " + std::to_string(i));
      // An allocation of exactly these bytes, so that a sanitizer sees any reading past them.
      const std::string wire = packet(c.letter, std::string_view(c.payload).substr(0, i));
      const auto command = decode_command(next_frame(wire));
      if (!command) {
        EXPECT_EQ(command.error().kind, ErrorKind::invalid_input);
        continue;
      }
      std::string again;
      encode(again, *command);
      EXPECT_EQ(again, wire);
    }
  }
}

TEST(Codec, RefusesWhatIsNotExactlyAPacket) {
  const std::vector<WireCase> cases = {
      {"no_such_command", '?', ""s},
      {"letter_not_printable", '\1', ""s},
      {"negotiate_short", 'O', "\0\0\0\6"s},
      {"connect_without_family", 'C', "host\0"s},
      {"connect_without_end_of_host", 'C', "host"s},
      {"connect_family_nobody_knows", 'C', "host\0X"s},
      {"connect_without_address", 'C',
       "host\0"
       "4\1"s},
      {"connect_address_not_ended", 'C',
       "host\0"
       "4\1\1"
       "192.0.2.1"s},
      {"connect_with_more", 'C',
       "host\0"
       "4\1\1"
       "192.0.2.1\0x"s},
      {"helo_not_ended", 'H', "name"s},
      {"helo_with_more", 'H', "name\0more\0"s},
      {"macros_without_command", 'D', ""s},
      {"macro_without_value", 'D', "Mi\0"s},
      {"macro_not_ended", 'D', "Mi\0x"s},
      {"mail_empty", 'M', ""s},
      {"mail_argument_not_ended", 'M', "<a@b>\0SIZE=1"s},
      {"rcpt_empty", 'R', ""s},
      {"data_with_more", 'T', "x"s},
      {"header_without_value", 'L', "Subject\0"s},
      {"header_value_not_ended", 'L', "Subject\0hello"s},
      {"header_with_hidden_tail", 'L', "Subject\0hello\0secret\0"s},
      {"end_of_headers_with_more", 'N', "x"s},
      {"abort_with_more", 'A', "x"s},
      {"quit_with_more", 'Q', "x"s},
      {"unknown_not_ended", 'U', "x"s},
  };
  for (const WireCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto command = decode_command(next_frame(packet(c.letter, c.payload)));
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().kind, ErrorKind::invalid_input);
    EXPECT_NE(command.error().message.find("milter packet"), std::string::npos);
  }
}

TEST(Codec, LyingLengthsAreRefusedBeforeTheirBytesAreAwaited) {
  EXPECT_EQ(next_frame("\0\0\0\0"sv).state, Frame::State::malformed);
  EXPECT_EQ(next_frame("\xFF\xFF\xFF\xFF"sv).state, Frame::State::malformed);
  EXPECT_EQ(next_frame("GET "sv).state, Frame::State::malformed);
  const std::string most = {0, char(kMaxPacket >> 16 & 0xFF), char(kMaxPacket >> 8 & 0xFF), char(kMaxPacket & 0xFF)};
  EXPECT_EQ(next_frame(most).state, Frame::State::incomplete);
  std::string more = most;
  more.back()++;
  EXPECT_EQ(next_frame(more).state, Frame::State::malformed);
}

TEST(Codec, PercentSignsAreDoubledOnTheWireOnly) {
  std::string out;
  encode(out, Reply(SmtpReply{"550 5.7.1 100% sure %s"}));
  EXPECT_EQ(out, packet('y', "550 5.7.1 100%% sure %%s\0"s));
  const auto reply = decode_reply(next_frame(out));
  ASSERT_TRUE(reply);
  EXPECT_EQ(undouble(std::get<SmtpReply>(*reply).text), "550 5.7.1 100% sure %s");
}

TEST(Codec, StringListsAreWalkedWithoutCopies) {
  const std::string raw = StringList::join({"a", "", "ccc"});
  EXPECT_EQ(raw, "a\0\0ccc\0"s);
  std::vector<std::string> seen;
  for (const std::string_view text : StringList(raw)) seen.emplace_back(text);
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "", "ccc"}));
  EXPECT_EQ(StringList(raw).size(), 3U);
  EXPECT_EQ(StringList().begin(), StringList().end());
}

// The published values, so that a slip of the pen here cannot pass.
TEST(Codec, BitsAreThoseOfLibmilter) {
  EXPECT_EQ(actions::add_headers, std::uint32_t(SMFIF_ADDHDRS));
  EXPECT_EQ(actions::change_body, std::uint32_t(SMFIF_CHGBODY));
  EXPECT_EQ(actions::add_recipients, std::uint32_t(SMFIF_ADDRCPT));
  EXPECT_EQ(actions::remove_recipients, std::uint32_t(SMFIF_DELRCPT));
  EXPECT_EQ(actions::change_headers, std::uint32_t(SMFIF_CHGHDRS));
  EXPECT_EQ(actions::quarantine, std::uint32_t(SMFIF_QUARANTINE));
  EXPECT_EQ(actions::change_sender, std::uint32_t(SMFIF_CHGFROM));
  EXPECT_EQ(actions::add_recipients_with_arguments, std::uint32_t(SMFIF_ADDRCPT_PAR));
  EXPECT_EQ(actions::choose_macros, std::uint32_t(SMFIF_SETSYMLIST));
  EXPECT_EQ(steps::no_connect, std::uint32_t(SMFIP_NOCONNECT));
  EXPECT_EQ(steps::no_helo, std::uint32_t(SMFIP_NOHELO));
  EXPECT_EQ(steps::no_mail, std::uint32_t(SMFIP_NOMAIL));
  EXPECT_EQ(steps::no_rcpt, std::uint32_t(SMFIP_NORCPT));
  EXPECT_EQ(steps::no_body, std::uint32_t(SMFIP_NOBODY));
  EXPECT_EQ(steps::no_headers, std::uint32_t(SMFIP_NOHDRS));
  EXPECT_EQ(steps::no_end_of_headers, std::uint32_t(SMFIP_NOEOH));
  EXPECT_EQ(steps::no_reply_header, std::uint32_t(SMFIP_NR_HDR));
  EXPECT_EQ(steps::no_unknown, std::uint32_t(SMFIP_NOUNKNOWN));
  EXPECT_EQ(steps::no_data, std::uint32_t(SMFIP_NODATA));
  EXPECT_EQ(steps::skip, std::uint32_t(SMFIP_SKIP));
  EXPECT_EQ(steps::rejected_recipients, std::uint32_t(SMFIP_RCPT_REJ));
  EXPECT_EQ(steps::no_reply_connect, std::uint32_t(SMFIP_NR_CONN));
  EXPECT_EQ(steps::no_reply_helo, std::uint32_t(SMFIP_NR_HELO));
  EXPECT_EQ(steps::no_reply_mail, std::uint32_t(SMFIP_NR_MAIL));
  EXPECT_EQ(steps::no_reply_rcpt, std::uint32_t(SMFIP_NR_RCPT));
  EXPECT_EQ(steps::no_reply_data, std::uint32_t(SMFIP_NR_DATA));
  EXPECT_EQ(steps::no_reply_unknown, std::uint32_t(SMFIP_NR_UNKN));
  EXPECT_EQ(steps::no_reply_end_of_headers, std::uint32_t(SMFIP_NR_EOH));
  EXPECT_EQ(steps::no_reply_body, std::uint32_t(SMFIP_NR_BODY));
  EXPECT_EQ(steps::leading_space, std::uint32_t(SMFIP_HDR_LEADSPC));
  EXPECT_EQ(kMaxChunk, size_t(MILTER_CHUNK_SIZE));
  EXPECT_EQ(int(MacroStage::end_of_message), SMFIM_EOM);
  EXPECT_EQ(int(MacroStage::end_of_headers), SMFIM_EOH);
}

}  // namespace
}  // namespace postern::milter
