#include "policy/scan.h"

#include <algorithm>

#include "policy/scan_again.h"
#include "policy/scan_hits.h"
#include "policy/scan_marks.h"
#include "policy/scan_seams.h"
#include "policy/scan_state.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

// One scan of one message.
class Scanner final : public PatternSink, public WordSink, public MarkSink, public SeamSink {
 public:
  Scanner(const CompiledPolicy& policy, Workspace::State& state, ScanResult& result, DecodedSink* sink = nullptr)
      : policy_(policy),
        s_(state),
        b_(&state.block),
        result_(result),
        sink_(sink),
        wanted_(static_cast<ViewMask>(policy.pattern_views | policy.word_views)),
        reads_raw_(!policy.raw_patterns.empty() || policy.raw_words) {}

  // `segments` are asked for their places; none for a text by itself.
  void begin(size_t parts, std::span<const Segment> segments) {
    segments_ = segments;
    result_.clear();
    s_.counted.assign(parts, {});
    s_.seams.start_message();
    s_.patterns.new_message();
    start_block();
  }

  void add(std::uint32_t segment, std::uint32_t part, std::string_view text) {
    if (!b_->reader.empty() && b_->reader.size() + text.size() > kBlockBytes) flush();
    if (!b_->ranges.empty()) b_->reader += '\n';
    const size_t begin = b_->reader.size();
    const Survey survey = make_surveyed(text, wanted_, b_->reader, b_->signs);
    const bool as_is = survey.plain || (reads_raw_ && std::string_view(b_->reader).substr(begin) == text);
    b_->ranges.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(b_->reader.size())});
    b_->pieces.push_back({segment, part, text, survey, as_is});
    if (!segments_.empty())
      s_.seams.add(segments_[segment].place, b_->text_of(b_->pieces.size() - 1), b_->ranges.back().begin);
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
    s_.give_back_over(kKeepBytes);
  }

  bool found(PatternIndex pattern, ByteRange match) override {
    const ByteRange range = map(match);
    if (!shows(pattern, range)) return true;
    const bool of_codes = view_ == static_cast<unsigned>(DerivedName::codes) + 1;
    if (of_codes && !is_code(s_.derived, match, b_->reader, range)) return true;
    RawHit hit = hit_of(pattern, 0, range);
    if (policy_.counts[pattern] != 0) evaluate(match, range, hit);
    return keep(hit, range);
  }

  bool wants(PatternIndex pattern) override {
    if (!looks_at_view(pattern)) return false;
    if (s_.hits_of[pattern] > kMaxHits) return false;
    if (result_.gave_up.size() < kMaxGiveUps) return true;
    const auto same = [pattern](const GaveUp& one) { return one.source == pattern; };
    if (std::none_of(result_.gave_up.begin(), result_.gave_up.end(), same)) return true;
    // Nothing more is spent on this pattern, and no part passes as read by it.
    std::uint32_t last = kNoPart;
    for (const Piece& piece : b_->pieces) {
      if (piece.part != last) result_.gave_up.push_back({pattern, piece.segment});
      last = piece.part;
    }
    return false;
  }

  void gave_up(PatternIndex pattern, ByteRange piece) override {
    const size_t index = b_->piece_at(piece.begin + offset_);
    if (index < b_->pieces.size()) result_.gave_up.push_back({pattern, b_->pieces[index].segment});
  }

  void found(std::uint32_t list, std::uint32_t entry, ByteRange match, WordFind how) override {
    const SourceIndex source = policy_.first_word_source + list;
    if (view_ == kRawView) match = shown(s_.derived_map, s_.derived, match);
    const ByteRange range{match.begin + offset_, match.end + offset_};
    if (source == policy_.code_words) return note_code_word(entry, range);
    if (!shows(source, range)) return;
    RawHit hit = hit_of(source, entry, range);
    if (policy_.counts[source] != 0) {
      hit.value = policy_.word_values[source - policy_.first_word_source][entry];
      hit.checks = check_bit(Validator::none);
    }
    if (how == WordFind::rot13) {
      if ((policy_.views[source] & kDecodedView) == 0) return;
      if (level_ < kMaxDecodeDepth) hit.encodings[level_] = Encoding::rot13;
      if (level_ == 0) hit.encoded = range;
    } else if (how != WordFind::as_written) {
      const DerivedName as = how == WordFind::joined ? DerivedName::joined : DerivedName::reversed;
      if ((policy_.views[source] & view_bit(as)) == 0) return;
      if (view_ == 0) hit.view = static_cast<std::uint8_t>(static_cast<unsigned>(as) + 1);
    }
    keep(hit, range);
  }

  void found_at_seam(std::uint32_t list, std::uint32_t entry, ByteRange rest) override {
    found(list, entry, rest, WordFind::joined);
  }

  void mark(SourceIndex source, std::uint32_t entry, ByteRange match) override {
    const ByteRange range{match.begin + offset_, match.end + offset_};
    RawHit hit = hit_of(source, entry, range);
    if (policy_.counts[source] != 0) evaluate(match, range, hit);
    keep(hit, range);
  }

 private:
  static constexpr std::uint32_t kNoPart = 0xffff'ffff;

  void start_block() {
    s_.block.clear();
    s_.raw.clear();
  }

  bool keep(const RawHit& hit, const ByteRange& range) {
    std::uint32_t& count = s_.hits_of[hit.source];
    if (count == 0) s_.touched.push_back(hit.source);
    const bool room = result_.hits.size() + s_.raw.size() < kMaxAllHits || count < kAlwaysKept;
    if (++count > kMaxHits || !room) {
      count = kMaxHits + 1;
      return false;
    }
    s_.raw.push_back(hit);
    if (sink_ != nullptr && level_ > 0) {
      const Hit told = s_.block.placed(hit, s_.block.piece_at(hit.range.begin), {}, {});
      tell_decoded(std::span(s_.levels).first(level_), told, range, *sink_);
    }
    return true;
  }

  // Whether what was found counts in this view: raw sources see the original text only.
  bool shows(SourceIndex source, const ByteRange& range) const {
    if (level_ > 0) {
      const std::string& above = level_ > 1 ? s_.levels[level_ - 2].block.reader : s_.block.reader;
      return range.begin < range.end && looks_at_view(source) && looks_through(source, range) &&
             s_.levels[level_ - 1].is_news(range, above);
    }
    if (view_ != 0) return range.begin < range.end && looks_at_view(source);
    return policy_.raw[source] == 0 || b_->pieces[b_->piece_at(range.begin)].as_is;
  }

  // Of the reader view that depends on the piece.
  bool looks_at_view(SourceIndex source) const {
    if (view_ == kRawView) return policy_.raw[source] != 0;
    const ViewMask views = policy_.views[source];
    if (level_ > 0 && (views & kDecodedView) == 0) return false;
    return view_ == 0 || (unsigned{views} >> (view_ - 1U) & 1U) != 0;
  }

  // Whether it looks at all views whose words are read again there; patterns never at a skeleton.
  bool looks_through(SourceIndex source, const ByteRange& range) const {
    const ViewMask through = views_through(s_.levels, level_, range);
    if ((through & view_bit(DerivedName::skeleton)) != 0 && source < policy_.first_word_source) return false;
    return (through & policy_.views[source]) == through;
  }

  ByteRange map(ByteRange match) const {
    if (view_ == kRawView) {
      match = shown(s_.derived_map, s_.derived, match);
    } else if (view_ != 0) {
      match = s_.derived_map.to_source(match);
    }
    return {match.begin + offset_, match.end + offset_};
  }

  void flush() {
    if (b_->ranges.empty()) return;
    read_views();
    if (!policy_.words.empty()) s_.seams.read(policy_.words, s_.words, *this);
    if (!policy_.marks.none() && !segments_.empty()) scan_pieces_for_marks();
    read_encoded();
    if (reads_raw_) scan_raw();
    if (!s_.raw.empty()) place_hits();
    count_rest();
    start_block();
  }

  void read_views() {
    view_ = 0;
    offset_ = 0;
    started_ = false;
    if (policy_.patterns.size() > 0) policy_.patterns.scan(b_->reader, b_->ranges, s_.patterns, *this);
    if (!policy_.words.empty()) scan_words();
    scan_derived();
    view_ = 0;
    offset_ = 0;
  }

  void scan_words() {
    s_.folded.clear();
    s_.folded_map.clear();
    make_folded(b_->reader, s_.folded, &s_.folded_map);
    const OffsetMap* const maps[] = {&s_.folded_map};
    if (s_.folded.size() == b_->reader.size() && s_.folded_map.is_identity()) {
      policy_.words.scan({WordView::folded, s_.folded, b_->ranges, b_->reader, b_->reader, {}}, s_.words, *this);
      return;
    }
    // Folding keeps the separators, so the pieces follow each other as in the reader view.
    s_.folded_ranges.clear();
    std::string& piece = s_.derived;
    size_t at = 0;
    for (const ByteRange& range : b_->ranges) {
      piece.clear();
      make_folded(std::string_view(b_->reader).substr(range.begin, range.end - range.begin), piece, nullptr);
      s_.folded_ranges.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + piece.size())});
      at += piece.size() + 1;
    }
    policy_.words.scan({WordView::folded, s_.folded, s_.folded_ranges, b_->reader, b_->reader, maps}, s_.words, *this);
  }

  void scan_pieces_for_marks() {
    for (size_t i = 0; i < b_->ranges.size(); i++) {
      offset_ = b_->ranges[i].begin;
      scan_marks(policy_.marks, segments_[b_->pieces[i].segment], b_->text_of(i), s_.canonical, *this);
    }
    offset_ = 0;
  }

  void scan_derived() {
    for (size_t i = 0; i < b_->ranges.size(); i++) {
      const Survey& survey = b_->pieces[i].survey;
      if (survey.worth == 0) continue;
      const ByteRange& range = b_->ranges[i];
      const std::string_view reader = std::string_view(b_->reader).substr(range.begin, range.end - range.begin);
      offset_ = range.begin;
      view_ = 0;
      for (const DerivedView& derived : derived_views()) {
        view_ = static_cast<std::uint8_t>(static_cast<unsigned>(derived.id) + 1);
        if (!survey.worth_making(derived.id) || !make(derived, reader)) continue;
        read_derived(derived, reader);
        if (reads_again_here() && is_read_again(derived.id)) {
          add_again(derived.id, s_.derived, s_.derived_map, offset_, decoded_here());
        }
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
    for (size_t i = 0; i < b_->ranges.size(); i++) {
      const Piece& piece = b_->pieces[i];
      if (piece.as_is) continue;
      offset_ = b_->ranges[i].begin;
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

  Ruler ruler(const Block& block, size_t piece) const { return block.ruler(piece, policy_.needs); }

  // ---- Encoded text (policy/decode.h) ----

  // Three tricks, and an encoding below them.
  static constexpr size_t kMostAgain = 3;
  bool reads_again_here() const { return (wanted_ & kDecodedView) != 0 && level_ < kMostAgain; }

  // What stands encoded in the block that is being read.
  Decoded& decoded_here() {
    Decoded& decoded = s_.levels[level_].decoded;
    if (!started_) decoded.start(max_decoded(s_.block.reader.size()));
    started_ = true;
    s_.levels_used = std::max(s_.levels_used, level_ + 1);
    return decoded;
  }

  void read_encoded() {
    if ((wanted_ & kDecodedView) == 0) return;
    for (size_t depth = 0; decode(s_.levels[depth]); depth++) {
      Level& level = s_.levels[depth];
      if (depth == kMaxDecodeDepth) {
        for (const Decoded::Stretch& stretch : level.decoded.stretches()) {
          note_undecoded(b_->pieces[b_->piece_at(stretch.origin.begin)].segment);
        }
        break;
      }
      level.take_pieces(*b_, wanted_, s_.derived);
      b_ = &level.block;
      level_ = depth + 1;
      read_views();
    }
    b_ = &s_.block;
    level_ = 0;
  }

  // What stands encoded in the block that is being read; false when nothing does.
  bool decode(Level& level) {
    bool any = started_;
    for (size_t i = 0; i < b_->pieces.size(); i++) {
      const Survey& survey = b_->pieces[i].survey;
      any = any || survey.encoded || survey.number_words || may_be_rot13(i);
    }
    if (!any) return false;
    decoded_here();
    find_encoded(b_->reader, b_->ranges, b_->signs, level.decoded);
    for (size_t i = 0; i < b_->pieces.size(); i++) {
      if (may_be_rot13(i)) find_rot13(b_->reader, b_->ranges[i], level.decoded);
    }
    for (size_t i = 0; i < b_->pieces.size(); i++) {
      if (b_->pieces[i].survey.number_words) find_number_words(b_->reader, b_->ranges[i], level.decoded);
    }
    if (level.decoded.full()) {
      for (const Piece& piece : b_->pieces) {
        if (piece.survey.encoded || piece.survey.rot13) note_undecoded(piece.segment);
      }
    }
    return !level.decoded.stretches().empty();
  }

  // Of text that goes on around its escapes rot13 is read once: what it makes of plain text may look like rot13 again.
  bool may_be_rot13(size_t piece) const {
    if (level_ == 0 || !b_->pieces[piece].survey.rot13) return b_->pieces[piece].survey.rot13;
    const Decoded& decoded = s_.levels[level_ - 1].decoded;
    return !decoded.goes_on(decoded.stretches()[piece]);
  }
  void note_undecoded(std::uint32_t segment) {
    if (result_.undecoded.empty() || result_.undecoded.back() != segment) result_.undecoded.push_back(segment);
  }

  RawHit hit_of(SourceIndex source, std::uint32_t entry, ByteRange range) const {
    RawHit hit;
    hit.source = source;
    hit.entry = entry;
    hit.view = view_;
    hit.anchor = range.begin;
    for (size_t i = level_; i > 0; i--) {
      const Level& level = s_.levels[i - 1];
      const size_t piece = level.block.piece_at(range.begin);
      const Decoded::Stretch& stretch = level.decoded.stretches()[piece];
      hit.encodings[i - 1] = stretch.encoding;
      hit.stretch = static_cast<std::uint32_t>(piece);
      hit.inner = range;
      hit.anchor = stretch.origin.begin;
      range = level.above(piece, range);
      if (!level.decoded.goes_on(stretch)) {
        hit.encoded = stretch.origin;
      } else if (hit.encoded.begin < hit.encoded.end) {
        hit.encoded = level.above(piece, hit.encoded);
      }
    }
    hit.range = range;
    return hit;
  }

  void note_code_word(std::uint32_t entry, const ByteRange& range) {
    if (view_ != 0) return;
    Survey& survey = b_->pieces[b_->piece_at(range.begin)].survey;
    if (entry == kPunycodeMark) {
      survey.encoded = true;
      b_->signs.push_back({CodeKind::punycode, true, range.begin});
    } else if (s_.digit_words.are_close(range.begin, entry)) {
      survey.number_words = true;
    }
  }

  // ---- Positions ----

  void place_hits() {
    count_inside(s_.raw, s_.levels[0].block, policy_.needs);
    std::vector<RawHit>& raw = s_.raw;
    std::sort(raw.begin(), raw.end(), [](const RawHit& a, const RawHit& b) { return a.anchor < b.anchor; });
    size_t next = 0;
    for (size_t i = 0; i < b_->ranges.size() && next < raw.size(); i++) {
      const ByteRange& range = b_->ranges[i];
      const Counted& base = base_of(i);
      if (raw[next].anchor >= range.end) {
        finish_piece(i);
        continue;
      }
      Ruler here = ruler(*b_, i);
      for (; next < raw.size() && raw[next].anchor < range.end; next++) {
        const RawHit& hit = raw[next];
        const Counted begin = here.upto(hit.anchor - range.begin);
        if (hit.stretch != kNoStretch) {
          add_hit(hit, i, base, begin + hit.inner_begin, begin + hit.inner_end);
          continue;
        }
        Ruler over = here;
        add_hit(hit, i, base, begin, over.upto(hit.range.end - range.begin));
      }
      finish_piece(i);
    }
  }

  const Counted& base_of(size_t piece) const { return s_.counted[b_->pieces[piece].part]; }

  void finish_piece(size_t piece) {
    const ByteRange& range = b_->ranges[piece];
    Counted& part = s_.counted[b_->pieces[piece].part];
    part.chars += range.end - range.begin - static_cast<std::uint32_t>(b_->pieces[piece].survey.continuations) + 1;
    Counted all;
    if (policy_.needs.words || policy_.needs.lines) all = ruler(*b_, piece).upto(range.end - range.begin);
    part.words += all.words;
    part.lines += all.lines + 1;
    finished_ = piece + 1;
  }

  void count_rest() {
    while (finished_ < b_->ranges.size()) finish_piece(finished_);
    finished_ = 0;
  }

  void add_hit(const RawHit& raw, size_t piece, const Counted& base, const Counted& begin, const Counted& end) {
    result_.hits.push_back(b_->placed(raw, piece, base + begin, base + end));
  }

  // Of a pattern, as the view wrote it.
  void evaluate(const ByteRange& match, const ByteRange& range, RawHit& hit) {
    if (view_ != 0 && view_ != kRawView) return evaluate_value(policy_, s_.derived, match, s_.canonical, hit);
    const size_t piece = b_->piece_at(range.begin);
    const std::uint32_t begin = b_->ranges[piece].begin;
    evaluate_value(policy_, b_->text_of(piece), {range.begin - begin, range.end - begin}, s_.canonical, hit);
  }

  const CompiledPolicy& policy_;
  Workspace::State& s_;
  Block* b_;              // that is being read
  size_t level_ = 0;      // whose: 0 of the text itself, n of the n-th of s_.levels
  bool started_ = false;  // something of it is in the decoded text of its level
  ScanResult& result_;
  DecodedSink* sink_;  // or null
  ViewMask wanted_;
  bool reads_raw_;  // some sources see the original text only
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

void Workspace::scan_label(const CompiledPolicy& policy, std::string_view label, ScanResult& result,
                           DecodedSink* sink) {
  Scanner scanner(policy, *state_, result, sink);
  scanner.begin(1, {});
  scanner.add(0, 0, label);
  scanner.end();
}

}  // namespace postern::policy
