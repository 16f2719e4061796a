// The walker: reads a message or document and everything inside it.
//
// One recursion over all containers under one budget. For each part it finds the
// type by the bytes, lets the extractor of that type read it, reads the children
// that it hands out in turn, and reports parts, text, facts and outcomes as
// they come. Every part gets exactly one outcome:
//
//  - an exception ends the part as `malformed` (no memory: `limit`), with what was read kept;
//  - a limit of the part (its size, depth, ratio) ends that part as `limit`, and the walk goes on;
//  - a limit of the message (bytes, text, either by its ratio, parts; time as `timeout`) ends the part in which it was
//    reached, the rest that is still named, and every part whose extractor stopped because of it;
//  - a type that nobody reads is `unsupported`; pictures, sound, fonts and detached signatures are
//    `complete` with the fact `not-ocred`, `no-text-format` or `detached-signature`.
//
// File names count as text: each becomes a segment (Place::file_name) of its part. Everything below
// an attachment has the role `attachment`, a mail in it `forwarded`.
//
// Locked parts ask for passwords (Sink::find_password). The first that does has the root read once more, by a walker of
// its own whose text goes nowhere but to a PasswordFinder, under small limits (walker_passwords.cpp): mails, texts,
// pages, zips and Office files of it. So the same candidates are found whatever stands first, and again after a crash.
//
// Children are numbered in the order in which their parent hands them out, skipped ones too. Paths
// in `Resume::settled` are skipped without unpacking. One thread; not reentrant.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "extractors/cpu_time.h"
#include "extractors/extractor.h"
#include "extractors/registry.h"
#include "extractors/report.h"

namespace postern::extract {

// What earlier walks of the same message have done; empty for a first walk. What they drew from the
// budget is in the Budget.
struct Resume {
  std::map<PartPath, Outcome> settled;  // parts that ended, finished or fatal
  std::uint32_t segments = 0;           // of all parts, towards kMaxSegments
};

using Detect = FileType (*)(std::string_view bytes, std::string_view name, std::string_view declared_type);

struct Root {
  std::string_view bytes;
  std::string_view name;     // of a document; may be empty
  std::string_view read_as;  // "message/rfc822" for a mail, whatever it looks like; empty: the bytes decide
  bool hash = false;         // tell the SHA-256 of every part
};

class Volumes;

class Walker {
 public:
  // All references must outlive the walker. `cpu_start`: from when on the message's CPU time counts.
  Walker(const Registry& registry, Budget& budget, Reporter& reporter, const Resume& resume,
         Detect detect = detect_type, std::chrono::nanoseconds cpu_start = cpu_time());

  Ending walk(const Root& root);

 private:
  class Node;

  Ending read_part(Node& node, const Child& child, const Produce& produce, LimitHit refused);
  Ending read_bytes(Node& node, const Child& child, std::string_view bytes);
  Ending read_document(Node& node, Extractor& extractor, const Source& source) const;
  // What stands behind the end of a part's format.
  struct Tail {
    std::string_view bytes;
    std::string type;
    bool unread = false;  // nobody knows what it is, and it stands behind a text that may go on in it
  };
  class AwaitedTail;
  Tail find_tail(Source& source) const;
  void read_tail(Node& node, const Tail& tail);
  void read_otherwise(Node& node, const Source& source);
  void read_volumes(Sink& sink, const Volumes& volumes) const;
  LimitHit check_stop();
  LimitHit check_clocks();
  bool may_name_another();
  std::optional<std::string> find_password(const std::function<bool(const std::string&)>& opens);
  void gather_passwords();

  const Registry& registry_;
  Budget& budget_;
  Reporter& reporter_;
  const Resume& resume_;
  const Detect detect_;
  AwaitedTail* awaited_ = nullptr;  // of the part that is being read; on the stack
  LimitHit stop_ = LimitHit::none;  // the limit of the message that ended the walk
  std::uint32_t named_past_limit_ = 0;
  std::uint32_t segments_ = 0;
  std::uint32_t calls_ = 0;
  const Root* root_ = nullptr;  // of the walk that goes on
  enum class Passwords { not_gathered, gathered, none } passwords_state_ = Passwords::not_gathered;
  std::vector<std::string> passwords_;
  std::chrono::nanoseconds password_time_{0};  // spent on trials
  const std::chrono::nanoseconds cpu_start_;
};

}  // namespace postern::extract
