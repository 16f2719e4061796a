// Opening: what a store refuses to be opened on, and how it says so.
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "store/backend.h"
#include "store/store.h"
#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

using test::TempDir;
using test::test_keys;

Result<void> open_at(const std::string& url, std::shared_ptr<const KeyRing> keys = test_keys()) {
  StoreOptions options;
  options.url = url;
  auto store = Store::open(options, std::move(keys));
  if (!store) return fail(store.error());
  return {};
}

std::string url_of(const TempDir& dir) {
  return "sqlite://" + dir.path() + "/postern.db";
}

void expect_error(const Result<void>& result, ErrorKind kind) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, kind) << result.error().message;
}

mode_t mode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

void write_file(const std::string& path, const std::string& bytes, mode_t mode) {
  std::ofstream(path, std::ios::binary) << bytes;
  ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

void run_sql(const std::string& url, std::string_view sql) {
  StoreOptions options;
  options.url = url;
  auto backend = make_backend(options);
  ASSERT_TRUE(backend) << backend.error().message;
  auto connection = (*backend)->connect(Backend::Access::write);
  ASSERT_TRUE(connection) << connection.error().message;
  ASSERT_TRUE((*connection)->run({sql}));
}

TEST(StoreOpen, MakesFilesThatOnlyTheOwnerReads) {
  test::TempStore store;
  ASSERT_TRUE(test::put_hold(*store, "PN-AAAAAA", "m", "k"));
  for (const auto& entry : std::filesystem::directory_iterator(store.directory())) {
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
  }
  EXPECT_TRUE(std::filesystem::exists(store.file() + "-wal"));
}

TEST(StoreOpen, RefusesUrlsItCannotServe) {
  for (const char* url :
       {"", "postern.db", "sqlite://postern.db", "sqlite:///", "mysql://x", "postgresql://localhost/postern"}) {
    SCOPED_TRACE(url);
    expect_error(open_at(url), ErrorKind::invalid_input);
  }
}

TEST(StoreOpen, RefusesAMissingDirectory) {
  TempDir dir;
  expect_error(open_at("sqlite://" + dir.path() + "/none/postern.db"), ErrorKind::invalid_input);
}

TEST(StoreOpen, RefusesADirectoryThatOthersWrite) {
  TempDir dir;
  ASSERT_EQ(::chmod(dir.path().c_str(), 0770), 0);
  expect_error(open_at(url_of(dir)), ErrorKind::permission);
}

TEST(StoreOpen, RefusesAFileThatOthersRead) {
  TempDir dir;
  write_file(dir.path() + "/postern.db", "", 0640);
  expect_error(open_at(url_of(dir)), ErrorKind::permission);
}

TEST(StoreOpen, RefusesALinkAndADirectory) {
  TempDir dir;
  write_file(dir.path() + "/other", "", 0600);
  ASSERT_EQ(::symlink((dir.path() + "/other").c_str(), (dir.path() + "/postern.db").c_str()), 0);
  expect_error(open_at(url_of(dir)), ErrorKind::permission);
}

TEST(StoreOpen, RefusesAFileThatIsNoDatabase) {
  TempDir dir;
  write_file(dir.path() + "/postern.db", "this is no database, whatever its name says. " + std::string(4096, 'x'),
             0600);
  expect_error(open_at(url_of(dir)), ErrorKind::invalid_input);
}

TEST(StoreOpen, LeavesTheDatabaseOfAnotherProgramAlone) {
  TempDir dir;
  const std::string other = "sqlite://" + dir.path() + "/postern.db";
  run_sql(other, "CREATE TABLE theirs (x INTEGER)");
  run_sql(other, "PRAGMA application_id = 1");
  expect_error(open_at(other), ErrorKind::invalid_input);
}

TEST(StoreOpen, RefusesAnotherMasterKey) {
  TempDir dir;
  ASSERT_TRUE(open_at(url_of(dir)));
  expect_error(open_at(url_of(dir), test_keys(8)), ErrorKind::conflict);
  EXPECT_TRUE(open_at(url_of(dir)));
}

TEST(StoreOpen, RefusesANewerSchemaAndChangesNothing) {
  TempDir dir;
  ASSERT_TRUE(open_at(url_of(dir)));
  run_sql(url_of(dir), "UPDATE store_meta SET value = '7' WHERE name = 'schema_version'");
  expect_error(open_at(url_of(dir)), ErrorKind::invalid_input);
  run_sql(url_of(dir), "UPDATE store_meta SET value = '6' WHERE name = 'schema_version'");
  EXPECT_TRUE(open_at(url_of(dir)));
}

TEST(StoreOpen, BringsAStoreOfTheFirstSchemaUpToDateAndKeepsItsHolds) {
  TempDir dir;
  StoreOptions options;
  options.url = url_of(dir);
  {
    auto made = Store::open(options, test_keys());
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(test::put_hold(**made, "PN-AAAAAA", "m", "a"));
    Incident annotated = test::an_incident("PN-BBBBBB", "b");
    annotated.replay_until = annotated.time + std::chrono::hours(2);
    ASSERT_TRUE((*made)->commit([&](Transaction& tx) { return tx.insert_incident(annotated); }));
  }
  for (const char* sql :
       {"DROP TABLE approval", "DROP TABLE contact",
        "CREATE INDEX hold_open_by_sender ON hold (sender) WHERE state = 'open'",
        "DROP INDEX incident_replayed_by_retry_key", "CREATE INDEX incident_by_retry_key ON incident (retry_key)",
        "DROP INDEX outbox_counted", "DROP INDEX hold_open_by_expiry", "DROP INDEX hold_kept_by_decision",
        "ALTER TABLE hold DROP COLUMN erased", "ALTER TABLE hold DROP COLUMN release_error",
        "UPDATE store_meta SET value = '1' WHERE name = 'schema_version'"}) {
    run_sql(url_of(dir), sql);
  }
  auto store = Store::open(options, test_keys());
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->read([](Reader& reader) -> Result<void> {
    const auto hold = reader.hold("hold-PN-AAAAAA").value();
    EXPECT_EQ(hold->release_error, "");
    EXPECT_FALSE(hold->erased);
    EXPECT_TRUE(reader.replay("a", "", test::kTestTime).value());
    EXPECT_TRUE(reader.replay("b", "policy-1", test::kTestTime).value());
    return reader.held_message("hold-PN-AAAAAA", [](std::string_view) -> Result<void> { return {}; });
  }));
}

