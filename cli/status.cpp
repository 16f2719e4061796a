// postern status: what waits in the store.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/store_access.h"

namespace postern::cli {

namespace {

int run(const Program& program, const std::string& format) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  auto access = open_store(*configuration);
  if (!access) return cannot_run(access.error().message);
  store::StoreCounts counts;
  auto asked = access->store->read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.counts();
    if (!found) return fail(found.error());
    counts = *found;
    return {};
  });
  if (!asked) return cannot_run(asked.error().message);
  if (format == "json") {
    nlohmann::ordered_json out;
    out["incidents"] = counts.incidents;
    out["holds_open"] = counts.holds_open;
    out["oldest_open_hold"] = counts.oldest_open_hold ? format_rfc3339(*counts.oldest_open_hold) : "";
    out["releases_failed"] = counts.releases_failed;
    out["outbox_pending"] = counts.outbox_pending;
    out["outbox_failed"] = counts.outbox_failed;
    std::cout << out.dump() << "\n";
    return kExitWell;
  }
  std::cout << "incidents recorded   " << counts.incidents << "\n"
            << "messages held        " << counts.holds_open;
  if (counts.oldest_open_hold) std::cout << " (the oldest since " << format_rfc3339(*counts.oldest_open_hold) << ")";
  std::cout << "\nreleases failed      " << counts.releases_failed << "\nto be sent           " << counts.outbox_pending
            << "\n"
            << "could not be sent    " << counts.outbox_failed << "\n";
  return kExitWell;
}

}  // namespace

void add_status(CLI::App& app, Program& program) {
  auto format = std::make_shared<std::string>("text");
  CLI::App* status = app.add_subcommand("status", "what waits in the store");
  status->add_option("--format", *format, "text or json")->check(CLI::IsMember({"text", "json"}));
  status->callback([&program, format] { program.exit = run(program, *format); });
}

}  // namespace postern::cli
