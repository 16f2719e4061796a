#include <limits>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "base/unique_fd.h"
#include "milter/health.h"
#include "milter/metrics.h"
#include "milter/status_page.h"
#include "tests/store/temp_store.h"

namespace postern::milter {
namespace {

// ---- metrics

class StatusTest : public ::testing::Test {
 protected:
  MetricSources sources() {
    return {front_,
            gate_,
            readers_,
            courier_,
            *store_,
            clock_,
            [this] { return policy_; },
            {{"spool", "/tmp"}, {"store", "/nonexistent/here"}},
            "1.2.3"};
  }
  std::string metrics() { return exposition(GateMetrics(sources()).Collect()); }

  Counters front_;
  pipeline::GateCounters gate_;
  extract::PoolCounters readers_;
  response::CourierCounters courier_;
  test::TempStore store_{{.url = "", .busy_timeout = std::chrono::milliseconds(10)}};
  ManualClock clock_{WallTime(std::chrono::hours(24 * 365 * 57))};
  PolicyState policy_{"ab12", 7, clock_.now(), true, clock_.now()};
};

// The text format 0.0.4, read strictly: every family has HELP and TYPE before its samples and stands once, names and
// labels are well-formed, no sample stands twice, histograms add up. Gives the samples.
std::map<std::string, double> parse_exposition(const std::string& text) {
  static const std::regex kHelp("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^\\n]+)");
  static const std::regex kType("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
  static const std::regex kSample(
      "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)+\\})? "
      "([-+0-9.eE]+|\\+Inf|NaN)");
  std::map<std::string, double> out;
  std::set<std::string> families;
  std::string family, type, series;
  double before = 0;
  std::istringstream lines(text);
  EXPECT_TRUE(text.ends_with('\n'));
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kHelp)) {
      family = match[1];
      type.clear();
      EXPECT_TRUE(families.insert(family).second) << family << " stands twice";
    } else if (std::regex_match(line, match, kType)) {
      EXPECT_EQ(match[1], family) << line;
      type = match[2];
      EXPECT_TRUE(type != "counter" || family.ends_with("_total")) << family;
    } else if (std::regex_match(line, match, kSample)) {
      const std::string name = match[1];
      EXPECT_FALSE(type.empty()) << "no TYPE before " << line;
      const bool part =
          type == "histogram" && (name == family + "_bucket" || name == family + "_sum" || name == family + "_count");
      EXPECT_TRUE(part || (type != "histogram" && name == family)) << line << " in " << family;
      const double value = match[3] == "+Inf" ? std::numeric_limits<double>::infinity() : std::stod(match[3]);
      EXPECT_TRUE(out.emplace(name + match[2].str(), value).second) << line << " stands twice";
      if (name == family + "_bucket") {
        const std::string of = std::regex_replace(match[2].str(), std::regex("le=\"[^\"]*\""), "");
        if (of != series) before = 0;
        series = of;
        EXPECT_GE(value, before) << line;
        before = value;
      }
    } else {
      ADD_FAILURE() << "not in the format: " << line;
    }
  }
  return out;
}

