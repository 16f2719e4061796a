#include "policy/patterns/matcher.h"

#include <algorithm>
#include <limits>

#include "policy/patterns/matcher_compiled.h"

namespace postern::policy {

PatternScratch::PatternScratch() : state_(std::make_unique<State>()) {}
PatternScratch::~PatternScratch() = default;
PatternScratch::PatternScratch(PatternScratch&&) noexcept = default;
PatternScratch& PatternScratch::operator=(PatternScratch&&) noexcept = default;

void PatternScratch::new_message() {
  state_->budget.new_message();
}
PatternBudget& PatternScratch::budget() {
  return state_->budget;
}

PatternSet::PatternSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

size_t PatternSet::size() const {
  return compiled_->patterns.size();
}
Locating PatternSet::locating(PatternIndex pattern) const {
  return compiled_->patterns[pattern].locating;
}
const hs_database_t* PatternSet::database() const {
  return compiled_->database.get();
}

Result<void> PatternSet::prepare(PatternScratch& scratch) const {
  PatternScratch::State& state = *scratch.state_;
  state.last.resize(std::max(state.last.size(), size()));
  state.budget.resize(state.last.size());
  if (compiled_->database == nullptr) return {};
  hs_scratch_t* raw = state.scratch.release();
  const hs_error_t error = hs_alloc_scratch(compiled_->database.get(), &raw);
  state.scratch.reset(raw);
  if (error != HS_SUCCESS) return fail(ErrorKind::unavailable, "no memory for the scanner");
  return {};
}

namespace {

// Beginnings that PCRE2 tries at once, and the steps that they may take together: some 40 ms.
constexpr size_t kStartsPerTry = 2048;
constexpr size_t kStepsPerTry = 2'000'000;
// Where the stretch cannot be taken apart: the least for each beginning.
constexpr size_t kLeastSteps = 1000;

std::uint32_t steps_for(size_t starts) {
  return static_cast<std::uint32_t>(std::clamp<size_t>(kStepsPerTry / starts, kLeastSteps, kMatchLimit));
}

// As Pcre::find() with all steps for each beginning; but fewer are tried at once, and where those reach a bound, half
// of them, down to the one that does. A look that must not be taken apart has only what it has.
PcreMatch find_bounded(const Pcre& code, std::string_view subject, size_t from, size_t last, const PcreScratch& scratch,
                       PatternBudget::Turn& turn) {
  constexpr PcreMatch kSpent{PcreMatch::Kind::limit, 0, 0};
  last = std::min(last, subject.size());
  size_t most = code.must_look_at_once() ? subject.size() + 1 : kStartsPerTry;
  while (from <= last) {
    const size_t end = std::min(last, from + most - 1);
    const std::uint32_t steps = steps_for(end - from + 1);
    if (!turn.may_try()) return kSpent;
    const PcreMatch match = code.find(subject, from, end, scratch, steps);
    if (match.kind == PcreMatch::Kind::found) return match;
    if (match.kind == PcreMatch::Kind::limit) {
      turn.was_dear();
      if (steps == kMatchLimit || code.must_look_at_once()) return match;
      most = (end - from + 1) / 2;
      continue;
    }
    most = std::min(2 * most, kStartsPerTry);
    if (code.must_look_at_once()) break;
    from = end + 1;
    while (from < subject.size() && (static_cast<unsigned char>(subject[from]) & 0xc0) == 0x80) from++;
  }
  return {PcreMatch::Kind::none, 0, 0};
}

size_t align_back(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) at--;
  return at;
}

}  // namespace

std::uint32_t PatternSet::Compiled::Pattern::earliest(std::string_view text, std::uint32_t end,
                                                      std::uint32_t least) const {
  const std::uint32_t by_width = end > widest ? end - widest : 0;
  if (!reach) return by_width;
  return reach->begin_of(text, end, std::max(by_width, least));
}

int PatternSet::Compiled::on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  auto& scan = *static_cast<Scan*>(context);
  const Pattern& pattern = scan.set.patterns[id];
  PatternScratch::State& state = scan.state;
  const auto end = static_cast<std::uint32_t>(to);
  const std::uint32_t high = end > pattern.narrowest ? end - pattern.narrowest : 0;
  auto& last = state.last[id];
  std::uint32_t low = 0;
  if (last.epoch != state.epoch) {
    last = {state.epoch, 0, 0};
    low = pattern.earliest(scan.text, end, 0);
  } else {
    Window& window = state.windows[last.window];
    // Ends rise, and beginnings with them: what reaches the window before begins no earlier. So runs are read once.
    low = pattern.earliest(scan.text, end, high >= window.high ? window.high + 1 : 0);
    const bool touches = low <= window.high + 1 && high + 1 >= window.low;
    if (touches || last.count >= kMaxWindows) {
      window.low = std::min(window.low, low);
      window.high = std::max(window.high, high);
      return 0;
    }
  }
  last.window = static_cast<std::uint32_t>(state.windows.size());
  last.count++;
  state.windows.push_back({id, low, high});
  return 0;
}

