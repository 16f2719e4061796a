#include "extractors/text/ldif_text.h"

#include <algorithm>
#include <utility>

#include "extractors/mail/transfer.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

std::string_view take_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

// A space at the beginning of a line says that it goes on with the one before.
std::string take_unfolded(std::string_view& rest) {
  std::string out(take_line(rest));
  while (rest.starts_with(' ')) out += take_line(rest).substr(1);
  return out;
}

}  // namespace

bool looks_like_ldif(std::string_view text) {
  constexpr std::string_view kVersion = "version:";
  if (text.starts_with(kVersion)) text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  if (!text.starts_with("dn:")) return false;
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  return line.starts_with("dn::") || line.find('=') != std::string_view::npos;
}

LdifText text_of_ldif(std::string_view utf8) {
  LdifText out;
  while (!utf8.empty()) {
    const std::string line = take_unfolded(utf8);
    const size_t colon = line.find(':');
    if (colon == std::string::npos || line.compare(colon, 2, "::") != 0 || line[0] == '#') {
      out.text += line + '\n';
      continue;
    }
    std::string value = decode_base64(std::string_view(line).substr(colon + 2)).bytes;
    out.text.append(line, 0, colon).append(": ");
    if (is_utf8(value)) {
      out.text += value;
    } else if (out.files.size() < kMostLdifFiles) {
      out.files.emplace_back(line.substr(0, colon), std::move(value));
    }
    out.text += '\n';
  }
  return out;
}

}  // namespace postern::extract
