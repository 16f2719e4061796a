#include "extractors/walker.h"

#include <functional>

#include "base/ratio.h"
#include "extractors/text_builder.h"

namespace postern::extract {
namespace {

// An extractor that does what a test says.
class Scripted final : public Extractor {
 public:
  using Script = std::function<Ending(const Source&, Sink&)>;
  explicit Scripted(Script script) : script_(std::move(script)) {}
  Ending extract(const Source& source, Sink& sink) override { return script_(source, sink); }

 private:
  Script script_;
};

// "text:hello" is of type x/text.
FileType detect_by_prefix(std::string_view bytes, std::string_view name, std::string_view) {
  if (name.ends_with(".png")) return {"image/png", false};
  if (name.ends_with(".mp3")) return {"audio/mpeg", false};
  if (name.ends_with(".dwg")) return {"image/vnd.dwg", false};
  if (name.ends_with(".lie")) return {"x/text", true};
  const size_t colon = bytes.find(':');
  if (colon == std::string_view::npos) return {};
  return {"x/" + std::string(bytes.substr(0, colon)), false};
}

class WalkerTest : public testing::Test {
 protected:
  WalkerTest() {
    on("text", [](const Source& source, Sink& sink) {
      const std::string_view text = source.bytes.substr(std::min<size_t>(5, source.bytes.size()));
      const LimitHit hit = sink.text(Place::body, "", text);
      return hit == LimitHit::none ? complete() : limit_ending(hit, sink.budget().limits());
    });
  }

  void on(const std::string& word, Scripted::Script script) {
    registry_.add("x/" + word, std::make_shared<Scripted>(std::move(script)));
  }

  ExtractedText walk(std::string_view bytes, std::string_view read_as = "", std::string_view name = "") {
    Budget budget(limits_, spent_, clock_);
    TextBuilder builder;
    Walker walker(registry_, budget, builder, resume_, detect_by_prefix);
    walker.walk(Root{bytes, name, read_as});
    spent_after_ = budget.spent();
    return builder.take();
  }

  static const Part& part(const ExtractedText& text, std::string_view path) {
    static const Part kNone;
    const Part* found = text.find(PartPath::parse(path).value());
    EXPECT_NE(found, nullptr) << "no part " << path;
    return found == nullptr ? kNone : *found;
  }

