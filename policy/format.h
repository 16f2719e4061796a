// `policy fmt`: the files of a policy in one layout, so that a review shows what changed and not how somebody indents.
//
// Block maps and lists are indented by two, lists also below their key; the keys of a map stand in the order of the
// grammar's table (policy/grammar.h), those of free names as they are. White space at ends of lines goes, of several
// empty lines one stays, lines end with LF. What stands in braces, in brackets, in quotes and in block texts stays as
// it is written, and every comment stays with the key or the item that it stands before or behind; those at the top of
// a file stay there, down to the last empty line between them and the first key, or all when there is none.
//
// Pure. Nothing is lost by construction and by check: what comes out is read again and compared.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/grammar.h"

namespace postern::policy {

// `text`: a file whose root is a map of `root`. An error of kind invalid_input (one sentence) when it cannot be laid
// out without being read otherwise than before: it is no YAML that policies are written in, or a layout that this does
// not know.
Result<std::string> format_yaml(std::string_view text, const grammar::MapSpec& root);

}  // namespace postern::policy
