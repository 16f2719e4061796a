#include "policy/regex_check.h"

#include <algorithm>
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

// Whether it finds the empty text in `subject`, at whatever place.
bool finds_empty(const pcre2_code* code, std::string_view subject, pcre2_match_data* match,
                 pcre2_match_context* context) {
  for (size_t at = 0; at <= subject.size();) {
    const int found =
        pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), at, 0, match, context);
    if (found <= 0) return false;
    const PCRE2_SIZE* ovector = pcre2_get_ovector_pointer(match);
    if (ovector[0] >= ovector[1]) return true;
    at = ovector[1];
  }
  return false;
}

// Runs of letters and digits, for what stands before \K or in a lookaround.
constexpr std::string_view kRuns = "0123456789 00000000000000000000 abcdefghij aaaaaaaaaaaaaaaaaaaa AAAAAAAAAA -----";

// Whether it repeats what was found, calls a group, asks a condition or ends early: PCRE2_INFO_MATCHEMPTY guesses then.
bool points_elsewhere(const pcre2_code* code, std::string_view pattern) {
  std::uint32_t back_references = 0;
  pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &back_references);
  static constexpr std::array<std::string_view, 6> kCalls = {"(?R", "(?&", "(?P>", "\\g", "(?(", "(*"};
  const auto has = [&](std::string_view call) { return pattern.find(call) != std::string_view::npos; };
  if (back_references > 0 || std::any_of(kCalls.begin(), kCalls.end(), has)) return true;
  for (size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 2)) {
    const size_t digit = pattern.find_first_not_of("+-", at + 2);
    if (digit != std::string_view::npos && pattern[digit] >= '0' && pattern[digit] <= '9') return true;
  }
  return false;
}

// PCRE2_INFO_MATCHEMPTY says "might", and nothing of what \K leaves; a trial says whether it does: on texts with and
// without word boundaries, and on the pattern, which holds the letters that its lookarounds want. "Might" is "does"
// where nothing points elsewhere: no letter of it must be there.
bool matches_empty(const pcre2_code* code, std::string_view pattern) {
  std::uint32_t might = 0;
  pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &might);
  if (might == 0 && pattern.find("\\K") == std::string_view::npos) return false;
  if (might != 0 && !points_elsewhere(code, pattern)) return true;
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(pcre2_match_data_create_from_pattern(code, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  if (!match || !context) return false;
  pcre2_set_match_limit(context.get(), kTrialMatchLimit);
  for (const std::string_view subject :
       {std::string_view(""), std::string_view("a"), std::string_view(" \n"), kRuns, pattern}) {
    if (finds_empty(code, subject, match.get(), context.get())) return true;
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
  if (matches_empty(code.get(), pattern)) return RegexProblem{"the regex finds the empty text", 0, true};
  return std::nullopt;
}

}  // namespace postern::policy
