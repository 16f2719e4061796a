// People: whose login, mailbox and system is whose.
//
// Three files of the configuration, in the form of Postfix's texthash tables: a
// key, white space, values separated by white space or commas; a line that begins
// with white space goes on with the one before; '#' begins a comment line.
//
//   gate.login_map      LOGIN    ADDRESS [own address ...]   the person behind a login, and what else is their own
//                       @REALM   @DOMAIN                     all logins of a realm: the same name at that domain
//   gate.sender_logins  MAILBOX  LOGIN [...]                 who may write as a mailbox (shared mailbox, delegate);
//                       @DOMAIN  LOGIN [...]                 or as every address of a domain
//   gate.system_owners  MAILBOX  ADDRESS [...]               who answers for what an automatic sender does
//
// gate.sender_logins is what smtpd_sender_login_maps(5) reads: both may name the same file. Keys are
// compared in lower case; an extension ("anna+news") counts as its mailbox (RFC 5233).
//
// Immutable after loading; safe from several threads. Errors name file and line.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/address.h"

namespace postern::pipeline {

// One file; a company of 100,000 people has 10 MB.
inline constexpr size_t kMaxPeopleFile = 64 << 20;

struct PeopleFiles {
  std::string login_map;  // paths; empty: none
  std::string sender_logins;
  std::string system_owners;
  std::string login_domain;  // of logins without one that no file names
};

class People {
 public:
  // Nobody has a right to anything but their own mailbox.
  People() = default;

  // `invalid_input` for a line that cannot be read, `not_found` and `permission` for a file that cannot.
  static Result<std::shared_ptr<const People>> load(const PeopleFiles& files);

  // Nothing when the login is neither in the map nor a mailbox ("CORP\anna").
  std::optional<Address> person_of(std::string_view login) const;

  // True for one's own mailbox and the addresses that the login map gives, and where gate.sender_logins says so.
  bool may_act(const Address& person, const Address& mailbox) const;

  // Null when nobody is named.
  const std::vector<Address>* owners_of(const Address& system) const;

 private:
  struct Entry;
  static Result<std::vector<Entry>> read(const std::string& path);
  Result<void> add_login(const Entry& entry);
  Result<void> add_right(const Entry& entry);
  Result<void> add_owners(const Entry& entry);

  std::string login_domain_;
  std::map<std::string, Address, std::less<>> logins_;
  std::map<std::string, std::string, std::less<>> realms_;
  std::map<std::string, std::set<std::string>, std::less<>> rights_;  // mailbox or "@domain" -> people
  std::map<std::string, std::vector<Address>, std::less<>> owners_;
};

// The mailbox of an address as it is compared: lower case, without extension.
std::string mailbox_key(const Address& address);

}  // namespace postern::pipeline
