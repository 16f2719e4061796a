#include "floors/raw_office.h"

#include <cstring>

#include <zlib.h>

namespace postern::bench {
namespace {

// APPNOTE.TXT 4.3.12 and 4.3.16: offsets into the directory's records.
constexpr size_t kEndRecord = 22, kDirectoryRecord = 46, kLocalRecord = 30;
constexpr unsigned kDeflated = 8;

unsigned u16(std::string_view s, size_t at) {
  return static_cast<unsigned char>(s[at]) | static_cast<unsigned>(static_cast<unsigned char>(s[at + 1])) << 8;
}
unsigned u32(std::string_view s, size_t at) {
  return u16(s, at) | u16(s, at + 2) << 16;
}

std::string inflated(std::string_view packed, size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, -MAX_WBITS);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(size);
  inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

bool ends_text(std::string_view element) {
  return element == "w:p" || element == "a:p" || element == "si" || element == "v" || element == "row";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> unzip(std::string_view archive) {
  std::vector<std::pair<std::string, std::string>> out;
  const size_t end = archive.rfind("PK\5\6");
  if (archive.size() < kEndRecord || end == std::string_view::npos) return out;
  size_t at = u32(archive, end + 16);
  for (unsigned left = u16(archive, end + 10); left > 0 && at + kDirectoryRecord <= archive.size(); left--) {
    const unsigned method = u16(archive, at + 10), packed = u32(archive, at + 20), size = u32(archive, at + 24);
    const unsigned name = u16(archive, at + 28), local = u32(archive, at + 42);
    const size_t data = local + kLocalRecord + u16(archive, local + 26) + u16(archive, local + 28);
    out.emplace_back(archive.substr(at + kDirectoryRecord, name), method == kDeflated
                                                                      ? inflated(archive.substr(data, packed), size)
                                                                      : std::string(archive.substr(data, size)));
    at += kDirectoryRecord + name + u16(archive, at + 30) + u16(archive, at + 32);
  }
  return out;
}

void strip_tags(std::string_view markup, std::string& out) {
  out.clear();
  out.reserve(markup.size());
  while (!markup.empty()) {
    const size_t open = markup.find('<');
    out.append(markup.substr(0, open));
    if (open == std::string_view::npos) return;
    const size_t close = markup.find('>', open);
    if (close == std::string_view::npos) return;
    if (markup[open + 1] == '/' && ends_text(markup.substr(open + 2, close - open - 2))) out.push_back('\n');
    markup.remove_prefix(close + 1);
  }
}

size_t office_text(std::string_view archive, std::string& scratch) {
  size_t bytes = 0;
  for (const auto& [name, member] : unzip(archive)) {
    strip_tags(member, scratch);
    bytes += scratch.size();
  }
  return bytes;
}

}  // namespace postern::bench
