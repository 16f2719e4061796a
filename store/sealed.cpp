#include "store/sealed.h"

#include <sodium.h>

namespace postern::store {

namespace {

constexpr size_t kMac = crypto_secretstream_xchacha20poly1305_ABYTES;
static_assert(std::tuple_size_v<SecretKey> == crypto_secretstream_xchacha20poly1305_KEYBYTES);

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string associated_data(const std::string& hold, std::uint64_t number) {
  std::string out = hold;
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>((number >> shift) & 0xFF));
  return out;
}

}  // namespace

struct Sealer::State {
  crypto_secretstream_xchacha20poly1305_state stream;
};

Sealer::Sealer(const SecretKey& key, std::string_view hold)
    : state_(std::make_unique<State>()), hold_(hold), header_(crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0') {
  crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, bytes(header_), key.data());
}

Sealer::~Sealer() {
  sodium_memzero(&state_->stream, sizeof(state_->stream));
}

std::string Sealer::seal(std::string_view plain, Piece piece) {
  const std::string data = associated_data(hold_, number_++);
  const unsigned char tag = piece == Piece::last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                 : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  std::string out(plain.size() + kMac, '\0');
  crypto_secretstream_xchacha20poly1305_push(&state_->stream, bytes(out), nullptr, bytes(plain), plain.size(),
                                             bytes(std::string_view(data)), data.size(), tag);
  return out;
}

struct Unsealer::State {
  crypto_secretstream_xchacha20poly1305_state stream;
};

Unsealer::Unsealer(std::string_view hold) : state_(std::make_unique<State>()), hold_(hold) {}
Unsealer::~Unsealer() {
  sodium_memzero(&state_->stream, sizeof(state_->stream));
}

Result<std::unique_ptr<Unsealer>> Unsealer::create(const SecretKey& key, std::string_view hold,
                                                   std::string_view header) {
  std::unique_ptr<Unsealer> out(new Unsealer(hold));
  if (header.size() != crypto_secretstream_xchacha20poly1305_HEADERBYTES ||
      crypto_secretstream_xchacha20poly1305_init_pull(&out->state_->stream, bytes(header), key.data()) != 0) {
    return fail(ErrorKind::corrupt, "the sealed message of hold " + out->hold_ + " has a damaged header");
  }
  return out;
}

Result<std::string> Unsealer::open(std::string_view sealed) {
  const std::string piece = "piece " + std::to_string(number_) + " of the sealed message of hold " + hold_;
  if (finished_) return fail(ErrorKind::corrupt, piece + " stands after its end");
  if (sealed.size() < kMac || sealed.size() > kSealedPieceBytes + kMac) {
    return fail(ErrorKind::corrupt, piece + " has an impossible size");
  }
  const std::string data = associated_data(hold_, number_++);
  std::string out(sealed.size() - kMac, '\0');
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->stream, bytes(out), nullptr, &tag, bytes(sealed),
                                                 sealed.size(), bytes(std::string_view(data)), data.size()) != 0) {
    return fail(ErrorKind::corrupt, piece + " was changed");
  }
  finished_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  return out;
}

}  // namespace postern::store
