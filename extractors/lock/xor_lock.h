// XorLock: the obfuscation that Word and Excel used up to Office 95 and could still write later ([MS-OFFCRYPTO] 2.3.7).
//
// A file keeps 32 bits of its password, a key and a verifier; the password and the key make 16 bytes that are mixed
// with the data. Passwords are taken as Word and Excel take them: the low byte of each UTF-16 unit, 15 at most. Works
// in memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace postern::extract {

class XorLock {
 public:
  XorLock(std::uint16_t key, std::uint16_t verifier) : key_(key), verifier_(verifier) {}

  // True when the password is right; its bytes are kept then.
  bool try_password(const std::string& utf8);

  // Method 1, of Excel: decrypts in place; `at` is the place of the first byte among the 16. After try_password() only.
  void open_record(char* bytes, size_t size, size_t at) const;
  // Method 2, of Word: a stream, of which the first `clear` bytes are left as they are. After try_password() only.
  void open_stream(std::string& stream, size_t clear) const;

 private:
  std::uint16_t key_, verifier_;
  std::array<unsigned char, 16> mask_{};  // what the password makes, before either method turns it
};

}  // namespace postern::extract
