#include "extractors/mail/parameters.h"

#include <algorithm>
#include <map>

#include "extractors/mail/encoded_word.h"
#include "extractors/mail/header.h"
#include "extractors/text/charset.h"

namespace postern::extract {
namespace {

struct RawParameter {
  std::string name;
  std::string value;
  std::vector<std::string> others;
};

void skip_blanks_and_comments(std::string_view text, size_t& at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '(') {
      depth++;
    } else if (c == ')' && depth > 0) {
      depth--;
    } else if (c == '\\' && depth > 0) {
      at++;
    } else if (depth == 0 && c != ' ' && c != '\t') {
      return;
    }
    at++;
  }
  at = std::min(at, text.size());
}

void add_other(RawParameter& parameter, std::string value) {
  if (value != parameter.value &&
      std::find(parameter.others.begin(), parameter.others.end(), value) == parameter.others.end()) {
    parameter.others.push_back(std::move(value));
  }
}

// A quoted string at text[at]; leaves `at` at the ';' or the end behind it.
void parse_quoted(std::string_view text, size_t& at, RawParameter& out) {
  const size_t open = at++;
  std::string literal;  // with backslashes kept, as Windows paths need
  bool closed = false;
  for (; at < text.size(); at++) {
    const char c = text[at];
    if (c == '"') {
      closed = true;
      at++;
      break;
    }
    if (c == '\\' && at + 1 < text.size()) {
      literal += c;
      at++;
      literal += text[at];
      out.value += text[at];
    } else {
      literal += c;
      out.value += c;
    }
  }
  if (!closed) {
    // No closing quote: others stop at the next semicolon.
    const size_t semicolon = text.find(';', open);
    if (semicolon != std::string_view::npos) {
      add_other(out, std::string(trim(text.substr(open + 1, semicolon - open - 1))));
      at = semicolon;
    }
  } else {
    size_t behind = at;
    skip_blanks_and_comments(text, behind);
    if (behind < text.size() && text[behind] != ';') {
      // Quotes inside quotes: a"b"c. Others take all up to the last quote, or join the pieces.
      const size_t semicolon = std::min(text.find(';', behind), text.size());
      const std::string_view whole = text.substr(open + 1, semicolon - open - 1);
      const size_t last = whole.rfind('"');
      add_other(out, std::string(last == std::string_view::npos ? trim(whole) : whole.substr(0, last)));
      std::string joined;
      for (const char c : whole) {
        if (c != '"') joined += c;
      }
      add_other(out, std::string(trim(joined)));
      behind = semicolon;
    }
    at = behind;
  }
  if (literal != out.value) add_other(out, std::move(literal));
}

void parse_bare(std::string_view text, size_t& at, RawParameter& out) {
  const size_t end = std::min(text.find(';', at), text.size());
  const std::string_view whole = trim(text.substr(at, end - at));
  at = end;
  out.value = std::string(whole);
  // A token ends at white space or a comment; many programs take file names with spaces whole.
  const size_t token = whole.find_first_of(" \t(");
  if (token != std::string_view::npos) add_other(out, std::string(whole.substr(0, token)));
  if (whole.size() > 1 && whole.front() == '\'' && whole.back() == '\'')
    add_other(out, std::string(whole.substr(1, whole.size() - 2)));
}

std::string percent_decode(std::string_view text) {
  const auto hex = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The pieces of one parameter that was cut up (RFC 2231 3 and 4): name*0*, name*1, ...
struct Pieces {
  std::map<unsigned, std::string> by_number;
  std::vector<std::string> repeated;  // pieces whose number was taken: some programs prefer the last
  std::string charset;
};

// "utf-8'en'text": takes charset and language off.
std::string_view take_charset(std::string_view value, std::string& charset) {
  const size_t first = value.find('\'');
  const size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) return value;
  charset = std::string(value.substr(0, first));
  return value.substr(second + 1);
}

