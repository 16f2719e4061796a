#include "store/audit_chain.h"

#include <sodium.h>

namespace postern::store {

namespace {

class Hash {
 public:
  explicit Hash(const SecretKey& key) { crypto_generichash_init(&state_, key.data(), key.size(), kAuditHashBytes); }

  void add(std::string_view bytes) {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  void add_number(std::uint64_t number) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>((number >> shift) & 0xFF));
    add(bytes);
  }
  void add_text(std::string_view text) {
    add_number(text.size());
    add(text);
  }
  std::string finish() {
    std::string out(kAuditHashBytes, '\0');
    crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(out.data()), out.size());
    return out;
  }

 private:
  crypto_generichash_state state_;
};

}  // namespace

std::string audit_chain_start() {
  return std::string(kAuditHashBytes, '\0');
}

std::string audit_hash(const SecretKey& key, std::string_view before, const AuditEvent& event) {
  Hash hash(key);
  hash.add(before);
  hash.add_number(std::uint64_t(event.sequence));
  hash.add_number(std::uint64_t(event.time.time_since_epoch().count()));
  for (const std::string* text : {&event.actor, &event.verb, &event.subject, &event.detail_json}) hash.add_text(*text);
  return hash.finish();
}

}  // namespace postern::store
