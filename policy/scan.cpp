#include "policy/scan.h"

#include <algorithm>
#include <bit>

#include "policy/scan_hits.h"
#include "policy/scan_marks.h"
#include "policy/validators.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

std::string_view view_name(std::uint8_t view) {
  if (view == 0) return "reader";
  return view == kRawView ? "raw" : to_string(static_cast<DerivedName>(view - 1U));
}

namespace {

// How far the text of a part has been counted.
struct Counted {
  std::uint32_t chars = 0;
  std::uint32_t words = 0;
  std::uint32_t lines = 0;
};

constexpr std::uint32_t kNoPart = 0xffff'ffff;

struct Piece {
  std::uint32_t segment;
  std::uint32_t part;
  std::string_view text;  // of the segment
  Survey survey;          // of the reader view
  bool as_is;             // the reader view is the text itself
};

// A hit while its block is being read: offsets are those of the block.
struct RawHit {
  SourceIndex source;
  std::uint32_t entry;
  ByteRange range;
  std::uint8_t view;
};

}  // namespace

struct Workspace::State {
  PatternScratch patterns;
  WordScratch words;
  // The block.
  std::string reader;
  std::vector<ByteRange> ranges;
  std::vector<Piece> pieces;
  std::string folded;
  OffsetMap folded_map;
  std::vector<ByteRange> folded_ranges;
  std::string derived;
  OffsetMap derived_map;
  std::string canonical;
  std::vector<RawHit> raw;
  // The message.
  std::vector<Counted> counted;        // by part
  std::vector<std::uint32_t> hits_of;  // by source; zero between messages
  std::vector<SourceIndex> touched;
};

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::~Workspace() = default;

Result<std::unique_ptr<Workspace>> Workspace::create(const CompiledPolicy& policy) {
  std::unique_ptr<Workspace> workspace(new Workspace());
  if (auto ready = policy.patterns.prepare(workspace->state_->patterns); !ready) return fail(ready.error());
  if (auto ready = policy.words.prepare(workspace->state_->words); !ready) return fail(ready.error());
  workspace->state_->hits_of.resize(policy.sources);
  return workspace;
}

// One scan of one message.
class Scanner final : public PatternSink, public WordSink, public MarkSink {
 public:
  Scanner(const CompiledPolicy& policy, Workspace::State& state, ScanResult& result)
      : policy_(policy),
        s_(state),
        result_(result),
        wanted_(static_cast<ViewMask>(policy.pattern_views | policy.word_views)) {}

  // `segments` are asked for their places; none for a text by itself.
  void begin(size_t parts, std::span<const Segment> segments) {
    segments_ = segments;
    result_.clear();
    s_.counted.assign(parts, {});
    start_block();
  }

