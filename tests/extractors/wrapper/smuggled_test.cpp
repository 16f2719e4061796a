// Files that stand in a text or a page as letters, and those that nobody but the recipient is to open.
#include <algorithm>

#include <zlib.h>

#include "extractors/volumes.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

// `window_bits` as deflateInit2 takes them: 31 for gzip, 15 for zlib, -15 for the bare stream.
std::string deflated(std::string_view bytes, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(bytes), out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gzip_of(std::string_view bytes) {
  return deflated(bytes, 31);
}

// A text file packed by gzip, whose base64 has several lines.
std::string packed_secret() {
  std::string text = "the secret plan of Tuesday\n";
  for (int i = 0; i < 40; i++) text += "line " + std::to_string(i * i * 7919) + " of no importance\n";
  return gzip_of(text);
}

std::string pieces(std::string_view digits, size_t size, std::string_view front, std::string_view behind) {
  std::string out;
  for (; !digits.empty(); digits.remove_prefix(std::min(size, digits.size())))
    out += std::string(front) + std::string(digits.substr(0, size)) + std::string(behind);
  return out;
}

// Pages that put a file together: what stands in their source is opened wherever it is.
TEST(Base64InPages, BecomesAPart) {
  const std::string whole = base64_of(packed_secret(), 0);
  const struct {
    const char* name;
    std::string page;
  } kCases[] = {
      {"a script", "<script>var d = \"" + whole + "\"; save(atob(d));</script>"},
      {"an attribute", "<div id=x data-file=\"" + whole + "\"></div>"},
      {"preformatted text", "<pre>" + pieces(whole, 76, "", "\n") + "</pre>"},
      {"a paragraph", "<p>" + whole + "</p>"},
      {"a comment", "<!-- " + whole + " -->"},
      {"line breaks", "<p>" + pieces(whole, 76, "", "<br>\n") + "</p>"},
      {"an address in pieces",
       "<script>go('data:application/gzip;base64,'+" + pieces(whole, 60, "'", "'+\n") + "'')</script>"},
  };
  for (const auto& c : kCases) {
    const std::string html = "<html><body><p>Dear all,</p>" + c.page + "</body></html>";
    const ExtractedText text = walk_document(html, "page.html");
    EXPECT_NE(where_is(text, "secret plan of Tuesday"), "") << c.name;
    const ExtractedText drawing =
        walk_document("<svg xmlns='http://www.w3.org/2000/svg'>" + c.page + "</svg>", "x.svg");
    EXPECT_NE(where_is(drawing, "secret plan of Tuesday"), "") << c.name << " in a drawing";
  }
}

TEST(Base64InPages, IsOpenedOnceInADataAddress) {
  const ExtractedText text = walk_document(
      "<html><a href=\"data:application/gzip;base64," + base64_of(packed_secret(), 0) + "\">x</a></html>", "x.html");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete");
}

TEST(Base64InText, IsPutTogetherFromPieces) {
  const std::string whole = base64_of(packed_secret(), 0);
  std::string escaped = whole, address = whole;
  for (size_t at = 0; (at = escaped.find('/', at)) != std::string::npos; at += 2) escaped.insert(at, "\\");
  for (size_t at = 0; (at = address.find('+', at)) != std::string::npos; at += 3) address.replace(at, 1, "%2B");
  for (size_t at = 0; (at = address.find('/', at)) != std::string::npos; at += 3) address.replace(at, 1, "%2f");
  const struct {
    const char* name;
    std::string text;
  } kCases[] = {
      {"strings of Python", "data = (\n" + pieces(whole, 64, "    '", "'\n") + ")\n"},
      {"strings of JavaScript", "const d = " + pieces(whole, 76, "\"", "\" +\n  ") + "\"\";\n"},
      {"strings of another length each",
       "a = [\"" + whole.substr(0, 90) + "\", \"" + whole.substr(90, 51) + "\",\n\"" + whole.substr(141) + "\"]"},
      {"lines of VBScript", "d = \"\"\n" + pieces(whole, 80, "d = d & \"", "\"\r\n") + "decode d\n"},
      {"echo", "@echo off\r\n" + pieces(whole, 76, "echo ", ">>x.b64\r\n") + "certutil -decode x.b64 x.zip\r\n"},
      {"values of JSON", "{\"file\": [" + pieces(whole, 72, "\"", "\", ") + "\"\"]}"},
      {"line ends of JSON", "{\"file\": \"" + pieces(whole, 76, "", "\\n") + "\"}"},
      {"numbered lines",
       [&] {
         std::string out;
         for (size_t at = 0, line = 1; at < whole.size(); at += 60, line++)
           out += std::to_string(line) + ": " + whole.substr(at, 60) + "\n";
         return out;
       }()},
      {"escaped slashes of JSON", "{\"file\": \"" + escaped + "\"}"},
      {"an address", "https://example.org/?f=" + address},
      {"behind a checksum",
       "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\": \"" + whole + "\"\n"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.text, "note.txt");
    EXPECT_NE(where_is(text, "secret plan of Tuesday"), "") << c.name << "\n" << c.text;
    EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete") << c.name;
  }
}

TEST(Base64InText, IsReadInGroups) {
  const std::string whole = base64_of("The project is called Nightjar and ships in May", 0);
  for (const size_t size : {4U, 5U, 8U, 10U}) {
    const std::string line = pieces(whole, size, "", " ");
    const std::string text = "Hi\r\n\r\n" + line.substr(0, line.size() - 1) + "\r\nregards\r\n";
    EXPECT_NE(where_is(walk_document(text, "a.txt"), "called Nightjar and ships"), "") << size;
  }
  EXPECT_EQ(walk_document("four word line here what does this have more less than that\n", "a.txt").parts.size(), 1U);
  EXPECT_EQ(walk_document("DE89 3704 0044 0532 0130 00\n4111 1111 1111 1111\n", "a.txt").parts.size(), 1U);
}

TEST(Base64InText, OpensShortPackedTexts) {
  const std::string plan = "the plan of Nightjar";
  for (const int window : {31, 15, -15}) {
    const std::string packed = base64_of(deflated(window == 31 ? plan : plan + ", today", window), 0);
    EXPECT_LT(packed.size(), 64U);
    EXPECT_NE(where_is(walk_document("<html><script>unpack(atob('" + packed + "'))</script></html>", "a.html"),
                       plan + (window == 31 ? "" : ", today")),
              "")
        << window;
  }
}

TEST(Base64InText, KeepsFilesThatFollowEachOtherApart) {
  std::string plan = packed_secret();
  plan.insert(0, "another plan of Friday\n");
  const std::string one = base64_of(packed_secret(), 0), other = base64_of(gzip_of(plan), 0);
  const ExtractedText text = walk_document("[\"" + one + "\",\"" + other + "\"]", "files.json");
  EXPECT_NE(where_is(text, "secret plan of Tuesday"), "");
  EXPECT_NE(where_is(text, "another plan of Friday"), "");
}

TEST(Base64InDocuments, IsLookedForInTheirText) {
  const std::string lines = pieces(base64_of(packed_secret(), 0), 76, "", "\n");
  std::string rtf = "{\\rtf1 Dear all,\\par ";
  for (const char c : lines) rtf += c == '\n' ? "\\par\n" : std::string(1, c);
  EXPECT_NE(where_is(walk_document(rtf + "}", "x.rtf"), "secret plan of Tuesday"), "");
  const std::string odt =
      "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
      "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
      "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "
      "office:mimetype=\"application/"
      "vnd.oasis.opendocument.spreadsheet\"><office:body><office:spreadsheet><table:table table:name=\"a\">" +
      pieces(base64_of(packed_secret(), 0), 76, "<table:table-row><table:table-cell><text:p>",
             "</text:p></table:table-cell></table:table-row>") +
      "</table:table></office:spreadsheet></office:body></office:document>";
  EXPECT_NE(where_is(walk_document(odt, "x.fods"), "secret plan of Tuesday"), "");
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

// Rows of 16 bytes: `group` bytes stand together, `middle` behind eight of them.
std::string dump_of(std::string_view bytes, std::string_view behind_offset, size_t group, std::string_view middle) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 16) {
    const std::string_view row = bytes.substr(at, 16);
    std::string offset = hex_of(std::string{static_cast<char>(at >> 8), static_cast<char>(at & 0xFFU)});
    out += "0000" + offset + std::string(behind_offset);
    for (size_t i = 0; i < row.size(); i += group) {
      if (i > 0) out += i == 8 ? std::string(middle) : " ";
      out += hex_of(row.substr(i, group));
    }
    std::string shown(row);
    for (char& c : shown) c = c < ' ' || c > '~' ? '.' : c;
    out += group == 1 ? "  |" + shown + "|\n" : "  " + shown + "\n";
  }
  return out;
}

