// Notice: the mail that tells a sender, or a reviewer, what became of a message.
//
//   NoticeFacts (from a masked record) -> texts and layouts -> RFC 5322 message
//
// A notice is the first lesson. In this order: what happened and where the
// message is now, which item (masked, with file and place), why it matters, in a
// sentence that names the clause, what to do next; then the details: each
// recipient's state, the two-minute lesson, how to contest, the reference. Before the
// details stand at most kMaxWordsBeforeDetails words of ours. It speaks of a message, never of a
// violation, and carries no link, no picture and nothing remote.
//
// Everything in NoticeFacts is taken for hostile: it is shown as text, on one
// line, within a bound (notice_shown.h). For a `sensitive` finding neither
// excerpt nor file name is shown. Pure: the same facts give the same bytes, so
// that a notice sent twice is the same mail twice.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "message/address.h"
#include "message/verdict.h"
#include "response/commit_payload.h"
#include "response/notice_templates.h"
#include "response/plan.h"
#include "store/records.h"

namespace postern::response {

inline constexpr size_t kMaxWordsBeforeDetails = 120;
// Shown in a notice; more are counted. A person reads three, a reviewer ten.
inline constexpr size_t kMaxItemsForSender = 3;
inline constexpr size_t kMaxItemsForReviewer = 10;
inline constexpr size_t kMaxRecipientsShown = 20;

struct NoticeRecipient {
  std::string address;
  store::RecipientState state = store::RecipientState::delivered;
  Action action = Action::allow;
  bool taken_off = false;  // the message goes there without NoticeFacts::taken_off; state `delivered` or `released`
};

struct NoticeFacts {
  Audience audience = Audience::sender;
  bool on_behalf = false;       // the sender is automatic or outside: somebody stands in
  std::vector<std::string> to;  // whom the notice goes to
  std::string language = "en";
  std::string message_id;  // of the notice: stable over retries, "<left@right>"
  WallTime date;           // of the notice: stable too

  std::string reference;            // "PN-XXXXXX"
  std::string sender;               // whom the message is charged to
  std::string original_message_id;  // the message's own; used when it is sane
  WallTime sent;                    // when the gate saw it
  std::optional<WallTime> expires;  // of the hold
  std::vector<NoticeRecipient> recipients;
  std::vector<Finding> findings;  // those of enforcing rules, masked
  std::vector<UnreadablePart> unreadable;
  std::vector<TakenOff> taken_off;  // attachments that some recipient goes without; empty when none does
  // What was to go at once to those who are `held`, without an attachment, could not be sent.
  bool undelivered = false;
  // Nothing was found: the message, or parts of it, could not be read, or the check itself failed. The texts then
  // speak of that and of no item.
  bool unread = false;
  // Messages of the same rules before this one that got no notice of their own.
  std::uint64_t not_notified = 0;
  // Of no message: the end of a rule's time. All that is about a message is empty then.
  std::optional<RuleEnd> rule_end;
};

struct NoticeSettings {
  std::string organisation;  // "Example Corp"
  std::string from_name;     // "Example Corp mail check"
  Address from;
  Address liaison;                // answers and contests go there (Reply-To); null: none named
  std::string contact_page;       // named where there is no liaison: "https://intranet.example.com/postern"
  std::string lessons_page;       // shown as text below a lesson; may be empty
  std::string time_zone = "UTC";  // IANA name, for the times in the text
  // True for addresses of the organisation: no other gets a notice.
  std::function<bool(const Address&)> is_internal;
};

struct Notice {
  std::vector<Address> to;
  std::string message;  // with CRLF line ends
  // The parts before transfer encoding, for previews and tests.
  std::string subject;
  std::string text;
  std::string html;
};

// The kinds of notice; each is a file of texts.
enum class NoticeKind : std::uint8_t {
  held,
  justify,
  annotated,
  taken_off,
  not_delivered,
  released,
  declined,
  review,
  record,
  rule_ends,
  undelivered,
};

// From where the recipients stand now: what waits for a decision comes first.
NoticeKind notice_kind(const NoticeFacts& facts);

// Immutable; safe from several threads.
class NoticeWriter {
 public:
  NoticeWriter(NoticeSettings settings, NoticeTemplates templates);

  // `permission` when an addressee is not of the organisation, `invalid_input` when there is none.
  Result<Notice> write(const NoticeFacts& facts) const;

 private:
  const NoticeSettings settings_;
  const NoticeTemplates templates_;
};

}  // namespace postern::response