  Registry registry_;
  Limits limits_;
  Spent spent_, spent_after_;
  Resume resume_;
  ManualClock clock_{WallTime()};
};

Child named(std::string name, PartRole role = PartRole::attachment) {
  Child child;
  child.name = std::move(name);
  child.role = role;
  return child;
}

TEST_F(WalkerTest, ReadsChildrenByTheirTypeAndNumbersThem) {
  on("box", [](const Source&, Sink& sink) {
    EXPECT_EQ(sink.child(named("a.txt"), "text:one").outcome, Outcome::complete);
    EXPECT_EQ(sink.child(named("b.bin"), "\x01\x02").outcome, Outcome::unsupported);
    return complete();
  });
  const ExtractedText text = walk("box:");
  ASSERT_EQ(text.parts.size(), 3U);
  EXPECT_EQ(part(text, "").role, PartRole::message);
  EXPECT_EQ(part(text, "1").type, "x/text");
  EXPECT_EQ(part(text, "1").size, 8U);
  EXPECT_EQ(part(text, "2").outcome, Outcome::unsupported);
  EXPECT_FALSE(part(text, "2").why.empty());
  ASSERT_EQ(text.segments.size(), 3U);
  EXPECT_EQ(text.segments[0].place, Place::file_name);
  EXPECT_EQ(text.segments[0].text, "a.txt");
  EXPECT_EQ(text.segments[1].text, "one");
}

TEST_F(WalkerTest, TextlessKindsAreCompleteWithAFact) {
  struct Case {
    const char* name;
    Outcome outcome;
    std::vector<std::string> facts;
  };
  const Case cases[] = {
      {"photo.png", Outcome::complete, {"not-ocred"}},
      {"song.mp3", Outcome::complete, {"no-text-format"}},
      {"plan.dwg", Outcome::unsupported, {}},
      {"empty", Outcome::complete, {}},
      {"text.lie", Outcome::complete, {"type-mismatch"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const ExtractedText text = walk(std::string_view(c.name) == "empty" ? "" : "bytes", "", c.name);
    EXPECT_EQ(text.parts[0].outcome, c.outcome);
    EXPECT_EQ(text.parts[0].facts, c.facts);
  }
}

TEST_F(WalkerTest, RolesBelowAnAttachmentStayInIt) {
  const auto mail = std::make_shared<Scripted>([](const Source& source, Sink& sink) {
    static_cast<void>(sink.child(named("", PartRole::body), "text:body"));
    if (source.role == PartRole::message) {
      Child inner = named("fwd.eml");
      inner.read_as = "message/rfc822";
      static_cast<void>(sink.child(inner, "inner"));
    }
    return complete();
  });
  registry_.add("message/rfc822", mail);
  const ExtractedText text = walk("root", "message/rfc822");
  EXPECT_EQ(part(text, "").role, PartRole::message);
  EXPECT_EQ(part(text, "1").role, PartRole::body);
  EXPECT_EQ(part(text, "2").role, PartRole::forwarded);
  EXPECT_EQ(part(text, "2/1").role, PartRole::attachment);
}

TEST_F(WalkerTest, ExceptionsEndTheirPartAlone) {
  on("throws", [](const Source&, Sink& sink) -> Ending {
    static_cast<void>(sink.text(Place::body, "", "kept"));
    throw std::runtime_error("secret content");
  });
  on("hungry", [](const Source&, Sink&) -> Ending { throw std::bad_alloc(); });
  on("odd", [](const Source&, Sink&) -> Ending { throw 7; });
  on("box", [](const Source&, Sink& sink) {
    static_cast<void>(sink.child(named("a"), "throws:"));
    static_cast<void>(sink.child(named("b"), "hungry:"));
    static_cast<void>(sink.child(named("c"), "odd:"));
    static_cast<void>(sink.child(named("d"), [](std::string&) -> tl::expected<std::string_view, Ending> {
      throw std::runtime_error("cannot unpack");
    }));
    static_cast<void>(sink.child(named("e"), "text:after"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::malformed);
  EXPECT_EQ(part(text, "1").why.find("secret"), std::string::npos);
  EXPECT_EQ(part(text, "2").outcome, Outcome::limit);
  EXPECT_EQ(part(text, "3").outcome, Outcome::malformed);
  EXPECT_EQ(part(text, "4").outcome, Outcome::malformed);
  EXPECT_EQ(part(text, "5").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "").outcome, Outcome::complete);
  EXPECT_EQ(
      std::count_if(text.segments.begin(), text.segments.end(), [](const Segment& s) { return s.text == "kept"; }), 1);
}

TEST_F(WalkerTest, TextBecomesValidUtf8InBoundedSegmentsCutAtLineEnds) {
  on("big", [](const Source&, Sink& sink) {
    std::string big(kSegmentBytes - 10, 'a');
    big += "\nthe second segment\xFF";
    EXPECT_EQ(sink.text(Place::body, std::string(1000, 'l'), big), LimitHit::none);
    std::string wide;
    while (wide.size() <= kSegmentBytes) wide += "\u20ac";
    EXPECT_EQ(sink.text(Place::body, "", wide), LimitHit::none);
    EXPECT_EQ(sink.text(Place::body, "", ""), LimitHit::none);
    return complete();
  });
  const ExtractedText text = walk("big:");
  ASSERT_EQ(text.segments.size(), 4U);
  EXPECT_EQ(text.segments[0].text.back(), '\n');
  EXPECT_EQ(text.segments[0].at.size(), kMaxLocatorBytes);
  EXPECT_EQ(text.segments[1].text, "the second segment\uFFFD");
  EXPECT_LE(text.segments[2].text.size(), kSegmentBytes);
  EXPECT_EQ(text.segments[2].text.size() % 3, 0U);
}

TEST_F(WalkerTest, TextLimitKeepsWhatFitsAndNamesTheRest) {
  limits_.max_text_bytes = 10;
  on("box", [](const Source&, Sink& sink) {
    static_cast<void>(sink.child(named(""), "text:12345678"));
    static_cast<void>(sink.child(named(""), "text:\u20ac\u20ac"));
    static_cast<void>(sink.child(named(""), "text:more"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "2").outcome, Outcome::limit);
  EXPECT_EQ(part(text, "3").outcome, Outcome::limit);
  EXPECT_NE(part(text, "3").why.find("max_text_bytes"), std::string::npos);
  EXPECT_EQ(text.segments.size(), 1U) << "no half of a character fits into two bytes";
}

TEST_F(WalkerTest, ContainerThatStopsBecauseOfTheBudgetIsNotComplete) {
  limits_.max_text_bytes = 4;
  on("sheet", [](const Source&, Sink& sink) {
    for (int i = 0; i < 10 && !sink.stopped(); i++) static_cast<void>(sink.text(Place::cell, "", "abc"));
    return complete();
  });
  EXPECT_EQ(walk("sheet:").parts[0].outcome, Outcome::limit);
}

TEST_F(WalkerTest, PartsPastTheLimitAreNamedUpToABoundAndNeverSilent) {
  limits_.max_parts = 3;
  on("box", [](const Source&, Sink& sink) {
    for (std::uint32_t i = 0; i < 2 * kMaxNamedPastLimit; i++) {
      const Ending ending = sink.child(named("x"), "text:x");
      EXPECT_EQ(ending.outcome, i < 2 ? Outcome::complete : Outcome::limit);
    }
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "2").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "3").outcome, Outcome::limit);
  EXPECT_EQ(text.parts.size(), 3 + kMaxNamedPastLimit);
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
}

TEST_F(WalkerTest, DepthLimitEndsTheDeepPartAlone) {
  limits_.max_depth = 3;
  on("nest", [](const Source&, Sink& sink) {
    static_cast<void>(sink.child(named("n"), "nest:"));
    static_cast<void>(sink.child(named("t"), "text:t"));
    return complete();
  });
  const ExtractedText text = walk("nest:");
  EXPECT_EQ(part(text, "1/1/1/1").outcome, Outcome::limit);
  EXPECT_EQ(part(text, "1/1/2").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "1/1").outcome, Outcome::complete);
}

TEST_F(WalkerTest, PartsThatAMailIsMadeOfAreCountedInThatMailOnly) {
  limits_.max_depth = 3;
  on("mail", [](const Source& source, Sink& sink) {
    // "mail:N": two parts in each other, and a mail N - 1 in them.
    Child structure = named("s");
    structure.role = PartRole::structure;
    static_cast<void>(sink.child(structure, "part:" + std::string(source.bytes.substr(5))));
    return complete();
  });
  on("part", [](const Source& source, Sink& sink) {
    Child body = named("b");
    body.role = PartRole::body;
    static_cast<void>(sink.child(body, "text:b"));
    const int left = source.bytes[5] - '0';
    if (left > 0) static_cast<void>(sink.child(named("m"), "mail:" + std::to_string(left - 1)));
    return complete();
  });
  // Three mails in the first: two levels each, seven in all.
  const ExtractedText three = walk("mail:3");
  EXPECT_EQ(part(three, "1/2/1/2/1/2/1/1").outcome, Outcome::complete);
  for (const Part& one : three.parts) EXPECT_EQ(one.outcome, Outcome::complete) << one.why;
  EXPECT_EQ(part(walk("mail:4"), "1/2/1/2/1/2/1/2").outcome, Outcome::limit);
}

TEST_F(WalkerTest, MultipartsInsideThoseOfOneMailReachTheDepth) {
  limits_.max_depth = 3;
  on("nest", [](const Source&, Sink& sink) {
    Child structure = named("s");
    structure.role = PartRole::structure;
    static_cast<void>(sink.child(structure, "nest:"));
    return complete();
  });
  const ExtractedText text = walk("nest:");
  EXPECT_EQ(text.parts.size(), 5U);
  EXPECT_EQ(part(text, "1/1/1").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "1/1/1/1").outcome, Outcome::limit);
}

TEST_F(WalkerTest, TextOfASmallMessageIsBoundedByItsRatio) {
  on("box", [](const Source&, Sink& sink) {
    const std::string megabyte = "text:" + std::string(1 << 20, 'a');
    for (int i = 0; i < 40; i++) static_cast<void>(sink.child(named(""), megabyte));
    return complete();
  });
  const ExtractedText text = walk("box:");
  size_t bytes = 0;
  for (const Segment& segment : text.segments) bytes += segment.text.size();
  EXPECT_EQ(bytes, most_text(4, limits_));
  EXPECT_EQ(part(text, "12").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "13").outcome, Outcome::limit);
  EXPECT_NE(part(text, "13").why.find("max_ratio"), std::string::npos);
  EXPECT_EQ(part(text, "40").outcome, Outcome::limit);
}

TEST_F(WalkerTest, BytesAreChargedOnceAndCutAtThePartLimit) {
  limits_.max_part_bytes = 8;
  on("box", [](const Source&, Sink& sink) {
    static_cast<void>(sink.child(named(""), "text:1234"));
    static_cast<void>(sink.child(named(""), "text:5"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::limit);
  EXPECT_NE(part(text, "1").why.find("max_part_bytes"), std::string::npos);
  EXPECT_EQ(part(text, "1").size, 8U);
  EXPECT_EQ(part(text, "2").outcome, Outcome::complete);
  EXPECT_EQ(text.segments[0].text, "123");
  EXPECT_EQ(spent_after_.bytes, 4U + 8U + 6U);
}

TEST_F(WalkerTest, MessageBytesLimitEndsTheRestByName) {
  limits_.max_bytes = 15;
  on("box", [](const Source&, Sink& sink) {
    for (int i = 0; i < 4; i++) static_cast<void>(sink.child(named(""), "text:1234"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "2").outcome, Outcome::limit);
  EXPECT_NE(part(text, "2").why.find("max_bytes"), std::string::npos);
  EXPECT_EQ(part(text, "4").outcome, Outcome::limit);
}

TEST_F(WalkerTest, RatioIsCheckedAgainstThePackedSize) {
  on("bits", [](const Source&, Sink&) { return complete(); });
  on("box", [](const Source&, Sink& sink) {
    Child bomb = named("bomb");
    bomb.packed_size = 1000;  // of a file without text, which has a limit of its own
    const std::string zeros = "bits:" + std::string(2 * kRatioFree, '0');
    EXPECT_EQ(sink.child(bomb, zeros).outcome, Outcome::limit);
    bomb.packed_size = zeros.size() / 100;
    EXPECT_EQ(sink.child(bomb, zeros).outcome, Outcome::complete);
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_NE(part(text, "1").why.find("max_ratio"), std::string::npos);
  EXPECT_EQ(part(text, "1").size, kRatioFree);
}

TEST_F(WalkerTest, TimeEndsInTimeout) {
  on("slow", [this](const Source&, Sink& sink) {
    clock_.advance(limits_.max_time + std::chrono::milliseconds(1));
    int taken = 0;
    while (!sink.stopped() && taken < 1000) taken++;
    EXPECT_LT(taken, 1000);
    return complete();
  });
  on("box", [](const Source&, Sink& sink) {
    static_cast<void>(sink.child(named("slow"), "slow:"));
    static_cast<void>(sink.child(named("never"), "text:never"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::timeout);
  EXPECT_EQ(part(text, "2").outcome, Outcome::timeout);
}

TEST_F(WalkerTest, WhatTheContainerKnowsIsTaken) {
  on("box", [](const Source&, Sink& sink) {
    Child locked = named("locked.txt");
    locked.known = {Outcome::encrypted, "zip encryption"};
    static_cast<void>(sink.child(locked, [](std::string&) -> tl::expected<std::string_view, Ending> {
      ADD_FAILURE() << "asked for the bytes of a locked member";
      return "";
    }));
    Child doubtful = named("d");
    doubtful.doubt = "two headers disagree";
    doubtful.facts = {"name-conflict", "Not A Fact"};
    static_cast<void>(sink.child(doubtful, "text:d"));
    Child forced = named("f");
    forced.read_as = "x/text";
    static_cast<void>(sink.child(forced, "box::forced"));
    return complete();
  });
  const ExtractedText text = walk("box:");
  EXPECT_EQ(part(text, "1").outcome, Outcome::encrypted);
  EXPECT_EQ(part(text, "1").why, "zip encryption");
  EXPECT_EQ(part(text, "2").outcome, Outcome::ambiguous);
  EXPECT_THAT(part(text, "2").facts, testing::ElementsAre("name-conflict"));
  EXPECT_EQ(part(text, "3").type, "x/text");
}

TEST_F(WalkerTest, ResumeSkipsSettledPartsWithoutUnpackingAndKeepsTheNumbers) {
  on("box", [](const Source&, Sink& sink) {
    const Produce never = [](std::string&) -> tl::expected<std::string_view, Ending> {
      ADD_FAILURE() << "unpacked a settled part";
      return "";
    };
    EXPECT_EQ(sink.child(named("a"), never).outcome, Outcome::complete);
    EXPECT_EQ(sink.child(named("b"), never).outcome, Outcome::crashed);
    EXPECT_EQ(sink.child(named("c"), "text:c").outcome, Outcome::complete);
    return complete();
  });
  resume_.settled = {{PartPath({1}), Outcome::complete}, {PartPath({2}), Outcome::crashed}};
  const ExtractedText text = walk("box:");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(part(text, "3").outcome, Outcome::complete);
}

}  // namespace
}  // namespace postern::extract
