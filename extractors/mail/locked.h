// What programs for locking files write, other than OpenPGP and S/MIME: openssl enc, age, KeePass, AES Crypt, AxCrypt,
// LUKS, BitLocker as files of their own; age, openssl enc, Ansible Vault and SOPS as letters in a text.
//
// Nothing is opened: no key of such files stands in a mail as a rule, and these formats are not made for mails.
#pragma once

#include <array>
#include <string_view>

namespace postern::extract {

inline constexpr std::string_view kOpensslType = "application/x-openssl-encrypted";

// Told by signatures (detect/signatures.cpp); their reader is the one of sealed parts.
inline constexpr std::array<std::string_view, 7> kLockedTypes = {kOpensslType,
                                                                 "application/x-age-encrypted",
                                                                 "application/x-keepass",
                                                                 "application/x-aescrypt",
                                                                 "application/x-axcrypt",
                                                                 "application/x-luks",
                                                                 "application/x-bitlocker"};

// The program that such a type belongs to; "" for another type.
std::string_view locking_program(std::string_view mime);

// The program that locked something which stands in the text; "" when there is none.
std::string_view locked_in_text(std::string_view text);

}  // namespace postern::extract
