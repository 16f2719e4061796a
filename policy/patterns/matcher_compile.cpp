#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <new>

#include "policy/patterns/databases.h"
#include "policy/patterns/matcher_compiled.h"
#include "policy/patterns/matcher_literal.h"
#include "policy/patterns/matcher_piece.h"
#include "policy/patterns/matcher_reach.h"
#include "policy/patterns/matcher_superset.h"

namespace postern::policy {

namespace {

constexpr std::uint32_t kNoBound = std::numeric_limits<std::uint32_t>::max();
// Matches that can be wider are also bounded by what they are made of.
constexpr std::uint32_t kWide = 64;

// How a pattern goes to Hyperscan.
struct Located {
  std::string bounded;  // says how wide a match can be
  std::string text;     // the same without wide bounds
  unsigned flags = 0;
  std::uint32_t narrowest = 0;
  std::uint32_t widest = kNoBound;
  std::optional<Reach> reach;
};

struct FreeInfo {
  void operator()(hs_expr_info_t* p) const { std::free(p); }
};

// Learns the widths; says why when it cannot be located.
std::optional<Unlocated> measure(Located& located) {
  located.narrowest = 0;
  hs_expr_info_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_expression_info(located.bounded.c_str(), located.flags, &raw, &error);
  const std::unique_ptr<hs_expr_info_t, FreeInfo> info(raw);
  take_error(error);
  if (code != HS_SUCCESS || info == nullptr) return Unlocated::too_large;
  if (info->min_width == 0) return Unlocated::nothing_of_its_own;
  located.narrowest = info->min_width;
  located.widest = info->max_width;
  if (located.widest > kWide) located.reach = reach_of(located.bounded, (located.flags & HS_FLAG_DOTALL) != 0);
  return std::nullopt;
}

std::string without_wide_bounds(std::string_view pattern) {
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    size_t end = std::min(end_of_atom(pattern, at), pattern.size());
    if (end == at) end = at + 1;
    if (pattern[at] == '{') {
      end = pattern.find('}', at) + 1;
      const std::string_view count = pattern.substr(at + 1, end - at - 2);
      const size_t comma = count.find(',');
      std::uint32_t most = 0;
      if (comma != std::string_view::npos) {
        std::from_chars(count.data() + comma + 1, count.data() + count.size(), most);
      }
      if (most > kMostCounted) {
        out += '{';
        out += count.substr(0, comma + 1);
        out += '}';
        at = end;
        continue;
      }
    }
    out.append(pattern, at, end - at);
    at = end;
  }
  return out;
}

// Not measured yet.
tl::expected<Located, Unlocated> simplified(std::string_view pattern, Anchors anchors) {
  auto superset = superset_of(pattern, anchors);
  if (!superset) return tl::unexpected(Unlocated::not_understood);
  Located out;
  out.bounded = std::move(superset->pattern);
  out.text = without_wide_bounds(out.bounded);
  out.flags = (superset->utf8 ? HS_FLAG_UTF8 : 0U) | (superset->anchors ? HS_FLAG_MULTILINE : 0U) |
              (superset->dotall ? HS_FLAG_DOTALL : 0U);
  return out;
}

tl::expected<Located, Unlocated> located(std::string_view pattern, Anchors anchors) {
  auto out = simplified(pattern, anchors);
  if (!out) return out;
  if (const auto why = measure(*out)) return tl::unexpected(*why);
  return out;
}

tl::expected<Located, Unlocated> located(std::string_view pattern) {
  if (auto with = located(pattern, Anchors::keep)) return with;
  return located(pattern, Anchors::drop);
}

// Locates by a rare piece, when there is nothing better to see first.
std::optional<Located> located_by_piece(const Located& whole) {
  auto piece = rare_piece_of(whole.bounded, (whole.flags & HS_FLAG_DOTALL) != 0);
  if (!piece) return std::nullopt;
  Located out;
  out.bounded = std::move(piece->up_to_it);
  out.flags = whole.flags;
  if (measure(out)) return std::nullopt;
  // Without a bound PCRE2 would read all that stands before.
  if (piece->inside && out.widest > kWide && !out.reach) return std::nullopt;
  out.text = std::move(piece->text);
  return out;
}

// Locates by a literal alone: what the pattern is up to there says how far before its end a match begins.
std::optional<Located> located_by(const LiteralRun& literal, const Located& whole) {
  Located out;
  out.bounded = whole.bounded.substr(0, literal.end);
  out.flags = whole.flags;
  if (measure(out)) return std::nullopt;
  out.text = literal.text;
  out.flags = 0;
  return out;
}

// By pattern; nothing where no literal will do, or the pattern is one.
std::vector<std::optional<Located>> located_by_literals(std::span<const std::string> patterns) {
  std::vector<tl::expected<Located, Unlocated>> whole;
  for (const std::string& pattern : patterns) whole.push_back(simplified(pattern, Anchors::keep));
  LiteralUses uses;
  for (const auto& one : whole) {
    if (one) uses.add(one->bounded);
  }
  std::vector<std::optional<Located>> out(patterns.size());
  for (size_t i = 0; i < out.size(); i++) {
    const auto literal = whole[i] ? uses.best_of(whole[i]->bounded) : std::nullopt;
    if (literal && literal->text.size() < whole[i]->bounded.size()) out[i] = located_by(*literal, *whole[i]);
  }
  return out;
}

// Compiles what is located; on a refusal `refused` is the pattern's index.
struct Attempt {
  HsDatabase database;
  int refused = -1;
  std::string message;
};

Attempt compile_database(const std::vector<tl::expected<Located, Unlocated>>& all) {
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
  const int expression = error != nullptr ? error->expression : -1;
  attempt.message = take_error(error);
  if (attempt.message.empty()) throw std::bad_alloc();
  if (expression >= 0) attempt.refused = static_cast<int>(ids[static_cast<size_t>(expression)]);
  return attempt;
}

}  // namespace

