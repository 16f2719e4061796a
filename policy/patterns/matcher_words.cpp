#include "policy/patterns/matcher_words.h"

#include <algorithm>

#include "policy/patterns/common_words.h"
#include "policy/patterns/databases.h"
#include "policy/patterns/inflection.h"
#include "policy/patterns/word_entries.h"
#include "policy/patterns/word_gaps.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

using Entry = LocatedEntry;

// What was found of an entry in a text.
struct Place {
  size_t begin = 0;
  size_t end = 0;  // 0: nothing
  bool apart = false;
  bool blanks = false;
  size_t torn = 0;
  bool loose = false;

  void take(const Letters& letters) {
    begin = std::min(begin, letters.begin);
    end = std::max(end, letters.end);
    apart = apart || letters.apart;
    blanks = blanks || letters.blanks;
    torn = std::max(torn, letters.torn);
    loose = loose || letters.loose;
  }
};

// The words of `entry` before and behind its anchor, which stands at `place`.
bool walk_left(const Entry& entry, WordMatch match, std::string_view text, size_t least, Place& place) {
  for (size_t i = entry.anchor; i-- > 0;) {
    const size_t at = gap_before(text, least, place.begin, match);
    if (at == least) return false;
    const Letters word = letters_before(text, least, at, entry.words[i], 0, entry.inside);
    if (word.end == 0) return false;
    const ByteRange gap{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(place.begin)};
    if (!may_join(text, gap, match, entry.stops)) return false;
    place.take(word);
  }
  return true;
}

bool walk_right(const Entry& entry, WordMatch match, std::string_view text, size_t most, Place& place) {
  for (size_t i = entry.anchor + 1; i < entry.words.size(); i++) {
    const size_t at = gap_after(text, place.end, most, match);
    const Letters word = letters_at(text, at, most, entry.words[i], entry.inside);
    if (word.end == 0) return false;
    const ByteRange gap{static_cast<std::uint32_t>(place.end), static_cast<std::uint32_t>(at)};
    if (!may_join(text, gap, match, entry.stops)) return false;
    place.take(word);
  }
  return true;
}

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char32_t c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}

// Inside an identifier: from a letter to a digit, from a digit to a letter, from lower case to upper case.
bool word_ends_in_identifier(char32_t left, char32_t right) {
  return is_digit(left) != is_digit(right) || (is_lower(left) && is_upper(right));
}

bool is_ascii_word_char(char c) {
  return is_digit(static_cast<unsigned char>(c)) || is_lower(static_cast<unsigned char>(c) | 0x20U);
}

// Whether the anchor of `entry` may be cut there, of which the part at [begin, end) is seen. Most parts are those of
// other words, or of this one as a whole.
bool may_be_cut(const Entry& entry, std::string_view text, const ByteRange& piece, size_t begin, size_t end) {
  const std::string_view anchor = entry.words[entry.anchor];
  size_t left = entry.begin;
  while (left > 0 && begin > piece.begin && text[begin - 1] == anchor[left - 1]) left--, begin--;
  if (left > 0 && (begin == piece.begin || is_ascii_word_char(text[begin - 1]))) return false;
  size_t right = entry.begin + entry.literal;
  while (right < anchor.size() && end < piece.end && text[end] == anchor[right]) right++, end++;
  if (right < anchor.size() && (end == piece.end || is_ascii_word_char(text[end]))) return false;
  return left > 0 || right < anchor.size();
}

// What the bytes beside a literal tell before anything else is looked at: most stand inside longer words or beside
// other ones. 0 for what tells nothing.
class Beside {
 public:
  Beside(const WordText& text, const ByteRange& piece, size_t begin, size_t end) {
    const std::string_view seen = text.text;
    // Elsewhere a letter of the folded view may be half of one in the reader view.
    const bool same_places = text.view == WordView::folded && text.maps.empty();
    size_t at = begin;
    while (at > piece.begin && is_white(seen[at - 1])) at--;
    if (at > piece.begin && is_ascii_word_char(seen[at - 1])) before_ = seen[at - 1];
    if (before_ != 0 && at == begin) {
      left_ = before_;
      left_goes_on_ = same_places && goes_on(text.reader[begin - 1], text.reader[begin]);
    }
    at = end;
    while (at < piece.end && is_white(seen[at])) at++;
    if (at < piece.end && is_ascii_word_char(seen[at])) after_ = seen[at];
    if (after_ != 0 && at == end) {
      right_ = after_;
      right_goes_on_ = same_places && goes_on(text.reader[end - 1], text.reader[end]);
    }
  }

