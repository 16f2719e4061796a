#include "extractors/xls/decrypt.h"

#include <algorithm>
#include <array>
#include <utility>

#include "extractors/archive/bytes.h"
#include "extractors/lock/rc4_lock.h"
#include "extractors/lock/xor_lock.h"

namespace postern::extract::xls {

namespace {

constexpr unsigned kFilePass = 0x002F, kBoundSheet = 0x0085;
constexpr size_t kRecordHeader = 4;
constexpr size_t kBlock = 1024;            // bytes of the stream that share a key
constexpr size_t kMostRecordsBefore = 64;  // FILEPASS is among the first records

// 2.2.10: what stays in the clear. Of the list of sheets only the places of the sheets do.
size_t clear_bytes(unsigned id, size_t size) {
  switch (id) {
    case 0x0009:
    case 0x0209:
    case 0x0409:
    case 0x0809:
    case kFilePass:
    case 0x00E1:
    case 0x0138:
    case 0x0194:
    case 0x0195:
    case 0x0196:
      return size;
    case kBoundSheet:
      return std::min<size_t>(4, size);
    default:
      return 0;
  }
}

// Calls `visit` for the enciphered bytes of each record: place in the stream, count, size of the record's data.
template <typename Visit>
void each_secret(std::string_view stream, size_t from, const Visit& visit) {
  size_t at = from;
  while (stream.size() - at >= kRecordHeader) {
    const unsigned id = le16(stream, at);
    const size_t data = at + kRecordHeader;
    const size_t size = std::min<size_t>(le16(stream, at + 2), stream.size() - data);
    const size_t clear = clear_bytes(id, size);
    if (size > clear) visit(data + clear, size - clear, size);
    at = data + size;
  }
}

// The key stream of a block runs on over what stays in the clear.
std::string open_rc4(std::string_view stream, size_t from, const Rc4Lock& lock) {
  std::string out(stream);
  std::array<char, kBlock> key{};
  size_t block = SIZE_MAX;
  each_secret(stream, from, [&](size_t at, size_t count, size_t) {
    for (size_t i = at; i < at + count; i++) {
      if (i / kBlock != block) {
        block = i / kBlock;
        key.fill(0);
        lock.open_block(key.data(), key.size(), static_cast<std::uint32_t>(block));
      }
      out[i] = static_cast<char>(out[i] ^ key[i % kBlock]);
    }
  });
  return out;
}

Decrypted decrypt_xor(std::string_view stream, size_t from, std::uint16_t key, std::uint16_t verifier,
                      const FindPassword& find) {
  XorLock lock(key, verifier);
  const auto password = find([&](const std::string& candidate) { return lock.try_password(candidate); });
  // The last candidate that was tried need not be the one that opens.
  if (!password || !lock.try_password(*password)) return {Locked::yes, ""};
  std::string out(stream);
  each_secret(stream, from,
              [&](size_t at, size_t count, size_t size) { lock.open_record(out.data() + at, count, at + size); });
  return {Locked::yes, std::move(out)};
}

}  // namespace

Decrypted decrypt_book(std::string_view stream, const FindPassword& find) {
  size_t at = 0;
  for (size_t i = 0; i < kMostRecordsBefore && stream.size() - at >= kRecordHeader; i++) {
    const unsigned id = le16(stream, at);
    const std::string_view data = stream.substr(at + kRecordHeader, le16(stream, at + 2));
    at += kRecordHeader + data.size();
    if (id != kFilePass) continue;
    constexpr size_t kShortForm = 4;  // before BIFF8
    if (data.size() == kShortForm) return decrypt_xor(stream, at, le16(data, 0), le16(data, 2), find);
    if (le16(data, 0) == 0) return decrypt_xor(stream, at, le16(data, 2), le16(data, 4), find);
    std::optional<Rc4Lock> lock = Rc4Lock::parse(data.substr(std::min<size_t>(2, data.size())));
    if (!lock) return {Locked::yes, ""};
    const auto password = find([&](const std::string& candidate) { return lock->try_password(candidate); });
    return {Locked::yes, password ? open_rc4(stream, at, *lock) : std::string()};
  }
  return {};
}

}  // namespace postern::extract::xls
