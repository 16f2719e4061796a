// PCRE2 as this folder uses it: UTF, UCP, bounded, compiled by its JIT where the system allows that.
//
// A Pcre is immutable and safe from several threads; each thread brings its own PcreScratch.
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pcre2.h>

#include "base/result.h"

namespace postern::policy {

// Steps of one attempt (pcre2_set_match_limit). Honest patterns on honest text need hundreds; the cost of
// reaching it is about 20 ms.
inline constexpr std::uint32_t kMatchLimit = 1'000'000;
inline constexpr std::uint32_t kDepthLimit = 10'000;
inline constexpr std::uint32_t kHeapLimitKib = 4'096;
// Longer patterns are generated word lists, for which dictionaries exist.
inline constexpr size_t kMaxPatternBytes = 16 << 10;

class PcreScratch {
 public:
  PcreScratch();
  pcre2_match_data* data() const { return data_.get(); }
  pcre2_match_context* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(pcre2_match_data* p) const { pcre2_match_data_free(p); }
    void operator()(pcre2_match_context* p) const { pcre2_match_context_free(p); }
    void operator()(pcre2_jit_stack* p) const { pcre2_jit_stack_free(p); }
  };
  std::unique_ptr<pcre2_match_data, Free> data_;
  std::unique_ptr<pcre2_match_context, Free> context_;
  std::unique_ptr<pcre2_jit_stack, Free> stack_;
};

struct PcreMatch {
  enum class Kind { found, none, limit } kind = Kind::none;  // limit: a bound was reached, nothing is known
  size_t begin = 0;
  size_t end = 0;
};

class Pcre {
 public:
  // The error's message ends in "at offset N", N being bytes into the pattern.
  static Result<Pcre> compile(std::string_view pattern);
  // The same error, without the JIT's work.
  static Result<void> check(std::string_view pattern);

  // The leftmost match that is not empty, starts at or after `from` and at or before `last_start`.
  // `subject` is valid UTF-8, `from` a boundary of characters in it.
  // `steps`: the most for each beginning that is tried.
  PcreMatch find(std::string_view subject, size_t from, size_t last_start, const PcreScratch& scratch,
                 std::uint32_t steps = kMatchLimit) const;

  // What it finds depends on where it began to look (\G, verbs such as (*COMMIT)): find() must not be asked for pieces
  // of a stretch.
  bool must_look_at_once() const { return must_look_at_once_; }

  bool is_jit_compiled() const;

 private:
  struct Free {
    void operator()(pcre2_code* p) const { pcre2_code_free(p); }
  };
  Pcre(pcre2_code* code, bool must_look_at_once) : code_(code), must_look_at_once_(must_look_at_once) {}
  std::unique_ptr<pcre2_code, Free> code_;
  bool must_look_at_once_;
};

// A pattern that was checked, compiled when it is first wanted. Safe from several threads.
class LazyPcre {
 public:
  LazyPcre() = default;
  explicit LazyPcre(std::string pattern) : pattern_(std::move(pattern)) {}
  LazyPcre(LazyPcre&& other) noexcept : pattern_(std::move(other.pattern_)), code_(other.code_.exchange(nullptr)) {}
  LazyPcre& operator=(LazyPcre&& other) noexcept {
    std::swap(pattern_, other.pattern_);
    other.code_ = code_.exchange(other.code_);
    return *this;
  }
  ~LazyPcre() { delete code_.load(); }

  // Null when there is no memory for it.
  const Pcre* get() const;

 private:
  std::string pattern_;
  mutable std::atomic<const Pcre*> code_{nullptr};
};

}  // namespace postern::policy
