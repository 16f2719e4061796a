#include "extractors/text/mail_body.h"

#include <algorithm>
#include <array>

#include "extractors/text/quote_marks.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Separators that mail programs write above the mail that is answered or forwarded, in the languages of
// their largest markets; compared without the dashes around them.
constexpr std::array kOriginal = {"Original Message"sv,        "Original message"sv,
                                  "Ursprüngliche Nachricht"sv, "Message d'origine"sv,
                                  "Mensaje original"sv,        "Messaggio originale"sv,
                                  "Oorspronkelijk bericht"sv,  "Mensagem original"sv,
                                  "Исходное сообщение"sv,      "原始邮件"sv,
                                  "Original Appointment"sv};
constexpr std::array kForwarded = {
    "Forwarded message"sv,      "Forwarded Message"sv,   "Weitergeleitete Nachricht"sv, "Message transféré"sv,
    "Mensaje reenviado"sv,      "Messaggio inoltrato"sv, "Doorgestuurd bericht"sv,      "Mensagem encaminhada"sv,
    "Пересылаемое сообщение"sv, "转发的邮件"sv};

bool is_separator(std::string_view line, auto const& words) {
  constexpr std::string_view kDashes = "- \t";
  const size_t first = line.find_first_not_of(kDashes);
  if (first == std::string_view::npos || !line.starts_with('-')) return false;
  line = line.substr(first, line.find_last_not_of(kDashes) - first + 1);
  return std::find(words.begin(), words.end(), line) != words.end();
}

std::string_view take_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

MailBody split_mail_body(std::string_view text, TextFormat format) {
  MailBody out;
  std::string* unquoted = &out.body;  // where lines without a mark go now
  std::string* open = nullptr;        // the text whose last line wants the next one joined
  int open_depth = 0;
  while (!text.empty()) {
    QuotedLine line = take_quote_marks(take_line(text));
    // Space-stuffing (RFC 3676 4.4), and the space that mail programs put behind a quote mark.
    if ((format != TextFormat::fixed || line.depth > 0) && line.text.starts_with(' ')) line.text.remove_prefix(1);
    const bool is_signature_mark = line.text == "-- ";
    if (line.depth == 0) {
      if (is_signature_mark && unquoted == &out.body) {
        unquoted = &out.signature;
        open = nullptr;
        continue;
      }
      if (line.text.starts_with('-') || line.text.starts_with("Begin forwarded")) {
        if (is_separator(line.text, kOriginal)) unquoted = &out.quoted;
        if (is_separator(line.text, kForwarded) || line.text == "Begin forwarded message:") unquoted = &out.forwarded;
      }
    }
    std::string& target = line.depth > 0 ? out.quoted : *unquoted;
    const bool joins = open == &target && open_depth == line.depth && !is_signature_mark;
    if (!joins && open && !open->empty() && open->back() != '\n') open->push_back('\n');
    const bool soft = format != TextFormat::fixed && line.text.ends_with(' ') && !is_signature_mark;
    if (soft && format == TextFormat::flowed_delsp) line.text.remove_suffix(1);
    target.append(line.text);
    if (soft) {
      open = &target;
      open_depth = line.depth;
    } else {
      target.push_back('\n');
      open = nullptr;
    }
  }
  return out;
}

}  // namespace postern::extract
