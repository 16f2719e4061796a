#include "base/network.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

namespace postern {

namespace {

using Bytes = std::array<unsigned char, 16>;
constexpr unsigned kMappedBits = 96;

struct Parsed {
  Bytes bytes{};
  bool v4 = false;
};

std::optional<Parsed> parse_ip(std::string_view text) {
  if (text.starts_with("IPv6:")) text.remove_prefix(5);
  const std::string copy(text);
  Parsed out;
  in_addr v4{};
  if (::inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
    out.v4 = true;
    out.bytes[10] = out.bytes[11] = 0xFF;
    std::memcpy(out.bytes.data() + 12, &v4, 4);
    return out;
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, copy.c_str(), &v6) != 1) return std::nullopt;
  std::memcpy(out.bytes.data(), &v6, 16);
  return out;
}

bool bit(const Bytes& bytes, unsigned i) {
  return (bytes[i / 8] & (0x80U >> (i % 8))) != 0;
}

}  // namespace

Result<Networks> Networks::parse(const std::vector<std::string>& list) {
  Networks out;
  for (const std::string& entry : list) {
    const size_t slash = entry.find('/');
    const auto ip = parse_ip(std::string_view(entry).substr(0, slash));
    const unsigned most = ip && ip->v4 ? 32 : 128;
    unsigned prefix = most;
    bool good = ip.has_value();
    if (good && slash != std::string::npos) {
      const char* end = entry.data() + entry.size();
      const auto [rest, error] = std::from_chars(entry.data() + slash + 1, end, prefix);
      good = error == std::errc() && rest == end && prefix <= most;
    }
    if (!good) {
      return fail(ErrorKind::invalid_input, "'" + entry + "' is not a network such as 10.0.0.0/8 or 2001:db8::/32");
    }
    Network network{ip->bytes, prefix + (ip->v4 ? kMappedBits : 0)};
    for (unsigned i = network.prefix; i < 128; i++) {
      if (bit(network.address, i)) {
        return fail(ErrorKind::invalid_input, "'" + entry + "' has bits set behind its prefix of " +
                                                  std::to_string(prefix) + "; write the network's first address");
      }
    }
    out.networks_.push_back(network);
  }
  return out;
}

bool Networks::contains(std::string_view address) const {
  const auto ip = parse_ip(address);
  if (!ip) return false;
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    for (unsigned i = 0; i < network.prefix; i++) {
      if (bit(network.address, i) != bit(ip->bytes, i)) return false;
    }
    return true;
  });
}

}  // namespace postern
