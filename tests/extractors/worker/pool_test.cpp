#include "extractors/worker/pool.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extractors/worker/wire.h"
#include "tests/extractors/worker/control.h"

namespace postern::extract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string box(const std::vector<std::string>& children) {
  std::string out = "box:";
  for (const std::string& child : children) out += std::to_string(child.size()) + ":" + child;
  return out;
}

class PoolTest : public testing::Test {
 protected:
  PoolTest() {
    char name[] = "/tmp/postern-pool-XXXXXX";
    directory_ = ::mkdtemp(name);
    options_.worker_path = POSTERN_FAKE_WORKER;
    options_.workers = 1;
  }
  ~PoolTest() override {
    pool_.reset();
    if (control_ != nullptr) ::munmap(control_, sizeof(Control));
    for (const char* file : {"/control", "/raw", "/worker"}) ::unlink((directory_ + file).c_str());
    ::rmdir(directory_.c_str());
  }

  // Workers get one more argument, by a script in their place.
  void wrap(const std::string& argument) {
    std::ofstream script(directory_ + "/worker");
    script << "#!/bin/sh\nexec " << POSTERN_FAKE_WORKER << " " << argument << " \"$@\"\n";
    script.close();
    ::chmod((directory_ + "/worker").c_str(), 0700);
    options_.worker_path = directory_ + "/worker";
  }

  Control& control() {
    if (control_ == nullptr) {
      const std::string path = directory_ + "/control";
      const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      EXPECT_EQ(::ftruncate(fd, sizeof(Control)), 0);
      void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      ::close(fd);
      control_ = static_cast<Control*>(at);
      wrap("--control=" + path);
    }
    return *control_;
  }

  ExtractPool& pool() {
    if (!pool_) {
      auto started = ExtractPool::start(options_);
      if (!started) throw std::runtime_error(started.error().message);
      pool_ = std::move(*started);
    }
    return *pool_;
  }

  ExtractedText extract(const std::string& bytes, milliseconds time = seconds(60), Lane* lane = nullptr) {
    ExtractRequest request;
    request.bytes = carried_ ? std::make_shared<const Blob>(bytes) : Blob::copy_of(bytes).value();
    request.kind = RootKind::document;
    request.deadline = system_clock().steady() + time;
    request.lane = lane;
    auto text = pool().extract(request);
    if (!text) throw std::runtime_error(text.error().message);
    return std::move(*text);
  }

  static const Part& part(const ExtractedText& text, std::string_view path) {
    static const Part kNone;
    const Part* found = text.find(PartPath::parse(path).value());
    EXPECT_NE(found, nullptr) << "no part " << path;
    return found == nullptr ? kNone : *found;
  }

  std::string directory_;
  bool carried_ = false;  // messages go inside the request, not by descriptor
  PoolOptions options_;
  std::unique_ptr<ExtractPool> pool_;
  Control* control_ = nullptr;
};

std::map<std::string, std::vector<std::string>> texts_by_part(const ExtractedText& text) {
  std::map<std::string, std::vector<std::string>> out;
  for (const Part& part : text.parts) out[part.path.to_string()];
  for (const Segment& segment : text.segments) out[text.parts[segment.part].path.to_string()].push_back(segment.text);
  return out;
}

