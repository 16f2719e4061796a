#include "policy/compile.h"

#include <cstring>
#include <map>
#include <tuple>

#include "base/crypto.h"
#include "policy/builtins.h"
#include "policy/codes.h"
#include "policy/own_values.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

struct HashKey {
  std::uint64_t words[2] = {};
  HashKey() {
    char bytes[sizeof words];
    system_entropy().fill(bytes, sizeof bytes);
    std::memcpy(words, bytes, sizeof words);
  }
};

// The product of two 64-bit numbers, folded: one step of a keyed multiplicative hash (after wyhash).
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t keyed_hash(std::string_view text) {
  static const HashKey key;
  std::uint64_t hash = key.words[0] ^ text.size();
  for (size_t at = 0; at < text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min<size_t>(8, text.size() - at));
    hash = mix(hash ^ word, key.words[1] | 1);
  }
  return mix(hash, 0x9e37'79b9'7f4a'7c15ULL);
}

bool is_separator(char c) {
  return c == ' ' || c == '-' || c == '_' || c == '.' || c == '/' || (c >= '\t' && c <= '\r');
}

// What a source looks at: the views, derived ones by their mask, or the original text only.
struct Looks {
  ViewMask views = 0;
  bool raw = false;
  auto operator<=>(const Looks&) const = default;
};

// Collects the sources of a model, each once.
class Sources {
 public:
  SourceIndex of(const EvidencePattern& pattern, Looks looks, ListOf from) {
    if (const auto* regex = std::get_if<RegexPattern>(&pattern)) return of(*regex, looks);
    return of(std::get<WordPattern>(pattern), looks, from);
  }

  SourceIndex of(const PrimaryPattern& pattern, Looks looks, ListOf from) {
    if (const auto* regex = std::get_if<RegexPattern>(&pattern)) return of(*regex, looks);
    if (const auto* list = std::get_if<WordPattern>(&pattern)) return of(*list, looks, from);
    if (std::holds_alternative<BuiltinPattern>(pattern)) {
      source_code = true;
      return kSourceCodeSource;
    }
    if (const auto* label = std::get_if<LabelPattern>(&pattern)) {
      labels.push_back(label->labels);
      return kLabelsFrom + static_cast<SourceIndex>(labels.size()) - 1;
    }
    return kNoSource;
  }

  SourceIndex of_boilerplate(const std::vector<Boilerplate>& paragraphs, Looks looks) {
    if (paragraphs.empty()) return kNoSource;
    auto list = std::make_shared<WordList>();
    for (const Boilerplate& paragraph : paragraphs) list->entries.push_back({paragraph.text, 1, paragraph.mark});
    return of(WordPattern{std::move(list), WordMatch::word, LetterCase::fold, false, {}}, looks, ListOf::company);
  }

  // The beginning of punycode, half of the digits in words and of the alphabets that letters are spelled in, beside
  // words of the policy: there they cost next to nothing.
  SourceIndex of_code_words() {
    if (words.empty()) return kNoSource;
    auto list = std::make_shared<WordList>();
    list->entries.push_back({"xn--", 1, {}});
    static constexpr std::string_view kWords[] = {
        "zero",      "three",    "five",        "seven",      "eight",     "null",       "drei",      "fünf",
        "acht",      "trois",    "cinq",        "sept",       "huit",      "cero",       "tres",      "cinco",
        "siete",     "ocho",     "dash",        "hyphen",     "alfa",      "alpha",      "bravo",     "charlie",
        "echo",      "foxtrot",  "golf",        "juliett",    "juliet",    "kilo",       "lima",      "oscar",
        "papa",      "quebec",   "romeo",       "sierra",     "tango",     "uniform",    "victor",    "whiskey",
        "yankee",    "zulu",     "anton",       "berta",      "dora",      "emil",       "friedrich", "gustav",
        "heinrich",  "ida",      "julius",      "konrad",     "ludwig",    "martha",     "nordpol",   "otto",
        "paula",     "richard",  "samuel",      "siegfried",  "theodor",   "ulrich",     "viktor",    "wilhelm",
        "xanthippe", "ypsilon",  "zacharias",   "aachen",     "chemnitz",  "düsseldorf", "essen",     "goslar",
        "ingelheim", "jena",     "leipzig",     "nürnberg",   "offenbach", "potsdam",    "quickborn", "rostock",
        "salzwedel", "tübingen", "unna",        "völklingen", "wuppertal", "zwickau",    "anatole",   "berthe",
        "célestin",  "désiré",   "eugène",      "gaston",     "irma",      "kléber",     "marcel",    "nicolas",
        "quintal",   "raoul",    "suzanne",     "thérèse",    "ursule",    "xavier",     "yvonne",    "zoé",
        "ancona",    "bologna",  "domodossola", "empoli",     "firenze",   "genova",     "imola",     "livorno",
        "milano",    "napoli",   "otranto",     "padova",     "savona",    "torino",     "udine",     "venezia",
        "antonio",   "carmen",   "dolores",     "enrique",    "gerona",    "historia",   "lorenzo",   "navarra",
        "oviedo",    "querido",  "ramón",       "sábado",     "tarragona", "ulises",     "valencia",  "zaragoza",
        "adam",      "george",   "henry",       "mary",       "frank",     "edward",     "lincoln",   "nora",
        "ocean",     "queen",    "robert",      "zebra"};
    static_assert(kWords[kFirstLetterWord - 1] == "alfa");
    for (const std::string_view word : kWords) list->entries.push_back({std::string(word), 1, {}});
    return of(WordPattern{std::move(list), WordMatch::word, LetterCase::fold, false, {}}, Looks{}, ListOf::program);
  }

