#include "extractors/text/disclaimer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr size_t kTailBytes = 6 << 10;  // the longest notices of law firms, in two languages
constexpr size_t kMostParagraphs = 16;
constexpr size_t kShortestNotice = 30;
constexpr size_t kFewestClaims = 2;

// The mail speaks of itself. In small letters, as ASCII has them.
constexpr std::array kItself = {"this e-mail"sv,
                                "this email"sv,
                                "this mail"sv,
                                "this message"sv,
                                "this communication"sv,
                                "this transmission"sv,
                                "this electronic"sv,
                                "the message"sv,
                                "accompanying this"sv,
                                "diese e-mail"sv,
                                "dieser e-mail"sv,
                                "diese email"sv,
                                "dieser email"sv,
                                "diese mail"sv,
                                "dieser mail"sv,
                                "diese nachricht"sv,
                                "dieser nachricht"sv,
                                "die e-mail"sv,
                                "ce message"sv,
                                "ce courriel"sv,
                                "ce mail"sv,
                                "cet e-mail"sv,
                                "cet email"sv,
                                "présent message"sv,
                                "présent courriel"sv,
                                "este mensaje"sv,
                                "este correo"sv,
                                "este e-mail"sv,
                                "este email"sv,
                                "presente mensaje"sv,
                                "questo messaggio"sv,
                                "questa e-mail"sv,
                                "questa email"sv,
                                "presente e-mail"sv,
                                "presente messaggio"sv,
                                "presente comunicazione"sv,
                                "esta mensagem"sv,
                                "esta comunicação"sv,
                                "dit bericht"sv,
                                "deze e-mail"sv,
                                "dit e-mailbericht"sv,
                                "deze mail"sv,
                                "detta meddelande"sv,
                                "detta e-post"sv,
                                "denna e-post"sv,
                                "detta mail"sv,
                                "denne e-mail"sv,
                                "denne mail"sv,
                                "denne e-post"sv,
                                "denne meddelelse"sv,
                                "denne meldingen"sv,
                                "ta wiadomość"sv,
                                "tej wiadomości"sv,
                                "niniejsza wiadomość"sv,
                                "tento e-mail"sv,
                                "tento email"sv,
                                "tohoto e-mailu"sv,
                                "tato e-mailová zpráva"sv,
                                "tato zpráva"sv,
                                "této zprávy"sv,
                                "této zprávě"sv,
                                "это сообщение"sv,
                                "данное сообщение"sv,
                                "настоящее сообщение"sv,
                                "Это сообщение"sv,
                                "Данное сообщение"sv,
                                "Настоящее сообщение"sv,
                                "本邮件"sv,
                                "此邮件"sv,
                                "本郵件"sv,
                                "本メール"sv,
                                "このメール"sv,
                                "본 메일"sv,
                                "이 메일"sv};

