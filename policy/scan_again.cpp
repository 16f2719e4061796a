#include "policy/scan_again.h"

#include <algorithm>

#include "policy/decode_finders.h"

namespace postern::policy {

namespace {

// A word or code; longer ones are cut, which text that is not written to be read may be.
constexpr size_t kLongestWord = 128;
// The other words of a name stand beside it.
constexpr size_t kBeside = 24;
constexpr size_t kLongestWindow = 4096;
// So many digits may be binary ones of text.
constexpr size_t kManyDigits = 32;

bool is_white(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

Encoding encoding_of(DerivedName view) {
  switch (view) {
    case DerivedName::skeleton:
      return Encoding::skeleton;
    case DerivedName::spaced:
      return Encoding::spaced;
    case DerivedName::scattered:
      return Encoding::scattered;
    case DerivedName::unwrapped:
      return Encoding::unwrapped;
    case DerivedName::debris:
      return Encoding::debris;
    default:
      return Encoding::none;
  }
}

ViewMask view_of(Encoding encoding) {
  for (const DerivedView& view : derived_views()) {
    if (encoding != Encoding::none && encoding_of(view.id) == encoding) return view_bit(view.id);
  }
  return 0;
}

// Signs of escapes, and what stands for a letter or cuts a word inside it.
bool is_telling_sign(std::string_view word, size_t at) {
  constexpr std::string_view kEscapes = "%&=\\";
  constexpr std::string_view kInside = "!$@[~*#_-+";
  if (kEscapes.find(word[at]) != std::string_view::npos) return true;
  return kInside.find(word[at]) != std::string_view::npos && at > 0 && at + 1 < word.size() &&
         is_ascii_alnum(word[at - 1]) && is_ascii_alnum(word[at + 1]);
}

// What more there may be in a word: letters beyond ASCII, digits and signs in it, capitals as base64 has them.
bool may_be_more(std::string_view word) {
  size_t digits = 0;
  bool letters = false;
  bool signs = false;
  char before = ' ';
  for (size_t i = 0; i < word.size(); i++) {
    const char c = word[i];
    if (static_cast<unsigned char>(c) >= 0x80) return true;
    digits += is_ascii_digit(c) ? 1U : 0U;
    letters = letters || is_ascii_letter(c);
    signs = signs || is_telling_sign(word, i);
    if (is_upper(c) && is_ascii_letter(before) && !is_upper(before)) return true;
    before = c;
  }
  return (letters && (digits > 0 || signs)) || digits >= kManyDigits;
}

// Writes windows of a view into what is decoded.
class Windows {
 public:
  Windows(Encoding encoding, std::string_view text, const OffsetMap& map, std::uint32_t offset, Decoded& out)
      : encoding_(encoding), text_(text), map_(map), offset_(offset), out_(out) {}

  void write() {
    std::uint32_t source = 0;  // up to where the view was followed
    for (size_t run = 0; run < map_.runs(); run++) {
      const OffsetMap::Piece piece = map_.piece(run);
      if (!piece.copied || piece.source.begin != source) change(piece.view.begin, piece.copied ? 0 : piece.view.end);
      source = piece.source.end;
    }
    flush();
  }

 private:
  // The view is another one there: from `begin` on, or at that place.
  void change(size_t begin, size_t end) {
    end = std::max(begin, end);
    if (any_ && end <= core_.end) return;
    const ByteRange word = word_at(begin, end);
    if (any_ && word.begin <= core_.end && word.end - core_.begin <= kLongestWindow) {
      core_.end = std::max(core_.end, word.end);
      more_ = more_ || may_be_more(at(word));
      return;
    }
    flush();
    any_ = true;
    core_ = word;
    more_ = may_be_more(at(word));
  }

  std::string_view at(const ByteRange& range) const { return text_.substr(range.begin, range.end - range.begin); }

  ByteRange word_at(size_t begin, size_t end) const {
    const size_t least = begin - std::min(begin, kLongestWord);
    const size_t most = std::min(text_.size(), end + kLongestWord);
    while (begin > least && !is_white(text_[begin - 1])) begin--;
    while (end < most && !is_white(text_[end])) end++;
    return whole(begin, end);
  }

  // Without halves of characters.
  ByteRange whole(size_t begin, size_t end) const {
    while (begin > 0 && begin < text_.size() && is_continuation(text_[begin])) begin--;
    while (end < text_.size() && is_continuation(text_[end])) end++;
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void flush() {
    if (any_ && more_) {
      const size_t begin = std::max(written_, core_.begin - std::min<size_t>(core_.begin, kBeside));
      write_window(whole(begin, std::min(text_.size(), core_.end + kBeside)));
    }
    any_ = false;
  }

  void write_window(const ByteRange& window) {
    const ByteRange origin = map_.to_source(window);
    if (window.begin >= window.end) return;
    if (!out_.begin_window(encoding_, {origin.begin + offset_, origin.end + offset_})) return;
    std::uint32_t source = origin.begin;
    while (run_ < map_.runs() && map_.piece(run_).view.end <= window.begin) run_++;
    for (; run_ < map_.runs(); run_++) {
      const OffsetMap::Piece piece = map_.piece(run_);
      if (piece.view.begin >= window.end) break;
      const std::uint32_t begin = std::max(piece.view.begin, window.begin);
      const std::uint32_t end = std::min(piece.view.end, window.end);
      const std::uint32_t from = piece.copied ? piece.source.begin + (begin - piece.view.begin) : piece.source.begin;
      if (from > source) out_.replace({}, from - source);
      if (piece.copied) {
        out_.copy(at({begin, end}));
        source = from + (end - begin);
      } else {
        out_.replace(at({begin, end}), piece.source.end - from);
        source = piece.source.end;
      }
      if (end < piece.view.end) break;
    }
    out_.end_window();
    written_ = window.end;
  }

  Encoding encoding_;
  std::string_view text_;
  const OffsetMap& map_;
  std::uint32_t offset_;
  Decoded& out_;
  bool any_ = false;
  bool more_ = false;
  ByteRange core_;
  size_t written_ = 0;
  size_t run_ = 0;
};

}  // namespace

bool is_read_again(DerivedName view) {
  return encoding_of(view) != Encoding::none;
}

ViewMask views_through(std::span<const Level> levels, size_t level, ByteRange range) {
  unsigned views = 0;
  for (size_t i = level; i > 0; i--) {
    const Level& one = levels[i - 1];
    const size_t piece = one.block.piece_at(range.begin);
    views |= view_of(one.decoded.stretches()[piece].encoding);
    range = one.above(piece, range);
  }
  return static_cast<ViewMask>(views);
}

bool is_code(std::string_view derived, const ByteRange& match, std::string_view reader, const ByteRange& range) {
  const auto hyphens = [](std::string_view text, const ByteRange& in) {
    const std::string_view part = text.substr(in.begin, in.end - in.begin);
    return std::count(part.begin(), part.end(), '-');
  };
  return hyphens(derived, match) >= 2 || hyphens(reader, range) > 0;
}

void add_again(DerivedName view, std::string_view derived, const OffsetMap& map, std::uint32_t offset, Decoded& out) {
  Windows(encoding_of(view), derived, map, offset, out).write();
}

}  // namespace postern::policy
