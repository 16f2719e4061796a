// EPUB and FictionBook: books written by pandoc (tests/corpus/make/book.sh), and books by hand.
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

struct Needle {
  const char* text;
  const char* where;
};

constexpr std::string_view kContainer =
    "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>"
    "<rootfile full-path=\"OPS/book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>";

std::string page(std::string_view text) {
  return "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>" + std::string(text) +
         "</p></body></html>";
}

ZipBuilder book_zip() {
  ZipBuilder zip;
  ZipBuilder::Member type;
  type.name = "mimetype";
  type.data = "application/epub+zip";
  type.method = 0;
  zip.add(type);
  return zip;
}

// Names of the parts in order.
std::string part_names(const ExtractedText& text) {
  std::string out;
  for (const Part& part : text.parts) out += (out.empty() ? "" : " ") + part.name;
  return out;
}

constexpr std::string_view kPackage =
    "<package xmlns=\"http://www.idpf.org/2007/opf\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><metadata>"
    "<dc:title>Night<!-- -->jar</dc:title><dc:creator opf:file-as=\"Lee, Ann\">Ann Lee</dc:creator>"
    "<meta name=\"cover\" content=\"falcon\"/></metadata><manifest>"
    "<item id=\"b\" href=\"b%20two.xhtml\" media-type=\"application/xhtml+xml\"/>"
    "<item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>"
    "<item id=\"n\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/></manifest>"
    "<spine toc=\"n\"><itemref idref=\"b\"/><itemref idref=\"a\" linear=\"no\"/><itemref idref=\"b\"/>"
    "<itemref idref=\"gone\"/></spine><guide><reference title=\"Preface\" href=\"a.xhtml\"/></guide></package>";

TEST(Epub, PagesComeInTheOrderOfTheSpine) {
  ZipBuilder zip = book_zip();
  zip.add("OPS/a.xhtml", page("page a"));
  zip.add("OPS/b two.xhtml", page("page b"));
  zip.add("loose.xhtml", page("in no manifest"));
  zip.add("META-INF/container.xml", std::string(kContainer));
  zip.add("OPS/book.opf", std::string(kPackage));
  zip.add(
      "OPS/toc.ncx",
      "<!DOCTYPE ncx PUBLIC \"-//NISO//DTD ncx 2005-1//EN\" \"x.dtd\"><ncx><docTitle><text>Nightjar</text></docTitle>"
      "<navMap><navPoint><navLabel><text>Chapter\n of b</text></navLabel></navPoint></navMap></ncx>");
  const ExtractedText text = walk_document(zip.build(), "a.epub");
  EXPECT_EQ(part_names(text), "a.epub OPS/b two.xhtml OPS/a.xhtml loose.xhtml");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 3:complete");
  EXPECT_EQ(text_of(text, Place::property), "Nightjar\nLee, Ann\nAnn Lee\nfalcon\nPreface\n");
  EXPECT_EQ(text_of(text, Place::bookmark), "Nightjar\nChapter\n of b\n");
  EXPECT_EQ(text_of(text, Place::body), "page b\n|page a\n|in no manifest\n");
}

TEST(Epub, PagesWithTheRulesOfTheirSheets) {
  constexpr std::string_view kBook =
      "<package><metadata/><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>"
      "<item id=\"s\" href=\"s.css\" media-type=\"text/css\"/></manifest><spine><itemref "
      "idref=\"a\"/></spine></package>";
  const struct {
    const char* name;
    const char* css;
    const char* wanted;
    bool twice;
  } cases[] = {
      {"hides", "p{margin:0}i{display:none}", "alphabet", true},
      {"says something", "/* x */ .x::before{content:\"Night\"} .x::after{content:\"jar\"}", "Nightjar", true},
      {"says it in a condition", "@media all { .x::after { content: 'egret' } }", "egret", true},
      {"only looks", "i{font-style:normal;border:0}", "alpzzhabet", false},
      {"is for other pages", ".other{display:none}", "alpzzhabet", false},
  };
  for (const auto& c : cases) {
    ZipBuilder zip = book_zip();
    zip.add("OPS/a.xhtml",
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><link rel=\"stylesheet\" href=\"s.css\"/></head><body>"
            "<p>alp<i>zz</i>habet</p><p><span class=\"x\"/></p></body></html>");
    zip.add("OPS/s.css", c.css);
    zip.add("META-INF/container.xml", std::string(kContainer));
    zip.add("OPS/book.opf", std::string(kBook));
    const ExtractedText text = walk_document(zip.build(), "a.epub");
    EXPECT_NE(where_is(text, c.wanted), "") << c.name;
    EXPECT_EQ(part_names(text).find("with the styles of the book") != std::string::npos, c.twice) << c.name;
  }
}

