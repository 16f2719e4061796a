#include "extractors/worker/wire.h"

#include <limits>

namespace postern::extract::wire {
namespace {

template <typename T>
T round_trip(const T& value) {
  std::string bytes;
  encode(value, bytes);
  bytes += "rest";
  const auto decoded = decode(bytes);
  if (!decoded || !*decoded) throw std::runtime_error("not decoded");
  EXPECT_EQ((*decoded)->used, bytes.size() - 4);
  static std::string kept;  // the views of the result point into it
  kept = bytes;
  return std::get<T>((*decode(kept))->frame);
}

TEST(Wire, FramesComeBackAsTheyWere) {
  const Hello hello = round_trip(Hello{kVersion, 7, true, 65534});
  EXPECT_EQ(hello.landlock_abi, 7U);
  EXPECT_TRUE(hello.seccomp);
  EXPECT_EQ(hello.uid, 65534U);

  const PartBegin begin = round_trip(PartBegin{300, PartRole::inline_file, "photo \u00e9.png", "image/png"});
  EXPECT_EQ(begin.ordinal, 300U);
  EXPECT_EQ(begin.role, PartRole::inline_file);
  EXPECT_EQ(begin.name, "photo \u00e9.png");
  EXPECT_EQ(begin.declared_type, "image/png");

  const std::string kHash(kSha256Digits, 'a');
  const PartType type =
      round_trip(PartType{PartRole::forwarded, "message/rfc822", std::numeric_limits<std::uint64_t>::max(), kHash});
  EXPECT_EQ(type.role, PartRole::forwarded);
  EXPECT_EQ(type.size, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(type.sha256, kHash);

  const Fact fact = round_trip(Fact{3, "not-ocred"});
  EXPECT_EQ(fact.depth, 3U);
  EXPECT_EQ(fact.word, "not-ocred");

  const std::string text(kSegmentBytes, 'x');
  const SegmentText segment =
      round_trip(SegmentText{kMostDepth, Place::preamble, std::string(kMaxLocatorBytes, 'l'), text});
  EXPECT_EQ(segment.place, Place::preamble);
  EXPECT_EQ(segment.at.size(), kMaxLocatorBytes);
  EXPECT_EQ(segment.text, text);

  const PartEnd end = round_trip(PartEnd{Outcome::crashed, "why"});
  EXPECT_EQ(end.outcome, Outcome::crashed);
  EXPECT_EQ(end.why, "why");

  const Splice splice = round_trip(Splice{1ULL << 40, 2, text});
  EXPECT_EQ(splice.offset, 1ULL << 40);
  EXPECT_EQ(splice.removed, 2U);
  EXPECT_EQ(splice.inserted, text);

  const Field field = round_trip(Field{"Content-Type", 1, " text/plain"});
  EXPECT_EQ(field.name, "Content-Type");
  EXPECT_EQ(field.index, 1U);
  EXPECT_EQ(field.value, " text/plain");

  const Edited edited = round_trip(Edited{FooterOutcome::failed, "why", 9});
  EXPECT_EQ(edited.outcome, FooterOutcome::failed);
  EXPECT_EQ(edited.why, "why");
  EXPECT_EQ(edited.cpu_us, 9U);

  const Done done = round_trip(Done{1, 2, 3, 4});
  EXPECT_EQ(done.bytes + done.text_bytes + done.parts + done.cpu_us, 10U);
}

TEST(Wire, RequestComesBackAsItWas) {
  Request request;
  request.kind = RootKind::document;
  request.name = "plan.docx";
  request.limits.max_bytes = 1'000'000;
  request.limits.max_time = std::chrono::milliseconds(1234);
  request.spent = Spent{5, 6, 7, std::chrono::milliseconds(8)};
  request.segments = 9;
  request.task = Task::edit;
  request.footer = {"Füße\nof two lines", "https://lessons.example", true};
  request.strip = {{std::string(64, 'a'), "removed: pläne.pdf"}, {std::string(64, 'b'), ""}};
  request.settled = {{PartPath({1}), Outcome::complete}, {PartPath({2, 70'000, 3}), Outcome::crashed}};
  request.carried = "Subject: plan\n\nbody";
  std::string bytes;
  encode(request, bytes);
  for (size_t size = 0; size < bytes.size(); size++) {
    const auto early = decode_request(std::string_view(bytes).substr(0, size));
    ASSERT_TRUE(early.has_value() && !early->has_value()) << "complete after " << size << " bytes";
  }
  const auto decoded = decode_request(bytes);
  ASSERT_TRUE(decoded.has_value() && decoded->has_value());
  const Request& back = (*decoded)->request;
  EXPECT_EQ(back.task, Task::edit);
  EXPECT_EQ(back.footer.text, request.footer.text);
  EXPECT_EQ(back.footer.link, request.footer.link);
  EXPECT_TRUE(back.footer.with_link);
  EXPECT_EQ(back.strip, request.strip);
  EXPECT_EQ((*decoded)->used, bytes.size());
  EXPECT_EQ(back.kind, RootKind::document);
  EXPECT_EQ(back.name, request.name);
  EXPECT_EQ(back.limits.max_bytes, 1'000'000U);
  EXPECT_EQ(back.limits.max_time, request.limits.max_time);
  EXPECT_EQ(back.spent.time, request.spent.time);
  EXPECT_EQ(back.spent.parts, 7U);
  EXPECT_EQ(back.segments, 9U);
  EXPECT_EQ(back.settled, request.settled);
  EXPECT_EQ(back.carried, request.carried);
}

TEST(Wire, RequestCarriesNoMessageAnEmptyOneOrTheLongest) {
  for (const std::optional<std::string>& message :
       {std::optional<std::string>(), std::optional<std::string>(""), std::optional(std::string(kMaxCarried, 'x'))}) {
    Request request;
    request.carried = message;
    std::string bytes;
    encode(request, bytes);
    const auto decoded = decode_request(bytes);
    ASSERT_TRUE(decoded.has_value() && decoded->has_value());
    EXPECT_EQ((*decoded)->request.carried, message);
  }
}

std::string frame(FrameKind kind, std::string payload) {
  std::string out(4, '\0');
  for (size_t i = 0; i < 4; i++) out[i] = static_cast<char>(payload.size() >> (8 * i));
  out.push_back(static_cast<char>(kind));
  return out + payload;
}

using namespace std::string_literals;

TEST(Wire, WhatIsNoFrameIsCorrupt) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"unknown kind", frame(static_cast<FrameKind>(99), "")},
      {"a request from a worker", frame(FrameKind::request, "\x01")},
      {"length past the bound", "\xFF\xFF\xFF\xFF\x03"s},
      {"empty payload", frame(FrameKind::part_end, "")},
      {"payload with more than its fields", frame(FrameKind::part_end, "\x00\x00x"s)},
      {"string longer than the payload", frame(FrameKind::fact,
                                               "\x00\x05"
                                               "ab"s)},
      {"string longer than its bound", frame(FrameKind::fact, "\x00\x41"s + std::string(65, 'a'))},
      {"role out of its list", frame(FrameKind::part_begin, "\x00\x06\x00\x00"s)},
      {"place out of its list", frame(FrameKind::segment, "\x00\x7F\x00\x01x"s)},
      {"outcome out of its list", frame(FrameKind::part_end, "\x09\x00"s)},
      {"depth out of bounds", frame(FrameKind::fact,
                                    "\x41\x01"
                                    "a"s)},
      {"number that never ends", frame(FrameKind::done, std::string(40, '\xFF'))},
      {"number past 64 bits", frame(FrameKind::done, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\x00\x00\x00"s)},
      {"number past 32 bits", frame(FrameKind::part_begin, "\xFF\xFF\xFF\xFF\x1F\x00\x00\x00"s)},
  };
  for (const Case& c : cases) {
    const auto decoded = decode(c.bytes);
    EXPECT_FALSE(decoded.has_value()) << c.name;
  }
}

TEST(Wire, HelloOfAnotherVersionTellsItsNumberWhateverFollows) {
  const auto decoded = decode(frame(FrameKind::hello, "\x63 things of the future"));
  ASSERT_TRUE(decoded.has_value() && decoded->has_value());
  EXPECT_EQ(std::get<Hello>((*decoded)->frame).version, 0x63U);
}

TEST(Wire, WhatIsNoRequestIsCorrupt) {
  Request request;
  std::string good;
  encode(request, good);
  const std::string payload = good.substr(kFrameHeaderBytes);
  for (const auto& [name, bytes] : {
           std::pair{"another kind", frame(FrameKind::done, payload)},
           std::pair{"another version", frame(FrameKind::request, "\x02" + payload.substr(1))},
           std::pair{"no task", frame(FrameKind::request, payload.substr(0, 1) + "\0"s + payload.substr(2))},
           std::pair{"an unknown task", frame(FrameKind::request, payload.substr(0, 1) + "\x04" + payload.substr(2))},
           std::pair{"more than its fields", frame(FrameKind::request, payload + "x")},
           std::pair{"a message that is not carried",
                     frame(FrameKind::request, payload.substr(0, payload.size() - 1) + "\x01x")},
           std::pair{"a carried message longer than its bound",
                     frame(FrameKind::request, payload.substr(0, payload.size() - 2) + "\x01\x81\x80\x04" +
                                                   std::string(kMaxCarried + 1, 'x'))},
           std::pair{"a million settled parts",
                     frame(FrameKind::request, payload.substr(0, payload.size() - 7) + "\xFF\xFF\x7F")},
           std::pair{"more to strip than its bound",
                     frame(FrameKind::request, payload.substr(0, payload.size() - 3) + "\x41")},
       }) {
    EXPECT_FALSE(decode_request(bytes).has_value()) << name;
  }
}

}  // namespace
}  // namespace postern::extract::wire
