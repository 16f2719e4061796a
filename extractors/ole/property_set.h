// Property sets ([MS-OLEPS]): what \5SummaryInformation and \5DocumentSummaryInformation say of a document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extractors/ole/compound_file.h"

namespace postern::extract::ole {

struct Property {
  std::string name;   // "title", "company", a custom property's own name
  std::string value;  // UTF-8; several values of a vector a line each
  bool custom = false;
};

inline constexpr size_t kMostProperties = 1000;  // of a set; documents have some dozens

struct PropertySet {
  std::vector<Property> properties;
  bool cut = false;           // more than kMostProperties
  unsigned code_page = 1252;  // of the strings; 1200 is UTF-16LE
};

// Texts, numbers and times of all sections; pictures and blobs are left out. Reads what it can of damaged sets.
PropertySet read_property_set(std::string_view stream);

}  // namespace postern::extract::ole
