// The shipped catalogue of destinations.
//
//   DIR/*.yaml                                   address patterns with their provenance
//   DIR/freemail.txt, DIR/freemail-lists.txt      one domain a line, '#' comments: class personal
//   DIR/disposable.txt, DIR/disposable-lists.txt  the same: class disposable
//
// NAME-lists.txt is made from well-kept lists (packaging/catalogue/refresh.py), NAME.txt is what they lack.
//
// A pattern is LOCAL@DOMAIN. In LOCAL, '*' stands for any characters, '?' for one, '{hex32}' for 32 hexadecimal
// digits and '{digits}' for one or more digits. DOMAIN is a domain, '.d' for its subdomains, or '*' for any domain
// (LOCAL must then say something). Whole corporate domains have no place here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "policy/destinations.h"

namespace postern::policy {

struct CatalogueEntry {
  DestinationClass cls = DestinationClass::other;
  std::string local;   // pattern, lower case
  std::string domain;  // "d", ".d" or "*"
  DestinationStatus status = DestinationStatus::unverified;
  std::string service;
  std::string who;       // who may post
  std::string audience;  // public, members
  std::string source;    // where this is documented
  std::string checked;   // the day, YYYY-MM-DD
  SourceMark mark;
};

// There are thousands.
struct DomainListEntry {
  std::string domain;  // "d" or ".d"
  DestinationClass cls = DestinationClass::personal;
  std::uint32_t list = 0;  // index in Catalogue::lists
  std::uint32_t line = 0;
};

struct Catalogue {
  std::vector<CatalogueEntry> entries;
  std::vector<std::string> lists;  // "freemail.txt"
  std::vector<DomainListEntry> domains;
};

// A folder that is not there is an empty catalogue with a warning.
Catalogue load_catalogue(const std::string& dir, Diagnostics& diagnostics);

// LOCAL against a local part in lower case.
bool local_matches(std::string_view pattern, std::string_view local);
// Whether LOCAL is one that local_matches() can read.
bool is_local_pattern(std::string_view pattern);

}  // namespace postern::policy