  // Whether `entry` does not stand there, that is sure.
  bool rule_out(const Entry& entry, const WordPattern& list) const {
    const std::string& anchor = entry.words[entry.anchor];
    if (entry.literal < anchor.size()) {
      const size_t behind = entry.begin + entry.literal;
      return (entry.begin > 0 && left_ != 0 && left_ != anchor[entry.begin - 1]) ||
             (behind < anchor.size() && right_ != 0 && right_ != anchor[behind]);
    }
    const bool whole = list.match != WordMatch::substring;
    if (entry.anchor == 0) {
      if (left_goes_on_ && whole) return true;
    } else if (before_ != 0 && before_ != entry.words[entry.anchor - 1].back()) {
      return true;
    }
    if (entry.anchor + 1 < entry.words.size()) return after_ != 0 && after_ != entry.words[entry.anchor + 1].front();
    return right_goes_on_ && whole && (!list.inflected || !may_begin_ending(right_));
  }

 private:
  static bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  // The literal stands in the middle of a word of ASCII, in the reader view as well.
  static bool goes_on(char left, char right) {
    return is_ascii_word_char(left) && is_ascii_word_char(right) &&
           !word_ends_in_identifier(static_cast<unsigned char>(left), static_cast<unsigned char>(right));
  }

  char left_ = 0;    // a letter or digit right before the literal
  char before_ = 0;  // or before blanks
  char right_ = 0;
  char after_ = 0;
  bool left_goes_on_ = false;
  bool right_goes_on_ = false;
};

using Continues = bool (*)(char32_t left, char32_t right);

bool continues_in_identifier(char32_t left, char32_t right) {
  return word_continues(left, right) && !word_ends_in_identifier(left, right);
}

bool stands_alone(std::string_view text, const ByteRange& piece, size_t begin, size_t end, Continues continues) {
  if (begin > piece.begin) {
    size_t before = begin;
    const char32_t left = previous_code_point(text, before);
    size_t after = begin;
    if (continues(left, next_code_point(text, after))) return false;
  }
  if (end < piece.end) {
    size_t before = end;
    const char32_t left = previous_code_point(text, before);
    size_t after = end;
    if (continues(left, next_code_point(text, after))) return false;
  }
  return true;
}

bool same_words(const Entry& entry, WordMatch match, std::string_view text) {
  size_t at = 0;
  for (const std::string& word : entry.exact) {
    const Letters letters = letters_at(text, gap_after(text, at, text.size(), match), text.size(), word, entry.inside);
    if (letters.end == 0) return false;
    at = letters.end;
  }
  return true;
}

// A name that spaces or cells cut begins with a capital, and nothing behind a mark with spaces or in the next cell
// does: headings and other words do.
bool may_be_cut_name(std::string_view text) {
  if (!is_capital(text, 0)) return false;
  for (size_t at = 1; at + 1 < text.size(); at++) {
    const bool cell = text[at] == '\t' || text[at] == '|';
    const bool mark = text[at] == ' ' && text[at - 1] != ' ' && !is_ascii_word_char(text[at - 1]);
    if ((cell || mark) && is_capital(text, at + 1)) return false;
  }
  return true;
}

// Of a name in pieces (word_tears.h) the next one begins no word of its own, but where all of it is in capitals.
bool may_be_torn_name(const WordText& text, const ByteRange& found, size_t torn) {
  const auto cased_at = [&](size_t at) -> size_t {
    const ByteRange letter{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + 1)};
    return text.maps.empty() ? letter.begin : text.maps.front()->to_source(letter).begin;
  };
  const size_t begin = cased_at(found.begin);
  if (!is_capital(text.cased, begin)) return false;
  return !is_capital(text.cased, cased_at(torn)) || is_capital(text.cased, begin + 1);
}