TEST(HexDump, IsReadAsTheBytesThatItShows) {
  const std::string secret = "Minutes: the secret plan of Tuesday, 4711 pieces\n";
  const std::string file = packed_secret();
  const struct {
    const char* name;
    std::string text;
  } kCases[] = {
      {"xxd", dump_of(secret, ": ", 2, " ")},
      {"xxd of a file", "see:\n" + dump_of(file, ": ", 2, " ") + "regards\n"},
      {"hexdump -C", dump_of(secret, "  ", 1, "  ")},
      {"hexdump -C of a file", dump_of(file, "  ", 1, "  ") + "0000ffff\n"},
      {"hexdump", "0000000 6874 2065 6573 7263 7465 7020 616c 206e\n0000010 666f 5420 6575 6473 7961 000a\n000001b\n"},
      {"od -t x1",
       "0000000 4d 69 6e 75 74 65 73 3a 20 74 68 65 20 73 65 63\n0000020 72 65 74 20 70 6c 61 6e 20 6f 66 20 54 75 65 "
       "73\n0000040 64 61 79 2c 20 34 37 31 31 20 70 69 65 63 65 73\n0000060 0a\n0000061\n"},
      {"xxd -p of a file", pieces(hex_of(file), 60, "", "\n")},
      {"a string of hexadecimal digits", "d = bytes.fromhex('" + hex_of(file) + "')"},
  };
  for (const auto& c : kCases)
    EXPECT_NE(where_is(walk_document(c.text, "note.txt"), "secret plan of Tuesday"), "") << c.name << "\n" << c.text;
  EXPECT_EQ(walk_document("0000000 no dump\n00000000: zz\n00000010: 6865 6c6c  he\n", "n.txt").parts.size(), 1U);
}

