// CMS around files and mail: signed, encrypted, compressed, time-stamped (RFC 5652, 5083, 3274, 5544), as DER made
// here.
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_view_literals;

std::string element(unsigned char tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() < 0x80) {
    out += static_cast<char>(content.size());
  } else {
    out += '\x82';
    out += static_cast<char>(content.size() >> 8);
    out += static_cast<char>(content.size() & 0xFF);
  }
  return out.append(content);
}

std::string sequence(std::string_view content) {
  return element(0x30, content);
}

const std::string kData = element(0x06, "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"sv);
const std::string kVersion = element(0x02, "\x01"sv);

// `attribute` is what follows 1.2.840.113549.1.9.16.1.
std::string info(unsigned char attribute, std::string_view content) {
  std::string type("\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01"sv);
  type += static_cast<char>(attribute);
  return sequence(element(0x06, type) + element(0xA0, content));
}

std::string time_stamped(std::string_view fields) {
  return info(31, sequence(kVersion + std::string(fields)));
}

const std::string kMeta = sequence(element(0x01, "\xFF"sv) + element(0x0C, "plan.txt") + element(0x16, "text/plain"));

TEST(Sealed, TimeStampedFiles) {
  const struct {
    const char* name;
    std::string bytes;
    std::string file;  // name of the content
  } kCases[] = {
      {"named as described", time_stamped(kMeta + element(0x04, "Project heron") + element(0xA0, "stamps")),
       "plan.txt"},
      {"named as the file", time_stamped(element(0x04, "Project heron")), "offer.txt"},
      {"in pieces", time_stamped(element(0x24, element(0x04, "Project ") + element(0x04, "heron"))), "offer.txt"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, "offer.txt.tsd");
    EXPECT_EQ(outcomes(text), ":complete 1:complete") << c.name;
    EXPECT_EQ(where_is(text, "Project heron"), "body@") << c.name;
    ASSERT_EQ(text.parts.size(), 2U) << c.name;
    EXPECT_EQ(text.parts[1].name, c.file) << c.name;
  }
}

TEST(Sealed, AStampWithoutItsFileNamesItsAddress) {
  const ExtractedText text =
      walk_document(time_stamped(element(0x16, "https://heron.example/plan") + element(0xA0, "stamps")), "a.tsd");
  EXPECT_EQ(text_of(text, Place::link), "https://heron.example/plan");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"detached-signature"});
}

std::string zlib_packed(std::string_view data) {
  uLongf size = compressBound(data.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()), data.size());
  out.resize(size);
  return out;
}

TEST(Sealed, CompressedMail) {
  const std::string mail = "Subject: heron\r\n\r\nProject heron\r\n";
  const std::string packed = zlib_packed(mail);
  const auto seal = [](std::string_view bytes) {
    return info(9, sequence(kVersion + sequence("") + sequence(kData + element(0xA0, element(0x04, bytes)))));
  };
  EXPECT_EQ(outcomes(walk_document(seal(packed), "smime.p7z")), ":complete 1:complete 1/1:complete");
  EXPECT_EQ(where_is(walk_document(seal(packed), "smime.p7z"), "Project heron"), "body@");
  EXPECT_EQ(outcomes(walk_document(seal(packed.substr(0, packed.size() - 6)), "smime.p7z")),
            ":malformed 1:complete 1/1:complete");
}

TEST(Sealed, EnvelopesAreEncryption) {
  const auto pkcs7 = [](char kind) {
    std::string type("\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv);
    return sequence(element(0x06, type + kind) + element(0xA0, sequence(kVersion)));
  };
  const struct {
    std::string bytes;
    const char* why;
  } kCases[] = {
      {pkcs7('\3'), "S/MIME enveloped data"},
      {pkcs7('\6'), "S/MIME encrypted data"},
      {info(23, sequence(kVersion)), "S/MIME authenticated enveloped data"},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, "smime.p7m");
    EXPECT_EQ(outcomes(text), ":encrypted") << c.why;
    EXPECT_EQ(text.parts[0].why, c.why);
  }
}

TEST(Sealed, RightsManagementIsEncryption) {
  for (const std::string_view head : {"\x76\xE8\x04\x60\xC4\x11\xE3\x86\xA0\x0F\0\0"sv, ".pfile\x02\0\0\0"sv}) {
    const ExtractedText text = walk_document(std::string(head) + std::string(64, '\x81'), "message.rpmsg");
    EXPECT_EQ(outcomes(text), ":encrypted");
    EXPECT_EQ(text.parts[0].why, "it is protected by rights management");
  }
}

TEST(Sealed, SignedFilesAndCutOnes) {
  const std::string sealed =
      sequence(element(0x06, "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"sv) +
               element(0xA0, sequence(kVersion + element(0x31, "") +
                                      sequence(kData + element(0xA0, element(0x04, "Project heron"))))));
  const ExtractedText text = walk_document(sealed, "plan.txt.p7m");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "Project heron"), "body@");
  for (size_t size = 1; size < sealed.size(); size++) {
    EXPECT_NE(outcomes(walk_document(sealed.substr(0, size), "plan.txt.p7m")), "") << size;
  }
}

}  // namespace
}  // namespace postern::test
