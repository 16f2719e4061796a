// Reception: what the frames of a worker mean together.
//
// Takes the bytes of the socket as they come, decodes frames, checks that they tell
// of a walk that can be (nesting, order, bounds of the message, valid UTF-8), and
// hands them to a TextBuilder. The first thing that cannot be is an error, after
// which the worker is not believed any more; what came before stays. Pure; fuzzed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "extractors/text_builder.h"
#include "extractors/worker/wire.h"

namespace postern::extract {

class Reception {
 public:
  // For one walk; both must outlive it.
  Reception(TextBuilder& builder, const Limits& limits) : builder_(builder), limits_(limits) {}

  // True once `done` has come.
  Result<bool> feed(std::string_view bytes);

  const wire::Done& usage() const { return usage_; }

 private:
  struct Open {
    PartPath path;
    PartRole role;
    std::uint32_t last_child = 0;
    size_t facts = 0;
    bool typed = false;
  };

  Result<void> take(const wire::Frame& frame);
  Result<void> take(const wire::Hello& hello);
  Result<void> take(const wire::PartBegin& begin);
  Result<void> take(const wire::PartType& type);
  Result<void> take(const wire::Fact& fact);
  Result<void> take(const wire::SegmentText& segment);
  Result<void> take(const wire::PartEnd& end);
  Result<void> take(const wire::Done& done);
  Result<void> take(const wire::Splice& splice);
  Result<void> take(const wire::Field& field);
  Result<void> take(const wire::Edited& edited);

  TextBuilder& builder_;
  const Limits& limits_;
  std::string pending_;  // the start of a frame whose end has not come; below kMaxFramePayload
  std::vector<Open> open_;
  wire::Done usage_;
  bool done_ = false;
};

}  // namespace postern::extract
