// The bounds of readers: each ends what it cuts short in `limit`, named with its value, and keeps what was read.
//
// Documents are made as large as the bound wants. Bounds that would cost more than a second to reach are not here.
#include <zlib.h>

#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string times(size_t count, std::string_view piece) {
  std::string out;
  out.reserve(count * piece.size());
  for (size_t i = 0; i < count; i++) out += piece;
  return out;
}

std::string mail_of(std::string_view charset, std::string_view body) {
  return "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=" + std::string(charset) +
         "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + std::string(body);
}

// A name stands between the header and what is packed (RFC 1952).
std::string gzip(const std::string& name, const std::string& comment = "") {
  z_stream stream{};
  gz_header header{};
  header.name = reinterpret_cast<Bytef*>(const_cast<char*>(name.c_str()));
  if (!comment.empty()) header.comment = reinterpret_cast<Bytef*>(const_cast<char*>(comment.c_str()));
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  deflateSetHeader(&stream, &header);
  std::string out(name.size() + comment.size() + 200, '\0');
  Bytef text[] = "heron\n";
  stream.next_in = text;
  stream.avail_in = 6;
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Pages of black and white, one after the other, their pixels left out (TIFF 6.0 section 2).
std::string tiff(unsigned pages, unsigned width, unsigned height) {
  std::string out = "II*\0"s + le(8, 4);
  for (unsigned page = 0; page < pages; page++) {
    const auto entry = [&](unsigned tag, unsigned kind, unsigned value) {
      out += le(tag, 2) + le(kind, 2) + le(1, 4) + le(value, 4);
    };
    out += le(9, 2);
    entry(256, 4, width);
    entry(257, 4, height);
    entry(258, 3, 1);
    entry(259, 3, 1);
    entry(262, 3, 1);
    entry(273, 4, 8);
    entry(277, 3, 1);
    entry(278, 4, height);
    entry(279, 4, (width + 7) / 8 * height);
    out += le(page + 1 == pages ? 0 : out.size() + 4, 4);
  }
  return out;
}

std::string tags(unsigned count) {
  std::string out = "II*\0"s + le(8, 4) + le(count, 2);
  for (unsigned i = 0; i < count; i++) out += le(270, 2) + le(2, 2) + le(4, 4) + "abc\0"s;
  return out + le(0, 4);
}

// [MS-OLEPS]: one section, the same property again and again.
std::string properties(unsigned count) {
  const std::string format("\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9", 16);
  const std::string value = le(30, 4) + le(4, 4) + "abc\0"s;
  const size_t first = 8 + size_t{8} * count;
  const std::string section =
      le(first + value.size(), 4) + le(count, 4) + times(count, le(4, 4) + le(first, 4)) + value;
  return CompoundBuilder()
      .stream("\5SummaryInformation",
              le(0xFFFE, 2) + le(0, 2) + le(0, 4) + std::string(16, '\0') + le(1, 4) + format + le(48, 4) + section)
      .stream("Other", "x")
      .build();
}

// [MS-OVBA] 2.4.1: a first chunk with the mark of a module, then chunks of six bytes that are 4096 each.
std::string macros(unsigned chunks) {
  const std::string mark = "\0Attribut\0e VB_Nam\0e = \"MM\"\0\r\n"s;
  return CompoundBuilder()
      .stream("VBA/dir", "\1\x03\xB0\x02"s + "a\x45\x00"s)
      .stream("VBA/Module1",
              "\1"s + le(0xB000 | (mark.size() - 1), 2) + mark + times(chunks, "\x03\xB0\x02"s + "a\xFF\x0F"))
      .build();
}

// Streams that are all the same sectors ([MS-CFB] 2.6: where an entry's stream begins, and its size).
std::string shared_stream(unsigned count) {
  const size_t size = 64 << 10;
  CompoundBuilder builder;
  builder.stream("\5A", std::string(size, 'x'));
  for (unsigned i = 0; i < count; i++) builder.stream("\5B" + std::to_string(10 + i), "x");
  std::string out = builder.build();
  constexpr size_t kStart = 116, kPlace = 12;  // both fields
  const std::string place = out.substr(out.find("\5\0A\0\0\0"s) + kStart, kPlace);
  for (size_t at = out.find("\5\0B\0"s); at != std::string::npos; at = out.find("\5\0B\0"s, at + 1))
    out.replace(at + kStart, kPlace, place);
  return out;
}

std::string pdf(const std::string& catalog, const std::string& extra = "", const std::string& info = "") {
  PdfBuilder builder;
  builder.line("heron").catalog(catalog).info(info);
  if (!extra.empty()) builder.extra(extra);
  return builder.build();
}

struct Row {
  const char* name;
  const char* file;
  std::string (*document)();
  const char* why;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class ReaderLimit : public testing::TestWithParam<Row> {};

TEST_P(ReaderLimit, IsNamedWithItsValue) {
  const Row& row = GetParam();
  Limits limits;
  limits.max_ratio = 1'000'000;  // none of them is about what unpacks
  const ExtractedText text = walk_document(row.document(), row.file, limits);
  std::string limited;
  for (const Part& part : text.parts) {
    if (part.outcome == Outcome::limit) limited += part.why + '\n';
  }
  EXPECT_EQ(limited, std::string(row.why) + '\n') << outcomes(text).substr(0, 300);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReaderLimit,
    testing::Values(
        Row{"DamagedCharacters", "a.eml",
            [] { return mail_of("big5", "heron\r\n" + times((1 << 20) + 1, "\xFF") + "\r\n"); },
            "damaged characters of a text reached the limit (1048576)"},
        Row{"EntitiesOfXml", "a.xml",
            [] {
              return "<!DOCTYPE a [<!ENTITY x \"" + std::string(1000, 'h') + "\">]>\n<a>" + times(1100, "&x;") +
                     "</a>\n";
            },
            "entities that the XML declares reached the limit (1048576 bytes, depth 8)"},
        Row{"EntitiesInEachOther", "a.xml",
            [] {
              std::string out = "<!DOCTYPE a [<!ENTITY e0 \"heron\">";
              for (int i = 1; i < 12; i++)
                out += "<!ENTITY e" + std::to_string(i) + " \"&e" + std::to_string(i - 1) + ";\">";
              return out + "]>\n<a>&e11;</a>\n";
            },
            "entities that the XML declares reached the limit (1048576 bytes, depth 8)"},
        Row{"NameOfGzip", "a.gz", [] { return gzip(std::string(1100, 'n')); },
            "bytes of a name reached the limit (1024)"},
        Row{"CommentOfGzip", "a.gz", [] { return gzip("n", std::string(70'000, 'c')); },
            "bytes of a comment reached the limit (65536)"},
        Row{"NamesOfGzip", "a.gz", [] { return times(101, gzip("n")); }, "members with a name reached the limit (100)"},
        Row{"TagsOfAPicture", "a.tif", [] { return tags(20'001); }, "tags of the picture reached the limit (20000)"},
        Row{"PagesOfAPicture", "a.tif", [] { return tiff(201, 8, 8); }, "pages of the picture reached the limit (200)"},
        Row{"PixelsOfAllPages", "a.tif", [] { return tiff(11, 8000, 4900); },
            "pixels of all its pages reached the limit (400000000)"},
        Row{"PropertiesOfACompoundFile", "a.bin", [] { return properties(1001); },
            "properties reached the limit (1000)"},
        Row{"StreamsOfACompoundFile", "a.bin", [] { return shared_stream(60); },
            "bytes read of its streams reached the limit (8 times its size)"},
        Row{"SourceOfMacros", "a.bin", [] { return macros(8300); }, "source of macros reached the limit (33554432)"},
        Row{"PropertiesOfAPdf", "a.pdf",
            [] {
              std::string entries;
              for (int i = 0; i < 1001; i++) entries += "/Key" + std::to_string(i) + " (v) ";
              return pdf("", "", entries);
            },
            "properties reached the limit (1000)"},
        Row{"ScriptOfAPdf", "a.pdf",
            [] {
              return pdf("/OpenAction << /S /JavaScript /JS 7 0 R >>",
                         PdfBuilder::stream(times((16 << 20) / 8 + 1, "a = 'b';")));
            },
            "a script, form or piece of metadata reached the limit (16777216 bytes)"},
        Row{"ObjectsOfAPdf", "a.pdf", [] { return pdf("/Heron [" + times(400'001, "(a)") + "]"); },
            "objects besides pages reached the limit (400000)"}),
    [](const auto& row) { return row.param.name; });

TEST(CalendarLimit, EventsPastTheThousandthShareALocator) {
  std::string calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
  for (int i = 1; i <= 1002; i++)
    calendar += "BEGIN:VEVENT\r\nSUMMARY:heron " + std::to_string(i) + ".\r\nEND:VEVENT\r\n";
  const ExtractedText text = walk_document(calendar + "END:VCALENDAR\r\n", "a.ics");
  EXPECT_EQ(where_is(text, "heron 1000."), "calendar@event 1000");
  EXPECT_EQ(where_is(text, "heron 1001."), "calendar@events behind the first 1000");
  EXPECT_EQ(where_is(text, "heron 1002."), "calendar@events behind the first 1000");
}

}  // namespace
}  // namespace postern::test
