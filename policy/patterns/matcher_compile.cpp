#include <cstdlib>
#include <limits>

#include "policy/patterns/matcher_compiled.h"
#include "policy/patterns/matcher_superset.h"

namespace postern::policy {

namespace {

constexpr std::uint32_t kNoBound = std::numeric_limits<std::uint32_t>::max();

// How a pattern goes to Hyperscan.
struct Located {
  std::string text;
  unsigned flags = 0;
  std::uint32_t narrowest = 0;
  std::uint32_t widest = kNoBound;
};

struct FreeInfo {
  void operator()(hs_expr_info_t* p) const { std::free(p); }
};

bool fits(Located& located) {
  hs_expr_info_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_expression_info(located.text.c_str(), located.flags, &raw, &error);
  const std::unique_ptr<hs_expr_info_t, FreeInfo> info(raw);
  if (error != nullptr) hs_free_compile_error(error);
  if (code != HS_SUCCESS || info == nullptr || info->min_width == 0) return false;
  located.narrowest = info->min_width;
  located.widest = info->max_width;
  return true;
}

std::optional<Located> located(std::string_view pattern, Anchors anchors) {
  auto superset = superset_of(pattern, anchors);
  if (!superset) return std::nullopt;
  Located out;
  out.text = std::move(superset->pattern);
  out.flags = HS_FLAG_UTF8 | (superset->anchors ? HS_FLAG_MULTILINE : 0U) |
              (superset->caseless ? HS_FLAG_CASELESS : 0U) | (superset->dotall ? HS_FLAG_DOTALL : 0U);
  if (!fits(out)) return std::nullopt;
  return out;
}

std::optional<Located> located(std::string_view pattern) {
  if (auto with = located(pattern, Anchors::keep)) return with;
  return located(pattern, Anchors::drop);
}

// Compiles what is located; on a refusal `refused` is the pattern's index.
struct Attempt {
  HsDatabase database;
  int refused = -1;
  std::string message;
};

Attempt compile_database(const std::vector<std::optional<Located>>& all) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (size_t i = 0; i < all.size(); i++) {
    if (!all[i]) continue;
    texts.push_back(all[i]->text.c_str());
    flags.push_back(all[i]->flags);
    ids.push_back(static_cast<unsigned>(i));
  }
  Attempt attempt;
  if (ids.empty()) return attempt;
  hs_database_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()),
                                           HS_MODE_BLOCK, nullptr, &raw, &error);
  attempt.database.reset(raw);
  if (code == HS_SUCCESS) return attempt;
  attempt.message = error != nullptr && error->message != nullptr ? error->message : "out of memory";
  const int expression = error != nullptr ? error->expression : -1;
  if (error != nullptr) hs_free_compile_error(error);
  if (expression >= 0) attempt.refused = static_cast<int>(ids[static_cast<size_t>(expression)]);
  return attempt;
}

}  // namespace

tl::expected<PatternSet, PatternSet::CompileError> PatternSet::compile(std::span<const std::string> patterns) {
  auto compiled = std::make_unique<Compiled>();
  std::vector<std::optional<Located>> all;
  for (size_t i = 0; i < patterns.size(); i++) {
    auto code = Pcre::compile(patterns[i]);
    if (!code) return tl::unexpected(CompileError{static_cast<PatternIndex>(i), code.error().message});
    all.push_back(located(patterns[i]));
    compiled->patterns.push_back({std::move(*code), all.back() ? Locating::exact : Locating::always, 0, kNoBound});
  }
  // What Hyperscan refuses only when all is compiled ("pattern too large") is weakened, then left to PCRE2.
  for (;;) {
    Attempt attempt = compile_database(all);
    if (attempt.message.empty()) {
      compiled->database = std::move(attempt.database);
      break;
    }
    if (attempt.refused < 0) return tl::unexpected(CompileError{0, attempt.message});
    const auto index = static_cast<size_t>(attempt.refused);
    Compiled::Pattern& pattern = compiled->patterns[index];
    if (pattern.locating == Locating::exact) {
      pattern.locating = Locating::prefilter;
      all[index]->flags |= HS_FLAG_PREFILTER;
      if (fits(*all[index])) continue;
    }
    pattern.locating = Locating::always;
    all[index].reset();
  }
  for (size_t i = 0; i < all.size(); i++) {
    if (all[i]) {
      compiled->patterns[i].narrowest = all[i]->narrowest;
      compiled->patterns[i].widest = all[i]->widest;
    } else {
      compiled->always.push_back(static_cast<PatternIndex>(i));
    }
  }
  return PatternSet(std::move(compiled));
}

}  // namespace postern::policy
