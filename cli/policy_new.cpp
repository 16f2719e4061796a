// postern policy new DIR: a policy to begin with, without a finding of lint and with tests that pass.
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/policy_verbs.h"
#include "cli/shown.h"
#include "message/address.h"

namespace postern::cli {

namespace {

namespace fs = std::filesystem;

struct NewOptions {
  std::string dir;
  std::string domain = "example.com";
};

struct StarterFile {
  std::string_view name;
  std::string_view text;  // DOMAIN stands for the organisation's
};

constexpr std::array kStarter = {
    StarterFile{"policy.yaml", R"(# yaml-language-server: $schema=/usr/share/postern/schema/policy-v1.json
# Who we are, whom we know, who answers. The reference is docs/policy-language.md.
apiVersion: postern/v1

# Shipped packs by major version; `postern policy packs list` names them.
# use: [trade-secrets@1, financial@1]

organisation:
  name: Example
  domains: [DOMAIN, .DOMAIN]       # 'd' is exactly d, '.d' every subdomain of it

groups:
  ip-office: [ip-office@DOMAIN]    # who reviews and answers for rules

# Added to the shipped catalogue of destinations.
destinations:
  partner: [.supplier.example]

categories:
  trade-secret: {title: Trade secrets}

# Who reviews what is held, by category; '*' is everything else.
liaisons:
  '*': {review: [group:ip-office]}
)"},
    StarterFile{"rules/company.yaml", R"(# yaml-language-server: $schema=/usr/share/postern/schema/rules-v1.json
apiVersion: postern/v1

detectors:
  # One name a line in the file; a phrase is found with any spaces or hyphens between its words.
  - id: codenames
    title: Name of an unannounced project
    primary: {dictionary: dictionaries/codenames.txt, match: phrase}

rules:
  - id: trade-secret.codename
    title: Unannounced project named outside
    category: trade-secret
    severity: high
    owner: group:ip-office
    clause: Confidentiality agreement
    # `audit` records and holds nothing. Set `enforce` once `postern policy backtest` says what it would hold.
    mode: audit
    when:
      recipients: [class:social, class:public-list, class:press, class:competitor, class:personal]
      content: {detector: codenames, in: [subject, body, attachment]}
    then: {action: quarantine, review: [liaison], notify: [sender]}
    # The rule proves itself: `postern policy test` runs these. test@CLASS is an address of a class.
    tests:
      should_match:
        - {name: in the body, to: [test@social], body: 'Project Nightjar ships in May'}
        - {name: written apart, to: [test@personal], body: 'project-nightjar ships in May'}
      should_not_match:
        - {name: to a colleague, to: [test@internal], body: 'Project Nightjar ships in May'}
        - {name: the bird, to: [test@social], body: 'A nightjar sang'}
)"},
    StarterFile{"dictionaries/codenames.txt",
                "# One entry a line; a TAB and a number give it a weight.\nproject nightjar\n"},
    StarterFile{"boilerplate/disclaimer.txt",
                "This message is intended only for the person it is addressed to. If you received it by mistake,\n"
                "please tell the sender and delete it.\n"},
};

std::string filled(std::string_view text, const std::string& domain) {
  constexpr std::string_view kDomain = "DOMAIN";
  std::string out;
  for (size_t at = text.find(kDomain); at != std::string_view::npos; at = text.find(kDomain)) {
    out += std::string(text.substr(0, at)) + domain;
    text.remove_prefix(at + kDomain.size());
  }
  return out + std::string(text);
}

int run_new(const NewOptions& options) {
  const auto domain = normal_domain(options.domain);
  if (!domain) return cannot_run("'" + options.domain + "' is no domain");
  std::error_code failed;
  if (fs::exists(options.dir, failed) &&
      !(fs::is_directory(options.dir, failed) && fs::is_empty(options.dir, failed))) {
    return cannot_run(options.dir + ": is there already");
  }
  for (const StarterFile& file : kStarter) {
    const fs::path path = fs::path(options.dir) / file.name;
    fs::create_directories(path.parent_path(), failed);
    std::ofstream out(path, std::ios::binary);
    out << filled(file.text, *domain);
    out.close();
    if (!out) return cannot_run(path.string() + ": cannot be written");
  }
  std::cout << "made " << shown(options.dir) << "; next: postern policy lint " << shown(options.dir)
            << ", postern policy test " << shown(options.dir) << "\n";
  return kExitWell;
}

}  // namespace

void add_policy_new(CLI::App& group, Program& program) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* starter = group.add_subcommand("new", "make a policy to begin with");
  starter->add_option("DIR", options->dir, "folder that is not there yet, or empty")->required();
  starter->add_option("--domain", options->domain, "the organisation's domain (default: example.com)");
  starter->callback([&program, options] { program.exit = run_new(*options); });
}

}  // namespace postern::cli
