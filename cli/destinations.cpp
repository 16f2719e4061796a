// postern destinations explain ADDRESS: which classes an address has, and why.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/policy_source.h"
#include "cli/shown.h"

namespace postern::cli {

namespace {

struct DestinationsOptions {
  std::vector<std::string> addresses;
  std::string from;
  PolicySource policy;
  std::string format = "text";
};

std::string_view word_of(policy::DestinationStatus status) {
  switch (status) {
    case policy::DestinationStatus::live:
      return "live";
    case policy::DestinationStatus::unverified:
      return "unverified";
    case policy::DestinationStatus::dead:
      return "dead";
  }
  return "live";
}

nlohmann::ordered_json to_json(const std::string& address, const policy::Destination& destination) {
  nlohmann::ordered_json out;
  out["address"] = address;
  out["classes"] = nlohmann::ordered_json::array();
  for (const DestinationClass cls : destination.classes) out["classes"].push_back(to_string(cls));
  out["reasons"] = nlohmann::ordered_json::array();
  for (const policy::DestinationReason& reason : destination.reasons) {
    out["reasons"].push_back({{"class", to_string(reason.cls)},
                              {"pattern", reason.pattern},
                              {"origin", reason.origin},
                              {"service", reason.service},
                              {"status", word_of(reason.status)},
                              {"note", reason.note}});
  }
  return out;
}

void print_text(const std::string& address, const policy::Destination& destination) {
  std::cout << shown(address) << ":";
  for (const DestinationClass cls : destination.classes) std::cout << " " << to_string(cls);
  std::cout << "\n";
  for (const policy::DestinationReason& reason : destination.reasons) {
    std::cout << "  " << to_string(reason.cls) << ": " << reason.pattern << " (" << reason.origin << ")";
    if (!reason.service.empty()) std::cout << ", " << reason.service;
    if (reason.status != policy::DestinationStatus::live) std::cout << ", " << word_of(reason.status);
    std::cout << "\n";
    if (!reason.note.empty()) std::cout << "    " << reason.note << "\n";
  }
}

int run(const Program& program, const DestinationsOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const auto policy = load_policy(*configuration, options.policy, options.format);
  if (!policy) return cannot_run("the policy has errors; nothing was explained");
  std::optional<Address> sender;
  if (!options.from.empty()) {
    sender = parse_address(options.from);
    if (!sender) return cannot_run("'" + options.from + "' is not a mail address");
  }
  for (const std::string& text : options.addresses) {
    const auto address = parse_address(text);
    if (!address || address->domain.empty()) return cannot_run("'" + text + "' is not a mail address");
    const policy::Destination destination = policy->destinations().classify(*address, sender ? &*sender : nullptr);
    if (options.format == "json") {
      std::cout << to_json(address->to_string(), destination)
                       .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                << "\n";
    } else {
      print_text(address->to_string(), destination);
    }
  }
  return kExitWell;
}

}  // namespace

void add_destinations(CLI::App& app, Program& program) {
  auto options = std::make_shared<DestinationsOptions>();
  CLI::App* destinations = app.add_subcommand("destinations", "what the policy knows of addresses");
  destinations->require_subcommand(1);
  CLI::App* explain = destinations->add_subcommand("explain", "say which classes an address has, and why");
  explain->add_option("ADDRESS", options->addresses, "mail addresses")->required();
  explain->add_option("--from", options->from, "who sends, for the class `own`");
  explain->add_option("--policy", options->policy.dir, "policy folder (default: policy.dir of the configuration)");
  explain->add_option("--packs", options->policy.packs_dir, "folder of the shipped packs");
  explain->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  explain->callback([&program, options] { program.exit = run(program, *options); });
}

}  // namespace postern::cli
