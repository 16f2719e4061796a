// Networks: lists of address/prefix, and whether an address is inside one.
//
// IPv4 and IPv6 in the text forms that the MTA gives ("192.0.2.1", "2001:db8::1",
// Postfix's "IPv6:2001:db8::1"); IPv4 mapped into IPv6 (::ffff:192.0.2.1, RFC 4291
// 2.5.5.2) counts as IPv4. Immutable after reading.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern {

class Networks {
 public:
  // "10.0.0.0/8", "::1/128", or an address alone. Bits behind the prefix must be zero, as a guard against slips.
  static Result<Networks> parse(const std::vector<std::string>& list);

  // False for text that is no address.
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::array<unsigned char, 16> address{};
    unsigned prefix = 0;  // of 128; IPv4 is mapped
  };
  std::vector<Network> networks_;
};

}  // namespace postern
