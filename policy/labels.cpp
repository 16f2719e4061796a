#include "policy/labels.h"

#include <algorithm>
#include <array>

#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Longer lines are no marks.
constexpr size_t kLongestMark = 160;

// What names of header fields and properties have in them that hold a classification, in lower case.
constexpr std::array<std::string_view, 10> kTelling = {"classification", "sensitivity", "label",      "marking",
                                                       "confidential",   "klassifi",    "einstufung", "vertraulich",
                                                       "schutzklasse",   "clasificaci"};
// Properties that hold lists of anything, a classification among them.
constexpr std::array<std::string_view, 5> kLists = {"keywords", "category", "contentstatus", "status", "subject"};
// What stands before a label: "Classification: Confidential".
constexpr std::array<std::string_view, 22> kIntroductions = {"classification",
                                                             "data classification",
                                                             "information classification",
                                                             "security classification",
                                                             "sensitivity",
                                                             "confidentiality",
                                                             "confidentiality level",
                                                             "label",
                                                             "klassifizierung",
                                                             "einstufung",
                                                             "vertraulichkeit",
                                                             "confidentialité",
                                                             "clasificación",
                                                             "security level",
                                                             "protection level",
                                                             "confidentiality class",
                                                             "handling",
                                                             "schutzklasse",
                                                             "sicherheitsstufe",
                                                             "tlp",
                                                             "sec",
                                                             "protective marking"};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letters(char a, char b) {
  return lower(a) == b;
}

// Names of fields and properties are ASCII; `word` is in lower case.
bool contains(std::string_view name, std::string_view word) {
  return std::search(name.begin(), name.end(), word.begin(), word.end(), same_letters) != name.end();
}

bool equals(std::string_view name, std::string_view word) {
  return name.size() == word.size() && std::equal(name.begin(), name.end(), word.begin(), same_letters);
}

template <size_t N>
bool is_telling(std::string_view name, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return contains(name, word); });
}

// The text without white space, marks and pictures at both ends.
std::string_view bare(std::string_view text) {
  while (!text.empty()) {
    size_t next = 0;
    if (is_word_char(next_code_point(text, next))) break;
    text.remove_prefix(next);
  }
  while (!text.empty()) {
    size_t last = text.size();
    if (is_word_char(previous_code_point(text, last))) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

// Letters with a space behind each, as headings have them: "C O N F I D E N T I A L".
bool is_spaced_out(std::string_view text) {
  size_t letters = 0;
  bool behind_letter = false;
  for (const char c : text) {
    if (is_space(c)) {
      behind_letter = false;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {  // not the rest of a character
      if (behind_letter) return false;
      behind_letter = true;
      letters++;
    }
  }
  return letters >= 5;
}

// Takes single spaces away, and of several leaves one.
void join_letters(std::string& text) {
  size_t kept = 0;
  for (size_t i = 0; i < text.size(); i++) {
    const bool single = is_space(text[i]) && !(i + 1 < text.size() && is_space(text[i + 1]));
    const bool first = i == 0 || !is_space(text[i - 1]);
    if (single && first) continue;
    text[kept++] = text[i];
  }
  text.resize(kept);
}

// Case folded, letters that look like ASCII ones as those, with one space for what separates words.
void normal_form(std::string_view text, std::string& out) {
  out.clear();
  make_folded(bare(text), out, nullptr);
  if (!is_ascii(out)) write_alike(out);
  if (is_spaced_out(out)) join_letters(out);
  size_t kept = 0;
  for (const char c : out) {
    const bool gap = is_space(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '\\' || c == ':';
    if (gap && kept > 0 && out[kept - 1] == ' ') continue;
    out[kept++] = gap ? ' ' : c;
  }
  out.resize(kept);
}

std::string_view first_line(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!std::all_of(line.begin(), line.end(), is_space)) return line;
    at = end + 1;
  }
  return {};
}

std::string_view last_line(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  const size_t feed = text.rfind('\n');
  return feed == std::string_view::npos ? text : text.substr(feed + 1);
}

// Calls `each` with the pieces between the separators.
template <typename Each>
void split(std::string_view text, std::string_view separators, Each each) {
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find_first_of(separators, at), text.size());
    if (end > at) each(text.substr(at, end - at));
    at = end + 1;
  }
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kBrackets = {{{"[", "]"},
                                                                                     {"(", ")"},
                                                                                     {"{", "}"},
                                                                                     {"<", ">"},
                                                                                     {"\u3010", "\u3011"},
                                                                                     {"\u00ab", "\u00bb"},
                                                                                     {"\u2039", "\u203a"},
                                                                                     {"\u300c", "\u300d"}}};

// What stands in front of a subject: its words, and where it ends with all that belongs to it.
struct InFront {
  size_t begin = 0;
  size_t size = 0;
  size_t end = 0;  // 0: nothing
};

InFront in_front_of(std::string_view subject) {
  const size_t first = std::min(subject.find_first_not_of(' '), subject.size());
  const std::string_view rest = subject.substr(first);
  for (const auto& [open, close] : kBrackets) {
    if (!rest.starts_with(open)) continue;
    const size_t end = rest.find(close, open.size());
    if (end == std::string_view::npos) return {};
    return {first + open.size(), end - open.size(), first + end + close.size()};
  }
  constexpr std::string_view kMarks = "*/_=#~!";
  if (!rest.empty() && kMarks.find(rest[0]) != std::string_view::npos) {
    const size_t begin = rest.find_first_not_of(rest[0]);
    const size_t end = begin == std::string_view::npos ? begin : rest.find(rest[0], begin);
    if (end == std::string_view::npos) return {};
    return {first + begin, end - begin, first + std::min(rest.find_first_not_of(rest[0], end), rest.size())};
  }
  // "Re:", "AW:", "Re[2]:"
  constexpr size_t kLongestAnswer = 8;
  const size_t colon = rest.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > kLongestAnswer) return {};
  if (rest.substr(0, colon).find(' ') != std::string_view::npos) return {};
  return {first, colon, first + colon + 1};
}

