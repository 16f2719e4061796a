// PDF that is damaged or made to cost: what is read of it and what is said about it.
#include <stdexcept>

#include <zlib.h>

#include "extractors/pdf/streams.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

std::string zlib_packed(std::string_view data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()),
                static_cast<uLong>(data.size()), 9) != Z_OK) {
    throw std::runtime_error("compress2");
  }
  out.resize(size);
  return out;
}

// A PDF whose second page is drawn by `content`, a whole stream object.
std::string with_second_page(const std::string& content) {
  PdfBuilder builder;
  builder.line("the first page").page("");
  std::string out = builder.extra(content).build();
  const std::string contents = "/Contents " + std::to_string(builder.extra_number() - 1) + " 0 R";
  out.replace(out.find(contents), contents.size(), "/Contents " + std::to_string(builder.extra_number()) + " 0 R");
  return out;
}

std::string without(std::string bytes, std::string_view from) {
  bytes.resize(bytes.rfind(from));
  return bytes;
}

TEST(DamagedPdf, IsReadAsViewersDo) {
  const std::string whole = PdfBuilder().line("kept text").line("more of it").build();
  std::string no_catalog = without(whole, "xref\n0");
  no_catalog.replace(no_catalog.find("/Catalog"), 8, "/Lost   ");
  const std::string objects = "1 0 2 34 << /Type /Catalog /Pages 2 0 R >> << /Type /Pages /Count 1 /Kids [ 3 0 R ] >>";
  const std::string packed = zlib_packed(objects);
  const std::string in_object_stream =
      "%PDF-1.5\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> "
      "/Contents 4 0 R >>\nendobj\n4 0 obj\n" +
      PdfBuilder::stream("BT /F1 12 Tf 72 700 Td (kept text) Tj ET") +
      "\nendobj\n5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n6 0 obj\n" +
      PdfBuilder::stream(packed, "/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode") + "\nendobj\n";
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {{"no table, no trailer", without(whole, "xref\n0")},
               {"no trailer", without(whole, "trailer")},
               {"no catalog either", no_catalog},
               {"catalog in an object stream", in_object_stream}};
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(c.bytes, "a.pdf");
    EXPECT_EQ(outcomes(text), ":partial") << c.name << ": " << text.parts[0].why;
    EXPECT_EQ(where_is(text, "kept text"), "page@p. 1") << c.name;
  }
}

// Some viewers believe the number, others the tree.
TEST(DamagedPdf, PagesThatAreNotCounted) {
  PdfBuilder builder;
  for (int i = 0; i < 10; i++) builder.line("kept text " + std::to_string(i));
  struct Case {
    int count;
    const char* outcome;
  };
  for (const Case& one : {Case{10, ":complete"}, Case{0, ":ambiguous"}, Case{99, ":partial"},
                          Case{1'000'000, ":ambiguous"}, Case{3, ":complete"}}) {
    SCOPED_TRACE(one.count);
    const ExtractedText text = walk_document(builder.claim_pages(one.count).build(), "a.pdf");
    EXPECT_EQ(outcomes(text), one.outcome) << text.parts[0].why;
    EXPECT_EQ(where_is(text, "kept text 0"), "page@p. 1");
    EXPECT_NE(where_is(text, "kept text 9"), "");
  }
}

// qpdf follows a tree by calling itself.
TEST(DamagedPdf, ATreeOfManyLevelsIsLeftAlone) {
  constexpr int kLevels = 60'000;
  std::string pdf = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
  for (int i = 2; i < kLevels; i++) {
    pdf +=
        std::to_string(i) + " 0 obj\n<< /Type /Pages /Count 0 /Kids [ " + std::to_string(i + 1) + " 0 R ] >>\nendobj\n";
  }
  pdf +=
      std::to_string(kLevels) + " 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n";
  EXPECT_EQ(outcomes(walk_document(pdf, "a.pdf")), ":malformed");
}

// A stream that zlib unpacks to `data`, without the last third of it.
std::string broken_off(const std::string& data, const std::string& entries = "") {
  const std::string packed = zlib_packed(data);
  return PdfBuilder::stream(packed.substr(0, packed.size() * 2 / 3), "/Filter /FlateDecode " + entries);
}

