// What locks of several formats are made of: digests, AES. By OpenSSL's libcrypto, in memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace postern::extract {

// "" when OpenSSL fails.
std::string digest(const EVP_MD* kind, std::string_view bytes);

constexpr bool is_aes_key(std::size_t bytes) {
  return bytes == 16 || bytes == 24 || bytes == 32;
}

// Whole blocks of `bytes`, their padding left where it is; "" when it cannot be done.
// With `iv` blocks are chained (CBC); without one each stands for itself (ECB).
std::string decrypt_aes(std::string_view bytes, std::string_view key, std::string_view iv);

}  // namespace postern::extract