// What gzip, base64, git and Python's base64 write of the same line.
TEST(Base85, FilesInOtherAlphabetsAreOpened) {
  const struct {
    const char* name;
    std::string text;
  } kCases[] = {
      {"base32",
       "see:"
       "\nD6FQQAAAAAAAAAQD6PG4YKZNJEW3MURIZFEFKKCOJUXEULKRFDEETTCTZBHVGCBJ\nJUWU4SNM2RITAMJXGRKCRSCMJVHC3ZQCAAPB3YRMGEA"
       "AAAA=\nregards\n"},
      {"base32 in small letters",
       "see "
       "d6fqqaaaaaaaaaqd6pg4ykznjew3murizfefkkcojuxeulkrfdeettctzbhvgcbjjuwu4snm2ritamjxgrkcrscmjvhc3zqcaapb3yrmgeaaaaa"
       "= there\n"},
      {"Ascii85",
       "see <~+,^C)z!X&&=bUY8:/[eP*a[fD[:/*\?5/Q!q;8^(,S:K%NJ9eB+3XOL*$0f\nLpg.*,(V:+bT0!$30\?/27,)!!~> there\n"},
      {"git",
       "diff --git a/plan.txt b/plan.txt\nGIT binary patch\nliteral "
       "49\nzc-r&L%quNPEw)l9$w*ZwPE9UKEm0`QNz7BoPg4jfO)XAItkh93F*h_+D9B7rPA%pF\nE0JPE&q5uE@\n\nliteral "
       "0\nHcmV\?d00001\n\n"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.text, "note.txt");
    EXPECT_NE(where_is(text, "secret plan of Tuesday"), "") << c.name << "\n" << c.text;
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
  }
}