TEST(DamagedPdf, SaysThatAPackedStreamBreaksOff) {
  std::string drawing = "BT /F1 12 Tf 72 700 Td (kept text) Tj ET\n", file = "kept line\n";
  for (int i = 0; i < 2'000; i++) {
    drawing += std::to_string(i * 7919 % 600) + " " + std::to_string(i) + " l\n";
    file += std::to_string(i * 7919 % 6007) + "\n";
  }
  const ExtractedText page = walk_document(with_second_page(broken_off(drawing)), "a.pdf");
  EXPECT_EQ(outcomes(page), ":partial");
  EXPECT_EQ(page.parts[0].why, "a packed stream of it breaks off or is damaged");
  EXPECT_EQ(where_is(page, "the first page"), "page@p. 1");
  EXPECT_EQ(where_is(page, "kept text"), "page@p. 2");

  PdfBuilder builder;
  builder.line("x");
  const size_t number = builder.extra_number();
  builder.catalog("/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.txt) /EF << /F " +
                  std::to_string(number) + " 0 R >> >>] >> >>");
  const ExtractedText attached = walk_document(builder.extra(broken_off(file, "/Type /EmbeddedFile")).build(), "a.pdf");
  EXPECT_EQ(outcomes(attached), ":partial 1:complete");
  EXPECT_EQ(attached.parts[0].why, "an attached file cannot be unpacked whole");
  EXPECT_EQ(where_is(attached, "kept line"), "body@");
  EXPECT_EQ(outcomes(walk_document(PdfBuilder().line("x").build(), "b.pdf")), ":complete");  // nothing is left of it
}

