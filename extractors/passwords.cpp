#include "extractors/passwords.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace postern::extract {

namespace {

constexpr size_t kTokensBehind = 8;  // "the password for the enclosed file is X"
constexpr size_t kLinesBehind = 2;   // "Password:" on a line of its own, an empty line, the password

// Words for "password" as they begin, in lower case as far as ASCII goes. Where capitals are letters of another
// alphabet both forms stand here.
constexpr std::string_view kWords[] = {
    "password",   "passwort",    "passwd",      "passphrase",  "passcode",    "passkey",  "pass",         "pwd",
    "pw",         "kennwort",    "losung",      "schlüssel",   "code",        "codice",   "código",       "codigo",
    "kode",       "kod",         "pin",         "key",         "secret",      "unlock",   "mot de passe", "mdp",
    "contraseña", "contrasena",  "clave",       "senha",       "palavra",     "parola",   "parol",        "wachtwoord",
    "lösenord",   "losenord",    "adgangskode", "kodeord",     "passord",     "salasana", "lykilorð",     "hasło",
    "haslo",      "heslo",       "jelszó",      "jelszo",      "şifre",       "sifre",    "lozinka",      "zaporka",
    "geslo",      "slaptažodis", "pasahitza",   "contrasenya", "katalaluan",  "sandi",    "mật khẩu",     "fjalëkalim",
    "пароль",     "Пароль",      "ПАРОЛЬ",      "парола",      "Парола",      "лозинка",  "Лозинка",      "шифра",
    "код",        "Код",         "κωδικό",      "Κωδικό",      "συνθηματικό", "סיסמ",     "كلمة",         "الرمز",
    "گذرواژه",    "रहस्य",        "पासवर्ड",      "รหัส",         "パスワード",  "暗証番号", "密码",         "密碼",
    "口令",       "비밀번호",    "암호",
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_graph(char c) {
  return c > ' ' && c < 0x7F;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_short_word(std::string_view word) {
  return word == "key" || word == "code" || word == "pin" || word == "kod" || word == "secret" || word == "clave" ||
         word == "sandi";
}

// Marks that stand around a password without being part of it, longest first; most are one character.
constexpr std::string_view kMarks[] = {"\"", "'",  "`", "(",  ")",  "[",  "]",  "<",  ">",       "{",  "}",
                                       ".",  ",",  ";", ":",  "!",  "?",  "*",  "=",  "|",       "„",  "“",
                                       "”",  "‘",  "’", "‚",  "«",  "»",  "‹",  "›",  "：",      "，", "。",
                                       "「", "」", "“", "『", "』", "（", "）", "、", "\xC2\xA0"};

bool strip_front(std::string_view& text) {
  for (const std::string_view mark : kMarks) {
    if (!text.starts_with(mark)) continue;
    text.remove_prefix(mark.size());
    return true;
  }
  return false;
}
bool strip_back(std::string_view& text) {
  for (const std::string_view mark : kMarks) {
    if (!text.ends_with(mark)) continue;
    text.remove_suffix(mark.size());
    return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The first word for "password" in the line at or behind `from`; begin is npos when there is none.
struct Found {
  size_t begin = std::string_view::npos;
  size_t end = 0;
};
Found find_word(const std::string& line, size_t from) {
  Found found;
  for (const std::string_view word : kWords) {
    for (size_t at = line.find(word, from); at != std::string::npos; at = line.find(word, at + 1)) {
      // Words of letters begin where no letter stands before: "compass" holds none. Words of other scripts stand
      // anywhere.
      const bool ascii = static_cast<unsigned char>(word.front()) < 0x80;
      if (ascii && at > 0 && is_letter(line[at - 1]) && static_cast<unsigned char>(line[at - 1]) < 0x80) continue;
      // Short ones that begin many other words stand alone.
      const size_t end = at + word.size();
      if (is_short_word(word) && end < line.size() && is_letter(line[end])) continue;
      if (found.begin == std::string_view::npos || at < found.begin ||
          (at == found.begin && at + word.size() > found.end)) {
        found = {at, at + word.size()};
      }
      break;
    }
  }
  return found;
}

std::vector<std::string_view> tokens_of(std::string_view line) {
  std::vector<std::string_view> out;
  size_t at = 0;
  while (at < line.size()) {
    if (is_space(line[at])) {
      at++;
      continue;
    }
    size_t end = at;
    while (end < line.size() && !is_space(line[end])) end++;
    out.push_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace

void PasswordFinder::look_at(std::string_view text) {
  text = text.substr(0, kMaxPasswordTextBytes - std::min(looked_at_, kMaxPasswordTextBytes));
  looked_at_ += text.size();
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    look_at_line(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void PasswordFinder::look_at_line(std::string_view line) {
  constexpr size_t kLongestLine = 4096;  // longer ones are data; their words count all the same
  const std::string small = line.size() <= kLongestLine ? lower(line) : std::string();
  bool near = lines_near_ > 0;
  if (near && !line.empty()) {
    add(near_word, line);
    lines_near_--;
  }
  size_t from = 0;
  for (Found found = find_word(small, from); found.begin != std::string_view::npos; found = find_word(small, from)) {
    lines_near_ = kLinesBehind;
    // The word in front ("Sommer24 is the password"), the words behind, and all that is behind.
    const std::vector<std::string_view> before = tokens_of(line.substr(0, found.begin));
    std::string_view rest = line.substr(found.end);
    // What is left of the word itself: "passwords", "pw1234".
    const std::vector<std::string_view> behind = tokens_of(rest);
    for (size_t i = 0; i < behind.size() && i < kTokensBehind; i++) add_token(near_word, behind[i]);
    for (const std::string_view mark : {":", "=", "：", " is ", " lautet ", " ist ", " est ", " es ", " are "}) {
      const size_t at = rest.find(mark);
      if (at != std::string_view::npos) {
        add(near_word, trimmed(rest.substr(at + mark.size())));
      }
    }
    for (size_t i = before.size(); i-- > 0 && before.size() - i <= kTokensBehind;) add_token(near_word, before[i]);
    from = found.end;
  }
  // Phrases in quotes, with the spaces in them.
  constexpr std::pair<std::string_view, std::string_view> kQuotes[] = {
      {"\"", "\""}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"‘", "’"}, {"「", "」"}};
  for (const auto& [open, close] : kQuotes) {
    for (size_t at = line.find(open); at != std::string_view::npos;) {
      const size_t begin = at + open.size();
      const size_t end = line.find(close, begin);
      if (end == std::string_view::npos) break;
      add(from > 0 || near ? near_word : mixed, line.substr(begin, end - begin));
      at = line.find(open, end + close.size());
    }
  }
  for (const std::string_view token : tokens_of(line)) add_token(near ? near_word : mixed, token);
}

// A token and what it may stand for; `least` is its rank, or `mixed` to go by its characters.
void PasswordFinder::add_token(Rank least, std::string_view token) {
  if (token.size() > kMaxPasswordBytes) return;
  const auto take = [&](std::string_view piece) {
    if (piece.empty()) return;
    if (least == near_word) {
      add(near_word, piece);
      return;
    }
    const auto count = [&](bool (*is)(char)) { return std::count_if(piece.begin(), piece.end(), is); };
    const auto digits = static_cast<size_t>(count(is_digit)), letters = static_cast<size_t>(count(is_letter));
    const bool all_digits = digits == piece.size(), all_letters = letters == piece.size();
    add(all_digits ? number : all_letters ? word : mixed, piece);
  };
  // Without marks around it is likelier than with them.
  std::string_view plain = token;
  while (strip_front(plain)) {
  }
  const std::string_view with_end = plain;  // "Secret!" keeps its mark in one reading
  while (strip_back(plain)) {
  }
  take(plain);
  take(with_end);
  take(token);
  // "pw:abc", "password=abc"
  for (size_t at = plain.find_first_of(":=/"); at != std::string_view::npos; at = plain.find_first_of(":=/", at + 1)) {
    take(plain.substr(at + 1));
    take(plain.substr(0, at));
  }
  // Letters of a script without spaces beside those of ASCII: "密码是abc123".
  if (std::all_of(plain.begin(), plain.end(), is_graph)) return;
  for (size_t at = 0; at < plain.size();) {
    size_t end = at;
    while (end < plain.size() && is_graph(plain[end])) end++;
    if (end > at) take(plain.substr(at, end - at));
    at = end + 1;
  }
}

void PasswordFinder::add(Rank rank, std::string_view candidate) {
  if (candidate.empty() || candidate.size() > kMaxPasswordBytes || ranked_[rank].size() >= kMaxPasswords) return;
  ranked_[rank].emplace_back(candidate);
}

std::vector<std::string> PasswordFinder::take() {
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  for (std::vector<std::string>& rank : ranked_) {
    for (std::string& candidate : rank) {
      if (seen.insert(candidate).second) out.push_back(std::move(candidate));
    }
    rank.clear();
  }
  return out;
}

}  // namespace postern::extract
