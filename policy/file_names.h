// Names of files as a reader sees them, for the `name` of file conditions (policy/model.h).
//
// Who wants to get a file past `name: ['*.key']` calls it "site.key ", "site.k\u0435y" with a Cyrillic letter or
// "site.key" with something invisible in it: mail programs show that as the name it imitates, and Windows drops dots
// and blanks at the end.
#pragma once

#include <string>
#include <string_view>

namespace postern::policy {

// The name as it is shown: percent escapes written out (RFC 3986 2.1), NFKC (UAX 15), nothing invisible, right-to-left
// overrides in the order of display, letters that look like ASCII ones as those and without accents, and without what
// programs drop at the end: dots, blanks, '~' of copies, version numbers (";1") and streams ("::$DATA").
std::string shown_file_name(std::string_view name);

// Whether the glob `pattern` (fnmatch(3), any case) matches the name as it stands, as it is shown, or so without
// blanks, hyphens and underscores on both sides, where the pattern has a word of six letters: '*pricelist*' is "Price
// list.pdf" as well.
bool file_name_matches(const std::string& pattern, const std::string& name);

}  // namespace postern::policy
