#include <algorithm>

#include <zlib.h>

#include "extractors/mail/transfer.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

// `hexbin` (macutils) unpacks this as a file "letter.txt".
const std::string kBinHex =
    "(This file must be converted with BinHex 4.0)\n\n"
    ":#QaPG(4PFLjdH(3!9%9B9(4dH(3!N!8R!*!%@M\"LD@jSCAJJFf9MFQ9d)''3&#\"PEQ3+KI!!!!:\n";

TEST(BinHex, GivesTheDataFork) {
  const ExtractedText text = walk_document("Dear all,\n\n" + kBinHex + "regards\n", "letter.hqx");
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "binhex secret aaaaaaaaaaaaaaaaaaaa end"), "body@");
  EXPECT_EQ(where_is(text, "letter.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "Dear all"), "body@");
  EXPECT_EQ(where_is(text, "regards"), "body@");
}

TEST(BinHex, SaysWhenItIsCutOff) {
  const ExtractedText text = walk_document(kBinHex.substr(0, kBinHex.size() - 12), "letter.hqx");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

std::string big(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
  return out;
}

std::string little32(size_t value) {
  std::string out = big(static_cast<std::uint32_t>(value));
  std::reverse(out.begin(), out.end());
  return out;
}

TEST(PreviewedEps, GivesDrawingAndPreview) {
  const std::string drawing = "%!PS-Adobe-3.0 EPSF-3.0\n%%Title: Nightjar\n";
  const std::string preview = "II*\0\x08\0\0\0\1\0\x0e\1\2\0\x0d\0\0\0\x1a\0\0\0\0\0\0\0Amber Falcon\0"s;
  const std::string head = "\xC5\xD0\xD3\xC6"s + little32(30) + little32(drawing.size()) + little32(0) + little32(0) +
                           little32(30 + drawing.size()) + little32(preview.size()) + "\xFF\xFF";
  const ExtractedText text = walk_document(head + drawing + preview, "a.eps");
  EXPECT_EQ(text.parts[0].type, "image/x-eps");
  EXPECT_EQ(where_is(text, "Nightjar"), "body@");
  EXPECT_EQ(where_is(text, "Amber Falcon"), "property@ImageDescription");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete");
  EXPECT_EQ(walk_document(head + drawing, "a.eps").parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(walk_document(head.substr(0, 20), "a.eps").parts[0].outcome, Outcome::malformed);
}

TEST(MacBinary, GivesTheDataFork) {
  const std::string data = "macbinary secret\n";
  std::string header(128, '\0');
  header[1] = 10;
  header.replace(2, 10, "letter.txt");
  header.replace(65, 8, "TEXTttxt");
  header.replace(83, 4, big(static_cast<std::uint32_t>(data.size())));
  header[122] = header[123] = '\x81';
  unsigned crc = 0;
  for (const char c : header.substr(0, 124)) {
    crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000U) != 0 ? (crc << 1 ^ 0x1021U) & 0xFFFFU : crc << 1 & 0xFFFFU;
  }
  header[124] = static_cast<char>(static_cast<unsigned char>(crc >> 8));
  header[125] = static_cast<char>(static_cast<unsigned char>(crc));
  const ExtractedText text = walk_document(header + data + std::string(128 - data.size(), '\0'), "letter.bin");
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "macbinary secret"), "body@");
  EXPECT_EQ(where_is(text, "letter.txt"), "file-name@");
}

TEST(MacBinary, SaysWhenItsHeaderIsCutOff) {
  for (const size_t size : {0U, 1U, 2U, 100U, 127U}) {
    const ExtractedText text = walk_document(std::string(size, '\1'), "letter.bin", {}, "application/x-macbinary");
    EXPECT_EQ(outcomes(text), ":malformed") << size;
  }
}

