// Earlier revisions of a PDF: each update is appended behind the file as it was (ISO 32000-1 7.5.6).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace postern::extract::pdf {

inline constexpr size_t kMaxPdfRevisions = 32;  // a contract that a dozen people sign has 25

// Where earlier revisions end, the newest first: at most kMaxPdfRevisions + 1. The first section of a linearised file
// is none (Annex F).
std::vector<size_t> revision_ends(std::string_view pdf);

// Lines that were given already.
class KnownLines {
 public:
  void add(std::string_view text);
  // The lines of `text` that are new, which are known from now on.
  std::string take_new(std::string_view text);

 private:
  std::unordered_set<size_t> hashes_;
};

}  // namespace postern::extract::pdf