TEST(Epub, SheetsPastTheSixteenthAndPast256KiBDoNotCount) {
  const std::string hides = "i{display:none}";
  const auto is_read_twice = [](const std::vector<std::string>& sheets) {
    ZipBuilder zip = book_zip();
    std::string items;
    for (size_t i = 0; i < sheets.size(); i++) {
      const std::string name = "s" + std::to_string(i) + ".css";
      zip.add("OPS/" + name, sheets[i]);
      items += "<item id=\"" + name + "\" href=\"" + name + "\" media-type=\"text/css\"/>";
    }
    zip.add("OPS/a.xhtml",
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head></head><body><p>alp<i>zz</i>habet</p></body></html>");
    zip.add("META-INF/container.xml", std::string(kContainer));
    zip.add("OPS/book.opf",
            "<package><metadata/><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>" +
                items + "</manifest><spine><itemref idref=\"a\"/></spine></package>");
    return part_names(walk_document(zip.build(), "a.epub")).find("with the styles of the book") != std::string::npos;
  };
  std::vector<std::string> sheets(15, "p{margin:0}");
  sheets.push_back(hides);
  EXPECT_TRUE(is_read_twice(sheets));
  sheets.insert(sheets.begin(), "p{margin:0}");
  EXPECT_FALSE(is_read_twice(sheets));
  constexpr size_t kRead = 256 << 10;
  EXPECT_TRUE(is_read_twice({std::string(kRead - hides.size(), ' ') + hides}));
  EXPECT_FALSE(is_read_twice({std::string(kRead, ' ') + hides}));
}

TEST(Epub, WithoutAContainerAnyPackageDocumentWillDo) {
  ZipBuilder zip = book_zip();
  zip.add("OPS/a.xhtml", page("page a"));
  zip.add("OPS/book.opf", std::string(kPackage));
  const ExtractedText text = walk_document(zip.build(), "a.epub");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "Ann Lee"), "property@");
  ZipBuilder bare = book_zip();
  bare.add("a.xhtml", page("page a"));
  const ExtractedText none = walk_document(bare.build(), "a.epub");
  EXPECT_EQ(outcomes(none), ":malformed 1:complete");
  EXPECT_EQ(where_is(none, "page a"), "body@");
}

// What is said to be an obfuscated font and becomes none is read as it stands.
// As programs for zips pack a folder: the type packed and at the end, or missing.
TEST(Epub, PackedByHandIsABookAllTheSame) {
  ZipBuilder zip;
  zip.add("OPS/a.xhtml", page("page a"));
  zip.add("META-INF/container.xml", std::string(kContainer));
  zip.add("OPS/book.opf", std::string(kPackage));
  const std::string without = zip.build();
  zip.add("mimetype", "application/epub+zip");
  for (const std::string& book : {without, zip.build()}) {
    const ExtractedText text = walk_document(book, "a.epub");
    EXPECT_EQ(outcomes(text), ":complete 1:complete");
    EXPECT_TRUE(text.parts[0].facts.empty());
    EXPECT_EQ(where_is(text, "Ann Lee"), "property@");
  }
}

TEST(Epub, LockedPagesAreNamed) {
  ZipBuilder zip = book_zip();
  zip.add("META-INF/container.xml", std::string(kContainer));
  zip.add("OPS/book.opf", std::string(kPackage));
  zip.add("OPS/a.xhtml", std::string(64, '\x93'));
  zip.add("OPS/font.otf", std::string("OTTO") + std::string(64, '\x01'));
  zip.add("META-INF/encryption.xml",
          "<encryption xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\">"
          "<e:EncryptedData><e:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>"
          "<e:CipherData><e:CipherReference URI=\"OPS/a.xhtml\"/></e:CipherData></e:EncryptedData>"
          "<e:EncryptedData><e:EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/>"
          "<e:CipherData><e:CipherReference URI=\"OPS/font.otf\"/></e:CipherData></e:EncryptedData></encryption>");
  const ExtractedText text = walk_document(zip.build(), "a.epub");
  EXPECT_EQ(part_names(text), "a.epub OPS/a.xhtml OPS/font.otf");
  EXPECT_EQ(outcomes(text), ":encrypted 1:encrypted 2:unsupported");
  EXPECT_EQ(where_is(text, "a.xhtml"), "file-name@");
}

