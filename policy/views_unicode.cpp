#include "policy/views_unicode.h"

#include <algorithm>
#include <map>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

namespace postern::policy {

namespace {

constexpr char32_t kFoldInList = 0xffff;           // marks a fold that does not fit the table; no letter lives there
constexpr char32_t kCompatibilityBegin = 0x2f800;  // CJK Compatibility Ideographs Supplement
constexpr char32_t kCompatibilityEnd = 0x2fa20;
constexpr char32_t kTagsBegin = 0xe0000;  // tags and variation selectors, all default ignorable
constexpr char32_t kTagsEnd = 0xe1000;

UChar32 icu(char32_t c) {
  return static_cast<UChar32>(c);
}

// Lines over, under and through letters, and shapes around them: typography that text styles write with
// combining marks (strike-through, underline, keycaps). No spelling uses them.
bool is_decoration(char32_t c) {
  if (c == 0x305 || c == 0x332 || c == 0x333 || c == 0x33f) return true;
  if (c >= 0x334 && c <= 0x338) return true;
  return u_charType(icu(c)) == U_ENCLOSING_MARK;
}

// White on black letters and digits, which NFKC leaves alone though it opens the black on white ones.
struct ShapedRange {
  char32_t first;
  char32_t last;
  char stands_for;  // the first of them
};
constexpr ShapedRange kShaped[] = {
    {0x24f5, 0x24fd, '1'},   {0x24ff, 0x24ff, '0'},   {0x2776, 0x277e, '1'},
    {0x2780, 0x2788, '1'},   {0x278a, 0x2792, '1'},   {0x1f150, 0x1f169, 'A'},
    {0x1f170, 0x1f189, 'A'}, {0x1ccd6, 0x1ccef, 'A'}, {0x1ccf0, 0x1ccf9, '0'},
};

// Letters of these alphabets that Unicode has elsewhere (U+210E for an italic h) and left out here; who writes by
// adding numbers writes them all the same.
constexpr char32_t kMathBegin = 0x1d400;
constexpr char32_t kMathEnd = 0x1d6a4;

char shaped(char32_t c) {
  if (c >= kMathBegin && c < kMathEnd && u_charType(icu(c)) == U_UNASSIGNED) {
    const auto letter = static_cast<char>((c - kMathBegin) % 52);
    return static_cast<char>(letter < 26 ? 'A' + letter : 'a' + letter - 26);
  }
  for (const ShapedRange& range : kShaped) {
    if (c >= range.first && c <= range.last)
      return static_cast<char>(range.stands_for + static_cast<char>(c - range.first));
  }
  return '\0';
}

// Small capitals that UTS 39 does not list, for 'a' to 'z'; 0 where there is none (x) or UTS 39 has it.
constexpr char32_t kSmallCapitals[] = {0x1d00, 0x299,  0x1d04, 0x1d05, 0x1d07, 0xa730, 0x262,  0x29c,  0x26a,
                                       0x1d0a, 0x1d0b, 0x29f,  0x1d0d, 0x274,  0x1d0f, 0x1d18, 0xa7af, 0x280,
                                       0xa731, 0x1d1b, 0x1d1c, 0x1d20, 0x1d21, 0,      0x28f,  0x1d22};

// Dashes and centred dots, which people write where others write '-'.
bool is_dash(char32_t c) {
  return is_wide_dash(c) || c == 0xb7 || c == 0x2022 || c == 0x2027;
}

// Marks over and under letters that only help to read: Arabic vowels and signs, Hebrew points and accents.
bool is_vowel_mark(char32_t c) {
  return (c >= 0x64b && c <= 0x65f) || c == 0x670 || (c >= 0x610 && c <= 0x61a) || (c >= 0x6d6 && c <= 0x6ed) ||
         (c >= 0x591 && c <= 0x5bd) || c == 0x5bf || (c >= 0x5c1 && c <= 0x5c5) || c == 0x5c7;
}

// Arabic letters that keyboards of different languages have in different forms.
char32_t arabic_form(char32_t c) {
  switch (c) {
    case 0x622:  // alef with madda, hamza above, hamza below, wasla
    case 0x623:
    case 0x625:
    case 0x671:
      return 0x627;
    case 0x649:  // alef maksura, farsi yeh
    case 0x6cc:
      return 0x64a;
    case 0x6a9:  // keheh
      return 0x643;
    default:
      return c;
  }
}

// Letters of languages that write them beside those without the stroke; Unicode takes them not apart.
constexpr std::pair<char32_t, char> kStroked[] = {
    {U'ø', 'o'}, {U'Ø', 'O'}, {U'đ', 'd'}, {U'Đ', 'D'}, {U'ł', 'l'},
    {U'Ł', 'L'}, {U'ħ', 'h'}, {U'Ħ', 'H'}, {U'ŧ', 't'}, {U'Ŧ', 'T'},
};

// Letters that stand for ASCII ones in words that have those, too: as small capitals, in slanted type, turned round.
constexpr std::pair<char32_t, char> kLoose[] = {
    {U'т', 't'}, {U'к', 'k'}, {U'м', 'm'}, {U'н', 'h'}, {U'в', 'b'}, {U'г', 'r'}, {U'п', 'n'}, {U'и', 'n'}, {U'й', 'n'},
    {U'я', 'r'}, {U'д', 'a'}, {U'ц', 'u'}, {U'ш', 'w'}, {U'щ', 'w'}, {U'ф', 'o'}, {U'ч', 'y'}, {U'э', 'e'}, {U'л', 'n'},
    {U'ж', 'x'}, {U'ъ', 'b'}, {U'б', 'b'}, {U'з', 'e'}, {U'є', 'e'}, {U'И', 'N'}, {U'Й', 'N'}, {U'Я', 'R'}, {U'Д', 'A'},
    {U'Ц', 'U'}, {U'Ш', 'W'}, {U'Щ', 'W'}, {U'Ф', 'O'}, {U'Ч', 'Y'}, {U'Э', 'E'}, {U'Л', 'N'}, {U'П', 'N'}, {U'Г', 'R'},
    {U'Ж', 'X'}, {U'Б', 'B'}, {U'З', 'E'}, {U'Є', 'E'}, {U'η', 'n'}, {U'ω', 'w'}, {U'τ', 't'}, {U'κ', 'k'}, {U'μ', 'u'},
    {U'ε', 'e'}, {U'λ', 'a'}, {U'π', 'n'}, {U'θ', 'o'}, {U'φ', 'o'}, {U'ψ', 'w'}, {U'ς', 's'}, {U'ξ', 'e'}, {U'δ', 'd'},
    {U'β', 'b'}, {U'Λ', 'A'}, {U'Δ', 'A'}, {U'Σ', 'E'}, {U'Ξ', 'E'}, {U'Π', 'N'}, {U'Ω', 'O'}, {U'Θ', 'O'}, {U'Φ', 'O'},
    {U'Ψ', 'W'}, {U'Γ', 'R'}, {U'ғ', 'f'},
};

// The ASCII letter that the name of a Latin letter speaks of, "LATIN SMALL LETTER J WITH CROSSED-TAIL", or 0.
char letter_of_name(char32_t c) {
  char buffer[128];
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size = u_charName(icu(c), U_UNICODE_CHAR_NAME, buffer, sizeof buffer, &status);
  if (U_FAILURE(status) || size <= 0) return '\0';
  std::string_view name(buffer, static_cast<size_t>(size));
  const auto skip = [&name](std::string_view prefix) {
    if (!name.starts_with(prefix)) return false;
    name.remove_prefix(prefix.size());
    return true;
  };
  if (!skip("LATIN ")) return '\0';
  const bool small = skip("SMALL LETTER ") || skip("LETTER SMALL CAPITAL ");
  if (!small && !skip("CAPITAL LETTER ")) return '\0';
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view shape :
         {"DOTLESS ", "SCRIPT ", "OPEN ", "CLOSED ", "BARRED ", "REVERSED ", "TURNED ", "INVERTED ", "SIDEWAYS ",
          "LONG ", "TAILLESS ", "INSULAR ", "STRETCHED ", "BLACKLETTER ", "SMALL CAPITAL "}) {
      more = skip(shape) || more;
    }
  }
  const bool one_letter = !name.empty() && name[0] >= 'A' && name[0] <= 'Z' && (name.size() == 1 || name[1] == ' ');
  if (!one_letter) return '\0';
  return small ? static_cast<char>(name[0] - 'A' + 'a') : name[0];
}

