#include "extractors/footer/part_header.h"

#include <algorithm>

#include "extractors/mail/parameters.h"

namespace postern::extract {
namespace {

constexpr std::string_view kUtf8 = "utf-8";
constexpr std::string_view kType = "Content-Type";
constexpr std::string_view kEncoding = "Content-Transfer-Encoding";
constexpr std::string_view kPlainUtf8 = "text/plain; charset=utf-8";

struct Span {
  size_t start = 0;
  size_t length = 0;
};

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Behind the quoted string or comment that begins at `i`.
size_t skip_enclosed(std::string_view text, size_t i, char end) {
  for (i++; i < text.size() && text[i] != end; i++) {
    if (text[i] == '\\') i++;
  }
  return std::min(i + 1, text.size());
}

// The value of the parameter `charset`, quotes included.
std::optional<Span> find_charset(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    if (value[i] == '"') {
      i = skip_enclosed(value, i, '"');
    } else if (value[i] == '(') {
      i = skip_enclosed(value, i, ')');
    } else if (value[i++] == ';') {
      while (i < value.size() && is_white(value[i])) i++;
      const size_t equals = value.find_first_of("=;\"(", i);
      if (equals == std::string_view::npos || value[equals] != '=') continue;
      if (!same_name(trim(value.substr(i, equals - i)), "charset")) continue;
      size_t start = equals + 1;
      while (start < value.size() && is_white(value[start])) start++;
      if (start >= value.size()) return std::nullopt;
      const size_t end = value[start] == '"' ? skip_enclosed(value, start, '"')
                                             : std::min(value.find_first_of("; \t\r\n(", start), value.size());
      return Span{start, end - start};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> with_utf8(std::string_view value) {
  std::string out(value);
  if (const auto span = find_charset(value)) {
    out.replace(span->start, span->length, kUtf8);
  } else {
    const size_t end = out.find_last_not_of(" \t\r\n;");
    if (end == std::string::npos) return std::nullopt;
    out.erase(end + 1);
    out += "; charset=";
    out += kUtf8;
  }
  // Read back, it must differ in nothing else.
  const Parameterised before = parse_parameterised(value), after = parse_parameterised(out);
  if (after.value != before.value || after.all("charset") != std::vector<std::string>{std::string(kUtf8)}) {
    return std::nullopt;
  }
  for (const Parameter& parameter : before.parameters) {
    if (parameter.name != "charset" && after.all(parameter.name) != before.all(parameter.name)) return std::nullopt;
  }
  return out;
}

std::optional<HeaderEdit> declare_utf8(std::string_view message, const BodyPart& part, std::string_view encoding) {
  HeaderEdit out;
  std::optional<std::string> type;
  if (part.type_field) {
    type = with_utf8(part.type_field->value);
    if (!type) return std::nullopt;
  }
  if (part.is_root) {
    if (!part.has_mime_version) out.fields.push_back({"MIME-Version", 0, " 1.0"});
    out.fields.push_back({std::string(kType), part.type_field ? 1U : 0U, type ? *type : " " + std::string(kPlainUtf8)});
    out.fields.push_back({std::string(kEncoding), part.encoding_field ? 1U : 0U, " " + std::string(encoding)});
    return out;
  }
  // A part without a header of its own has no place for one.
  if (part.body.data() == part.entity.data()) return std::nullopt;
  const auto offset = [&](std::string_view inside) {
    return static_cast<std::uint64_t>(inside.data() - message.data());
  };
  std::string added;
  if (!part.type_field) added += std::string(kType) + ": " + std::string(kPlainUtf8) + "\r\n";
  if (!part.encoding_field) added += std::string(kEncoding) + ": " + std::string(encoding) + "\r\n";
  if (!added.empty()) out.splices.push_back({offset(part.entity), 0, added});
  if (part.type_field) {
    out.splices.push_back({offset(part.type_field->value), part.type_field->value.size(), *type});
  }
  if (part.encoding_field) {
    out.splices.push_back(
        {offset(part.encoding_field->value), part.encoding_field->value.size(), " " + std::string(encoding)});
  }
  return out;
}

}  // namespace postern::extract