TEST_F(StatusTest, TheExpositionIsWellFormedAndSaysWhatWasCounted) {
  gate_.judged[size_t(Action::quarantine)] = 3;
  gate_.passed = 5;
  gate_.failed_open = 2;
  gate_.detections.add({"trade-secret", "high", "enforce"});
  gate_.detections.add({"trade-secret", "high", "enforce"});
  gate_.unread.add({"application/zip", "encrypted", ""});
  gate_.unread.add({"odd\"\\\nname", "limit", ""});
  gate_.message.observe(std::chrono::microseconds(400));
  gate_.message.observe(std::chrono::milliseconds(30));
  gate_.message.observe(std::chrono::seconds(60));
  gate_.extract.observe(std::chrono::milliseconds(30));
  front_.tempfail(TempfailReason::busy);
  readers_.live = 2;
  courier_.notices_sent = 4;
  const auto samples = parse_exposition(metrics());
  const auto value = [&](const std::string& name) {
    const auto found = samples.find(name);
    EXPECT_NE(found, samples.end()) << name;
    return found == samples.end() ? -1 : found->second;
  };
  EXPECT_EQ(value("postern_build_info{version=\"1.2.3\"}"), 1);
  EXPECT_EQ(value("postern_messages_total{verdict=\"quarantine\"}"), 3);
  EXPECT_EQ(value("postern_messages_total{verdict=\"passed\"}"), 5);
  EXPECT_EQ(value("postern_messages_total{verdict=\"reject\"}"), 0);
  EXPECT_EQ(value("postern_fail_open_total"), 2);
  EXPECT_EQ(value("postern_detections_total{policy=\"trade-secret\",severity=\"high\",mode=\"enforce\"}"), 2);
  EXPECT_EQ(value("postern_extract_failures_total{format=\"application/zip\",reason=\"encrypted\"}"), 1);
  EXPECT_EQ(value("postern_extract_failures_total{format=\"odd\\\"\\\\\\nname\",reason=\"limit\"}"), 1);
  EXPECT_EQ(value("postern_message_duration_seconds_bucket{le=\"0.00025\"}"), 0);
  EXPECT_EQ(value("postern_message_duration_seconds_bucket{le=\"0.0005\"}"), 1);
  EXPECT_EQ(value("postern_message_duration_seconds_bucket{le=\"30\"}"), 2);
  EXPECT_EQ(value("postern_message_duration_seconds_bucket{le=\"+Inf\"}"), 3);
  EXPECT_EQ(value("postern_message_duration_seconds_count"), 3);
  EXPECT_NEAR(value("postern_message_duration_seconds_sum"), 60.0304, 1e-9);
  EXPECT_EQ(value("postern_stage_duration_seconds_count{stage=\"extract\"}"), 1);
  EXPECT_EQ(value("postern_stage_duration_seconds_count{stage=\"commit\"}"), 0);
  EXPECT_EQ(value("postern_tempfails_total{reason=\"busy\"}"), 1);
  EXPECT_EQ(value("postern_workers"), 2);
  EXPECT_EQ(value("postern_notices_total{result=\"sent\"}"), 4);
  EXPECT_EQ(value("postern_notices_total{result=\"suppressed\"}"), 0);
  EXPECT_EQ(value("postern_review_decisions_total{decision=\"release\"}"), 0);
  EXPECT_EQ(value("postern_review_decisions_total{decision=\"reject\"}"), 0);
  EXPECT_EQ(value("postern_store_up"), 1);
  EXPECT_EQ(value("postern_quarantine_messages{state=\"open\"}"), 0);
  EXPECT_EQ(value("postern_policy_rules"), 7);
  EXPECT_EQ(value("postern_policy_reload_success"), 1);
  EXPECT_GT(value("postern_disk_free_bytes{use=\"spool\"}"), 0);
  EXPECT_EQ(samples.count("postern_disk_free_bytes{use=\"store\"}"), 0U) << "no figure for what cannot be asked";
}

TEST(TallyTest, IsBoundedHoweverManyLabelsAMessageMakes) {
  Tally tally;
  for (size_t i = 0; i < Tally::kMostLabels * 2; i++) tally.add({"type/" + std::to_string(i), "limit", ""});
  const auto counts = tally.snapshot();
  EXPECT_EQ(counts.size(), Tally::kMostLabels + 1);
  std::uint64_t sum = 0;
  for (const auto& [labels, count] : counts) sum += count;
  EXPECT_EQ(sum, Tally::kMostLabels * 2);
  tally.add({"type/0", "limit", ""});
  EXPECT_EQ(tally.snapshot().size(), Tally::kMostLabels + 1) << "known ones go on being counted";
}

// ---- health

TEST_F(StatusTest, ReadinessNamesWhatIsNotThere) {
  readers_.live = 1;
  MetricSources good = sources();
  good.disks.pop_back();
  EXPECT_TRUE(all_ok(check_readiness(good, {1, 2}))) << health_json(check_readiness(good, {1, 2}));

  readers_.live = 0;
  policy_.digest.clear();
  const auto json =
      nlohmann::json::parse(health_json(check_readiness(sources(), {std::numeric_limits<std::uint64_t>::max(), 2})));
  EXPECT_EQ(json["ok"], false);
  std::map<std::string, std::string> why;
  for (const auto& check : json["checks"]) {
    if (!check["ok"].get<bool>()) why[check["name"]] = check["why"];
  }
  EXPECT_EQ(why["policy"], "no policy is in force");
  EXPECT_THAT(why["readers"], ::testing::HasSubstr("no reader of 2 runs"));
  EXPECT_THAT(why["disk-spool"], ::testing::HasSubstr("MiB are free at /tmp, and metrics.min_free is"));
  EXPECT_THAT(why["disk-store"], ::testing::HasSubstr("/nonexistent/here"));
  EXPECT_EQ(why.count("store"), 0U);
}

TEST_F(StatusTest, StatusIsJson) {
  gate_.judged[size_t(Action::allow)] = 9;
  clock_.advance(std::chrono::seconds(61));
  const auto json = nlohmann::json::parse(
      status_json(sources(), {{"store", false, "locked \"by\" another"}}, clock_.steady() - std::chrono::seconds(61)));
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["uptime_s"], 61);
  EXPECT_EQ(json["ready"], false);
  EXPECT_EQ(json["checks"][0]["why"], "locked \"by\" another");
  EXPECT_EQ(json["messages"]["allow"], 9);
  EXPECT_EQ(json["policy"]["rules"], 7);
}

// ---- the page

