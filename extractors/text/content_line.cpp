#include "extractors/text/content_line.h"

#include "extractors/mail/header.h"
#include "extractors/mail/transfer.h"
#include "extractors/text/charset.h"

namespace postern::extract {
namespace {

// The colon that ends name and parameters; those may hold one in quotes.
size_t value_at(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); i++) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i + 1;
  }
  return std::string_view::npos;
}

// RFC 5545 3.3.11: "\\n", "\\,", "\\;" and "\\\\".
void append_unescaped(std::string_view value, std::string& out) {
  for (size_t i = 0; i < value.size(); i++) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
      continue;
    }
    i++;
    out += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
  }
}

// vCard 2.1 names the charset of each value.
std::string_view charset_of(std::string_view parameters) {
  constexpr std::string_view kName = "charset=";
  const size_t at = parameters.find(kName);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = parameters.substr(at + kName.size());
  return rest.substr(0, rest.find(';'));
}

void add_line(const std::string& line, ContentLines& out) {
  const size_t at = value_at(line);
  if (at == std::string_view::npos) {
    out.text += line;
    out.text += '\n';
    return;
  }
  const std::string_view value = std::string_view(line).substr(at);
  const std::string parameters = to_lower(std::string_view(line).substr(0, at - 1));
  const auto has = [&](std::string_view word) { return parameters.find(word) != std::string::npos; };
  out.text += line.substr(0, at);
  if (has("quoted-printable")) {
    const std::string bytes = decode_quoted_printable(value).bytes;
    out.text += read_text(bytes, charset_of(parameters)).main.text();
  } else if (out.files.size() < kMostInlineFiles &&
             (has("encoding=base64") || has("encoding=b;") || parameters.ends_with("encoding=b") || has(";base64"))) {
    out.files.push_back(decode_base64(value).bytes);
  } else {
    append_unescaped(value, out.text);
  }
  out.text += '\n';
}

}  // namespace

ContentLines read_content_lines(std::string_view text) {
  ContentLines out;
  std::string open;
  bool folds_itself = false;  // vCard 2.1 folds quoted-printable by its own soft line ends
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(' ') || line.starts_with('\t')) {
      open += line.substr(1);
      continue;
    }
    if (folds_itself && open.ends_with('=')) {
      open.pop_back();
      open += line;
      continue;
    }
    if (!open.empty()) add_line(open, out);
    open = line;
    folds_itself = to_lower(line.substr(0, line.find(':'))).find("quoted-printable") != std::string::npos;
  }
  if (!open.empty()) add_line(open, out);
  return out;
}

}  // namespace postern::extract
