// Mail addresses as the gate compares them.
//
// The gate never parses header addresses (the sandbox does); this is for
// envelope addresses, configuration and the policy: `local@domain`, the local
// part kept as given, the domain in lower-case A-labels (RFC 5321 4.1.2, RFC
// 5890). Postfix leaves the angle brackets out for mail that did not come by
// SMTP, so brackets are optional on input and never part of an Address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern {

struct Address {
  std::string local;   // as given, quotes removed; empty for the null sender
  std::string domain;  // lower case, A-labels, no final dot; empty for the null sender or a bare local part

  bool is_null() const { return local.empty() && domain.empty(); }
  std::string to_string() const;  // "local@domain", "" for the null sender
  // What is compared: local part in lower case. RFC 5321 calls local parts case-sensitive; no mail system of a company
  // is.
  std::string key() const;

  auto operator<=>(const Address&) const = default;
};

// Reads an envelope address, with or without angle brackets, source route
// dropped. Returns nothing for text that is no address.
std::optional<Address> parse_address(std::string_view text);

// The domain in the form above; nothing when it cannot be one.
std::optional<std::string> normal_domain(std::string_view domain);

// A pattern of the policy: an address, 'd' (exactly d) or '.d' (every subdomain of d, not d itself).
bool domain_matches(std::string_view pattern, std::string_view domain);

}  // namespace postern
