// Pages that draw themselves ten thousand times over, read by the program in its sandbox.
#include <gtest/gtest.h>

#include "extractors/memory_limit.h"
#include "extractors/worker/pool.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

// Forms that each draw the next one ten times: 10^14 lines of text in 4 KB.
std::string form_bomb() {
  constexpr size_t kForms = 15;
  PdfBuilder builder;
  builder.line("the first page").page("/X Do");
  const size_t first = builder.extra_number();
  for (size_t i = 0; i < kForms; i++) {
    std::string content;
    for (int times = 0; times < 10; times++) content += i + 1 < kForms ? "/X Do " : "BT /F1 12 Tf (x) Tj ET ";
    builder.extra(PdfBuilder::stream(content,
                                     "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << "
                                     "/F1 3 0 R >> /XObject << /X " +
                                         std::to_string(first + i + 1) + " 0 R >> >>"));
  }
  std::string out = builder.build();
  const std::string page = "\n7 0 obj\n";
  const std::string font = "/F1 3 0 R >>";
  out.insert(out.find(font, out.find(page)) + font.size(), " /XObject << /X " + std::to_string(first) + " 0 R >>");
  return out;
}

// A mail with this PDF and a text behind it, read with this much memory.
Result<ExtractedText> read_mail_with(const std::string& pdf, std::uint64_t memory) {
  extract::PoolOptions options;
  options.worker_path = POSTERN_EXTRACT;
  options.workers = 1;
  options.worker_memory = memory;
  auto pool = extract::ExtractPool::start(options);
  if (!pool) return tl::unexpected(pool.error());
  const std::string mail =
      "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=a.pdf\n\n" +
      pdf + "\n--b\n\ntext behind the bomb\n--b--\n";
  extract::ExtractRequest request;
  request.bytes = Blob::copy_of(mail).value();
  request.kind = extract::RootKind::mail;
  request.deadline = system_clock().steady() + std::chrono::seconds(60);
  return (*pool)->extract(request);
}

TEST(PdfBomb, InsideAPageCostsThePartAlone) {
  const auto text = read_mail_with(form_bomb(), extract::PoolOptions().worker_memory);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(outcomes(*text), ":complete 1:limit 2:complete");
  EXPECT_NE(where_is(*text, "the first page"), "");
  EXPECT_NE(where_is(*text, "text behind the bomb"), "");
}

TEST(PdfBomb, ThatNeedsMoreMemoryThanThereIsEndsAtThatLimit) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "sanitizers allow no bound on memory";
#endif
  constexpr std::uint64_t kMemory = 256 << 20;
  std::string words;
  for (int i = 0; i < 400'000; i++) words += "BT /F1 12 Tf 72 700 Td (Hello world) Tj ET\n";
  const auto text = read_mail_with(PdfBuilder().line("the first page").page(words).build(), kMemory);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(outcomes(*text), ":complete 1:limit 2:complete");
  EXPECT_EQ(text->parts.at(1).why, extract::describe_memory_limit(kMemory));
  EXPECT_NE(where_is(*text, "the first page"), "");
  EXPECT_NE(where_is(*text, "text behind the bomb"), "");
}

}  // namespace
}  // namespace postern::test
