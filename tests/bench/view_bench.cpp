// What text costs that is not written plainly: the views of it, and many finds.
//
//   view_bench RULES.tsv TEXT [TEXT...]
//
// The texts are written anew in the ways that views are for, a tenth of their words each, and scanned for the rules and
// for 200 names with no views, with those that are on unless a policy says otherwise, and with all. Prints a line of
// JSON an entry: nanoseconds a byte of each, the best of several rounds, and the finds. "plain" comes first: the texts
// as they are. "frequent" has a name in place of every tenth word.
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench_policy.h"
#include "policy/compile.h"
#include "policy/scan.h"

namespace {

using namespace postern;
using namespace postern::policy;
using Timer = std::chrono::steady_clock;

constexpr size_t kNames = 200;
constexpr size_t kEvery = 10;  // words

std::string name_at(size_t index) {
  static constexpr std::string_view kFirst[] = {"amber",    "copper", "silent", "golden", "winter",
                                                "northern", "hollow", "rapid",  "marble", "crimson"};
  static constexpr std::string_view kSecond[] = {
      "falcon",  "nightjar", "otter",   "badger", "heron",  "lantern", "harbour", "anchor", "meadow", "cedar",
      "glacier", "compass",  "thistle", "beacon", "quarry", "ferry",   "orchid",  "saddle", "walnut", "kestrel"};
  return std::string(kFirst[index % std::size(kFirst)]) + " " + std::string(kSecond[index / std::size(kFirst)]);
}

Model model_of(const std::string& path) {
  Model model;
  for (const bench::CorpusRule& line : bench::read_rules(path)) {
    model.detectors.push_back(bench::detector_of(line));
  }
  auto words = std::make_shared<WordList>();
  for (size_t i = 0; i < kNames; i++) words->entries.push_back({name_at(i), 1, {}});
  Detector names;
  names.id = "names";
  names.primary = WordPattern{words, WordMatch::phrase, LetterCase::fold, {}, {}};
  model.detectors.push_back(names);
  return model;
}

enum class Views : std::uint8_t { none, usual, all };

void switch_views(Model& model, Views views) {
  ViewMask all = 0;
  for (const ViewSwitch& one : view_switches()) all |= one.views;
  for (Detector& detector : model.detectors) {
    if (views == Views::none) detector.views.off = all;
    if (views == Views::all) detector.views.on = all;
  }
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

using Rewrite = std::function<std::string(std::string_view word, size_t count)>;

// Every kEvery-th word of at least four letters in another way.
std::string rewritten(std::string_view text, const Rewrite& rewrite) {
  std::string out;
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && is_letter(text[end])) end++;
    const std::string_view word = text.substr(at, end - at);
    if (word.size() >= 4 && ++count % kEvery == 0) {
      out += rewrite(word, count / kEvery);
    } else {
      out += word;
    }
    if (end < text.size()) out += text[end++];
    at = end;
  }
  return out;
}

std::string between(std::string_view word, const std::function<std::string(size_t)>& what) {
  std::string out;
  for (size_t i = 0; i < word.size(); i++) out += (i > 0 ? what(i) : "") + word[i];
  return out;
}

std::string replaced(std::string_view word, char letter, std::string_view by) {
  std::string out;
  for (const char c : word) out += c == letter ? std::string(by) : std::string(1, c);
  return out;
}

std::string base64(std::string_view text) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i + 2 < text.size(); i += 3) {
    const unsigned three = static_cast<unsigned char>(text[i]) << 16U | static_cast<unsigned char>(text[i + 1]) << 8U |
                           static_cast<unsigned char>(text[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) out += kAlphabet[three >> static_cast<unsigned>(shift) & 63U];
  }
  return out;
}

std::string percent(std::string_view word) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : word) out += std::string("%") + kHex[static_cast<unsigned char>(c) >> 4U] + kHex[c & 15];
  return out;
}

std::string rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_letter(c)) c = static_cast<char>((c & 32) + 'A' + ((c & ~32) - 'A' + 13) % 26);
  }
  return out;
}

// In Cyrillic letters, one for one: an honest text that no ASCII reader wrote.
std::string cyrillic(std::string_view text) {
  static constexpr std::string_view kLetters = "абцдефгхийклмнопярстувшжыз";  // two bytes each
  std::string out;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 32);
    out += is_letter(c) ? std::string(kLetters.substr(2 * static_cast<size_t>(lower - 'a'), 2)) : std::string(1, c);
  }
  return out;
}

struct Kind {
  std::string_view name;
  std::function<std::string(std::string_view)> make;
};