// Asks PCRE2 for all matches of one pattern that begin inside its windows (sorted by `low`).
void PatternSet::Compiled::decide(std::span<const Window> windows, std::string_view text,
                                  std::span<const ByteRange> pieces, PatternScratch::State& state,
                                  PatternSink& sink) const {
  const PatternIndex index = windows[0].pattern;
  const Pcre* const code = patterns[index].code.get();
  PatternBudget::Turn turn(state.budget, index);
  auto piece = pieces.begin();
  size_t done = 0;  // up to here everything was decided
  for (const Window& window : windows) {
    piece = std::lower_bound(piece, pieces.end(), std::max<size_t>(window.low, done),
                             [](const ByteRange& p, size_t at) { return p.end <= at; });
    for (; piece != pieces.end() && piece->begin <= window.high; ++piece) {
      if (done >= piece->end) continue;
      const std::string_view subject = text.substr(piece->begin, piece->end - piece->begin);
      size_t from = std::max<size_t>({window.low, done, piece->begin}) - piece->begin;
      from = align_back(subject, from);
      if (piece->begin + from < done) from = done - piece->begin;
      const size_t last_start = std::min<size_t>(window.high, piece->end) - piece->begin;
      while (from <= last_start && from < subject.size()) {
        const PcreMatch match = code != nullptr ? find_bounded(*code, subject, from, last_start, state.pcre, turn)
                                                : PcreMatch{PcreMatch::Kind::limit, 0, 0};
        if (match.kind == PcreMatch::Kind::none) break;
        if (match.kind == PcreMatch::Kind::limit) {
          sink.gave_up(index, *piece);
          done = piece->end;
          break;
        }
        // \K can report a beginning before what was already matched; its end still moves on.
        const size_t begin = std::max(match.begin, from);
        if (!sink.found(index, {static_cast<std::uint32_t>(piece->begin + begin),
                                static_cast<std::uint32_t>(piece->begin + match.end)})) {
          return;
        }
        from = match.end;
        done = piece->begin + match.end;
      }
      if (piece->end > window.high) break;
    }
    if (piece == pieces.end()) return;
  }
}

void PatternSet::scan(std::string_view text, std::span<const ByteRange> pieces, PatternScratch& scratch,
                      PatternSink& sink) const {
  PatternScratch::State& state = *scratch.state_;
  state.windows.clear();
  state.epoch++;
  if (compiled_->database != nullptr) {
    Compiled::Scan scan{*compiled_, text, state};
    hs_scan(compiled_->database.get(), text.data(), static_cast<unsigned>(text.size()), 0, state.scratch.get(),
            Compiled::on_match, &scan);
  }
  for (const PatternIndex always : compiled_->always) {
    state.windows.push_back({always, 0, static_cast<std::uint32_t>(text.size())});
  }
  std::vector<Window>& windows = state.windows;
  std::sort(windows.begin(), windows.end(), [](const Window& a, const Window& b) {
    return a.pattern != b.pattern ? a.pattern < b.pattern : a.low < b.low;
  });
  for (size_t i = 0; i < windows.size();) {
    size_t end = i + 1;
    while (end < windows.size() && windows[end].pattern == windows[i].pattern) end++;
    if (sink.wants(windows[i].pattern)) {
      compiled_->decide(std::span(windows).subspan(i, end - i), text, pieces, state, sink);
    }
    i = end;
  }
}

void PatternSet::scan_any(std::span<const PatternIndex> patterns, std::string_view text, PatternScratch& scratch,
                          PatternSink& sink) const {
  const auto size = static_cast<std::uint32_t>(text.size());
  const ByteRange all[] = {{0, size}};
  for (const PatternIndex pattern : patterns) {
    const Window window[] = {{pattern, 0, size}};
    if (sink.wants(pattern)) compiled_->decide(window, text, all, *scratch.state_, sink);
  }
}

}  // namespace postern::policy
