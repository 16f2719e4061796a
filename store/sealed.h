// Sealed messages: how the bytes of a held message are encrypted at rest.
//
// libsodium's secretstream (XChaCha20-Poly1305) over pieces of 1 MiB, one row
// each. The associated data of piece n is the hold's id and n (64 bits, little
// endian), so that a piece stands for its place in its own hold only; the last
// piece carries the final tag. A changed, swapped, repeated, missing or added piece is found when
// the stream is opened. The header (24 random bytes) makes each stream's key its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/keys.h"

namespace postern::store {

// Plain bytes in one row. What a row costs (one page list, one MAC) no longer shows at this size, and
// one row is what a reader holds in memory.
inline constexpr size_t kSealedPieceBytes = 1 << 20;

enum class Piece { more, last };

class Sealer {
 public:
  Sealer(const SecretKey& key, std::string_view hold);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  const std::string& header() const { return header_; }
  // At most kSealedPieceBytes; nothing after the last.
  std::string seal(std::string_view plain, Piece piece);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string hold_;
  std::string header_;
  std::uint64_t number_ = 0;
};

class Unsealer {
 public:
  static Result<std::unique_ptr<Unsealer>> create(const SecretKey& key, std::string_view hold, std::string_view header);
  ~Unsealer();
  Unsealer(const Unsealer&) = delete;
  Unsealer& operator=(const Unsealer&) = delete;

  // The next piece; `corrupt` when it is not the one that was sealed there, or when the last came before.
  Result<std::string> open(std::string_view sealed);
  // True after the piece with the final tag. A stream that ends before is cut off.
  bool finished() const { return finished_; }

 private:
  explicit Unsealer(std::string_view hold);

  struct State;
  std::unique_ptr<State> state_;
  std::string hold_;
  std::uint64_t number_ = 0;
  bool finished_ = false;
};

}  // namespace postern::store