  std::vector<std::string> regexes;
  std::vector<SourceMark> marks;
  std::vector<WordPattern> words;
  std::vector<Looks> regex_looks;
  std::vector<Looks> word_looks;
  std::vector<ListOf> words_from;
  bool source_code = false;
  std::vector<std::vector<std::string>> labels;  // a list a detector

  // Word sources and marks are numbered from here until the regexes are all known.
  static constexpr SourceIndex kWordsFrom = 0x8000'0000;
  static constexpr SourceIndex kSourceCodeSource = 0xc000'0000;
  static constexpr SourceIndex kLabelsFrom = 0xc000'0001;

 private:
  SourceIndex of(const RegexPattern& regex, Looks looks) {
    const auto [found, added] =
        regex_index_.emplace(std::pair(regex.pattern, looks), static_cast<SourceIndex>(regexes.size()));
    if (added) {
      regexes.push_back(regex.pattern);
      marks.push_back(regex.mark);
      regex_looks.push_back(looks);
    }
    return found->second;
  }

  SourceIndex of(const WordPattern& pattern, Looks looks, ListOf from) {
    const auto key = std::tuple(pattern.words.get(), pattern.match, pattern.letter_case, pattern.inflected, looks);
    const auto [found, added] = word_index_.emplace(key, kWordsFrom + static_cast<SourceIndex>(words.size()));
    if (added) {
      words.push_back(pattern);
      word_looks.push_back(looks);
      words_from.push_back(from);
    }
    return found->second;
  }

  std::map<std::pair<std::string, Looks>, SourceIndex> regex_index_;
  std::map<std::tuple<const WordList*, WordMatch, LetterCase, bool, Looks>, SourceIndex> word_index_;
};

void note_distance(const Distance& distance, PositionNeeds& needs) {
  if (distance.unit == DistanceUnit::words) needs.words = true;
  if (distance.unit == DistanceUnit::line || distance.unit == DistanceUnit::row) needs.lines = true;
}

PositionNeeds needs_of(const Model& model) {
  PositionNeeds needs;
  for (const Detector& detector : model.detectors) {
    for (const ConfidenceLevel& level : detector.confidence) {
      for (const EvidenceCondition& condition : level.when) note_distance(condition.within, needs);
    }
    for (const AllowList::Near& near : detector.allow.near) note_distance(near.within, needs);
  }
  return needs;
}

bool may_hold_without_hits(const Content& content) {
  switch (content.kind) {
    case Content::Kind::detector:
      return false;
    case Content::Kind::all:
      for (const Content& child : content.children) {
        if (!may_hold_without_hits(child)) return false;
      }
      return true;
    case Content::Kind::any:
      for (const Content& child : content.children) {
        if (may_hold_without_hits(child)) return true;
      }
      return false;
    default:
      return true;
  }
}

void collect_detectors(const Content& content, std::vector<DetectorIndex>& out) {
  if (content.kind == Content::Kind::detector) out.push_back(content.detector.detector);
  for (const Content& child : content.children) collect_detectors(child, out);
}

