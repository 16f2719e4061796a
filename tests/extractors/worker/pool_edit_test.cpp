// Edits through real worker processes (fake_worker.cpp has an editor whose accidents a mail asks for).
#include "extractors/worker/pool.h"

namespace postern::extract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PoolEditTest : public testing::Test {
 protected:
  PoolEditTest() {
    PoolOptions options;
    options.worker_path = POSTERN_FAKE_WORKER;
    options.workers = 1;
    pool_ = ExtractPool::start(options).value();
  }

  Result<BodyEdit> edit(const std::string& mail, milliseconds time = seconds(60)) {
    EditRequest request;
    request.bytes = Blob::copy_of(mail).value();
    request.body_offset = 1;
    request.footer.text = "footer";
    request.deadline = system_clock().steady() + time;
    return pool_->edit(request);
  }

  std::unique_ptr<ExtractPool> pool_;
};

TEST_F(PoolEditTest, BringsSplicesAndFields) {
  const auto done = edit("mail:x");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(*done, (BodyEdit{FooterOutcome::added, "", {{5, 1, "footer"}}, {{"Content-Type", 1, " text/plain"}}}));
  EXPECT_EQ(pool_->counters().edits, 1U);
}

TEST_F(PoolEditTest, AStripTakesWhatItIsToldAndChangesNoOtherField) {
  const auto strip = [&](const std::string& mail, size_t parts) {
    EditRequest request;
    request.bytes = Blob::copy_of(mail).value();
    request.body_offset = 6;
    for (size_t i = 0; i < parts; i++) request.strip.push_back({std::string(64, 'a'), "gone"});
    request.deadline = system_clock().steady() + seconds(60);
    return pool_->edit(request);
  };
  std::string gone(64, 'a');
  gone += "gone";
  const auto done = strip("alone:xyz", 2);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(
      *done,
      (BodyEdit{FooterOutcome::added, "", {{6, 1, gone}, {7, 1, gone}}, {{"Content-Disposition", 1, " inline"}}}));
  EXPECT_FALSE(strip("subject:x", 1));
  EXPECT_FALSE(strip("more:xyz", 1)) << "a field that is added";
  EXPECT_EQ(pool_->counters().protocol_errors, 2U);
  const auto too_many = strip("alone:" + std::string(kMaxStripParts + 1, 'x'), kMaxStripParts + 1);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind, ErrorKind::limit);
}

TEST_F(PoolEditTest, LongInsertionsComeInPieces) {
  const auto done = edit("long:x");
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->splices.size(), 1U);
  EXPECT_EQ(done->splices[0].inserted, std::string(size_t{3} << 20, 'x'));
}

TEST_F(PoolEditTest, AnAccidentCostsTheFooterAndTheNextMailIsServed) {
  const auto crashed = edit("segv:");
  ASSERT_FALSE(crashed);
  EXPECT_THAT(crashed.error().message, testing::HasSubstr("SIGSEGV"));
  EXPECT_EQ(pool_->counters().crashes, 1U);

  const auto late = edit("hang:", milliseconds(200));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);

  const auto lied = edit("before:");
  ASSERT_FALSE(lied);
  EXPECT_EQ(pool_->counters().protocol_errors, 1U) << "a splice of the header";

  const auto thrown = edit("throw:");
  ASSERT_TRUE(thrown);
  EXPECT_EQ(thrown->outcome, FooterOutcome::unwritable);

  EXPECT_TRUE(edit("mail:x"));
  ExtractRequest request;
  request.bytes = Blob::copy_of("text:after").value();
  request.kind = RootKind::document;
  request.deadline = system_clock().steady() + seconds(60);
  EXPECT_TRUE(pool_->extract(request)->all_complete());
}

}  // namespace
}  // namespace postern::extract
