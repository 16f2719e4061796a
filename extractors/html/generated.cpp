#include "extractors/html/generated.h"

#include <algorithm>

#include "extractors/html/css_text.h"
#include "extractors/mail/header.h"

namespace postern::extract {

bool take_pseudo_element(std::string& selector, Side& side) {
  const auto take = [&](std::string_view name) {
    if (!selector.ends_with(name)) return false;
    selector.resize(selector.size() - name.size());
    while (selector.ends_with(':')) selector.pop_back();
    if (selector.empty() || selector.ends_with(' ') || selector.ends_with('>')) selector += '*';
    return true;
  };
  side = Side::before;
  if (take(":before")) return true;
  side = Side::after;
  return take(":after");
}

std::string_view content_of(std::string_view declarations) {
  std::string_view found;
  while (!declarations.empty()) {
    const size_t end = find_outside_strings(declarations, ';', 0);
    const std::string_view one = declarations.substr(0, end);
    declarations.remove_prefix(std::min(end + 1, declarations.size()));
    const size_t colon = one.find(':');
    if (colon != std::string_view::npos && same_name(trim(one.substr(0, colon)), "content"))
      found = trim(one.substr(colon + 1));
  }
  return found;
}

std::string generated_text(std::string_view value,
                           const std::function<std::string_view(const std::string&)>& attribute) {
  std::string out;
  while (!(value = trim(value)).empty()) {
    const char c = value.front();
    if (c == '"' || c == '\'') {
      const size_t end = string_end(value, 0);
      out += without_escapes(value.substr(1, end - 1));
      value.remove_prefix(std::min(end + 1, value.size()));
      continue;
    }
    if (c == '/') break;  // what is read aloud instead
    const std::string lowered = to_lower(value.substr(0, 5));
    const size_t close = std::min(value.find(')'), value.size());
    if (lowered == "attr(") {
      std::string_view name = trim(value.substr(5, close - 5));
      name = name.substr(0, name.find_first_of(" ,\t\n"));
      out += attribute(to_lower(name));
    }
    const size_t word = value.find_first_of(" \t\r\n\"'(", 1);
    if (word != std::string_view::npos && value[word] == '(') {
      value.remove_prefix(std::min(close + 1, value.size()));
    } else {
      value.remove_prefix(std::min(word, value.size()));
    }
  }
  return out;
}

}  // namespace postern::extract
