// Archives, office documents and PDF files.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"
#include "tests/support/ooxml_builder.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

using Member = ZipBuilder::Member;

const std::string kSecret = "Amber Falcon ships in March";

std::string zip_of(const Member& member) {
  return ZipBuilder().add(member).build();
}

std::string gzip_of(const std::string& bytes, const std::string& name = "") {
  std::string out("\x1F\x8B\x08\0\0\0\0\0\0\3", 10);
  if (!name.empty()) {
    out[3] = 8;
    out += name + std::string(1, '\0');
  }
  out += raw_deflate(bytes);
  put_le(out, crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())), 4);
  put_le(out, bytes.size(), 4);
  return out;
}

std::string nested_zip(int depth) {
  std::string out = kSecret;
  for (int i = 0; i < depth; i++) out = ZipBuilder().add("f" + std::to_string(i), out).build();
  return out;
}

std::string shown(const std::string& operators) {
  return PdfBuilder().page("BT /F1 12 Tf 72 700 Td " + operators + " ET").build();
}

// Letters one by one at the places where a line would put them (widths of Helvetica).
std::string letters_placed(bool backwards) {
  const std::string text = "Amber Falcon";
  constexpr int kWidths[] = {667, 833, 556, 556, 333, 278, 611, 556, 222, 500, 556, 556};
  std::vector<std::string> letters;
  int at = 72'000;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != ' ')
      letters.push_back("1 0 0 1 " + std::to_string(at / 1000) + "." + std::to_string(at % 1000 / 100) + " 700 Tm (" +
                        std::string(1, text[i]) + ") Tj ");
    at += kWidths[i] * 12;
  }
  if (backwards) std::reverse(letters.begin(), letters.end());
  std::string out = "BT /F1 12 Tf ";
  for (const std::string& letter : letters) out += letter;
  return PdfBuilder().page(out + "ET").build();
}

}  // namespace

std::vector<Trick> zip_tricks() {
  const Outcome differs = Outcome::ambiguous;
  const auto zip = [](std::string name, const std::string& bytes, Outcome outcome = Outcome::complete) {
    return Trick{"zip: " + std::move(name), attached("x.zip", bytes, "application/zip"), outcome};
  };
  const std::string plain = ZipBuilder().add("a.txt", kSecret).build();
  return {
      zip("deflated", plain),
      zip("stored", zip_of({.name = "a.txt", .data = kSecret, .method = 0})),
      zip("six deep", nested_zip(6)),
      zip("name of a member", ZipBuilder().add("Amber Falcon.txt", "x").build()),
      zip("name of a folder", zip_of({.name = "Amber Falcon/", .data = "", .method = 0})),
      zip("comment of the file", ZipBuilder().add("a", "x").comment("Amber Falcon").build()),
      zip("comment of a member", zip_of({.name = "a", .data = "x", .comment = "Amber Falcon"})),
      zip("behind other bytes", std::string(3000, '\x01') + plain, Outcome::unsupported),
      zip("behind a picture", "GIF89a\1\0\1\0\0\0\0;" + plain, differs),
      zip("before other bytes", plain + std::string(3000, '\x01'), Outcome::unsupported),
      zip("without a directory", plain.substr(0, plain.find("PK\1\2")), Outcome::malformed),
      zip("two names", zip_of({.name = "a.txt", .data = "x", .local_name = "Amber Falcon.txt"}), differs),
      zip("member in no directory",
          ZipBuilder().add("a", "x").add({.name = "b", .data = kSecret, .in_directory = false}).build(), differs),
      zip("two members of one name", ZipBuilder().add("a", "x").add("A", kSecret).build(), differs),
      zip("other method", zip_of({.name = "a", .data = kSecret, .method = 0, .local_method = 8}), Outcome::malformed),
      zip("wrong checksum", zip_of({.name = "a", .data = kSecret, .crc = 1}), Outcome::malformed),
      zip("called encrypted once", zip_of({.name = "a", .data = kSecret, .flags = 1, .local_flags = 0}), differs),
      zip("size behind the data", zip_of({.name = "a", .data = kSecret, .descriptor = true})),
      zip("size claimed too small", zip_of({.name = "a", .data = kSecret, .claimed_size = 3}), Outcome::complete),
      zip("text before a member",
          ZipBuilder().add("a", "x").add({.name = "b", .data = "y", .before = kSecret}).build()),
      zip("folder with content", zip_of({.name = "a/", .data = kSecret})),
      zip("no name", zip_of({.name = "", .data = kSecret})),
      zip("way up", zip_of({.name = "../../a", .data = kSecret})),
      {"zip: called a picture", attached("x.jpg", plain, "image/jpeg")},
      {"zip: called text", attached("x.txt", plain, "text/plain")},
      {"zip: as the whole body",
       mail_of("Content-Type: application/zip\nContent-Transfer-Encoding: base64\n", base64_of(plain))},
      {"gzip: a text", attached("a.txt.gz", gzip_of(kSecret))},
      {"gzip: without its name", attached("a", gzip_of(kSecret))},
      {"gzip: the name inside", attached("a.gz", gzip_of("x", "Amber Falcon.txt"))},
      {"gzip: in two members", attached("a.gz", gzip_of("our Amber ") + gzip_of("Falcon ships"))},
      {"gzip: in gzip", attached("a.gz.gz", gzip_of(gzip_of(kSecret)))},
      {"gzip: a name longer than is read", attached("a.gz", gzip_of(kSecret, std::string(5000, 'n'))), Outcome::limit},
      {"gzip: of a zip", attached("a.zip.gz", gzip_of(plain))},
      {"gzip: in a zip", attached("a.zip", ZipBuilder().add("a.gz", gzip_of(kSecret)).build())},
      {"gzip: cut off", attached("a.gz", gzip_of(kSecret + std::string(5000, 'x')).substr(0, 50)), Outcome::malformed},
      {"gzip: wrong checksum",
       attached("a.gz",
                [] {
                  std::string out = gzip_of(kSecret);
                  out[out.size() - 8] ^= 1;
                  return out;
                }()),
       Outcome::malformed},
      {"gzip: before other bytes", attached("a.gz", gzip_of("x") + kSecret), Outcome::malformed},
  };
}