// A line of a header or footer without the number of its page and the version of its document at the end.
std::string_view without_page(std::string_view line) {
  constexpr std::array<std::string_view, 7> kPage = {" page ", " seite ", " p\u00e1gina ", " pagina ", " p. ",
                                                     " s. ",   " v"};
  for (const std::string_view word : kPage) {
    const auto found = std::search(line.begin(), line.end(), word.begin(), word.end(), same_letters);
    if (found == line.end()) continue;
    const auto at = static_cast<size_t>(found - line.begin());
    const size_t behind = at + word.size();
    if (behind < line.size() && line[behind] >= '0' && line[behind] <= '9') return line.substr(0, at);
  }
  return line;
}

}  // namespace

void LabelSet::add(const std::vector<std::string>& labels) {
  std::string normal;
  for (std::uint32_t i = 0; i < labels.size(); i++) {
    std::string reader;
    make_reader(labels[i], reader, nullptr);
    normal_form(reader, normal);
    if (normal.empty()) continue;
    by_text_[normal].push_back({lists_, i});
    // "#VaultOnly"
    const size_t letters = normal.size();
    std::erase(normal, ' ');
    if (normal.size() < letters) by_text_[normal].push_back({lists_, i});
  }
  lists_++;
}

// `mark` is a piece of `text`.
void LabelSet::compare(std::string_view text, std::string_view mark, std::string& buffer, LabelSink& sink) const {
  std::string_view rest = bare(mark);
  if (rest.empty() || rest.size() > kLongestMark) return;
  const auto tell = [&](std::string_view what) {
    normal_form(what, buffer);
    const auto found = by_text_.find(std::string_view(buffer));
    if (found == by_text_.end()) return false;
    const auto begin = static_cast<std::uint32_t>(what.data() - text.data());
    for (const LabelUse& use : found->second) sink.label(use, {begin, begin + static_cast<std::uint32_t>(what.size())});
    return true;
  };
  if (tell(rest)) return;
  // A trade mark is these letters in the reader view.
  constexpr std::string_view kTradeMark = "TM";
  if (rest.ends_with(kTradeMark) && tell(rest.substr(0, rest.size() - kTradeMark.size()))) return;
  const size_t colon = rest.find_first_of(":=");
  if (colon == std::string_view::npos) return;
  normal_form(rest.substr(0, colon), buffer);
  const bool introduced =
      std::find(kIntroductions.begin(), kIntroductions.end(), std::string_view(buffer)) != kIntroductions.end();
  rest = bare(rest.substr(colon + 1));
  if (introduced && !rest.empty()) tell(rest);
}

// Values of a field or property: one, several, or pairs NAME=VALUE; a label below another as "Confidential\Finance".
void LabelSet::compare_values(std::string_view text, std::string_view values, std::string& buffer,
                              LabelSink& sink) const {
  compare(text, values, buffer, sink);
  split(values, ";,\n", [&](std::string_view value) {
    if (value.size() == values.size()) return;
    const size_t equals = value.find('=');
    if (equals != std::string_view::npos) {
      // Of Purview's pairs only the name of the label is one.
      const std::string_view name = bare(value.substr(0, equals));
      if (name.starts_with("MSIP_Label_") && !name.ends_with("_Name")) return;
      value.remove_prefix(equals + 1);
    }
    compare(text, value, buffer, sink);
  });
  split(values, "\\/", [&](std::string_view value) {
    if (value.size() != values.size()) compare(text, value, buffer, sink);
  });
}

