#include "extractors/xls/decrypt.h"

#include <algorithm>
#include <array>

#include "extractors/archive/bytes.h"
#include "extractors/lock/rc4_lock.h"

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

// [MS-OFFCRYPTO] 2.3.7.2: the tables of the obfuscation.
constexpr size_t kMostXorPassword = 15;
constexpr std::array<std::uint16_t, 15> kInitialCode = {0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                                        0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
constexpr std::array<std::uint16_t, 105> kXorMatrix = {
    0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
    0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
    0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
    0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
    0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
    0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
    0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4};
constexpr std::array<unsigned char, 15> kXorPadding = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                                       0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};

std::uint16_t xor_verifier(std::string_view password) {
  unsigned out = 0;
  const auto step = [&out](unsigned byte) { out = ((out >> 14 & 1) | (out << 1 & 0x7FFF)) ^ byte; };
  for (size_t i = password.size(); i-- > 0;) step(static_cast<unsigned char>(password[i]));
  step(static_cast<unsigned>(password.size()));
  return static_cast<std::uint16_t>(out ^ 0xCE4B);
}

std::uint16_t xor_key(std::string_view password) {
  if (password.empty()) return 0;
  std::uint16_t out = kInitialCode[password.size() - 1];
  size_t element = kXorMatrix.size();
  for (size_t i = password.size(); i-- > 0;) {
    for (unsigned bit = 0; bit < 7; bit++) {
      element--;
      if ((static_cast<unsigned char>(password[i]) << bit & 0x40) != 0) out ^= kXorMatrix[element];
    }
  }
  return out;
}

unsigned char rotate_left(unsigned value, unsigned by) {
  return static_cast<unsigned char>(value << by | value >> (8 - by));
}

std::string open_xor(std::string_view stream, size_t from, std::string_view password) {
  std::array<unsigned char, 16> key{};
  const std::uint16_t base = xor_key(password);
  for (size_t i = 0; i < key.size(); i++) {
    const unsigned byte =
        i < password.size() ? static_cast<unsigned char>(password[i]) : kXorPadding[i - password.size()];
    key[i] = rotate_left(byte ^ (i % 2 == 0 ? base & 0xFFU : base >> 8U), 2);
  }
  std::string out(stream);
  each_secret(stream, from, [&](size_t at, size_t count, size_t size) {
    for (size_t i = at; i < at + count; i++) {
      const unsigned byte = rotate_left(static_cast<unsigned char>(out[i]), 3);
      out[i] = static_cast<char>(byte ^ key[(i + size) & 15]);
    }
  });
  return out;
}

Decrypted decrypt_xor(std::string_view stream, size_t from, std::uint16_t key, std::uint16_t verifier,
                      const FindPassword& find) {
  const auto opens = [&](const std::string& password) {
    return password.size() <= kMostXorPassword && xor_key(password) == key && xor_verifier(password) == verifier;
  };
  const auto password = find(opens);
  return {Locked::yes, password ? open_xor(stream, from, *password) : std::string()};
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
