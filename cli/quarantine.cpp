// postern quarantine list|show|release|reject: held messages.
#include "response/quarantine.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/shown.h"
#include "cli/store_access.h"
#include "message/address.h"
#include "response/approvals.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

struct QuarantineOptions {
  std::vector<std::string> references;
  std::string state = "open";
  std::string sender;
  std::string note;
  std::string as;  // of whom a release is the approval
  std::string format = "text";
  std::uint32_t limit = 100;
};

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// What the store kept as JSON; null when it is damaged, so that the line stays JSON.
Json stored_json(const std::string& text) {
  Json out = Json::parse(text, nullptr, false);
  return out.is_discarded() ? Json() : out;
}

Json recipients_json(const std::vector<store::IncidentRecipient>& recipients) {
  Json out = Json::array();
  for (const store::IncidentRecipient& recipient : recipients) {
    Json row;
    row["address"] = recipient.address.empty() ? recipient.raw : recipient.address;
    row["action"] = to_string(recipient.action);
    row["state"] = store::to_string(recipient.state);
    if (!recipient.reply.empty()) row["reply"] = recipient.reply;
    out.push_back(std::move(row));
  }
  return out;
}

Json hold_json(const store::Hold& hold, Action action, const std::vector<store::IncidentRecipient>& recipients) {
  Json out;
  out["reference"] = hold.incident;
  out["state"] = store::to_string(hold.state);
  out["sender"] = hold.sender;
  out["action"] = to_string(action);
  out["reason"] = hold.reason;
  out["created"] = format_rfc3339(hold.created);
  out["expires"] = format_rfc3339(hold.expires);
  out["size"] = hold.message_size;
  out["release_requested"] = hold.release_requested.has_value();
  if (!hold.release_error.empty()) out["release_error"] = hold.release_error;
  if (hold.erased) out["erased"] = format_rfc3339(*hold.erased);
  out["recipients"] = recipients_json(recipients);
  return out;
}

void print_recipients(const std::vector<store::IncidentRecipient>& recipients) {
  for (const store::IncidentRecipient& recipient : recipients) {
    std::cout << "  to " << shown(recipient.address.empty() ? recipient.raw : recipient.address) << ": "
              << store::to_string(recipient.state);
    if (!recipient.reply.empty()) std::cout << " (" << shown(recipient.reply) << ")";
    std::cout << "\n";
  }
}

Json approvals_json(const response::HeldMessage& held) {
  const response::MetNeeds met = response::met_needs(held.needs, held.approvals);
  Json out = Json::array();
  for (size_t i = 0; i < held.needs.size(); ++i) {
    const response::ApprovalNeed& need = held.needs[i];
    Json row = {{"role", need.role}, {"of", need.of}, {"people", need.people}, {"deputies", need.deputies}};
    row["by"] = met[i] ? Json(held.approvals[*met[i]].person) : Json();
    row["time"] = met[i] ? Json(format_rfc3339(held.approvals[*met[i]].time)) : Json();
    out.push_back(std::move(row));
  }
  return out;
}

void print_approvals(const response::HeldMessage& held) {
  const response::MetNeeds met = response::met_needs(held.needs, held.approvals);
  for (size_t i = 0; i < held.needs.size(); ++i) {
    std::cout << "  approval of the " << shown(response::describe(held.needs[i])) << ": ";
    if (met[i]) {
      const store::Approval& by = held.approvals[*met[i]];
      std::cout << shown(by.person) << ", " << format_rfc3339(by.time) << "\n";
    } else {
      std::cout << "missing\n";
    }
  }
}

// Who goes without the attachment.
std::vector<std::string> without(const response::HeldMessage& held, size_t taken) {
  std::vector<std::string> out;
  const std::vector<response::RecipientPlan>& plans = held.plan.recipients;
  for (size_t i = 0; i < plans.size() && i < held.incident.recipients.size(); ++i) {
    const std::vector<size_t>& indices = plans[i].taken;
    if (std::find(indices.begin(), indices.end(), taken) == indices.end()) continue;
    const store::IncidentRecipient& recipient = held.incident.recipients[i];
    out.push_back(recipient.address.empty() ? recipient.raw : recipient.address);
  }
  return out;
}

