#include "extractors/worker/reception.h"

namespace postern::extract {
namespace {

template <typename... Frames>
std::string stream(const Frames&... frames) {
  std::string out;
  (wire::encode(frames, out), ...);
  return out;
}

const wire::PartBegin kRoot{0, PartRole::message, "", ""};
const wire::PartBegin kChild{1, PartRole::body, "", "text/plain"};
const wire::PartEnd kEnd{Outcome::complete, ""};
const wire::Done kDone{};

wire::SegmentText text(std::uint32_t depth, std::string_view words) {
  return {depth, Place::body, "", words};
}

TEST(Reception, TakesAWalkInPiecesOfAnySize) {
  const std::string bytes =
      stream(kRoot, wire::PartType{PartRole::message, "message/rfc822", 9}, wire::Fact{0, "a-fact"}, kChild,
             text(1, "child"), text(0, "root while the child is open"), kEnd, kEnd, kDone);
  for (const size_t piece : {size_t{1}, size_t{7}, bytes.size()}) {
    SCOPED_TRACE(piece);
    TextBuilder builder;
    const Limits limits;
    Reception reception(builder, limits);
    for (size_t at = 0; at < bytes.size(); at += piece) {
      const auto done = reception.feed(std::string_view(bytes).substr(at, piece));
      ASSERT_TRUE(done.has_value()) << done.error().message;
      EXPECT_EQ(*done, at + piece >= bytes.size());
    }
    const ExtractedText out = builder.take();
    ASSERT_EQ(out.parts.size(), 2U);
    EXPECT_EQ(out.parts[0].type, "message/rfc822");
    EXPECT_THAT(out.parts[0].facts, testing::ElementsAre("a-fact"));
    ASSERT_EQ(out.segments.size(), 2U);
    EXPECT_EQ(out.segments[1].text, "child");
  }
}

TEST(Reception, WhatCannotBeIsNotBelieved) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const std::string kCapitals(kSha256Digits, 'A');
  const Case cases[] = {
      {"a child without a root", stream(kChild)},
      {"a root of another role", stream(wire::PartBegin{0, PartRole::attachment, "", ""})},
      {"a second root", stream(kRoot, kEnd, kRoot)},
      {"a child with the root's role", stream(kRoot, wire::PartBegin{1, PartRole::message, "", ""})},
      {"a child with the root's ordinal", stream(kRoot, wire::PartBegin{0, PartRole::body, "", ""})},
      {"a child twice", stream(kRoot, kChild, kEnd, kChild)},
      {"children out of order", stream(kRoot, wire::PartBegin{2, PartRole::body, "", ""}, kEnd, kChild)},
      {"a name that is not UTF-8", stream(wire::PartBegin{0, PartRole::message, "\xFF", ""})},
      {"text before the root", stream(text(0, "x"))},
      {"text after the end", stream(kRoot, kEnd, text(0, "x"))},
      {"text of a part that is not open", stream(kRoot, text(1, "x"))},
      {"empty text", stream(kRoot, text(0, ""))},
      {"text that is not UTF-8", stream(kRoot, text(0, "\xC0\x80"))},
      {"a fact that is no word", stream(kRoot, wire::Fact{0, "No Fact"})},
      {"a fact before the root", stream(wire::Fact{0, "fact"})},
      {"a type twice",
       stream(kRoot, wire::PartType{PartRole::message, "a/b", 1}, wire::PartType{PartRole::message, "a/b", 1})},
      {"a hash that is too short", stream(kRoot, wire::PartType{PartRole::message, "a/b", 1, "abc"})},
      {"a hash in capitals", stream(kRoot, wire::PartType{PartRole::message, "a/b", 1, kCapitals})},
      {"a role that changes", stream(kRoot, kChild, wire::PartType{PartRole::attachment, "a/b", 1})},
      {"a root that becomes a forward", stream(kRoot, wire::PartType{PartRole::forwarded, "a/b", 1})},
      {"an end too many", stream(kRoot, kEnd, kEnd)},
      {"complete with a reason", stream(kRoot, wire::PartEnd{Outcome::complete, "why"})},
      {"incomplete without a reason", stream(kRoot, wire::PartEnd{Outcome::limit, ""})},
      {"done with nothing read", stream(kDone)},
      {"done with a part open", stream(kRoot, kDone)},
      {"more after done", stream(kRoot, kEnd, kDone, kDone)},
      {"a second hello", stream(wire::Hello{wire::kVersion, 1, true, 0})},
  };
  for (const Case& c : cases) {
    TextBuilder builder;
    const Limits limits;
    Reception reception(builder, limits);
    EXPECT_FALSE(reception.feed(c.bytes).has_value()) << c.name;
  }
}

TEST(Reception, BoundsHoldWhateverAWorkerSends) {
  Limits limits;
  limits.max_parts = 10;
  limits.max_text_bytes = 100;
  {
    TextBuilder builder;
    Reception reception(builder, limits);
    std::string bytes = stream(kRoot);
    for (std::uint32_t i = 1; i <= limits.max_parts + kMaxNamedPastLimit; i++) {
      bytes += stream(wire::PartBegin{i, PartRole::attachment, "", ""}, kEnd);
    }
    EXPECT_FALSE(reception.feed(bytes).has_value());
    EXPECT_EQ(builder.parts(), limits.max_parts + kMaxNamedPastLimit);
  }
  {
    TextBuilder builder;
    Reception reception(builder, limits);
    std::string bytes = stream(kRoot);
    for (int i = 0; i < 21; i++) bytes += stream(text(0, "0123456789"));
    EXPECT_FALSE(reception.feed(bytes).has_value());
    EXPECT_LE(builder.text_bytes(), 2 * limits.max_text_bytes);
  }
  {
    TextBuilder builder;
    Reception reception(builder, limits);
    std::string bytes = stream(kRoot);
    for (size_t i = 0; i <= kMaxFacts; i++) bytes += stream(wire::Fact{0, "fact"});
    EXPECT_FALSE(reception.feed(bytes).has_value());
  }
  {
    TextBuilder builder;
    limits.max_parts = 1000;
    Reception reception(builder, limits);
    std::string bytes = stream(kRoot);
    for (std::uint32_t i = 0; i <= kMostDepth; i++) bytes += stream(kChild);
    EXPECT_FALSE(reception.feed(bytes).has_value());
    EXPECT_EQ(builder.open_depth(), kMostDepth + 1);
  }
}

}  // namespace
}  // namespace postern::extract