// What notices claim and ask for, a row a claim.
using Claim = std::array<std::string_view, 24>;
constexpr std::array<Claim, 8> kClaims = {{
    {"confiden"sv, "vertraulich"sv, "vertrouwelijk"sv, "konfidentiell"sv, "fortrolig"sv, "riservat"sv, "poufn"sv,
     "důvěrn"sv, "конфиденц"sv, "机密"sv, "保密"sv, "機密"sv, "기밀"sv},
    {"privileged"sv, "geschützt"sv, "protégé"sv, "privilegiad"sv, "secret professionnel"sv, "secreto profesional"sv,
     "berufsgeheimnis"sv, "sekretess"sv, "proprietary"sv},
    {"attachment"sv, "files transmitted"sv, "anhäng"sv, "anlagen"sv, "anhang"sv, "pièces jointes"sv, "pièce jointe"sv,
     "adjunto"sv, "anexo"sv, "allegat"sv, "bijlage"sv, "bilag"sv, "vedlegg"sv, "załącznik"sv, "příloh"sv, "вложени"sv,
     "附件"sv, "添付"sv, "첨부"sv},
    {"intended solely"sv,
     "intended only"sv,
     "intended for"sv,
     "solely for"sv,
     "sole use"sv,
     "exclusive use"sv,
     "ausschließlich für"sv,
     "bestimmt"sv,
     "attention exclusive"sv,
     "usage exclusif"sv,
     "strictement destiné"sv,
     "uso exclusivo"sv,
     "dirigido exclusivamente"sv,
     "esclusivamente"sv,
     "exclusivamente"sv,
     "uitsluitend"sv,
     "endast avsedd"sv,
     "przeznaczona"sv,
     "určen"sv,
     "предназначен"sv},
    {"recipient"sv,    "addressee"sv,     "adressat"sv,  "empfänger"sv, "destinataire"sv, "destinatari"sv,
     "destinatário"sv, "geadresseerde"sv, "ontvanger"sv, "mottagare"sv, "modtager"sv,     "mottaker"sv,
     "odbiorc"sv,      "příjemc"sv,       "adresát"sv,   "получател"sv, "адресат"sv,      "收件人"sv,
     "收件者"sv,       "宛先"sv,          "수신"sv},
    {"in error"sv,     "by mistake"sv,   "irrtümlich"sv, "versehentlich"sv, "irrtum"sv,
     "par erreur"sv,   "por error"sv,    "per errore"sv, "por engano"sv,    "por erro"sv,
     "ten onrechte"sv, "abusievelijk"sv, "per abuis"sv,  "av misstag"sv,    "ved en fejl"sv,
     "ved en feil"sv,  "omyłk"sv,        "omylem"sv,     "по ошибке"sv,     "误"sv},
    {"delete"sv,   "destroy"sv,   "notify"sv,  "vernichte"sv, "löschen"sv, "informieren sie"sv,
     "détruire"sv, "supprimer"sv, "avertir"sv, "elimin"sv,    "borre"sv,   "notifi"sv,
     "cancell"sv,  "verwijder"sv, "radera"sv,  "slet"sv,      "usun"sv,    "smaž"sv,
     "vymaž"sv,    "odstra"sv,    "удали"sv,   "删除"sv,      "削除"sv},
    {"prohibited"sv, "unauthori"sv,       "strictly forbidden"sv,
     "disseminat"sv, "unbefugt"sv,        "nicht gestattet"sv,
     "untersagt"sv,  "interdit"sv,        "prohibid"sv,
     "prohíbe"sv,    "vietat"sv,          "proibid"sv,
     "verboden"sv,   "niet toegestaan"sv, "förbjud"sv,
     "forbudt"sv,    "zabron"sv,          "zakáz"sv,
     "neoprávněn"sv, "запрещ"sv,          "禁止"sv},
}};

char to_lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view stem) {
  return text.size() >= stem.size() && std::equal(stem.begin(), stem.end(), text.begin(), [](char wanted, char there) {
           return to_lower_ascii(there) == wanted;
         });
}

// A piece of a word around a letter.
struct Stem {
  std::string_view behind;
  std::string_view before = {};
};

// Adds the offset of each letter that one of `stems` stands around.
void find_stems(std::string_view text, char letter, auto const& stems, std::vector<size_t>& found) {
  for (size_t at = text.find(letter); at != std::string_view::npos; at = text.find(letter, at + 1)) {
    const std::string_view behind = text.substr(at + 1);
    if (behind.empty()) return;
    const char first = to_lower_ascii(behind.front());
    const auto fits = [&](const Stem& stem) {
      return stem.behind.front() == first && begins_with(behind, stem.behind) && at >= stem.before.size() &&
             begins_with(text.substr(at - stem.before.size()), stem.before);
    };
    if (std::any_of(stems.begin(), stems.end(), fits)) found.push_back(at);
  }
}

// A quick look for pieces of words without one of which hardly a notice is, around letters that are rare:
// "confidential", "if you are not", "Empfänger", "privileged", "received this", "vertraulich", "riservate", "důvěrné".
// Their offsets, in order.
std::vector<size_t> hints_of_notices(std::string_view text) {
  constexpr std::array kAroundF = {
      Stem{"iden"}, Stem{"ortro"}, Stem{" you are not"}, Stem{" you have rec"}, Stem{"änger"},
      Stem{"ugt"},  Stem{"n"},     Stem{"ejl"}};
  constexpr std::array kAroundV = {Stem{"ertra"},   Stem{"ertro"}, Stem{"ileg"},      Stem{"ilig"},
                                   Stem{"ed this"}, Stem{"ertir"}, Stem{"at", "ser"}, Stem{"ěrn"}};
  constexpr std::array kOthers = {"конфиден"sv, "密"sv, "밀"sv};
  std::vector<size_t> found;
  for (const char letter : {'f', 'F'}) find_stems(text, letter, kAroundF, found);
  for (const char letter : {'v', 'V'}) find_stems(text, letter, kAroundV, found);
  for (const std::string_view word : kOthers) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) found.push_back(at);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool holds_any(std::string_view text, auto const& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return !word.empty() && text.find(word) != std::string_view::npos; });
}

