// Numbers that are spelled digit by digit in words, "four nine two nine", words that are spelled in an alphabet,
// "November India Golf" or "N wie Nordpol, I wie Ida", and codes with both, "PXQ dash four four seven one".
#include <algorithm>
#include <array>
#include <optional>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Shorter ones are counted aloud; account and card numbers are longer.
constexpr size_t kLeastDigits = 8;
// So many of what is spelled are in words; of letters more, since places and names are among them.
constexpr size_t kLeastWords = 3;
constexpr size_t kLeastLetterWords = 5;
// Between two of them; a line end may have indentation.
constexpr size_t kMostBetween = 8;

struct DigitWord {
  std::string_view word;
  char digit;
};
// In English, German, French and Spanish.
constexpr std::array<DigitWord, 48> kDigitWords = {{
    {"zero", '0'},   {"oh", '0'},     {"nought", '0'}, {"one", '1'},   {"two", '2'},    {"three", '3'}, {"four", '4'},
    {"five", '5'},   {"six", '6'},    {"seven", '7'},  {"eight", '8'}, {"nine", '9'},   {"null", '0'},  {"eins", '1'},
    {"zwei", '2'},   {"zwo", '2'},    {"drei", '3'},   {"vier", '4'},  {"fünf", '5'},   {"fuenf", '5'}, {"sechs", '6'},
    {"sieben", '7'}, {"acht", '8'},   {"neun", '9'},   {"zéro", '0'},  {"un", '1'},     {"une", '1'},   {"deux", '2'},
    {"trois", '3'},  {"quatre", '4'}, {"cinq", '5'},   {"sept", '7'},  {"huit", '8'},   {"neuf", '9'},  {"cero", '0'},
    {"uno", '1'},    {"una", '1'},    {"dos", '2'},    {"tres", '3'},  {"cuatro", '4'}, {"cinco", '5'}, {"seis", '6'},
    {"siete", '7'},  {"ocho", '8'},   {"nueve", '9'},  {"niner", '9'}, {"ein", '1'},    {"fife", '5'},
}};
constexpr size_t kLongestDigitWord = 6;

std::optional<char> digit_of(std::string_view word) {
  if (word.size() == 1 && is_ascii_digit(word[0])) return word[0];
  if (word.size() > kLongestDigitWord) return std::nullopt;
  const auto same = [](char written, char letter) {
    return written == letter || (written >= 'A' && written <= 'Z' && written - 'A' + 'a' == letter);
  };
  for (const DigitWord& one : kDigitWords) {
    if (std::equal(word.begin(), word.end(), one.word.begin(), one.word.end(), same)) return one.digit;
  }
  return std::nullopt;
}

// The alphabets in which people spell, by letter: that of the ICAO, DIN 5009 before and since 2022, the French, Italian
// and Spanish ones, and that of the police in America.
constexpr std::array<std::string_view, 26> kSpellingWords = {
    "alfa alpha anton aachen anatole ancona antonio adam",
    "bravo berta berlin berthe bologna barcelona boy bari",
    "charlie cäsar caesar chemnitz célestin celestin como carmen charles",
    "delta dora düsseldorf duesseldorf désiré desire domodossola dolores david",
    "echo emil essen eugène eugene empoli enrique edward",
    "foxtrot friedrich frankfurt françois francois firenze francia frank",
    "golf gustav goslar gaston genova gerona george",
    "hotel heinrich hamburg henri historia henry",
    "india ida ingelheim irma imola inés ines",
    "juliett juliet julius jena joseph jersey josé jose john",
    "kilo konrad kursaal kaufmann köln koeln kléber kleber kappa king",
    "lima ludwig leipzig louis livorno lorenzo lincoln",
    "mike martha münchen muenchen marcel milano madrid mary",
    "november nordpol nathan nürnberg nuernberg nicolas napoli navarra nora",
    "oscar otto offenbach otranto oviedo ocean",
    "papa paula potsdam pierre padova parís paris paul",
    "quebec quelle quickborn quintal quarto querido queen",
    "romeo richard rostock raoul roma ramón ramon robert",
    "sierra samuel siegfried salzwedel suzanne savona sábado sabado sam",
    "tango theodor tübingen tuebingen thérèse therese torino tarragona tom",
    "uniform ulrich unna ursule udine ulises union",
    "victor viktor völklingen voelklingen venezia valencia",
    "whiskey whisky wilhelm wuppertal william washington",
    "xray x-ray xanthippe xaver xanten xavier xilofono xiquena",
    "yankee ypsilon yvonne york yegua young",
    "zulu zacharias zeppelin zwickau zoé zoe zara zaragoza zebra"};
constexpr std::string_view kMarkWords = "dash hyphen minus strich tiret guion";
// Between a letter and its word.
constexpr std::array<std::string_view, 8> kAsIn = {" as in ", " wie ", " comme ", " come ",
                                                   " como ",  " di ",  " de ",    " for "};

bool same_folded(std::string_view written, std::string_view word) {
  return std::equal(written.begin(), written.end(), word.begin(), word.end(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); });
}

