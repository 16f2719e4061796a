#include "policy/patterns/matcher_words.h"

#include <algorithm>
#include <unordered_map>

#include "policy/patterns/databases.h"
#include "policy/patterns/inflection.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

bool is_white(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_joint(char c) {
  return is_white(c) || c == '-' || c == '_' || c == '.' || c == '/';
}

using IsGap = bool (*)(char);

std::vector<std::string> split(std::string_view text, IsGap is_gap) {
  std::vector<std::string> words;
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_gap(text[at])) at++;
    size_t end = at;
    while (end < text.size() && !is_gap(text[end])) end++;
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

struct Entry {
  std::uint32_t list;
  std::uint32_t number;
  std::uint32_t anchor;  // which of its words is the literal
  std::vector<std::string> words;
  std::vector<std::string> exact;  // words as written, for case: exact
  bool skeleton = false;           // the words as they look, for derived views
};

template <typename Archive>
void fields(Archive& archive, Entry& entry) {
  auto& [list, number, anchor, words, exact, skeleton] = entry;
  archive(list, number, anchor, words, exact, skeleton);
}

bool gap_allowed(size_t bytes, WordMatch match) {
  return bytes <= kMaxWordGap && (bytes > 0 || match == WordMatch::phrase);
}

IsGap gap_of(WordMatch match) {
  return match == WordMatch::phrase ? is_joint : is_white;
}

// The beginning of `entry` in `text` when its anchor stands at [begin, ...), and not before `least`.
bool walk_left(const Entry& entry, WordMatch match, std::string_view text, size_t least, size_t& begin) {
  const IsGap is_gap = gap_of(match);
  for (size_t i = entry.anchor; i-- > 0;) {
    size_t at = begin;
    while (at > least && is_gap(text[at - 1])) at--;
    const std::string& word = entry.words[i];
    if (!gap_allowed(begin - at, match) || at - least < word.size()) return false;
    if (text.substr(at - word.size(), word.size()) != word) return false;
    begin = at - word.size();
  }
  return true;
}

bool walk_right(const Entry& entry, WordMatch match, std::string_view text, size_t most, size_t& end) {
  const IsGap is_gap = gap_of(match);
  for (size_t i = entry.anchor + 1; i < entry.words.size(); i++) {
    size_t at = end;
    while (at < most && is_gap(text[at])) at++;
    const std::string& word = entry.words[i];
    if (!gap_allowed(at - end, match) || most - at < word.size()) return false;
    if (text.substr(at, word.size()) != word) return false;
    end = at + word.size();
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

bool same_words(const std::vector<std::string>& words, IsGap is_gap, std::string_view text) {
  size_t at = 0;
  for (const std::string& word : words) {
    while (at < text.size() && is_gap(text[at])) at++;
    if (text.substr(at, word.size()) != word) return false;
    at += word.size();
  }
  return true;
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
    for (std::uint32_t i = literal.first; i < literal.end; i++) verify_entry(scan, entries[i], piece, begin, end);
  }

  void verify_entry(Scan& scan, const Entry& entry, const ByteRange& piece, size_t begin, size_t end) const {
    const WordPattern& list = lists[entry.list];
    const std::string_view text = scan.text.text;
    if (!walk_left(entry, list.match, text, piece.begin, begin)) return;
    if (!walk_right(entry, list.match, text, piece.end, end)) return;
    if (report(scan, entry, piece, begin, end) || !list.inflected || list.match == WordMatch::substring) return;
    for (const std::string_view ending : endings()) {
      const bool stands = text.substr(end, std::min(ending.size(), piece.end - end)) == ending;
      if (stands && may_end(entry.words.back().size(), ending) &&
          report(scan, entry, piece, begin, end + ending.size())) {
        return;
      }
    }
  }

  // False when what was found there is no whole word, or nothing new.
  bool report(Scan& scan, const Entry& entry, const ByteRange& piece, size_t begin, size_t end) const {
    const WordPattern& list = lists[entry.list];
    const ByteRange found{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    ByteRange range = found;
    for (const OffsetMap* map : scan.text.maps) range = map->to_source(range);
    if (!is_news(entry, scan.text, found, range)) return false;
    if (list.match != WordMatch::substring && !is_whole(scan.text, piece, found, range)) return false;
    if (list.letter_case == LetterCase::exact &&
        !same_words(entry.exact, gap_of(list.match), scan.text.reader.substr(range.begin, range.end - range.begin))) {
      return false;
    }
    scan.sink.found(entry.list, entry.number, range);
    return true;
  }

  // Fewer letters come together by chance where a view joins them.
  static constexpr size_t kLeastJoined = 4;

  // What a derived view shows and the reader view does not. A skeleton is looked for in words that imitate: those of
  // ASCII letters only are what they are.
  static bool is_news(const Entry& entry, const WordText& text, const ByteRange& found, const ByteRange& range) {
    const std::string_view stood = text.reader.substr(range.begin, range.end - range.begin);
    if (entry.skeleton && is_ascii(stood)) return false;
    if (text.view == WordView::folded) return true;
    const std::string_view seen = text.text.substr(found.begin, found.end - found.begin);
    return seen.size() >= kLeastJoined &&
           (entry.skeleton || !std::equal(seen.begin(), seen.end(), stood.begin(), stood.end(), [](char a, char b) {
              return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
            }));
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

// The entry with the other stems of its last word.
void add_inflected(const Entry& entry, std::string_view written, IsGap is_gap, std::vector<Entry>& entries) {
  const std::vector<std::string> words = split(written, is_gap);
  if (words.size() != entry.words.size()) return;
  for (const std::string& stem : other_stems(words.back())) {
    Entry form = entry;
    form.words.back() = folded_word(stem);
    if (!form.exact.empty()) form.exact.back() = stem;
    if (form.words.back() != entry.words.back()) entries.push_back(std::move(form));
  }
}

std::vector<Entry> entries_of(std::span<const WordPattern> lists) {
  std::vector<Entry> entries;
  for (size_t list = 0; list < lists.size(); list++) {
    const WordPattern& pattern = lists[list];
    const IsGap is_gap = gap_of(pattern.match);
    const auto& words = pattern.words->entries;
    for (size_t number = 0; number < words.size(); number++) {
      Entry entry{static_cast<std::uint32_t>(list), static_cast<std::uint32_t>(number), 0, {}, {}, false};
      entry.words = split(folded_word(words[number].text), is_gap);
      if (entry.words.empty()) continue;
      if (pattern.letter_case == LetterCase::exact) {
        std::string reader;
        make_reader(words[number].text, reader, nullptr);
        entry.exact = split(reader, is_gap);
      }
      if (pattern.inflected) {
        std::string reader;
        make_reader(words[number].text, reader, nullptr);
        add_inflected(entry, reader, is_gap, entries);
      }
      std::vector<std::string> skeleton = split(skeleton_word(words[number].text), is_gap);
      if (skeleton != entry.words) {
        Entry alike = entry;
        alike.words = std::move(skeleton);
        alike.skeleton = true;
        entries.push_back(std::move(alike));
      }
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

// The word that fewest entries use; of those the longest.
void choose_anchors(std::vector<Entry>& entries) {
  std::unordered_map<std::string_view, size_t> uses;
  for (const Entry& entry : entries) {
    for (const std::string& word : entry.words) uses[word]++;
  }
  for (Entry& entry : entries) {
    const auto better = [&](const std::string& a, const std::string& b) {
      // Two letters stand almost everywhere, whoever else uses them.
      if ((a.size() < 3) != (b.size() < 3)) return b.size() < 3;
      return uses[a] != uses[b] ? uses[a] < uses[b] : a.size() > b.size();
    };
    for (std::uint32_t i = 1; i < entry.words.size(); i++) {
      if (better(entry.words[i], entry.words[entry.anchor])) entry.anchor = i;
    }
  }
}

}  // namespace

Result<WordSet> WordSet::compile(std::span<const WordPattern> lists) {
  auto compiled = std::make_unique<Compiled>();
  compiled->lists.assign(lists.begin(), lists.end());
  compiled->entries = entries_of(lists);
  std::vector<Entry>& entries = compiled->entries;
  choose_anchors(entries);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.words[a.anchor] < b.words[b.anchor]; });
  std::vector<std::string> literals;
  for (std::uint32_t i = 0; i < entries.size(); i++) {
    const std::string& anchor = entries[i].words[entries[i].anchor];
    if (literals.empty() || literals.back() != anchor) {
      literals.push_back(anchor);
      compiled->literals.push_back({static_cast<std::uint32_t>(anchor.size()), i, i});
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