void index_rules(const Model& model, CompiledPolicy& compiled) {
  compiled.rules_of.resize(model.detectors.size());
  for (std::uint32_t i = 0; i < model.rules.size(); i++) {
    const Rule& rule = model.rules[i];
    if (!rule.content || may_hold_without_hits(*rule.content)) {
      compiled.rules_without_hits.push_back(i);
      continue;
    }
    std::vector<DetectorIndex> detectors;
    collect_detectors(*rule.content, detectors);
    for (const DetectorIndex detector : detectors) {
      std::vector<std::uint32_t>& rules = compiled.rules_of[detector];
      if (rules.empty() || rules.back() != i) rules.push_back(i);
    }
  }
}

SourceIndex final_index(SourceIndex source, const CompiledPolicy& compiled) {
  if (source == kNoSource || source < Sources::kWordsFrom) return source;
  if (source == Sources::kSourceCodeSource) return compiled.marks.source_code;
  if (source >= Sources::kLabelsFrom) return source - Sources::kLabelsFrom + compiled.marks.first_label;
  return source - Sources::kWordsFrom + compiled.first_word_source;
}

// Numbers everything, and gives the tables by source their size.
void number_sources(Sources& sources, CompiledPolicy& compiled) {
  compiled.first_word_source = static_cast<SourceIndex>(sources.regexes.size());
  compiled.marks.first = compiled.first_word_source + static_cast<SourceIndex>(sources.words.size());
  if (sources.source_code) compiled.marks.source_code = compiled.marks.first;
  compiled.marks.first_label = compiled.marks.first + (sources.source_code ? 1 : 0);
  for (const std::vector<std::string>& labels : sources.labels) compiled.marks.labels.add(labels);
  compiled.sources = compiled.marks.first_label + static_cast<SourceIndex>(sources.labels.size());
  compiled.word_lists = std::move(sources.words);
  compiled.checks.resize(compiled.sources);
  compiled.counts.resize(compiled.sources);
  compiled.detectors_of.resize(compiled.sources);
}

// `min_lines` of what finds source code, else 0.
std::uint32_t least_lines(const Detector& detector) {
  const auto* const builtin = std::get_if<BuiltinPattern>(&detector.primary);
  if (builtin == nullptr) return 0;
  const auto wanted = builtin->options.find("min_lines");
  return wanted == builtin->options.end() ? kDefaultCodeLines : static_cast<std::uint32_t>(wanted->second);
}

void resolve_detectors(const Model& model, CompiledPolicy& compiled) {
  std::string buffer;
  for (size_t i = 0; i < model.detectors.size(); i++) {
    const Detector& detector = model.detectors[i];
    CompiledDetector& out = compiled.detectors[i];
    out.source = final_index(out.source, compiled);
    for (SourceIndex& near : out.near) near = final_index(near, compiled);
    for (const WordEntry& value : detector.allow.values) {
      std::string reader;
      make_reader(value.text, reader, nullptr);
      out.allowed.insert(canonical_value(reader, buffer));
    }
    out.min_lines = least_lines(detector);
    if (out.source == kNoSource) continue;
    compiled.checks[out.source] |= check_bit(detector.validate);
    compiled.counts[out.source] = 1;
    compiled.detectors_of[out.source].push_back(static_cast<DetectorIndex>(i));
  }
  for (SourceIndex& source : compiled.evidence) source = final_index(source, compiled);
  compiled.boilerplate = final_index(compiled.boilerplate, compiled);
  compiled.code_words = final_index(compiled.code_words, compiled);
  for (SourceIndex source = 0; source < compiled.sources; source++) {
    if (compiled.raw[source] == 0) continue;
    if (source < compiled.first_word_source) {
      compiled.raw_patterns.push_back(source);
    } else if (compiled.is_words(source)) {
      compiled.raw_words = true;
    }
  }
}

void hash_words(CompiledPolicy& compiled) {
  std::string buffer;
  for (const WordPattern& pattern : compiled.word_lists) {
    std::vector<std::uint64_t>& values = compiled.word_values.emplace_back();
    values.reserve(pattern.words->entries.size());
    for (const WordEntry& entry : pattern.words->entries) {
      std::string reader;
      make_reader(entry.text, reader, nullptr);
      values.push_back(canonical_value(reader, buffer));
    }
  }
}

// What a pack brings is named PACK/NAME.
ListOf list_of(std::string_view name) {
  return name.find('/') == std::string_view::npos ? ListOf::company : ListOf::pack;
}

