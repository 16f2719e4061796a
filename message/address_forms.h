// How addresses may be written so that an MTA reads another one out of them than we do.
//
// Pure functions over what message/address.h parses.
#pragma once

#include <optional>
#include <string_view>

#include "message/address.h"

namespace postern {

// True for a mailbox that is written as RFC 5321 4.1.2 asks, so that every mail program reads the same address out of
// it; with or without brackets and domain. More than the standard allows dots anywhere in the local part, which mobile
// operators hand out, and UTF-8 (RFC 6531 3.3); other bytes above 127 are none. Less: no source route, and no quoted
// local part that holds an address of its own (see routed_address). MTAs read the rest leniently, each in its own way:
// "<;a@b>", "<a@b,>", "<a@b (c)>".
bool is_plain_mailbox(std::string_view text);

// The address that an MTA may take out of the local part once it has found the domain to be its own: "user%host",
// "host!user", "user@host" (Postfix: allow_percent_hack, swap_bangpath, resolve_dequoted_address, on by default).
// Nothing when there is none.
std::optional<Address> routed_address(const Address& address);

}  // namespace postern
