#include "policy/lookalike.h"

#include <algorithm>
#include <array>

#include <idn2.h>
#include <unicode/uspoof.h>

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
    by_skeleton_.emplace(skeleton(domain), index);
    const std::string label(label_of(domain));
    by_label_.emplace(label, index);
    by_deletion_.emplace(label, index);
    for (size_t i = 0; i < label.size(); i++) by_deletion_.emplace(without(label, i), index);
  }
}

Lookalikes::~Lookalikes() = default;

std::string Lookalikes::skeleton(std::string_view registrable) const {
  std::string unicode = to_unicode(registrable);
  if (checker_->spoof == nullptr) return unicode;
  UErrorCode status = U_ZERO_ERROR;
  std::string out(unicode.size() * 4 + 16, '\0');
  const std::int32_t size = uspoof_getSkeletonUTF8(checker_->spoof, 0, unicode.data(), std::int32_t(unicode.size()),
                                                   out.data(), std::int32_t(out.size()), &status);
  if (U_FAILURE(status)) return unicode;
  out.resize(size_t(size));
  return out;
}

std::optional<Lookalikes::Match> Lookalikes::find(std::string_view registrable) const {
  if (domains_.empty() || registrable.empty()) return std::nullopt;
  const std::string name(registrable);
  if (exact_.contains(name)) return std::nullopt;
  if (const auto it = by_skeleton_.find(skeleton(registrable)); it != by_skeleton_.end()) {
    return Match{domains_[it->second], "the same shapes"};
  }
  const std::string label(label_of(registrable));
  if (label.size() >= kMinSwapLabel) {
    const auto it = by_label_.find(label);
    if (it != by_label_.end() && !are_documentation_names(domains_[it->second], registrable)) {
      return Match{domains_[it->second], "another ending"};
    }
  }
  const auto near = [&](const std::string& key) -> std::optional<Match> {
    const auto [first, last] = by_deletion_.equal_range(key);
    for (auto it = first; it != last; ++it) {
      const std::string& domain = domains_[it->second];
      const std::string_view other = label_of(domain);
      const bool long_enough = std::min(other.size(), label.size()) >= kMinTypoLabel;
      if (long_enough && suffix_of(domain) == suffix_of(registrable) && one_edit_apart(other, label)) {
        return Match{domain, "one letter differs"};
      }
    }
    return std::nullopt;
  };
  if (auto match = near(label)) return match;
  for (size_t i = 0; i < label.size(); i++) {
    if (auto match = near(without(label, i))) return match;
  }
  return std::nullopt;
}

}  // namespace postern::policy
