#include "extractors/html/selector.h"

#include <algorithm>

namespace postern::extract {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f";

bool has_word(std::string_view words, std::string_view wanted) {
  for (size_t at = words.find(wanted); at != std::string_view::npos; at = words.find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    const bool begins = at == 0 || kSpace.find(words[at - 1]) != std::string_view::npos;
    const bool ends = end == words.size() || kSpace.find(words[end]) != std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

// Where the bracket that `text` begins with is closed; its size when it is not.
size_t end_of_brackets(std::string_view text) {
  unsigned open = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '(') open++;
    if (text[i] == ')' && --open == 0) return i;
  }
  return text.size();
}

// At white space or a combinator, outside brackets.
size_t end_of_compound(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && kSpace.find(text[at]) == std::string_view::npos && text[at] != '>') {
    at += text[at] == '(' ? end_of_brackets(text.substr(at)) : 1;
  }
  return std::min(at, text.size());
}

}  // namespace

std::optional<Selector> Selector::parse(std::string_view text) {
  Selector out;
  bool child = false;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (text.empty()) break;
    if (text.front() == '>') {
      if (child || out.compounds_.empty()) return std::nullopt;
      child = true;
      text.remove_prefix(1);
      continue;
    }
    if (out.compounds_.size() == kMostCompounds) return std::nullopt;
    Compound compound;
    compound.child = child;
    child = false;
    std::string_view rest = text.substr(0, end_of_compound(text));
    text.remove_prefix(rest.size());
    const size_t words = std::min(rest.find(':'), rest.size());
    if (!add_words(compound, rest.substr(0, words))) return std::nullopt;
    rest.remove_prefix(words);
    if (!add_pseudo_classes(compound, rest, false)) return std::nullopt;
    out.compounds_.push_back(std::move(compound));
  }
  if (child || out.compounds_.empty()) return std::nullopt;
  return out;
}

// "p.note#top@title".
bool Selector::add_words(Compound& compound, std::string_view words) {
  if (words.find_first_of("+~:[()\\,|") != std::string_view::npos) return false;
  while (!words.empty()) {
    const size_t end = std::min(words.find_first_of(".#@", 1), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(end);
    if (word == "." || word == "#" || word == "@") return false;
    if (word.front() == '.') {
      compound.classes.emplace_back(word.substr(1));
    } else if (word.front() == '#') {
      compound.id = word.substr(1);
    } else if (word.front() == '@') {
      compound.attributes.emplace_back(word.substr(1));
    } else if (word != "*") {
      compound.tag = word;
    }
  }
  return true;
}

// ":first-child:not(.a)", at whose end further words make the selector one that is not read.
bool Selector::add_pseudo_classes(Compound& compound, std::string_view& words, bool is_inside) {
  while (!words.empty()) {
    if (words.front() != ':') return false;
    words.remove_prefix(1);
    const std::string_view name = words.substr(0, words.find_first_of(":(.#@[ "));
    words.remove_prefix(name.size());
    std::string_view argument;
    if (words.starts_with('(')) {
      const size_t close = end_of_brackets(words);
      if (close >= words.size()) return false;
      argument = words.substr(1, close - 1);
      words.remove_prefix(close + 1);
    }
    if (name == "not" && !is_inside) {
      Compound excluded;
      argument.remove_prefix(std::min(argument.find_first_not_of(kSpace), argument.size()));
      argument = argument.substr(0, argument.find_last_not_of(kSpace) + 1);
      const size_t plain = std::min(argument.find(':'), argument.size());
      if (argument.empty() || argument.substr(0, plain).find_first_of(" >") != std::string_view::npos ||
          !add_words(excluded, argument.substr(0, plain))) {
        return false;
      }
      argument.remove_prefix(plain);
      if (!add_pseudo_classes(excluded, argument, true)) return false;
      compound.excluded.push_back(std::move(excluded));
      continue;
    }
    const auto test = StructuralTest::parse(name, argument);
    if (!test) return false;
    compound.places.push_back(*test);
  }
  return true;
}

bool Selector::asks_for_siblings() const {
  const auto asks = [](const Compound& one) { return !one.places.empty(); };
  return std::any_of(compounds_.begin(), compounds_.end(), [&](const Compound& one) {
    return asks(one) || std::any_of(one.excluded.begin(), one.excluded.end(), asks);
  });
}

std::string Selector::key() const {
  const Compound& last = compounds_.back();
  if (!last.id.empty()) return "#" + last.id;
  if (!last.classes.empty()) return "." + last.classes.front();
  return last.tag.empty() ? "*" : last.tag;
}

bool Selector::fits(const Compound& compound, const StyledElement& element) {
  return (compound.tag.empty() || compound.tag == element.tag) && (compound.id.empty() || compound.id == element.id) &&
         std::all_of(compound.classes.begin(), compound.classes.end(),
                     [&](const std::string& word) { return has_word(element.classes, word); }) &&
         std::all_of(compound.attributes.begin(), compound.attributes.end(),
                     [&](const std::string& word) { return has_word(element.attributes, word); }) &&
         std::all_of(compound.places.begin(), compound.places.end(),
                     [&](const StructuralTest& test) { return test.holds(element.place); }) &&
         std::none_of(compound.excluded.begin(), compound.excluded.end(),
                      [&](const Compound& other) { return fits(other, element); });
}

bool Selector::matches(const std::vector<StyledElement>& path, std::uint64_t& steps) const {
  return !path.empty() && matches_up_to(compounds_.size() - 1, path, path.size() - 1, steps);
}

// Whether the compounds up to this one lead to this element.
bool Selector::matches_up_to(size_t compound, const std::vector<StyledElement>& path, size_t element,
                             std::uint64_t& steps) const {
  // An element may have names by the megabyte, and a selector ask for them by the thousand.
  constexpr size_t kBytesOfStep = 4;
  const size_t names = path[element].classes.size() + path[element].attributes.size();
  const size_t asked = compounds_[compound].classes.size() + compounds_[compound].attributes.size() +
                       compounds_[compound].places.size() + compounds_[compound].excluded.size();
  steps -= std::min<std::uint64_t>(steps, 1 + asked * (1 + names / kBytesOfStep));
  if (steps == 0) return false;
  if (!fits(compounds_[compound], path[element])) return false;
  if (compound == 0) return true;
  if (compounds_[compound].child) return element > 0 && matches_up_to(compound - 1, path, element - 1, steps);
  while (element-- > 0) {
    if (matches_up_to(compound - 1, path, element, steps)) return true;
  }
  return false;
}

}  // namespace postern::extract
