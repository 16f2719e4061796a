#include "store/contacts.h"

#include <sodium.h>

namespace postern::store {

namespace {
constexpr size_t kHashBytes = crypto_generichash_BYTES_MIN;
static_assert(kHashBytes == 16);
}  // namespace

std::string contact_hash(const SecretKey& key, const Address& address) {
  const std::string text = address.key();
  std::string out(kHashBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data(), key.size());
  return out;
}

}  // namespace postern::store