TEST(StoreOpen, TwoProcessesTakeTurns) {
  test::TempStore first;
  auto second = Store::open(first.options(), test_keys());
  ASSERT_TRUE(second) << second.error().message;
  ASSERT_TRUE(test::put_hold(*first, "PN-AAAAAA", "m", "a"));
  ASSERT_TRUE(test::put_hold(**second, "PN-BBBBBB", "m", "b"));
  std::uint64_t seen = 0;
  ASSERT_TRUE(first->read([&](Reader& reader) -> Result<void> {
    seen = reader.counts().value().incidents;
    return {};
  }));
  EXPECT_EQ(seen, 2U);
}

TEST(StoreOpen, AWriterThatNeverEndsIsAFailureNotAHang) {
  StoreOptions options;
  options.busy_timeout = std::chrono::milliseconds(10);
  test::TempStore store(options);
  auto backend = make_backend(store.options());
  auto other = (*backend)->connect(Backend::Access::write);
  ASSERT_TRUE((*other)->step(SqlConnection::Step::begin_write));
  auto locked = test::put_hold(*store, "PN-AAAAAA", "m", "a");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, ErrorKind::unavailable);
  ASSERT_TRUE((*other)->step(SqlConnection::Step::rollback));
  EXPECT_TRUE(test::put_hold(*store, "PN-AAAAAA", "m", "a"));
}

TEST(KeyRing, IsMadeOnceAndReadBack) {
  TempDir dir;
  const std::string path = dir.path() + "/master.key";
  auto none = KeyRing::load(path);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  ASSERT_TRUE(KeyRing::create(path, system_entropy()));
  EXPECT_EQ(mode_of(path), 0600U);
  auto first = KeyRing::load(path);
  ASSERT_TRUE(first) << first.error().message;
  expect_error(KeyRing::create(path, system_entropy()), ErrorKind::conflict);
  auto again = KeyRing::load(path);
  ASSERT_TRUE(again);
  EXPECT_EQ((*first)->id(), (*again)->id());
  EXPECT_EQ((*first)->id().size(), 16U);
  EXPECT_EQ((*first)->key(KeyUse::hold), (*again)->key(KeyUse::hold));
  EXPECT_NE((*first)->key(KeyUse::hold), (*first)->key(KeyUse::release_token));
}

TEST(KeyRing, RefusesWhatIsNoKeyOrNotSecret) {
  TempDir dir;
  const std::string path = dir.path() + "/master.key";
  const std::string good = "postern-master-key-v1 " + std::string(64, 'a') + "\n";
  struct Case {
    const char* name;
    std::string text;
    mode_t mode;
    std::optional<ErrorKind> error;
  };
  for (const Case& c :
       {Case{"good", good, 0600, std::nullopt}, Case{"read only", good, 0400, std::nullopt},
        Case{"group reads", good, 0640, ErrorKind::permission}, Case{"others read", good, 0604, ErrorKind::permission},
        Case{"empty", "", 0600, ErrorKind::invalid_input},
        Case{"short", good.substr(0, 60), 0600, ErrorKind::invalid_input},
        Case{"longer", good + "x", 0600, ErrorKind::invalid_input},
        Case{"no hex", "postern-master-key-v1 " + std::string(64, 'g') + "\n", 0600, ErrorKind::invalid_input},
        Case{"another kind", "postern-master-key-v2 " + std::string(64, 'a') + "\n", 0600, ErrorKind::invalid_input}}) {
    SCOPED_TRACE(c.name);
    ::unlink(path.c_str());
    write_file(path, c.text, c.mode);
    auto ring = KeyRing::load(path);
    EXPECT_EQ(ring.has_value(), !c.error.has_value());
    if (!ring && c.error) {
      EXPECT_EQ(ring.error().kind, *c.error) << ring.error().message;
      EXPECT_EQ(ring.error().message.find("aaaa"), std::string::npos) << "the key is never told";
    }
  }
}

// A disk that is full for a while: the units fail, the store goes on when there is room.
TEST(StoreDisk, FullFailsTheGroupAndRecovers) {
  StoreOptions options;
  options.max_pages = 300;
  test::TempStore store(options);
  ASSERT_TRUE(test::put_hold(*store, "PN-AAAAAA", test::noise(1000), "a"));
  auto failed = test::put_hold(*store, "PN-BBBBBB", test::noise(3 << 20), "b");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable) << failed.error().message;
  ASSERT_TRUE(test::put_hold(*store, "PN-CCCCCC", test::noise(1000), "c"));
  EXPECT_EQ(store->stats().groups_failed, 1U);
  ASSERT_TRUE(store->read([](Reader& reader) -> Result<void> {
    EXPECT_TRUE(reader.incident("PN-AAAAAA").value());
    EXPECT_FALSE(reader.incident("PN-BBBBBB").value());
    EXPECT_TRUE(reader.incident("PN-CCCCCC").value());
    return reader.held_message("hold-PN-CCCCCC", [](std::string_view) -> Result<void> { return {}; });
  }));
}

}  // namespace
}  // namespace postern::store
