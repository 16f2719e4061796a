// Pages that draw themselves ten thousand times over, read by the program in its sandbox.
#include <gtest/gtest.h>

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

TEST(PdfBomb, InsideAPageCostsThePartAlone) {
  extract::PoolOptions options;
  options.worker_path = POSTERN_EXTRACT;
  options.workers = 1;
  auto pool = extract::ExtractPool::start(options);
  ASSERT_TRUE(pool.has_value()) << pool.error().message;
  const std::string mail =
      "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=a.pdf\n\n" +
      form_bomb() + "\n--b\n\ntext behind the bomb\n--b--\n";
  extract::ExtractRequest request;
  request.bytes = Blob::copy_of(mail).value();
  request.kind = extract::RootKind::mail;
  request.deadline = system_clock().steady() + std::chrono::seconds(60);
  const auto text = (*pool)->extract(request);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(outcomes(*text), ":complete 1:limit 2:complete");
  EXPECT_NE(where_is(*text, "the first page"), "");
  EXPECT_NE(where_is(*text, "text behind the bomb"), "");
}

}  // namespace
}  // namespace postern::test