// The mask of each way: SHA-1 of the identifier over 1,040 bytes, the digits of the UUID over 1,024.
TEST(Epub, ObfuscatedFontsAreFontsAndNoLock) {
  constexpr std::string_view kIdentifier = "urn:uuid:6f9b1d2e-0c34-4a58-9b7a-3e1f5d7c9a10";
  const std::string sha1 = "\x5e\x1d\x44\x44\x2f\x5b\xc4\x81\x9c\x38\x8c\x43\x02\x32\xa7\xb6\x06\xe4\x18\xe2";
  const std::string uuid = "\x6f\x9b\x1d\x2e\x0c\x34\x4a\x58\x9b\x7a\x3e\x1f\x5d\x7c\x9a\x10";
  const auto masked = [](std::string bytes, const std::string& key, size_t size) {
    for (size_t i = 0; i < std::min(size, bytes.size()); i++)
      bytes[i] = static_cast<char>(bytes[i] ^ key[i % key.size()]);
    return bytes;
  };
  const std::string font = std::string("OTTO\0", 5) + std::string(1500, 'f');
  std::string package(kPackage);
  package.insert(package.find("<dc:title>"), "<dc:identifier> \n" + std::string(kIdentifier) + "\n</dc:identifier>");
  const auto entry = [](const char* algorithm, const char* part) {
    return "<EncryptedData><EncryptionMethod Algorithm=\"" + std::string(algorithm) +
           "\"/><CipherData><CipherReference URI=\"" + part + "\"/></CipherData></EncryptedData>";
  };
  const char* const idpf = "http://www.idpf.org/2008/embedding";
  ZipBuilder zip = book_zip();
  zip.add("META-INF/container.xml", std::string(kContainer));
  zip.add("OPS/book.opf", package);
  zip.add("OPS/a.xhtml", page("page a"));
  zip.add("OPS/idpf.otf", masked(font, sha1, 1040));
  zip.add("OPS/adobe.otf", masked(font, uuid, 1024));
  zip.add("OPS/other.otf", masked(font, "another book's", 1040));
  zip.add("OPS/page.xhtml", page("a page that claims to be one"));
  zip.add("META-INF/encryption.xml",
          "<encryption>" + entry(idpf, "OPS/idpf.otf") + entry("http://ns.adobe.com/pdf/enc#RC", "OPS/adobe.otf") +
              entry(idpf, "OPS/other.otf") + entry(idpf, "OPS/page.xhtml") + "</encryption>");
  const ExtractedText text = walk_document(zip.build(), "a.epub");
  EXPECT_EQ(part_names(text), "a.epub OPS/a.xhtml OPS/idpf.otf OPS/adobe.otf OPS/other.otf OPS/page.xhtml");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 3:complete 4:unsupported 5:complete");
  EXPECT_EQ(text.parts[2].type, "font/otf");
  EXPECT_EQ(text.parts[2].facts, std::vector<std::string>{"no-text-format"});
  EXPECT_EQ(text.parts[3].type, "font/otf");
  EXPECT_EQ(where_is(text, "a page that claims to be one"), "body@");
}

TEST(Epub, DamageKeepsWhatWasRead) {
  ZipBuilder zip = book_zip();
  zip.add("META-INF/container.xml", std::string(kContainer));
  zip.add("OPS/book.opf", std::string(kPackage.substr(0, kPackage.find("</spine>"))));
  zip.add("OPS/a.xhtml", page("page a"));
  const ExtractedText text = walk_document(zip.build(), "a.epub");
  EXPECT_EQ(outcomes(text), ":malformed 1:complete");
  EXPECT_EQ(where_is(text, "Ann Lee"), "property@");
  EXPECT_EQ(where_is(text, "page a"), "body@");
}

TEST(Epub, OfRealPrograms) {
  for (const char* name : {"book/epub2.epub", "book/epub3.epub"}) {
    const ExtractedText text = walk_document(corpus_file(name), name);
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
    EXPECT_NE(where_is(text, "Ann Lee").find("property@"), std::string::npos) << name;
    EXPECT_NE(where_is(text, "Second chapter").find("bookmark@table of contents"), std::string::npos) << name;
    EXPECT_EQ(where_is(text, "Project Nightjar starts in May"), "body@") << name;
    EXPECT_EQ(where_is(text, "The budget is 4711."), "body@") << name;
    EXPECT_EQ(where_is(text, "one\ttwo"), "body@") << name;
  }
}

