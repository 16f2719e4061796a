#include "message/mail_marks.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace postern {
namespace {

using namespace std::string_view_literals;

// Separators above the mail that is answered or forwarded, in the languages of the programs' largest markets;
// compared without the dashes around them.
constexpr std::array kOriginal = {"Original Message"sv,
                                  "Original message"sv,
                                  "Ursprüngliche Nachricht"sv,
                                  "Message d'origine"sv,
                                  "Message original"sv,
                                  "Mensaje original"sv,
                                  "Messaggio originale"sv,
                                  "Oorspronkelijk bericht"sv,
                                  "Mensagem original"sv,
                                  "Mensagem Original"sv,
                                  "Исходное сообщение"sv,
                                  "原始邮件"sv,
                                  "原始郵件"sv,
                                  "元のメッセージ"sv,
                                  "원본 메시지"sv,
                                  "Ursprungligt meddelande"sv,
                                  "Oprindelig meddelelse"sv,
                                  "Opprinnelig melding"sv,
                                  "Wiadomość oryginalna"sv,
                                  "Původní zpráva"sv,
                                  "Eredeti üzenet"sv,
                                  "Alkuperäinen viesti"sv,
                                  "Orijinal Mesaj"sv,
                                  "Original Appointment"sv};
constexpr std::array kForwarded = {"Forwarded message"sv,
                                   "Forwarded Message"sv,
                                   "Forwarded mail"sv,
                                   "Weitergeleitete Nachricht"sv,
                                   "Message transféré"sv,
                                   "Mensaje reenviado"sv,
                                   "Messaggio inoltrato"sv,
                                   "Doorgestuurd bericht"sv,
                                   "Mensagem encaminhada"sv,
                                   "Mensagem reencaminhada"sv,
                                   "Пересылаемое сообщение"sv,
                                   "Пересланное сообщение"sv,
                                   "转发的邮件"sv,
                                   "轉寄的郵件"sv,
                                   "转发邮件信息"sv,
                                   "転送されたメッセージ"sv,
                                   "전달된 메시지"sv,
                                   "Vidarebefordrat meddelande"sv,
                                   "Videresendt meddelelse"sv,
                                   "Videresendt melding"sv,
                                   "Przekazana wiadomość"sv,
                                   "Wiadomość przekazana"sv,
                                   "Přeposlaná zpráva"sv,
                                   "Továbbított üzenet"sv,
                                   "Edelleenlähetetty viesti"sv};
constexpr std::array kBeginForwarded = {
    "Begin forwarded message:"sv,          "Anfang der weitergeleiteten Nachricht:"sv,
    "Anfang der weitergeleiteten Mail:"sv, "Début du message réexpédié :"sv,
    "Début du message transféré :"sv,      "Inicio del mensaje reenviado:"sv,
    "Inizio messaggio inoltrato:"sv,       "Begin doorgestuurd bericht:"sv,
    "Início da mensagem encaminhada:"sv,   "Vidarebefordrat brev:"sv,
    "Start på videresendt besked:"sv,      "Начало переадресованного сообщения:"sv};
constexpr std::array kLotusForwarded = {"Forwarded by "sv,  "Weitergeleitet von "sv, "Transféré par "sv,
                                        "Reenviado por "sv, "Inoltrato da "sv,       "Doorgestuurd door "sv};
constexpr std::array kWrote = {" wrote"sv,      " schrieb"sv, " a écrit"sv,   " écrit"sv,    " escribió"sv,
                               " ha scritto"sv, " scrive"sv,  " schreef"sv,   " escreveu"sv, " napisał"sv,
                               " skrev"sv,      "skrev "sv,   " kirjoitti"sv, " написал"sv,  " пишет"sv,
                               "写道"sv,        "寫道"sv,     "書きました"sv, "のメール"sv,  "작성"sv,
                               " napsal"sv,     " írta"sv,    " yazdı"sv,     " έγραψε"sv,   "schrieb am "sv};
// What programs call the sender at the beginning of a head.
constexpr std::array kFrom = {"from"sv,       "von"sv,       "de"sv,        "da"sv,         "van"sv,       "från"sv,
                              "fra"sv,        "od"sv,        "lähettäjä"sv, "feladó"sv,     "kimden"sv,    "mittente"sv,
                              "expéditeur"sv, "remitente"sv, "remetente"sv, "afzender"sv,   "avsändare"sv, "afsender"sv,
                              "avsender"sv,   "absender"sv,  "nadawca"sv,   "odesílatel"sv, "sender"sv,    "de la"sv,
                              "Από"sv,        "От"sv,        "От кого"sv,   "Від"sv,        "发件人"sv,    "寄件者"sv,
                              "寄件人"sv,     "差出人"sv,    "送信者"sv,    "보낸 사람"sv,  "จาก"sv,       "מאת"sv,
                              "من"sv};

constexpr size_t kLongestSeparator = 200;
constexpr size_t kLongestLabel = 40;
constexpr size_t kMostHeadLines = 12;  // recipients may be wrapped
constexpr std::string_view kWideColon = "\uFF1A";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\u00A0";
  const size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_one_of(std::string_view word, auto const& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool holds_any(std::string_view text, auto const& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != text.npos; });
}

