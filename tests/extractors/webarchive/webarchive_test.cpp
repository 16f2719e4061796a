#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

// A property list of these objects, the last one on top.
std::string plist(const std::vector<std::string>& objects) {
  std::string out = "bplist00";
  std::string table;
  for (const std::string& object : objects) {
    table += static_cast<char>(out.size() >> 8);
    table += static_cast<char>(out.size() & 0xFF);
    out += object;
  }
  const size_t at = out.size();
  out += table + "\0\0\0\0\0\0\x02\x01"s;
  const auto number = [&out](size_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
  };
  number(objects.size());
  number(objects.size() - 1);
  number(at);
  return out;
}

std::string ascii(std::string_view text) {
  std::string out;
  if (text.size() < 15) {
    out += static_cast<char>(0x50 | text.size());
  } else {
    out += '\x5F';
    out += '\x10';
    out += static_cast<char>(text.size());
  }
  return out.append(text);
}

std::string data(std::string_view bytes) {
  std::string out = "\x4F\x10";
  out += static_cast<char>(bytes.size());
  return out.append(bytes);
}

TEST(Webarchive, ResourcesArePartsByTheirType) {
  const std::string archive = plist({ascii("WebMainResource"), ascii("WebResourceData"),
                                     data("<p>Project Night<b>jar</b>"), ascii("WebResourceMIMEType"),
                                     ascii("text/html"), ascii("WebResourceURL"), ascii("http://example.net/page.html"),
                                     "\xD3\x01\x03\x05\x02\x04\x06"s,  // the resource: keys, then values
                                     "\xD1\x00\x07"s});
  const ExtractedText text = walk_document(archive, "a.webarchive");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "Project Nightjar"), "body@");
  EXPECT_EQ(where_is(text, "http://example.net/page.html"), "link@");
  EXPECT_EQ(text.parts[1].name, "page.html");
}

TEST(Webarchive, CirclesAndDamageEnd) {
  EXPECT_EQ(outcomes(walk_document(plist({"\xA2\x00\x00"s}))), ":limit");  // an array of itself, twice
  EXPECT_EQ(outcomes(walk_document(plist({"\xA1\x09"s}))), ":malformed");  // of nothing
  EXPECT_EQ(outcomes(walk_document(plist({"\x5F\x13\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s}))), ":malformed");
  EXPECT_EQ(outcomes(walk_document("bplist00")), ":malformed");
}

// A key may be as long as the file and stand in front of every entry.
TEST(Webarchive, LongKeysAreNotCopiedForEachEntry) {
  constexpr size_t kEntries = 200'000, kKeyBytes = 4'000'000;
  const auto sized = [](char kind, size_t size) {
    return std::string(1, kind) + "\x12" + static_cast<char>(size >> 24 & 0xFF) + static_cast<char>(size >> 16 & 0xFF) +
           static_cast<char>(size >> 8 & 0xFF) + static_cast<char>(size & 0xFF);
  };
  const std::string key = sized('\x5F', kKeyBytes) + std::string(kKeyBytes, 'k');
  const std::string keys(kEntries, '\0'), values(kEntries, '\1');
  std::string file = "bplist00" + key;
  const size_t number_at = file.size();
  file += "\x10\x05";
  const size_t dictionary_at = file.size();
  file += sized('\xDF', kEntries) + keys + values;
  const size_t table_at = file.size();
  const auto big = [&file](size_t value, unsigned width) {
    while (width-- > 0) file += static_cast<char>(value >> (8 * width) & 0xFF);
  };
  for (const size_t at : {size_t{8}, number_at, dictionary_at}) big(at, 4);
  file += "\0\0\0\0\0\0\x04\x01"s;
  for (const size_t value : {size_t{3}, size_t{2}, table_at}) big(value, 8);
  EXPECT_EQ(outcomes(walk_document(file, "a.plist")), ":complete");
}

}  // namespace
}  // namespace postern::test
