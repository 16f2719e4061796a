#include "extractors/appended.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "extractors/byte_order.h"
#include "extractors/format_end.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr size_t kNone = std::string_view::npos;

bool is_one_of(std::string_view mime, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), mime) != words.end();
}

bool is_text(std::string_view mime) {
  return mime.starts_with("text/") || mime.ends_with("xml") || mime.ends_with("json") ||
         is_one_of(mime, {"application/x-sylk", "application/x-dif", "application/vnd.oasis.opendocument.flat",
                          "application/x-flat-opc", "application/x-wordml", "application/x-spreadsheetml"});
}

bool is_sound_or_font(std::string_view mime) {
  return mime.starts_with("audio/") || mime.starts_with("video/") || mime.starts_with("font/");
}

// Readers that hand out themselves what stands behind the end: those of zips in all their kinds, of what is packed or
// read member by member, of mails and RTF.
bool reads_to_the_end(std::string_view bytes, std::string_view mime) {
  return mime.starts_with("message/") || bytes.starts_with("PK") || bytes.starts_with("Rar!\x1A\x07\x01") ||
         mime.starts_with("multipart/") ||
         is_one_of(mime, {"application/zip", "application/mbox", "application/gzip", "application/x-bzip2",
                          "application/x-xz", "application/x-lzma", "application/zstd", "application/x-lz4",
                          "application/x-lzip", "application/x-compress", "application/x-tar", "application/x-cpio",
                          "application/x-archive", "application/x-arj", "application/rtf"});
}

// Formats that hold other files as they are: what looks like an archive may be one of these.
bool keeps_files(std::string_view bytes, std::string_view mime) {
  return bytes.starts_with("\xD0\xCF\x11\xE0") ||
         is_one_of(mime, {"application/x-7z-compressed", "application/vnd.rar", "application/vnd.ms-cab-compressed",
                          "application/x-lzh", "application/x-xar", "application/x-iso9660-image", "application/warc",
                          "application/vnd.ms-htmlhelp", "application/vnd.ms-outlook-pst", "application/vnd.ms-tnef",
                          "application/onenote", "application/x-bplist", "application/pkcs7-mime",
                          "application/x-macbinary", "application/applefile", "application/vnd.sqlite3"});
}

bool is_program(std::string_view bytes, std::string_view mime) {
  return mime == "application/vnd.microsoft.portable-executable" || mime == "application/x-executable" ||
         mime == "application/x-dosexec" || bytes.starts_with("MZ") || bytes.starts_with("#!");
}

// An archive whose own first fields make sense, at any place.
bool begins_archive(std::string_view bytes) {
  constexpr size_t kHeader7z = 32, kHeaderCab = 36;
  if (bytes.starts_with("7z")) {
    if (bytes.size() < kHeader7z || bytes[6] != '\0') return false;
    const std::uint64_t offset = little(bytes, 12, 8), size = little(bytes, 20, 8), left = bytes.size() - kHeader7z;
    return size > 0 && offset <= left && size <= left - offset;
  }
  if (bytes.starts_with("MSCF")) {
    return bytes.size() >= kHeaderCab && little(bytes, 4, 4) == 0 && little(bytes, 8, 4) <= bytes.size() &&
           little(bytes, 24, 2) == 0x0103;
  }
  if (bytes.starts_with("Rar!"))
    return bytes.size() > 12 && (bytes[6] == '\0' || (bytes[6] == '\1' && bytes[7] == '\0'));
  return bytes.size() > 12;
}

// The first archive behind the beginning: self-extractors hold one, and programs that unpack look for it in any file.
std::string_view archive_within(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> kSignatures = {"7z\xBC\xAF\x27\x1C", "Rar!\x1A\x07", "MSCF"};
  constexpr std::string_view kGzip = "\x1F\x8B\x08";
  size_t first = kNone;
  const auto look = [&](std::string_view signature) {
    for (size_t at = bytes.find(signature, 1); at != kNone && at < first; at = bytes.find(signature, at + 1)) {
      if (begins_archive(bytes.substr(at))) first = at;
    }
  };
  for (const std::string_view signature : kSignatures) look(signature);
  if (bytes.starts_with("#!")) look(kGzip);
  return first == kNone ? std::string_view() : bytes.substr(first);
}

// Letters that end the file, where data stand in front of them.
std::string_view text_at_end(std::string_view bytes) {
  constexpr size_t kWindow = 1 << 20, kLeastText = 16;
  const std::string_view window = bytes.substr(bytes.size() - std::min(bytes.size(), kWindow));
  size_t begin = window.size();
  const auto is_letter = [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t';
  };
  while (begin > 0 && is_letter(window[begin - 1])) begin--;
  std::string_view text = window.substr(begin);
  // Data may end in bytes that pass for letters.
  if (!is_utf8(text)) {
    const auto ascii =
        std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    text.remove_prefix(static_cast<size_t>(ascii - text.begin()));
  }
  return begin > 0 && text.size() >= kLeastText && is_utf8(text) ? text : std::string_view();
}

struct Zip {
  std::string_view bytes;
  bool ends_file = false;  // nothing stands behind it
};

