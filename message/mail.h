// Mail: one message in the gate's hands, and the answer the MTA gets for it.
//
// The milter session builds a Mail from protocol events without parsing its
// content: header fields stay as the bytes that arrived, the whole message is
// in the blob (headers as received, CRLF line ends, an empty line, the body).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message/blob.h"
#include "message/body_edit.h"
#include "message/envelope.h"

namespace postern {

struct HeaderField {
  std::string name;   // as received
  std::string value;  // as received, leading white space kept, folds as LF or CRLF as the MTA sent them
};

struct Mail {
  Envelope envelope;
  std::vector<HeaderField> headers;
  std::shared_ptr<const Blob> message;
  std::uint64_t body_offset = 0;  // where the body begins in `message`
  // Its last byte, by the steady clock: the deadline counts from here, waiting included. Not set: when it is judged.
  std::optional<SteadyTime> arrived;
  // The MTA lets the gate change header fields and replace the body. Without it nothing is taken off: the mail is held.
  bool may_edit = true;
  bool oversize = false;  // past the gate's max_message_bytes: kept whole, judged as `limit`
};

// A header field to take away: the `index`-th (from 1) of that name, in order of arrival. An
// MTA counts again after each removal, so removals are sent highest index first.
struct HeaderRemoval {
  std::string name;
  std::uint32_t index = 1;
};

// What an annotated mail carries besides. None of it is worth a mail: what the MTA does not let a milter do is left
// out, and the mail goes all the same.
struct Annotation {
  std::vector<HeaderField> add_headers;
  // The footer; null: none. The edit is of the bytes of `message`, whose body begins at `body_offset`.
  std::shared_ptr<const BodyEdit> edit;
  std::shared_ptr<const Blob> message;
  std::uint64_t body_offset = 0;
};

// The mail with attachments taken off. Unlike an annotation it is given, or the answer is a tempfail.
struct Replacement {
  std::shared_ptr<const Blob> message;
  std::uint64_t body_offset = 0;
  std::vector<HeaderChange> fields;  // what differs in its header; none is added
};

struct MtaAnswer {
  enum class Kind {
    accept,    // deliver, after the edits below
    discard,   // say 250 and drop: only after what was held is committed
    reject,    // 5xx with `reply`
    tempfail,  // 4xx with `reply`
  };
  Kind kind = Kind::tempfail;
  // Only with reject and tempfail: "550 5.7.1 text" or "451 4.7.1 text"; further lines of a
  // multi-line reply follow without the codes. At most 32 lines, no CR or LF inside one; '%' is doubled by the codec.
  std::vector<std::string> reply;
  // Only with accept. Indices into Envelope::recipients; never all of them (that is a discard).
  std::vector<size_t> remove_recipients;
  std::vector<HeaderRemoval> remove_headers;
  std::vector<HeaderField> add_headers;
  std::optional<Replacement> replacement;
  Annotation annotation;  // with a replacement the edit is of its bytes
};

}  // namespace postern