std::vector<RawParameter> parse_raw(std::string_view text, size_t at) {
  std::vector<RawParameter> out;
  while (at < text.size() && out.size() < kMostParameters) {
    if (text[at] == ';') {
      at++;
      continue;
    }
    skip_blanks_and_comments(text, at);
    const size_t start = at;
    while (at < text.size() && text[at] != '=' && text[at] != ';') at++;
    if (at >= text.size() || text[at] == ';') continue;
    RawParameter parameter;
    parameter.name = to_lower(trim(text.substr(start, at - start)));
    at++;
    skip_blanks_and_comments(text, at);
    if (at < text.size() && text[at] == '"') {
      parse_quoted(text, at, parameter);
    } else {
      parse_bare(text, at, parameter);
    }
    out.push_back(std::move(parameter));
  }
  return out;
}

}  // namespace

std::string_view Parameterised::get(std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return {};
}

std::vector<std::string> Parameterised::all(std::string_view name) const {
  std::vector<std::string> out;
  const auto add = [&](const std::string& candidate) {
    if (std::find(out.begin(), out.end(), candidate) == out.end()) out.push_back(candidate);
  };
  for (const Parameter& parameter : parameters) {
    if (parameter.name != name) continue;
    add(parameter.value);
    for (const std::string& other : parameter.others) add(other);
  }
  return out;
}

Parameterised parse_parameterised(std::string_view field_value) {
  const std::string text = unfold(field_value);
  Parameterised out;
  size_t at = 0;
  skip_blanks_and_comments(text, at);
  const size_t start = at;
  while (at < text.size() && text[at] != ';' && text[at] != '(') at++;
  out.value = to_lower(trim(std::string_view(text).substr(start, at - start)));
  std::erase_if(out.value, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  while (at < text.size() && text[at] != ';') {
    const size_t before = at;
    skip_blanks_and_comments(text, at);
    if (at == before) at++;
  }

  std::vector<std::pair<std::string, Pieces>> cut_up;
  for (RawParameter& raw : parse_raw(text, at)) {
    const size_t star = raw.name.find('*');
    if (star == std::string::npos) {
      HeaderText words = decode_header_text(raw.value);
      Parameter parameter{raw.name, std::move(words.text), {}};
      if (!words.other.empty()) parameter.others.push_back(std::move(words.other));
      for (const std::string& other : raw.others) parameter.others.push_back(decode_header_text(other).text);
      if (parameter.value != raw.value) parameter.others.push_back(raw.value);
      out.parameters.push_back(std::move(parameter));
      continue;
    }
    const std::string name = raw.name.substr(0, star);
    std::string_view marks = std::string_view(raw.name).substr(star + 1);
    const bool encoded = marks.empty() || marks.ends_with('*');
    if (marks.ends_with('*')) marks.remove_suffix(1);
    unsigned number = 0;
    for (const char c : marks) {
      if (c < '0' || c > '9' || number > kMostParameters) break;
      number = number * 10 + static_cast<unsigned>(c - '0');
    }
    auto found = std::find_if(cut_up.begin(), cut_up.end(), [&](const auto& entry) { return entry.first == name; });
    if (found == cut_up.end()) found = cut_up.insert(cut_up.end(), {name, {}});
    std::string_view piece = raw.value;
    if (encoded && number == 0) piece = take_charset(piece, found->second.charset);
    std::string decoded = encoded ? percent_decode(piece) : std::string(piece);
    const auto [slot, is_new] = found->second.by_number.try_emplace(number, decoded);
    if (!is_new && slot->second != decoded) found->second.repeated.push_back(std::move(decoded));
  }
  for (const auto& cut : cut_up) {
    const std::string& name = cut.first;
    const Pieces& pieces = cut.second;
    std::string bytes;
    for (const auto& [number, piece] : pieces.by_number) bytes += piece;
    const TextReadings readings = read_text(bytes, pieces.charset);
    const std::string value(readings.main.text());
    // Programs that know RFC 2231 prefer it to the plain parameter of the same name (RFC 6266 4.3 says so too).
    const auto plain =
        std::find_if(out.parameters.begin(), out.parameters.end(), [&](const Parameter& p) { return p.name == name; });
    const bool stood_plain = plain != out.parameters.end();
    Parameter& parameter = stood_plain ? *plain : out.parameters.emplace_back();
    if (stood_plain && parameter.value != value) parameter.others.push_back(parameter.value);
    parameter.name = name;
    parameter.value = value;
    for (const std::string& piece : pieces.repeated)
      parameter.others.emplace_back(read_text(piece, pieces.charset).main.text());
  }
  return out;
}

}  // namespace postern::extract
