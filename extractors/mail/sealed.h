// Sealed parts: S/MIME and OpenPGP (RFC 8551, RFC 9580), told apart by their bytes, and what rights management locks:
// restricted messages of Outlook (message.rpmsg, [MS-OXORMMS] 2.2.4) and protected files of other kinds (.pfile).
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

inline constexpr std::array<std::string_view, 6> kSealedTypes = {"application/pkcs7-mime",
                                                                 "application/x-pem-pkcs7",
                                                                 "application/pgp-encrypted",
                                                                 kOpenPgpKeysType,
                                                                 "application/x-microsoft-rpmsg-message",
                                                                 "application/x-microsoft-rpmsg-file"};

std::shared_ptr<Extractor> make_sealed_extractor();

}  // namespace postern::extract