TEST(Base85, OtherTextsAreNoFiles) {
  for (const char* text : {"a <~ b and c ~> d\n", "<~zzzz", "<~s8W-\"~>\n", "GIT binary patch\nliteral 5\nE$%\n",
                           "GIT binary patch\nliteral 5\n\nGIT binary patch\n",
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ\n"}) {
    EXPECT_EQ(walk_document(text, "a.txt").parts.size(), 1U) << text;
  }
}

TEST(NumberList, IsReadAsItsBytes) {
  std::string decimal, hex;
  const std::string file = packed_secret();
  for (size_t i = 0; i < file.size(); i++) {
    decimal += (i > 0 ? "," : "") + std::to_string(static_cast<unsigned char>(file[i]));
    hex += (i % 12 == 0 ? "\n  0x" : " 0x") + hex_of(file.substr(i, 1)) + ",";
  }
  for (const std::string& text :
       {"<html><script>save(new Uint8Array([" + decimal + "]))</script></html>",
        "unsigned char plan_gz[] = {" + hex + "\n};\nunsigned int plan_gz_len = 1;\n", "return [" + decimal + "]\n"}) {
    EXPECT_NE(where_is(walk_document(text, "a"), "secret plan of Tuesday"), "") << text;
  }
  std::string numbers;
  for (int i = 0; i < 200; i++) numbers += std::to_string(i * 37 % 256) + ", ";
  EXPECT_EQ(walk_document("counts: " + numbers + "\n", "a.txt").parts.size(), 1U);
}

TEST(Deflated, IsUnpackedWhereItStandsInBase64) {
  std::string text = "<diagram><cell value='the secret plan of Tuesday'/></diagram>";
  for (int i = 0; i < 40; i++) text += std::to_string(i * i * 7919 % 10007);
  for (const int window : {15, -15}) {
    const std::string packed = base64_of(deflated(text, window), 0);
    EXPECT_NE(
        where_is(walk_document("<mxfile><diagram id='a'>" + packed + "</diagram></mxfile>", "a.drawio"), "secret plan"),
        "")
        << window;
    std::string address = packed;
    std::replace(address.begin(), address.end(), '+', '-');
    std::replace(address.begin(), address.end(), '/', '_');
    EXPECT_NE(where_is(walk_document("see https://mermaid.live/edit#pako:" + address + "\n", "a.txt"), "secret plan"),
              "")
        << window;
  }
}

TEST(Deflated, AsAFileGivesItsContent) {
  std::string text = "the secret plan of Tuesday\n";
  for (int i = 0; i < 40; i++) text += std::to_string(i * i * 7919 % 10007);
  const std::string packed = deflated(text, 15);
  const ExtractedText whole = walk_document(packed, "plan.zz");
  EXPECT_EQ(outcomes(whole), ":complete 1:complete");
  EXPECT_NE(where_is(whole, "the secret plan"), "");
  const ExtractedText half = walk_document(packed.substr(0, packed.size() / 2), "plan.zz");
  EXPECT_EQ(outcomes(half), ":malformed 1:complete");
  EXPECT_NE(where_is(half, "the secret plan"), "");
}

TEST(Locked, ByOtherProgramsEndsEncrypted) {
  const std::string noise = packed_secret();
  const std::string lines = pieces(base64_of("Salted__" + noise, 0), 64, "", "\n");
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"plan.enc", "Salted__" + noise},
      {"plan.age", "age-encryption.org/v1\n-> X25519 abc\nabcdef\n--- abcdef\n" + noise},
      {"age.txt",
       "see:\n-----BEGIN AGE ENCRYPTED FILE-----\n" + base64_of(noise) + "-----END AGE ENCRYPTED FILE-----\n"},
      {"keys.kdbx", "\x03\xD9\xA2\x9A\x67\xFB\x4B\xB5\x01" + noise},
      {"plan.aes", std::string("AES\x02\0\0", 6) + noise},
      {"plan.axx", "\xC0\xB9\x07\x2E\x4F\x93\xF1\x46\xA0\x15\x79\x2C\xA1\xD9\xE8\x21" + noise},
      {"disk.img", "LUKS\xBA\xBE" + noise},
      {"disk.bin", "\xEB\x58\x90-FVE-FS-" + noise},
      {"letter.txt", "please decode:\n\n" + lines + "\nregards\n"},
      {"page.html", "<html><p>please decode:</p><pre>" + lines + "</pre></html>"},
      {"vault.yml",
       "$ANSIBLE_VAULT;1.1;AES256\n33363965326261303234626463623963633531343331383265336230336239\n6338\n"},
      {"vars.yml",
       "key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  "
       "33363965326261303234626463623963633531343331383265336230336239\n"},
      {"secrets.yaml", "key: ENC[AES256_GCM,data:Tr7oo=,iv:1vzb=,aad:No=,tag:Lcw=,type:str]\n"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, c.name);
    EXPECT_EQ(text.parts[0].outcome, Outcome::encrypted) << c.name << " " << text.parts[0].why;
  }
}

