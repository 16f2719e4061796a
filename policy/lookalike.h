// Look-alike domains: names that a reader takes for ours or a partner's.
//
// Compares registrable domains (example.co.uk) with those to be protected:
//
//   the same shapes        equal skeletons (UTS 39: 0 and o, rn and m, letters of other scripts), vv for w, cl for d
//   letters with accents   the same once they are taken off (NFKC_Casefold, no marks): fjordlight with an accent
//   one letter differs     added, missing, changed or swapped with its neighbour, whatever the hyphens
//   another ending         the same name under another public suffix; a long one with one letter changed as well
//   a word is added        before or behind it, with a hyphen or without: "fjordlight-mail", "myfjordlight"
//   in front of another    the whole name as labels of somebody else's: fjordlight.com.example.net
//
// Finding one costs some dozen hash look-ups, however many names are protected. Immutable after building; safe from
// several threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace postern::policy {

class Lookalikes {
 public:
  // Registrable domains in A-labels.
  explicit Lookalikes(const std::vector<std::string>& protected_domains);
  ~Lookalikes();
  Lookalikes(const Lookalikes&) = delete;
  Lookalikes& operator=(const Lookalikes&) = delete;

  struct Match {
    std::string domain;    // the protected one
    std::string_view how;  // "the same shapes", "one letter differs", "another ending" ...
  };
  // Nothing for what is below the protected domains themselves. `domain` is in A-labels.
  std::optional<Match> find(std::string_view domain) const;

 private:
  struct Checker;
  std::string skeleton(std::string_view text) const;
  std::string plain(std::string_view registrable) const;
  std::optional<Match> near_to(std::string_view registrable) const;
  std::optional<Match> with_word(std::string_view label) const;
  std::optional<Match> before_another(std::string_view domain) const;

  std::unique_ptr<Checker> checker_;
  std::vector<std::string> domains_;
  std::unordered_map<std::string, size_t> exact_;
  std::unordered_map<std::string, size_t> by_skeleton_;
  std::unordered_map<std::string, size_t> by_plain_;
  std::unordered_map<std::string, size_t> by_label_;
  std::unordered_multimap<std::string, size_t>
      by_deletion_;  // labels without hyphens: with one letter left out, and whole
};

// Names shorter than this have too many honest neighbours for one letter to mean anything.
inline constexpr size_t kMinTypoLabel = 5;
// The same for another ending: every two- and three-letter name is taken under every suffix.
inline constexpr size_t kMinSwapLabel = 4;
// And for a letter and the ending at once.
inline constexpr size_t kMinTypoSwapLabel = 8;
// For vv and w, cl and d.
inline constexpr size_t kMinPairLabel = 7;
// For words added, and for names in front of another's.
inline constexpr size_t kMinWithWordLabel = 6;

}  // namespace postern::policy