// As some programs write them: flushed (Z_SYNC_FLUSH), never ended.
TEST(DamagedPdf, StreamsThatAreFlushedAndNotEndedAreWhole) {
  const std::string drawing = "BT /F1 12 Tf 72 700 Td (kept text) Tj ET\n";
  z_stream stream{};
  ASSERT_EQ(deflateInit(&stream, 6), Z_OK);
  std::string packed(1'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(drawing.data()));
  stream.avail_in = static_cast<uInt>(drawing.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  const ExtractedText text =
      walk_document(with_second_page(PdfBuilder::stream(packed, "/Filter /FlateDecode")), "a.pdf");
  EXPECT_EQ(outcomes(text), ":complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "kept text"), "page@p. 2");
  // Cut off behind a flush that is not the end.
  const std::string more = packed + "\x4A\xCD";
  EXPECT_EQ(outcomes(walk_document(with_second_page(PdfBuilder::stream(more, "/Filter /FlateDecode")), "a.pdf")),
            ":partial");
}

// With an entry of its encryption that is too long, and nothing encrypted: viewers show it, and the walk of its objects
// gives up.
std::string that_cannot_be_walked(std::string pdf) {
  const std::string trailer = "trailer\n<<";
  return pdf.insert(pdf.rfind(trailer) + trailer.size(),
                    " /Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /CF << >> /StmF /Identity /StrF "
                    "/Identity /O (" +
                        std::string(40, 'o') + ") /U (" + std::string(32, 'u') +
                        ") >> /ID [(0123456789abcdef) (0123456789abcdef)] ");
}

TEST(DamagedPdf, BookmarksOfOneThatCannotBeWalkedAreBounded) {
  const auto reference = [](size_t number) { return std::to_string(number) + " 0 R"; };
  // `inside` each other, or one behind the other.
  const auto read = [&](size_t count, bool inside) {
    PdfBuilder builder;
    builder.line("kept text");
    const size_t outline = builder.extra_number();
    builder.catalog("/Outlines " + reference(outline));
    builder.extra("<< /Type /Outlines /First " + reference(outline + 1) + " /Last " +
                  reference(outline + (inside ? 1 : count)) + " >>");
    for (size_t i = 1; i <= count; i++) {
      const std::string next = reference(outline + i + 1);
      std::string more = inside ? " /First " + next + " /Last " + next : " /Next " + next;
      if (i == count) more.clear();
      builder.extra("<< /Title (mark " + std::to_string(i) + ".) /Parent " +
                    reference(inside ? outline + i - 1 : outline) + more + " >>");
    }
    return walk_document(that_cannot_be_walked(builder.build()), "a.pdf");
  };
  const ExtractedText few = read(64, true), deep = read(65, true), many = read(20'000, false),
                      more = read(20'001, false);
  EXPECT_EQ(outcomes(few), ":partial") << few.parts[0].why;
  EXPECT_EQ(where_is(few, "mark 64."), "bookmark@");
  EXPECT_EQ(outcomes(deep), ":limit");
  EXPECT_EQ(deep.parts[0].why, "bookmarks inside bookmarks reached the limit (64)");
  EXPECT_EQ(outcomes(many), ":partial");
  EXPECT_EQ(where_is(many, "mark 20000."), "bookmark@");
  EXPECT_EQ(outcomes(more), ":limit");
  EXPECT_EQ(more.parts[0].why, "bookmarks reached the limit (20000)");
  EXPECT_EQ(where_is(more, "kept text"), "page@p. 1");
}

TEST(DamagedPdf, SaysThatAFilterIsUnknown) {
  const ExtractedText text = walk_document(
      with_second_page(PdfBuilder::stream("BT (hidden) Tj ET", "/Filter [ /FlateDecode /Crunch ]")), "a.pdf");
  EXPECT_EQ(outcomes(text), ":partial");
  EXPECT_NE(where_is(text, "the first page"), "");
  const std::string picture = PdfBuilder::stream("x", "/Subtype /Image /Filter /Crunch");
  EXPECT_EQ(outcomes(walk_document(PdfBuilder().line("x").extra(picture).build(), "a.pdf")), ":complete");
}

TEST(PdfBomb, IsLeftOutAndTheRestRead) {
  const std::string bomb = zlib_packed(std::string(64 << 20, ' '));
  const struct {
    const char* name;
    std::string content;
  } cases[] = {{"flat", PdfBuilder::stream(bomb, "/Filter /FlateDecode")},
               {"short name", PdfBuilder::stream(bomb, "/Filter/Fl")},
               {"packed twice", PdfBuilder::stream(zlib_packed(bomb), "/Filter [/FlateDecode /FlateDecode]")}};
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(with_second_page(c.content), "a.pdf");
    EXPECT_EQ(outcomes(text), ":limit") << c.name;
    EXPECT_NE(where_is(text, "the first page"), "") << c.name;
  }
}

TEST(PdfBomb, HonestStreamsAreNone) {
  std::string drawing;
  for (int i = 0; i < 50'000; i++) drawing += std::to_string(i * 7919 % 600) + " " + std::to_string(i) + " l\n";
  const std::string pdf = with_second_page(PdfBuilder::stream(zlib_packed(drawing), "/Filter /FlateDecode"));
  EXPECT_EQ(outcomes(walk_document(pdf, "a.pdf")), ":complete");
}

TEST(PdfStreams, AreFoundWithTheirFilters) {
  using namespace extract::pdf;
  const std::string pdf =
      "1 0 obj << /Filter/FlateDecode/Length 3 >> stream\r\nabc\nendstream endobj "
      "2 0 obj << /Filter [ /A85 /Fl ] >>\nstream\nxyz\nendstream endobj 3 0 obj << /Filter 7 0 R >> stream "
      "\nendstream";
  StreamScanner scanner(pdf);
  RawStream stream;
  ASSERT_TRUE(scanner.next(stream));
  EXPECT_EQ(filters_of(stream.dictionary), std::vector<std::string_view>{"FlateDecode"});
  EXPECT_EQ(pdf.substr(stream.data, 3), "abc");
  ASSERT_TRUE(scanner.next(stream));
  EXPECT_EQ(filters_of(stream.dictionary), (std::vector<std::string_view>{"A85", "Fl"}));
  EXPECT_EQ(pdf.substr(stream.data, 3), "xyz");
  EXPECT_FALSE(scanner.next(stream));
}

}  // namespace
}  // namespace postern::test