std::vector<Trick> office_tricks() {
  const auto docx = [](std::string name, const std::string& body) {
    return Trick{"word: " + std::move(name), attached("x.docx", word(body).build())};
  };
  const auto run = [](const std::string& text, const std::string& properties = "") {
    return "<w:r>" + (properties.empty() ? "" : "<w:rPr>" + properties + "</w:rPr>") + "<w:t xml:space='preserve'>" +
           text + "</w:t></w:r>";
  };
  const auto sheet = [](std::string name, OoxmlBuilder book) {
    return Trick{"excel: " + std::move(name), attached("x.xlsx", book.build())};
  };
  const std::string halves = run("Am") + run("ber Fal", "<w:b/>") + run("con");
  return {
      docx("runs", "<w:p>" + halves + "</w:p>"),
      docx("proof marks between runs", "<w:p>" + run("Am") +
                                           "<w:proofErr w:type='spellStart'/><w:bookmarkStart w:id='1' w:name='x'/>" +
                                           run("ber Falcon") + "</w:p>"),
      docx("content control", "<w:sdt><w:sdtContent><w:p>" + halves + "</w:p></w:sdtContent></w:sdt>"),
      docx("hidden decoy", "<w:p>" + run("Am") + run("xyz", "<w:vanish/>") + run("ber Falcon") + "</w:p>"),
      docx("hidden text", "<w:p>" + run("Amber Falcon", "<w:vanish/>") + "</w:p>"),
      docx("deleted decoy",
           "<w:p>" + run("Am") + "<w:del><w:r><w:delText>xyz</w:delText></w:r></w:del>" + run("ber Falcon") + "</w:p>"),
      docx("deleted text", "<w:p><w:del><w:r><w:delText>Amber Falcon</w:delText></w:r></w:del></w:p>"),
      docx("soft hyphens", "<w:p><w:r><w:t>Am</w:t><w:softHyphen/><w:t>ber Falcon</w:t></w:r></w:p>"),
      docx("cells", "<w:tbl><w:tr><w:tc>" + word_paragraph("Amber") + "</w:tc><w:tc>" + word_paragraph("Falcon") +
                        "</w:tc></w:tr></w:tbl>"),
      docx("link", "<w:p>" + run("Am") + "<w:hyperlink>" + run("ber Fal") + "</w:hyperlink>" + run("con") + "</w:p>"),
      docx("simple field", "<w:p><w:fldSimple w:instr='AUTHOR'>" + halves + "</w:fldSimple></w:p>"),
      docx("references in the XML", "<w:p>" + run("&#65;m&#x62;er Falcon") + "</w:p>"),
      docx("section in the XML", "<w:p>" + run("<![CDATA[Amber Falcon]]>") + "</w:p>"),
      docx("comment in the XML", "<w:p>" + run("Am<!-- x -->ber Falcon") + "</w:p>"),
      {"word: called text", attached("x.txt", word("<w:p>" + halves + "</w:p>").build(), "text/plain")},
      {"word: main part under another name",
       attached("x.docx",
                OoxmlBuilder("a/b.xml", "wordprocessingml.document", word_xml("<w:p>" + halves + "</w:p>")).build())},
      {"word: loose part", attached("x.docx", word("").part("word/loose.txt", kSecret).build())},
      {"word: part in UTF-16",
       attached("x.docx",
                OoxmlBuilder("word/document.xml", "wordprocessingml.document",
                             "\xFF\xFE" + in_charset(word_xml("<w:p>" + halves + "</w:p>").substr(55), "utf-16le"))
                    .build())},
      {"word: page inside", attached("x.docx", word("")
                                                   .part("word/a.html", "<p>Am<b>ber</b> Falcon")
                                                   .relations("word/document.xml", {{"r1", "aFChunk", "a.html"}})
                                                   .build())},
      {"word: inside a zip inside a zip",
       attached("x.zip",
                ZipBuilder()
                    .add("y.zip", ZipBuilder().add("x.docx", word("<w:p>" + halves + "</w:p>").build()).build())
                    .build())},
      sheet("shared string in runs", workbook({{.rows = "<row r='1'><c r='A1' t='s'><v>0</v></c></row>"}},
                                              "<si><r><t>Am</t></r><r><t>ber Falcon</t></r></si>")),
      sheet("inline string", workbook({{.rows = "<row r='1'><c r='A1' t='inlineStr'><is><r><t>Am</t></r><r><t>ber "
                                                "Falcon</t></r></is></c></row>"}})),
      sheet(
          "value of a formula",
          workbook({{.rows = "<row r='1'><c r='A1' t='str'><f>\"Am\"&amp;\"ber\"</f><v>Amber Falcon</v></c></row>"}})),
      sheet("hidden sheet",
            workbook({{.rows = ""},
                      {.rows = "<row r='1'><c r='A1' t='inlineStr'><is><t>Amber Falcon</t></is></c></row>",
                       .state = "veryHidden"}})),
      sheet("cells beside each other",
            workbook({{.rows = "<row r='1'><c r='A1' t='inlineStr'><is><t>Amber</t></is></c><c r='B1' "
                               "t='inlineStr'><is><t>Falcon</t></is></c></row>"}})),
      sheet("phonetic decoy",
            workbook({{.rows = "<row r='1'><c r='A1' t='s'><v>0</v></c></row>"}},
                     "<si><t>Amber </t><rPh sb='0' eb='1'><t>xyz</t></rPh><r><t>Falcon</t></r></si>")),
      {"slides: runs", attached("x.pptx", deck({slide_xml("<p:sp><p:txBody><a:p><a:r><a:t>Am</a:t></a:r><a:r><a:t>ber "
                                                          "Falcon</a:t></a:r></a:p></p:txBody></p:sp>")})
                                              .build())},
      {"slides: hidden slide",
       attached("x.pptx", deck({slide_xml(shape("x")), slide_xml(shape("Amber Falcon"), "show=\"0\"")}).build())},
  };
}

