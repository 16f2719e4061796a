#include "policy/regex_check.h"

#include <array>
#include <memory>
#include <new>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace postern::policy {

namespace {

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

// Bound of one trial match; patterns that need more are slow, not empty.
constexpr std::uint32_t kTrialMatchLimit = 10'000;

// PCRE2_INFO_MATCHEMPTY says "might"; a trial on texts with and without word boundaries says whether it does.
bool matches_empty(const pcre2_code* code) {
  std::uint32_t might = 0;
  pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &might);
  if (might == 0) return false;
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(pcre2_match_data_create_from_pattern(code, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  if (!match || !context) return false;
  pcre2_set_match_limit(context.get(), kTrialMatchLimit);
  static constexpr std::array<std::string_view, 3> kSubjects = {"", "a", " \n"};
  for (const std::string_view subject : kSubjects) {
    const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0, 0, match.get(),
                                  context.get());
    const PCRE2_SIZE* ovector = pcre2_get_ovector_pointer(match.get());
    if (found > 0 && ovector[0] == ovector[1]) return true;
  }
  return false;
}

}  // namespace

std::optional<RegexProblem> check_regex(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::unique_ptr<pcre2_code, FreeCode> code(pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr));
  if (!code) {
    if (error == PCRE2_ERROR_HEAP_FAILED) throw std::bad_alloc();  // the pattern is not wrong
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    return RegexProblem{reinterpret_cast<const char*>(message.data()), offset, false};
  }
  if (matches_empty(code.get())) return RegexProblem{"the regex finds the empty text", 0, true};
  return std::nullopt;
}

}  // namespace postern::policy
