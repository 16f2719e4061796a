// What the fuzz targets of document readers share: one walk under a small budget.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "extractors/registry.h"
#include "extractors/text_builder.h"
#include "extractors/walker.h"

namespace postern::test {

inline void fuzz_document(std::string_view bytes, const std::string& type, std::shared_ptr<extract::Extractor> reader) {
  extract::Registry registry;
  registry.add(type, std::move(reader));
  Limits limits;
  limits.max_bytes = 16 << 20;
  limits.max_part_bytes = 8 << 20;
  limits.max_parts = 500;
  Budget budget(limits, Spent{}, system_clock());
  extract::TextBuilder builder;
  const extract::Resume resume;
  extract::Walker(registry, budget, builder, resume).walk(extract::Root{bytes, "", type});
  const ExtractedText text = builder.take();
  if (text.parts.empty()) __builtin_trap();  // every part has an outcome, the root at least
}

}  // namespace postern::test
