// Registry: from the detected type to the extractor that reads it.
//
// Each format folder adds its line in builtin.cpp. A type that nobody claims
// ends as `unsupported`, except pictures, audio, video and fonts: those are
// `complete` without text plus the fact `not-ocred` or `no-text-format`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "extractors/extractor.h"

namespace postern::extract {

class Modules;

class Registry {
 public:
  void add(std::string mime, std::shared_ptr<Extractor> extractor);
  // Null when nothing reads the type.
  Extractor* find(std::string_view mime) const;
  // A registry of those of its types that `wanted` names; it shares the extractors.
  Registry only(bool (*wanted)(std::string_view mime)) const;

 private:
  std::unordered_map<std::string, std::shared_ptr<Extractor>> by_mime_;
};

// All extractors that this build has. Built once in the worker, before the sandbox closes, so that
// libraries can load their tables; never in the daemon.
enum class Ocr : std::uint8_t { off, on };  // whether letters in pictures are read
Registry builtin_registry(const Modules& modules, Ocr ocr = Ocr::off);

}  // namespace postern::extract