std::vector<Trick> pdf_tricks() {
  const auto pdf = [](std::string name, const std::string& bytes, Outcome outcome = Outcome::complete) {
    return Trick{"pdf: " + std::move(name), attached("x.pdf", bytes, "application/pdf"), outcome};
  };
  return {
      pdf("line", PdfBuilder().line("Amber Falcon").build()),
      pdf("hexadecimal", shown("<416D626572 2046616C636F6E> Tj")),
      pdf("octal", shown("(\\101mber\\040Falcon) Tj")),
      pdf("broken string", shown("(Am\\\nber Falcon) Tj")),
      pdf("pieces", shown("(Am) Tj (ber ) Tj (Falcon) Tj")),
      pdf("kerned", shown("[(Am) -20 (b) 15 (er F) -10 (alcon)] TJ")),
      pdf("gap by kerning", shown("[(Amber) -400 (Falcon)] TJ")),
      pdf("letters by place", letters_placed(false)),
      pdf("letters by place backwards", letters_placed(true)),
      pdf("invisible", shown("3 Tr (Amber Falcon) Tj")),
      pdf("white", shown("1 1 1 rg (Amber Falcon) Tj")),
      pdf("tiny", PdfBuilder().page("BT /F1 0.5 Tf 72 700 Td (Amber Falcon) Tj ET").build()),
      pdf("two lines", shown("(Amber) Tj 0 -14 Td (Falcon) Tj")),
      pdf("upright", PdfBuilder().page("BT /F1 12 Tf 0 1 -1 0 300 300 Tm (Amber Falcon) Tj ET").build()),
      pdf("title", PdfBuilder().line("x").info("/Title (Amber Falcon)").build()),
      pdf("behind other bytes", "x\ny\n" + PdfBuilder().line("Amber Falcon").build()),
      pdf("second page", PdfBuilder().line("x").line("Amber Falcon").build()),
      {"pdf: called a picture", attached("x.png", PdfBuilder().line("Amber Falcon").build(), "image/png")},
      {"pdf: in a zip",
       attached("x.zip", ZipBuilder().add("x.pdf", PdfBuilder().line("Amber Falcon").build()).build())},
  };
}

}  // namespace postern::test
