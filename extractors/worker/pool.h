// ExtractPool: the daemon's side of the sandboxed readers.
//
// Keeps a number of `postern-extract` processes ready and gives each message to
// one of them, a small one by value, others by descriptor. The worker streams parts, segments and outcomes
// back (wire.h). When a worker dies, overruns its time or breaks the format,
// only the part it had begun is lost (`crashed` or `timeout`): a fresh worker
// goes on with the lists of finished and fatal parts and what is left of the
// budget. Nothing a worker sends can harm the daemon: every length is bounded
// and every byte of text is checked to be UTF-8.
//
// A part that holds others, and the root, is begun once more before it is given up, as long as each
// try ends at least one more part: an accident between two attachments must not cost the rest.
//
// extract() blocks its caller and may be called from many threads; waiting
// callers are served in order of arrival unless the queue policy says otherwise.
// One thread of the pool's own starts and buries workers, so that callers wait for neither.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/lane.h"
#include "base/limits.h"
#include "base/result.h"
#include "extractors/worker/queue.h"
#include "message/blob.h"
#include "message/body_edit.h"
#include "message/extracted_text.h"

namespace postern::extract {

// What a message with documents wears a reader, counted in text mails: those are read by our own code alone. A start
// costs as much as reading some hundred of them.
inline constexpr unsigned kHeavyWear = 5;

struct PoolOptions {
  std::string worker_path;  // the `postern-extract` program
  unsigned workers = 2;     // processes kept ready
  // Light messages that a worker serves before it is replaced, for the libraries leak; a heavy one counts kHeavyWear.
  unsigned recycle_after = 5000;
  std::uint64_t worker_memory = 512ULL << 20;  // bytes, RLIMIT_AS (off in sanitizer builds)
  std::string ocr_languages;           // what letters in pictures are read by, "eng+deu"; empty: they are not read
  unsigned most_crashes = 8;           // per message; past it every unread part is `crashed`
  std::shared_ptr<QueuePolicy> queue;  // who is served next; null: in order of arrival
};

enum class RootKind : std::uint8_t {
  mail,      // the bytes are a mail, whatever they look like
  document,  // the type is found by the bytes
};

struct ExtractRequest {
  std::shared_ptr<const Blob> bytes;
  RootKind kind = RootKind::mail;
  std::string name;   // file name of a document, may be empty
  bool hash = false;  // tell the SHA-256 of every part
  Limits limits;
  SteadyTime deadline;  // wall-clock bound of the whole request, waiting included
  // Of the calling thread: left when no worker is free, or the one that reads takes long. May be null.
  Lane* lane = nullptr;
};

struct EditRequest {
  std::shared_ptr<const Blob> bytes;  // a mail
  std::uint64_t body_offset = 0;      // nothing before it is spliced
  Footer footer;
  std::vector<StripPart> strip;  // not empty: these are taken off, and no footer is looked at; at most kMaxStripParts
  Limits limits;                 // of them the CPU time
  SteadyTime deadline;           // wall-clock bound, waiting included
};

struct PoolCounters {
  std::atomic<std::uint64_t> messages{0}, edits{0}, crashes{0}, timeouts{0}, protocol_errors{0}, recycled{0};
  std::atomic<std::uint64_t> live{0};  // workers now, idle and busy
};

class ExtractPool {
 public:
  // Starts the workers and waits until each has said hello from inside its sandbox; an error when the
  // sandbox cannot be had (no seccomp, no Landlock): the programs refuse to run without it.
  static Result<std::unique_ptr<ExtractPool>> start(PoolOptions options, const Clock& clock = system_clock());
  virtual ~ExtractPool() = default;

  // Always has an outcome for every part seen. Fails only when no worker can be started or the blob
  // cannot be read; a passed deadline is an ExtractedText whose unread parts are `timeout`.
  virtual Result<ExtractedText> extract(const ExtractRequest& request) = 0;

  // Works out where a footer goes, or how attachments are taken off. Fails when the worker ends, breaks the format or
  // overruns its time: no second try, since a mail does without its footer, and one with its attachments is held.
  virtual Result<BodyEdit> edit(const EditRequest& request) = 0;

  virtual const PoolCounters& counters() const = 0;
};

}  // namespace postern::extract
