// Checks a file's tree against the table of the grammar (grammar.h).
//
// Reports every unknown, missing, misspelt, mistyped, ambiguous and not yet supported key and value, each at its own
// place, and goes on. What it lets pass has the shape that the table says.
#pragma once

#include <string_view>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policy/grammar.h"

namespace postern::policy::grammar {

void check(const yaml::Node& node, const MapSpec& spec, Diagnostics& diagnostics);

// Why a plain text is read as something else by common YAML readers ("false", "a number"), or "".
std::string_view ambiguity(std::string_view plain_text);

}  // namespace postern::policy::grammar
