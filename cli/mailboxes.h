// Mailboxes: the messages behind paths, one after the other, with bounded memory.
//
//   an mbox       told by its first line "From " (RFC 4155); LF or CRLF; ">From " lines get one '>' less (mboxrd).
//                 A message begins at a line "From " after an empty line that bears a date or is followed by a
//                 header field: writers that do not quote leave "From now on ..." inside of texts.
//   a Maildir     a folder with cur/ or new/: the files in both
//   a folder      every file in it and, with Folders::whole_tree, below it; Maildirs among them with their subfolders
//   else          one mail
//
// The order is that of the names, so that the same mail comes in the same order each time. Nothing is left out in
// silence: what cannot be read comes as a message with the error in its place. Files are read when their turn
// comes; one message is held at a time. For one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/blob.h"
#include "message/envelope.h"

namespace postern::cli {

// Whether a folder that is no Maildir is walked through.
enum class Folders { maildirs_only, whole_tree };

// Where a message stands, for reading it once more.
struct MailPlace {
  std::string file;
  std::uint64_t offset = 0;  // in an mbox: of its "From " line
  std::uint64_t number = 0;  // in an mbox, from 1; 0: the file is the message
  bool in_store = false;     // `file` is the reference of a held message
  // "inbox.mbox#12", "dir/cur/1.x:2,S"
  std::string name() const { return number == 0 ? file : file + "#" + std::to_string(number); }
};

// What the gate wrote down of a message that went through it.
struct RecordedEnvelope {
  Envelope envelope;
  Address identity;  // whom the mail was charged to; null: nobody
};

struct MailboxMessage {
  MailPlace place;
  Result<std::shared_ptr<const Blob>> bytes;
  std::shared_ptr<const RecordedEnvelope> recorded = nullptr;  // null: nobody knows more than the message says
};

// Messages that are gone over.
class Messages {
 public:
  virtual ~Messages() = default;
  // Nothing at the end.
  virtual std::optional<MailboxMessage> next() = 0;
  // Bytes of all, and of those that next() has gone through.
  virtual std::uint64_t total_bytes() const = 0;
  virtual std::uint64_t bytes_gone_through() const = 0;
  // A digest that changes when there is other mail.
  virtual std::string fingerprint() const = 0;
};

class MboxReader;

class Mailboxes final : public Messages {
 public:
  // Lists the files; "-" is standard input.
  Mailboxes(const std::vector<std::string>& paths, Folders folders);
  ~Mailboxes() override;
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;

  std::optional<MailboxMessage> next() override;
  std::uint64_t total_bytes() const override { return total_bytes_; }
  std::uint64_t bytes_gone_through() const override;
  // Hex SHA-256 over names, sizes and times of the files.
  std::string fingerprint() const override;

  static Result<std::shared_ptr<const Blob>> read_again(const MailPlace& place);

 private:
  struct File {
    std::string path;
    std::uint64_t size = 0;
    std::int64_t modified = 0;  // nanoseconds
    std::string error;          // in place of its messages
  };
  void list(const std::string& path, Folders folders);
  void list_folder(const std::string& dir, Folders folders);
  void list_below(const std::string& dir, bool maildir);
  void add_file(const std::string& path);
  void add_error(const std::string& path, const std::string& why);

  std::vector<File> files_;
  size_t at_ = 0;  // the file that comes next
  std::unique_ptr<MboxReader> mbox_;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t bytes_before_ = 0;  // of the files before the one at hand
};

}  // namespace postern::cli