// Everything to look for, and who asks for it.
struct Wanted {
  Sources sources;
  std::vector<CompiledDetector> detectors;
  std::vector<SourceIndex> evidence;
  SourceIndex boilerplate = kNoSource;
  SourceIndex code_words = kNoSource;
};

Wanted wanted_by(const Model& model) {
  Wanted out;
  const Looks usual{model.views.apply(default_views())};
  for (const Detector& detector : model.detectors) {
    CompiledDetector& compiled = out.detectors.emplace_back();
    const Looks own = detector.raw ? Looks{0, true} : Looks{detector.views.apply(usual.views)};
    const ListOf from = list_of(detector.id);
    compiled.source = out.sources.of(detector.primary, own, from);
    for (const AllowList::Near& near : detector.allow.near)
      compiled.near.push_back(out.sources.of(near.pattern, usual, from));
  }
  for (const Evidence& one : model.evidence)
    out.evidence.push_back(out.sources.of(one.pattern, usual, list_of(one.name)));
  out.boilerplate = out.sources.of_boilerplate(model.boilerplate, usual);
  out.code_words = out.sources.of_code_words();
  return out;
}

void note_views(const std::vector<Looks>& of_sources, Reads reader, CompiledPolicy& compiled, ViewMask& all) {
  for (const Looks& looks : of_sources) {
    compiled.raw.push_back(looks.raw ? 1 : 0);
    compiled.views.push_back(looks.views);
    all = static_cast<ViewMask>(all | (looks.views & views_read_by(reader)));
  }
}

std::unique_ptr<const CompiledPolicy> assemble(const Model& model, Wanted wanted, PatternSet patterns, WordSet words) {
  CompiledPolicy compiled(std::move(patterns), std::move(words));
  number_sources(wanted.sources, compiled);
  note_views(wanted.sources.regex_looks, Reads::patterns, compiled, compiled.pattern_views);
  note_views(wanted.sources.word_looks, Reads::words, compiled, compiled.word_views);
  compiled.raw.resize(compiled.sources);
  compiled.views.resize(compiled.sources);
  compiled.boilerplate = wanted.boilerplate;
  compiled.code_words = wanted.code_words;
  compiled.detectors = std::move(wanted.detectors);
  compiled.evidence = std::move(wanted.evidence);
  compiled.needs = needs_of(model);
  resolve_detectors(model, compiled);
  hash_words(compiled);
  std::string buffer;
  for (const WordEntry& value : model.organisation.own_values) {
    for (const std::string& form : forms_of_own_value(value.text)) {
      std::string reader;
      make_reader(form, reader, nullptr);
      compiled.own_values.insert(canonical_value(reader, buffer));
    }
  }
  index_rules(model, compiled);
  return std::make_unique<const CompiledPolicy>(std::move(compiled));
}

}  // namespace

std::uint64_t canonical_value(std::string_view reader, std::string& buffer) {
  buffer.clear();
  make_folded(reader, buffer, nullptr);
  std::erase_if(buffer, is_separator);
  return keyed_hash(buffer);
}

std::unique_ptr<const CompiledPolicy> compile_policy(const Model& model, Diagnostics& diagnostics) {
  warm_views();
  Wanted wanted = wanted_by(model);
  const Sources& sources = wanted.sources;
  auto patterns = PatternSet::compile(sources.regexes);
  if (!patterns) {
    const size_t index = patterns.error().pattern;
    diagnostics.error(std::string(codes::kRegex), index < sources.marks.size() ? sources.marks[index] : SourceMark{},
                      "this regular expression does not compile: " + patterns.error().message);
    return nullptr;
  }
  auto words = WordSet::compile(sources.words, sources.words_from);
  if (!words) {
    diagnostics.error(std::string(codes::kDictionary), {}, words.error().message);
    return nullptr;
  }
  return assemble(model, std::move(wanted), std::move(*patterns), std::move(*words));
}

void store_compiled(const CompiledPolicy& policy, ImageWriter& out) {
  policy.patterns.store(out);
  policy.words.store(out);
}

std::unique_ptr<const CompiledPolicy> restore_compiled(const Model& model, ImageReader& in) {
  warm_views();
  Wanted wanted = wanted_by(model);
  auto patterns = PatternSet::restore(wanted.sources.regexes, in);
  if (!patterns) return nullptr;
  auto words = WordSet::restore(wanted.sources.words, in);
  if (!words) return nullptr;
  return assemble(model, std::move(wanted), std::move(*patterns), std::move(*words));
}

}  // namespace postern::policy
