// A process that dies while it commits: whatever it was told to be kept is there, nothing is there by half.
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "store/store.h"
#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

constexpr int kWriters = 4;

std::string reference_of(int round, int writer, int number) {
  return "PN-" + std::to_string(round) + "-" + std::to_string(writer) + "-" + std::to_string(number);
}

std::string message_of(const std::string& reference) {
  // Now and then more than one row, so that a cut through a message would show.
  const size_t size = reference.ends_with('7') ? (1 << 20) + 5000 : 3000;
  return reference + test::noise(size, std::uint32_t(std::hash<std::string>()(reference)));
}

Result<void> keep(Store& store, const std::string& reference) {
  const auto blob = test::blob_of(message_of(reference));
  return store.commit([&](Transaction& tx) -> Result<void> {
    const Incident incident = test::an_incident(reference, reference);
    if (auto ok = tx.insert_incident(incident); !ok) return ok;
    if (auto ok = tx.insert_hold(test::a_hold("hold-" + reference, incident), *blob); !ok) return ok;
    OutboxItem item = test::an_item("notice:" + reference);
    item.incident = reference;
    if (auto ok = tx.enqueue(item); !ok) return fail(ok.error());
    return tx.append_audit({0, test::kTestTime, "gate", "held", reference, "{}"});
  });
}

// The child: writers that say each reference on the pipe once its commit has returned.
[[noreturn]] void write_until_killed(const StoreOptions& options, int round, int pipe) {
  auto store = Store::open(options, test::test_keys());
  if (!store) ::_exit(3);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int number = 0;; ++number) {
        const std::string reference = reference_of(round, writer, number);
        if (!keep(**store, reference)) ::_exit(4);
        const std::string line = reference + "\n";
        if (::write(pipe, line.data(), line.size()) != ssize_t(line.size())) ::_exit(5);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ::_exit(6);
}

TEST(StoreCrash, KilledWhileCommittingLosesNothingAndKeepsNothingByHalf) {
  constexpr int kRounds = 12;
  test::TempDir dir;
  StoreOptions options;
  options.url = "sqlite://" + dir.path() + "/postern.db";
  std::set<std::string> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    UniqueFd from(ends[0]);
    UniqueFd to(ends[1]);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(options, round, to.get());
    to.reset();
    // Killed after so many bytes, another point in each round; what was said until the end of the pipe counts.
    const size_t kill_after = size_t(1 + round * 37);
    bool killed = false;
    std::string said;
    char buffer[4096];
    for (;;) {
      const ssize_t n = ::read(from.get(), buffer, killed ? sizeof buffer : 16);
      if (n <= 0) break;
      said.append(buffer, size_t(n));
      if (!killed && said.size() >= kill_after) {
        ::kill(child, SIGKILL);
        killed = true;
      }
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
    for (size_t at = 0, end = 0; (end = said.find('\n', at)) != std::string::npos; at = end + 1) {
      acknowledged.insert(said.substr(at, end - at));
    }
  }
  ASSERT_GE(acknowledged.size(), size_t(kRounds));

  auto store = Store::open(options, test::test_keys());
  ASSERT_TRUE(store) << store.error().message;
  auto ok = (*store)->read([&](Reader& reader) -> Result<void> {
    auto incidents = reader.incidents(std::nullopt, 1'000'000);
    if (!incidents) return fail(incidents.error());
    std::set<std::string> kept;
    for (const Incident& incident : *incidents) {
      kept.insert(incident.reference);
      EXPECT_EQ(incident.recipients.size(), 2U) << incident.reference;
      std::string bytes;
      auto message = reader.held_message("hold-" + incident.reference, [&](std::string_view piece) -> Result<void> {
        bytes += piece;
        return {};
      });
      EXPECT_TRUE(message) << incident.reference << ": " << message.error().message;
      EXPECT_TRUE(bytes == message_of(incident.reference)) << incident.reference;
      EXPECT_EQ(reader.outbox_of(incident.reference).value().size(), 1U) << incident.reference;
    }
    for (const std::string& reference : acknowledged) EXPECT_TRUE(kept.contains(reference)) << reference << " is lost";
    auto rows = reader.verify_audit();
    EXPECT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(*rows, kept.size());
    const StoreCounts counts = reader.counts().value();
    EXPECT_EQ(counts.holds_open, kept.size());
    EXPECT_EQ(counts.outbox_pending, kept.size());
    return {};
  });
  ASSERT_TRUE(ok) << ok.error().message;
}

// Writes to the files fail at a size limit (EFBIG stands for ENOSPC): each unit that succeeded stays, the store answers
// with failures and opens whole again.
TEST(StoreCrash, FailingWritesAreFailuresNotLosses) {
  constexpr int kTries = 60;
  test::TempDir dir;
  StoreOptions options;
  options.url = "sqlite://" + dir.path() + "/postern.db";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = Store::open(options, test::test_keys());
    if (!store) ::_exit(3);
    rlimit limit{2 << 20, 2 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(4);
    int kept = 0;
    int failed = 0;
    for (int number = 0; number < kTries; ++number) {
      auto done = keep(**store, reference_of(0, 0, number));
      if (!done && done.error().kind != ErrorKind::unavailable) ::_exit(5);
      ++(done ? kept : failed);
    }
    // Reading works while writing does not.
    auto counted = (*store)->read([&](Reader& reader) -> Result<void> {
      return reader.counts().value().incidents == std::uint64_t(kept) ? Result<void>() : fail(ErrorKind::internal, "");
    });
    ::_exit(counted && kept > 0 && failed > 0 ? 0 : 6);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 0);
  auto store = Store::open(options, test::test_keys());
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->read([&](Reader& reader) -> Result<void> {
    auto rows = reader.verify_audit();
    EXPECT_TRUE(rows);
    EXPECT_EQ(reader.counts().value().incidents, *rows);
    EXPECT_EQ(reader.counts().value().holds_open, *rows);
    return {};
  }));
  EXPECT_TRUE(keep(**store, "PN-after"));
}

}  // namespace
}  // namespace postern::store
