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
    std::string_view rest = text.substr(0, text.find_first_of(" \t\r\n\f>"));
    text.remove_prefix(rest.size());
    if (rest.find_first_of("+~:[()\\,|") != std::string_view::npos) return std::nullopt;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find_first_of(".#@", 1), rest.size());
      const std::string_view word = rest.substr(0, end);
      rest.remove_prefix(end);
      if (word == "." || word == "#" || word == "@") return std::nullopt;
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
    out.compounds_.push_back(std::move(compound));
  }
  if (child || out.compounds_.empty()) return std::nullopt;
  return out;
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
                     [&](const std::string& word) { return has_word(element.attributes, word); });
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
  const size_t asked = compounds_[compound].classes.size() + compounds_[compound].attributes.size();
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