Json taken_json(const response::HeldMessage& held) {
  Json out = Json::array();
  for (size_t i = 0; i < held.plan.taken.size(); ++i) {
    const response::TakenOff& taken = held.plan.taken[i];
    out.push_back({{"part", taken.part.to_string()},
                   {"name", taken.name},
                   {"sha256", taken.sha256},
                   {"recipients", without(held, i)}});
  }
  return out;
}

void print_taken(const response::HeldMessage& held) {
  for (size_t i = 0; i < held.plan.taken.size(); ++i) {
    std::cout << "  without the attachment " << shown_part(held.plan.taken[i].part, held.plan.taken[i].name) << ":";
    for (const std::string& address : without(held, i)) std::cout << " " << shown(address);
    std::cout << "\n";
  }
}

void print_hold(const store::Hold& hold) {
  std::cout << hold.incident << "  " << store::to_string(hold.state) << "  " << format_rfc3339(hold.created) << "  "
            << (hold.sender.empty() ? "<>" : shown(hold.sender)) << "  " << hold.message_size << " bytes\n  "
            << shown(hold.reason) << "\n";
  if (hold.state == store::HoldState::open) {
    if (hold.release_requested) std::cout << "  its release is on its way\n";
    if (!hold.release_error.empty()) std::cout << "  its release failed: " << shown(hold.release_error) << "\n";
  }
  if (hold.erased) std::cout << "  the message was erased on " << format_rfc3339(*hold.erased) << "\n";
}

class Verbs {
 public:
  Verbs(StoreAccess access, const QuarantineOptions& options)
      : access_(std::move(access)), options_(options), quarantine_(*access_.store, system_clock(), access_.spool_dir) {}

  int list() {
    store::HoldFilter filter;
    filter.state = options_.state == "any" ? std::nullopt : store::parse_hold_state(options_.state);
    filter.sender = options_.sender;
    filter.limit = options_.limit;
    const auto holds = quarantine_.list(filter);
    if (!holds) return cannot_run(holds.error().message);
    for (const store::HoldSummary& row : *holds) {
      if (options_.format == "json") {
        std::cout << line(hold_json(row.hold, row.action, row.recipients));
      } else {
        print_hold(row.hold);
        print_recipients(row.recipients);
      }
    }
    if (holds->empty() && options_.format == "text") std::cout << "nothing is held\n";
    return kExitWell;
  }

  int show(const std::string& reference) {
    const auto held = quarantine_.show(reference);
    if (!held) return report(reference, held.error());
    if (options_.format == "json") {
      Json out = hold_json(held->hold, held->incident.action, held->incident.recipients);
      out["queue_id"] = held->incident.queue_id;
      out["message_id"] = held->incident.message_id;
      out["policy"] = held->incident.policy_digest;
      out["approvals"] = approvals_json(*held);
      out["taken_off"] = taken_json(*held);
      out["findings"] = stored_json(held->incident.findings_json);
      out["unreadable"] = stored_json(held->incident.unreadable_json);
      std::cout << line(out);
      return kExitWell;
    }
    print_hold(held->hold);
    print_recipients(held->incident.recipients);
    print_approvals(*held);
    print_taken(*held);
    for (const Finding& finding : held->findings) {
      std::cout << "  " << finding.rule << ": " << shown(finding.title) << "\n    in "
                << shown_part(finding.part, finding.part_name) << ", " << to_string(finding.place);
      if (!finding.at.empty()) std::cout << " " << shown(finding.at);
      if (!finding.excerpt.empty()) std::cout << ": \"" << shown(finding.excerpt) << "\"";
      std::cout << "\n";
    }
    for (const UnreadablePart& part : held->unreadable) {
      std::cout << "  not read: " << shown_part(part.part, part.name) << ": " << to_string(part.outcome) << ": "
                << shown(part.why) << "\n";
    }
    return kExitWell;
  }

