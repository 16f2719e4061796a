// postern status: what the running gate says of itself, and what waits in the store.
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/shown.h"
#include "cli/store_access.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

// The gate's page may wait 5 s for another writer of the store.
constexpr int kPageSeconds = 10;
constexpr std::streamsize kMaxPage = 1 << 20;

// What the gate's /status says; an error when nobody answers there, or not in that way.
Result<Json> ask_gate(const std::string& listen) {
  try {
    Poco::Net::HTTPClientSession session{Poco::Net::SocketAddress(listen)};
    session.setTimeout(Poco::Timespan(kPageSeconds, 0));
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, "/status", Poco::Net::HTTPMessage::HTTP_1_1);
    request.setHost(listen);
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
    std::string body(size_t(kMaxPage), '\0');
    in.read(body.data(), kMaxPage);
    body.resize(size_t(in.gcount()));
    if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) {
      return fail(ErrorKind::unavailable, "answered " + std::to_string(int(response.getStatus())));
    }
    Json page = Json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (!page.is_object() || !page.contains("checks") || !page.contains("policy")) {
      return fail(ErrorKind::unavailable, "what answers there is no gate of this version");
    }
    return page;
  } catch (const Poco::Exception& e) {
    return fail(ErrorKind::unavailable, e.displayText());
  }
}

std::string word(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return "?";
  return shown(found->is_string() ? found->get<std::string>() : found->dump());
}

void print_gate(const Json& gate) {
  const Json& policy = gate["policy"];
  std::cout << "gate                 " << word(gate, "version") << ", up " << word(gate, "uptime_s") << " s, "
            << (gate.value("ready", false) ? "ready" : "NOT READY") << "\n";
  for (const Json& check : gate["checks"]) {
    if (!check.value("ok", false)) std::cout << "  " << word(check, "name") << ": " << word(check, "why") << "\n";
  }
  std::cout << "policy               " << word(policy, "digest").substr(0, 12) << ", " << word(policy, "rules")
            << " rules, since " << word(policy, "since");
  if (!policy.value("last_load_ok", true)) {
    std::cout << "\n  the last one that was tried (" << word(policy, "last_load")
              << ") was refused; the log says why, and so does: postern policy lint";
  }
  std::cout << "\nmessages             ";
  if (const auto messages = gate.find("messages"); messages != gate.end() && messages->is_object()) {
    bool first = true;
    for (const auto& [verdict, count] : messages->items()) {
      std::cout << (first ? "" : ", ") << shown(verdict) << " " << shown(count.dump());
      first = false;
    }
  }
  std::cout << "\ndelivered unread     " << word(gate, "failed_open") << "\nin flight            "
            << word(gate, "in_flight") << " messages, " << word(gate, "connections") << " connections\n";
}

Result<store::StoreCounts> ask_store(const Configuration& configuration) {
  auto access = open_store(configuration);
  if (!access) return fail(access.error());
  store::StoreCounts counts;
  auto asked = access->store->read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.counts();
    if (!found) return fail(found.error());
    counts = *found;
    return {};
  });
  if (!asked) return fail(asked.error());
  return counts;
}

void print_store(const store::StoreCounts& counts) {
  std::cout << "incidents recorded   " << counts.incidents << "\n"
            << "messages held        " << counts.holds_open;
  if (counts.oldest_open_hold) std::cout << " (the oldest since " << format_rfc3339(*counts.oldest_open_hold) << ")";
  std::cout << "\nreleases failed      " << counts.releases_failed << "\nto be sent           " << counts.outbox_pending
            << "\n"
            << "could not be sent    " << counts.outbox_failed << "\n";
}

Json as_json(const std::optional<Result<Json>>& gate, const Result<store::StoreCounts>& counts) {
  Json out;
  if (counts) {
    out["incidents"] = counts->incidents;
    out["holds_open"] = counts->holds_open;
    out["oldest_open_hold"] = counts->oldest_open_hold ? format_rfc3339(*counts->oldest_open_hold) : "";
    out["releases_failed"] = counts->releases_failed;
    out["outbox_pending"] = counts->outbox_pending;
    out["outbox_failed"] = counts->outbox_failed;
  } else {
    out["store_error"] = counts.error().message;
  }
  // null: metrics.listen is not set; {"error"}: nobody answers there.
  if (!gate) {
    out["gate"] = nullptr;
  } else {
    out["gate"] = *gate ? **gate : Json{{"error", gate->error().message}};
  }
  return out;
}

int run(const Program& program, const std::string& format) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const std::string& listen = configuration->text("metrics.listen");
  std::optional<Result<Json>> gate;
  if (!listen.empty()) gate = ask_gate(listen);
  // What the gate says of itself is wanted most when the store is in trouble.
  const auto counts = ask_store(*configuration);
  if (format == "json") {
    std::cout << as_json(gate, counts).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    if (!gate) {
      std::cout << "gate                 not asked: metrics.listen is not set\n";
    } else if (!*gate) {
      std::cout << "gate                 DOES NOT ANSWER at " << listen << ": " << shown(gate->error().message) << "\n";
    } else {
      print_gate(**gate);
    }
    if (counts) print_store(*counts);
  }
  if (!counts) return cannot_run(counts.error().message);
  return !gate || (*gate && (**gate).value("ready", false)) ? kExitWell : kExitFindings;
}

}  // namespace

void add_status(CLI::App& app, Program& program) {
  auto format = std::make_shared<std::string>("text");
  CLI::App* status = app.add_subcommand("status", "how the gate is, and what waits in the store");
  status->add_option("--format", *format, "text or json")->check(CLI::IsMember({"text", "json"}));
  status->callback([&program, format] { program.exit = run(program, *format); });
}

}  // namespace postern::cli
