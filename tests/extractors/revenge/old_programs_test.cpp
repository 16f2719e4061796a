// What formats.md says of programs that nothing on Debian writes: files put together here by what is published of their
// formats, and a sheet of Numbers by SheetJS (tests/corpus/make/office_numbers.js).
#include "tests/support/compound_builder.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string le16(size_t value) {
  return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8 & 0xFF)};
}
std::string le32(size_t value) {
  return le16(value & 0xFFFF) + le16(value >> 16);
}
std::string be16(size_t value) {
  return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
}
std::string be32(size_t value) {
  return be16(value >> 16) + be16(value & 0xFFFF);
}
std::string padded(std::string bytes, size_t size) {
  bytes.resize(std::max(bytes.size(), size), '\0');
  return bytes;
}

// Records of Lotus 1-2-3, which Quattro Pro and the sheets of Works took over: kind, size, data.
std::string record(size_t kind, const std::string& data) {
  return le16(kind) + le16(data.size()) + data;
}
const std::string kRange = record(6, "\0\0\0\0\1\0\2\0"s), kNumber = record(0xD, "\x7F\0\0\2\0\x2A\0"s);

std::string quattro() {
  return record(0, "\x20\x51"s) + kRange + record(0xF, "\x7F\1\0\2\0\x8'Nightjar\0"s) + kNumber + record(1, "");
}
std::string works_sheet() {
  return "\xFF\0\2\0\4\4"s + record(0x5405, "\0\0"s) + kRange + record(0xF, "\x7F\1\0\2\0'Nightjar\0"s) + kNumber +
         record(1, "");
}

// Write: a header of 128 bytes, the text, pages with the formats of characters and paragraphs.
std::string windows_write(const std::string& text) {
  constexpr size_t kPage = 128;
  const size_t end = kPage + text.size(), pages = (end + kPage - 1) / kPage;
  std::string header = "\x31\xBE\0\0\0\xAB"s + std::string(8, '\0') + le32(end) + le16(pages);
  for (int i = 0; i < 5; i++) header += le16(pages + 2);
  header = padded(padded(header, 96) + le16(pages + 2), kPage);
  const std::string formats = padded(le32(kPage) + le32(end) + "\xFF\xFF", kPage - 1) + "\1";
  return padded(header + text, pages * kPage) + formats + formats;
}

// WordPerfect Graphics 1: start, attributes of text, text, end.
std::string wordperfect_graphic(const std::string& text) {
  const auto part = [](char kind, const std::string& data) {
    return kind + std::string(1, static_cast<char>(data.size())) + data;
  };
  return "\xFFWPC"s + le32(16) + "\1\x16\1\0\0\0\0\0"s + part(0xF, "\1\0"s + le16(1000) + le16(1000)) +
         part(0xD, le16(100) + le16(100) + "\0\0\0\0\0\0\0\0\1\0\0"s + std::string(10, '\0')) +
         part(0xC, le16(text.size()) + le16(100) + le16(100) + text) + part(0x10, "");
}

// A database of Palm OS with the head of a PalmDoc book and one record of plain text.
std::string palm_book(const std::string& text) {
  const std::string head = be16(1) + be16(0) + be32(text.size()) + be16(1) + be16(4096) + be32(0);
  const size_t first = 78 + 2 * 8 + 2;
  return padded("The title", 32) + std::string(28, '\0') + "TEXtREAd" + std::string(8, '\0') + be16(2) + be32(first) +
         be32(0) + be32(first + head.size()) + be32(1) + "\0\0"s + head + text;
}

// Pages and Keynote of 2009: a zip with one XML file.
const std::string kSpaces =
    " xmlns:sfa=\"http://developer.apple.com/namespaces/sfa\" xmlns:sf=\"http://developer.apple.com/namespaces/sf\""
    " xmlns:sl=\"http://developer.apple.com/namespaces/sl\" "
    "xmlns:key=\"http://developer.apple.com/namespaces/keynote2\"";
