#include "pipeline/people.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace postern::pipeline {

namespace {

constexpr std::string_view kBlank = " \t\r";
constexpr std::string_view kSeparators = " \t\r,";

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = text.find_first_not_of(kSeparators); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSeparators, end);
  }
  return out;
}

std::optional<Address> mailbox(std::string_view text) {
  auto address = parse_address(text);
  if (!address || address->local.empty() || address->domain.empty()) return std::nullopt;
  return address;
}

}  // namespace

struct People::Entry {
  std::string key;
  std::vector<std::string> values;
  std::string where;  // "/etc/postern/logins:3"

  Error wrong(const std::string& what) const { return {ErrorKind::invalid_input, where + ": " + what}; }
};

std::string mailbox_key(const Address& address) {
  Address plain = address;
  if (const size_t plus = plain.local.find('+'); plus != std::string::npos && plus > 0) plain.local.resize(plus);
  return plain.key();
}

Result<std::vector<People::Entry>> People::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int why = errno;
    return fail(why == EACCES ? ErrorKind::permission : ErrorKind::not_found,
                "cannot read " + path + ": " + errno_text(why));
  }
  std::vector<Entry> out;
  std::string line;
  size_t number = 0;
  size_t bytes = 0;
  while (std::getline(file, line)) {
    number++;
    bytes += line.size() + 1;
    if (bytes > kMaxPeopleFile) return fail(ErrorKind::invalid_input, path + " is larger than 64 MiB");
    const std::string where = path + ":" + std::to_string(number);
    if (line.find('\0') != std::string::npos) return fail(ErrorKind::invalid_input, where + ": not a text file");
    const size_t first = line.find_first_not_of(kBlank);
    if (first == std::string::npos || line[first] == '#') continue;
    std::vector<std::string> words;
    if (first > 0) {
      if (out.empty()) return fail(ErrorKind::invalid_input, where + ": goes on with a line that is not there");
      words = split(line);
      out.back().values.insert(out.back().values.end(), words.begin(), words.end());
      continue;
    }
    const size_t end = std::min(line.find_first_of(kBlank), line.size());
    out.push_back({line.substr(0, end), split(std::string_view(line).substr(end)), where});
  }
  if (file.bad()) return fail(ErrorKind::unavailable, "cannot read " + path);
  for (const Entry& entry : out) {
    if (entry.values.empty()) return fail(entry.wrong("'" + entry.key + "' has no value"));
  }
  return out;
}

Result<void> People::add_login(const Entry& entry) {
  if (entry.key.front() == '@') {
    const std::string& to = entry.values.front();
    const auto domain = to.front() == '@' ? normal_domain(std::string_view(to).substr(1)) : std::nullopt;
    if (!domain || entry.values.size() != 1) return fail(entry.wrong("a realm needs one domain, such as @example.com"));
    if (!realms_.emplace(lowered(entry.key.substr(1)), *domain).second) {
      return fail(entry.wrong("'" + entry.key + "' stands here a second time"));
    }
    return {};
  }
  std::optional<Address> person;
  for (const std::string& value : entry.values) {
    const auto address = mailbox(value);
    if (!address) return fail(entry.wrong("'" + value + "' is not an address"));
    if (!person) {
      person = address;
    } else {
      rights_[mailbox_key(*address)].insert(mailbox_key(*person));
    }
  }
  if (!logins_.emplace(lowered(entry.key), *person).second) {
    return fail(entry.wrong("'" + entry.key + "' stands here a second time"));
  }
  return {};
}

Result<void> People::add_right(const Entry& entry) {
  std::string key;
  if (entry.key.front() == '@') {
    const auto domain = normal_domain(std::string_view(entry.key).substr(1));
    if (!domain) return fail(entry.wrong("'" + entry.key + "' is not a domain"));
    key = "@" + *domain;
  } else {
    const auto address = mailbox(entry.key);
    if (!address) return fail(entry.wrong("'" + entry.key + "' is neither an address nor @domain"));
    key = mailbox_key(*address);
  }
  for (const std::string& login : entry.values) {
    const auto person = person_of(login);
    if (!person) return fail(entry.wrong("nobody is known by the login '" + login + "'; name it in gate.login_map"));
    rights_[key].insert(mailbox_key(*person));
  }
  return {};
}

Result<void> People::add_owners(const Entry& entry) {
  const auto system = mailbox(entry.key);
  if (!system) return fail(entry.wrong("'" + entry.key + "' is not an address"));
  std::vector<Address>& owners = owners_[mailbox_key(*system)];
  for (const std::string& value : entry.values) {
    const auto owner = mailbox(value);
    if (!owner) return fail(entry.wrong("'" + value + "' is not an address"));
    owners.push_back(*owner);
  }
  return {};
}

Result<std::shared_ptr<const People>> People::load(const PeopleFiles& files) {
  auto out = std::make_shared<People>();
  out->login_domain_ = files.login_domain;
  struct Step {
    const std::string& path;
    std::string_view option;
    Result<void> (People::*add)(const Entry&);
  };
  // Logins first: rights are given to logins.
  for (const Step& step : {Step{files.login_map, "gate.login_map", &People::add_login},
                           Step{files.sender_logins, "gate.sender_logins", &People::add_right},
                           Step{files.system_owners, "gate.system_owners", &People::add_owners}}) {
    if (step.path.empty()) continue;
    auto entries = read(step.path);
    if (!entries) return fail_while(step.option, entries.error());
    for (const Entry& entry : *entries) {
      if (auto ok = (out.get()->*step.add)(entry); !ok) return fail_while(step.option, ok.error());
    }
  }
  return out;
}

std::optional<Address> People::person_of(std::string_view login) const {
  if (const auto known = logins_.find(lowered(login)); known != logins_.end()) return known->second;
  if (login.empty() || login.front() == '<' || login.front() == '@' ||
      login.find_first_of(" \t\\/:") != std::string_view::npos) {
    return std::nullopt;
  }
  const size_t at = login.rfind('@');
  if (at != std::string_view::npos) {
    if (const auto realm = realms_.find(lowered(login.substr(at + 1))); realm != realms_.end()) {
      return Address{std::string(login.substr(0, at)), realm->second};
    }
    return mailbox(login);
  }
  if (login_domain_.empty()) return std::nullopt;
  return mailbox(std::string(login) + "@" + login_domain_);
}

bool People::may_act(const Address& person, const Address& mailbox) const {
  const std::string who = mailbox_key(person);
  const std::string as = mailbox_key(mailbox);
  if (who == as) return true;
  for (const std::string& key : {as, "@" + mailbox.domain}) {
    const auto right = rights_.find(key);
    if (right != rights_.end() && right->second.contains(who)) return true;
  }
  return false;
}

const std::vector<Address>* People::owners_of(const Address& system) const {
  const auto found = owners_.find(mailbox_key(system));
  return found == owners_.end() ? nullptr : &found->second;
}

}  // namespace postern::pipeline