std::vector<Kind> kinds() {
  const auto words = [](Rewrite rewrite) {
    return [rewrite = std::move(rewrite)](std::string_view text) { return rewritten(text, rewrite); };
  };
  return {
      {"plain", [](std::string_view text) { return std::string(text); }},
      {"frequent", words([](std::string_view, size_t n) { return name_at(n % kNames); })},
      {"invisible", words([](std::string_view w, size_t) { return between(w, [](size_t) { return "\u200B"; }); })},
      {"accents", words([](std::string_view w, size_t) { return replaced(w, 'e', "e\u0301"); })},
      {"look-alikes", words([](std::string_view w, size_t) { return replaced(replaced(w, 'a', "а"), 'o', "о"); })},
      {"digits for letters",
       words([](std::string_view w, size_t) { return replaced(replaced(w, 'i', "1"), 'o', "0"); })},
      {"signs for letters",
       words([](std::string_view w, size_t) { return replaced(replaced(w, 'i', "!"), 'a', "@"); })},
      {"letters for digits", words([](std::string_view, size_t n) { return "9Ol5 l2O" + std::to_string(n % 9); })},
      {"apart", words([](std::string_view w, size_t) { return between(w, [](size_t) { return " "; }); })},
      {"apart by many", words([](std::string_view w, size_t) {
         return between(w, [](size_t i) { return std::string(1, ".-_ "[i % 4]); });
       })},
      {"cut", words([](std::string_view w, size_t) {
         return std::string(w.substr(0, 2)) + "-\n" + std::string(w.substr(2));
       })},
      {"markup", words([](std::string_view w, size_t) {
         return std::string(w.substr(0, 2)) + "<b>" + std::string(w.substr(2)) + "</b>";
       })},
      {"reversed", words([](std::string_view w, size_t) { return std::string(w.rbegin(), w.rend()); })},
      {"percent", words([](std::string_view w, size_t) { return percent(w); })},
      {"base64",
       [](std::string_view text) {
         return std::string(text.substr(0, text.size() / 2)) + "\n\n" + base64(text.substr(text.size() / 2));
       }},
      {"rot13",
       [](std::string_view text) {
         return std::string(text.substr(0, text.size() / 2)) + "\n\n" + rot13(text.substr(text.size() / 2));
       }},
      {"Cyrillic", [](std::string_view text) { return cyrillic(text); }},
  };
}

struct Cost {
  double ns = 0;  // a byte
  std::uint64_t hits = 0;
};

Cost cost_of(const CompiledPolicy& policy, const std::vector<ExtractedText>& messages, std::uint64_t bytes) {
  constexpr int kRounds = 15;
  auto workspace = Workspace::create(policy);
  if (!workspace) throw std::bad_alloc();
  ScanResult result;
  Cost out{1e18, 0};
  for (int i = 0; i < kRounds; i++) {
    out.hits = 0;
    const auto begin = Timer::now();
    for (const ExtractedText& message : messages) {
      (*workspace)->scan(policy, message, result);
      out.hits += result.hits.size();
    }
    const std::chrono::duration<double, std::nano> took = Timer::now() - begin;
    out.ns = std::min(out.ns, took.count() / static_cast<double>(bytes));
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: view_bench RULES.tsv TEXT...\n";
    return 2;
  }
  Diagnostics diagnostics;
  std::vector<std::unique_ptr<const CompiledPolicy>> policies;
  for (const Views views : {Views::none, Views::usual, Views::all}) {
    Model model = model_of(argv[1]);
    switch_views(model, views);
    policies.push_back(compile_policy(model, diagnostics));
    if (policies.back() == nullptr) {
      std::cerr << diagnostics.to_text();
      return 2;
    }
  }
  std::vector<std::string> texts;
  for (int i = 2; i < argc; i++) {
    std::string text = bench::read_whole(argv[i]);
    std::erase(text, '\r');  // as the extractors do
    texts.push_back(std::move(text));
  }
  for (const Kind& kind : kinds()) {
    std::vector<ExtractedText> messages;
    std::uint64_t bytes = 0;
    for (const std::string& text : texts) {
      messages.push_back(bench::message_of(kind.make(text)));
      bytes += messages.back().segments[0].text.size();
    }
    const Cost none = cost_of(*policies[0], messages, bytes);
    const Cost usual = cost_of(*policies[1], messages, bytes);
    const Cost all = cost_of(*policies[2], messages, bytes);
    std::cout << nlohmann::json{{"kind", kind.name},        {"bytes", bytes},      {"none_ns", none.ns},
                                {"usual_ns", usual.ns},     {"all_ns", all.ns},    {"none_hits", none.hits},
                                {"usual_hits", usual.hits}, {"all_hits", all.hits}}
                     .dump()
              << "\n";
  }
  return 0;
}