bool is_notice(std::string_view paragraph) {
  if (paragraph.size() < kShortestNotice) return false;
  // Lower case, white space as one space: notices are wrapped.
  std::string plain;
  plain.reserve(paragraph.size());
  for (const char c : paragraph) {
    if (c == ' ' || c == '\n' || c == '\t') {
      if (!plain.empty() && plain.back() != ' ') plain += ' ';
    } else {
      plain += to_lower_ascii(c);
    }
  }
  if (!holds_any(plain, kItself)) return false;
  return std::count_if(kClaims.begin(), kClaims.end(), [&](const Claim& claim) { return holds_any(plain, claim); }) >=
         static_cast<std::ptrdiff_t>(kFewestClaims);
}

struct Stretch {
  size_t begin;
  size_t end;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

// The last paragraphs of a text whose lines all end, in order.
std::vector<Stretch> last_paragraphs(std::string_view text, Paragraphs paragraphs) {
  std::vector<Stretch> out;
  const size_t tail = text.size() > kTailBytes ? text.size() - kTailBytes : 0;
  bool open = false;
  for (size_t end = text.size(); end > tail && out.size() < kMostParagraphs;) {
    const void* const before = ::memrchr(text.data(), '\n', end - 1);
    const size_t begin =
        before == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(before) - text.data()) + 1;
    if (is_blank(text.substr(begin, end - 1 - begin))) {
      open = false;
    } else if (open) {
      out.back().begin = begin;
    } else {
      out.push_back({begin, end});
      open = paragraphs == Paragraphs::between_empty_lines;
    }
    end = begin;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

// The last line that stands before `at`, the first from `at` on; with their ends.
std::string_view line_before(std::string_view text, size_t at) {
  const size_t last = text.substr(0, at).find_last_not_of(" \t\n");
  if (last == std::string_view::npos) return "";
  const size_t begin = text.rfind('\n', last);
  const size_t from = begin == std::string_view::npos ? 0 : begin + 1;
  return text.substr(from, text.find('\n', last) + 1 - from);
}

std::string_view line_from(std::string_view text, size_t at) {
  at = text.find_first_not_of(" \t\n", at);
  return at == std::string_view::npos ? "" : text.substr(at, text.find('\n', at) + 1 - at);
}

void add_seam(std::string_view before, std::string_view behind, std::string& seams) {
  if (before.empty() || behind.empty()) return;
  seams.append(before).append(behind).push_back('\n');
}

}  // namespace

void take_disclaimers(std::string& text, Paragraphs paragraphs, std::string& notices, std::string& seams) {
  const size_t tail = text.size() > kTailBytes ? text.size() - kTailBytes : 0;
  const std::vector<size_t> hints = hints_of_notices(std::string_view(text).substr(tail));
  if (hints.empty()) return;
  if (!text.ends_with('\n')) text.push_back('\n');
  std::vector<Stretch> found = last_paragraphs(text, paragraphs);
  std::erase_if(found, [&](const Stretch& one) {
    // A paragraph may begin before the tail: what is hinted at stands in the tail all the same.
    const auto hint = std::lower_bound(hints.begin(), hints.end(), one.begin - std::min(one.begin, tail));
    if (hint == hints.end() || tail + *hint >= one.end) return true;
    return !is_notice(std::string_view(text).substr(one.begin, one.end - one.begin));
  });
  if (found.empty()) return;
  std::string kept;
  kept.reserve(text.size());
  size_t at = 0;
  for (const Stretch& one : found) {
    add_seam(line_before(text, one.begin), line_from(text, one.begin), seams);
    add_seam(line_before(text, one.end), line_from(text, one.end), seams);
    notices.append(text, one.begin, one.end - one.begin);
    kept.append(text, at, one.begin - at);
    at = one.end;
  }
  text = std::move(kept.append(text, at));
}

}  // namespace postern::extract
