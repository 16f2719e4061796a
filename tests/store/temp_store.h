// A store in a temporary directory of its own, and records to put into it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "message/blob.h"
#include "store/backend.h"
#include "store/store.h"

namespace postern::test {

// A directory made for one test, mode 0700, gone with it.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postern-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::shared_ptr<const store::KeyRing> test_keys(unsigned char seed = 7) {
  store::SecretKey master{};
  master.fill(seed);
  return store::KeyRing::from_master(master);
}

inline constexpr WallTime kTestTime{std::chrono::milliseconds(1'800'000'000'000)};  // 2027-01-15T08:00:00Z

class TempStore {
 public:
  explicit TempStore(store::StoreOptions options = {}) : options_(std::move(options)) {
    options_.url = "sqlite://" + file();
    reopen();
  }

  void reopen() {
    store_.reset();
    auto opened = store::Store::open(options_, test_keys());
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }
  void close() { store_.reset(); }

  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return store_.get(); }
  const std::string& directory() const { return directory_.path(); }
  std::string file() const { return directory_.path() + "/postern.db"; }
  const store::StoreOptions& options() const { return options_; }

 private:
  TempDir directory_;
  store::StoreOptions options_;
  std::unique_ptr<store::Store> store_;
};

// Writes to the database behind the store's back.
inline void run_sql(const store::StoreOptions& options, const std::string& sql) {
  auto backend = store::make_backend(options);
  ASSERT_TRUE(backend) << backend.error().message;
  auto connection = (*backend)->connect(store::Backend::Access::write);
  ASSERT_TRUE(connection) << connection.error().message;
  auto done = (*connection)->run({sql});
  ASSERT_TRUE(done) << done.error().message;
}

inline std::shared_ptr<const Blob> blob_of(std::string_view bytes) {
  auto blob = Blob::copy_of(bytes);
  if (!blob) throw std::runtime_error(blob.error().message);
  return *blob;
}

// Bytes that compress and repeat badly, the same for the same seed.
inline std::string noise(size_t size, std::uint32_t seed = 1) {
  std::string out(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (char& c : out) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  return out;
}

inline store::Incident an_incident(std::string reference, std::string retry_key = "key") {
  store::Incident out;
  out.reference = std::move(reference);
  out.time = kTestTime;
  out.queue_id = "4XyZ";
  out.message_id = "<1@example.com>";
  out.sender = "alice@example.com";
  out.sender_raw = "<alice@example.com>";
  out.sender_parameters = {"SIZE=123", "BODY=8BITMIME"};
  out.client = "192.0.2.1";
  out.policy_digest = "policy-1";
  out.action = Action::quarantine;
  out.mode = Mode::enforce;
  out.findings_json = "[]";
  out.unreadable_json = "[]";
  out.plan_json = "{}";
  out.retry_key = std::move(retry_key);
  out.message_digest = std::string(64, '0');
  out.message_size = 10;
  out.replay_until = kTestTime;
  store::IncidentRecipient bob;
  bob.raw = "<bob@social.example>";
  bob.parameters = {"NOTIFY=NEVER"};
  bob.address = "bob@social.example";
  bob.classes = {DestinationClass::outside, DestinationClass::social};
  bob.action = Action::quarantine;
  bob.state = store::RecipientState::held;
  store::IncidentRecipient carol;
  carol.raw = "carol@example.com";
  carol.address = "carol@example.com";
  carol.classes = {DestinationClass::internal};
  out.recipients = {bob, carol};
  return out;
}

inline store::Hold a_hold(std::string id, const store::Incident& incident) {
  store::Hold out;
  out.id = std::move(id);
  out.incident = incident.reference;
  out.retry_key = incident.retry_key;
  out.sender = incident.sender;
  out.reason = "an unannounced project is named";
  out.created = incident.time;
  out.expires = incident.time + std::chrono::hours(120);
  return out;
}

inline store::OutboxItem an_item(std::string dedupe_key, WallTime not_before = kTestTime) {
  store::OutboxItem out;
  out.dedupe_key = std::move(dedupe_key);
  out.payload_json = "{}";
  out.created = kTestTime;
  out.not_before = not_before;
  return out;
}

// Commits an incident with its hold, as response/ does.
inline Result<void> put_hold(store::Store& store, const std::string& reference, std::string_view message,
                             const std::string& retry_key) {
  const auto blob = blob_of(message);
  return store.commit([&](store::Transaction& tx) -> Result<void> {
    const store::Incident incident = an_incident(reference, retry_key);
    if (auto ok = tx.insert_incident(incident); !ok) return ok;
    return tx.insert_hold(a_hold("hold-" + reference, incident), *blob);
  });
}

}  // namespace postern::test
