// What is told about a walk: the words that go from the walker to whoever keeps
// the result, in process or over the wire.
//
// Calls are nested as the parts are: part_begin opens a part below the innermost
// open one (the first opens the root), part_end closes the innermost. Segments and
// facts belong to any open part, which the path names. Text is valid UTF-8
// and within the bounds below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "message/extracted_text.h"

namespace postern::extract {

// Bounds on everything that is told about one part. The walker cuts what is longer; the daemon treats
// a worker that sends more as broken.
inline constexpr size_t kSegmentBytes = 1 << 20;  // one segment of text: bounds both sides' buffers
inline constexpr size_t kMaxLocatorBytes = 256;   // "Sheet2!B7"; long sheet names are cut
inline constexpr size_t kMaxNameBytes = 1024;     // label; the whole name is also a segment
inline constexpr size_t kMaxTypeBytes = 255;      // RFC 6838 4.2: 127 '/' 127
inline constexpr size_t kMaxWhyBytes = 400;       // one sentence
inline constexpr size_t kMaxFactBytes = 64;       // one kebab-case word
inline constexpr size_t kSha256Digits = 64;
inline constexpr size_t kMaxFacts = 64;                 // different facts of one part
inline constexpr std::uint32_t kMaxSegments = 1 << 20;  // of a message: a sheet of a million cells
// Parts that are still named, each with its outcome, after a limit of the message was reached. An archive
// of a million members must not cost a million lines.
inline constexpr std::uint32_t kMaxNamedPastLimit = 1000;
// Depth of open parts, whatever the limits say: bounds the recursion on the stack of the worker.
inline constexpr std::uint32_t kMostDepth = 64;

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void part_begin(const PartPath& path, PartRole role, std::string_view name,
                          std::string_view declared_type) = 0;
  // The bytes are there and their type is known; `role` may have become `forwarded`. `sha256`: 64 hex digits when the
  // walk was asked for them, else empty.
  virtual void part_type(const PartPath& path, PartRole role, std::string_view type, std::uint64_t size,
                         std::string_view sha256) = 0;
  virtual void segment(const PartPath& path, Place place, std::string_view at, std::string_view text) = 0;
  virtual void fact(const PartPath& path, std::string_view word) = 0;
  virtual void part_end(const PartPath& path, Outcome outcome, std::string_view why) = 0;
};

}  // namespace postern::extract
