#include "extractors/lock/xor_lock.h"

#include <string_view>

#include "extractors/lock/password_units.h"

namespace postern::extract {

namespace {

// 2.3.7.2: the tables.
constexpr size_t kMostPassword = 15;
constexpr std::array<std::uint16_t, 15> kInitialCode = {0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                                        0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
constexpr std::array<std::uint16_t, 105> kMatrix = {
    0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
    0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
    0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
    0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
    0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
    0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
    0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4};
constexpr std::array<unsigned char, 15> kPadding = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                                    0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};

// 2.3.7.4, the way in which files are written: the low byte of each unit, the high one where the low one is zero.
std::string single_bytes(const std::string& utf8) {
  const std::string units = utf16le(utf8);
  std::string out;
  for (size_t i = 0; i + 1 < units.size() && out.size() < kMostPassword; i += 2) {
    out += units[i] != '\0' ? units[i] : units[i + 1];
  }
  return out;
}

std::uint16_t verifier_of(std::string_view password) {
  unsigned out = 0;
  const auto step = [&out](unsigned byte) { out = ((out >> 14 & 1) | (out << 1 & 0x7FFF)) ^ byte; };
  for (size_t i = password.size(); i-- > 0;) step(static_cast<unsigned char>(password[i]));
  step(static_cast<unsigned>(password.size()));
  return static_cast<std::uint16_t>(out ^ 0xCE4B);
}

std::uint16_t key_of(std::string_view password) {
  if (password.empty()) return 0;
  std::uint16_t out = kInitialCode[password.size() - 1];
  size_t element = kMatrix.size();
  for (size_t i = password.size(); i-- > 0;) {
    for (unsigned bit = 0; bit < 7; bit++) {
      element--;
      if ((static_cast<unsigned char>(password[i]) << bit & 0x40) != 0) out ^= kMatrix[element];
    }
  }
  return out;
}

unsigned char rotate_left(unsigned value, unsigned by) {
  return static_cast<unsigned char>(value << by | value >> (8 - by));
}

}  // namespace

bool XorLock::try_password(const std::string& utf8) {
  const std::string password = single_bytes(utf8);
  if (key_of(password) != key_ || verifier_of(password) != verifier_) return false;
  for (size_t i = 0; i < mask_.size(); i++) {
    const unsigned byte = i < password.size() ? static_cast<unsigned char>(password[i]) : kPadding[i - password.size()];
    mask_[i] = static_cast<unsigned char>(byte ^ (i % 2 == 0 ? key_ & 0xFFU : key_ >> 8U));
  }
  return true;
}

void XorLock::open_record(char* bytes, size_t size, size_t at) const {
  for (size_t i = 0; i < size; i++) {
    const unsigned byte = rotate_left(static_cast<unsigned char>(bytes[i]), 3);
    bytes[i] = static_cast<char>(byte ^ rotate_left(mask_[(at + i) % mask_.size()], 2));
  }
}

void XorLock::open_stream(std::string& stream, size_t clear) const {
  for (size_t i = clear; i < stream.size(); i++) {
    const auto byte = static_cast<unsigned char>(stream[i]);
    const unsigned char key = rotate_left(mask_[i % mask_.size()], 7);
    // Writers let nothing become zero and leave zeros as they are.
    if (byte != 0 && byte != key) stream[i] = static_cast<char>(byte ^ key);
  }
}

}  // namespace postern::extract
