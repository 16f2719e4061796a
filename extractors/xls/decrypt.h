// Workbooks behind a password (FILEPASS, [MS-XLS] 2.4.117): XOR obfuscation, RC4 and RC4 of CryptoAPI
// ([MS-OFFCRYPTO] 2.3.5 to 2.3.7).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace postern::extract::xls {

// Tries passwords: calls its argument with one after the other until it says true, and returns that one.
using FindPassword = std::function<std::optional<std::string>(const std::function<bool(const std::string&)>&)>;

enum class Locked { no, yes };

struct Decrypted {
  Locked locked = Locked::no;
  std::string stream;  // the whole stream in the clear when a password opened it, else empty
};

// Looks for the FILEPASS record, which stands behind the first BOF, and deciphers the stream when a password opens it.
Decrypted decrypt_book(std::string_view stream, const FindPassword& find);

}  // namespace postern::extract::xls
