#include "policy/patterns/pcre.h"

#include <new>

namespace postern::policy {

namespace {

constexpr size_t kJitStackStart = 32 << 10;
constexpr size_t kJitStackMost = 512 << 10;

}  // namespace

PcreScratch::PcreScratch()
    : data_(pcre2_match_data_create(1, nullptr)),
      context_(pcre2_match_context_create(nullptr)),
      stack_(pcre2_jit_stack_create(kJitStackStart, kJitStackMost, nullptr)) {
  pcre2_set_depth_limit(context_.get(), kDepthLimit);
  pcre2_set_heap_limit(context_.get(), kHeapLimitKib);
  if (stack_ != nullptr) pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
}

namespace {

Result<pcre2_code*> translate(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return fail(ErrorKind::limit, "the pattern is longer than " + std::to_string(kMaxPatternBytes) + " bytes");
  }
  int code = 0;
  size_t offset = 0;
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
  pcre2_code* const compiled =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), kOptions, &code, &offset, nullptr);
  if (compiled != nullptr) return compiled;
  if (code == PCRE2_ERROR_HEAP_FAILED) throw std::bad_alloc();  // the pattern is not wrong
  PCRE2_UCHAR text[160];
  pcre2_get_error_message(code, text, sizeof text);
  return fail(ErrorKind::invalid_input,
              std::string(reinterpret_cast<const char*>(text)) + " at offset " + std::to_string(offset));
}

// The end of the class that begins at `at`; npos where none is seen.
size_t end_of_class(std::string_view pattern, size_t at) {
  at++;
  if (at < pattern.size() && pattern[at] == '^') at++;
  if (at < pattern.size() && pattern[at] == ']') at++;
  while (at < pattern.size() && pattern[at] != ']') {
    if (pattern[at] == '[' && at + 1 < pattern.size() && pattern[at + 1] == ':') {
      const size_t end = pattern.find(":]", at + 2);
      const size_t name = pattern.find_first_not_of("^abcdefghijklmnopqrstuvwxyz", at + 2);
      at = end != std::string_view::npos && end == name ? end + 2 : at + 1;
    } else {
      at += pattern[at] == '\\' ? 2U : 1U;
    }
  }
  return at < pattern.size() ? at + 1 : std::string_view::npos;
}

// \G and verbs, "(*COMMIT)"; the brackets and stars of classes and behind a backslash are none. Behind what may
// begin a comment, which may hold anything, and where the pattern has \Q each counts.
bool tells_where_it_began(std::string_view pattern) {
  const bool verbs = pattern.find("(*") != std::string_view::npos;
  if (pattern.find("\\G") != std::string_view::npos) return true;
  if (!verbs || pattern.find("\\Q") != std::string_view::npos) return verbs;
  for (size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '[') {
      at = end_of_class(pattern, at);
      if (at == std::string_view::npos) return true;
      continue;
    }
    if (pattern[at] == '#' || pattern.substr(at, 2) == "(*") return true;
    at += pattern[at] == '\\' ? 2U : 1U;
  }
  return false;
}

}  // namespace

Result<Pcre> Pcre::compile(std::string_view pattern) {
  auto compiled = translate(pattern);
  if (!compiled) return fail(compiled.error());
  // Where memory may not be made executable this fails, and the interpreter matches the same.
  pcre2_jit_compile(*compiled, PCRE2_JIT_COMPLETE);
  return Pcre(*compiled, tells_where_it_began(pattern));
}

Result<void> Pcre::check(std::string_view pattern) {
  auto compiled = translate(pattern);
  if (!compiled) return fail(compiled.error());
  const Pcre owner(*compiled, false);
  return {};
}

const Pcre* LazyPcre::get() const {
  if (const Pcre* const known = code_.load(std::memory_order_acquire)) return known;
  std::unique_ptr<const Pcre> made;
  try {
    auto compiled = Pcre::compile(pattern_);
    if (!compiled) return nullptr;
    made = std::make_unique<const Pcre>(std::move(*compiled));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  const Pcre* before = nullptr;
  // Of two threads that come first, one keeps its own.
  if (!code_.compare_exchange_strong(before, made.get(), std::memory_order_acq_rel)) return before;
  return made.release();
}

bool Pcre::is_jit_compiled() const {
  size_t size = 0;
  return pcre2_pattern_info(code_.get(), PCRE2_INFO_JITSIZE, &size) == 0 && size > 0;
}

PcreMatch Pcre::find(std::string_view subject, size_t from, size_t last_start, const PcreScratch& scratch,
                     std::uint32_t steps) const {
  pcre2_set_match_limit(scratch.context(), steps);
  pcre2_set_offset_limit(scratch.context(), last_start);
  const int found = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), from,
                                PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, scratch.data(), scratch.context());
  if (found >= 0) {
    const size_t* const ends = pcre2_get_ovector_pointer(scratch.data());
    // \K inside a lookaround may put the beginning behind the end; that is no text.
    if (ends[0] >= ends[1]) return {PcreMatch::Kind::none, 0, 0};
    return {PcreMatch::Kind::found, ends[0], ends[1]};
  }
  return {found == PCRE2_ERROR_NOMATCH ? PcreMatch::Kind::none : PcreMatch::Kind::limit, 0, 0};
}

}  // namespace postern::policy
