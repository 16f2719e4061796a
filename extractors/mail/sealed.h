// Sealed parts: S/MIME and OpenPGP (RFC 8551, RFC 9580), told apart by their bytes.
//
// What is encrypted ends `encrypted`. Opaque signed and compressed data are not encrypted: their content, a mail part
// or any other file, becomes a child. PEM around them is taken off.
// OpenPGP messages that are signed or compressed only are read, of binary keys the names (openpgp.h).
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"
#include "extractors/openpgp_packet.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 4> kSealedTypes = {"application/pkcs7-mime", "application/x-pem-pkcs7",
                                                                 "application/pgp-encrypted", kOpenPgpKeysType};

std::shared_ptr<Extractor> make_sealed_extractor();

}  // namespace postern::extract
