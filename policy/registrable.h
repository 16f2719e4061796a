// Registrable domains and public suffixes (publicsuffix.org, through libpsl's built-in list).
//
// Domains are in lower-case A-labels. Safe from several threads.
#pragma once

#include <string_view>

namespace postern::policy {

// "example.co.uk" of "mail.example.co.uk"; empty for a public suffix itself. A view into `domain`.
std::string_view registrable_domain(std::string_view domain);

// True for names under which anybody may register: "com", "co.uk", "github.io".
bool is_public_suffix(std::string_view domain);

}  // namespace postern::policy
