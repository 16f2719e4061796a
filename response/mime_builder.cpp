#include "response/mime_builder.h"

#include <algorithm>

#include "base/crypto.h"

namespace postern::response {

namespace {

constexpr size_t kLineLength = 76;           // RFC 2045 6.7 (5), and the fold of header lines
constexpr size_t kEncodedWordLength = 75;    // RFC 2047 2
constexpr size_t kMaxMessageIdLength = 250;  // longer ones would not fit a line with the field's name

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F;
}

bool is_atext(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// RFC 5322 3.2.3; with UTF-8 (RFC 6532 3.2).
bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '.' || is_atext(c) || (static_cast<unsigned char>(c) & 0x80) != 0; });
}

std::string hex_byte(char prefix, char c) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {prefix, kDigits[byte >> 4], kDigits[byte & 15]};
}

size_t code_point_length(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end++;
  return end - at;
}

// Control characters would end the line or hide something.
std::string without_controls(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return out;
}

// RFC 2047 4.2 with the alphabet of 5 (3), good in phrases too; words never split a character.
std::string encoded_words(std::string_view text, size_t column) {
  static constexpr std::string_view kBegin = "=?utf-8?Q?";
  std::string out;
  std::string word(kBegin);
  for (size_t at = 0; at < text.size();) {
    const size_t length = code_point_length(text, at);
    std::string piece;
    for (const char c : text.substr(at, length)) {
      const bool safe = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      piece += c == ' ' ? "_" : safe ? std::string(1, c) : hex_byte('=', c);
    }
    if (column + word.size() + piece.size() + 2 > kEncodedWordLength) {
      out += word + "?=\r\n ";
      word = kBegin;
      column = 1;
    }
    word += piece;
    at += length;
  }
  return out + word + "?=";
}

std::string fold_at_spaces(std::string_view text, size_t column) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' ', 1), text.size());
    const std::string_view word = text.substr(0, end);
    if (!out.empty() && column + word.size() > kLineLength && word.front() == ' ') {
      out += "\r\n";
      column = 0;
    }
    out += word;
    column += word.size();
    text.remove_prefix(end);
  }
  return out;
}

std::string cut(std::string_view text, size_t code_points) {
  size_t at = 0;
  for (; code_points > 0 && at < text.size(); code_points--) at += code_point_length(text, at);
  return std::string(text.substr(0, at));
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_part(std::string& out, const std::string& boundary, std::string_view type, std::string_view body) {
  out += "--" + boundary + "\r\n";
  append_field(out, "Content-Type", std::string(type) + "; charset=utf-8");
  append_field(out, "Content-Transfer-Encoding", "quoted-printable");
  out += "\r\n" + quoted_printable(body) + "\r\n";
}

}  // namespace

bool is_message_id(std::string_view text) {
  if (text.size() < 5 || text.size() > kMaxMessageIdLength || text.front() != '<' || text.back() != '>') return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  const size_t at = inside.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == inside.size()) return false;
  return std::all_of(inside.begin(), inside.end(), [](char c) { return is_atext(c) || c == '.' || c == '@'; }) &&
         inside.find('@', at + 1) == std::string_view::npos;
}

std::string addr_spec(const Address& address) {
  const std::string local = without_controls(address.local);
  std::string out;
  if (is_dot_atom(local)) {
    out = local;
  } else {
    out = '"';
    for (const char c : local) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return address.domain.empty() ? out : out + '@' + without_controls(address.domain);
}

std::string encode_unstructured(std::string_view text, size_t column) {
  const std::string clean = without_controls(text);
  const bool plain = std::all_of(clean.begin(), clean.end(), is_plain) && clean.find("=?") == std::string::npos &&
                     !clean.starts_with(' ') && !clean.ends_with(' ');
  return plain ? fold_at_spaces(clean, column) : encoded_words(clean, column);
}

std::string encode_mailbox(std::string_view name, const Address& address, size_t column) {
  std::string spec = addr_spec(address);
  if (name.empty()) return spec;
  const std::string clean = without_controls(name);
  const bool plain = std::all_of(clean.begin(), clean.end(), is_plain) && clean.find("=?") == std::string::npos &&
                     clean.size() < kLineLength;
  if (!plain) return encoded_words(clean, column) + "\r\n <" + spec + ">";
  const bool atoms = std::all_of(clean.begin(), clean.end(), [](char c) { return c == ' ' || is_atext(c); });
  if (atoms) return clean + " <" + spec + ">";
  std::string quoted = "\"";
  for (const char c : clean) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\" <" + spec + ">";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    size_t column = 0;
    for (size_t i = 0; i < line.size(); i++) {
      const char c = line[i];
      const bool last = i + 1 == line.size();
      const bool space = c == ' ' || c == '\t';
      std::string piece(1, c);
      if (c == '=' || (!is_plain(c) && c != '\t') || (space && last)) piece = hex_byte('=', c);
      // mbox software would write ">From ".
      if (i == 0 && line.starts_with("From ")) piece = hex_byte('=', c);
      // One column stays free for the soft line break.
      if (column + piece.size() > kLineLength - (last ? 0 : 1)) {
        out += "=\r\n";
        column = 0;
      }
      out += piece;
      column += piece.size();
    }
    out += "\r\n";
  }
  return out;
}

std::string build_mail(const MailDraft& draft) {
  std::string to;
  for (const Address& address : draft.to) to += (to.empty() ? "" : ",\r\n ") + addr_spec(address);
  // "=_" cannot stand in quoted-printable text (RFC 2045 6.7), so no content can hold the boundary.
  const std::string boundary = "=_" + to_hex(sha256(draft.message_id)).substr(0, 32);

  std::string out;
  append_field(out, "Date", format_rfc5322_date(draft.date));
  append_field(out, "From", encode_mailbox(draft.from_name, draft.from, 6));
  append_field(out, "To", to);
  if (!draft.reply_to.is_null()) append_field(out, "Reply-To", addr_spec(draft.reply_to));
  append_field(out, "Subject", encode_unstructured(cut(draft.subject, kMaxSubjectCodePoints), 9));
  append_field(out, "Message-ID", without_controls(draft.message_id));
  if (is_message_id(draft.in_reply_to)) {
    append_field(out, "In-Reply-To", draft.in_reply_to);
    append_field(out, "References", draft.in_reply_to);
  }
  append_field(out, "Auto-Submitted", without_controls(draft.auto_submitted));
  // Exchange: no out-of-office answers, receipts or delivery reports for this.
  append_field(out, "X-Auto-Response-Suppress", "All");
  append_field(out, "Content-Language", without_controls(draft.language));
  append_field(out, "MIME-Version", "1.0");
  append_field(out, "Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
  out += "\r\n";
  append_part(out, boundary, "text/plain", draft.text);
  append_part(out, boundary, "text/html", draft.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace postern::response
