#include "extractors/worker/extraction.h"

namespace postern::extract {
namespace {

using std::chrono::milliseconds;
using Next = Extraction::Next;
using Cause = Extraction::Cause;

template <typename... Frames>
std::string stream(const Frames&... frames) {
  std::string out;
  (wire::encode(frames, out), ...);
  return out;
}

const wire::PartBegin kRoot{0, PartRole::message, "", ""};
const wire::PartEnd kEnd{Outcome::complete, ""};

wire::PartBegin child(std::uint32_t ordinal) {
  return {ordinal, PartRole::attachment, "", ""};
}
wire::SegmentText text(std::uint32_t depth, std::string_view words) {
  return {depth, Place::body, "", words};
}

class ExtractionTest : public testing::Test {
 protected:
  ExtractionTest() {
    request_.bytes = Blob::copy_of("bytes").value();
    request_.deadline = clock_.steady() + std::chrono::seconds(30);
  }

  ManualClock clock_{WallTime(std::chrono::hours(1))};
  ExtractRequest request_;
};

TEST_F(ExtractionTest, LeafIsLostAtOnceAndTheRestGoesOn) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(
      extraction.feed(stream(kRoot, child(1), text(1, "one"), kEnd, child(2), text(2 - 1, "lost"))).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "killed by SIGSEGV"), Next::go_on);

  const wire::Request again = extraction.begin();
  EXPECT_EQ(again.settled,
            (std::map<PartPath, Outcome>{{PartPath({1}), Outcome::complete}, {PartPath({2}), Outcome::crashed}}));
  EXPECT_EQ(again.spent.parts, 2U);
  EXPECT_EQ(again.spent.text_bytes, 7U);
  EXPECT_EQ(again.segments, 2U);
  ASSERT_TRUE(extraction.feed(stream(kRoot, child(3), kEnd, kEnd, wire::Done{})).has_value());
  const ExtractedText out = extraction.take();
  ASSERT_EQ(out.parts.size(), 4U);
  EXPECT_EQ(out.parts[2].why, "its reader was killed by SIGSEGV");
}

TEST_F(ExtractionTest, ContainerIsTriedAgainWhileItGetsFurther) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1), child(1), kEnd)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::go_on);
  EXPECT_EQ(extraction.begin().settled.size(), 1U) << "only the grandchild has ended";

  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1), child(2), kEnd)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::go_on);
  EXPECT_EQ(extraction.begin().settled.size(), 2U);

  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1))).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::go_on);
  const auto settled = extraction.begin().settled;
  EXPECT_EQ(settled, (std::map<PartPath, Outcome>{{PartPath({1}), Outcome::crashed}}))
      << "no progress: the container is fatal";
}

TEST_F(ExtractionTest, RootGetsOneMoreTry) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::go_on);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::finished);
  EXPECT_EQ(extraction.take().parts.at(0).outcome, Outcome::crashed);
}

TEST_F(ExtractionTest, WorkerThatDiesWithOnlyItsLastWordMissingCostsNothing) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot, kEnd)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::finished);
  EXPECT_TRUE(extraction.take().all_complete());
}

TEST_F(ExtractionTest, CpuTimeIsALimitOfThePart) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1))).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::cpu_limit, "killed by SIGXCPU"), Next::go_on);
  const ExtractedText out = extraction.take();
  EXPECT_EQ(out.parts.at(1).outcome, Outcome::limit);
  EXPECT_THAT(out.parts.at(1).why, testing::HasSubstr("max_cpu"));
}

TEST_F(ExtractionTest, CpuTimeOfAPdfMayBeItsOwnAllowance) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  const wire::PartType pdf{PartRole::attachment, "application/pdf", 5};
  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1), pdf)).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::pdf_allowance, "killed by SIGPROF"), Next::go_on);
  const ExtractedText out = extraction.take();
  EXPECT_EQ(out.parts.at(1).outcome, Outcome::limit);
  EXPECT_EQ(out.parts.at(1).why,
            "CPU time reached what a PDF of its size may take (400ms and 100ns a byte to open it or to list its "
            "bookmarks, 600ms and 5000ns a byte in all, 2300ms and 1000ns a byte for its pictures)");
}

TEST_F(ExtractionTest, MemoryUsedUpCostsThePartAtOnce) {
  Extraction extraction(request_, clock_, 8);
  extraction.begin();
  ASSERT_TRUE(extraction.feed(stream(kRoot, child(1))).has_value());
  EXPECT_EQ(extraction.lost_worker(Cause::memory, "no memory (90)"), Next::go_on);
  const ExtractedText out = extraction.take();
  EXPECT_EQ(out.parts.at(1).outcome, Outcome::limit);
  EXPECT_EQ(out.parts.at(1).why, "no memory (90)");
}

TEST_F(ExtractionTest, CrashesAreBounded) {
  Extraction extraction(request_, clock_, 2);
  for (int i = 0; i < 2; i++) {
    extraction.begin();
    EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::go_on) << "nothing had begun";
  }
  extraction.begin();
  EXPECT_EQ(extraction.lost_worker(Cause::crash, "gone"), Next::finished);
  const ExtractedText out = extraction.take();
  ASSERT_EQ(out.parts.size(), 1U);
  EXPECT_EQ(out.parts[0].outcome, Outcome::crashed);
}

TEST_F(ExtractionTest, WorkerIsAskedToEndBeforeTheDeadlineAndWaitedForUntilThen) {
  Extraction extraction(request_, clock_, 8);
  request_.limits.max_time = milliseconds(60'000);
  EXPECT_EQ(extraction.begin().limits.max_time, milliseconds(29'500));
  EXPECT_EQ(extraction.worker_deadline(), request_.deadline);
  clock_.advance(milliseconds(28'000));
  const wire::Request late = extraction.begin();
  EXPECT_EQ(late.spent.time, milliseconds(28'000));
  EXPECT_EQ(late.limits.max_time, milliseconds(29'800)) << "a tenth of what is left is for the end";
  request_.limits.max_time = milliseconds(1000);
  clock_.advance(milliseconds(1000));
  EXPECT_EQ(extraction.begin().limits.max_time, milliseconds(1000)) << "used up: the worker says so at once";
  EXPECT_EQ(extraction.worker_deadline(), clock_.steady() + milliseconds(500));
}

}  // namespace
}  // namespace postern::extract
