// Sealed parts: S/MIME and OpenPGP (RFC 8551, RFC 9580), told apart by their bytes.
//
// What is encrypted ends `encrypted`. Opaque signed data is not encrypted: its content is a mail part in
// plain bytes, which becomes a child.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 2> kSealedTypes = {"application/pkcs7-mime", "application/pgp-encrypted"};

std::shared_ptr<Extractor> make_sealed_extractor();

}  // namespace postern::extract
