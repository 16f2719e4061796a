#include "extractors/lock/primitives.h"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/evp.h>

namespace postern::extract {

namespace {

const EVP_CIPHER* aes_cipher(size_t key_bytes, bool chained) {
  switch (key_bytes) {
    case 16:
      return chained ? EVP_aes_128_cbc() : EVP_aes_128_ecb();
    case 24:
      return chained ? EVP_aes_192_cbc() : EVP_aes_192_ecb();
    case 32:
      return chained ? EVP_aes_256_cbc() : EVP_aes_256_ecb();
    default:
      return nullptr;
  }
}

}  // namespace

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string decrypt_aes(std::string_view bytes, std::string_view key, std::string_view iv) {
  constexpr size_t kBlock = 16;
  bytes = bytes.substr(0, bytes.size() / kBlock * kBlock);
  const EVP_CIPHER* const cipher = aes_cipher(key.size(), !iv.empty());
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  if (cipher == nullptr || context == nullptr || (!iv.empty() && iv.size() != kBlock)) return "";
  const auto* const raw_iv = iv.empty() ? nullptr : reinterpret_cast<const unsigned char*>(iv.data());
  if (EVP_DecryptInit_ex(context.get(), cipher, nullptr, reinterpret_cast<const unsigned char*>(key.data()), raw_iv) !=
      1) {
    return "";
  }
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  std::string out(bytes.size() + kBlock, '\0');
  size_t done = 0;
  while (!bytes.empty()) {  // in pieces that an int can count
    const size_t piece = std::min<size_t>(bytes.size(), 1U << 30);
    int size = 0;
    if (EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data() + done), &size,
                          reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(piece)) != 1) {
      return "";
    }
    done += static_cast<size_t>(size);
    bytes.remove_prefix(piece);
  }
  out.resize(done);
  return out;
}

}  // namespace postern::extract