// The last zip whose end record points at a directory.
Zip last_zip(std::string_view bytes) {
  constexpr size_t kEndSize = 22, kMostComment = 0xFFFF;
  if (bytes.size() < kEndSize) return {};
  const size_t window = bytes.size() - std::min(bytes.size(), kEndSize + kMostComment);
  std::string_view tail = bytes.substr(window);
  while (const void* const found = ::memrchr(tail.data(), 'P', tail.size())) {
    const auto in_tail = static_cast<size_t>(static_cast<const char*>(found) - tail.data());
    const size_t at = window + in_tail;
    tail = tail.substr(0, in_tail);
    if (!bytes.substr(at).starts_with("PK\5\6") || at + kEndSize > bytes.size()) continue;
    const auto end = at + kEndSize + static_cast<size_t>(little(bytes, at + 20, 2));
    const std::uint64_t size = little(bytes, at + 12, 4), offset = little(bytes, at + 16, 4);
    if (end > bytes.size() || size < 46 || size > at) continue;
    if (!bytes.substr(at - static_cast<size_t>(size)).starts_with("PK\1\2")) continue;
    const std::uint64_t directory = at - size;
    const auto front = static_cast<size_t>(directory >= offset ? directory - offset : 0);
    // Offsets may count from the beginning of the whole file; then only the reader of zips can tell the front.
    return {bytes.substr(front).starts_with("PK\3\4") ? bytes.substr(front) : bytes, end == bytes.size()};
  }
  return {};
}

// The zip that ends the bytes; unless `anywhere`, only one that ends where they do.
std::string_view zip_at_end(std::string_view bytes, bool anywhere) {
  const Zip zip = last_zip(bytes);
  return anywhere || zip.ends_file ? zip.bytes : std::string_view();
}

}  // namespace

std::string_view appended_data(std::string_view bytes, std::string_view mime) {
  // Only data hold zeros, and a text without them has nothing behind it but text.
  if (is_text(mime) && bytes.find('\0') == kNone) return {};
  if (reads_to_the_end(bytes, mime)) return {};
  const size_t end = format_end(bytes, mime);
  // A size that cannot be true says nothing about the end.
  constexpr size_t kLeastFile = 12;
  const bool knows_end = end != kNoEnd && end >= kLeastFile;
  if (knows_end && end < bytes.size()) {
    std::string_view tail = bytes.substr(end);
    const size_t first = tail.find_first_not_of("\r\n \t\0"sv);
    tail = first == kNone ? std::string_view() : tail.substr(first);
    if (tail.size() >= kLeastAppended) return tail;
  }
  const bool keeps = keeps_files(bytes, mime);
  // An end that is the file's own, or behind it, may be claimed: nothing shows that the format put the zip there.
  if (keeps && knows_end && end < bytes.size()) return {};
  if (const std::string_view zip = zip_at_end(bytes, !keeps); !zip.empty()) return zip;
  if (keeps || (knows_end && !is_program(bytes, mime))) return {};
  if (const std::string_view archive = archive_within(bytes); !archive.empty()) return archive;
  return is_sound_or_font(mime) ? text_at_end(bytes) : std::string_view();
}

size_t text_in_front(std::string_view bytes) {
  constexpr size_t kLeastText = 16;
  // A control or two stand in texts as well.
  constexpr size_t kWindow = 64, kMostOdd = 3;
  const auto is_odd = [&bytes](size_t at) {
    const auto u = static_cast<unsigned char>(bytes[at]);
    return (u < 0x20 && (u < 0x08 || u > 0x0D) && u != 0x1B) || u == 0x7F;
  };
  size_t end = 0, odd = 0;  // odd ones in the window in front of `at`
  for (size_t at = 0; at < bytes.size() && odd <= kMostOdd; at++) {
    if (at >= kWindow && is_odd(at - kWindow)) odd--;
    if (!is_odd(at)) continue;
    odd++;
    end = at;
  }
  if (odd <= kMostOdd) return 0;
  // The first of them, from the last one back.
  for (size_t at = end, left = odd; left > 0; at--) {
    if (!is_odd(at)) continue;
    end = at;
    left--;
  }
  return end < kLeastText ? 0 : end;
}

bool is_member_at_front(std::string_view tail, std::string_view member) {
  if (!tail.starts_with(member)) return false;
  if (tail.size() == member.size()) return true;
  const Zip zip = last_zip(member);
  return zip.ends_file && zip.bytes.size() == member.size() && tail.find("PK\5\6", member.size()) == kNone;
}

bool is_format_of_emf(std::string_view emf, size_t at) {
  constexpr std::string_view kFormats = "GDIC\x04\0\0\x40"sv;  // the place of a format counts from here
  constexpr size_t kRectangle = 16, kEntry = 16;
  const size_t comment = emf.rfind(kFormats, at);
  if (comment == kNone) return false;
  size_t entry = comment + kFormats.size() + kRectangle + 4;
  if (entry > at) return false;
  for (std::uint64_t left = little(emf, entry - 4, 4); left > 0 && entry + kEntry <= at; left--, entry += kEntry) {
    if (comment + little(emf, entry + 12, 4) == at) return true;
  }
  return false;
}

std::string_view zip_behind(std::string_view bytes) {
  return last_zip(bytes).bytes;
}

}  // namespace postern::extract
