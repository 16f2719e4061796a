#include "cli/over.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>
#include <pthread.h>

#include "base/crypto.h"
#include "base/settings.h"
#include "cli/journal.h"
#include "cli/progress.h"
#include "cli/reader.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kKeyBytes = 32;
// Messages that may be done before the one that is next: a large one does not stop the others at once.
constexpr std::uint64_t kAheadPerJob = 32;
constexpr unsigned kMostJobs = 256;
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32
constexpr size_t kPseudonymLetters = 8;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Messages on their way: taken from the mailboxes one at a time, looked at side by side, given on in their order.
class Line {
 public:
  Line(Messages& messages, std::uint64_t first, std::uint64_t ahead)
      : messages_(messages), handed_out_(first), next_(first), ahead_(ahead) {}

  struct Job {
    std::uint64_t position;
    MailboxMessage message;
  };
  // Waits while too many are done and not taken. Nothing at the end.
  std::optional<Job> begin_one() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopped_ || handed_out_ < next_ + ahead_; });
    if (stopped_ || ended_) return std::nullopt;
    auto message = messages_.next();
    bytes_ = messages_.bytes_gone_through();
    if (!message) {
      ended_ = true;
      done_.notify_all();
      return std::nullopt;
    }
    return Job{handed_out_++, std::move(*message)};
  }

  void end_one(std::uint64_t position, Json record) {
    const std::lock_guard lock(mutex_);
    records_.emplace(position, std::move(record));
    done_.notify_all();
  }

  void stop(std::optional<Error> why) {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (why && !failed_) failed_ = std::move(why);
    room_.notify_all();
    done_.notify_all();
  }

  // The next in order; nothing when none has come for a moment, or at the end.
  std::optional<Json> take() {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, Progress::kBetweenUpdates, [&] { return over() || records_.contains(next_); });
    const auto found = records_.find(next_);
    if (found == records_.end()) return std::nullopt;
    Json out = std::move(found->second);
    records_.erase(found);
    next_++;
    room_.notify_all();
    return out;
  }

  bool finished() {
    const std::lock_guard lock(mutex_);
    return over();
  }
  std::uint64_t taken() {
    const std::lock_guard lock(mutex_);
    return next_;
  }
  std::uint64_t bytes() {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }
  std::optional<Error> failed() {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

 private:
  bool over() const { return stopped_ || (ended_ && next_ == handed_out_); }

  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable done_;
  Messages& messages_;
  std::map<std::uint64_t, Json> records_;
  std::uint64_t handed_out_;
  std::uint64_t next_;
  const std::uint64_t ahead_;
  std::uint64_t bytes_ = 0;
  bool ended_ = false;
  bool stopped_ = false;
  std::optional<Error> failed_;
};

class Looker {
 public:
  Looker(OverTask& task, extract::ExtractPool& pool, const Limits& limits)
      : task_(task), pool_(pool), limits_(limits) {}

  // Fails when no message can be read at all.
  Result<Json> look(MailboxMessage message) const {
    Json record;
    if (!message.bytes) {
      record = {{"failed", message.bytes.error().message}};
    } else {
      pipeline::AssessRequest request;
      request.bytes = std::move(*message.bytes);
      request.hash = true;  // which policies will judge it is the task's matter
      request.limits = limits_;
      request.deadline = system_clock().steady() + limits_.max_time;
      auto text = pipeline::read_text(pool_, request);
      if (!text) return fail(text.error());
      record = task_.look({std::move(*text), std::move(message.recorded)});
    }
    record["name"] = message.place.name();
    if (message.place.in_store) record["in_store"] = true;
    if (message.place.number > 0) record["offset"] = message.place.offset;
    return record;
  }

  void work(Line& line) const noexcept {
    try {
      while (auto job = line.begin_one()) {
        auto record = look(std::move(job->message));
        if (!record) return line.stop(record.error());
        line.end_one(job->position, std::move(*record));
      }
    } catch (const std::exception& e) {
      line.stop(Error{ErrorKind::internal, std::string("defect: ") + e.what()});
    }
  }

 private:
  OverTask& task_;
  extract::ExtractPool& pool_;
  const Limits& limits_;
};

// An object with a name is all that any task needs to be spared damage.
std::optional<Json> parse_record(std::string_view line) {
  Json record = Json::parse(line, nullptr, false);
  if (!record.is_object() || !record.contains("name") || !record["name"].is_string()) return std::nullopt;
  return record;
}