TEST(AppleSingle, GivesForkNameAndComment) {
  const std::string data = "applesingle secret\n", name = "brief.txt", comment = "finder comment";
  const std::uint32_t at = 26 + 3 * 12;
  const auto size = [](const std::string& text) { return big(static_cast<std::uint32_t>(text.size())); };
  std::string bytes = "\0\x05\x16\0\0\2\0\0"s + std::string(16, '\0') + "\0\3"s;
  bytes += big(3) + big(at) + size(name);
  bytes += big(4) + big(at + static_cast<std::uint32_t>(name.size())) + size(comment);
  bytes += big(1) + big(at + static_cast<std::uint32_t>(name.size() + comment.size())) + size(data);
  const ExtractedText text = walk_document(bytes + name + comment + data);
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "applesingle secret"), "body@");
  EXPECT_EQ(where_is(text, "brief.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "finder comment"), "comment@");
}

// A file of its own beside the data, with the resource fork and the comment.
TEST(AppleDouble, GivesResourceForkAndComment) {
  const std::string fork = "words in the resource fork\n", comment = "finder comment";
  const std::uint32_t at = 26 + 2 * 12;
  const auto size = [](const std::string& text) { return big(static_cast<std::uint32_t>(text.size())); };
  std::string bytes = "\0\x05\x16\x07\0\2\0\0"s + std::string(16, '\0') + "\0\2"s;
  bytes += big(4) + big(at) + size(comment);
  bytes += big(2) + big(at + static_cast<std::uint32_t>(comment.size())) + size(fork);
  const ExtractedText text = walk_document(bytes + comment + fork, "._brief.doc");
  EXPECT_EQ(where_is(text, "words in the resource fork"), "body@");
  EXPECT_EQ(where_is(text, "finder comment"), "comment@");
}

TEST(Uuencode, IsReadAsAnAttachment) {
  const std::string file = "some words in front\nbegin 644 plan.txt\n1=75E;F-O9&5D('-E8W)E=`H`\n`\nend\n";
  const ExtractedText text = walk_document(file, "plan.uu");
  EXPECT_EQ(where_is(text, "uuencoded secret"), "body@");
  EXPECT_EQ(where_is(text, "plan.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "some words in front"), "body@");
}

// As diagrams.net saves: percent, then deflate, then base64.
TEST(EncodedInText, ThePagesOfADrawingThatPacksThem) {
  const std::string page =
      "%3CmxGraphModel%3E%3Croot%3E%3CmxCell%20id%3D%220%22%2F%3E%3CmxCell%20value%3D%22Project%20Nightjar%22%2F%3E"
      "%3C%2Froot%3E%3C%2FmxGraphModel%3E";
  const std::string digits = base64_of(raw_deflate(page), 0);
  ASSERT_GE(digits.size(), 64U);
  const ExtractedText text =
      walk_document("<mxfile><diagram name=\"Page 1\">" + digits + "</diagram></mxfile>", "plan.drawio");
  EXPECT_NE(where_is(text, "Project Nightjar"), "");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text.parts[1].facts, std::vector<std::string>{"encoded-in-text"});
  EXPECT_EQ(outcomes(walk_document("<mxfile>" + base64_of(raw_deflate(std::string(200, '\1') + page), 0) + "</mxfile>",
                                   "plan.drawio")),
            ":complete");
}

// base64 of "%PDF"-less things: a zip is told by its signature, a text by its letters.
const std::string kText64 =
    "VGhlIHNlY3JldCBwbGFucyBhcmUga2VwdCBpbiB0aGUgdGhpcmQgZHJhd2VyIGZyb20gdGhlIHRvcCwgYmVo\n"
    "aW5kIHRoZSBvbGQgYmlsbHMgb2YgbGFzdCB5ZWFyLgo=\n";

TEST(Base64InText, BecomesAPart) {
  const ExtractedText text = walk_document("please decode this:\n\n" + kText64 + "\nthanks\n", "note.txt");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_NE(where_is(text, "secret plans are kept in the third drawer"), "");
}

TEST(Base64InText, IsFoundInJsonAndDataAddresses) {
  std::string one_line = kText64;
  std::erase(one_line, '\n');
  for (const std::string& document :
       {"{\"content\": \"" + one_line + "\"}", "see data:text/plain;base64," + one_line}) {
    const ExtractedText text = walk_document(document, "note.txt");
    EXPECT_NE(where_is(text, "secret plans are kept in the third drawer"), "") << document;
  }
}

TEST(Base64InText, ShortRunsAreDecodedWhereTheyStandAlone) {
  const std::string secret = base64_of("card 4111111111111111", 0);  // 28 characters
  const struct {
    const char* name;
    std::string text;
    bool found;
  } kCases[] = {
      {"all of the text", secret, true},
      {"a line", "see below\n" + secret + "\nregards\n", true},
      {"a line of a mail", "see below\r\n" + secret + "\r\nregards\r\n", true},
      {"an address", "<script>x = 'data:text/plain;base64," + secret + "'</script> in Markdown", true},
      {"of twelve letters", base64_of("nightjar 4711", 0), true},
      {"inside a line", "the key is " + secret + " they say", false},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.text, "note.txt");
    EXPECT_EQ(text.parts.size(), c.found ? 2U : 1U) << c.name;
    EXPECT_EQ(text_of(text, Place::body).find(" 41") != std::string::npos ||
                  text_of(text, Place::body).find(" 47") != std::string::npos,
              c.found)
        << c.name;
  }
}

TEST(Base64InText, IsNotSeenInOrdinaryWordsAndChecksums) {
  std::string text =
      "word\nwords\nanother\nInternationalization\nthequickbrownfoxjumps\n/usr/share/doc/hostname\n"
      "3f786850e387550fdab836ed7e6dc881de23001b\nMLSQKYZ7WVJ6TQTGQYDLTX4A\n" +
      std::string(100, 'a') + "\n";
  for (int i = 0; i < 200; i++) text += "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  file\n";
  EXPECT_EQ(walk_document(text, "sums.txt").parts.size(), 1U);
}

TEST(Mbox, GivesEveryMail) {
  const std::string mail = "From: a@example.com\nTo: b@example.org\nSubject: one\n\nfirst body\n>From here on\n";
  const ExtractedText text = walk_document("From a@example.com Thu Jan  1 00:00:00 2026\n" + mail +
                                           "\nFrom b@example.org Thu Jan  1 00:00:01 2026\n"
                                           "From: b@example.org\nTo: a@example.com\nSubject: two\n\nsecond body\n");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete 2:complete 2/1:complete") << text.parts[0].why;
  EXPECT_NE(where_is(text, "first body"), "");
  EXPECT_NE(where_is(text, "second body"), "");
}

TEST(SelfExtractor, GivesTheArchiveInsideAProgram) {
  std::string program =
      "MZ"s + std::string(58, '\0') + "\x80\0\0\0"s + std::string(64, '\0') + "PE\0\0"s + std::string(400, '\1');
  // A cabinet with one stored file.
  const std::string data = "self-extracting secret\n";
  const auto little = [](std::uint64_t value, int width) {
    std::string out;
    for (int i = 0; i < width; i++) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
    return out;
  };
  const auto size = static_cast<std::uint32_t>(data.size());
  const std::uint32_t data_at = 36 + 8 + 16 + 6;
  std::string cabinet = "MSCF" + little(0, 4) + little(data_at + 8 + size, 4) + little(0, 4) + little(44, 4) +
                        little(0, 4) + little(0x0103, 2) + little(1, 2) + little(1, 2) + little(0, 6);
  cabinet += little(data_at, 4) + little(1, 2) + little(0, 2);
  cabinet += little(size, 4) + little(0, 4) + little(0, 2) + little(0, 6) + "a.txt\0"s;
  cabinet += little(0, 4) + little(size, 2) + little(size, 2) + data;
  const ExtractedText text = walk_document(program + cabinet, "setup.exe");
  EXPECT_NE(where_is(text, "self-extracting secret"), "") << outcomes(text);
}

TEST(SignedFile, IsReadWithoutItsSignature) {
  // SignedData around a plain file, as programs for signed invoices write it (file.txt.p7m).
  const auto der = [](char tag, const std::string& content) {
    return std::string(1, tag) + static_cast<char>(content.size()) + content;
  };
  const std::string signed_id = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02",
                    data_id = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
  const std::string inner = der('\x30', der('\x06', data_id) + der('\xA0', der('\x04', "signed secret words\n")));
  const std::string body = der('\x02', "\1") + der('\x31', "") + inner + der('\x31', "");
  const ExtractedText text =
      walk_document(der('\x30', der('\x06', signed_id) + der('\xA0', der('\x30', body))), "offer.txt.p7m");
  EXPECT_EQ(where_is(text, "signed secret words"), "body@") << outcomes(text);
  EXPECT_EQ(where_is(text, "offer.txt"), "file-name@ file-name@");
}

TEST(SignedFile, TimeStampsHoldNoFile) {
  const auto der = [](char tag, const std::string& content) {
    return std::string(1, tag) + static_cast<char>(content.size()) + content;
  };
  const std::string signed_id = "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02",
                    stamp_id = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x04";
  const auto stamped = [&](const std::string& content) {
    const std::string inner = der('\x30', der('\x06', stamp_id) + der('\xA0', der('\x04', content)));
    const std::string body = der('\x02', "\1") + der('\x31', "") + inner + der('\x31', "");
    return walk_document(der('\x30', der('\x06', signed_id) + der('\xA0', der('\x30', body))), "stamp.p7m");
  };
  const std::string head = der('\x02', "\1") + der('\x06', "\x2A\x03\x04") + der('\x30', "") + der('\x02', "\7");
  const ExtractedText text =
      stamped(der('\x30', head + der('\x18', "20261127120000Z") + der('\xA0', der('\x0C', "Night Stamps Ltd"))));
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(where_is(text, "Night Stamps Ltd"), "property@time stamp");
  // What only says that it is one is read like any content.
  EXPECT_EQ(where_is(stamped("signed secret words\n"), "signed secret words"), "body@");
  EXPECT_EQ(where_is(stamped(der('\x30', head + der('\x04', "signed secret words"))), "signed secret words"),
            "body@letters in data");
}

std::string be32(size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

// Literal data in a packet packed by zlib: what `gpg --sign` makes without the signature.
const std::string kOpenPgp =
    "-----BEGIN PGP MESSAGE-----\nComment: x\n\n"
    "yDECeJw7rZHEWZCTmFesV1JRwgAEBekFCjmZJalFiTkKxanJRaklCuX5RSnFXAAxbg5e\n=AAAA\n-----END PGP MESSAGE-----\n";

TEST(OpenPgp, IsReadWhenItIsOnlySigned) {
  const ExtractedText text = walk_document(kOpenPgp, "message.asc");
  EXPECT_EQ(where_is(text, "pgp literal secret words"), "body@") << outcomes(text);
  EXPECT_EQ(where_is(text, "plans.txt"), "file-name@");
  const ExtractedText quoted = walk_document("as I wrote:\n" + kOpenPgp, "note.txt");
  EXPECT_EQ(where_is(quoted, "pgp literal secret words"), "body@") << outcomes(quoted);
  // Each in a text is read.
  const std::string other = "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n";
  const ExtractedText two = walk_document("Two:\n" + other + kOpenPgp, "note.txt");
  EXPECT_EQ(where_is(two, "pgp literal secret words"), "body@") << outcomes(two);
  std::string locked = kOpenPgp;
  locked.replace(locked.find("yDEC"), 4, "0jEC");  // the tag of encrypted data
  EXPECT_EQ(outcomes(walk_document(locked, "message.asc")), ":encrypted");
}

TEST(OpenPgp, NamesTheLimitThatEndsItsUnpacking) {
  const std::string text(2 * kRatioFree, '\0');  // letters would reach the limit of text
  const std::string literal = "\xCB\xFF"s + be32(text.size() + 6) + "b\0\0\0\0\0"s + text;
  std::string packed(compressBound(literal.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(literal.data()),
           literal.size());
  packed.resize(size);
  const std::string message = "\xC8\xFF"s + be32(packed.size() + 1) + "\2"s + packed;
  const ExtractedText cut = walk_document(
      "-----BEGIN PGP MESSAGE-----\n\n" + base64_of(message) + "\n-----END PGP MESSAGE-----\n", "message.asc");
  EXPECT_EQ(outcomes(cut), ":limit 1:complete");
  EXPECT_NE(cut.parts[0].why.find("max_ratio"), std::string::npos) << cut.parts[0].why;
}

// A name on a key, and text in a packet for programs, that no longer fit.
TEST(OpenPgp, NamesTheLimitOfItsText) {
  const std::string key = "\x98\x06\4\0\0\0\0\1"s;
  Limits limits;
  limits.max_text_bytes = 20;
  for (const char tag : {'\xB4', '\xCC'}) {
    const ExtractedText cut = walk_document(key + tag + "\x1E" + "Anna Adler <anna@corp.example>", "key.gpg", limits);
    EXPECT_EQ(outcomes(cut), ":limit");
    EXPECT_NE(cut.parts[0].why.find("max_text"), std::string::npos) << cut.parts[0].why;
  }
}

// As files of their own, without armour.
TEST(OpenPgp, IsToldByItsPackets) {
  const std::string digits = kOpenPgp.substr(kOpenPgp.find("yDEC"), kOpenPgp.find("\n=AAAA") - kOpenPgp.find("yDEC"));
  const std::string message = extract::decode_base64(digits).bytes;
  // `gpg --symmetric`
  const std::string locked =
      extract::decode_base64(
          "jA0ECQMCjFqJbljUPOj/0mQBihJEBMGaL2G8HyN6UrmG+YBm8JjgmeFz4NGGJXeEK/f/"
          "Wm+xGe4LcfWIyLnjOpJtmaLGBX1PTpeJ77o5r+pw46I+VzOJS4iHXhP1lax+c7TcjQeX8HXlcq4lKkSK8H4j7rJO")
          .bytes;
  const std::string literal = "\xCB\x0Ft\5a.txt\0\0\0\0plan"s;
  const std::string signature = "\x88\x05\4\0\1\2\3"s;
  const std::string key = "\x98\x06\4\0\0\0\0\1"s, user =
                                                       "\xB4\x0D"
                                                       "a@example.com"s;
  const std::string markers = "\xCA\3PGP\xCA\3PGP\xCA\3PGP";
  struct Case {
    const char* name;
    std::string bytes;
    std::string type;
    std::string outcome;
    std::string text;  // of all segments
  };
  for (const Case& c : {
           Case{"compressed", message, "application/pgp-encrypted", ":complete 1:complete",
                "plans.txt|pgp literal secret words\n"},
           Case{"literal", literal, "application/pgp-encrypted", ":complete 1:complete", "a.txt|plan"},
           Case{"a signature of old in front", signature + literal, "application/pgp-encrypted", ":complete 1:complete",
                "a.txt|plan"},
           Case{"locked", locked, "application/pgp-encrypted", ":encrypted", ""},
           Case{"a signature alone could be any data", signature, "", ":unsupported", ""},
           Case{"of text", "\xC2\x16\4plan for Nightjar, 2027"s, "", ":unsupported", "plan for Nightjar, 2027\n"},
           Case{"text in a signature", "\xC2\x17\4plan for Nightjar 2027"s + "\xCB\x0Ft\5a.txt\0\0\0\0plan"s,
                "application/pgp-encrypted", ":complete 1:complete", "plan for Nightjar 2027|a.txt|plan"},
           Case{"bytes behind the packets", markers + literal + "plan", "application/pgp-encrypted",
                ":partial 1:complete", "a.txt|plan"},
           Case{"a packet of no known kind", markers + literal + "\xFC\4plan", "application/pgp-encrypted",
                ":partial 1:complete", "a.txt|plan"},
           Case{"an unknown compression", markers + literal + "\xC8\5\x63plan", "application/pgp-encrypted",
                ":partial 1:complete", "a.txt|plan"},
           Case{"text that nobody trusts", key + user + "\xCC\x16plan for Nightjar 2027", "application/x-gnupg-keyring",
                ":complete", "a@example.com|plan for Nightjar 2027"},
           Case{"keys", key + user, "application/x-gnupg-keyring", ":complete", "a@example.com"},
           Case{"Latin-1",
                "\xA3"
                "1,000 for the plan",
                "text/plain", ":complete",
                "\u00A3"
                "1,000 for the plan"},
           Case{"a length past the end", "\x88\x20" + signature.substr(2), "", ":unsupported", ""},
           Case{"of no version", "\x88\x05\x20\0\1\2\3"s, "", ":unsupported", ""},
       }) {
    const ExtractedText text = walk_document(c.bytes, "plan.gpg");
    if (!c.type.empty()) {
      EXPECT_EQ(text.parts[0].type, c.type) << c.name;
    }
    EXPECT_EQ(outcomes(text), c.outcome) << c.name << ": " << text.parts[0].why;
    std::string all;
    for (const Segment& segment : text.segments) {
      if (segment.part == 0 && segment.place == Place::file_name) continue;
      all += (all.empty() ? "" : "|") + segment.text;
    }
    EXPECT_EQ(all, c.text) << c.name;
  }
  // A sheet is one to those who open it, whatever stands in front.
  EXPECT_EQ(outcomes(walk_document(literal, "plan.csv")), ":unsupported");
}

}  // namespace
}  // namespace postern::test