std::string storage(const std::string& kind, const std::string& text) {
  return "<sf:text-storage sf:kind=\"" + kind + "\"><sf:text-body>" + text + "</sf:text-body></sf:text-storage>";
}
std::string paragraph(const std::string& text) {
  return "<sf:layout><sf:p>" + text + "<sf:br/></sf:p></sf:layout>";
}
std::string pages() {
  return ZipBuilder()
      .add("index.xml",
           "<?xml version=\"1.0\"?><sl:document" + kSpaces + " sl:version=\"92008102400\"><sl:publication-info/>" +
               storage("body", "<sf:section>" + paragraph("Project Nightjar") + "</sf:section>") + "</sl:document>")
      .build();
}
std::string keynote() {
  const std::string place =
      "<sf:geometry><sf:naturalSize sfa:w=\"9\" sfa:h=\"9\"/><sf:size sfa:w=\"9\" sfa:h=\"9\"/>"
      "<sf:position sfa:x=\"0\" sfa:y=\"0\"/></sf:geometry>";
  const std::string shape = "<sf:shape sfa:ID=\"x\">" + place +
                            "<sf:path><sf:point-path sf:type=\"star\"><sf:point sfa:x=\"5\" sfa:y=\"0\"/>"
                            "<sf:size sfa:w=\"9\" sfa:h=\"9\"/></sf:point-path></sf:path><sf:text>" +
                            storage("textbox", paragraph("Project Nightjar")) + "</sf:text></sf:shape>";
  return ZipBuilder()
      .add("index.apxl", "<?xml version=\"1.0\"?><key:presentation" + kSpaces +
                             " key:version=\"92008102400\" key:play-mode=\"interactive\"><key:size sfa:w=\"800\" "
                             "sfa:h=\"600\"/><key:theme-list/>"
                             "<key:slide-list sfa:ID=\"l\"><key:slide sfa:ID=\"s\" key:depth=\"0\"><key:page "
                             "sfa:ID=\"p\"><sf:size sfa:w=\"800\" "
                             "sfa:h=\"600\"/><sf:layers><sf:layer sfa:ID=\"y\"><sf:type><sf:string "
                             "sfa:string=\"BGLayer-Slide\"/></sf:type>"
                             "<sf:drawables>" +
                             shape + "</sf:drawables></sf:layer></sf:layers></key:page><key:notes>" +
                             storage("note", paragraph("for the speaker")) +
                             "</key:notes></key:slide></key:slide-list></key:presentation>")
      .build();
}

TEST(OldPrograms, AreReadByTheirLibraries) {
  const struct {
    const char* name;
    std::string bytes;
    const char* type;
    const char* where;
  } kCases[] = {
      {"a.wq1", quattro(), "application/x-quattro-pro", "cell@Sheet1!A3:B3"},
      {"a.wks", works_sheet(), "application/vnd.ms-works", "cell@"},
      {"a.wri", windows_write("Project Nightjar\r\nsecond line\r\n"), "application/x-mswrite", "body@"},
      {"a.wpg", wordperfect_graphic("Project Nightjar"), "application/vnd.wordperfect", "body@page 1"},
      {"a.pdb", palm_book("Project Nightjar\n"), "application/x-mobipocket-ebook", "body@"},
      {"a.pages", pages(), "application/vnd.apple.pages", "body@"},
      {"a.key", keynote(), "application/vnd.apple.keynote", "body@slide 1"},
      {"a.numbers", corpus_file("revenge/sheet.numbers"), "application/vnd.apple.numbers", "cell@"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, c.name);
    EXPECT_EQ(text.parts[0].type, c.type) << c.name;
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << c.name << ": " << text.parts[0].why;
    EXPECT_TRUE(where_is(text, "Nightjar").starts_with(c.where)) << c.name << ": " << where_is(text, "Nightjar");
  }
  EXPECT_EQ(where_is(walk_document(keynote(), "a.key"), "for the speaker"), "notes@slide 1");
  EXPECT_EQ(where_is(walk_document(palm_book("x\n"), "a.pdb"), "The title"), "property@dc:title");
}