TEST(Locked, IsNothingThatSpeaksOfIt) {
  const std::string token = "U2FsdGVkX1" + std::string(60, 'a');
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"a token in an address", "see https://example.org/?t=" + token + "\n"},
      {"a token of a page", "<html><a href=\"https://example.org/" + token + "\">" + "here</a></html>"},
      {"talk of age", "Files begin with age-encryption.org/v1, in armour -----BEGIN AGE ENCRYPTED FILE-----.\n"},
      {"talk of Ansible", "They begin with $ANSIBLE_VAULT;1.1;AES256\nand go on in digits.\n"},
      {"talk of SOPS", "Values look like ENC[AES256_GCM,data:...] and are readable by key.\n"},
      {"talk of openssl", "Its files begin with\nU2FsdGVkX1\nalways.\n"},
  };
  for (const auto& c : kCases) EXPECT_EQ(outcomes(walk_document(c.bytes, "note")), ":complete") << c.name;
}

std::string mail_with(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string mail = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (const auto& [name, bytes] : files) {
    mail +=
        "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=" +
        name + "\n\n" + base64_of(bytes) + "\n";
  }
  return mail + "--b--\n";
}

TEST(Volumes, ThatFollowEachOtherArePutTogether) {
  std::string plan = "the secret plan of Tuesday\n";
  for (int i = 0; i < 400; i++) plan += std::to_string(i * i * 7919 % 100003);
  const std::string packed = gzip_of(plan + "the end of it\n");
  const size_t half = packed.size() / 2;
  const std::string first = packed.substr(0, half), second = packed.substr(half);
  const auto read = [](const std::vector<std::pair<std::string, std::string>>& files) {
    return walk_document(mail_with(files), "", {}, "message/rfc822");
  };
  for (const char* ending : {"gz", "tgz"}) {
    const std::string name = std::string("plan.") + ending;
    const ExtractedText text = read({{name + ".002", second}, {name + ".001", first}});
    EXPECT_NE(where_is(text, "the end of it"), "");
    EXPECT_NE(where_is(read({{name + ".aa", first}, {name + ".ab", second}}), "the end of it"), "");
  }
  const ExtractedText joined = read({{"plan.gz.001", first}, {"plan.gz.002", second}});
  const auto is_joined = [](const Part& part) {
    return std::find(part.facts.begin(), part.facts.end(), "joined-volumes") != part.facts.end();
  };
  EXPECT_EQ(std::count_if(joined.parts.begin(), joined.parts.end(), is_joined), 1);
  const ExtractedText gap = read({{"plan.gz.001", first}, {"plan.gz.003", second}});
  EXPECT_EQ(gap.parts.back().why, "its volume 2 is missing");
  EXPECT_EQ(gap.parts.back().outcome, Outcome::malformed);
  EXPECT_EQ(read({{"plan.7z.002", second}}).parts.back().why, "its volume 1 is missing");
  const size_t two = read({{"a.txt", "one"}, {"b.txt", "two"}}).parts.size();
  EXPECT_EQ(read({{"scan.001", "a letter"}, {"scan.002", "another letter"}}).parts.size(), two);
  EXPECT_EQ(read({{"scan.001", packed}, {"scan.002", packed}}).parts.size(), two + 2) << "numbered files of one kind";
}

TEST(Volumes, AreBounded) {
  Limits limits;
  limits.max_ratio = 1'000'000;
  const std::string half(extract::kMostVolumeBytes / 2, '\0');
  ZipBuilder large;
  const ExtractedText whole = walk_document(large.add("a.001", half).add("a.002", half).build(), "a.zip", limits);
  EXPECT_TRUE(std::none_of(whole.parts.begin(), whole.parts.end(),
                           [](const Part& part) { return part.outcome == Outcome::limit; }));
  const ExtractedText more = walk_document(large.add("a.003", "x").build(), "a.zip", limits);
  EXPECT_EQ(more.parts.back().why, "its volumes reached the limit (67108864 bytes)");
  // A text of many letters, packed, a few of them in each piece.
  std::string plan = "the secret plan\n";
  for (size_t i = 0; i < 900; i++) plan += std::to_string(i * i * 7919 % 100003);
  const std::string packed = gzip_of(plan + "the end of it\n");
  const auto is_whole_in = [&](size_t pieces) {
    ZipBuilder zip;
    for (size_t i = 0; i < pieces; i++) {
      const size_t from = packed.size() * i / pieces, to = packed.size() * (i + 1) / pieces;
      zip.add("plan.gz." + std::to_string(1001 + i).substr(1), packed.substr(from, to - from));
    }
    return !where_is(walk_document(zip.build(), "a.zip"), "the end of it").empty();
  };
  EXPECT_TRUE(is_whole_in(100));
  EXPECT_FALSE(is_whole_in(101));
}

}  // namespace
}  // namespace postern::test
