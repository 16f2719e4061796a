#include "policy/scan_state.h"

#include <algorithm>
#include <bit>

#include "policy/validators.h"
#include "policy/views_unicode.h"

namespace postern::policy {

Counted Ruler::upto(size_t at) {
  const std::string_view passed = text_.substr(at_, at - at_);
  so_far_.chars += static_cast<std::uint32_t>(ascii_ ? passed.size() : count_code_points(passed));
  if (needs_.lines) so_far_.lines += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
  if (needs_.words) count_words(passed);
  at_ = at;
  return so_far_;
}

void Ruler::count_words(std::string_view passed) {
  for (size_t i = 0; i < passed.size();) {
    const bool word = is_word_char(next_code_point(passed, i));
    if (word && !in_word_) so_far_.words++;
    in_word_ = word;
  }
}

void Block::clear() {
  reader.clear();
  ranges.clear();
  pieces.clear();
  signs.clear();
}

size_t Block::piece_at(std::uint32_t offset) const {
  const auto at = std::lower_bound(ranges.begin(), ranges.end(), offset,
                                   [](const ByteRange& range, std::uint32_t wanted) { return range.end < wanted; });
  return static_cast<size_t>(at - ranges.begin());
}

Hit Block::placed(const RawHit& raw, size_t piece, const Counted& begin, const Counted& end) const {
  const std::uint32_t first = ranges[piece].begin;
  Hit hit;
  hit.source = raw.source;
  hit.entry = raw.entry;
  hit.part = pieces[piece].part;
  hit.segment = pieces[piece].segment;
  hit.range = {raw.range.begin - first, raw.range.end - first};
  hit.first_char = begin.chars;
  hit.end_char = end.chars;
  hit.first_word = begin.words;
  hit.end_word = end.words;
  hit.line = begin.lines;
  hit.view = raw.view;
  hit.value = raw.value;
  hit.checks = raw.checks;
  hit.entropy = raw.entropy;
  hit.encodings = raw.encodings;
  if (raw.encoded.begin < raw.encoded.end) hit.encoded = {raw.encoded.begin - first, raw.encoded.end - first};
  return hit;
}

void Level::take_pieces(const Block& above, ViewMask wanted, std::string& scratch) {
  block.clear();
  normal.clear();
  for (const Decoded::Stretch& stretch : decoded.stretches()) {
    const std::string_view text =
        std::string_view(decoded.text()).substr(stretch.text.begin, stretch.text.end - stretch.text.begin);
    if (!block.ranges.empty()) {
      block.reader += '\n';
      normal.copied(1);
    }
    const auto begin = static_cast<std::uint32_t>(block.reader.size());
    const Survey survey = make_surveyed(text, wanted, block.reader, block.signs);
    const bool as_is = survey.plain || std::string_view(block.reader).substr(begin) == text;
    if (as_is) {
      normal.copied(text.size());
    } else {
      scratch.clear();
      make_reader(text, scratch, &normal);
    }
    const Piece& from = above.pieces[above.piece_at(stretch.origin.begin)];
    block.ranges.push_back({begin, static_cast<std::uint32_t>(block.reader.size())});
    block.pieces.push_back({from.segment, from.part, text, survey, as_is});
  }
}

ByteRange Level::above(size_t piece, ByteRange range) const {
  const Decoded::Stretch& stretch = decoded.stretches()[piece];
  range = normal.to_source(range);
  return decoded.origin_of(stretch, {range.begin - stretch.text.begin, range.end - stretch.text.begin});
}

bool Level::is_news(const ByteRange& range, std::string_view source) const {
  const size_t piece = block.piece_at(range.begin);
  if (!decoded.goes_on(decoded.stretches()[piece])) return true;
  size_t begin = range.begin;
  size_t end = range.end;
  if (begin > block.ranges[piece].begin) previous_code_point(block.reader, begin);
  if (end < block.ranges[piece].end) next_code_point(block.reader, end);
  const ByteRange origin = above(piece, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  return source.substr(origin.begin, origin.end - origin.begin) !=
         std::string_view(block.reader).substr(begin, end - begin);
}

void tell_decoded(std::span<const Level> levels, const Hit& hit, ByteRange range, DecodedSink& sink) {
  for (size_t i = levels.size(); i > 0; i--) {
    const Level& level = levels[i - 1];
    const size_t piece = level.block.piece_at(range.begin);
    const std::uint32_t begin = level.block.ranges[piece].begin;
    sink.decoded(hit, level.block.text_of(piece), {range.begin - begin, range.end - begin}, i == levels.size());
    const Decoded::Stretch& stretch = level.decoded.stretches()[piece];
    range = level.decoded.goes_on(stretch) ? level.above(piece, range) : stretch.origin;
  }
}

void Level::give_back_over(size_t bytes) {
  decoded.give_back_over(bytes);
  normal.give_back_over(bytes);
  block.clear();
  policy::give_back_over(bytes, block.reader);
}

void give_back_over(size_t bytes, std::string& text) {
  text.clear();
  if (text.capacity() > bytes) text.shrink_to_fit();
}

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;

Result<std::unique_ptr<Workspace>> Workspace::create(const CompiledPolicy& policy,
                                                     std::chrono::milliseconds pattern_time) {
  std::unique_ptr<Workspace> workspace(new Workspace());
  if (auto ready = policy.patterns.prepare(workspace->state_->patterns); !ready) return fail(ready.error());
  workspace->state_->patterns.budget().set(pattern_time);
  if (auto ready = policy.words.prepare(workspace->state_->words); !ready) return fail(ready.error());
  workspace->state_->hits_of.resize(policy.sources);
  return workspace;
}

void Workspace::State::give_back_over(size_t bytes) {
  policy::give_back_over(bytes, block.reader);
  for (std::string* text : {&folded, &derived, &canonical}) policy::give_back_over(bytes, *text);
  for (; levels_used > 0; levels_used--) levels[levels_used - 1].give_back_over(bytes);
  folded_map.give_back_over(bytes);
  derived_map.give_back_over(bytes);
  raw.clear();
  if (raw.capacity() * sizeof(RawHit) > bytes) raw.shrink_to_fit();
}

ByteRange shown(const OffsetMap& map, std::string_view reader, ByteRange match) {
  ByteRange range = map.to_view(match);
  if (range.begin < range.end || reader.empty()) return range;
  size_t at = range.begin;
  if (at > 0) {
    previous_code_point(reader, at);
    range.begin = static_cast<std::uint32_t>(at);
  } else {
    next_code_point(reader, at);
    range.end = static_cast<std::uint32_t>(at);
  }
  return range;
}

void count_inside(std::vector<RawHit>& raw, const Block& block, PositionNeeds needs) {
  const auto encoded = [](const RawHit& hit) { return hit.stretch != kNoStretch; };
  if (std::none_of(raw.begin(), raw.end(), encoded)) return;
  std::sort(raw.begin(), raw.end(), [](const RawHit& a, const RawHit& b) {
    return a.stretch != b.stretch ? a.stretch < b.stretch : a.inner.begin < b.inner.begin;
  });
  for (size_t i = 0; i < raw.size() && encoded(raw[i]);) {
    const std::uint32_t stretch = raw[i].stretch;
    const std::uint32_t begin = block.ranges[stretch].begin;
    Ruler here = block.ruler(stretch, needs);
    for (; i < raw.size() && raw[i].stretch == stretch; i++) {
      raw[i].inner_begin = here.upto(raw[i].inner.begin - begin);
      Ruler over = here;
      raw[i].inner_end = over.upto(raw[i].inner.end - begin);
    }
  }
}

namespace {

void run_checks(std::string_view seen, std::uint64_t wanted, RawHit& hit) {
  if (wanted == 0) return;
  const PlainValue plain = plain_value(seen);
  for (; wanted != 0; wanted &= wanted - 1) {
    const auto id = static_cast<Validator>(std::countr_zero(wanted));
    const ValidatorInfo& info = *find_validator(id);
    if (id == Validator::entropy) hit.entropy = static_cast<std::uint8_t>(entropy_of(seen));
    const bool passed = info.check(info.takes == ValidatorInfo::Takes::text ? seen : plain.view());
    if (passed || id == Validator::entropy) hit.checks |= check_bit(id);
  }
}

}  // namespace

void evaluate_value(const CompiledPolicy& policy, std::string_view text, const ByteRange& match, std::string& buffer,
                    RawHit& hit) {
  const std::string_view seen = text.substr(match.begin, match.end - match.begin);
  hit.value = canonical_value(seen, buffer);
  hit.checks = check_bit(Validator::none);
  run_checks(seen, policy.checks[hit.source] & ~check_bit(Validator::none), hit);
  constexpr std::uint64_t kCards = check_bit(Validator::luhn) | check_bit(Validator::card);
  if ((hit.checks & kCards) != 0 && is_piece_of_account(text, match.begin, match.end)) hit.checks &= ~kCards;
}

}  // namespace postern::policy