TEST_F(PoolTest, TellsHashesWhenAsked) {
  ExtractRequest request;
  request.bytes = Blob::copy_of("abc").value();
  request.kind = RootKind::document;
  request.deadline = system_clock().steady() + seconds(60);
  EXPECT_EQ(pool().extract(request).value().parts.at(0).sha256, "");
  request.hash = true;
  // FIPS 180-2 B.1
  EXPECT_EQ(pool().extract(request).value().parts.at(0).sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// What a single death may cost: the part being read, told as crashed, keeps what it had said; parts below it that had
// not begun are missing. All else is whole.
void expect_at_most_one_part_lost(const ExtractedText& text,
                                  const std::map<std::string, std::vector<std::string>>& baseline) {
  const auto texts = texts_by_part(text);
  std::optional<PartPath> lost;
  for (const Part& one : text.parts) {
    const std::string path = one.path.to_string();
    ASSERT_TRUE(baseline.contains(path)) << path;
    const auto& expected = baseline.at(path);
    const auto& got = texts.at(path);
    if (one.outcome != Outcome::crashed) {
      EXPECT_EQ(got, expected) << path;
      continue;
    }
    EXPECT_FALSE(lost) << path << " is lost as well as " << lost->to_string();
    EXPECT_FALSE(one.path.is_root()) << "an accident never costs the message";
    ASSERT_LE(got.size(), expected.size()) << path;
    for (size_t i = 0; i < got.size(); i++) {
      const bool last = i + 1 == got.size();
      EXPECT_TRUE(last ? expected[i].starts_with(got[i]) : got[i] == expected[i]) << path;
    }
    lost = one.path;
  }
  for (const auto& [path, expected] : baseline) {
    const bool below_lost = lost && path.starts_with(lost->to_string() + "/");
    EXPECT_TRUE(texts.contains(path) || below_lost) << path << " is missing";
  }
}

TEST_F(PoolTest, ReadsContainersThroughTheSandbox) {
  const ExtractedText text = extract(box({"text:one", box({"text:two"}), "odd:three"}));
  ASSERT_EQ(text.parts.size(), 5U);
  EXPECT_EQ(part(text, "2/1").type, "x/text");
  EXPECT_EQ(part(text, "3").outcome, Outcome::unsupported);
  const auto texts = texts_by_part(text);
  EXPECT_THAT(texts.at(""), testing::ElementsAre("head", "tail"));
  EXPECT_THAT(texts.at("2/1"), testing::ElementsAre("part", "two"));
}

TEST_F(PoolTest, CarriesTextOfManyMebibytes) {
  std::string words;
  while (words.size() < (3U << 20)) words += "line of text\n";
  const ExtractedText text = extract(box({"text:" + words}));
  std::string joined;
  for (const Segment& segment : text.segments) joined += segment.place == Place::body ? segment.text : "";
  EXPECT_EQ(joined, words);
}

TEST_F(PoolTest, WorkerHasNoDescriptorButItsOwn) {
  const UniqueFd other(::open("/dev/null", O_RDONLY));  // inherited by whoever does not take care
  const ExtractedText text = extract("fds:");
  // Standard ones, the socket and the message, which takes the place of the closed outbox.
  EXPECT_EQ(text.segments.at(0).text, "0 1 2 3 4 ");
}

TEST_F(PoolTest, CrashCostsThePartAndKeepsItsText) {
  struct Case {
    const char* bytes;
    const char* why;
  };
  for (const Case& c : {Case{"segv:", "SIGSEGV"}, Case{"exit:", "status 3"}}) {
    SCOPED_TRACE(c.bytes);
    const ExtractedText text =
        extract(box({"text:one", c.bytes, box({"text:two", c.bytes, "text:three"}), "text:four"}));
    EXPECT_EQ(text.parts.size(), 8U);
    for (const Part& one : text.parts) {
      const bool fatal = one.path.to_string() == "2" || one.path.to_string() == "3/2";
      EXPECT_EQ(one.outcome, fatal ? Outcome::crashed : Outcome::complete) << one.path.to_string();
      EXPECT_EQ(one.why.find(c.why) != std::string::npos, fatal) << one.why;
    }
    const auto texts = texts_by_part(text);
    EXPECT_THAT(texts.at("2"), testing::ElementsAre("part", "before"));
    EXPECT_THAT(texts.at(""), testing::ElementsAre("head", "tail")) << "an ancestor read twice is told once";
    EXPECT_THAT(texts.at("3"), testing::ElementsAre("part", "head", "tail"));
  }
  EXPECT_EQ(pool().counters().crashes, 4U);
}

TEST_F(PoolTest, RootThatCrashesIsTriedTwice) {
  control().ends_left = 0;
  const ExtractedText text = extract("segv:");
  ASSERT_EQ(text.parts.size(), 1U);
  EXPECT_EQ(text.parts[0].outcome, Outcome::crashed);
  EXPECT_THAT(texts_by_part(text).at(""), testing::ElementsAre("before"));
  EXPECT_EQ(pool().counters().crashes, 2U);
}

TEST_F(PoolTest, TooManyCrashesEndTheMessageByName) {
  options_.most_crashes = 2;
  const ExtractedText text = extract(box({"segv:", "segv:", "segv:", "text:never"}));
  EXPECT_EQ(part(text, "").outcome, Outcome::crashed);
  EXPECT_EQ(part(text, "3").outcome, Outcome::crashed);
  EXPECT_EQ(extract("text:next").parts[0].outcome, Outcome::complete);
}

TEST_F(PoolTest, MemoryIsLimited) {
#ifdef POSTERN_SANITIZED
  GTEST_SKIP() << "sanitizers map terabytes, so workers have no limit on address space";
#endif
  const ExtractedText text = extract(box({"eat:", "text:after"}));
  EXPECT_EQ(part(text, "1").outcome, Outcome::limit);
  EXPECT_EQ(part(text, "2").outcome, Outcome::complete);
}

TEST_F(PoolTest, DeadlineEndsAHangingReaderAndKeepsWhatItSaid) {
  const ExtractedText text = extract(box({"text:one", "hang:", "text:never"}), milliseconds(300));
  EXPECT_EQ(part(text, "1").outcome, Outcome::complete);
  EXPECT_EQ(part(text, "2").outcome, Outcome::timeout);
  EXPECT_EQ(part(text, "").outcome, Outcome::timeout);
  EXPECT_THAT(texts_by_part(text).at("2"), testing::ElementsAre("part", "before"));
  EXPECT_EQ(pool().counters().timeouts, 1U);
  EXPECT_EQ(extract("text:next").parts[0].outcome, Outcome::complete);
}

TEST_F(PoolTest, WaitingPastTheDeadlineIsTimeout) {
  pool();
  std::thread busy([this] { extract("hang:", milliseconds(400)); });
  // Whoever comes first gets the worker; both end by their deadline.
  const ExtractedText text = extract("hang:", milliseconds(200));
  busy.join();
  EXPECT_EQ(text.parts.at(0).outcome, Outcome::timeout);
}

TEST_F(PoolTest, TheLaneIsLeftOnlyToWait) {
  struct WatchedLane final : Lane {
    std::atomic<bool> left = false;
    void leave() noexcept override { left = true; }
  };
  WatchedLane quick, hanging, waiting;
  extract("text:quick", seconds(60), &quick);
  EXPECT_FALSE(quick.left);
  std::thread busy([&] { extract("hang:", milliseconds(400), &hanging); });
  extract("hang:", milliseconds(200), &waiting);
  busy.join();
  EXPECT_TRUE(hanging.left) << "for its reader, or for the other one's";
  EXPECT_TRUE(waiting.left);
}

TEST_F(PoolTest, EveryFrameBoundaryCostsAtMostOnePart) {
  const std::string message =
      box({"text:one", box({"text:two", box({"text:three"}), "text:four"}), "odd:", "text:five"});
  control();
  const auto baseline = texts_by_part(extract(message));
  const std::uint32_t frames = control().frames;
  ASSERT_GT(frames, 20U);
  for (std::uint32_t at = 1; at <= frames; at++) {
    SCOPED_TRACE("killed after frame " + std::to_string(at));
    pool_.reset();
    pool();
    control().end_at_frame = at;
    control().ends_left = 1;
    const ExtractedText text = extract(message);
    EXPECT_EQ(control().ends_left, 0U);
    expect_at_most_one_part_lost(text, baseline);
  }
}

TEST_F(PoolTest, WorkersThatAllDieEndTheMessageAndNotThePool) {
  const std::string message = box({"text:one", box({"text:two"}), "text:three"});
  control();
  const auto baseline = texts_by_part(extract(message));
  const std::uint32_t frames = control().frames;
  for (std::uint32_t at = 1; at <= frames; at++) {
    SCOPED_TRACE("killed after frame " + std::to_string(at));
    control().end_at_frame = at;
    control().ends_left = 1000;
    pool_.reset();
    const ExtractedText text = extract(message);
    control().ends_left = 0;
    EXPECT_FALSE(text.parts.empty());
    // Workers that each get a little further may do it together; what is missing is never silent.
    EXPECT_TRUE(!text.all_complete() || texts_by_part(text) == baseline);
    EXPECT_TRUE(at > 1 || !text.all_complete());
    EXPECT_EQ(extract("text:next").parts.at(0).outcome, Outcome::complete);
  }
}

std::vector<pid_t> children() {
  std::vector<pid_t> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), &::closedir);
  while (const dirent* entry = ::readdir(tasks.get())) {
    std::ifstream list("/proc/self/task/" + std::string(entry->d_name) + "/children");
    for (pid_t pid = 0; list >> pid;) out.push_back(pid);
  }
  return out;
}

