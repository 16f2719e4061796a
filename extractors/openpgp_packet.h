// Packets of OpenPGP (RFC 9580 section 4), as far as their heads tell. Pure; bounds-checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

enum class OpenPgpTag : unsigned {
  session_key = 1,  // encrypted with somebody's key
  signature = 2,
  password = 3,  // a session key that a password opens
  one_pass = 4,  // what follows is signed
  secret_key = 5,
  public_key = 6,
  secret_subkey = 7,
  compressed = 8,
  locked = 9,
  marker = 10,
  literal = 11,
  trust = 12,
  user_id = 13,
  public_subkey = 14,
  user_attribute = 17,
  locked_checked = 18,  // with a code that tells changes
  locked_authenticated = 20,
  padding = 21,
};

struct OpenPgpPacket {
  OpenPgpTag tag = OpenPgpTag::marker;  // any number below 64
  std::string body;
};

// Takes a packet off the front; a body that is cut off is read as far as it goes. Nothing when no packet begins there.
std::optional<OpenPgpPacket> take_openpgp_packet(std::string_view& rest);

// The type of bytes whose first packets are those of OpenPGP without armour: application/pgp-encrypted for messages of
// every kind, kOpenPgpKeysType; empty for all else, signatures without what they sign among it. A guess: only the heads
// of the packets and the beginnings of their bodies are looked at.
std::string_view openpgp_kind(std::string_view bytes);

inline constexpr std::string_view kOpenPgpKeysType = "application/x-gnupg-keyring";

}  // namespace postern::extract
