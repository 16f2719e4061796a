#include "milter/daemon.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "milter/health.h"
#include "milter/policy_source.h"
#include "milter/server.h"
#include "milter/status_page.h"
#include "pipeline/assess.h"
#include "pipeline/gate.h"
#include "response/courier.h"
#include "response/smtp_client.h"

namespace postern::milter {

namespace {

response::Retention retention(const policy::Model& model) {
  // Contacts that no rule asks for are not kept.
  const auto contacts = model.asks_for_contacts() ? model.privacy.retain_contacts : std::chrono::milliseconds(0);
  return {model.privacy.retain_held, contacts};
}

// What a judge may take past the deadline of a message to commit and answer on a busy machine.
constexpr std::chrono::seconds kAnswerMargin{15};

// The main thread looks at the loops every 2 s; loading a policy keeps it longer.
constexpr std::chrono::seconds kLongestSilence{60};
constexpr std::string_view kSqliteUrl = "sqlite://";
constexpr std::string_view kJson = "application/json";

// Readers beside those of extract.workers that never read a document, so that text mail need not wait for one to be
// read: documents still have all that are configured.
constexpr unsigned kLightReaders = 1;

// What a reload replaces as one: the judge and the writer of notices speak of the same policy.
struct Current {
  std::shared_ptr<pipeline::Gate> gate;
  std::shared_ptr<const response::NoticeWriter> notices;
};

unsigned processors() {
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<void> make_spool(const std::string& dir) {
  std::error_code failed;
  if (!std::filesystem::is_directory(dir, failed)) {
    if (::mkdir(dir.c_str(), 0700) != 0)
      return fail(ErrorKind::permission, "cannot make " + dir + ": " + errno_text(errno));
  }
  if (::access(dir.c_str(), W_OK | X_OK) != 0) {
    return fail(ErrorKind::permission, "cannot write in " + dir + " (gate.spool_dir): " + errno_text(errno));
  }
  return {};
}

// Held as long as the gate runs. The couriers of two gates on one SQLite store would each take the other's rows for
// those of a dead one, and send everything twice. Not the database itself: closing it would drop SQLite's own locks.
Result<UniqueFd> claim_store(const std::string& url) {
  if (!url.starts_with(kSqliteUrl)) return UniqueFd();
  const std::string path = url.substr(kSqliteUrl.size()) + ".lock";
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) {
    const bool refused = errno == EACCES || errno == EPERM || errno == ELOOP;
    return fail(refused ? ErrorKind::permission : ErrorKind::unavailable,
                "cannot open " + path + ": " + errno_text(errno));
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return fail(ErrorKind::conflict, "another gate runs on the store (it holds " + path + ")");
  return fail(ErrorKind::unavailable, "cannot lock " + path + ": " + errno_text(errno));
}

Result<mode_t> parse_mode_bits(const std::string& text) {
  char* end = nullptr;
  const unsigned long mode = std::strtoul(text.c_str(), &end, 8);
  if (text.empty() || *end != '\0' || mode > 0777) {
    return fail(ErrorKind::invalid_input, "milter.socket_mode: '" + text + "' is not an octal file mode such as 0660");
  }
  return mode_t(mode);
}

// "Mail Gate <postern@example.com>" or an address alone.
Result<std::pair<std::string, Address>> parse_mailbox(const std::string& text) {
  const size_t open = text.find('<');
  std::string name = open == std::string::npos ? "" : text.substr(0, open);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  const auto address = parse_address(open == std::string::npos ? text : text.substr(open));
  if (!address || address->domain.empty()) {
    return fail(ErrorKind::invalid_input,
                "notice.from: '" + text + "' is not a mailbox such as Mail Gate <postern@example.com>");
  }
  return std::pair(std::move(name), *address);
}

// The gate takes this field away from every message: it must be none that a message needs.
Result<std::string> parse_relay_field(const std::string& text) {
  const bool proper = text.size() > 2 && text.size() <= 100 && (text.starts_with("X-") || text.starts_with("x-")) &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
  if (!proper) {
    return fail(ErrorKind::invalid_input,
                "gate.relay_field: '" + text + "' is not the name of a header field that begins with X-");
  }
  return text;
}

Result<std::unique_ptr<response::SmtpClient>> make_mailer(const Configuration& configuration, std::string_view key) {
  response::SmtpOptions options;
  auto server = response::SmtpEndpoint::parse(configuration.text(key));
  if (!server) return fail_while(key, server.error());
  options.server = std::move(*server);
  options.helo_name = configuration.text("notice.hello");
  return std::make_unique<response::SmtpClient>(std::move(options));
}

}  // namespace

struct Daemon::Parts {
  explicit Parts(Configuration c) : configuration(std::move(c)) {}
  // The store outlives the courier, and its writer may be about to wake it.
  ~Parts() {
    if (store) store->on_outbox(nullptr);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Result<void> start_readers();
  Result<void> open_store();
  Result<void> start_courier();
  Result<std::vector<Listener>> open_listeners();
  Result<void> start_server(std::vector<Listener> passed_in);
  Result<void> start_page();
  Result<Current> make_current(const std::shared_ptr<const policy::Policy>& policy);
  Result<void> load();
  Result<void> replace_policy();
  // Whether all loops have turned since the last call; for the main thread.
  void look_at_loops();
  std::vector<Check> check_liveness() const;
  MetricSources metric_sources();

  Current current() {
    const std::lock_guard lock(mutex);
    return current_;
  }

  const Configuration configuration;
  pipeline::GateSettings settings;
  pipeline::GateCounters counters;
  std::unique_ptr<extract::ExtractPool> pool;
  UniqueFd store_claim;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<response::Quarantine> quarantine;
  std::unique_ptr<response::SmtpClient> notice_mailer;
  std::unique_ptr<response::SmtpClient> release_mailer;
  store::SecretKey cache_key{};
  std::unique_ptr<PolicySource> policies;
  std::mutex mutex;
  Current current_;
  PolicyState policy_state;  // under the mutex
  std::unique_ptr<response::Courier> courier;
  std::unique_ptr<Server> server;
  const SteadyTime started_at = system_clock().steady();
  std::atomic<bool> loops_turn{true};
  std::atomic<SteadyTime::duration> looked_at{started_at.time_since_epoch()};
  std::atomic<bool> loading{false};
  size_t readers = 0;  // as many as the pool keeps
  std::unique_ptr<StatusPage> page;
};

Result<void> Daemon::Parts::start_readers() {
  extract::PoolOptions options;
  options.worker_path = configuration.text("extract.worker");
  options.workers = unsigned(configuration.integer("extract.workers"));
  if (options.workers == 0) options.workers = std::max(2U, processors());
  options.workers += kLightReaders;
  readers = options.workers;
  options.queue = std::make_shared<extract::LightFirst>(kLightReaders);
  options.recycle_after = unsigned(configuration.integer("extract.recycle_after"));
  options.worker_memory = configuration.size("extract.worker_memory");
  if (configuration.boolean("extract.ocr")) options.ocr_languages = configuration.text("extract.ocr_languages");
  auto started = extract::ExtractPool::start(std::move(options));
  if (!started) return fail(started.error());
  pool = std::move(*started);
  return {};
}

Result<void> Daemon::Parts::open_store() {
  auto keys = store::KeyRing::load(configuration.text("store.key_file"));
  if (!keys) return fail(keys.error().kind, keys.error().message + "; make a key once with: postern setup keys");
  cache_key = (*keys)->key(store::KeyUse::policy_cache);
  store::StoreOptions options;
  options.url = configuration.text("store.url");
  auto opened = store::Store::open(options, std::move(*keys));
  if (!opened) return fail_while("open the store", opened.error());
  store = std::move(*opened);
  quarantine = std::make_unique<response::Quarantine>(*store, system_clock(), configuration.text("gate.spool_dir"));
  return {};
}

Result<Current> Daemon::Parts::make_current(const std::shared_ptr<const policy::Policy>& policy) {
  Current out;
  response::NoticeSettings notice;
  auto from = parse_mailbox(configuration.text("notice.from"));
  if (!from) return fail(from.error());
  notice.organisation = policy->model().organisation.name;
  notice.from_name = from->first;
  notice.from = from->second;
  notice.time_zone = configuration.text("notice.time_zone");
  const std::string& contact = configuration.text("notice.contact");
  if (auto address = parse_address(contact); address && !address->domain.empty()) {
    notice.liaison = *address;
  } else {
    notice.contact_page = contact;
  }
  notice.lessons_page = configuration.text("notice.lessons");
  notice.is_internal = [policy](const Address& address) { return policy->destinations().is_internal(address); };
  if (!notice.is_internal(notice.from)) {
    log_warning("notice.from: " + notice.from.to_string() +
                " is not an address of the organisation; people take such notices for phishing");
  }
  auto templates = response::NoticeTemplates::load(configuration.text("notice.templates_dir"),
                                                   configuration.text("policy.dir") + "/notices");
  if (!templates) return fail(templates.error());
  pipeline::PeopleFiles files;
  files.login_map = configuration.text("gate.login_map");
  files.sender_logins = configuration.text("gate.sender_logins");
  files.system_owners = configuration.text("gate.system_owners");
  files.login_domain = configuration.text("gate.login_domain");
  if (files.login_domain.empty()) files.login_domain = pipeline::organisation_domain(*policy);
  auto people = pipeline::People::load(files);
  if (!people) return fail(people.error());
  pipeline::GateSettings of_gate = settings;
  of_gate.identity.people = std::move(*people);
  out.gate = std::make_shared<pipeline::Gate>(
      policy, pipeline::GateServices{*pool, *store, system_clock(), system_entropy(), counters}, std::move(of_gate));
  if (notice.liaison.is_null()) notice.liaison = out.gate->first_reviewer();
  out.notices = std::make_shared<const response::NoticeWriter>(std::move(notice), std::move(*templates));
  return out;
}

Result<void> Daemon::Parts::load() {
  loading = true;
  auto done = replace_policy();
  loading = false;
  const std::lock_guard lock(mutex);
  policy_state.last_load = system_clock().now();
  policy_state.last_load_ok = done.has_value();
  return done;
}

Result<void> Daemon::Parts::replace_policy() {
  auto policy = policies->load();
  if (!policy) return fail(policy.error());
  auto made = make_current(*policy);
  if (!made) return fail(made.error());
  const policy::Policy& in_force = made->gate->policy();
  log_info("policy " + in_force.digest().substr(0, 12) + " in force, " + std::to_string(in_force.model().rules.size()) +
           " rules");
  const std::lock_guard lock(mutex);
  policy_state.digest = in_force.digest();
  policy_state.rules = in_force.model().rules.size();
  policy_state.since = system_clock().now();
  current_ = std::move(*made);
  return {};
}

Result<void> Daemon::Parts::start_courier() {
  auto notices = make_mailer(configuration, "notice.smtp");
  if (!notices) return fail(notices.error());
  auto releases = make_mailer(configuration, "release.smtp");
  if (!releases) return fail(releases.error());
  notice_mailer = std::move(*notices);
  release_mailer = std::move(*releases);
  response::CourierOptions options;
  options.domain = configuration.text("notice.hello");
  options.language = configuration.text("notice.language");
  options.token_life = configuration.duration("release.valid");
  options.give_up_release = configuration.duration("release.retry_for");
  courier = std::make_unique<response::Courier>(
      response::CourierServices{*store, *quarantine, [this] { return current().notices; },
                                [this] { return retention(current().gate->policy().model()); },
                                [this] {
                                  const auto gate = current().gate;
                                  gate->refresh_records();
                                  gate->tell_rule_ends();
                                },
                                *notice_mailer, *release_mailer, system_clock(), system_entropy()},
      options);
  store->on_outbox([this] { courier->wake(); });
  return {};
}

Result<std::vector<Listener>> Daemon::Parts::open_listeners() {
  auto mode = parse_mode_bits(configuration.text("milter.socket_mode"));
  if (!mode) return fail(mode.error());
  std::vector<Listener> listeners;
  for (const std::string& text : configuration.list("milter.listen")) {
    auto spec = parse_socket(text);
    if (!spec) return fail_while("milter.listen", spec.error());
    spec->mode = *mode;
    spec->group = configuration.text("milter.socket_group");
    auto listener = Listener::open(*spec);
    if (!listener) return fail_while("milter.listen: " + text, listener.error());
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

Result<void> Daemon::Parts::start_server(std::vector<Listener> passed_in) {
  Result<std::vector<Listener>> listeners = passed_in.empty() ? open_listeners() : std::move(passed_in);
  if (!listeners) return fail(listeners.error());
  auto claimed = claim_store(configuration.text("store.url"));
  if (!claimed) return fail(claimed.error());
  store_claim = std::move(*claimed);
  // Not before the claim: what another gate holds until it lets go would be missing.
  if (auto ok = store->remember_open_holds(); !ok) {
    log_warning("each mail asks the store whether its sender has an open hold: " + ok.error().message);
  }
  for (const Listener& listener : *listeners) log_info("listening on " + listener.name());
  ServerOptions options;
  options.session.spool_dir = configuration.text("gate.spool_dir");
  options.session.max_message_bytes = configuration.size("milter.max_message");
  options.session.max_spool_bytes = std::max(options.session.max_spool_bytes, options.session.max_message_bytes);
  options.session.max_in_flight = size_t(configuration.integer("milter.max_in_flight"));
  options.idle_timeout = configuration.duration("milter.idle_timeout");
  options.progress_interval = configuration.duration("milter.progress_interval");
  // A judge that keeps the message's deadline is not overdue, however long the deadline is.
  options.max_judgement = std::max(options.max_judgement, options.max_wait + settings.deadline + kAnswerMargin);
  if (const auto judges = configuration.integer("milter.judge_threads"); judges > 0) options.judges = size_t(judges);
  options.lanes = readers;
  auto started = Server::start(
      options, std::move(*listeners), [this] { return current().gate; }, system_clock());
  if (!started) return fail_while("serve the milter", started.error());
  server = std::move(*started);
  return {};
}

void Daemon::Parts::look_at_loops() {
  if (server == nullptr) return;
  loops_turn = server->loops_turn();
  looked_at = system_clock().steady().time_since_epoch();
}

std::vector<Check> Daemon::Parts::check_liveness() const {
  const auto silent = system_clock().steady().time_since_epoch() - looked_at.load();
  const bool turns = loops_turn;
  const bool main_turns = loading || silent < kLongestSilence;
  return {{"loops", turns, turns ? "" : "a thread that serves the MTA does not turn"},
          {"main", main_turns, main_turns ? "" : "the main thread does not turn"}};
}

MetricSources Daemon::Parts::metric_sources() {
  std::vector<Disk> disks = {{"spool", configuration.text("gate.spool_dir")}};
  const std::string& url = configuration.text("store.url");
  if (url.starts_with(kSqliteUrl)) {
    disks.push_back({"store", std::filesystem::path(url.substr(kSqliteUrl.size())).parent_path().string()});
  }
  return {server->counters(),
          counters,
          pool->counters(),
          courier->counters(),
          *store,
          system_clock(),
          [this] {
            const std::lock_guard lock(mutex);
            return policy_state;
          },
          std::move(disks),
          POSTERN_VERSION};
}

Result<void> Daemon::Parts::start_page() {
  const std::string& listen = configuration.text("metrics.listen");
  if (listen.empty()) return {};
  HealthNeeds needs;
  needs.least_free = configuration.size("metrics.min_free");
  needs.workers = std::uint64_t(configuration.integer("extract.workers"));
  const auto sources = std::make_shared<const MetricSources>(metric_sources());
  const auto metrics = std::make_shared<const GateMetrics>(*sources);
  const auto judged = [](const std::vector<Check>& checks) {
    return Page{all_ok(checks) ? 200 : 503, std::string(kJson), health_json(checks)};
  };
  StatusPages pages;
  pages.metrics = [metrics] {
    return Page{200, "text/plain; version=0.0.4; charset=utf-8", exposition(metrics->Collect())};
  };
  pages.healthz = [this, judged] { return judged(check_liveness()); };
  pages.readyz = [sources, needs, judged] { return judged(check_readiness(*sources, needs)); };
  pages.status = [sources, needs, this] {
    return Page{200, std::string(kJson), status_json(*sources, check_readiness(*sources, needs), started_at)};
  };
  auto opened = StatusPage::start(listen, std::move(pages));
  if (!opened) return fail_while("metrics.listen", opened.error());
  page = std::move(*opened);
  log_info("metrics and health on " + listen);
  if (!page->on_loopback()) {
    log_warning("metrics.listen: " + listen +
                " can be reached from other machines; the page asks for no login and is not encrypted");
  }
  return {};
}

Result<std::unique_ptr<Daemon>> Daemon::start(Configuration configuration, std::vector<Listener> passed_in,
                                              std::function<bool()> keep_waiting) {
  auto parts = std::make_unique<Parts>(std::move(configuration));
  const Configuration& c = parts->configuration;
  auto inside = Networks::parse(c.list("gate.inside_networks"));
  if (!inside) return fail_while("gate.inside_networks", inside.error());
  parts->settings.identity.inside = std::move(*inside);
  auto relays = Networks::parse(c.list("gate.trusted_relays"));
  if (!relays) return fail_while("gate.trusted_relays", relays.error());
  parts->settings.identity.trusted_relays = std::move(*relays);
  auto field = parse_relay_field(c.text("gate.relay_field"));
  if (!field) return fail(field.error());
  parts->settings.identity.relay_field = std::move(*field);
  parts->settings.limits = limits_of(c);
  parts->settings.deadline = c.duration("gate.deadline");
  parts->settings.on_error = *response::parse_on_error(c.text("gate.on_error"));
  parts->settings.commit.notices_per_rule = std::uint32_t(c.integer("notice.max_per_rule"));
  parts->settings.commit.notices_per_sender = std::uint32_t(c.integer("notice.max_per_sender"));
  parts->settings.commit.reply.lesson_address = c.text("notice.lessons");
  if (parts->settings.on_error == response::OnError::accept) {
    log_warning("gate.on_error is accept: when the gate fails, mail leaves unread (counted as failed_open)");
  }
  if (auto ok = make_spool(c.text("gate.spool_dir")); !ok) return fail(ok.error());
  if (auto ok = parts->start_readers(); !ok) return fail(ok.error());
  if (auto ok = parts->open_store(); !ok) return fail(ok.error());
  parts->policies = std::make_unique<PolicySource>(c, *parts->pool, parts->cache_key, std::move(keep_waiting));
  if (auto ok = parts->load(); !ok) return fail(ok.error());
  if (auto ok = parts->start_courier(); !ok) return fail(ok.error());
  if (auto ok = parts->start_server(std::move(passed_in)); !ok) return fail(ok.error());
  if (auto ok = parts->start_page(); !ok) return fail(ok.error());
  parts->courier->start();
  return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() {
  stop();
}

void Daemon::reload() {
  if (auto ok = parts_->load(); !ok) log_error("the policy stays as it was: " + ok.error().message);
}

void Daemon::reload_if_changed() {
  parts_->look_at_loops();
  if (!parts_->policies->files_changed()) return;
  log_info("files of the policy have changed");
  reload();
}

bool Daemon::alive() {
  return parts_->server != nullptr && parts_->loops_turn;
}

void Daemon::stop() {
  if (!parts_->server) return;
  log_info("stopping: answering what is in flight");
  parts_->server->stop(parts_->configuration.duration("milter.drain_timeout"));
  parts_->page.reset();
  parts_->server.reset();
  parts_->courier->stop();
  log_info("stopped");
}

}  // namespace postern::milter