  void add(std::uint32_t segment, std::uint32_t part, std::string_view text) {
    if (!s_.reader.empty() && s_.reader.size() + text.size() > kBlockBytes) flush();
    if (!s_.ranges.empty()) s_.reader += '\n';
    const size_t begin = s_.reader.size();
    const Survey survey = make_surveyed(text, wanted_, s_.reader);
    const bool as_is = survey.plain || std::string_view(s_.reader).substr(begin) == text;
    s_.ranges.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(s_.reader.size())});
    s_.pieces.push_back({segment, part, text, survey, as_is});
  }

  void end() {
    flush();
    for (const SourceIndex source : s_.touched) {
      if (s_.hits_of[source] > kMaxHits) result_.overflowed.push_back(source);
      s_.hits_of[source] = 0;
    }
    s_.touched.clear();
    sort_and_drop_doubles(result_.hits);
    if (policy_.boilerplate != kNoSource) drop_inside(policy_.boilerplate, result_);
    give_back();
  }

  bool found(PatternIndex pattern, ByteRange match) override {
    const ByteRange range = map(match);
    return !shows(pattern, range) || keep({pattern, 0, range, view_});
  }

  bool wants(PatternIndex pattern) override {
    if (!looks_at_view(pattern)) return false;
    if (s_.hits_of[pattern] > kMaxHits) return false;
    if (result_.gave_up.size() < kMaxGiveUps) return true;
    const auto same = [pattern](const GaveUp& one) { return one.source == pattern; };
    if (std::none_of(result_.gave_up.begin(), result_.gave_up.end(), same)) return true;
    // Nothing more is spent on this pattern, and no part passes as read by it.
    std::uint32_t last = kNoPart;
    for (const Piece& piece : s_.pieces) {
      if (piece.part != last) result_.gave_up.push_back({pattern, piece.segment});
      last = piece.part;
    }
    return false;
  }

  void gave_up(PatternIndex pattern, ByteRange piece) override {
    const size_t index = piece_at(piece.begin + offset_);
    if (index < s_.pieces.size()) result_.gave_up.push_back({pattern, s_.pieces[index].segment});
  }

  void found(std::uint32_t list, std::uint32_t entry, ByteRange match, WordFind how) override {
    const SourceIndex source = policy_.first_word_source + list;
    if (view_ == kRawView) match = shown(match);
    const ByteRange range{match.begin + offset_, match.end + offset_};
    if (!shows(source, range)) return;
    if (how == WordFind::as_written) {
      keep({source, entry, range, view_});
      return;
    }
    const DerivedName as = how == WordFind::joined ? DerivedName::joined : DerivedName::reversed;
    if ((policy_.views[source] & view_bit(as)) == 0) return;
    keep({source, entry, range, view_ != 0 ? view_ : static_cast<std::uint8_t>(static_cast<unsigned>(as) + 1)});
  }

  void mark(SourceIndex source, std::uint32_t entry, ByteRange match) override {
    keep({source, entry, {match.begin + offset_, match.end + offset_}, 0});
  }

 private:
  void start_block() {
    s_.reader.clear();
    s_.ranges.clear();
    s_.pieces.clear();
    s_.raw.clear();
  }

  bool keep(const RawHit& hit) {
    std::uint32_t& count = s_.hits_of[hit.source];
    if (count == 0) s_.touched.push_back(hit.source);
    const bool room = result_.hits.size() + s_.raw.size() < kMaxAllHits || count < kAlwaysKept;
    if (++count > kMaxHits || !room) {
      count = kMaxHits + 1;
      return false;
    }
    s_.raw.push_back(hit);
    return true;
  }

  // Whether what was found counts in this view: raw sources see the original text only.
  bool shows(SourceIndex source, const ByteRange& range) const {
    if (view_ != 0) return range.begin < range.end && looks_at_view(source);
    return policy_.raw[source] == 0 || s_.pieces[piece_at(range.begin)].as_is;
  }

  // Of the reader view that depends on the piece.
  bool looks_at_view(SourceIndex source) const {
    if (view_ == 0) return true;
    if (view_ == kRawView) return policy_.raw[source] != 0;
    return (unsigned{policy_.views[source]} >> (view_ - 1U) & 1U) != 0;
  }

  size_t piece_at(std::uint32_t offset) const {
    const auto at = std::lower_bound(s_.ranges.begin(), s_.ranges.end(), offset,
                                     [](const ByteRange& range, std::uint32_t wanted) { return range.end < wanted; });
    return static_cast<size_t>(at - s_.ranges.begin());
  }

  // Where a match in the original text stands in the reader view; what that leaves out stands where its neighbour does.
  ByteRange shown(ByteRange match) const {
    ByteRange range = s_.derived_map.to_view(match);
    if (range.begin < range.end || s_.derived.empty()) return range;
    size_t at = range.begin;
    if (at > 0) {
      previous_code_point(s_.derived, at);
      range.begin = static_cast<std::uint32_t>(at);
    } else {
      next_code_point(s_.derived, at);
      range.end = static_cast<std::uint32_t>(at);
    }
    return range;
  }

  ByteRange map(ByteRange match) const {
    if (view_ == kRawView) {
      match = shown(match);
    } else if (view_ != 0) {
      match = s_.derived_map.to_source(match);
    }
    return {match.begin + offset_, match.end + offset_};
  }

  void flush() {
    if (s_.ranges.empty()) return;
    view_ = 0;
    offset_ = 0;
    if (policy_.patterns.size() > 0) policy_.patterns.scan(s_.reader, s_.ranges, s_.patterns, *this);
    if (!policy_.words.empty()) scan_words();
    if (!policy_.marks.none() && !segments_.empty()) scan_pieces_for_marks();
    scan_derived();
    if (!policy_.raw_patterns.empty() || policy_.raw_words) scan_raw();
    if (!s_.raw.empty()) place_hits();
    count_rest();
    start_block();
  }

  void scan_words() {
    s_.folded.clear();
    s_.folded_map.clear();
    make_folded(s_.reader, s_.folded, &s_.folded_map);
    const OffsetMap* const maps[] = {&s_.folded_map};
    if (s_.folded.size() == s_.reader.size() && s_.folded_map.is_identity()) {
      policy_.words.scan({WordView::folded, s_.folded, s_.ranges, s_.reader, s_.reader, {}}, s_.words, *this);
      return;
    }
    // Folding keeps the separators, so the pieces follow each other as in the reader view.
    s_.folded_ranges.clear();
    std::string& piece = s_.derived;
    size_t at = 0;
    for (const ByteRange& range : s_.ranges) {
      piece.clear();
      make_folded(std::string_view(s_.reader).substr(range.begin, range.end - range.begin), piece, nullptr);
      s_.folded_ranges.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + piece.size())});
      at += piece.size() + 1;
    }
    policy_.words.scan({WordView::folded, s_.folded, s_.folded_ranges, s_.reader, s_.reader, maps}, s_.words, *this);
  }

  void scan_pieces_for_marks() {
    for (size_t i = 0; i < s_.ranges.size(); i++) {
      offset_ = s_.ranges[i].begin;
      const std::string_view reader = std::string_view(s_.reader).substr(offset_, s_.ranges[i].end - offset_);
      scan_marks(policy_.marks, segments_[s_.pieces[i].segment], reader, s_.canonical, *this);
    }
    offset_ = 0;
  }

  void scan_derived() {
    for (size_t i = 0; i < s_.ranges.size(); i++) {
      const Survey& survey = s_.pieces[i].survey;
      if (survey.worth == 0) continue;
      const ByteRange& range = s_.ranges[i];
      const std::string_view reader = std::string_view(s_.reader).substr(range.begin, range.end - range.begin);
      offset_ = range.begin;
      view_ = 0;
      for (const DerivedView& derived : derived_views()) {
        view_ = static_cast<std::uint8_t>(static_cast<unsigned>(derived.id) + 1);
        if (survey.worth_making(derived.id) && make(derived, reader)) read_derived(derived, reader);
      }
    }
  }

  void read_derived(const DerivedView& derived, std::string_view reader) {
    if ((policy_.pattern_views & view_bit(derived.id)) != 0) {
      const ByteRange all[] = {{0, static_cast<std::uint32_t>(s_.derived.size())}};
      policy_.patterns.scan(s_.derived, all, s_.patterns, *this);
    }
    if ((policy_.word_views & view_bit(derived.id)) != 0) scan_derived_words(reader);
  }

  // Raw sources, in pieces whose reader view is not the text itself.
  void scan_raw() {
    view_ = kRawView;
    for (size_t i = 0; i < s_.ranges.size(); i++) {
      const Piece& piece = s_.pieces[i];
      if (piece.as_is) continue;
      offset_ = s_.ranges[i].begin;
      s_.derived.clear();
      s_.derived_map.clear();
      make_reader(piece.text, s_.derived, &s_.derived_map);
      policy_.patterns.scan_any(policy_.raw_patterns, piece.text, s_.patterns, *this);
      if (!policy_.raw_words) continue;
      s_.folded.clear();
      s_.folded_map.clear();
      make_folded(piece.text, s_.folded, &s_.folded_map);
      const ByteRange all[] = {{0, static_cast<std::uint32_t>(s_.folded.size())}};
      const OffsetMap* const maps[] = {&s_.folded_map};
      policy_.words.scan({WordView::folded, s_.folded, all, piece.text, piece.text, maps}, s_.words, *this);
    }
  }

  void scan_derived_words(std::string_view reader) {
    s_.folded.clear();
    s_.folded_map.clear();
    make_folded(s_.derived, s_.folded, &s_.folded_map);
    const ByteRange all[] = {{0, static_cast<std::uint32_t>(s_.folded.size())}};
    const OffsetMap* const maps[] = {&s_.folded_map, &s_.derived_map};
    policy_.words.scan({WordView::derived, s_.folded, all, reader, s_.derived, maps}, s_.words, *this);
  }

  bool make(const DerivedView& derived, std::string_view reader) {
    s_.derived.clear();
    s_.derived_map.clear();
    return derived.make(reader, s_.derived, s_.derived_map);
  }

  // Counts code points (and words and lines when asked for) of a piece, in one pass over its hits.
  class Ruler {
   public:
    Ruler(std::string_view text, bool ascii, PositionNeeds needs) : text_(text), ascii_(ascii), needs_(needs) {}

    Counted upto(size_t at) {
      const std::string_view passed = text_.substr(at_, at - at_);
      so_far_.chars += static_cast<std::uint32_t>(ascii_ ? passed.size() : count_code_points(passed));
      if (needs_.lines) so_far_.lines += static_cast<std::uint32_t>(std::count(passed.begin(), passed.end(), '\n'));
      if (needs_.words) count_words(passed);
      at_ = at;
      return so_far_;
    }

   private:
    void count_words(std::string_view passed) {
      for (size_t i = 0; i < passed.size();) {
        const bool word = is_word_char(next_code_point(passed, i));
        if (word && !in_word_) so_far_.words++;
        in_word_ = word;
      }
    }

    std::string_view text_;
    bool ascii_;
    PositionNeeds needs_;
    size_t at_ = 0;
    bool in_word_ = false;
    Counted so_far_;
  };

  Ruler ruler(size_t piece) const {
    const ByteRange& range = s_.ranges[piece];
    return {std::string_view(s_.reader).substr(range.begin, range.end - range.begin), s_.pieces[piece].survey.ascii,
            policy_.needs};
  }

  void place_hits() {
    std::vector<RawHit>& raw = s_.raw;
    std::sort(raw.begin(), raw.end(), [](const RawHit& a, const RawHit& b) { return a.range.begin < b.range.begin; });
    size_t next = 0;
    for (size_t i = 0; i < s_.ranges.size() && next < raw.size(); i++) {
      const ByteRange& range = s_.ranges[i];
      const Counted& base = base_of(i);
      if (raw[next].range.begin >= range.end) {
        finish_piece(i);
        continue;
      }
      Ruler here = ruler(i);
      for (; next < raw.size() && raw[next].range.begin < range.end; next++) {
        const Counted begin = here.upto(raw[next].range.begin - range.begin);
        Ruler over = here;
        const Counted end = over.upto(raw[next].range.end - range.begin);
        add_hit(raw[next], i, base, begin, end);
      }
      finish_piece(i);
    }
  }

  const Counted& base_of(size_t piece) const { return s_.counted[s_.pieces[piece].part]; }

  void finish_piece(size_t piece) {
    const ByteRange& range = s_.ranges[piece];
    Counted& part = s_.counted[s_.pieces[piece].part];
    part.chars += range.end - range.begin - static_cast<std::uint32_t>(s_.pieces[piece].survey.continuations) + 1;
    Counted all;
    if (policy_.needs.words || policy_.needs.lines) all = ruler(piece).upto(range.end - range.begin);
    part.words += all.words;
    part.lines += all.lines + 1;
    finished_ = piece + 1;
  }

  void count_rest() {
    while (finished_ < s_.ranges.size()) finish_piece(finished_);
    finished_ = 0;
  }

  void add_hit(const RawHit& raw, size_t piece, const Counted& base, const Counted& begin, const Counted& end) {
    Hit hit;
    hit.source = raw.source;
    hit.entry = raw.entry;
    hit.part = s_.pieces[piece].part;
    hit.segment = s_.pieces[piece].segment;
    hit.range = {raw.range.begin - s_.ranges[piece].begin, raw.range.end - s_.ranges[piece].begin};
    hit.first_char = base.chars + begin.chars;
    hit.end_char = base.chars + end.chars;
    hit.first_word = base.words + begin.words;
    hit.end_word = base.words + end.words;
    hit.line = base.lines + begin.lines;
    hit.view = raw.view;
    if (policy_.counts[raw.source] != 0) evaluate_value(raw, s_.ranges[piece], hit);
    result_.hits.push_back(hit);
  }

  void evaluate_value(const RawHit& raw, const ByteRange& piece, Hit& hit) {
    if (policy_.is_words(raw.source)) {
      hit.value = policy_.word_values[raw.source - policy_.first_word_source][raw.entry];
      hit.checks = check_bit(Validator::none);
      return;
    }
    const std::string_view found = std::string_view(s_.reader).substr(raw.range.begin, raw.range.end - raw.range.begin);
    std::string_view seen = found;
    if (raw.view != 0 && raw.view != kRawView) {
      // Checked as the view wrote it: make the view of the find alone.
      s_.derived.clear();
      s_.derived_map.clear();
      if (derived_views()[raw.view - 1U].make(found, s_.derived, s_.derived_map)) seen = s_.derived;
    }
    hit.value = canonical_value(seen, s_.canonical);
    hit.checks = check_bit(Validator::none);
    run_checks(seen, policy_.checks[raw.source] & ~check_bit(Validator::none), hit);
    constexpr std::uint64_t kCards = check_bit(Validator::luhn) | check_bit(Validator::card);
    const std::string_view around = std::string_view(s_.reader).substr(piece.begin, piece.end - piece.begin);
    if ((hit.checks & kCards) != 0 && is_piece_of_account(around, hit.range.begin, hit.range.end))
      hit.checks &= ~kCards;
  }

  static void run_checks(std::string_view seen, std::uint64_t wanted, Hit& hit) {
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

  void give_back() {
    for (std::string* text : {&s_.reader, &s_.folded, &s_.derived, &s_.canonical}) {
      if (text->capacity() <= kKeepBytes) continue;
      text->clear();
      text->shrink_to_fit();
    }
    s_.folded_map.give_back_over(kKeepBytes);
    s_.derived_map.give_back_over(kKeepBytes);
    s_.raw.clear();
    if (s_.raw.capacity() * sizeof(RawHit) > kKeepBytes) s_.raw.shrink_to_fit();
  }

  const CompiledPolicy& policy_;
  Workspace::State& s_;
  ScanResult& result_;
  ViewMask wanted_;
  std::span<const Segment> segments_;
  std::uint8_t view_ = 0;
  std::uint32_t offset_ = 0;
  size_t finished_ = 0;
};

void Workspace::scan(const CompiledPolicy& policy, const ExtractedText& text, ScanResult& result) {
  Scanner scanner(policy, *state_, result);
  scanner.begin(text.parts.size(), text.segments);
  for (std::uint32_t i = 0; i < text.segments.size(); i++) {
    const Segment& segment = text.segments[i];
    if (!segment.text.empty()) scanner.add(i, segment.part, segment.text);
  }
  scanner.end();
}

void Workspace::scan_label(const CompiledPolicy& policy, std::string_view label, ScanResult& result) {
  Scanner scanner(policy, *state_, result);
  scanner.begin(1, {});
  scanner.add(0, 0, label);
  scanner.end();
}

}  // namespace postern::policy
