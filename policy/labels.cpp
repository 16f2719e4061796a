#include "policy/labels.h"

#include <algorithm>
#include <array>

#include "policy/labels_text.h"

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
constexpr std::array<std::string_view, 31> kIntroductions = {"classification",
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
                                                             "protective marking",
                                                             "marking",
                                                             "document classification",
                                                             "classification level",
                                                             "markierung",
                                                             "kennzeichnung",
                                                             "vertraulichkeitsstufe",
                                                             "niveau de confidentialité",
                                                             "nivel de confidencialidad",
                                                             "classificazione"};
// And in a sentence of its own.
constexpr std::array<std::string_view, 8> kSentences = {"this document is classified as ",
                                                        "this document is classified ",
                                                        "classified as ",
                                                        "this document is ",
                                                        "dieses dokument ist als ",
                                                        "eingestuft als ",
                                                        "ce document est class\u00e9 ",
                                                        "este documento es "};

template <size_t N>
bool is_telling(std::string_view name, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return label_contains(name, word); });
}

bool is_introduction(std::string_view words, std::string& buffer) {
  normal_label(words, buffer);
  return std::find(kIntroductions.begin(), kIntroductions.end(), std::string_view(buffer)) != kIntroductions.end();
}

bool begins_with_capital(std::string_view text) {
  return !text.empty() && text[0] >= 'A' && text[0] <= 'Z';
}

// Source code, and what lies beside it.
bool is_of_a_program(std::string_view name) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {"c",      "cc",    "cpp", "cs",    "csproj", "cshtml", "css", "dart", "dll",  "fs",    "go", "gradle",
       "groovy", "h",     "hh",  "hpp",   "java",   "js",     "jsx", "kt",   "kts",  "lua",   "m",  "mm",
       "php",    "pl",    "pm",  "proto", "py",     "r",      "rb",  "resx", "rs",   "scala", "sh", "sln",
       "sql",    "swift", "ts",  "tsx",   "vb",     "vbproj", "vue", "xaml", "class"});
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view ending = name.substr(dot + 1);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view one) { return label_equals(ending, one); });
}

std::string_view first_line(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!std::all_of(line.begin(), line.end(), is_label_space)) return line;
    at = end + 1;
  }
  return {};
}