// What stands between dashes: "----- words -----"; empty when it is no such line.
std::string_view between_dashes(std::string_view line) {
  if (!line.starts_with("--") || line.size() > kLongestSeparator) return "";
  constexpr std::string_view kDashes = "- \t";
  const size_t first = line.find_first_not_of(kDashes);
  return first == std::string_view::npos ? "" : line.substr(first, line.find_last_not_of(kDashes) - first + 1);
}

// An address by its shape: something with a dot behind an '@' that something stands before.
bool holds_address(std::string_view text) {
  constexpr size_t kLooked = 1024;  // a display name may be long; what is longer is no line of a head
  text = text.substr(0, kLooked);
  for (size_t at = text.find('@', 1); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const char before = text[at - 1];
    if (before == ' ' || before == '<') continue;
    const std::string_view domain = text.substr(at + 1, text.find_first_of(" \t\n>)];,", at) - at - 1);
    const size_t dot = domain.find('.', 1);
    if (dot != std::string_view::npos && dot + 2 < domain.size()) return true;
  }
  return false;
}

// The number of digits that stand together from `at` on.
size_t digits_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_digit(text[end])) end++;
  return end - at;
}

// A year, or a day of three numbers: "2027", "3.5.27", "05/03/2027".
bool holds_day(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t digits = digits_at(text, at);
    if (digits == 0) {
      at++;
      continue;
    }
    const bool apart = at == 0 || !is_ascii_letter(text[at - 1]);
    if (digits == 4 && apart && (text[at] == '1' || text[at] == '2')) return true;
    const size_t second = at + digits + 1;
    if (digits <= 2 && second < text.size() && ("./-"sv).find(text[second - 1]) != std::string_view::npos) {
      const size_t more = digits_at(text, second);
      const size_t third = second + more + 1;
      if (more > 0 && more <= 2 && third < text.size() && text[third - 1] == text[second - 1] &&
          digits_at(text, third) >= 2) {
        return true;
      }
    }
    at += digits;
  }
  return false;
}

// "10:12", "10.12" behind a date, "10h12".
bool holds_time(std::string_view text) {
  for (size_t at = text.find_first_of(":.h", 1); at != std::string_view::npos; at = text.find_first_of(":.h", at + 1)) {
    if (is_digit(text[at - 1]) && digits_at(text, at + 1) == 2) return true;
  }
  return false;
}

struct Field {
  std::string_view label;
  std::string_view value;
};

