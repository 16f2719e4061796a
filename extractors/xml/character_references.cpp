#include "extractors/xml/character_references.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "extractors/xml/character_reference_names.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {
namespace {

constexpr std::size_t kLongestUnterminated = 6;  // "Aacute", "frac12"

struct Row {
  std::string_view name;
  std::string_view hex;  // "E9", "3E+20D2"
  bool unterminated = false;
};

// Made when the first name is asked for: most texts have none.
const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    constexpr std::size_t kNames = 2125;
    std::vector<Row> out;
    out.reserve(kNames);
    std::string_view rest = kCharacterReferenceNames;
    while (!rest.empty()) {
      const std::string_view row = rest.substr(0, rest.find(' '));
      const std::size_t mark = row.find_first_of("=!");
      out.push_back({row.substr(0, mark), row.substr(mark + 1), row[mark] == '!'});
      rest.remove_prefix(row.size() + 1);
    }
    return out;
  }();
  return all;
}

const Row* find_row(std::string_view name) {
  const auto at = std::lower_bound(rows().begin(), rows().end(), name,
                                   [](const Row& row, std::string_view wanted) { return row.name < wanted; });
  return at == rows().end() || at->name != name ? nullptr : &*at;
}

}  // namespace

std::u32string named_character(std::string_view name) {
  std::u32string out;
  const Row* const row = find_row(name);
  if (row == nullptr) return out;
  const char* const end = row->hex.data() + row->hex.size();
  for (const char* at = row->hex.data(); at < end; at++) {  // over the '+'
    std::uint32_t code = 0;
    at = std::from_chars(at, end, code, 16).ptr;
    out.push_back(code);
  }
  return out;
}

bool append_named_character(std::string_view name, std::string& out) {
  const std::u32string characters = named_character(name);
  for (const char32_t c : characters) append_utf8(out, c);
  return !characters.empty();
}

std::size_t unterminated_name(std::string_view text) {
  for (std::size_t size = std::min(kLongestUnterminated, text.size()); size > 1; size--) {
    const Row* const row = find_row(text.substr(0, size));
    if (row != nullptr && row->unterminated) return size;
  }
  return 0;
}

}  // namespace postern::extract
