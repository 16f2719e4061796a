#include "extractors/cards/content_line.h"

#include <algorithm>

#include "extractors/mail/header.h"
#include "extractors/mail/transfer.h"
#include "extractors/text/charset.h"

namespace postern::extract {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// The colon that ends name and parameters; those may hold one in quotes.
size_t colon_of(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); i++) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return std::string_view::npos;
}

// RFC 5545 3.3.11: "\\n", "\\,", "\\;" and "\\\\".
std::string unescape(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (size_t i = 0; i < value.size(); i++) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
      continue;
    }
    i++;
    out += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
  }
  return out;
}

void add_parameter(std::string_view text, ContentLine& out) {
  const size_t equals = text.find('=');
  std::string value;
  if (equals != std::string_view::npos) {
    value = text.substr(equals + 1);
    std::erase(value, '"');
  }
  out.parameters.emplace_back(upper(trim(text.substr(0, equals))), std::move(value));
}

// NAME;PARAMETER=x of `front`, its colon taken off; a group may stand in front of the name: "item1.EMAIL".
void parse_front(std::string_view front, ContentLine& out) {
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= front.size(); i++) {
    if (i < front.size() && front[i] == '"') quoted = !quoted;
    if (i < front.size() && (front[i] != ';' || quoted)) continue;
    const std::string_view piece = front.substr(begin, i - begin);
    if (begin == 0) {
      out.name = upper(trim(piece.substr(piece.rfind('.') + 1)));
    } else {
      add_parameter(piece, out);
    }
    begin = i + 1;
  }
}

bool is_encoded_as(const ContentLine& line, std::string_view word, std::string_view short_word) {
  return std::any_of(line.parameters.begin(), line.parameters.end(), [&](const auto& parameter) {
    const std::string coding = parameter.first == "ENCODING" ? upper(parameter.second) : std::string();
    const bool bare = parameter.second.empty() && parameter.first == word;  // vCard 2.1
    return bare || coding == word || (!short_word.empty() && coding == short_word);
  });
}

// vCard 2.1 leaves base64 data unfolded; an empty line ends it.
bool is_base64_line(std::string_view line) {
  return !line.empty() && std::all_of(line.begin(), line.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '=';
  });
}

bool is_base64(const ContentLine& line) {
  return is_encoded_as(line, "BASE64", "B");
}

}  // namespace

const std::string* ContentLine::parameter(std::string_view wanted) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [wanted](const auto& parameter) { return parameter.first == wanted; });
  return found == parameters.end() ? nullptr : &found->second;
}

std::string ContentLine::text() const {
  if (!is_encoded_as(*this, "QUOTED-PRINTABLE", "Q")) return unescape(value);
  const std::string bytes = decode_quoted_printable(value).bytes;
  const std::string* const charset = parameter("CHARSET");
  return unescape(read_text(bytes, charset == nullptr ? std::string_view() : *charset).main.text());
}

std::optional<std::string> ContentLine::file() const {
  if (!is_base64(*this)) return std::nullopt;
  return decode_base64(value).bytes;
}

std::string_view ContentLineReader::take_line() {
  const size_t end = rest_.find('\n');
  std::string_view line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool ContentLineReader::next(ContentLine& out) {
  out = ContentLine{};
  std::string line;
  while (line.empty()) {
    if (rest_.empty()) return false;
    line = take_line();
  }
  const auto folded = [this] { return rest_.starts_with(' ') || rest_.starts_with('\t'); };
  // The front may be folded as well.
  while (colon_of(line) == std::string_view::npos && folded()) line += take_line().substr(1);
  const size_t colon = colon_of(line);
  if (colon == std::string_view::npos) {
    out.value = std::move(line);
    return true;
  }
  out.front = line.substr(0, colon + 1);
  out.value = line.substr(colon + 1);
  parse_front(std::string_view(line).substr(0, colon), out);
  const bool by_soft_line_ends = is_encoded_as(out, "QUOTED-PRINTABLE", "Q");
  const bool by_alphabet = is_base64(out);
  while (!rest_.empty()) {
    if (by_soft_line_ends && out.value.ends_with('=')) {
      out.value.pop_back();
      out.value += take_line();
    } else if (folded()) {
      out.value += take_line().substr(1);
    } else if (by_alphabet && is_base64_line(rest_.substr(0, rest_.find_first_of("\r\n")))) {
      out.value += take_line();
    } else {
      break;
    }
  }
  return true;
}

std::string describe_card_time(std::string_view value) {
  constexpr size_t kDate = 8, kTime = 6;
  std::string digits;
  size_t at = 0;
  for (; at < value.size() && (is_digit(value[at]) || value[at] == '-') && digits.size() < kDate; at++) {
    if (value[at] != '-') digits += value[at];
  }
  if (digits.size() != kDate) return {};
  std::string out = digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
  if (at == value.size()) return out;
  if (value[at] != 'T') return {};
  std::string time;
  for (at++; at < value.size() && (is_digit(value[at]) || value[at] == ':') && time.size() < kTime; at++) {
    if (value[at] != ':') time += value[at];
  }
  if (time.size() < 4) return {};
  out.append(" ").append(time, 0, 2).append(":").append(time, 2, 2);
  if (time.size() == kTime && time.substr(4) != "00") out.append(":").append(time, 4, 2);
  if (value.substr(at) == "Z") out += " UTC";
  return out;
}

}  // namespace postern::extract
