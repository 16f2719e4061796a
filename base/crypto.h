// Randomness, digests and names made of them (libsodium and Nettle behind a seam).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace postern {

// Source of random bytes; tests hand in a counter. Safe from several threads.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(char* out, size_t size) = 0;
};

// libsodium's generator; initialises libsodium on first use.
Entropy& system_entropy();

using Sha256Digest = std::array<unsigned char, 32>;

// Incremental SHA-256 (FIPS 180-4). Nettle's, for it uses the instructions that processors have for it, which libsodium
// does not.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  Sha256Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(std::string_view bytes);

std::string to_hex(std::string_view bytes);
std::string to_hex(const Sha256Digest& digest);

// References: "PN-" and six characters of Crockford's base 32 (no I, L, O, U), the name by which people speak of an
// incident. Each is a random step of at most kReferenceStep after the one before, from a random start and around the
// 30 bits: neighbours in time are neighbours in an index, so that what is kept together is written together, and a
// mistyped one seldom names another. No secret. The store refuses a duplicate and the caller draws again.
// Safe from several threads.
class References {
 public:
  explicit References(Entropy& entropy);  // outlives this
  std::string draw();

 private:
  Entropy& entropy_;
  std::atomic<std::uint32_t> last_;
};

inline constexpr std::uint32_t kReferenceStep = 128;

// 48 bits of milliseconds since 1970 and 80 random bits, in lower-case hex: ids of rows that people never type. They
// grow with time, for the same reason.
std::string new_id(Entropy& entropy, WallTime now);

}  // namespace postern