void LabelSet::compare_line(std::string_view text, std::string_view line, std::string& buffer, LabelSink& sink) const {
  if (line.size() > kLongestMark) return;
  compare(text, line, buffer, sink);
  // "Page 1 - CONFIDENTIAL | Example Corp".
  const auto piece = [&](size_t begin, size_t end) {
    if (end > begin && end - begin < line.size()) compare(text, line.substr(begin, end - begin), buffer, sink);
  };
  static constexpr std::array<std::string_view, 9> kBetween = {" - ",    "|",      "\t", "\u2022", "\u00b7",
                                                               "\u2013", "\u2014", "  ", " / "};
  size_t begin = 0;
  for (size_t at = 0; at < line.size();) {
    const auto* const between = std::find_if(kBetween.begin(), kBetween.end(),
                                             [&](std::string_view mark) { return line.substr(at).starts_with(mark); });
    if (between == kBetween.end()) {
      at++;
      continue;
    }
    piece(begin, at);
    at += between->size();
    begin = at;
  }
  piece(begin, line.size());
}

// The whole subject; what stands in front of it: short words of answers ("Re:", "AW:"), brackets and words between
// marks ("*** Confidential ***"); what stands in brackets, or before a colon or at one side of a dash.
void LabelSet::compare_subject(std::string_view text, std::string& buffer, LabelSink& sink) const {
  std::string_view subject = text.substr(0, text.find_last_not_of(" \n") + 1);
  constexpr int kMostInFront = 8;
  for (int i = 0; i < kMostInFront; i++) {
    compare(text, subject, buffer, sink);
    const InFront front = in_front_of(subject);
    if (front.end == 0) break;
    compare(text, subject.substr(front.begin, front.size), buffer, sink);
    subject.remove_prefix(front.end);
  }
  for (const auto& [open, close] : kBrackets) {
    for (size_t at = subject.find(open); at != std::string_view::npos; at = subject.find(open, at + 1)) {
      const size_t begin = at + open.size();
      const size_t end = subject.find(close, begin);
      if (end == std::string_view::npos) break;
      // Round ones in the middle say something more.
      if (open == "(" && end + close.size() < subject.size()) continue;
      compare(text, subject.substr(begin, end - begin), buffer, sink);
    }
  }
  for (const std::string_view mark : {":", " - ", " \u2013 ", " \u2014 ", "|", " // "}) {
    const size_t at = subject.find(mark);
    if (at == std::string_view::npos || at == 0 || at + mark.size() >= subject.size()) continue;
    compare(text, subject.substr(0, at), buffer, sink);
    if (mark != ":") compare(text, subject.substr(subject.rfind(mark) + mark.size()), buffer, sink);
  }
}

void LabelSet::scan(Place place, std::string_view at, std::string_view text, std::string& buffer,
                    LabelSink& sink) const {
  switch (place) {
    case Place::property: {
      if (contains(at, "msip_label_")) {
        if (equals(at.substr(at.rfind('_')), "_name")) compare_values(text, text, buffer, sink);
      } else if (equals(at, "title")) {
        // "The plan (Confidential)", and no title that is one word.
        for (const auto& [open, close] : kBrackets) {
          const size_t begin = text.rfind(open);
          if (begin == 0 || begin == std::string_view::npos || !text.ends_with(close)) continue;
          compare(text, text.substr(begin + open.size(), text.size() - begin - open.size() - close.size()), buffer,
                  sink);
        }
      } else if (equals(at, "xmp")) {
        split(text, "\n", [&](std::string_view line) { compare(text, line, buffer, sink); });
      } else if (is_telling(at, kTelling) ||
                 std::any_of(kLists.begin(), kLists.end(), [&](std::string_view name) { return equals(at, name); })) {
        compare_values(text, text, buffer, sink);
      }
      return;
    }
    case Place::header: {
      if (!is_telling(at, kTelling) && !equals(at, "keywords")) return;
      compare_values(text, text, buffer, sink);
      // RFC 4021 2.1.55: what Outlook writes for "Confidential".
      constexpr std::string_view kCompany = "company-";
      if (equals(at, "sensitivity") && equals(text.substr(0, kCompany.size()), kCompany)) {
        compare(text, text.substr(kCompany.size()), buffer, sink);
      }
      return;
    }
    case Place::subject:
      compare_subject(text, buffer, sink);
      return;
    case Place::header_footer:
      split(text, "\n", [&](std::string_view line) {
        compare_line(text, line, buffer, sink);
        const std::string_view rest = without_page(line);
        if (rest.size() < line.size()) compare(text, rest, buffer, sink);
        // "(c) 2027 Example Corp. Confidential. All rights reserved."
        split(line, ".", [&](std::string_view sentence) {
          if (sentence.size() < line.size()) compare(text, sentence, buffer, sink);
        });
      });
      return;
    case Place::text_box:
    case Place::master:
    case Place::annotation:
      if (text.size() <= kLongestMark) compare(text, text, buffer, sink);
      return;
    case Place::body:
    case Place::page:
    case Place::quoted:
    case Place::forwarded:
    case Place::signature:
    case Place::disclaimer: {
      const std::string_view first = first_line(text);
      const std::string_view last = last_line(text);
      compare_line(text, first, buffer, sink);
      if (last.data() != first.data()) compare_line(text, last, buffer, sink);
      return;
    }
    default:
      return;
  }
}

}  // namespace postern::policy
