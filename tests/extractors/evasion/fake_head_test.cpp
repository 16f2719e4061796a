// Files that begin as something else: an editor opens what is named a text, and shows all of it.
#include "extractors/part_kind.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

const std::string kSecret = "\nAmber Falcon ships in March,\nand nobody knows it yet.\n";

bool is_seen(const ExtractedText& text) {
  return std::any_of(text.segments.begin(), text.segments.end(),
                     [](const Segment& one) { return one.text.find("Amber Falcon ships") != std::string::npos; });
}

TEST(FakeHeads, OfATextHideNothing) {
  struct Case {
    const char* name;
    std::string head;
  };
  for (const Case& c : {
           Case{"PDF", "%PDF-1.4\n%\xE2\xE3\xCF\xD3"},
           Case{"zip", "PK\3\4\x14\0\0\0\x08\0"s},
           Case{"PNG", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s},
           Case{"JPEG", "\xFF\xD8\xFF\xE0\0\x10JFIF\0"s},
           Case{"GIF", "GIF89a\1\0\1\0"s},
           Case{"icon", "\0\0\1\0\1\0\x10\x10"s},
           Case{"sound", "RIFF\x24\0\0\0WAVEfmt "s},
           Case{"MP3", "ID3\3\0\0\0\0\0\0"s},
           Case{"film", "\0\0\0\x18"s + "ftypmp42"},
           Case{"OLE", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"},
           Case{"TNEF", "\x78\x9F\x3E\x22"},
           Case{"gzip", "\x1F\x8B\x08\0\0\0\0\0\0\3"s},
           Case{"7z", "7z\xBC\xAF\x27\x1C"},
           Case{"Flash", "CWS\x09"},
           Case{"help", "ITSF\3\0\0\0"s},
           Case{"program", "MZ\x90\0"s},
           Case{"signed data", "-----BEGIN PKCS7-----"},
           Case{"a font", "OTTO\0\x0A"s},
           Case{"a drawing", "AC1032"},
       }) {
    for (const char* name : {"notes.txt", "notes.CSV", "notes.log"}) {
      const ExtractedText text = walk_document(c.head + kSecret, name);
      EXPECT_TRUE(is_seen(text)) << c.name << " " << name << ": " << text.parts[0].type << " " << outcomes(text);
      const bool told = extract::is_read_as_text(text.parts[0].type);  // for what it is
      EXPECT_EQ(text.parts[0].outcome == Outcome::complete, told) << c.name << " " << name << " " << text.parts[0].type;
    }
  }
  // What is named otherwise is opened by other programs.
  EXPECT_FALSE(is_seen(walk_document("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s + kSecret, "notes.png")));
}

TEST(FakeHeads, OfASignatureHideNothing) {
  const std::string begin = "-----BEGIN PGP SIGNATURE-----\n", end = "-----END PGP SIGNATURE-----\n";
  const std::string data = "\niQEzBAABCAAdFiEEabcdefghijklmnopqrstuvwxyz0123456789+/AAAAAAAAAAAA\n=AbCd\n";
  struct Case {
    const char* name;
    std::string bytes;
    bool bare;
  };
  for (const Case& c : {
           Case{"a signature", begin + "Version: GnuPG v2\n" + data + end, true},
           Case{"with CRLF", "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n=AbCd\r\n-----END PGP SIGNATURE-----\r\n",
                true},
           Case{"text behind it", begin + data + end + kSecret, false},
           Case{"text among its lines", begin + "\niQEz\n" + kSecret + end, false},
           Case{"a head alone", begin + kSecret, false},
           Case{"a comment", begin + "Comment: Amber Falcon ships in March\n" + data + end, false},
           Case{"no end", begin + data, false},
       }) {
    EXPECT_EQ(extract::is_bare_signature(c.bytes), c.bare) << c.name;
    if (c.bare) {
      EXPECT_EQ(outcomes(walk_document(c.bytes, "signature.asc")), ":complete") << c.name;
    } else if (c.bytes.find("Amber") != std::string::npos) {
      for (const char* name : {"signature.asc", "notes.txt", ""}) {
        const ExtractedText text = walk_document(c.bytes, name);
        EXPECT_TRUE(is_seen(text)) << c.name << " " << name << ": " << text.parts[0].type << " " << outcomes(text);
      }
    }
  }
}

TEST(FakeHeads, WordsAreToldFromPackedData) {
  struct Case {
    std::string bytes;
    bool words;
  };
  std::string packed;
  for (unsigned i = 0, x = 1; i < 100'000; i++, x = x * 1'103'515'245U + 12'345U) packed += static_cast<char>(x >> 16U);
  for (const Case& c :
       {Case{kSecret, true}, Case{"\x1F\x8B" + packed, false}, Case{packed + kSecret + packed, true}, Case{"", false},
        Case{"short words", false}, Case{"word/theme/theme1.xmlword/styles.xml", false},
        Case{"\x89 Проект Янтарный сокол готов", true}, Case{"\xC3\xC3\xC3\xC3", false}}) {
    EXPECT_EQ(extract::holds_words(c.bytes), c.words) << c.bytes.substr(0, 40);
  }
}

TEST(FakeHeads, ATextIsWhatItsNameSays) {
  struct Case {
    std::string_view name, declared;
    bool text;
  };
  for (const Case& c :
       {Case{"a.txt", "", true}, Case{"A.TXT", "image/png", true}, Case{"", "text/plain", true},
        Case{"README", "text/plain", true}, Case{"a.zip", "text/plain", false}, Case{"a.png", "", false},
        Case{"", "application/pdf", false}, Case{"a.tar.gz", "", false}, Case{"a.yaml", "", true}}) {
    EXPECT_EQ(extract::promises_text(c.name, c.declared), c.text) << c.name << " " << c.declared;
  }
  for (const char* ending :
       {"txt", "text", "log", "csv", "tsv", "md", "ini", "cfg", "conf", "yaml", "yml", "json", "sql"}) {
    EXPECT_TRUE(extract::promises_text("a." + std::string(ending), "")) << ending;
  }
  for (const char* type : {"text/plain", "text/csv", "text/markdown"}) {
    EXPECT_TRUE(extract::promises_text("", type)) << type;
    EXPECT_FALSE(extract::promises_text("a.doc", type)) << type;
  }
}

}  // namespace
}  // namespace postern::test
