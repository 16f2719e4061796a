// Schema: the tables of the store and how an older store becomes a newer one.
//
// Migrations are numbered from 1 and never change once released. open_schema()
// runs those that a store lacks in one transaction: after a crash it is the old
// store or the new one. A store of a newer version is refused, never touched.
// The tables are described in schema.md.
#pragma once

#include "base/result.h"
#include "store/backend.h"
#include "store/keys.h"

namespace postern::store {

inline constexpr int kSchemaVersion = 6;

// On a connection for writing. Writes the key's id into a new store; `conflict` when the store was sealed
// under another one, `invalid_input` when a newer version made it.
Result<void> open_schema(SqlConnection& connection, const Dialect& dialect, const KeyRing& keys);

}  // namespace postern::store
