// Look-alike domains: names that a reader takes for ours or a partner's.
//
// Compares registrable domains (example.co.uk) with those to be protected: equal skeletons (UTS 39: 0 and o, rn and
// m, letters of other scripts), one letter added, missing, changed or swapped with its neighbour, or the
// same name under another public suffix. Finding one costs a handful of hash look-ups, however
// many names are protected. Immutable after building; safe from several threads.
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
    std::string_view how;  // "the same shapes", "one letter differs", "another ending"
  };
  // Nothing for the protected domains themselves. `registrable` is in A-labels.
  std::optional<Match> find(std::string_view registrable) const;

 private:
  struct Checker;
  std::string skeleton(std::string_view registrable) const;

  std::unique_ptr<Checker> checker_;
  std::vector<std::string> domains_;
  std::unordered_map<std::string, size_t> exact_;
  std::unordered_map<std::string, size_t> by_skeleton_;
  std::unordered_map<std::string, size_t> by_label_;
  std::unordered_multimap<std::string, size_t> by_deletion_;  // labels with one letter left out, and whole
};

// Names shorter than this have too many honest neighbours for one letter to mean anything.
inline constexpr size_t kMinTypoLabel = 5;
// The same for another ending: every two- and three-letter name is taken under every suffix.
inline constexpr size_t kMinSwapLabel = 4;

}  // namespace postern::policy