bool is_removed(char32_t c) {
  if (u_hasBinaryProperty(icu(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return true;
  if (u_hasBinaryProperty(icu(c), UCHAR_BIDI_CONTROL)) return true;
  if (c >= 0xfff9 && c <= 0xfffc) return true;  // interlinear annotation marks, what stands for an object
  if (is_decoration(c)) return true;
  if (c == 0x640) return true;  // tatweel, which makes Arabic words longer
  return u_charType(icu(c)) == U_CONTROL_CHAR;
}

const icu::Normalizer2& nfkc() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = icu::Normalizer2::getNFKCInstance(status);
  return *instance;
}

std::string utf8_of(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

bool written_without_spaces(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_wide_dash(char32_t c) {
  return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2043 || c == 0x2d7 || c == 0x2796 || c == 0x1806 ||
         c == 0x5be;
}

const UnicodeTables& unicode_tables() {
  static const UnicodeTables tables;
  return tables;
}

UnicodeTables::UnicodeTables() : actions_(kTabled, CharAction::copy), folds_(0x10000) {
  build_actions();
  build_folds();
  build_look_alikes();
  build_accented();
  build_loose_look_alikes();
}

void UnicodeTables::add(std::vector<Entry>& entries, char32_t c, std::string_view text) {
  entries.push_back({c, static_cast<std::uint32_t>(pool_.size()), static_cast<std::uint32_t>(text.size())});
  pool_ += text;
}

std::string_view UnicodeTables::find(const std::vector<Entry>& entries, char32_t c) const {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), c, [](const Entry& e, char32_t wanted) { return e.c < wanted; });
  if (found == entries.end() || found->c != c) return {};
  return std::string_view(pool_).substr(found->offset, found->length);
}

void UnicodeTables::build_actions() {
  const icu::Normalizer2& normalizer = nfkc();
  const auto classify = [&](char32_t c) {
    if (c == '\t' || c == '\n' || c == '\v' || c == '\f') return CharAction::copy;
    if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029) return CharAction::line;
    if (is_removed(c)) return CharAction::remove;
    if (c < 0x80) return CharAction::copy;
    const auto type = u_charType(icu(c));
    if (type == U_SPACE_SEPARATOR || c == 0x2800) return CharAction::space;  // U+2800: the empty Braille pattern
    if (type == U_DECIMAL_DIGIT_NUMBER) return CharAction::digit;
    if (const char plain = shaped(c); plain != '\0') {
      add(replacements_, c, std::string_view(&plain, 1));
      return CharAction::replace;
    }
    if (normalizer.isInert(icu(c))) return CharAction::copy;
    if (!normalizer.hasBoundaryBefore(icu(c))) return CharAction::join;
    const icu::UnicodeString single(icu(c));
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString normal = normalizer.normalize(single, status);
    if (U_FAILURE(status) || normal == single) return CharAction::copy;
    add(replacements_, c, utf8_of(normal));
    return CharAction::replace;
  };
  for (char32_t c = 0; c < kTabled; c++) {
    if (c >= 0xd800 && c < 0xe000) continue;
    actions_[c] = classify(c);
  }
  for (char32_t c = kCompatibilityBegin; c < kCompatibilityEnd; c++) {
    if (u_charType(icu(c)) != U_UNASSIGNED) classify(c);
  }
}

CharAction UnicodeTables::action_beyond(char32_t c) const {
  if (c >= kTagsBegin && c < kTagsEnd) return CharAction::remove;
  if (c >= kCompatibilityBegin && c < kCompatibilityEnd && !replacement(c).empty()) return CharAction::replace;
  return CharAction::copy;
}

void UnicodeTables::build_folds() {
  for (char32_t c = 0; c < 0x20000; c++) {
    if (c >= 0xd800 && c < 0xe000) continue;
    if (is_dash(c)) {
      folds_[c] = u'-';
      continue;
    }
    if (is_vowel_mark(c)) {  // to nothing
      folds_[c] = static_cast<char16_t>(kFoldInList);
      continue;
    }
    if (arabic_form(c) != c) {
      folds_[c] = static_cast<char16_t>(arabic_form(c));
      continue;
    }
    char16_t in[2];
    char16_t out[8];
    std::int32_t in_length = 0;
    U16_APPEND_UNSAFE(in, in_length, c);
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t out_length = u_strFoldCase(out, 8, in, in_length, U_FOLD_CASE_DEFAULT, &status);
    const bool same_plane = c < 0x10000;
    if (U_SUCCESS(status) && out_length == 1 && same_plane) {
      folds_[c] = out[0];
      continue;
    }
    const icu::UnicodeString folded(out, out_length);
    if (same_plane) folds_[c] = static_cast<char16_t>(kFoldInList);
    if (same_plane || folded != icu::UnicodeString(icu(c))) add(full_folds_, c, utf8_of(folded));
  }
  folds_[kFoldInList] = static_cast<char16_t>(kFoldInList);
}

char32_t UnicodeTables::fold(char32_t c) const {
  if (c < 0x10000) {
    const char32_t folded = folds_[c];
    return folded == kFoldInList && c != kFoldInList ? kFoldsToMany : folded;
  }
  return fold_to_many(c).empty() ? c : kFoldsToMany;
}

// The skeletons of ASCII letters, turned round. 'I' and 'l' share one, so case decides between them.
void UnicodeTables::build_look_alikes() {
  UErrorCode status = U_ZERO_ERROR;
  USpoofChecker* const checker = uspoof_open(&status);
  alike_.resize(kLookAlikes);
  if (U_FAILURE(status)) return;
  const auto skeleton = [&](char32_t c) {
    std::string utf8;
    append_utf8(c, utf8);
    char out[64];
    UErrorCode error = U_ZERO_ERROR;
    const auto length = static_cast<std::int32_t>(utf8.size());
    const std::int32_t size = uspoof_getSkeletonUTF8(checker, 0, utf8.data(), length, out, sizeof out, &error);
    return U_SUCCESS(error) && size > 0 && size < 64 ? std::string(out, static_cast<size_t>(size)) : std::string();
  };
  std::map<std::string, char> upper;
  std::map<std::string, char> lower;
  for (char c = 'a'; c <= 'z'; c++) lower.emplace(skeleton(static_cast<char32_t>(c)), c);
  for (char c = 'A'; c <= 'Z'; c++) upper.emplace(skeleton(static_cast<char32_t>(c)), c);
  constexpr UScriptCode kScripts[] = {USCRIPT_LATIN,    USCRIPT_GREEK,  USCRIPT_CYRILLIC, USCRIPT_ARMENIAN,
                                      USCRIPT_CHEROKEE, USCRIPT_COPTIC, USCRIPT_LISU,     USCRIPT_DESERET};
  for (char32_t c = 0x80; c < kLookAlikes; c++) {
    if (!u_isalpha(icu(c)) || (c >= 0xd800 && c < 0xe000)) continue;
    if (c == 0x196) continue;  // a capital iota, which looks like a small l
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(icu(c), &error);
    if (std::find(std::begin(kScripts), std::end(kScripts), script) == std::end(kScripts)) continue;
    const std::string form = skeleton(c);
    const bool is_upper = u_isupper(icu(c)) || (!u_islower(icu(c)) && script == USCRIPT_LISU);
    const auto& first = is_upper ? upper : lower;
    const auto& second = is_upper ? lower : upper;
    if (const auto found = first.find(form); found != first.end()) {
      look_alikes_.emplace_back(c, found->second);
    } else if (const auto other = second.find(form); other != second.end()) {
      look_alikes_.emplace_back(c, other->second);
    }
  }
  uspoof_close(checker);
  for (char letter = 'a'; letter <= 'z'; letter++) {
    const char32_t capital = kSmallCapitals[letter - 'a'];
    const bool listed = std::any_of(look_alikes_.begin(), look_alikes_.end(),
                                    [&](const auto& entry) { return entry.first == capital; });
    if (capital != 0 && !listed) look_alikes_.emplace_back(capital, letter);
  }
  each_fancy_letter([this](char32_t letter, char ascii) {
    const bool listed = std::any_of(look_alikes_.begin(), look_alikes_.end(),
                                    [letter](const auto& entry) { return entry.first == letter; });
    if (!listed) look_alikes_.emplace_back(letter, ascii);
  });
  std::sort(look_alikes_.begin(), look_alikes_.end());
  for (const auto& [c, ascii] : look_alikes_) alike_[c] = true;
}

void UnicodeTables::build_accented() {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(status);
  accented_.resize(kAccentedEnd - kAccentedBegin);
  if (U_FAILURE(status)) return;
  for (char32_t c = kAccentedBegin; c < kAccentedEnd; c++) {
    icu::UnicodeString parts;
    if (!nfd->getDecomposition(icu(c), parts) || parts.length() < 2) continue;
    const char16_t base = parts[0];
    if ((base >= u'a' && base <= u'z') || (base >= u'A' && base <= u'Z')) {
      accented_[c - kAccentedBegin] = static_cast<char>(base);
    }
  }
  for (const auto& [c, base] : kStroked) accented_[c - kAccentedBegin] = base;
}

void UnicodeTables::build_loose_look_alikes() {
  loose_.resize(kLookAlikes);
  const auto add = [this](char32_t c, char ascii) {
    if (has_look_alike(c) || accented(c) != '\0' || loose_[c]) return;
    loosely_alike_.emplace_back(c, ascii);
    loose_[c] = true;
  };
  for (const auto& [c, ascii] : kLoose) add(c, ascii);
  for (char32_t c = 0x180; c < 0xac00; c++) {
    UErrorCode error = U_ZERO_ERROR;
    if (!u_isalpha(icu(c)) || uscript_getScript(icu(c), &error) != USCRIPT_LATIN) continue;
    if (const char ascii = letter_of_name(c); ascii != '\0') add(c, ascii);
  }
  std::sort(loosely_alike_.begin(), loosely_alike_.end());
}

char UnicodeTables::loosely_alike(char32_t c) const {
  if (!has_loose_look_alike(c)) return look_alike(c);
  const auto found = std::lower_bound(loosely_alike_.begin(), loosely_alike_.end(), c,
                                      [](const auto& entry, char32_t wanted) { return entry.first < wanted; });
  return found->second;
}

char UnicodeTables::slanted_alike(char32_t c) {
  switch (c) {
    case U'т':
      return 'm';
    case U'и':
    case U'й':
      return 'u';
    case U'д':
      return 'g';
    case U'г':
      return 's';
    default:
      return '\0';
  }
}

char UnicodeTables::look_alike(char32_t c) const {
  const auto found = std::lower_bound(look_alikes_.begin(), look_alikes_.end(), c,
                                      [](const auto& entry, char32_t wanted) { return entry.first < wanted; });
  return found != look_alikes_.end() && found->first == c ? found->second : '\0';
}

char32_t next_code_point(std::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    at++;
    return first;
  }
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 c = 0;
  size_t next = at;
  const size_t size = text.size();
  U8_NEXT(bytes, next, size, c);
  at = next;
  return c < 0 ? 0xfffd : static_cast<char32_t>(c);
}

