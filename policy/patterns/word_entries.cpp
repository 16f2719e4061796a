#include "policy/patterns/word_entries.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <unicode/uchar.h>

#include "policy/patterns/inflection.h"
#include "policy/patterns/matcher_words.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

using Entry = LocatedEntry;

// Longer entries are paragraphs.
constexpr size_t kMostWords = 8;
// Larger policies are looked for from the front only: their literals are many as it is.
constexpr size_t kMostReversed = 20'000;
// Of a list: names of projects and customers, no dictionary.
constexpr size_t kMostDrawn = 1000;

size_t code_points_of(const std::vector<std::string>& words) {
  size_t sum = 0;
  for (const std::string& word : words) sum += count_code_points(word);
  return sum;
}

Inside inside_of(const Entry& entry, WordMatch match, size_t code_points, ListOf owner) {
  const bool is_paragraph = entry.words.size() > kMostWords;
  if (match == WordMatch::substring || is_paragraph || code_points < kLeastApart) return Inside::nothing;
  if (owner == ListOf::program) return Inside::nothing;
  if (entry.name && owner == ListOf::company) return Inside::name;
  return entry.name || code_points >= kLeastLong ? Inside::marks_or_blanks : Inside::marks;
}

std::unordered_set<std::string> known_entries(std::span<const WordPattern> lists) {
  std::unordered_set<std::string> known;
  for (const WordPattern& pattern : lists) {
    for (const WordEntry& entry : pattern.words->entries) known.insert(known_as(entry.text, pattern.match));
  }
  return known;
}

// The entry with the other stems of its last word, which is written as in `cased`.
void add_inflected(const Entry& entry, const std::vector<std::string>& cased, std::vector<Entry>& entries) {
  for (const std::string& stem : other_stems(cased.back())) {
    Entry form = entry;
    form.words.back() = folded_word(stem);
    if (!form.exact.empty()) form.exact.back() = stem;
    if (form.words.back() != entry.words.back()) entries.push_back(std::move(form));
  }
}

ListOf owner_of(const std::vector<ListOf>& from, size_t list) {
  return list < from.size() ? from[list] : ListOf::company;
}

std::vector<Entry> forms_of_all(std::span<const WordPattern> lists, const std::vector<ListOf>& from) {
  const std::unordered_set<std::string> known = known_entries(lists);
  std::vector<Entry> entries;
  for (size_t list = 0; list < lists.size(); list++) {
    const WordPattern& pattern = lists[list];
    const auto& words = pattern.words->entries;
    for (size_t number = 0; number < words.size(); number++) {
      const std::string& text = words[number].text;
      for (EntryForm& form : forms_of(text, pattern.match, known)) {
        const bool in_code = form.form == WordForm::rot13;
        const bool drawn = form.form == WordForm::drawn;
        if (drawn && words.size() > kMostDrawn) continue;
        if ((in_code || drawn) && owner_of(from, list) != ListOf::company) continue;
        const bool from_behind = form.form == WordForm::reversed || in_code;
        if (from_behind && owner_of(from, list) == ListOf::program) continue;
        if (from_behind && (known.size() > kMostReversed || form.words.size() > kMostWords)) continue;
        Entry entry;
        entry.list = static_cast<std::uint32_t>(list);
        entry.number = static_cast<std::uint32_t>(number);
        entry.form = form.form;
        entry.stops = text.find(". ") != std::string::npos ? Stops::yes : Stops::no;
        entry.name = is_capital(text, 0);
        entry.words = std::move(form.words);
        entry.inside = inside_of(entry, pattern.match, code_points_of(entry.words), owner_of(from, list));
        if (from_behind && entry.inside != Inside::nothing) entry.inside = Inside::marks;
        if (drawn) entry.inside = Inside::nothing;
        if (pattern.letter_case == LetterCase::exact || drawn) entry.exact = form.cased;
        if (pattern.inflected && entry.form == WordForm::written) add_inflected(entry, form.cased, entries);
        entries.push_back(std::move(entry));
      }
    }
  }
  return entries;
}

