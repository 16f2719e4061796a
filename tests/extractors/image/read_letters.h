// Pictures read with letters wanted, through the modules as they are built.
#pragma once

#include "extractors/modules.h"
#include "tests/support/document_walk.h"

namespace postern::test {

inline constexpr char kSentence[] = "Project Nightjar closes on Friday";  // of letters.png

inline ExtractedText read_letters(std::string_view bytes, std::string_view name, const Limits& limits = {}) {
  static const extract::Registry registry = extract::builtin_registry(extract::Modules(POSTERN_BIN), extract::Ocr::on);
  Budget budget(limits, Spent{}, system_clock());
  extract::TextBuilder builder;
  const extract::Resume resume;
  extract::Walker(registry, budget, builder, resume).walk(extract::Root{bytes, name, ""});
  return builder.take();
}

}  // namespace postern::test
