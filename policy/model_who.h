// The part of a Model (policy/model.h) that names people and addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policy/destinations.h"

namespace postern::policy {

using GroupIndex = std::uint32_t;

// One entry of an address list.
struct AddressTerm {
  enum class Kind {
    destination_class,  // class:social
    group,              // group:press-office
    attribute,          // attr:department=Legal
    address,            // a@example.com
    domain,             // example.com: exactly this domain
    subdomains,         // .example.com: every subdomain, not the domain itself
  };
  Kind kind = Kind::address;
  DestinationClass cls = DestinationClass::other;  // destination_class
  GroupIndex group = 0;                            // group
  std::string name;                                // attribute: its name
  std::string value;                               // attribute: its value; address, domain: the text (no leading dot)
  SourceMark mark;
};

// `[...]` is `any`. An address is in the filter when any is empty or one term of it holds, every
// term of `all` holds, and no term of `none` (written `not:`) holds.
struct AddressFilter {
  std::vector<AddressTerm> any;
  std::vector<AddressTerm> all;
  std::vector<AddressTerm> none;
  bool written = false;  // false: the file left it out, and what stands here is the default
  SourceMark mark;
  bool matches_everyone() const { return any.empty() && all.empty() && none.empty(); }
};

// `groups:`. Groups named inside groups are replaced by their members, so that terms are never of kind
// group or destination_class.
struct Group {
  std::string name;
  std::vector<AddressTerm> members;
  SourceMark mark;
};

// A person or group who answers for a rule or reviews: "group:ip-office" or an address.
struct Party {
  std::string text;                 // as written
  std::optional<GroupIndex> group;  // for "group:NAME"
  SourceMark mark;
};

struct Liaison {
  std::string name;  // a group, a category, or "*"
  std::optional<GroupIndex> group;
  std::vector<Party> review;
  std::vector<Party> deputy;
  SourceMark mark;
};

}  // namespace postern::policy