bool is_one_of(std::string_view word, std::string_view words) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    // Most differ in length or in the second letter.
    const bool may_be = end - at == word.size() && (word.size() < 2 || (word[1] | 0x20) == (words[at + 1] | 0x20));
    if (may_be && same_folded(word, words.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

// The letter that a word of an alphabet stands for, or the hyphen.
std::optional<char> letter_of(std::string_view word) {
  if (word.empty()) return std::nullopt;
  const auto letter = static_cast<unsigned char>((static_cast<unsigned char>(word[0]) | 0x20U) - 'a');
  if (letter >= kSpellingWords.size()) return std::nullopt;
  if (is_one_of(word, kSpellingWords[letter])) return static_cast<char>('A' + letter);
  if (is_one_of(word, kMarkWords)) return '-';
  return std::nullopt;
}

// A group of a code or number as it stands: capitals or digits.
bool is_group(std::string_view word) {
  constexpr size_t kLongestGroup = 8;
  if (word.size() > kLongestGroup) return false;
  return std::all_of(word.begin(), word.end(), is_ascii_digit) ||
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

size_t end_of_word(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_word_char(next_code_point(text, end))) at = end;
  return at;
}

// What stands between two digits; the end of it, or `at` when it is something else.
size_t end_of_between(std::string_view text, size_t at) {
  constexpr std::string_view kBetween = " \t\n-_.,;:/|>";
  size_t end = at;
  while (end < text.size() && kBetween.find(text[end]) != std::string_view::npos) end++;
  return end - at <= kMostBetween ? end : at;
}

// Reads what is spelled from a place on.
class Speller {
 public:
  Speller(std::string_view text, std::string& spelled) : text_(text), spelled_(spelled) { spelled_.clear(); }

  // Up to the end of the last word that is spelled there; `at` when none is.
  size_t read(size_t at) {
    size_t end = at;
    for (size_t word_end = end_of_word(text_, at); word_end > at;) {
      const size_t said = at;
      at = behind_as_in(at, word_end);
      word_end = behind_x(at, end_of_word(text_, at));
      if (at > said && same_letter(text_[said], text_[at])) {
        take_letter(text_[said]);
      } else if (!take(text_.substr(at, word_end - at))) {
        break;
      }
      end = word_end;
      at = end_of_between(text_, end);
      if (at == end) break;
      hyphen_ = at == end + 1 && text_[end] == '-';
      word_end = end_of_word(text_, at);
    }
    return end;
  }

  // Whether it is worth anything.
  bool is_something() const {
    if (letters_ >= kLeastLetterWords) return true;
    if (digits_ >= kLeastDigits && words_ >= kLeastWords) return true;
    return capitals_ && marks_ > 0 && words_ >= kLeastWords;
  }

 private:
  // "N as in November": behind the words between.
  size_t behind_as_in(size_t at, size_t word_end) const {
    if (word_end - at != 1) return at;
    for (const std::string_view between : kAsIn) {
      const size_t behind = word_end + between.size();
      if (behind < text_.size() && text_.substr(word_end, between.size()) == between) return behind;
    }
    return at;
  }
  static bool same_letter(char a, char b) {
    const char small = static_cast<char>(a | 0x20);
    return small >= 'a' && small <= 'z' && small == static_cast<char>(b | 0x20);
  }
  // Whatever word it is that begins with the letter.
  void take_letter(char letter) {
    spelled_ += static_cast<char>(letter & ~0x20);
    words_++;
    letters_++;
    capitals_ = true;
    last_group_ = false;
  }
  // "X-ray"
  size_t behind_x(size_t at, size_t word_end) const {
    constexpr std::string_view kXray = "x-ray";
    return same_folded(text_.substr(at, kXray.size()), kXray) ? at + kXray.size() : word_end;
  }

  bool take(std::string_view word) {
    const char before = spelled_.empty() ? ' ' : spelled_.back();
    const bool to_other = !word.empty() && is_group(word) != last_group_ && hyphen_;
    if (to_other && before != '-' && before != ' ') {
      spelled_ += '-';
      marks_++;
    }
    last_group_ = is_group(word) && !is_ascii_digit(word.front());
    if (const std::optional<char> digit = digit_of(word)) {
      spelled_ += *digit;
      digits_++;
      words_ += word.size() > 1 ? 1U : 0U;
    } else if (const std::optional<char> letter = letter_of(word)) {
      if (*letter == '-' && !spelled_.empty() && spelled_.back() == '-') return true;
      spelled_ += *letter;
      words_++;
      (*letter == '-' ? marks_ : letters_)++;
      capitals_ = capitals_ || *letter != '-';
    } else if (is_group(word)) {
      spelled_ += word;
      const bool number = is_ascii_digit(word.front());
      digits_ += number ? word.size() : 0;
      capitals_ = capitals_ || !number;
    } else {
      return false;
    }
    return true;
  }

  std::string_view text_;
  std::string& spelled_;
  size_t digits_ = 0;
  size_t words_ = 0;    // of digits, letters and marks
  size_t letters_ = 0;  // words of the alphabet
  size_t marks_ = 0;
  bool capitals_ = false;
  bool last_group_ = false;  // the last word was a group of capitals as it stands
  bool hyphen_ = false;      // a hyphen stands before the next one
};

}  // namespace

void find_number_words(std::string_view text, const ByteRange& piece, Decoded& out) {
  text = text.substr(0, piece.end);
  for (size_t at = piece.begin; at < text.size();) {
    const size_t first_end = end_of_word(text, at);
    if (first_end == at) {
      next_code_point(text, at);
      continue;
    }
    Speller speller(text, out.bytes);
    const size_t begin = at;
    const size_t end = speller.read(at);
    at = std::max(end, first_end);
    if (!speller.is_something()) continue;
    if (!out.begin_window(Encoding::number_words, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}))
      return;
    out.replace(out.bytes, end - begin);
    out.end_window();
  }
}

}  // namespace postern::policy
