// LDIF (.ldif, RFC 2849): entries of directories and address books, as programs show them.
//
// A reader of the second look: the text as it stands is told elsewhere. Folded lines are joined, values in base64
// ("sn:: TcO8bGxlcg==") decoded; those that are no text, such as photos, are files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::extract {

inline constexpr std::string_view kLdifType = "text/x-ldif";

// By its first lines.
bool looks_like_ldif(std::string_view text);

inline constexpr size_t kMostLdifFiles = 1000;  // of further ones the name is told

struct LdifText {
  std::string text;
  std::vector<std::pair<std::string, std::string>> files;  // the name of the attribute, the bytes
};

// `utf8` with LF line ends.
LdifText text_of_ldif(std::string_view utf8);

}  // namespace postern::extract
