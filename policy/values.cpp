#include "policy/values.h"

#include <charconv>
#include <chrono>

#include "message/address.h"
#include "policy/model_words.h"

namespace postern::policy {

namespace {

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && rest == text.data() + text.size();
}

Result<AddressTerm> parse_attribute(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(ErrorKind::invalid_input, "an attribute is written attr:NAME=VALUE");
  }
  AddressTerm term;
  term.kind = AddressTerm::Kind::attribute;
  term.name = text.substr(0, equals);
  term.value = text.substr(equals + 1);
  return term;
}

}  // namespace

Result<Distance> parse_distance(std::string_view text) {
  Distance out;
  const size_t space = text.find(' ');
  const std::string_view first = text.substr(0, space);
  if (space == std::string_view::npos) {
    const auto unit = parse_word<DistanceUnit>(distance_unit_words(), first);
    if (unit && *unit != DistanceUnit::characters && *unit != DistanceUnit::words) {
      out.unit = *unit;
      out.count = 0;
      return out;
    }
  } else {
    const auto unit = parse_word<DistanceUnit>(distance_unit_words(), text.substr(space + 1));
    if (!unit || *unit > DistanceUnit::words) {
      return fail(ErrorKind::invalid_input, "a distance is counted in characters or words");
    }
    out.unit = *unit;
  }
  if (!read_number(first, out.count) || out.count == 0 || out.count > kMaxDistance) {
    return fail(ErrorKind::invalid_input, "a distance is a number of characters from 1 to " +
                                              std::to_string(kMaxDistance) + ", a number of words, line, row or part");
  }
  return out;
}

Result<WallTime> parse_day(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && read_number(text.substr(0, 4), year) &&
      read_number(text.substr(5, 2), month) && read_number(text.substr(8, 2), day)) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (date.ok()) return WallTime(std::chrono::sys_days(date));
  }
  return fail(ErrorKind::invalid_input, "a day is written YYYY-MM-DD and must exist");
}

Result<double> parse_share(std::string_view text) {
  double value = 0;
  if (text.ends_with('%') && read_number(text.substr(0, text.size() - 1), value) && value >= 0 && value <= 100) {
    return value / 100;
  }
  return fail(ErrorKind::invalid_input, "a share is written 10%, from 0% to 100%");
}

Result<double> parse_entropy(std::string_view text) {
  double value = 0;
  if (read_number(text, value) && value >= kLeastEntropy && value <= kMostEntropy) return value;
  return fail(ErrorKind::invalid_input, "entropy is given in bits a character, from 1 to 8, such as 3.5");
}

Result<AddressTerm> parse_address_term(std::string_view text) {
  AddressTerm term;
  if (text.starts_with("class:")) {
    const auto cls = parse_destination_class(text.substr(6));
    if (!cls) return fail(ErrorKind::invalid_input, "there is no such destination class");
    term.kind = AddressTerm::Kind::destination_class;
    term.cls = *cls;
    term.value = text.substr(6);
    return term;
  }
  if (text.starts_with("group:")) {
    if (text.size() == 6) return fail(ErrorKind::invalid_input, "a group is written group:NAME");
    term.kind = AddressTerm::Kind::group;
    term.value = text.substr(6);
    return term;
  }
  if (text.starts_with("attr:")) return parse_attribute(text.substr(5));
  if (text.find('@') != std::string_view::npos) {
    const auto address = parse_address(text);
    if (!address || address->domain.empty()) return fail(ErrorKind::invalid_input, "this is no mail address");
    term.kind = AddressTerm::Kind::address;
    term.value = address->key();
    return term;
  }
  const bool below = text.starts_with('.');
  const std::string_view name = below ? text.substr(1) : text;
  const auto domain = normal_domain(name);
  const bool odd = name.find_first_of("*/:,;\"'()") != std::string_view::npos;
  if (!domain || odd || (domain->find('.') == std::string::npos && !below)) {
    return fail(ErrorKind::invalid_input,
                "an entry is class:, group:, an address, a domain or .domain for its subdomains");
  }
  term.kind = below ? AddressTerm::Kind::subdomains : AddressTerm::Kind::domain;
  term.value = *domain;
  return term;
}

}  // namespace postern::policy
