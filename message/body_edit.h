// BodyEdit: how a footer, or the taking off of attachments, changes a mail's bytes.
//
// Worked out by the sandboxed reader, carried out by the gate: stretches of the message that are replaced, and
// fields of the root's header that have to say something else then. All that is not in a stretch stays, byte by byte.
// Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern {

// What became of a wish for a footer. All but `added` leave the message as it is. For attachments to take off the words
// say: `added` all are off, `present` none is there, `unwritable` one of them carries the body or stands where it
// cannot be replaced.
enum class FooterOutcome : std::uint8_t {
  added,
  present,     // every text part ends with it already
  signed_,     // S/MIME, OpenPGP, DKIM, ARC, or a Content-MD5 (word: "signed")
  encrypted,   // S/MIME or OpenPGP
  calendar,    // an invitation or its answer
  no_text,     // no text part that a mail program shows as the body, or a report (RFC 3462)
  ambiguous,   // mail programs read the structure in different ways
  unwritable,  // a charset or transfer encoding that cannot be written, or HTML that ends inside a construct
  limit,       // too large or too deep
  failed,      // the reader ended, or there was no time; decided by the gate, never by the reader
};
inline constexpr size_t kFooterOutcomes = 10;

// "added", "no-text", ...
std::string_view to_string(FooterOutcome outcome);

// `removed` bytes from `offset` of the message give way to `inserted`.
struct BodySplice {
  std::uint64_t offset = 0;
  std::uint64_t removed = 0;
  std::string inserted;

  bool operator==(const BodySplice&) const = default;
};

// A field of the root's header: the `index`-th (from 1) of that name gets the value; 0 adds one.
struct HeaderChange {
  std::string name;
  std::uint32_t index = 0;
  std::string value;  // as HeaderField::value: leading white space kept

  bool operator==(const HeaderChange&) const = default;
};

struct BodyEdit {
  FooterOutcome outcome = FooterOutcome::no_text;
  std::string why;                  // one sentence unless `added`; no message content
  std::vector<BodySplice> splices;  // in order of offset, not overlapping; empty unless `added`
  std::vector<HeaderChange> fields;

  bool operator==(const BodyEdit&) const = default;
};

// The footer as a policy sets it. `link` is the plain address of the lessons, shown below the text when `with_link`;
// parts that end with the text are left alone whether the address stands below it there or not.
struct Footer {
  std::string text;  // UTF-8, lines end with LF
  std::string link;
  bool with_link = false;
};

// Bytes of a footer's text. Two dozen lines: what is longer is no footer, and each mail carries it.
inline constexpr size_t kMaxFooterBytes = 4096;
inline constexpr size_t kMaxFooterLinkBytes = 1024;

// One content to take off a mail: wherever it stands as an attachment, a text part that says `text` takes its place.
struct StripPart {
  std::string sha256;  // of the decoded bytes, 64 hex digits in lower case
  std::string text;    // UTF-8, one line

  bool operator==(const StripPart&) const = default;
};

// Different contents that are taken off one mail, and places where they stand. A mail with more is held.
inline constexpr size_t kMaxStripParts = 64;
inline constexpr size_t kMaxStripPlaces = 128;
inline constexpr size_t kMaxStripTextBytes = 1024;

}  // namespace postern