Result<std::string> read_key(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string key((std::istreambuf_iterator<char>(in)), {});
  if (!in.eof() && in.fail()) return fail(ErrorKind::not_found, path + ": cannot be read");
  if (key.size() < kKeyBytes) {
    return fail(ErrorKind::invalid_input,
                path + ": a key has 32 bytes or more; make one with: head -c 32 /dev/urandom");
  }
  const Sha256Digest digest = sha256(key);
  return std::string(digest.begin(), digest.end());
}

std::string draw_key() {
  std::string key(kKeyBytes, '\0');
  system_entropy().fill(key.data(), key.size());
  return key;
}

}  // namespace

// SIGINT and SIGTERM are held back and asked for, so that a run ends between two messages.
class HeldSignals {
 public:
  HeldSignals() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  bool came() const {
    const timespec at_once{};
    return ::sigtimedwait(&signals_, nullptr, &at_once) > 0;
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

Over::Over() : signals_(std::make_unique<HeldSignals>()) {}
Over::~Over() = default;
Over::Over(Over&&) noexcept = default;
Over& Over::operator=(Over&&) noexcept = default;

std::string Pseudonyms::of(const Address& address) const {
  if (address.is_null()) return "nobody";
  const Sha256Digest digest = sha256(key_ + address.key());
  std::string out = "sender-";
  for (size_t i = 0; i < kPseudonymLetters; i++) out += kLetters[digest[i] % kLetters.size()];
  return out;
}

Result<pipeline::Assessment> MailboxJudge::judge(OverMail mail) const {
  pipeline::AssessRequest request;
  request.now = now_;
  if (mail.recorded) {
    // The gate found it to be ours when it held it.
    request.envelope = mail.recorded->envelope;
    const Address& identity = mail.recorded->identity;
    if (policy_.destinations().is_internal(identity)) request.vouched = {pipeline::Voucher::login, identity, ""};
  } else {
    if (!everything_) {
      request.scope = pipeline::Scope::outbound_only;
      request.from_decides = true;
    }
    const pipeline::MailFacts facts = pipeline::mail_facts(mail.text);
    const auto ours = std::find_if(facts.from.begin(), facts.from.end(),
                                   [&](const Address& from) { return policy_.destinations().is_internal(from); });
    if (ours != facts.from.end()) {
      request.vouched = {pipeline::Voucher::login, *ours, ""};
      request.envelope.sender = {ours->to_string(), *ours, {}};
    }
  }
  auto out = pipeline::judge_text(policy_, std::move(mail.text), std::move(request), system_clock());
  if (!out || everything_) return out;
  const auto outside = [](const RecipientVerdict& recipient) {
    return recipient.classes != std::vector{DestinationClass::internal};
  };
  const auto& recipients = out->verdict.recipients;
  if (out->judged && std::none_of(recipients.begin(), recipients.end(), outside)) out->judged = false;
  return out;
}

namespace {

// What is held, then the mailboxes.
class Chain final : public Messages {
 public:
  Chain(HeldMails* held, Mailboxes& mailboxes) : held_(held), mailboxes_(mailboxes) {}

  std::optional<MailboxMessage> next() override {
    if (held_ != nullptr) {
      if (auto message = held_->next()) return message;
    }
    return mailboxes_.next();
  }
  std::uint64_t total_bytes() const override {
    return (held_ != nullptr ? held_->total_bytes() : 0) + mailboxes_.total_bytes();
  }
  std::uint64_t bytes_gone_through() const override {
    return (held_ != nullptr ? held_->bytes_gone_through() : 0) + mailboxes_.bytes_gone_through();
  }
  std::string fingerprint() const override {
    return (held_ != nullptr ? held_->fingerprint() + " " : "") + mailboxes_.fingerprint();
  }

 private:
  HeldMails* held_;  // null: none
  Mailboxes& mailboxes_;
};

// Whether a file, there or not yet, is anywhere below a folder.
bool lies_in(const std::string& file, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(file, error), outer = fs::weakly_canonical(folder, error);
  if (error || !fs::is_directory(outer, error)) return false;
  const auto [end, unused] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

}  // namespace

Result<Over> Over::prepare(const Configuration& configuration, const OverOptions& options, std::string verb,
                           std::string policies, std::string task_options) {
  Over out;
  out.options_ = options;
  out.verb_ = std::move(verb);
  out.policies_ = std::move(policies);
  out.task_options_ = std::move(task_options);
  out.limits_ = limits_of(configuration);
  out.now_ = system_clock().now();
  if (!options.at.empty()) {
    auto at = parse_rfc3339(options.at);
    if (!at) return fail(at.error());
    out.now_ = *at;
  }
  if (options.key_file.empty()) {
    out.key_ = draw_key();
  } else {
    auto key = read_key(options.key_file);
    if (!key) return fail(key.error());
    out.key_ = std::move(*key);
  }
  out.pseudonyms_.emplace(out.key_);
  out.jobs_ = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  if (!options.state.empty() &&
      std::find(options.over.begin(), options.over.end(), kStandardInput) != options.over.end()) {
    return fail(ErrorKind::invalid_input, "--state needs mail that can be read again, which standard input cannot");
  }
  if (std::erase(out.options_.over, kStore) > 0) {
    auto held = HeldMails::open(configuration);
    if (!held) return fail(held.error());
    out.held_ = std::move(*held);
  }
  for (const std::string& over : out.options_.over) {
    if (options.state.empty() || !lies_in(options.state, over)) continue;
    return fail(ErrorKind::invalid_input, options.state + ": the state would count as mail of " + over +
                                              "; keep it outside of what is gone over");
  }
  return out;
}

Result<void> Over::run(OverTask& task, extract::ExtractPool& pool) {
  Mailboxes mailboxes(options_.over, Folders::whole_tree);
  Chain messages(held_.get(), mailboxes);
  std::optional<Journal> journal;
  std::uint64_t before = 0;
  if (!options_.state.empty()) {
    JournalHead head{verb_, policies_, messages.fingerprint(), task_options_, key_};
    if (options_.everything) head.options += " --everything";
    if (!options_.at.empty()) head.options += " --at " + options_.at;
    auto opened = Journal::open(options_.state, head, [&](std::string_view line) {
      const auto record = parse_record(line);
      if (!record) return false;
      before++;
      try {
        task.take(*record);
      } catch (const Json::exception&) {
        return false;
      }
      return true;
    });
    if (!opened) return fail(opened.error());
    if (!options_.key_file.empty() && head.key != key_) {
      return fail(ErrorKind::conflict, options_.state + ": is the state of a run with another key");
    }
    pseudonyms_.emplace(head.key);
    journal.emplace(std::move(*opened));
  }
  for (std::uint64_t i = 0; i < before; i++) {
    if (!messages.next()) return fail(ErrorKind::corrupt, options_.state + ": holds more messages than there are");
  }

  Progress progress(options_.progress);
  progress.begin(before, messages.total_bytes());
  Line line(messages, before, kAheadPerJob * jobs_);
  const Looker looker(task, pool, limits_);
  std::vector<std::jthread> threads;
  // Whatever leaves this function: threads that wait for room are told before they are joined.
  struct Stop {
    Line& line;
    ~Stop() { line.stop(std::nullopt); }
  } const stop{line};
  threads.reserve(jobs_);
  for (unsigned i = 0; i < jobs_; i++) threads.emplace_back([&looker, &line] { looker.work(line); });
  bool interrupted = false;
  std::optional<Error> failed;
  for (;;) {
    if (const auto record = line.take()) {
      if (journal) {
        if (auto ok = journal->append(dump(*record)); !ok) {
          failed = ok.error();
          break;
        }
      }
      task.take(*record);
    } else if (line.finished()) {
      break;
    }
    progress.update(line.taken(), line.bytes());
    if (signals_->came()) {
      interrupted = true;
      break;
    }
  }
  line.stop(std::nullopt);
  threads.clear();
  if (!failed) failed = line.failed();
  const std::string so_far = "after " + std::to_string(line.taken()) + " messages; ";
  const std::string rest = options_.state.empty() ? "with --state FILE the next run would have gone on from there"
                                                  : "the same command goes on from there";
  if (interrupted) return fail(ErrorKind::unavailable, "interrupted " + so_far + rest);
  if (failed) return fail(failed->kind, failed->message + "; stopped " + so_far + rest);
  return {};
}

Result<std::shared_ptr<const Blob>> Over::read_again(const MailPlace& place) const {
  return place.in_store ? held_->read_again(place.file) : Mailboxes::read_again(place);
}

void add_over_options(CLI::App& command, OverOptions& options) {
  command
      .add_option("--over", options.over,
                  "mail to go over: mbox, Maildir, folder of mails, mail, or `store`: what is held; several times")
      ->required()
      ->allow_extra_args(false);
  command.add_option("--state", options.state, "keep what is done in this file, and go on where it ends");
  command.add_option("--key-file", options.key_file, "file of 32 bytes or more: the same pseudonyms in each run");
  command.add_option("--at", options.at, "judge as of this time, such as 2027-02-01T07:00:00+00:00");
  command.add_option("--jobs", options.jobs, "messages at a time (default: one a processor)")
      ->check(CLI::Range(1U, kMostJobs));
  command.add_flag("--everything", options.everything, "look also at mail that the gate would let pass unseen");
  command.add_flag("--progress", options.progress, "tell how far it is, also without a terminal");
}

}  // namespace postern::cli
