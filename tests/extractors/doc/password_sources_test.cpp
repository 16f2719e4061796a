// Passwords that stand in an attached file of another kind.
#include "tests/extractors/doc/word_builder.h"
#include "tests/extractors/xls/biff_builder.h"
#include "tests/support/document_walk.h"
#include "tests/support/odf_builder.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

constexpr const char* kSentence = "The password is Tr0ub4dor.";

std::string attachment(std::string_view name, std::string_view bytes) {
  return "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=" + std::string(name) +
         "\n\n" + std::string(bytes) + "\n";
}

// Locked by "Tr0ub4dor".
std::string locked_file() {
  std::ifstream in(POSTERN_SOURCE_DIR "/tests/corpus/archive/t-classic.zip", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string docm() {
  const std::string content = "application/vnd.ms-word.document.macroEnabled.main+xml";
  ZipBuilder zip;
  zip.add("[Content_Types].xml",
          "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" "
          "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override "
          "PartName=\"/word/document.xml\" ContentType=\"" +
              content + "\"/></Types>");
  zip.add("_rels/.rels",
          "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
          "Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
          "Target=\"word/document.xml\"/></Relationships>");
  zip.add(
      "word/document.xml",
      "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>" +
          std::string(kSentence) + "</w:t></w:r></w:p></w:body></w:document>");
  zip.add("word/vbaProject.bin", "");
  return zip.build();
}

// As a PDF may write a string; its letters as they are would be seen in the file itself.
std::string in_hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

TEST(PasswordSources, AreOtherAttachedDocuments) {
  const struct {
    const char* name;
    std::string bytes;
    bool read;
  } cases[] = {
      {"a.txt", kSentence, true},
      {"a.rtf", "{\\rtf1 " + std::string(kSentence) + "}", true},
      {"a.doc", WordBuilder().text(0, std::string(kSentence) + "\r").build(), true},
      {"a.docm", docm(), true},
      {"a.odt", odf_text("<text:p>" + std::string(kSentence) + "</text:p>"), true},
      {"a.xls", xls_file(book("", biff(0x0204, cell_at(0, 0) + narrow(kSentence, 2)))), true},
      {"a.msg",
       CompoundBuilder()
           .stream("__properties_version1.0", std::string(32, '\0'))
           .stream("__substg1.0_1000001F", wide(kSentence))
           .build(),
       true},
      {"a.zip", ZipBuilder().add("a.txt", kSentence).build(), true},
      {"a.pdf", PdfBuilder().page("BT /F1 12 Tf 72 700 Td <" + in_hex(kSentence) + "> Tj ET").build(), false},
  };
  const std::string head = "From: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (const auto& c : cases) {
    // In front of what is locked and behind it.
    for (const bool behind : {false, true}) {
      const std::string one = attachment("locked.zip", locked_file()), other = attachment(c.name, c.bytes);
      const ExtractedText text =
          walk_document(head + (behind ? one + other : other + one) + "--b--\n", "", Limits{}, "message/rfc822");
      const auto opened = std::find_if(text.parts.begin(), text.parts.end(), [](const Part& part) {
        return std::find(part.facts.begin(), part.facts.end(), "decrypted") != part.facts.end();
      });
      EXPECT_EQ(opened != text.parts.end(), c.read) << c.name << behind;
    }
  }
}

}  // namespace
}  // namespace postern::test
