#include "store/schema.h"

#include <array>
#include <charconv>
#include <span>

namespace postern::store {

namespace {

constexpr Sql kMetaTable{"CREATE TABLE IF NOT EXISTS store_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"};
constexpr Sql kMeta{"SELECT value FROM store_meta WHERE name = $1", "t"};
constexpr Sql kSetMeta{
    "INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

// {bytes} and {identity} stand for the dialect's types.
constexpr std::string_view kVersion1[] = {
    "CREATE TABLE incident ("
    " reference TEXT PRIMARY KEY, time BIGINT NOT NULL, queue_id TEXT NOT NULL, message_id {bytes} NOT NULL,"
    " sender TEXT NOT NULL, sender_raw {bytes} NOT NULL, sender_parameters {bytes} NOT NULL, client TEXT NOT NULL,"
    " policy_digest TEXT NOT NULL, action TEXT NOT NULL, mode TEXT NOT NULL, findings TEXT NOT NULL,"
    " unreadable TEXT NOT NULL, plan TEXT NOT NULL, retry_key TEXT NOT NULL, message_digest TEXT NOT NULL,"
    " message_size BIGINT NOT NULL, replay_until BIGINT NOT NULL)",
    "CREATE INDEX incident_by_time ON incident (time)",
    "CREATE INDEX incident_by_retry_key ON incident (retry_key)",

    "CREATE TABLE incident_recipient ("
    " incident TEXT NOT NULL REFERENCES incident (reference), number BIGINT NOT NULL, raw {bytes} NOT NULL,"
    " parameters {bytes} NOT NULL, address TEXT NOT NULL, classes TEXT NOT NULL, action TEXT NOT NULL,"
    " state TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (incident, number))",

    "CREATE TABLE hold ("
    " id TEXT PRIMARY KEY, incident TEXT NOT NULL UNIQUE REFERENCES incident (reference), state TEXT NOT NULL,"
    " retry_key TEXT NOT NULL, sender TEXT NOT NULL, reason TEXT NOT NULL, created BIGINT NOT NULL,"
    " expires BIGINT NOT NULL, message_size BIGINT NOT NULL, key_id TEXT NOT NULL, seal_header {bytes} NOT NULL,"
    " release_attempts BIGINT NOT NULL, release_requested BIGINT, decided BIGINT, decided_by TEXT NOT NULL)",
    "CREATE UNIQUE INDEX hold_open_by_retry_key ON hold (retry_key) WHERE state = 'open'",
    "CREATE INDEX hold_open_by_sender ON hold (sender) WHERE state = 'open'",
    "CREATE INDEX hold_by_state ON hold (state, created)",

    "CREATE TABLE hold_chunk ("
    " hold TEXT NOT NULL REFERENCES hold (id), number BIGINT NOT NULL, sealed {bytes} NOT NULL,"
    " PRIMARY KEY (hold, number))",

    "CREATE TABLE outbox ("
    " id {identity}, kind TEXT NOT NULL, dedupe_key TEXT NOT NULL UNIQUE, incident TEXT NOT NULL, hold TEXT NOT NULL,"
    " payload TEXT NOT NULL, created BIGINT NOT NULL, not_before BIGINT NOT NULL, attempts BIGINT NOT NULL,"
    " state TEXT NOT NULL, last_error TEXT NOT NULL)",
    "CREATE INDEX outbox_due ON outbox (not_before, id) WHERE state = 'pending'",
    "CREATE INDEX outbox_by_incident ON outbox (incident)",

    "CREATE TABLE audit ("
    " sequence BIGINT PRIMARY KEY, time BIGINT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL,"
    " subject TEXT NOT NULL, detail TEXT NOT NULL, hash {bytes} NOT NULL)",
    "{guard audit}",

    "CREATE TABLE counter ("
    " window_start BIGINT NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (window_start, name))",
};

// Failed releases are shown, decided messages are erased after their retention, and both clocks have an index.
constexpr std::string_view kVersion2[] = {
    "ALTER TABLE hold ADD COLUMN release_error TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE hold ADD COLUMN erased BIGINT",
    "CREATE INDEX hold_open_by_expiry ON hold (expires, id) WHERE state = 'open'",
    "CREATE INDEX hold_kept_by_decision ON hold (decided, id) WHERE state <> 'open' AND erased IS NULL",
};

// What a scrape counts of the outbox, without reading the rows. A notice enters it when it is done, not with the commit
// that a mail server waits for.
constexpr std::string_view kVersion3[] = {
    "CREATE INDEX outbox_counted ON outbox (state, kind) WHERE kind <> 'notice' OR state <> 'pending'",
};

// Retry keys are random, so that each one kept in an index is a page written: those of held messages are found by the
// hold's. Word by word the condition of the question in reader.cpp.
constexpr std::string_view kVersion4[] = {
    "DROP INDEX incident_by_retry_key",
    "CREATE INDEX incident_replayed_by_retry_key ON incident (retry_key) WHERE replay_until > time",
};

// Who has open holds is remembered by the store (open_holds.h), so nobody asks the table.
constexpr std::string_view kVersion5[] = {
    "DROP INDEX hold_open_by_sender",
};

// Who approved a release, and to which addresses ours wrote.
constexpr std::string_view kVersion6[] = {
    "CREATE TABLE approval ("
    " hold TEXT NOT NULL REFERENCES hold (id), person TEXT NOT NULL, named BIGINT NOT NULL, actor TEXT NOT NULL,"
    " time BIGINT NOT NULL, PRIMARY KEY (hold, person))",
    "CREATE TABLE contact (hash {bytes} PRIMARY KEY, day BIGINT NOT NULL)",
    "CREATE INDEX contact_by_day ON contact (day)",
};

constexpr std::array<std::span<const std::string_view>, kSchemaVersion> kMigrations = {kVersion1, kVersion2, kVersion3,
                                                                                       kVersion4, kVersion5, kVersion6};

std::string in_dialect(std::string_view statement, const Dialect& dialect) {
  std::string out(statement);
  for (const auto& [word, type] : {std::pair{std::string_view("{bytes}"), dialect.bytes_type},
                                   std::pair{std::string_view("{identity}"), dialect.identity_type}}) {
    for (size_t at = out.find(word); at != std::string::npos; at = out.find(word, at + type.size())) {
      out.replace(at, word.size(), type);
    }
  }
  return out;
}

Result<void> run_migration(SqlConnection& connection, const Dialect& dialect,
                           std::span<const std::string_view> statements) {
  for (const std::string_view statement : statements) {
    if (statement == "{guard audit}") {
      for (const std::string_view guard : dialect.guard_audit) {
        if (auto done = connection.run({guard}); !done) return fail(done.error());
      }
      continue;
    }
    if (auto done = connection.run({in_dialect(statement, dialect)}); !done) return fail(done.error());
  }
  return {};
}

Result<std::string> meta(SqlConnection& connection, std::string_view name) {
  auto rows = connection.query(kMeta, {name});
  if (!rows) return fail(rows.error());
  return rows->empty() ? std::string() : rows->at(0).text(0);
}

Result<void> set_meta(SqlConnection& connection, std::string_view name, std::string_view value) {
  if (auto done = connection.run(kSetMeta, {name, value}); !done) return fail(done.error());
  return {};
}

Result<void> migrate(SqlConnection& connection, const Dialect& dialect) {
  if (auto done = connection.run(kMetaTable); !done) return fail(done.error());
  auto written = meta(connection, "schema_version");
  if (!written) return fail(written.error());
  int version = 0;
  if (!written->empty()) {
    const std::string_view digits = *written;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (error != std::errc() || end != digits.data() + digits.size() || version < 1) {
      return fail(ErrorKind::corrupt, "the store names '" + *written + "' as its schema version");
    }
  }
  if (version > kSchemaVersion) {
    return fail(ErrorKind::invalid_input, "the store has schema version " + std::to_string(version) +
                                              ", this program knows up to " + std::to_string(kSchemaVersion) +
                                              ": run the newer Postern that made it");
  }
  if (version == kSchemaVersion) return {};
  for (size_t next = size_t(version); next < kMigrations.size(); ++next) {
    if (auto ok = run_migration(connection, dialect, kMigrations[next]); !ok) return ok;
  }
  return set_meta(connection, "schema_version", std::to_string(kSchemaVersion));
}

Result<void> check_key(SqlConnection& connection, const KeyRing& keys) {
  auto id = meta(connection, "key_id");
  if (!id) return fail(id.error());
  if (id->empty()) return set_meta(connection, "key_id", keys.id());
  if (*id == keys.id()) return {};
  return fail(ErrorKind::conflict, "the store was sealed under the master key " + *id + ", this gate has " + keys.id() +
                                       ": give it the key that belongs to the store");
}

}  // namespace

Result<void> open_schema(SqlConnection& connection, const Dialect& dialect, const KeyRing& keys) {
  if (auto ok = connection.step(SqlConnection::Step::begin_write); !ok) return ok;
  auto done = migrate(connection, dialect);
  if (done) done = check_key(connection, keys);
  if (done) return connection.step(SqlConnection::Step::commit);
  if (connection.healthy()) (void)connection.step(SqlConnection::Step::rollback);
  return done;
}

}  // namespace postern::store
