// ExtractedText: what the readers got out of one message or document.
//
// The message is a tree of parts. A part is named by its path: ordinals from
// the root, "2/1/3" (the root itself is ""). Ordinals identify; labels such as
// file names are hostile text shown beside them. Each part has exactly one
// outcome. Text comes as segments, each in one part with a place and a locator;
// segments of one part are in reading order, and no match crosses from one
// segment to the next. Plain data: built by the worker client, read-only afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/words.h"

namespace postern {

class PartPath {
 public:
  PartPath() = default;  // the root
  explicit PartPath(std::vector<std::uint32_t> ordinals) : ordinals_(std::move(ordinals)) {}

  // "2/1/3"; "" is the root. Ordinals count from 1.
  static Result<PartPath> parse(std::string_view text);
  std::string to_string() const;

  PartPath child(std::uint32_t ordinal) const;
  bool is_root() const { return ordinals_.empty(); }
  size_t depth() const { return ordinals_.size(); }
  const std::vector<std::uint32_t>& ordinals() const { return ordinals_; }
  // True for the same path and for every path below it.
  bool contains(const PartPath& other) const;

  auto operator<=>(const PartPath&) const = default;

 private:
  std::vector<std::uint32_t> ordinals_;
};

// How a part hangs in its parent, which decides the region of its text.
enum class PartRole : std::uint8_t {
  message,      // the root mail, or a document given by itself
  body,         // the body text of a mail: text/plain, text/html, every alternative
  attachment,   // an attachment, or anything inside one
  forwarded,    // a mail inside a mail (message/rfc822): part of the attachment it hangs in
  inline_file,  // a file referred to by the body (pictures of an HTML mail)
  structure,    // multipart nodes: no text of their own
};

std::string_view to_string(PartRole role);

struct Segment {
  std::uint32_t part = 0;  // index into ExtractedText::parts
  Place place = Place::body;
  std::string at;    // locator for people: "Sheet2!B7", "p. 4", "line 12", a header's name; may be empty
  std::string text;  // valid UTF-8
};

struct Part {
  PartPath path;
  PartRole role = PartRole::attachment;
  std::string name;           // file name as the mail gives it, decoded to UTF-8; may be empty
  std::string declared_type;  // as the mail or container says, lower case; may be empty
  std::string type;           // by the bytes: a MIME type
  std::uint64_t size = 0;     // bytes after decoding
  std::string sha256;         // of them, 64 hex digits in lower case; empty when nobody asked, or they could not be had
  Outcome outcome = Outcome::complete;
  std::string why;                 // one sentence unless `complete`
  std::vector<std::string> facts;  // kebab-case, sorted, unique: "macros", "not-ocred", "type-mismatch", ...
};

struct ExtractedText {
  std::vector<Part> parts;  // in order of path (depth first); parts[0] is the root
  std::vector<Segment> segments;

  const Part* find(const PartPath& path) const;
  bool all_complete() const;
};

// The region of a segment, from its part's role and its own place:
// subject and header text of the root mail, file names, metadata (properties), body, else attachment.
Region region_of(const Part& part, const Segment& segment);

// The item that a part belongs to: 0 for subject and body with all their
// alternatives, n for the n-th attachment of the root with everything inside it.
// Indexed like `parts`.
std::vector<std::uint32_t> items_of(const ExtractedText& text);

}  // namespace postern