TEST(FictionBook, PlacesOfText) {
  const std::string book =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<FictionBook xmlns:l=\"http://www.w3.org/1999/xlink\">"
      "<description><title-info><author><first-name>Ann</first-name> <last-name>Lee</last-name></author>"
      "<book-title>Night<emphasis>jar</emphasis></book-title><annotation><p>In short</p></annotation></title-info>"
      "<custom-info info-type=\"client\">Falcon</custom-info></description>\n"
      "<body><section><title><p>One</p></title><p>Pro<strong>ject</strong>\n  Nightjar</p>"
      "<p><a l:href=\"#n1\">[1]</a><a l:href=\"https://example.com/x\">out</a></p>"
      "<section><p>inner</p></section></section>"
      "<section><table><tr><th>a</th><td><p>b</p></td></tr><tr><td>c</td></tr></table>"
      "<image l:href=\"#p.png\" alt=\"a falcon\"/></section></body>"
      "<body name=\"notes\"><section id=\"n1\"><p>the note</p></section></body>"
      "<binary id=\"p.txt\" content-type=\"text/plain\">QW1iZXIg\nRmFsY29u</binary></FictionBook>";
  const ExtractedText text = walk_document(book, "a.fb2");
  const Needle needles[] = {{"Ann\nLee\nNightjar\nIn short\n", "property@"},
                            {"client Falcon", "property@"},
                            {"One\nProject Nightjar\n[1]out\ninner\n", "body@chapter 1"},
                            {"a\tb\nc\n", "body@chapter 2"},
                            {"the note", "footnote@notes"},
                            {"https://example.com/x", "link@"},
                            {"a falcon", "alt-text@"},
                            {"Amber Falcon", "body@"}};
  for (const Needle& needle : needles) EXPECT_EQ(where_is(text, needle.text), needle.where) << needle.text;
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text.parts[1].name, "p.txt");
  EXPECT_EQ(where_is(text, "#n1"), "");
}

TEST(FictionBook, DamageLosesNothing) {
  struct Case {
    const char* name;
    const char* rest;
    const char* where;  // of "Nightjar"
    const char* outcomes;
  };
  const Case cases[] = {
      {"cut", "<body><section><p>Nightjar", "body@chapter 1", ":malformed"},
      {"text in no body", "<p>Nightjar</p></FictionBook>", "body@", ":complete"},
      {"an unknown element", "<body><x>Nightjar</x></body></FictionBook>", "body@", ":complete"},
      {"an entity", "<body><p>Nightjar &x;</p></body></FictionBook>", "body@", ":malformed"},
      {"ends that begin nothing", "</body></p><p>Nightjar</p></FictionBook>", "body@", ":malformed"},
      {"text in a file", "<binary>QW1iZXI=<p>Nightjar</p></binary></FictionBook>", "body@", ":complete 1:complete"},
  };
  for (const Case& c : cases) {
    const ExtractedText text = walk_document("<?xml version=\"1.0\"?><FictionBook>" + std::string(c.rest), "a.fb2");
    EXPECT_EQ(where_is(text, "Nightjar"), c.where) << c.name;
    EXPECT_EQ(outcomes(text), c.outcomes) << c.name;
  }
}

// Nothing declares it, and readers of books show it all the same.
TEST(FictionBook, NamedCharactersOfHtmlKeepTheirLetters) {
  const ExtractedText text = walk_document(
      "<?xml version=\"1.0\"?><FictionBook><body><p>caf&eacute; Night&nbsp;jar</p></body></FictionBook>", "");
  EXPECT_EQ(text_of(text, Place::body), "café Night\u00A0jar\n");
}

TEST(FictionBook, OfRealProgramsAlsoInAZip) {
  const std::string book = corpus_file("book/book.fb2");
  const std::string zipped = ZipBuilder().add("book.fb2", book).build();
  for (const std::string& file : {book, zipped}) {
    const ExtractedText text = walk_document(file, "a");
    EXPECT_EQ(where_is(text, "Nightjar Handbook").substr(0, 9), "property@");
    EXPECT_EQ(where_is(text, "Project Nightjar starts in May."), "body@chapter 1");
    EXPECT_EQ(where_is(text, "one\ttwo"), "body@chapter 2");
    EXPECT_EQ(where_is(text, "The budget is 4711."), "footnote@notes");
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
  }
}

}  // namespace
}  // namespace postern::test