// Words that stand in every text. In English, German, French and Spanish.
constexpr std::array<std::string_view, 60> kEverywhere = {
    "all",  "and",  "are",  "but",  "can",  "for",   "from", "has",  "have", "not",  "one",  "only",
    "our",  "part", "that", "the",  "this", "under", "use",  "used", "was",  "will", "with", "you",
    "your", "aus",  "auf",  "bei",  "das",  "dem",   "den",  "der",  "des",  "die",  "ein",  "eine",
    "ist",  "mit",  "nur",  "oder", "und",  "von",   "zur",  "aux",  "avec", "dans", "les",  "nos",
    "par",  "pas",  "pour", "sur",  "une",  "con",   "del",  "los",  "para", "por",  "sin",  "una"};

bool is_everywhere(std::string_view word) {
  return word.size() < 3 || std::find(kEverywhere.begin(), kEverywhere.end(), word) != kEverywhere.end();
}

// Of the words that stand not everywhere the longest, whose halves are rarest too; of those the one that fewest entries
// use.
void choose_anchors(std::vector<Entry>& entries) {
  std::unordered_map<std::string_view, size_t> uses;
  for (const Entry& entry : entries) {
    for (const std::string& word : entry.words) uses[word]++;
  }
  for (Entry& entry : entries) {
    const auto better = [&](const std::string& a, const std::string& b) {
      if (is_everywhere(a) != is_everywhere(b)) return is_everywhere(b);
      return a.size() != b.size() ? a.size() > b.size() : uses[a] < uses[b];
    };
    for (std::uint32_t i = 1; i < entry.words.size(); i++) {
      if (better(entry.words[i], entry.words[entry.anchor])) entry.anchor = i;
    }
    entry.literal = static_cast<std::uint32_t>(entry.words[entry.anchor].size());
  }
}

// Hyperscan takes more than linear time for many literals: 100,000 cost 3 s, half of them a quarter of that. From so
// many anchors on, those that share a stretch are located by it; it is long enough to stand nowhere by chance.
constexpr size_t kManyAnchors = 20'000;
constexpr size_t kShared = 6;

void share_literals(std::vector<Entry>& entries) {
  std::unordered_set<std::string_view> anchors;
  for (const Entry& entry : entries) anchors.insert(entry.words[entry.anchor]);
  if (anchors.size() <= kManyAnchors) return;
  std::unordered_map<std::string_view, size_t> uses;
  for (const std::string_view anchor : anchors) {
    for (size_t at = 0; at + kShared <= anchor.size(); at++) uses[anchor.substr(at, kShared)]++;
  }
  for (Entry& entry : entries) {
    const std::string_view anchor = entry.words[entry.anchor];
    size_t most = 0;
    for (std::uint32_t at = 0; at + kShared <= anchor.size(); at++) {
      const size_t used = uses[anchor.substr(at, kShared)];
      if (used <= most) continue;
      most = used;
      entry.begin = at;
      entry.literal = kShared;
    }
  }
}

// Bytes of the first `count` code points.
size_t bytes_of(std::string_view text, size_t count) {
  size_t at = 0;
  while (count-- > 0) next_code_point(text, at);
  return at;
}

// An anchor in parts of about one length, of which neighbours share one letter: of two parts one stays whole wherever
// the word is cut once, of three wherever it is cut twice.
class Parts {
 public:
  Parts(std::string_view word, size_t count) : word_(word), letters_(count_code_points(word)), count_(count) {}

  // Bytes of the word.
  ByteRange at(size_t part) const {
    return {static_cast<std::uint32_t>(bytes_of(word_, border(part))),
            static_cast<std::uint32_t>(bytes_of(word_, border(part + 1) + 1))};
  }
  size_t shortest() const { return (letters_ - 1) / count_ + 1; }
  // Of all parts in a byte of text: a letter stands at one place in twelve, as often as not.
  double expected() const {
    double sum = 0;
    for (size_t part = 0; part < count_; part++) {
      sum += std::pow(12.0, -static_cast<double>(border(part + 1) + 1 - border(part)));
    }
    return sum;
  }

 private:
  // The letter that two parts share.
  size_t border(size_t part) const { return (part * (letters_ - 1) + count_ - 1) / count_; }

  std::string_view word_;
  size_t letters_;
  size_t count_;
};