// Where nothing marks a word that goes on, the first and the last piece are no words that stand in any text.
bool may_be_loose_name(std::string_view text, const ByteRange& found, size_t torn) {
  constexpr size_t kLeastLetters = 3;
  const auto is_small_letter = [](char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; };
  size_t end = found.begin;
  while (end < found.end && is_small_letter(text[end])) end++;
  size_t begin = found.end;
  while (begin > torn && is_small_letter(text[begin - 1])) begin--;
  const std::string_view first = text.substr(found.begin, end - found.begin);
  const std::string_view last = text.substr(begin, found.end - begin);
  if (first.size() < kLeastLetters || last.size() < kLeastLetters) return false;
  return !is_common_word(first) || !is_common_word(last);
}

bool has_one_accent(std::string_view text) {
  size_t accents = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x80) continue;
    if (unicode_tables().accented(c) == '\0') return false;
    accents++;
  }
  return accents == 1;
}

WordFind how_found(const Entry& entry, const Place& place) {
  switch (entry.form) {
    case WordForm::reversed:
      return WordFind::reversed;
    case WordForm::rot13:
      return WordFind::rot13;
    default:
      return place.apart ? WordFind::joined : WordFind::as_written;
  }
}

}  // namespace

struct WordSet::Compiled {
  struct Literal {
    std::uint32_t length;
    std::uint32_t first;  // entries [first, end) are located by it
    std::uint32_t end;
  };
  struct Scan {
    const Compiled& set;
    const WordText& text;
    WordSink& sink;
    size_t piece = 0;
  };

  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
    auto& scan = *static_cast<Scan*>(context);
    scan.set.verify(scan, scan.set.literals[id], static_cast<size_t>(to));
    return 0;
  }

  void verify(Scan& scan, const Literal& literal, size_t end) const {
    const WordText& text = scan.text;
    const auto& pieces = text.pieces;
    if (scan.piece >= pieces.size() || pieces[scan.piece].end < end || pieces[scan.piece].begin >= end) {
      const auto found =
          std::lower_bound(pieces.begin(), pieces.end(), end, [](const ByteRange& p, size_t at) { return p.end < at; });
      scan.piece = static_cast<size_t>(found - pieces.begin());
    }
    if (scan.piece >= pieces.size()) return;
    const ByteRange& piece = pieces[scan.piece];
    const size_t begin = end - literal.length;
    if (begin < piece.begin || end > piece.end) return;
    const Beside beside(text, piece, begin, end);
    for (std::uint32_t i = literal.first; i < literal.end; i++) {
      const Entry& entry = entries[i];
      if (beside.rule_out(entry, lists[entry.list])) continue;
      verify_entry(scan, entry, piece, begin, end);
    }
  }

  void verify_entry(Scan& scan, const Entry& entry, const ByteRange& piece, size_t begin, size_t end) const {
    const WordPattern& list = lists[entry.list];
    const WordText& text = scan.text;
    Place place{begin, end};
    if (entry.located == Located::whole && entry.literal < entry.words[entry.anchor].size()) {
      const std::string& anchor = entry.words[entry.anchor];
      if (begin < piece.begin + entry.begin) return;
      place.begin = begin - entry.begin;
      place.end = place.begin + anchor.size();
      if (place.end > piece.end || text.text.compare(place.begin, anchor.size(), anchor) != 0) return;
    } else if (entry.located != Located::whole) {
      if (!may_be_cut(entry, text.text, piece, begin, end)) return;
      const std::string& anchor = entry.words[entry.anchor];
      const std::string_view behind = std::string_view(anchor).substr(entry.begin);
      const std::string_view before = std::string_view(anchor).substr(0, entry.begin + entry.literal);
      const Letters right = letters_at(text.text, begin, piece.end, behind, entry.inside);
      if (right.end == 0) return;
      const Letters left = letters_before(text.text, piece.begin, end, before, entry.literal, entry.inside);
      if (left.end == 0 || !(left.apart || right.apart)) return;
      place = {left.begin,
               right.end,
               true,
               left.blanks || right.blanks,
               std::max(left.torn, right.torn),
               left.loose || right.loose};
    }
    if (!walk_left(entry, list.match, text.text, piece.begin, place)) return;
    if (!walk_right(entry, list.match, text.text, piece.end, place)) return;
    if (report(scan, entry, piece, place) || !list.inflected || list.match == WordMatch::substring) return;
    for (const std::string_view ending : endings()) {
      if (!may_end(entry.words.back().size(), ending)) continue;
      if (text.text.substr(place.end, std::min(ending.size(), piece.end - place.end)) != ending) continue;
      Place longer = place;
      longer.end += ending.size();
      if (report(scan, entry, piece, longer)) return;
    }
  }

  // False when what was found there is no whole word, or nothing new.
  bool report(Scan& scan, const Entry& entry, const ByteRange& piece, const Place& place) const {
    const WordPattern& list = lists[entry.list];
    const WordText& text = scan.text;
    const ByteRange found{static_cast<std::uint32_t>(place.begin), static_cast<std::uint32_t>(place.end)};
    const ByteRange cased = text.maps.empty() ? found : text.maps.front()->to_source(found);
    ByteRange range = found;
    for (const OffsetMap* map : text.maps) range = map->to_source(range);
    if (!is_news(entry, text, found, range)) return false;
    if (list.match != WordMatch::substring && !is_whole(text, piece, found, range)) return false;
    if (place.blanks && entry.name && !may_be_cut_name(text.cased.substr(cased.begin, cased.end - cased.begin)))
      return false;
    if (place.torn != 0 && !may_be_torn_name(text, found, place.torn)) return false;
    if (place.loose && !may_be_loose_name(text.text, found, place.torn)) return false;
    if ((list.letter_case == LetterCase::exact || entry.form == WordForm::drawn) &&
        !same_words(entry, list.match, text.cased.substr(cased.begin, cased.end - cased.begin))) {
      return false;
    }
    scan.sink.found(entry.list, entry.number, range, how_found(entry, place));
    return true;
  }

  // Fewer letters come together by chance where a view joins them.
  static constexpr size_t kLeastJoined = 4;

  // What a derived view shows and the reader view does not. A skeleton is looked for in words that imitate: those of
  // ASCII letters only are what they are.
  static bool is_news(const Entry& entry, const WordText& text, const ByteRange& found, const ByteRange& range) {
    const bool alike = entry.form == WordForm::alike;
    const std::string_view stood = text.reader.substr(range.begin, range.end - range.begin);
    if (alike && is_ascii(stood)) return false;
    if (text.view == WordView::folded) return true;
    const std::string_view seen = text.text.substr(found.begin, found.end - found.begin);
    // One accent makes other words of common ones ("salaries", "salariés"), and none of names.
    if (!entry.name && is_ascii(seen) && has_one_accent(stood)) return false;
    return seen.size() >= kLeastJoined &&
           (alike || !std::equal(seen.begin(), seen.end(), stood.begin(), stood.end(),
                                 [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); }));
  }

  static bool is_whole(const WordText& text, const ByteRange& piece, const ByteRange& found, const ByteRange& range) {
    if (text.view == WordView::folded && stands_alone(text.text, piece, found.begin, found.end, word_continues)) {
      return true;
    }
    const ByteRange all{0, static_cast<std::uint32_t>(text.reader.size())};
    const bool of_identifiers = found.end - found.begin >= kLeastInIdentifier;
    return stands_alone(text.reader, all, range.begin, range.end,
                        of_identifiers ? continues_in_identifier : word_continues);
  }

  std::vector<WordPattern> lists;
  std::vector<Entry> entries;  // by literal
  std::vector<Literal> literals;
  HsDatabase database;
};

