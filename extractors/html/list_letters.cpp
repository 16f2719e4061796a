#include "extractors/html/list_letters.h"

#include <charconv>
#include <optional>

#include "extractors/html/element.h"

namespace postern::extract {

namespace {

constexpr size_t kMostLetters = 4096;
constexpr long kMostNumber = 26L * 27;  // "ZZ"

std::optional<long> number(std::string_view text) {
  text = trim(text);
  long out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() ? std::optional(out) : std::nullopt;
}

// 1 is A, 26 is Z, 27 is AA.
std::string letters_of(long number, char first) {
  std::string out;
  for (; number > 0; number = (number - 1) / 26) out.insert(out.begin(), static_cast<char>(first + (number - 1) % 26));
  return out;
}

}  // namespace

ListLetters::Kind ListLetters::kind_of(const GumboElement& element, Kind otherwise) {
  const std::string_view type = attribute(element, "type");
  if (type == "A") return Kind::upper;
  if (type == "a") return Kind::lower;
  if (!type.empty()) return Kind::other;
  const std::string style = to_lower(attribute(element, "style"));
  const auto says = [&](std::string_view name) { return style.find(name) != std::string::npos; };
  if (says("upper-alpha") || says("upper-latin")) return Kind::upper;
  if (says("lower-alpha") || says("lower-latin")) return Kind::lower;
  return otherwise;
}

void ListLetters::enter(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_OL) {
    const auto start = number(attribute(element, "start"));
    open_.push_back({kind_of(element, Kind::other), start.value_or(1), start.has_value()});
  } else if (element.tag == GUMBO_TAG_UL) {
    open_.push_back({Kind::other, 1, false});
  } else if (element.tag == GUMBO_TAG_LI && !open_.empty()) {
    List& list = open_.back();
    const auto value = number(attribute(element, "value"));
    const long shown = value.value_or(list.next);
    list.next = shown < kMostNumber ? shown + 1 : shown;
    const Kind kind = kind_of(element, list.kind);
    if (kind == Kind::other || shown < 1 || shown > kMostNumber || letters_.size() > kMostLetters) return;
    if (value || list.starts_elsewhere) chosen_++;
    list.starts_elsewhere = false;
    letters_ += letters_of(shown, kind == Kind::upper ? 'A' : 'a');
  }
}

void ListLetters::leave(const GumboElement& element) {
  const bool list = element.tag == GUMBO_TAG_OL || element.tag == GUMBO_TAG_UL;
  if (list && !open_.empty()) open_.pop_back();
}

std::string ListLetters::chosen() const {
  constexpr unsigned kLeast = 3;
  return chosen_ >= kLeast ? letters_ : std::string();
}

}  // namespace postern::extract
