#include "cli/mail_source.h"

#include "cli/mailboxes.h"

namespace postern::cli {

bool each_message(const std::string& path, const VisitMessage& visit) {
  Mailboxes mailbox({path}, Folders::maildirs_only);
  while (auto message = mailbox.next()) {
    if (!visit(message->place.name(), std::move(message->bytes))) return false;
  }
  return true;
}

}  // namespace postern::cli