  int release(const std::string& reference) {
    const auto person = approver();
    if (!person) return cannot_run("--as takes an address, not '" + shown(options_.as) + "'");
    const auto done = quarantine_.release(reference, {actor(), *person});
    if (!done) return report(reference, done.error());
    if (done->under_way) {
      std::cout << reference << ": release is on its way; the gate hands the mail to its submission host\n";
      return kExitWell;
    }
    std::cout << reference << ": approved; it waits for\n";
    for (const response::ApprovalNeed& need : done->waiting) {
      std::cout << "  " << shown(response::describe(need)) << "\n";
    }
    return kExitWell;
  }

  int reject(const std::string& reference) {
    const auto done = quarantine_.reject(reference, actor(), options_.note);
    if (!done) return report(reference, done.error());
    std::cout << reference << ": rejected; the sender is told\n";
    return kExitWell;
  }

 private:
  // The key of --as, "" without it; nothing when it is no address.
  std::optional<std::string> approver() const {
    if (options_.as.empty()) return std::string();
    const auto address = parse_address(options_.as);
    if (!address || address->domain.empty()) return std::nullopt;
    return address->key();
  }

  // A wrong name or state is about what was asked for; a store that cannot be read is not.
  static int report(const std::string& reference, const Error& error) {
    const bool about_it = error.kind == ErrorKind::not_found || error.kind == ErrorKind::conflict;
    std::cerr << "postern: " << shown(reference) << ": " << shown(error.message) << "\n";
    return about_it ? kExitFindings : kExitCannotRun;
  }

  StoreAccess access_;
  const QuarantineOptions& options_;
  response::Quarantine quarantine_;
};

int with_store(const Program& program, const QuarantineOptions& options, const std::function<int(Verbs&)>& act) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  auto access = open_store(*configuration);
  if (!access) return cannot_run(access.error().message);
  Verbs verbs(std::move(*access), options);
  return act(verbs);
}

int for_each(const Program& program, const QuarantineOptions& options, int (Verbs::*verb)(const std::string&)) {
  return with_store(program, options, [&](Verbs& verbs) {
    int exit = kExitWell;
    for (const std::string& reference : options.references) exit = std::max(exit, (verbs.*verb)(reference));
    return exit;
  });
}

}  // namespace

void add_quarantine(CLI::App& app, Program& program) {
  auto options = std::make_shared<QuarantineOptions>();
  CLI::App* quarantine = app.add_subcommand("quarantine", "list, show, release or reject held messages");
  quarantine->require_subcommand(1);

  CLI::App* list = quarantine->add_subcommand("list", "held messages, newest first");
  list->add_option("--state", options->state, "open, released, rejected, expired, withdrawn or any")
      ->check(CLI::IsMember({"open", "released", "rejected", "expired", "withdrawn", "any"}));
  list->add_option("--sender", options->sender, "only of this sender");
  list->add_option("--limit", options->limit, "at most so many")->check(CLI::Range(1, 10'000));
  list->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  list->callback(
      [&program, options] { program.exit = with_store(program, *options, [](Verbs& verbs) { return verbs.list(); }); });

  CLI::App* show = quarantine->add_subcommand("show", "why a message is held; values stay masked");
  show->add_option("REFERENCE", options->references, "PN-XXXXXX")->required();
  show->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  show->callback([&program, options] { program.exit = for_each(program, *options, &Verbs::show); });

  CLI::App* release = quarantine->add_subcommand("release", "let a held message go to its recipients");
  release->add_option("REFERENCE", options->references, "PN-XXXXXX")->required();
  release->add_option("--as", options->as, "the approver for whom this is; left out: an operator's own approval");
  release->callback([&program, options] { program.exit = for_each(program, *options, &Verbs::release); });

  CLI::App* reject = quarantine->add_subcommand("reject", "do not deliver it; the sender is told");
  reject->add_option("REFERENCE", options->references, "PN-XXXXXX")->required();
  reject->add_option("--note", options->note, "a sentence for the record");
  reject->callback([&program, options] { program.exit = for_each(program, *options, &Verbs::reject); });
}

}  // namespace postern::cli
