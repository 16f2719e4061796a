#include "policy/lookalike.h"

#include <algorithm>
#include <array>

#include <idn2.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "policy/registrable.h"

namespace postern::policy {

struct Lookalikes::Checker {
  USpoofChecker* spoof = nullptr;
  Checker() {
    UErrorCode status = U_ZERO_ERROR;
    spoof = uspoof_open(&status);
    if (U_FAILURE(status)) spoof = nullptr;
  }
  ~Checker() {
    if (spoof != nullptr) uspoof_close(spoof);
  }
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;
};

namespace {

std::string_view label_of(std::string_view registrable) {
  return registrable.substr(0, registrable.find('.'));
}

std::string_view suffix_of(std::string_view registrable) {
  const size_t dot = registrable.find('.');
  return dot == std::string_view::npos ? std::string_view() : registrable.substr(dot);
}

std::string to_unicode(std::string_view domain) {
  std::string copy(domain);
  char* unicode = nullptr;
  if (idn2_to_unicode_8z8z(copy.c_str(), &unicode, 0) != IDN2_OK) return copy;
  std::string out = unicode;
  idn2_free(unicode);
  return out;
}

// One edit: a letter added, missing or changed, or two neighbours swapped.
bool one_edit_apart(std::string_view a, std::string_view b) {
  if (a == b || a.size() > b.size() + 1 || b.size() > a.size() + 1) return false;
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) head++;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) tail++;
  const std::string_view a_middle = a.substr(head, a.size() - head - tail);
  const std::string_view b_middle = b.substr(head, b.size() - head - tail);
  if (a_middle.size() <= 1 && b_middle.size() <= 1) return true;
  return a_middle.size() == 2 && b_middle.size() == 2 && a_middle[0] == b_middle[1] && a_middle[1] == b_middle[0];
}

std::string without(std::string_view text, size_t index) {
  std::string out(text.substr(0, index));
  out += text.substr(index + 1);
  return out;
}

std::string without_hyphens(std::string_view label) {
  std::string out(label);
  std::erase(out, '-');
  return out;
}

// What is put to a company's name by whoever wants to pass for it. Behind or before a hyphen all of them; without one
// those that no company is called by: `summitglobal` is another one than `summit`.
struct AddedWord {
  std::string_view word;
  bool glued;
};
constexpr std::array<AddedWord, 42> kAddedWords = {{
    {"account", true},   {"accounts", true}, {"admin", true},    {"alert", false},   {"app", false},
    {"billing", true},   {"careers", false}, {"co", false},      {"com", false},     {"corp", true},
    {"customer", false}, {"docs", false},    {"email", true},    {"global", false},  {"gmbh", true},
    {"group", false},    {"help", false},    {"helpdesk", true}, {"hr", false},      {"inc", true},
    {"intl", false},     {"invoice", true},  {"it", false},      {"jobs", false},    {"login", true},
    {"ltd", true},       {"mail", true},     {"mails", true},    {"my", true},       {"net", false},
    {"office", false},   {"online", false},  {"pay", false},     {"payments", true}, {"portal", false},
    {"secure", true},    {"security", true}, {"service", false}, {"share", false},   {"sso", true},
    {"support", true},   {"team", false},
}};

// RFC 2606 3 reserves these three for documentation; they are different organisations in every manual.
bool are_documentation_names(std::string_view a, std::string_view b) {
  static constexpr std::array<std::string_view, 3> kReserved = {"example.com", "example.net", "example.org"};
  const auto reserved = [](std::string_view name) {
    return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
  };
  return reserved(a) && reserved(b);
}

}  // namespace

Lookalikes::Lookalikes(const std::vector<std::string>& protected_domains) : checker_(std::make_unique<Checker>()) {
  for (const std::string& domain : protected_domains) {
    if (domain.empty() || !exact_.emplace(domain, domains_.size()).second) continue;
    const size_t index = domains_.size();
    domains_.push_back(domain);
    by_skeleton_.emplace(skeleton(to_unicode(domain)), index);
    by_plain_.emplace(plain(domain), index);
    const std::string label(label_of(domain));
    by_label_.emplace(label, index);
    const std::string letters = without_hyphens(label);
    by_deletion_.emplace(letters, index);
    for (size_t i = 0; i < letters.size(); i++) by_deletion_.emplace(without(letters, i), index);
  }
}

Lookalikes::~Lookalikes() = default;

std::string Lookalikes::skeleton(std::string_view text) const {
  if (checker_->spoof == nullptr) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  std::string out(text.size() * 4 + 16, '\0');
  const std::int32_t size = uspoof_getSkeletonUTF8(checker_->spoof, 0, text.data(), std::int32_t(text.size()),
                                                   out.data(), std::int32_t(out.size()), &status);
  if (U_FAILURE(status)) return std::string(text);
  out.resize(size_t(size));
  return out;
}