size_t open_descriptors() {
  size_t out = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(::opendir("/proc/self/fd"), &::closedir);
  while (::readdir(fds.get()) != nullptr) out++;
  return out;
}

// 'R', 'T', ...; 'X' when there is no such process any more.
char process_state(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return 'X';
  return line.at(line.rfind(')') + 2);
}

// Kills the worker of a slot if it is at a message; it is stopped first, so that it cannot come to its end meanwhile.
bool kill_while_reading(std::atomic<std::int32_t>& slot) {
  const pid_t pid = slot;
  if (pid == 0 || ::kill(pid, SIGSTOP) != 0) return false;
  char state = process_state(pid);
  for (; state != 'T' && state != 'Z' && state != 'X'; state = process_state(pid)) std::this_thread::yield();
  if (state != 'T' || slot == 0) {
    ::kill(pid, SIGCONT);
    return false;
  }
  slot = 0;
  ::kill(pid, SIGKILL);
  return true;
}

// Both ways a message can come to its reader give the same, also to the reader that goes on after a death.
TEST_F(PoolTest, CarriedMessageIsReadAsOneByDescriptor) {
  const std::string longest = "text:" + std::string(wire::kMaxCarried - 5, 'x');
  for (const std::string& message : {std::string(), std::string("text:words"), longest, longest + "x",
                                     box({"text:one", "segv:", box({"text:two"}), "text:three"})}) {
    carried_ = false;
    const auto by_descriptor = texts_by_part(extract(message));
    carried_ = true;
    EXPECT_EQ(texts_by_part(extract(message)), by_descriptor) << message.size() << " bytes";
  }
  EXPECT_EQ(pool().counters().protocol_errors, 0U);
  const ExtractedText fds = extract("fds:");
  carried_ = false;
  EXPECT_LT(fds.segments.at(0).text.size(), extract("fds:").segments.at(0).text.size())
      << "no descriptor is handed over";
}