// Each place where a part stands costs a look; so many of them in a byte of text may be. Code names are short and few,
// packs are long lists: a company that uses them still has its own.
enum class Forms : std::uint8_t { as_written, from_behind };
struct InParts {
  ListOf of;
  Forms forms;
  size_t count;
  double most;
  size_t words;  // of more only the longest are looked for in parts
};
// Three letters stand everywhere: for a few names they cost a third of what all words do, for many as much again. From
// behind and in rot13, which are two more words of each, names are cut where there are few, too.
constexpr size_t kFewNames = 16;
constexpr InParts kInParts[] = {{ListOf::company, Forms::as_written, 2, 1.0 / 8, SIZE_MAX},
                                {ListOf::pack, Forms::as_written, 2, 1.0 / 1024, SIZE_MAX},
                                {ListOf::company, Forms::as_written, 3, 1.0 / 32, kFewNames},
                                {ListOf::company, Forms::from_behind, 2, 1.0 / 32, 2 * kFewNames}};
bool is_from_behind(WordForm form) {
  return form == WordForm::reversed || form == WordForm::rot13;
}
// Shorter parts of three are everywhere, and so are those of three letters of many words.
constexpr size_t kLeastPart = 3;
constexpr size_t kLeastOfMany = 4;

// Of more words than are looked for in parts: those of the shortest lists stay, names of projects before customers, and
// the longest words.
void drop_many(const std::vector<Entry>& entries, const InParts& wanted_parts,
               std::vector<std::pair<double, size_t>>& wanted) {
  std::map<std::uint32_t, size_t> words_of;  // by list
  for (const auto& [cost, i] : wanted) words_of[entries[i].list]++;
  std::vector<std::pair<size_t, std::uint32_t>> lists;
  lists.reserve(words_of.size());
  for (const auto& [list, words] : words_of) lists.emplace_back(words, list);
  std::sort(lists.begin(), lists.end());
  std::unordered_set<std::uint32_t> kept;
  size_t words = 0;
  for (const auto& [count, list] : lists) {
    words += count;
    if (words > wanted_parts.words) break;
    kept.insert(list);
  }
  const auto is_dropped = [&](const auto& one) {
    const Entry& entry = entries[one.second];
    if (kept.contains(entry.list)) return false;
    return wanted_parts.forms == Forms::from_behind ||
           Parts(entry.words[entry.anchor], wanted_parts.count).shortest() < kLeastOfMany;
  };
  std::erase_if(wanted, is_dropped);
}

void add_parts(std::vector<Entry>& entries, const std::vector<ListOf>& from, const InParts& wanted_parts) {
  std::vector<std::pair<double, size_t>> wanted;
  for (size_t i = 0; i < entries.size(); i++) {
    const Entry& entry = entries[i];
    const std::string& anchor = entry.words[entry.anchor];
    if (entry.located != Located::whole || owner_of(from, entry.list) != wanted_parts.of) continue;
    if (is_from_behind(entry.form) != (wanted_parts.forms == Forms::from_behind)) continue;
    if (entry.inside == Inside::nothing || count_code_points(anchor) < kLeastApart) continue;
    const Parts parts(anchor, wanted_parts.count);
    if (parts.shortest() >= kLeastPart) wanted.emplace_back(parts.expected(), i);
  }
  if (wanted.size() > wanted_parts.words) drop_many(entries, wanted_parts, wanted);
  std::sort(wanted.begin(), wanted.end());
  double expected = 0;
  for (const auto& [cost, i] : wanted) {
    expected += cost;
    if (expected > wanted_parts.most) break;
    for (size_t part = 0; part < wanted_parts.count; part++) {
      Entry entry = entries[i];
      const ByteRange range = Parts(entry.words[entry.anchor], wanted_parts.count).at(part);
      entry.located = Located::part;
      entry.begin = range.begin;
      entry.literal = range.end - range.begin;
      entries.push_back(std::move(entry));
    }
  }
}

}  // namespace

bool is_capital(std::string_view text, size_t at) {
  return u_isupper(static_cast<UChar32>(next_code_point(text, at))) != 0;
}

std::vector<LocatedEntry> entries_of(std::span<const WordPattern> lists, const std::vector<ListOf>& from) {
  std::vector<Entry> entries = forms_of_all(lists, from);
  choose_anchors(entries);
  share_literals(entries);
  for (const InParts& in_parts : kInParts) add_parts(entries, from, in_parts);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.literal_text() < b.literal_text(); });
  return entries;
}

}  // namespace postern::policy