std::optional<Unlocated> why_not_located(std::string_view pattern) {
  const auto found = located(pattern);
  return found ? std::nullopt : std::optional(found.error());
}

tl::expected<PatternSet, PatternSet::CompileError> PatternSet::compile(std::span<const std::string> patterns,
                                                                       size_t few) {
  auto compiled = std::make_unique<Compiled>();
  for (size_t i = 0; i < patterns.size(); i++) {
    if (const auto code = Pcre::check(patterns[i]); !code) {
      return tl::unexpected(CompileError{static_cast<PatternIndex>(i), code.error().message});
    }
  }
  std::vector<std::optional<Located>> by_literal(patterns.size());
  if (patterns.size() > few) by_literal = located_by_literals(patterns);
  std::vector<tl::expected<Located, Unlocated>> all;
  for (size_t i = 0; i < patterns.size(); i++) {
    Compiled::Pattern& pattern = compiled->patterns.emplace_back();
    pattern.code = LazyPcre(patterns[i]);
    if (by_literal[i]) {
      all.emplace_back(std::move(*by_literal[i]));
      pattern.locating = Locating::literal;
    } else {
      all.push_back(located(patterns[i]));
      pattern.locating = all.back() ? Locating::exact : Locating::always;
      auto piece = all.back() ? located_by_piece(*all.back()) : std::nullopt;
      if (piece) {
        all.back() = std::move(*piece);
        pattern.locating = Locating::piece;
      }
    }
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
      if (!measure(*all[index])) continue;
    }
    pattern.locating = Locating::always;
    all[index] = tl::unexpected(Unlocated::too_large);
  }
  for (size_t i = 0; i < all.size(); i++) {
    if (all[i]) {
      compiled->patterns[i].narrowest = all[i]->narrowest;
      compiled->patterns[i].widest = all[i]->widest;
      compiled->patterns[i].reach = all[i]->reach;
    } else {
      compiled->always.push_back(static_cast<PatternIndex>(i));
    }
  }
  return PatternSet(std::move(compiled));
}

void PatternSet::store(ImageWriter& out) const {
  out(compiled_->patterns.size());
  for (const Compiled::Pattern& pattern : compiled_->patterns) {
    out(pattern.locating, pattern.narrowest, pattern.widest, pattern.reach.has_value());
    if (pattern.reach) out(pattern.reach->free.to_string(), pattern.reach->others);
  }
  store_database(compiled_->database.get(), out);
}

std::optional<PatternSet> PatternSet::restore(std::span<const std::string> patterns, ImageReader& in) {
  auto compiled = std::make_unique<Compiled>();
  size_t count = 0;
  in(count);
  if (count != patterns.size()) return std::nullopt;
  compiled->patterns.resize(count);
  for (size_t i = 0; i < count; i++) {
    Compiled::Pattern& pattern = compiled->patterns[i];
    pattern.code = LazyPcre(patterns[i]);
    bool reaches = false;
    in(pattern.locating, pattern.narrowest, pattern.widest, reaches);
    if (reaches) {
      std::string free;
      in(free, pattern.reach.emplace().others);
      if (free.size() != pattern.reach->free.size() || free.find_first_not_of("01") != std::string::npos)
        return std::nullopt;
      pattern.reach->free = std::bitset<256>(free);
    }
    if (pattern.locating == Locating::always) compiled->always.push_back(static_cast<PatternIndex>(i));
  }
  auto database = restore_database(in);
  if (!database || in.failed()) return std::nullopt;
  compiled->database = std::move(*database);
  return PatternSet(std::move(compiled));
}

}  // namespace postern::policy