WordSet::WordSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
WordSet::WordSet(WordSet&&) noexcept = default;
WordSet& WordSet::operator=(WordSet&&) noexcept = default;
WordSet::~WordSet() = default;

bool WordSet::empty() const {
  return compiled_->literals.empty();
}
const hs_database_t* WordSet::database() const {
  return compiled_->database.get();
}

namespace {

Result<HsDatabase> compile_literals(const std::vector<std::string>& literals) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags(literals.size(), 0);
  std::vector<unsigned> ids;
  std::vector<size_t> lengths;
  for (const std::string& literal : literals) {
    texts.push_back(literal.c_str());
    ids.push_back(static_cast<unsigned>(ids.size()));
    lengths.push_back(literal.size());
  }
  hs_database_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code =
      hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                           static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr, &raw, &error);
  HsDatabase database(raw);
  if (code == HS_SUCCESS) return database;
  return fail(ErrorKind::internal, "compile the words of the policy: " + take_error(error));
}

}  // namespace

Result<WordSet> WordSet::compile(std::span<const WordPattern> lists, const std::vector<ListOf>& from) {
  auto compiled = std::make_unique<Compiled>();
  compiled->lists.assign(lists.begin(), lists.end());
  compiled->entries = entries_of(lists, from);
  const std::vector<Entry>& entries = compiled->entries;
  std::vector<std::string> literals;
  for (std::uint32_t i = 0; i < entries.size(); i++) {
    const std::string_view literal = entries[i].literal_text();
    if (literals.empty() || literals.back() != literal) {
      literals.emplace_back(literal);
      compiled->literals.push_back({static_cast<std::uint32_t>(literal.size()), i, i});
    }
    compiled->literals.back().end = i + 1;
  }
  if (!literals.empty()) {
    auto database = compile_literals(literals);
    if (!database) return fail(database.error());
    compiled->database = std::move(*database);
  }
  return WordSet(std::move(compiled));
}

