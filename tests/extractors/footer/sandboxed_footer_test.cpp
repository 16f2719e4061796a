// Footers worked out by the program itself: inside its sandbox, with its limits, over the wire.
#include "extractors/footer/footer.h"
#include "extractors/worker/pool.h"
#include "tests/extractors/footer/mails.h"

namespace postern::extract {
namespace {

class SandboxedFooter : public testing::Test {
 protected:
  SandboxedFooter() {
    PoolOptions options;
    options.worker_path = POSTERN_EXTRACT;
    options.workers = 1;
    pool_ = ExtractPool::start(options).value();
  }

  Result<BodyEdit> edit(const std::string& mail, const Footer& footer) {
    EditRequest request;
    request.bytes = Blob::copy_of(mail).value();
    request.footer = footer;
    request.deadline = system_clock().steady() + std::chrono::seconds(60);
    return pool_->edit(request);
  }

  std::unique_ptr<ExtractPool> pool_;
};

TEST_F(SandboxedFooter, IsTheSameInsideAsOutside) {
  const Footer footer{"Vertraulich – für „Beispiel“", "https://lessons.example", true};
  for (const test::NamedMail& mail : test::mails()) {
    const auto inside = edit(mail.bytes, footer);
    ASSERT_TRUE(inside) << mail.name << ": " << inside.error().message;
    EXPECT_EQ(*inside, edit_footer(mail.bytes, footer)) << mail.name;
  }
}

TEST_F(SandboxedFooter, MailOf25MegabytesStaysWithinItsMemory) {
  const std::string line(76, 'A');
  std::string attachment;
  while (attachment.size() < (25U << 20)) attachment.append(line).append("\r\n");
  const Footer footer{"Füße", "", false};
  const auto done = edit(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
      "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
          attachment + "--b--\r\n",
      footer);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(to_string(done->outcome), "added") << done->why;

  // A text that becomes UTF-8 as a whole, in several pieces on the wire.
  const auto text = edit("Content-Type: text/plain; charset=us-ascii\r\n\r\n" + attachment.substr(0, 8U << 20), footer);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(to_string(text->outcome), "added") << text->why;
  ASSERT_EQ(text->splices.size(), 1U);
  EXPECT_GT(text->splices[0].inserted.size(), size_t{8} << 20);

  const auto too_large = edit("\r\n\r\n" + attachment, footer);
  ASSERT_TRUE(too_large) << too_large.error().message;
  EXPECT_EQ(to_string(too_large->outcome), "limit");
}

TEST_F(SandboxedFooter, HostilePagesCostNoMoreThanTheirSize) {
  constexpr size_t kSize = 1 << 20;  // enough for what grows with its square to end by the limit of CPU time
  for (const std::string piece : {"<", "<!--", "<!-- --", "<a ", "<a b=\"", "<table>", "</body>", "<script>", "</",
                                  "--!>", "&#", "<script><!--<script></script>", "-----BEGIN PGP ", "\n--b"}) {
    SCOPED_TRACE(piece);
    std::string mail = "Content-Type: text/html; charset=iso-2022-jp\r\n\r\n";
    while (mail.size() < kSize) mail += piece;
    const auto done = edit(mail + "\r\n", {"Footer.", "", false});
    EXPECT_TRUE(done) << done.error().message;
  }
}

}  // namespace
}  // namespace postern::extract