// The skeleton without accents and case, pairs of letters as the one that they look like.
std::string Lookalikes::plain(std::string_view registrable) const {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::Normalizer2* apart = icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) return std::string(registrable);
  icu::UnicodeString folded;
  fold->normalize(icu::UnicodeString::fromUTF8(to_unicode(registrable)), folded, status);
  std::string text;
  folded.toUTF8String(text);
  icu::UnicodeString letters;
  apart->normalize(icu::UnicodeString::fromUTF8(skeleton(text)).foldCase(), letters, status);
  icu::UnicodeString bare;
  for (std::int32_t at = 0; at < letters.length(); at = letters.moveIndex32(at, 1)) {
    const UChar32 letter = letters.char32At(at);
    if (u_charType(letter) != U_NON_SPACING_MARK) bare.append(letter);
  }
  text.clear();
  bare.toUTF8String(text);
  // Short names have too many honest neighbours: clean and dean.
  if (label_of(registrable).size() < kMinPairLabel) return text;
  std::string out;
  for (size_t at = 0; at < text.size(); at++) {
    const std::string_view pair = std::string_view(text).substr(at, 2);
    const bool one = pair == "vv" || pair == "cl";
    out += pair == "vv" ? 'w' : pair == "cl" ? 'd' : text[at];
    if (one) at++;
  }
  return out;
}

std::optional<Lookalikes::Match> Lookalikes::near_to(std::string_view registrable) const {
  const std::string label = without_hyphens(label_of(registrable));
  const auto near = [&](const std::string& key) -> std::optional<Match> {
    const auto [first, last] = by_deletion_.equal_range(key);
    for (auto it = first; it != last; ++it) {
      const std::string& domain = domains_[it->second];
      const std::string other = without_hyphens(label_of(domain));
      const size_t shorter = std::min(other.size(), label.size());
      const bool same_ending = suffix_of(domain) == suffix_of(registrable);
      if (shorter < (same_ending ? kMinTypoLabel : kMinTypoSwapLabel)) continue;
      if (other == label) return Match{domain, "a hyphen more or less"};
      if (one_edit_apart(other, label))
        return Match{domain, same_ending ? "one letter differs" : "one letter differs, and another ending"};
    }
    return std::nullopt;
  };
  if (auto match = near(label)) return match;
  for (size_t i = 0; i < label.size(); i++) {
    if (auto match = near(without(label, i))) return match;
  }
  return std::nullopt;
}

std::optional<Lookalikes::Match> Lookalikes::with_word(std::string_view label) const {
  const auto protected_name = [&](std::string_view name) -> std::optional<Match> {
    if (name.size() < kMinWithWordLabel) return std::nullopt;
    const auto it = by_label_.find(std::string(name));
    if (it == by_label_.end()) return std::nullopt;
    return Match{domains_[it->second], "a word is added"};
  };
  for (const auto& [word, glued] : kAddedWords) {
    if (label.size() <= word.size()) continue;
    if (label.ends_with(word)) {
      std::string_view name = label.substr(0, label.size() - word.size());
      const bool apart = name.ends_with('-');
      if (apart) name.remove_suffix(1);
      if (auto match = apart || glued ? protected_name(name) : std::nullopt) return match;
    }
    if (label.starts_with(word)) {
      std::string_view name = label.substr(word.size());
      const bool apart = name.starts_with('-');
      if (apart) name.remove_prefix(1);
      if (auto match = apart || glued ? protected_name(name) : std::nullopt) return match;
    }
  }
  return std::nullopt;
}

std::optional<Lookalikes::Match> Lookalikes::before_another(std::string_view domain) const {
  // "mail.fjordlight.com" of "mail.fjordlight.com.example.net" and "mail.fjordlight.com-login.net".
  for (size_t end = domain.find_first_of(".-"); end != std::string_view::npos;
       end = domain.find_first_of(".-", end + 1)) {
    std::string_view tail = domain.substr(0, end);
    for (;;) {
      const auto it = exact_.find(std::string(tail));
      if (it != exact_.end() && label_of(tail).size() >= kMinWithWordLabel) {
        return Match{domains_[it->second], "it stands in front of another name"};
      }
      const size_t dot = tail.find('.');
      if (dot == std::string_view::npos) break;
      tail.remove_prefix(dot + 1);
    }
  }
  return std::nullopt;
}

std::optional<Lookalikes::Match> Lookalikes::find(std::string_view domain) const {
  const std::string_view registrable = registrable_domain(domain);
  if (domains_.empty() || registrable.empty()) return std::nullopt;
  if (exact_.contains(std::string(registrable))) return std::nullopt;
  if (const auto it = by_skeleton_.find(skeleton(to_unicode(registrable))); it != by_skeleton_.end()) {
    return Match{domains_[it->second], "the same shapes"};
  }
  const std::string label(label_of(registrable));
  const auto among_manuals = [&](size_t index) { return are_documentation_names(domains_[index], registrable); };
  if (label.size() >= kMinSwapLabel) {
    const auto it = by_label_.find(label);
    if (it != by_label_.end() && !among_manuals(it->second)) return Match{domains_[it->second], "another ending"};
  }
  if (const auto it = by_plain_.find(plain(registrable)); it != by_plain_.end()) {
    return Match{domains_[it->second], "the same letters, some with accents or in pairs"};
  }
  if (auto match = near_to(registrable)) return match;
  if (auto match = with_word(label)) return match;
  return before_another(domain);
}

}  // namespace postern::policy