// The limit of one receiving call is the socket's; it must follow the deadline both ways.
TEST_F(PoolTest, ShortDeadlinesAfterLongOnesAndLongOnesAfterShort) {
  carried_ = true;
  EXPECT_TRUE(extract("text:words").all_complete());
  EXPECT_EQ(extract("hang:", milliseconds(100)).parts.at(0).outcome, Outcome::timeout);
  EXPECT_TRUE(extract("text:words", seconds(60)).all_complete());
}

TEST_F(PoolTest, RandomKillsUnderLoadCostPartsOnly) {
  constexpr size_t kThreads = 4;
  constexpr unsigned kKills = 25;  // each of a worker in the middle of a message
  control();
  const size_t descriptors = open_descriptors();
  options_.workers = 3;
  const std::string message = box({"text:one", box({"text:two"}), "text:" + std::string(300'000, 'x'), "text:four"});
  const auto baseline = texts_by_part(extract(message));
  ASSERT_EQ(baseline.size(), 6U);
  std::atomic<bool> enough{false};
  std::atomic<unsigned> served[kThreads] = {};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; t++) {
    threads.emplace_back([&, t] {
      while (!enough) {
        expect_at_most_one_part_lost(extract(message), baseline);
        served[t]++;
      }
    });
  }
  std::mt19937 random(7);
  for (unsigned kills = 0; kills < kKills;) {
    if (!kill_while_reading(control().reading[random() % std::min(control().starts.load(), kSlots)])) continue;
    kills++;
    // No message is to lose two workers: whichever it was is done with when each thread has come to another one.
    for (std::atomic<unsigned>& messages : served) {
      for (const unsigned before = messages; messages == before;) std::this_thread::yield();
    }
  }
  enough = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(pool().counters().crashes, kKills);
  EXPECT_EQ(pool().counters().protocol_errors, 0U);
  pool_.reset();
  EXPECT_TRUE(children().empty());
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST_F(PoolTest, OldWorkersAreReplaced) {
  control();
  options_.recycle_after = 3;
  while (pool().counters().recycled < 3) {
    ASSERT_EQ(extract("text:x").parts.at(0).outcome, Outcome::complete);
    ASSERT_LT(pool().counters().messages, 100'000U);
  }
  EXPECT_GE(control().starts, 4U);
  EXPECT_EQ(pool().counters().crashes, 0U);
}

TEST_F(PoolTest, ReaderThatBreaksTheFormatIsStopped) {
  std::string hello;
  wire::encode(wire::Hello{wire::kVersion, 1, true, 1}, hello);
  std::string begin;
  wire::encode(wire::PartBegin{0, PartRole::message, "", ""}, begin);
  std::string bad_text;
  wire::encode(wire::SegmentText{0, Place::body, "", "\xFF"}, bad_text);
  std::string text;
  wire::encode(wire::SegmentText{0, Place::body, "", "said before"}, text);
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"noise", "\x01\x00\x00\x00\x77noise"},
      {"a frame that claims a gigabyte", std::string("\xFF\xFF\xFF\x7F\x06", 5)},
      {"text that is not UTF-8", begin + text + bad_text},
      {"text without a part", bad_text},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    pool_.reset();
    std::ofstream(directory_ + "/raw", std::ios::binary) << hello << c.bytes;
    wrap("--raw=" + directory_ + "/raw");
    // Such bytes come right behind the hello, which alone is an error of the handshake.
    auto started = ExtractPool::start(options_);
    EXPECT_FALSE(started.has_value());
  }
}

TEST_F(PoolTest, StartFailsWithoutAWorkerOrItsSandbox) {
  std::string other_version;
  wire::encode(wire::Hello{wire::kVersion + 1, 1, true, 1}, other_version);
  std::string no_landlock;
  wire::encode(wire::Hello{wire::kVersion, 0, true, 1}, no_landlock);
  std::string no_seccomp;
  wire::encode(wire::Hello{wire::kVersion, 1, false, 1}, no_seccomp);
  struct Case {
    const char* name;
    std::string hello;
    std::string message;
  };
  for (const Case& c : {Case{"another version", other_version, "version " + std::to_string(wire::kVersion + 1)},
                        Case{"no Landlock", no_landlock, "sandbox"}, Case{"no seccomp", no_seccomp, "sandbox"}}) {
    SCOPED_TRACE(c.name);
    std::ofstream(directory_ + "/raw", std::ios::binary) << c.hello;
    wrap("--raw=" + directory_ + "/raw");
    const auto started = ExtractPool::start(options_);
    ASSERT_FALSE(started.has_value());
    EXPECT_THAT(started.error().message, testing::HasSubstr(c.message));
  }
  options_.worker_path = "/nonexistent/postern-extract";
  EXPECT_FALSE(ExtractPool::start(options_).has_value());
  options_.worker_path = "/bin/false";
  const auto started = ExtractPool::start(options_);
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message, testing::HasSubstr("exited with status 1"));
  EXPECT_EQ(started.error().kind, ErrorKind::unavailable);
}

// The programs exit 71 for it, whatever else a failing reader may be.
TEST_F(PoolTest, AReaderWithoutItsSandboxIsToldApart) {
  options_.worker_path = directory_ + "/worker";
  std::ofstream(options_.worker_path) << "#!/bin/sh\nexit 71\n";
  ::chmod(options_.worker_path.c_str(), 0700);
  const auto started = ExtractPool::start(options_);
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().kind, ErrorKind::internal);
}

// Workers that cannot be given the message are not at fault, and the message is not read: the caller must know.
TEST_F(PoolTest, AMessageWithoutADescriptorIsAFailureAndCostsNoWorker) {
  ExtractRequest request;
  request.bytes = std::make_shared<const Blob>(UniqueFd(), 5);
  request.deadline = system_clock().steady() + seconds(60);
  const auto text = pool().extract(request);
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(pool().counters().crashes, 0U);
}

}  // namespace
}  // namespace postern::extract
