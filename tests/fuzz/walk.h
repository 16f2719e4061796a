// What must hold of every walk, whatever the bytes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/clock.h"
#include "extractors/modules.h"
#include "extractors/registry.h"
#include "extractors/text_builder.h"
#include "extractors/utf8.h"
#include "extractors/walker.h"

namespace postern::test {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// Every part has an outcome with a reason unless complete, and all text is UTF-8.
inline void walk_and_check(std::string_view bytes, std::string_view read_as) {
  static const extract::Registry registry = extract::builtin_registry(extract::Modules(POSTERN_BIN));
  Limits limits;
  limits.max_bytes = 16 << 20;
  limits.max_text_bytes = 4 << 20;
  limits.max_parts = 500;
  limits.max_time = std::chrono::milliseconds(5000);
  Budget budget(limits, Spent{}, system_clock());
  extract::TextBuilder builder;
  const extract::Resume resume;
  extract::Walker(registry, budget, builder, resume).walk(extract::Root{bytes, "", read_as});
  const ExtractedText text = builder.take();
  require(!text.parts.empty());
  for (const Part& part : text.parts) require((part.outcome == Outcome::complete) == part.why.empty());
  for (const Segment& segment : text.segments)
    require(!segment.text.empty() && extract::is_utf8(segment.text) && extract::is_utf8(segment.at));
}

}  // namespace postern::test