// Protocol buffers: a key, a size, bytes; or a number.
std::string number(size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}
std::string bytes_field(unsigned key, const std::string& data) {
  return number(key << 3 | 2) + number(data.size()) + data;
}
std::string number_field(unsigned key, size_t value) {
  return number(key << 3) + number(value);
}
// An archive of one message.
std::string iwork_message(size_t kind, const std::string& data) {
  const std::string head = number_field(1, 7) + bytes_field(2, number_field(1, kind) + bytes_field(2, "\1\2") +
                                                                   number_field(3, data.size()));
  return number(head.size()) + head + data;
}
// A chunk of letters as they stand, of any size; `tail` are further commands of Snappy that unpack to `more` bytes.
std::string iwa(const std::string& archives, const std::string& tail = "", size_t more = 0) {
  const std::string block = number(archives.size() + more) + '\xF4' + le16(archives.size() - 1) + archives + tail;
  return '\0' + le32(block.size()).substr(0, 3) + block;
}

TEST(OldPrograms, ArchivesOfIwork) {
  const std::string written = iwork_message(2001, bytes_field(3, "Project Nightjar\x04second \xEF\xBF\xBCpage"));
  const std::string table = iwork_message(6001, bytes_field(8, "Prices of Kestrel")) +
                            iwork_message(6005, bytes_field(3, number_field(1, 1) + bytes_field(3, "a cell")));
  const std::string remarks = iwork_message(212, bytes_field(1, "Ada Holm")) +
                              iwork_message(3056, bytes_field(1, "really?")) +
                              iwork_message(2032, bytes_field(2, "https://nightjar.example/"));
  const std::string styles = iwork_message(2022, bytes_field(1, "Heading Osprey"));
  const std::string other = ZipBuilder().add("Index/Document.iwa", iwa(styles + written)).build();
  const std::string file = ZipBuilder()
                               .add("Index/Document.iwa", iwa(styles + written) + iwa(remarks))
                               .add("Index/Tables/DataList-1.iwa", iwa(table))
                               .add("Index/MasterSlide-2.iwa", iwa(iwork_message(2001, bytes_field(3, "Title Text"))))
                               .add("Data/note.txt", "a file inside")
                               .add("Metadata/Properties.plist", "bplist00, and damaged")
                               .build();
  // Bare, and in a folder that was packed.
  for (const auto& [name, bytes] :
       {std::pair("a.zip", file), {"a.zip", ZipBuilder().add("a.key/Index.zip", file).build()}}) {
    const ExtractedText text = walk_document(bytes, name);
    EXPECT_EQ(where_is(text, "Project Nightjar\nsecond page"), "body@");
    EXPECT_EQ(where_is(text, "a cell"), "cell@");
    EXPECT_EQ(where_is(text, "Prices of Kestrel"), "attribute@");
    EXPECT_EQ(where_is(text, "really?"), "comment@");
    EXPECT_EQ(where_is(text, "Ada Holm"), "comment@");
    EXPECT_EQ(where_is(text, "https://nightjar.example/"), "link@");
    EXPECT_EQ(where_is(text, "Title Text"), "master@");
    EXPECT_EQ(where_is(text, "Osprey"), "");
  }
  // A document that the library gives up on: what its archives say is read, and all else in it.
  const ExtractedText document = walk_document(file, "a.key");
  EXPECT_EQ(document.parts[0].type, "application/vnd.apple.keynote");
  EXPECT_EQ(document.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(where_is(document, "Project Nightjar"), "body@");
  EXPECT_EQ(where_is(document, "a file inside"), "body@");
  for (size_t i = 1; i < document.parts.size(); i++) EXPECT_EQ(document.parts[i].outcome, Outcome::complete) << i;
}

TEST(OldPrograms, ArchivesOfIworkThatArePackedOrDamaged) {
  // Copies of what came before, of the three kinds and into what they write: "Nightjar" four times and ten times its
  // last letter.
  const std::string tail = "\x11\x08"s + "\x1E\x08\0"s + "\x1F\x08\0\0\0"s + "\x26\x01\0"s;
  const std::string text = "Nightjar";
  const std::string said = text + text + text + text + std::string(10, 'r');
  const std::string message = iwork_message(2001, bytes_field(3, said));
  const std::string letters = message.substr(0, message.size() - said.size()) + text;
  const auto read = [](const std::string& bytes) { return walk_document(bytes, "Document.iwa"); };
  const ExtractedText packed = read(iwa(letters, tail, said.size() - text.size()));
  EXPECT_EQ(where_is(packed, said), "body@");
  EXPECT_EQ(outcomes(packed), ":complete");

  const std::string whole = iwa(iwork_message(2001, bytes_field(3, "Project Nightjar"))) + iwa(message);
  for (size_t i = 0; i < whole.size(); i++) {
    EXPECT_EQ(read(whole.substr(0, i)).parts.size(), 1U);
    std::string changed = whole;
    changed[i] = '\xFF';
    EXPECT_FALSE(read(changed).parts.empty());
  }
  const ExtractedText cut = read(whole.substr(0, whole.size() - 5));
  EXPECT_EQ(where_is(cut, "Project Nightjar"), "body@");
  EXPECT_EQ(outcomes(cut), ":malformed");
  EXPECT_EQ(outcomes(read(iwa(message, "\x11\xFF"s, 8))), ":malformed");
  // A byte that is no UTF-8 costs itself alone, and what is unpacked is charged to the message.
  const std::string torn = iwa(iwork_message(2001, bytes_field(3, "Project Nightjar \xFF closes")));
  EXPECT_EQ(where_is(read(torn), "Project Nightjar \uFFFD closes"), "body@");
  Limits limits;
  limits.max_bytes = torn.size() + 10;
  const ExtractedText charged = walk_document(torn, "Document.iwa", limits);
  EXPECT_EQ(outcomes(charged), ":limit");
  EXPECT_NE(charged.parts[0].why.find("max_bytes"), std::string::npos) << charged.parts[0].why;
}

TEST(OldPrograms, AnIworkDocumentUnderAPassword) {
  const std::string file =
      ZipBuilder().add("Index/Document.iwa", std::string(64, '\x5A')).add(".iwpv2", std::string(100, 'x')).build();
  const ExtractedText text = walk_document(file, "a.pages");
  EXPECT_EQ(text.parts[0].outcome, Outcome::encrypted);
}

TEST(OldPrograms, WhatIsCutOffIsTold) {
  const std::string compound = CompoundBuilder().stream("PageMaker", std::string(9000, '\x2A')).build();
  const std::string drawing =
      "<?xml version=\"1.0\"?><VisioDocument xmlns=\"http://schemas.microsoft.com/visio/2003/core\"><Pages><Page "
      "ID=\"0\"><Shapes><Shape ID=\"1\" Type=\"Shape\"><Text>Nightjar</Text></Shape></Shapes></Page></Pages>"
      "</VisioDocument>\n";
  const std::pair<const char*, std::string> kFiles[] = {
      {"a.wq1", quattro()},
      {"a.wks", works_sheet()},
      {"a.wri", windows_write("Project Nightjar\r\nsecond line\r\n")},
      {"a.pdb", palm_book("Project Nightjar\n" + std::string(40, 'x'))},
      {"a.pages", pages()},
      {"a.key", keynote()},
      {"a.vdx", drawing},
      {"a.pmd", compound},
  };
  for (const auto& [name, bytes] : kFiles) {
    for (const size_t left : {bytes.size() - 2, bytes.size() * 9 / 10, bytes.size() * 3 / 4, bytes.size() / 2}) {
      const ExtractedText text = walk_document(bytes.substr(0, left), name);
      EXPECT_NE(text.parts[0].outcome, Outcome::complete) << name << " of " << left;
    }
  }
  // Works since 2000, which names no stream of its own.
  for (const char* const mark : {"CHNKINK ", "CHNKWKS "}) {
    EXPECT_EQ(walk_document(CompoundBuilder().stream("CONTENTS", mark).build(), "a.wps").parts[0].type,
              "application/vnd.ms-works");
  }
  EXPECT_EQ(walk_document(CompoundBuilder().stream("CONTENTS", "a text").build(), "a.wps").parts[0].type,
            "application/x-ole-storage");
  // What stands before the cut is read.
  const ExtractedText cut = walk_document(quattro().substr(0, quattro().size() - 4), "a.wq1");
  EXPECT_EQ(where_is(cut, "Nightjar"), "cell@Sheet1!A3:B3");
  EXPECT_EQ(cut.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(cut.parts[0].why, "it is cut off; what stands before was read");
}

// Of Publisher's documents the list of texts is put together here, without the pages that show them.
TEST(OldPrograms, PublisherTextsAreReadAsTheyAreStored) {
  const std::string text = wide("Night\rjar\r");
  std::string contents = "CHNKINK "s + std::string(24, '\0') + le16(0x18) + "STSH"s + std::string(6, '\0') + "STSH"s +
                         le32(0x60) + le32(4) + le16(0x18) + "TEXT"s + std::string(6, '\0') + "TEXT"s + le32(0x50) +
                         le32(text.size()) + text;
  const std::string file = CompoundBuilder()
                               .stream("Quill/QuillSub/CONTENTS", contents)
                               .stream("Contents", "no pages")
                               .stream("Objects/Object 1/\1Ole10Native", le32(5) + "heron")
                               .build();
  const ExtractedText out = walk_document(file, "a.pub");
  EXPECT_EQ(out.parts[0].type, "application/x-mspublisher");
  EXPECT_EQ(out.parts[0].outcome, Outcome::partial);
  EXPECT_EQ(out.parts[0].why, "its library gave up; its texts were read as they are stored");
  EXPECT_EQ(text_of(out, Place::body), "Night\njar\n|heron");
}

TEST(OldPrograms, MacrosOfVisioAndPublisherAreRead) {
  const std::string mark = "\0Attribut\0e VB_Nam\0e = \"MM\"\0\r\n"s;
  for (const char* main : {"VisioDocument", "Quill/QuillSub/CONTENTS"}) {
    const std::string file = CompoundBuilder()
                                 .stream(main, "no pages")
                                 .stream("VBA/VBA/dir", "\1\x03\xB0\x02"s + "a\x45\x00"s)
                                 .stream("VBA/VBA/Module1", "\1"s + le16(0xB000 | (mark.size() - 1)) + mark)
                                 .build();
    const ExtractedText out = walk_document(file, "a");
    EXPECT_NE(text_of(out, Place::macro).find("VB_Name = \"MM\""), std::string::npos) << main;
    EXPECT_EQ(out.parts[0].facts, (std::vector<std::string>{"macros"})) << main;
  }
}

// Of these there is no document that may be kept here; that their libraries are asked is all that is shown.
TEST(OldPrograms, TheRestIsHandedToItsLibraries) {
  for (const char* type :
       {"application/x-mspublisher", "application/vnd.stardivision.writer", "application/x-coreldraw",
        "application/x-freehand", "application/x-pagemaker", "application/vnd.quark.quarkxpress",
        "application/x-zoner-draw", "application/x-appleworks"}) {
    const ExtractedText text = walk_document("no document of this kind", "a", Limits{}, type);
    EXPECT_EQ(text.parts[0].why, "it is of a version of "s + type + " that is not read");
    EXPECT_EQ(text.parts[0].outcome, Outcome::unsupported) << type;
  }
}

}  // namespace
}  // namespace postern::test