// One line "Word: value", the word in bold marks or not ("*From:* Ada"); no label when it is none.
Field field_of(std::string_view line) {
  line = trim(line);
  if (line.starts_with('*')) line.remove_prefix(1);
  size_t colon = line.substr(0, kLongestLabel).find(':');
  size_t width = 1;
  if (const size_t wide = line.substr(0, kLongestLabel).find(kWideColon); wide < colon) {
    colon = wide;
    width = kWideColon.size();
  }
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view label = trim(line.substr(0, colon));
  size_t spaces = 0;
  for (const char c : label) {
    if (c == ' ') spaces++;
    if (c != ' ' && c != '-' && !is_ascii_letter(c) && static_cast<unsigned char>(c) < 0x80) return {};
  }
  if (label.empty() || spaces > 2) return {};
  std::string_view value = line.substr(colon + width);
  if (value.starts_with('*')) value.remove_prefix(1);
  // An address of a page or a time of day is no field.
  if (width == 1 && !value.empty() && value[0] != ' ' && value[0] != '\t') return {};
  return {label, trim(value)};
}

bool names_sender(std::string_view label) {
  if (label.size() > kLongestLabel) return false;
  char lower[kLongestLabel];
  std::transform(label.begin(), label.end(), lower,
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return is_one_of(std::string_view(lower, label.size()), kFrom);
}

}  // namespace

bool is_reply_separator(std::string_view line) {
  const std::string_view words = between_dashes(line);
  if (words.empty()) return false;
  return is_one_of(words, kOriginal) || (words.ends_with(':') && holds_any(words, kWrote));
}

bool is_forward_separator(std::string_view line) {
  if (is_one_of(trim(line), kBeginForwarded)) return true;
  const std::string_view words = between_dashes(line);
  if (words.empty()) return false;
  return is_one_of(words, kForwarded) || std::any_of(kLotusForwarded.begin(), kLotusForwarded.end(),
                                                     [&](std::string_view by) { return words.starts_with(by); });
}

bool is_rule(std::string_view line) {
  constexpr size_t kShortest = 10;
  line = trim(line);
  return line.size() >= kShortest && line.find_first_not_of('_') == std::string_view::npos;
}

bool may_end_attribution(std::string_view line) {
  line = line.substr(0, line.find_last_not_of(" \t") + 1);
  return line.ends_with(':') || line.ends_with(kWideColon);
}

Attribution attribution(std::string_view text) {
  if (text.size() > kLongestAttribution || !may_end_attribution(text)) return Attribution::none;
  const bool who = holds_address(text), day = holds_day(text), wrote = holds_any(text, kWrote);
  if (day && holds_time(text) && (who || wrote)) return Attribution::by_itself;
  return who || day || wrote ? Attribution::before_marks : Attribution::none;
}

bool may_begin_head(std::string_view line) {
  line = line.substr(0, kLongestLabel);
  if (line.empty() || line.front() == ':') return false;
  return line.find(':') != std::string_view::npos || line.find(kWideColon.front(), 1) != std::string_view::npos;
}

std::string_view head_of(std::string_view text) {
  std::string_view rest = text;
  size_t fields = 0;
  bool known = false, who = false, when = false;
  size_t size = 0;
  for (size_t line = 0; line < kMostHeadLines && !rest.empty(); line++) {
    const std::string_view shown = take_line(rest);
    if (fields > 0 && (shown.starts_with(' ') || shown.starts_with('\t')) && !trim(shown).empty()) {
      size = text.size() - rest.size();
      continue;
    }
    const Field field = field_of(shown);
    if (field.label.empty()) break;
    if (fields == 0) {
      known = names_sender(field.label);
      who = holds_address(field.value);
      if (field.value.empty() || !(known || who)) return "";
    } else if (holds_day(field.value) && (known || holds_time(field.value))) {
      when = true;
    }
    fields++;
    size = text.size() - rest.size();
  }
  // Forms have an address and a date as well: where the first word is not known, the time of day must be there.
  constexpr size_t kFewest = 3;
  return fields >= kFewest && when ? text.substr(0, size) : "";
}

}  // namespace postern
