#include "extractors/html/data_uri.h"

#include "extractors/mail/header.h"
#include "extractors/mail/transfer.h"

namespace postern::extract {

namespace {

int hex(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                : -1;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

std::string decode_data_uri(std::string_view uri) {
  const size_t comma = uri.find(',');
  if (comma == std::string_view::npos) return {};
  std::string bytes = percent_decode(uri.substr(comma + 1), false);
  if (to_lower(uri.substr(0, comma)).ends_with(";base64")) bytes = decode_base64(bytes).bytes;
  return bytes;
}

void give_data_uri(std::string_view uri, Child child, Sink& sink) {
  constexpr size_t kScheme = 5;
  const size_t comma = uri.find(',');
  if (comma == std::string_view::npos || comma < kScheme || sink.stopped()) return;
  const std::string_view header = uri.substr(kScheme, comma - kScheme);
  const std::string lower = to_lower(header);
  const bool base64 = lower.ends_with(";base64");
  child.declared_type = trim(std::string_view(lower).substr(0, lower.find(';')));
  if (const size_t charset = lower.find("charset="); charset != std::string::npos) {
    child.charset = std::string(header.substr(charset + 8, header.find(';', charset) - charset - 8));
  }
  const std::string_view data = uri.substr(comma + 1);
  sink.child(child, [data, base64](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    buffer = percent_decode(data, false);
    if (base64) buffer = decode_base64(buffer).bytes;
    return std::string_view(buffer);
  });
}

}  // namespace postern::extract
