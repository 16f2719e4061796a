// Held mails: the messages that the store of the configuration keeps, for `--over store`.
//
// All whose bytes are still there, whatever was decided of them, the oldest first; their names are their references
// ("PN-7K2M9Q"). The list is made once: what is held later is not in it, and what is erased meanwhile comes as an error
// in its place. Nothing is written to the store. For one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/mailboxes.h"
#include "cli/store_access.h"
#include "response/quarantine.h"

namespace postern::cli {

// What --over calls the store; a file of that name is ./store.
inline constexpr std::string_view kStore = "store";

class HeldMails final : public Messages {
 public:
  // Fails when there is no store, no key, or the store cannot be read.
  static Result<std::unique_ptr<HeldMails>> open(const Configuration& configuration);

  std::optional<MailboxMessage> next() override;
  std::uint64_t total_bytes() const override { return total_bytes_; }
  std::uint64_t bytes_gone_through() const override { return bytes_; }
  std::string fingerprint() const override;

  Result<std::shared_ptr<const Blob>> read_again(const std::string& reference);

 private:
  struct Held {
    std::string reference;
    std::uint64_t size = 0;
  };
  explicit HeldMails(StoreAccess access);
  Result<void> list();
  Result<MailboxMessage> read(const Held& held);

  StoreAccess access_;
  response::Quarantine quarantine_;
  std::vector<Held> held_;
  size_t at_ = 0;  // the one that comes next
  std::uint64_t total_bytes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace postern::cli