std::string_view last_line(std::string_view text) {
  while (!text.empty() && is_label_space(text.back())) text.remove_suffix(1);
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
    const auto found = std::search(line.begin(), line.end(), word.begin(), word.end(), same_label_letters);
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
    normal_label(reader, normal);
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
  std::string_view rest = bare_label(mark);
  if (rest.empty() || rest.size() > kLongestMark) return;
  const auto tell = [&](std::string_view what) {
    normal_label(what, buffer);
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
  for (const std::string_view sentence : kSentences) {
    if (label_equals(rest.substr(0, sentence.size()), sentence) && tell(rest.substr(sentence.size()))) return;
  }
  const size_t colon = rest.find_first_of(":=");
  if (colon == std::string_view::npos) return;
  const bool introduced = is_introduction(rest.substr(0, colon), buffer);
  rest = bare_label(rest.substr(colon + 1));
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
      const std::string_view name = bare_label(value.substr(0, equals));
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
void LabelSet::compare_subject(std::string_view text, std::string_view subject, std::string& buffer,
                               LabelSink& sink) const {
  subject = subject.substr(0, subject.find_last_not_of(" \n") + 1);
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

// "Confidential/plan.txt", "plan (confidential).txt", "CONFIDENTIAL_plan.txt", "plan - Confidential.txt". Programs
// have folders "internal/" and "Library/Internal/": one word counts at the top only, and none above source code. A
// small word among others is part of a name.
void LabelSet::compare_file_name(std::string_view text, std::string& buffer, LabelSink& sink) const {
  const size_t slash = text.find_last_of("/\\");
  const size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string_view folders = is_of_a_program(text) ? std::string_view{} : text.substr(0, begin);
  split(folders, "/\\", [&](std::string_view folder) {
    const bool words = folder.find_first_of(" _-") != std::string_view::npos;
    const bool top = folder.data() == text.data() + (text.starts_with("./") ? 2 : 0);
    if (begins_with_capital(folder) && (words || top)) compare(text, folder, buffer, sink);
  });
  std::string_view name = text.substr(begin);
  constexpr size_t kLongestEnding = 5;
  if (const size_t dot = name.rfind('.'); dot != std::string_view::npos && name.size() - dot <= kLongestEnding + 1) {
    name = name.substr(0, dot);
  }
  for (const auto& [open, close] : kBrackets) {
    const size_t inside = name.find(open);
    if (inside == std::string_view::npos) continue;
    const size_t end = name.find(close, inside + open.size());
    if (end != std::string_view::npos)
      compare(text, name.substr(inside + open.size(), end - inside - open.size()), buffer, sink);
  }
  const auto compare_edge = [&](std::string_view edge) {
    const bool capitals = std::none_of(edge.begin(), edge.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const bool words = edge.find_first_of(" _-") != std::string_view::npos;
    if (!edge.empty() && edge.size() < name.size() && (capitals || words)) compare(text, edge, buffer, sink);
  };
  for (const std::string_view mark : {"_", " - ", " \u2013 ", "__", "--"}) {
    const size_t first = name.find(mark);
    if (first == std::string_view::npos) continue;
    compare_edge(name.substr(0, first));
    const std::string_view last = name.substr(name.rfind(mark) + mark.size());
    compare_edge(last);
    if (mark == " - " && begins_with_capital(last)) compare(text, last, buffer, sink);
  }
}

// "Example Confidential": behind the name of a company, which is one word.
void LabelSet::compare_behind_name(std::string_view text, std::string_view line, std::string& buffer,
                                   LabelSink& sink) const {
  constexpr std::array<std::string_view, 5> kNot = {"not", "non", "nicht", "kein", "un"};
  line = bare_label(line);
  const size_t end = line.find(' ');
  if (end == std::string_view::npos || !begins_with_capital(line) || !begins_with_capital(line.substr(end + 1))) return;
  const std::string_view name = line.substr(0, end);
  if (std::any_of(kNot.begin(), kNot.end(), [&](std::string_view word) { return label_equals(name, word); })) return;
  compare(text, line.substr(end + 1), buffer, sink);
}

// A row near the top that is an introduction and a label: "Classification", "Confidential".
void LabelSet::compare_pairs(std::string_view text, std::string& buffer, LabelSink& sink) const {
  constexpr int kMostRows = 16;
  std::string_view rest = text;
  for (int row = 0; row < kMostRows && !rest.empty(); row++) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const size_t tab = line.size() <= kLongestMark ? line.find('\t') : std::string_view::npos;
    if (tab != std::string_view::npos && tab > 0 && is_introduction(line.substr(0, tab), buffer)) {
      const std::string_view label = bare_label(line.substr(tab + 1));
      if (label.find('\t') == std::string_view::npos) compare(text, label, buffer, sink);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// The title of an event is read as a subject. Its CLASS (RFC 5545 3.8.1.3) says who may see it in a calendar, and is
// CONFIDENTIAL of interviews and visits to the doctor.
void LabelSet::compare_event(std::string_view text, std::string& buffer, LabelSink& sink) const {
  constexpr std::string_view kTitle = "summary:";
  split(text, "\n", [&](std::string_view line) {
    if (label_equals(line.substr(0, kTitle.size()), kTitle)) {
      compare_subject(text, line.substr(kTitle.size()), buffer, sink);
    }
  });
}

void LabelSet::scan(Place place, std::string_view at, std::string_view text, std::string& buffer,
                    LabelSink& sink) const {
  switch (place) {
    case Place::property: {
      if (label_contains(at, "msip_label_")) {
        if (label_equals(at.substr(at.rfind('_')), "_name")) compare_values(text, text, buffer, sink);
      } else if (label_equals(at, "title")) {
        // "The plan (Confidential)", and no title that is one word.
        for (const auto& [open, close] : kBrackets) {
          const size_t begin = text.rfind(open);
          if (begin == 0 || begin == std::string_view::npos || !text.ends_with(close)) continue;
          compare(text, text.substr(begin + open.size(), text.size() - begin - open.size() - close.size()), buffer,
                  sink);
        }
      } else if (label_equals(at, "xmp")) {
        split(text, "\n", [&](std::string_view line) { compare(text, line, buffer, sink); });
      } else if (is_telling(at, kTelling) || std::any_of(kLists.begin(), kLists.end(), [&](std::string_view name) {
                   return label_equals(at, name);
                 })) {
        compare_values(text, text, buffer, sink);
      }
      return;
    }
    case Place::header: {
      if (!is_telling(at, kTelling) && !label_equals(at, "keywords")) return;
      compare_values(text, text, buffer, sink);
      // RFC 4021 2.1.55: what Outlook writes for "Confidential".
      constexpr std::string_view kCompany = "company-";
      if (label_equals(at, "sensitivity") && label_equals(text.substr(0, kCompany.size()), kCompany)) {
        compare(text, text.substr(kCompany.size()), buffer, sink);
      }
      return;
    }
    case Place::file_name:
      compare_file_name(text, buffer, sink);
      return;
    case Place::calendar:
      compare_event(text, buffer, sink);
      return;
    case Place::cell:
      compare_pairs(text, buffer, sink);
      return;
    case Place::subject:
      compare_subject(text, text, buffer, sink);
      return;
    case Place::header_footer:
      split(text, "\n", [&](std::string_view line) {
        compare_line(text, line, buffer, sink);
        const std::string_view rest = without_page(line);
        if (rest.size() < line.size()) compare(text, rest, buffer, sink);
        compare_behind_name(text, line, buffer, sink);
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
      if (place == Place::page || place == Place::body) compare_pairs(text, buffer, sink);
      return;
    }
    default:
      return;
  }
}

}  // namespace postern::policy
