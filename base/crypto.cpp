#include "base/crypto.h"

#include <cstdlib>

#include <nettle/sha2.h>
#include <sodium.h>

namespace postern {

namespace {

// Of an id, before the random ones: milliseconds until the year 10889.
constexpr size_t kIdTimeBytes = 6;

std::uint32_t random_number(Entropy& entropy) {
  std::array<char, 4> random{};
  entropy.fill(random.data(), random.size());
  std::uint32_t out = 0;
  for (const char c : random) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

void init_sodium() {
  // Only fails when the kernel gives no randomness; nothing can go on then.
  static const int ready = sodium_init();
  if (ready < 0) std::abort();
}

class SystemEntropy final : public Entropy {
 public:
  SystemEntropy() { init_sodium(); }
  void fill(char* out, size_t size) override { randombytes_buf(out, size); }
};

}  // namespace

Entropy& system_entropy() {
  static SystemEntropy entropy;
  return entropy;
}

static_assert(SHA256_DIGEST_SIZE == std::tuple_size_v<Sha256Digest>);

struct Sha256::State {
  sha256_ctx value;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  sha256_init(&state_->value);
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  sha256_update(&state_->value, bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()));
}

Sha256Digest Sha256::finish() {
  Sha256Digest out;
  sha256_digest(&state_->value, out.size(), out.data());
  return out;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string to_hex(const Sha256Digest& digest) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

References::References(Entropy& entropy) : entropy_(entropy), last_(random_number(entropy)) {}

std::string References::draw() {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const std::uint32_t step = 1 + random_number(entropy_) % kReferenceStep;
  const std::uint32_t number = last_.fetch_add(step, std::memory_order_relaxed) + step;
  std::string out = "PN-";
  for (int shift = 25; shift >= 0; shift -= 5) out.push_back(kAlphabet[(number >> shift) & 31]);
  return out;
}

std::string new_id(Entropy& entropy, WallTime now) {
  std::array<char, 16> id{};
  const auto ms = std::uint64_t(now.time_since_epoch().count());
  for (size_t i = 0; i < kIdTimeBytes; ++i) id[i] = static_cast<char>((ms >> (8 * (kIdTimeBytes - 1 - i))) & 0xFF);
  entropy.fill(id.data() + kIdTimeBytes, id.size() - kIdTimeBytes);
  return to_hex(std::string_view(id.data(), id.size()));
}

}  // namespace postern
