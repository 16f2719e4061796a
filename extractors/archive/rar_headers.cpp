#include "extractors/archive/rar_headers.h"

#include <optional>

#include "extractors/archive/bytes.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRar4 = "Rar!\x1A\x07\x00"sv, kRar5 = "Rar!\x1A\x07\x01\x00"sv;
// Headers looked at in one archive.
constexpr size_t kMostHeaders = 100'000;

// A variable-length integer (RAR 5.0 technical note): seven bits a byte, the lowest first.
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  constexpr size_t kMostBytes = 10;
  std::uint64_t out = 0;
  for (size_t i = 0; i < bytes.size() && i < kMostBytes; i++) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i < 9 || byte < 2) out |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if ((byte & 0x80U) == 0) {
      bytes.remove_prefix(i + 1);
      return out;
    }
  }
  return std::nullopt;
}

struct Header {
  std::uint64_t type = 0, flags = 0, extra_size = 0, data_size = 0;
  std::string_view fields;  // behind the common ones
  std::string_view whole;   // checksum to end of data
  std::string_view data;
};

enum : std::uint64_t { kMain = 1, kFile = 2, kService = 3, kEncryption = 4, kEnd = 5 };

std::optional<Header> take_header(std::string_view& rest) {
  constexpr size_t kChecksum = 4;
  if (rest.size() <= kChecksum) return std::nullopt;
  std::string_view at = rest.substr(kChecksum);
  const auto size = take_number(at);
  if (!size || *size == 0 || *size > at.size()) return std::nullopt;
  const std::string_view behind = at.substr(static_cast<size_t>(*size));
  std::string_view fields = at.substr(0, static_cast<size_t>(*size));
  Header out;
  const auto type = take_number(fields), flags = take_number(fields);
  if (!type || !flags) return std::nullopt;
  out.type = *type;
  out.flags = *flags;
  if ((*flags & 1U) != 0) {
    const auto extra = take_number(fields);
    if (!extra) return std::nullopt;
    out.extra_size = *extra;
  }
  if ((*flags & 2U) != 0) {
    const auto data = take_number(fields);
    if (!data) return std::nullopt;
    out.data_size = *data;
  }
  out.fields = fields;
  out.data = behind.substr(0, static_cast<size_t>(std::min<std::uint64_t>(out.data_size, behind.size())));
  const size_t length = rest.size() - behind.size() + out.data.size();
  out.whole = rest.substr(0, length);
  rest.remove_prefix(length);
  return out;
}

struct File {
  std::string_view name;
  std::uint64_t method = 0;
  bool encrypted = false;
};

// Fields of a file or service header, then the records of its extra area.
std::optional<File> read_file(const Header& header) {
  std::string_view fields = header.fields;
  const auto flags = take_number(fields), size = take_number(fields), attributes = take_number(fields);
  if (!flags || !size || !attributes) return std::nullopt;
  const size_t fixed = ((*flags & 2U) != 0 ? 4U : 0U) + ((*flags & 4U) != 0 ? 4U : 0U);
  if (fields.size() < fixed) return std::nullopt;
  fields.remove_prefix(fixed);
  const auto compression = take_number(fields), system = take_number(fields), length = take_number(fields);
  if (!compression || !system || !length || *length > fields.size()) return std::nullopt;
  File out;
  out.name = fields.substr(0, static_cast<size_t>(*length));
  out.method = *compression >> 7 & 7U;
  std::string_view extra = fields.substr(out.name.size());
  if (header.extra_size < extra.size()) extra = extra.substr(extra.size() - static_cast<size_t>(header.extra_size));
  while (!extra.empty()) {
    const auto record = take_number(extra);
    if (!record || *record == 0 || *record > extra.size()) break;
    std::string_view content = extra.substr(0, static_cast<size_t>(*record));
    extra.remove_prefix(content.size());
    constexpr std::uint64_t kEncryptionRecord = 1;
    if (take_number(content) == kEncryptionRecord) out.encrypted = true;
  }
  return out;
}

RarHeaders read_rar5(std::string_view bytes) {
  RarHeaders out;
  std::string_view rest = bytes.substr(kRar5.size());
  std::vector<std::string_view> readable = {kRar5};
  for (size_t i = 0; i < kMostHeaders; i++) {
    const auto header = take_header(rest);
    if (!header) break;
    if (header->type == kEncryption) {
      out.locked = true;
      return out;
    }
    if (header->type == kMain) {
      std::string_view fields = header->fields;
      out.volume = (take_number(fields).value_or(0) & 1U) != 0;
    }
    std::optional<File> file;
    if (header->type == kFile || header->type == kService) file = read_file(*header);
    const bool locked = file && file->encrypted;
    if (locked && header->type == kFile) out.encrypted.emplace_back(file->name);
    if (file && !locked && header->type == kService && file->name == "CMT" && file->method == 0) {
      out.comment = std::string(header->data);
    }
    if (!locked) readable.push_back(header->whole);
    if (header->type == kEnd) {
      out.behind = rest;
      break;
    }
  }
  if (!out.encrypted.empty()) {
    for (const std::string_view piece : readable) out.readable += piece;
  }
  return out;
}

}  // namespace

bool is_rar5(std::string_view bytes) {
  return bytes.starts_with(kRar5);
}

RarHeaders read_rar_headers(std::string_view bytes) {
  if (is_rar5(bytes)) return read_rar5(bytes);
  RarHeaders out;
  constexpr size_t kFlagsAt = 3;
  constexpr unsigned kVolume = 0x0001, kLocked = 0x0080;
  if (!bytes.starts_with(kRar4)) return out;
  const unsigned flags = le16(bytes, kRar4.size() + kFlagsAt);
  out.locked = (flags & kLocked) != 0;
  out.volume = (flags & kVolume) != 0;
  return out;
}

}  // namespace postern::extract
