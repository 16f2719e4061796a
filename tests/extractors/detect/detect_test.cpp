#include "extractors/detect/detect.h"

#include <gtest/gtest.h>

#include "extractors/detect/text_kind.h"
#include "extractors/file_type.h"
#include "tests/support/zip_builder.h"

namespace postern::extract {
namespace {

using namespace std::string_literals;

struct TypeCase {
  const char* what;
  std::string bytes;
  const char* name;
  const char* declared;
  std::string mime;
  bool mismatch;
};

std::string zip_of(std::initializer_list<const char*> names) {
  test::ZipBuilder builder;
  for (const char* name : names) {
    test::ZipBuilder::Member member;
    member.name = name;
    member.data = "x";
    builder.add(member);
  }
  return builder.build();
}

TEST(DetectType, GoesByTheBytes) {
  const std::string docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  // Mostly zeros, whose sum happens to be the number at the place of a tar's.
  std::string mesh(684, '\0');
  mesh.replace(0, 5, "\x0C\x80\xBF A");
  mesh.replace(148, 3, "A01");
  std::string summed = mesh;
  summed.replace(0, 5, "A\0\0\0\0"s);
  summed.replace(148, 3, "501");
  std::string large = mesh;  // as GNU tar writes sizes of 8 GiB and more
  large.replace(0, 5, "A\0\0\0\0"s);
  large.replace(124, 12, "\x80\0\0\0\0\0\0\2\0\0\0\0"s);
  large.replace(148, 4, "703\0"s);
  std::string spanish(245, 'x');
  spanish += ". Nos gustar\u00EDa saber\n";
  const std::vector<TypeCase> cases = {
      {"pdf", "%PDF-1.7\n", "a.pdf", "application/pdf", "application/pdf", false},
      {"pdf behind junk", "junk\n%PDF-1.7\n1 0 obj endobj", "a.pdf", "", "application/pdf", false},
      {"page as AbiWord saves it", "From : <AbiWord>\nSubject : \nMIME-Version : 1.0\n\n<html>", "a.mht", "",
       "message/rfc822", false},
      {"notes with blanks before colons", "From : here\nSubject : there\n\n", "a.txt", "", "text/plain", false},
      {"text about pdf", "The header is %PDF-1.7 here", "a.txt", "", "text/plain", false},
      {"zip as picture", "PK\x03\x04" + std::string(40, '\0'), "a.jpg", "image/jpeg", "application/zip", true},
      {"docx", zip_of({"[Content_Types].xml", "word/document.xml"}), "a.docx", "", docx, false},
      {"docx as zip", zip_of({"[Content_Types].xml", "word/document.xml"}), "a.zip", "", docx, true},
      {"docm", zip_of({"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}), "a.docm", "",
       "application/vnd.ms-word.document.macroenabled.12", false},
      {"xlsx", zip_of({"[Content_Types].xml", "xl/workbook.xml"}), "", "",
       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
      {"xlsb", zip_of({"[Content_Types].xml", "xl/workbook.bin"}), "", "",
       "application/vnd.ms-excel.sheet.binary.macroenabled.12", false},
      {"pptx", zip_of({"[Content_Types].xml", "ppt/presentation.xml"}), "", "",
       "application/vnd.openxmlformats-officedocument.presentationml.presentation", false},
      {"plain zip", zip_of({"a.txt"}), "a.zip", "application/zip", "application/zip", false},
      {"book with its type at the end", zip_of({"META-INF/container.xml", "OPS/book.opf", "a.xhtml", "mimetype"}),
       "a.epub", "application/epub+zip", "application/epub+zip", false},
      {"package of a page designer", zip_of({"META-INF/container.xml", "designmap.xml"}), "a.zip", "",
       "application/zip", false},
      {"gzip", "\x1F\x8B\x08\0\0\0\0\0"s, "a.gz", "", "application/gzip", false},
      {"rtf as doc", "{\\rtf1 x}", "a.doc", "application/msword", "application/rtf", false},
      {"png", "\x89PNG\r\n\x1A\n", "a.png", "image/png", "image/png", false},
      {"jpeg named png", "\xFF\xD8\xFF\xE0", "a.png", "", "image/jpeg", false},
      {"ustar in a word", spanish, "a.txt", "", "text/plain", false},
      {"text as pdf", "hello there", "a.pdf", "application/pdf", "text/plain", true},
      {"html in txt", "<html><p>x", "a.txt", "text/plain", "text/html", false},
      {"html as xls", "<table><tr><td>1</table>", "a.xls", "application/vnd.ms-excel", "text/html", false},
      {"html with zero bytes", "<html><p>Night\0jar\0\0</p>"s, "", "", "text/html", false},
      {"html behind zero bytes", "\0\0 <!DOCTYPE html><p>x</p>"s, "a.html", "text/html", "text/html", false},
      {"text with a zero byte", std::string(200, 'x') + '\0' + "\nmore words\n", "a.txt", "", "text/plain", false},
      {"heif of several pictures",
       "\0\0\0\x18"
       "ftypmsf1\0\0\0\0hevcmsf1"s,
       "a.heif", "", "image/heif", false},
      {"heif of a sequence",
       "\0\0\0\x18"
       "ftyphevc\0\0\0\0msf1hevc"s,
       "a.heic", "", "image/heic", false},
      {"moving avif",
       "\0\0\0\x18"
       "ftypavis\0\0\0\0avisavif"s,
       "a.avif", "", "image/avif", false},
      {"utf-16 html", "\xFF\xFE<\0h\0t\0m\0l\0>\0"s, "", "", "text/html", false},
      {"utf-32 of a subtitle", "\0\0\xFE\xFF\0\0\0\x31\0\0\0\x0A\0\0\0\x30\0\0\0\x30\0\0\0:"s, "a.srt", "",
       "text/plain", false},
      {"utf-16 without mark", "N\0i\0g\0h\0t\0"s, "", "", "text/plain", false},
      {"latin-1", "caf\xE9 au lait", "", "", "text/plain", false},
      {"csv", "a,b\n1,2\n", "a.csv", "", "text/csv", false},
      {"mail", "From: a@b\nSubject: x\n\nhi", "", "", "message/rfc822", false},
      {"mail by name", "Subject: x\n\nhi", "a.eml", "", "message/rfc822", false},
      {"one header-like line is no mail", "Subject: x\n\nhi", "a.txt", "", "text/plain", false},
      {"mbox", "From a@b Mon Feb  1 07:00:00 2027\nFrom: a@b\nSubject: x\n\nhi", "", "", "application/mbox", false},
      {"calendar", "BEGIN:VCALENDAR\r\n", "a.ics", "", "text/calendar", false},
      {"card", "BEGIN:VCARD\r\n", "a.vcf", "", "text/vcard", false},
      {"svg", "<?xml version=\"1.0\"?><svg xmlns=\"x\">", "a.svg", "image/svg+xml", "image/svg+xml", false},
      {"flat OpenDocument with a drawing's title",
       "<?xml version=\"1.0\"?><!-- x --><office:document><svg:title>t</svg:title>", "a.fodt", "",
       "application/vnd.oasis.opendocument.flat", false},
      {"svg that tells of OpenDocument", "<!-- <office:document --><svg xmlns=\"x\">", "a.svg", "", "image/svg+xml",
       false},
      {"xml", "<?xml version=\"1.0\"?><a/>", "a.xml", "", "application/xml", false},
      {"xml without declaration", "<opml version=\"1\"><body><outline text=\"x\"/></body></opml>", "", "",
       "application/xml", false},
      {"sgml", "<!DOCTYPE book PUBLIC \"x\">\n<book><title>T</title></book>\n", "a.sgml", "", "application/xml", false},
      {"fiction book without declaration", "<FictionBook><body>x</body></FictionBook>", "a.fb2", "",
       "application/x-fictionbook+xml", false},
      {"an element of nobody in a page", "<x-a><body>b</body></x-a>", "a.html", "", "text/html", false},
      {"a page that opens with an element of nobody", "<x-a></x-a><body>b</body>", "", "text/html", "text/html", false},
      {"a workbook in XML as xls", "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><a/></Workbook>",
       "a.xls", "", "application/x-spreadsheetml", false},
      {"sylk as csv", "ID;P\r\nC;K1\r\n", "a.csv", "text/csv", "application/x-sylk", false},
      {"a tag in a text", "<name> is what you put here", "a.txt", "", "text/plain", false},
      {"json", "{\"a\": 1}", "", "", "application/json", false},
      {"json list", " [ [\"a\", 1]]", "a.txt", "", "application/json", false},
      {"no json", "{a} and [\"b\" c", "", "", "text/plain", false},
      {"notebook", "{\"cells\": [], \"nbformat\": 4}", "a.ipynb", "", "application/x-ipynb+json", false},
      {"sylk", "ID;PWXL;N;E\r\nP;PGeneral\r\n", "a.slk", "", "application/x-sylk", false},
      {"csv that begins like sylk", "ID;Price\n1;2\n", "a.csv", "", "text/csv", false},
      {"dif", "TABLE\r\n0,1\r\n\"EXCEL\"\r\n", "a.dif", "", "application/x-dif", false},
      {"emlx", "1234\nFrom: a@b\nSubject: x\n\nhi", "1.emlx", "", "message/x-emlx", false},
      {"note of a telephone", "BEGIN:VNOTE\r\n", "a.vnt", "", "text/x-vnote", false},
      {"pgp", "-----BEGIN PGP MESSAGE-----\n\nx", "a.asc", "", "application/pgp-encrypted", false},
      {"p7m", "\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0\x82\x01\x00"s, "smime.p7m",
       "application/pkcs7-mime", "application/pkcs7-mime", false},
      {"tnef", "\x78\x9F\x3E\x22\0\0"s, "winmail.dat", "application/ms-tnef", "application/vnd.ms-tnef", false},
      {"empty", "", "a.pdf", "application/pdf", "text/plain", false},
      {"numbers of a mesh", mesh, "a.stl", "", "application/octet-stream", false},
      {"an old tar with a large file", large, "a.tar", "", "application/x-tar", false},
      {"a checksum of a tar and no other number", summed, "a.stl", "", "application/octet-stream", false},
      {"noise", "\x01\x02\x03\x04\xF5\xF6\0\0\x01\x02\x03\xFF"s, "a.pdf", "", "application/octet-stream", true},
      {"noise of no promise", "\x01\x02\x03\x04\xF5\xF6\0\0\x01\x02\x03\xFF"s, "a.bin", "", "application/octet-stream",
       false},
  };
  detect_warm_up();
  for (const TypeCase& c : cases) {
    const FileType type = detect_type(c.bytes, c.name, c.declared);
    EXPECT_EQ(type.mime, c.mime) << c.what;
    EXPECT_EQ(type.mismatch, c.mismatch) << c.what;
  }
}

TEST(DetectType, TextHoldsFewControlCharacters) {
  const auto with = [](size_t size, size_t count, char c) {
    std::string text(size - count, 'x');
    for (size_t i = 0; i < count; i++) text.insert(text.size() / 2, 1, c);
    return detect_type(text, "a.bin", "").mime;
  };
  EXPECT_EQ(with(1000, 5, '\x01'), "text/plain");
  EXPECT_EQ(with(1000, 6, '\x01'), "application/octet-stream");
  EXPECT_EQ(with(1000, 20, '\0'), "text/plain");
  EXPECT_EQ(with(1000, 21, '\0'), "application/octet-stream");
  const std::string calendar = "BEGIN:VCALENDAR\r\nSUMMARY:x\1\2\3\r\n";
  EXPECT_EQ(detect_type(calendar, "a.ics", "").mime, "application/octet-stream");
  std::string page(60, '\0');
  page.append("<html><p>x");
  EXPECT_EQ(detect_type(page, "a.bin", "").mime, "text/html");
}

TEST(DetectType, MarkupBehindMuchTextIsMarkup) {
  std::string page(9000, 'x');
  page += "<b>y</b>";
  EXPECT_EQ(detect_type(page, "a.html", "").mime, "text/html");
  EXPECT_EQ(detect_type(page, "a.txt", "").mime, "text/plain");
}

TEST(GuessUtf16, WantsZerosInOneHalf) {
  EXPECT_EQ(guess_utf16("a\0b\0c\0"s), Utf16Guess::little);
  EXPECT_EQ(guess_utf16("\0a\0b\0c"s), Utf16Guess::big);
  EXPECT_EQ(guess_utf16("a\0\0b\0\0"s), Utf16Guess::none);
  EXPECT_EQ(guess_utf16("plain text"), Utf16Guess::none);
}

}  // namespace
}  // namespace postern::extract
