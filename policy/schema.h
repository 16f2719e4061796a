// JSON Schema (draft-07) of the policy's files, printed from the table that drives the loader, for editors.
#pragma once

#include <string>

namespace postern::policy {

enum class SchemaOf { policy, pack, rules };

std::string json_schema(SchemaOf file);

}  // namespace postern::policy