void WordSet::store(ImageWriter& out) const {
  out(compiled_->entries, compiled_->literals.size());
  for (const Compiled::Literal& literal : compiled_->literals) out(literal.length, literal.first, literal.end);
  store_database(compiled_->database.get(), out);
}

std::optional<WordSet> WordSet::restore(std::span<const WordPattern> lists, ImageReader& in) {
  auto compiled = std::make_unique<Compiled>();
  compiled->lists.assign(lists.begin(), lists.end());
  size_t literals = 0;
  in(compiled->entries, literals);
  const size_t entries = compiled->entries.size();
  for (const Entry& entry : compiled->entries) {
    if (entry.list >= lists.size() || entry.anchor >= entry.words.size()) return std::nullopt;
    const size_t anchor = entry.words[entry.anchor].size();
    if (entry.begin > anchor || entry.literal > anchor - entry.begin) return std::nullopt;
  }
  if (literals > entries) return std::nullopt;
  compiled->literals.resize(literals);
  for (Compiled::Literal& literal : compiled->literals) {
    in(literal.length, literal.first, literal.end);
    if (literal.first > literal.end || literal.end > entries) return std::nullopt;
  }
  auto database = restore_database(in);
  if (!database || in.failed()) return std::nullopt;
  compiled->database = std::move(*database);
  return WordSet(std::move(compiled));
}

Result<void> WordSet::prepare(WordScratch& scratch) const {
  if (compiled_->database == nullptr) return {};
  hs_scratch_t* raw = scratch.scratch_.release();
  const hs_error_t error = hs_alloc_scratch(compiled_->database.get(), &raw);
  scratch.scratch_.reset(raw);
  if (error != HS_SUCCESS) return fail(ErrorKind::unavailable, "no memory for the word scanner");
  return {};
}

void WordSet::scan(const WordText& text, WordScratch& scratch, WordSink& sink) const {
  if (compiled_->database == nullptr) return;
  Compiled::Scan scan{*compiled_, text, sink};
  hs_scan(compiled_->database.get(), text.text.data(), static_cast<unsigned>(text.text.size()), 0,
          scratch.scratch_.get(), Compiled::on_match, &scan);
}

}  // namespace postern::policy
