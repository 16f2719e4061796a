// What opens locked documents. The first byte chooses: the RC4 of binary Office documents, a locked workbook's stream,
// the lock of an Office Open XML package, or a document of any kind in a mail that tells its password.
#include <algorithm>
#include <cstring>
#include <string>

#include "extractors/lock/rc4_lock.h"
#include "extractors/ooxml/decrypt.h"
#include "extractors/xls/decrypt.h"
#include "tests/fuzz/walk.h"

namespace {

using namespace postern;

constexpr char kPassword[] = "Sommer24";

void binary_lock(std::string_view bytes) {
  auto lock = extract::Rc4Lock::parse(bytes);
  if (!lock) return;
  lock->try_password(kPassword);
  constexpr std::size_t kBlock = 512, kClear = 32;
  std::string stream(bytes);
  lock->open_stream(stream, kBlock, kClear);
  test::require(stream.size() == bytes.size() && stream.substr(0, kClear) == bytes.substr(0, kClear));
  lock->open_stream(stream, kBlock, kClear);  // RC4 undoes itself
  test::require(stream == bytes);
}

void workbook(std::string_view bytes) {
  const auto find = [](const std::function<bool(const std::string&)>& opens) {
    return opens(kPassword) ? std::optional<std::string>(kPassword) : std::nullopt;
  };
  const auto decrypted = extract::xls::decrypt_book(bytes, find);
  test::require(decrypted.stream.empty() || decrypted.locked == extract::xls::Locked::yes);
}

// Two bytes say how long the description is; the package follows.
void package(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto told = static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  const std::size_t info = std::min<std::size_t>(told, bytes.size());
  auto lock = extract::ooxml::PackageLock::parse(bytes.substr(0, info));
  if (!lock || !lock->try_password(kPassword)) return;
  test::require(lock->open(bytes.substr(info)).size() <= bytes.size());
}

void document(std::string_view bytes) {
  std::string mail =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=its-end\r\n\r\n--its-end\r\n\r\nThe password is ";
  mail += kPassword;
  mail +=
      ".\r\n--its-end\r\nContent-Type: application/octet-stream\r\n"
      "Content-Transfer-Encoding: binary\r\n\r\n";
  mail += bytes;
  mail += "\r\n--its-end--\r\n";
  test::walk_and_check(mail, "message/rfc822");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr void (*kOpeners[])(std::string_view) = {binary_lock, workbook, package, document};
  if (size == 0) return 0;
  kOpeners[data[0] % std::size(kOpeners)]({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