char32_t previous_code_point(std::string_view text, size_t& at) {
  size_t begin = at - 1;
  while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) begin--;
  size_t next = begin;
  const char32_t c = next_code_point(text, next);
  at = next == at ? begin : at - 1;
  return next == at || c != 0xfffd ? c : 0xfffd;
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  std::uint8_t utf8[4];
  size_t length = 0;
  U8_APPEND_UNSAFE(utf8, length, c);
  out.append(reinterpret_cast<const char*>(utf8), length);
}

bool is_word_char(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  constexpr std::uint32_t kWord = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
  return (U_GET_GC_MASK(icu(c)) & kWord) != 0;
}

bool word_continues(char32_t left, char32_t right) {
  if (!is_word_char(left) || !is_word_char(right)) return false;
  if (left < 0x80 && right < 0x80) return true;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode before = uscript_getScript(icu(left), &status);
  const UScriptCode after = uscript_getScript(icu(right), &status);
  if (written_without_spaces(before) || written_without_spaces(after)) return false;
  if (before == USCRIPT_HANGUL) return false;  // particles follow the noun without a space
  // A name in Latin letters takes the particles, prefixes and endings of the language around it: "Nightjar는".
  if ((before == USCRIPT_LATIN) != (after == USCRIPT_LATIN)) {
    const UScriptCode other = before == USCRIPT_LATIN ? after : before;
    return other == USCRIPT_INHERITED || other == USCRIPT_COMMON;
  }
  if ((before == USCRIPT_KATAKANA) != (after == USCRIPT_KATAKANA)) {
    return after == USCRIPT_INHERITED || after == USCRIPT_COMMON;
  }
  return true;
}

}  // namespace postern::policy
