// Reading a document in process, for the tests of the extractors.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/limits.h"
#include "extractors/modules.h"
#include "extractors/registry.h"
#include "extractors/text_builder.h"
#include "extractors/walker.h"

namespace postern::test {

inline ExtractedText walk_document(std::string_view bytes, std::string_view name = "", const Limits& limits = {},
                                   std::string_view read_as = "") {
  static const extract::Registry registry = extract::builtin_registry(extract::Modules(POSTERN_BIN));
  Budget budget(limits, Spent{}, system_clock());
  extract::TextBuilder builder;
  const extract::Resume resume;
  extract::Walker walker(registry, budget, builder, resume);
  walker.walk(extract::Root{bytes, name, read_as});
  return builder.take();
}

// All text of one place, segments parted by '|'; of any part.
inline std::string text_of(const ExtractedText& text, Place place) {
  std::string out;
  for (const Segment& segment : text.segments) {
    if (segment.place != place) continue;
    if (!out.empty()) out += '|';
    out += segment.text;
  }
  return out;
}

// "place@at: text" of every segment whose text holds `needle`.
inline std::string where_is(const ExtractedText& text, std::string_view needle) {
  std::string out;
  for (const Segment& segment : text.segments) {
    if (segment.text.find(needle) == std::string::npos) continue;
    if (!out.empty()) out += ' ';
    out += std::string(to_string(segment.place)) + "@" + segment.at;
  }
  return out;
}

inline std::string outcomes(const ExtractedText& text) {
  std::string out;
  for (const Part& part : text.parts) {
    if (!out.empty()) out += ' ';
    out += part.path.to_string() + ":" + std::string(to_string(part.outcome));
  }
  return out;
}

}  // namespace postern::test
