// Annotation: what `annotate` does to the message itself, by policy.yaml's `annotation`.
//
// There is one copy for all who remain, so what it shows is decided for all of them together:
//
//   footer     unless a social post is among them; with the lessons' address as `link` says
//   reference  X-Postern-Reference, only when nobody outside remains
//
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "message/body_edit.h"
#include "message/verdict.h"
#include "response/commit.h"

namespace postern::response {

enum class LinkShown : std::uint8_t {
  never,
  inside,  // when nobody outside remains
  always,
};

struct AnnotationOptions {
  std::string footer;  // empty: none, and no link either
  bool reference = true;
  LinkShown link = LinkShown::inside;
  std::string lesson_address;  // plain; empty: no link
};

struct Annotations {
  std::optional<Footer> footer;
  bool reference = false;
};

// Nothing unless the message is delivered to somebody for whom a rule in force asks to annotate. A recipient whom the
// verdict does not know counts as outside.
Annotations annotations_for(const Committed& committed, const Verdict& verdict, const AnnotationOptions& options);

}  // namespace postern::response