class PageTest : public ::testing::Test {
 protected:
  void start(std::chrono::milliseconds longest = kLongestConnection) {
    StatusPages pages;
    pages.metrics = [] { return Page{200, "text/plain; version=0.0.4; charset=utf-8", "m 1\n"}; };
    pages.healthz = [] { return Page{200, "application/json", "{}\n"}; };
    pages.readyz = [] { return Page{503, "application/json", "{\"ok\":false}\n"}; };
    pages.status = []() -> Page { throw std::runtime_error("secret detail"); };
    auto started = StatusPage::start("127.0.0.1:0", std::move(pages), longest);
    ASSERT_TRUE(started) << started.error().message;
    page_ = std::move(*started);
  }
  UniqueFd connect() const {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(page_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  static void send(const UniqueFd& fd, const std::string& text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), ssize_t(text.size()));
  }
  // All that comes until the end of the connection.
  static std::string rest(const UniqueFd& fd) {
    std::string out;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;) out.append(buffer, size_t(n));
    return out;
  }
  std::string ask(const std::string& request) const {
    const UniqueFd fd = connect();
    send(fd, request + "\r\nHost: x\r\n\r\n");
    return rest(fd);
  }
  std::unique_ptr<StatusPage> page_;
};

TEST_F(PageTest, GivesEachPageAndNothingElse) {
  start();
  EXPECT_TRUE(page_->on_loopback());
  struct Case {
    const char* request;
    const char* first_line;
    const char* body;
  };
  for (const Case& c :
       {Case{"GET /metrics HTTP/1.1", "HTTP/1.1 200 OK", "m 1\n"},
        Case{"GET /metrics?x=y HTTP/1.1", "HTTP/1.1 200 OK", "m 1\n"},
        Case{"GET /healthz HTTP/1.1", "HTTP/1.1 200 OK", "{}\n"},
        Case{"GET /readyz HTTP/1.1", "HTTP/1.1 503 Service Unavailable", "{\"ok\":false}\n"},
        Case{"GET /status HTTP/1.1", "HTTP/1.1 500 Internal Server Error", "the page could not be made\n"},
        Case{"GET / HTTP/1.1", "HTTP/1.1 404 Not Found", "/metrics"},
        Case{"GET /metrics/../etc/passwd HTTP/1.1", "HTTP/1.1 404 Not Found", "/metrics"},
        Case{"POST /metrics HTTP/1.1", "HTTP/1.1 405 Method Not Allowed", "GET only\n"},
        Case{"DELETE /status HTTP/1.1", "HTTP/1.1 405 Method Not Allowed", "GET only\n"}}) {
    const std::string answer = ask(c.request);
    EXPECT_TRUE(answer.starts_with(c.first_line)) << c.request << " -> " << answer;
    EXPECT_THAT(answer.substr(answer.find("\r\n\r\n") + 4), ::testing::HasSubstr(c.body)) << c.request;
    EXPECT_EQ(answer.find("secret detail"), std::string::npos);
  }
  const std::string head = ask("HEAD /metrics HTTP/1.1");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK")) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

TEST_F(PageTest, OneRequestAConnection) {
  start();
  const std::string answers = ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1");
  EXPECT_EQ(answers.find("HTTP/1.1 200"), answers.rfind("HTTP/1.1 200")) << answers;
}

TEST_F(PageTest, AConnectionThatTricklesIsCut) {
  start(std::chrono::milliseconds(50));
  const UniqueFd slow = connect();
  send(slow, "GET /metrics HTTP/1.1\r\nX-");
  EXPECT_EQ(rest(slow).find("200 OK"), std::string::npos);
  EXPECT_TRUE(ask("GET /healthz HTTP/1.1").starts_with("HTTP/1.1 200 OK"));
}

TEST_F(PageTest, SilentConnectionsAreCutAndServedOnesComeThrough) {
  start(std::chrono::milliseconds(50));
  std::vector<UniqueFd> idle;
  for (int i = 0; i < kMostThreads + 4; i++) idle.push_back(connect());
  EXPECT_TRUE(ask("GET /healthz HTTP/1.1").starts_with("HTTP/1.1 200 OK"));
}

TEST_F(PageTest, EndsWithConnectionsOpen) {
  start();
  const UniqueFd open = connect();
  send(open, "GET /metr");
  page_.reset();
  EXPECT_EQ(rest(open).find("200 OK"), std::string::npos);
}

TEST(StatusPageTest, RefusesWhatIsNoAddressAndWhatIsTaken) {
  const auto start = [](const std::string& listen) { return StatusPage::start(listen, {}); };
  for (const char* bad : {"", "9469", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999"}) {
    const auto started = start(bad);
    ASSERT_FALSE(started) << bad;
    EXPECT_EQ(started.error().kind, ErrorKind::invalid_input) << bad;
  }
  const auto first = start("127.0.0.1:0");
  ASSERT_TRUE(first);
  const auto second = start("127.0.0.1:" + std::to_string((*first)->port()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  const auto everywhere = start("0.0.0.0:0");
  ASSERT_TRUE(everywhere);
  EXPECT_FALSE((*everywhere)->on_loopback());
}

}  // namespace
}  // namespace postern::milter
