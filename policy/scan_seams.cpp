#include "policy/scan_seams.h"

#include <algorithm>

namespace postern::policy {

namespace {

constexpr size_t kLongestPiece = 24;
constexpr size_t kShortestPiece = 3;
constexpr size_t kMostSeams = 1000;
constexpr std::string_view kBetween = "\n\n";
// White space, and marks of a word that goes on. A full stop ends a sentence.
constexpr std::string_view kBeside = " \t\n-_~";

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_capital_letter(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_in_word(char c) {
  return is_small(c) || is_capital_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

constexpr size_t kNoGroup = 4;
constexpr size_t kNames = 1;

size_t group_of(Place place) {
  switch (place) {
    case Place::subject:
    case Place::body:
    case Place::quoted:
    case Place::forwarded:
    case Place::page:
    case Place::notes:
    case Place::text_box:
      return 0;
    case Place::file_name:
      return kNames;
    case Place::header_footer:
      return 2;
    case Place::property:
      return 3;
    default:
      return kNoGroup;
  }
}

// "2027/Night.txt" is "Night".
std::string_view stem_of(std::string_view name, size_t& begin) {
  const size_t slash = name.find_last_of("/\\");
  begin = slash == std::string_view::npos ? 0 : slash + 1;
  name.remove_prefix(begin);
  return name.substr(0, name.rfind('.'));
}

// The piece of a word that ends the text; empty where none does.
std::string_view piece_at_end(std::string_view text) {
  const size_t last = text.find_last_not_of(kBeside);
  if (last == std::string_view::npos) return {};
  size_t begin = last + 1;
  while (begin > 0 && is_in_word(text[begin - 1])) begin--;
  const std::string_view piece = text.substr(begin, last + 1 - begin);
  return piece.size() <= kLongestPiece && piece.size() >= kShortestPiece && is_capital_letter(piece[0])
             ? piece
             : std::string_view{};
}

// Whether a hyphen stands directly behind the piece.
bool has_hyphen(std::string_view text, std::string_view piece) {
  const size_t end = static_cast<size_t>(piece.data() - text.data()) + piece.size();
  return end < text.size() && text[end] == '-';
}

// The rest of a word that begins the text, from its first letter on; empty where none does.
ByteRange rest_at_begin(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBeside);
  if (begin == std::string_view::npos || !is_small(text[begin])) return {};
  size_t end = begin;
  while (end < text.size() && is_in_word(text[end])) end++;
  if (end - begin < kShortestPiece || end - begin > kLongestPiece) return {};
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

// Of what is found in the text of a seam, names that lie across it.
class AcrossSeam final : public WordSink {
 public:
  AcrossSeam(size_t first, ByteRange rest, SeamSink& sink) : first_(first), rest_(rest), sink_(sink) {}
  void found(std::uint32_t list, std::uint32_t entry, ByteRange match, WordFind how) override {
    if (how != WordFind::joined || match.begin >= first_ || match.end <= first_ + kBetween.size()) return;
    sink_.found_at_seam(list, entry, rest_);
  }

 private:
  size_t first_;
  ByteRange rest_;
  SeamSink& sink_;
};

}  // namespace

void Seams::start_message() {
  for (std::string& last : last_) last.clear();
  seams_.clear();
}

void Seams::add(Place place, std::string_view reader, std::uint32_t begin) {
  const size_t group = group_of(place);
  if (group == kNoGroup || reader.empty()) return;
  std::string& last = last_[group];
  size_t inside = 0;
  const std::string_view text = group == kNames ? stem_of(reader, inside) : reader;
  if (!last.empty() && seams_.size() < kMostSeams) {
    const ByteRange rest = rest_at_begin(text);
    if (rest.end > 0) {
      const auto base = static_cast<std::uint32_t>(begin + inside);
      std::string both = last;
      both += kBetween;
      both += text.substr(rest.begin, rest.end - rest.begin);
      seams_.push_back({std::move(both), last.size(), {base + rest.begin, base + rest.end}});
    }
  }
  const std::string_view piece = piece_at_end(text);
  last = piece;
  // Without one, two words that stand in any text are no name.
  if (!piece.empty() && has_hyphen(text, piece)) last += '-';
}

void Seams::read(const WordSet& words, WordScratch& scratch, SeamSink& sink) {
  for (const Seam& seam : seams_) {
    folded_ = seam.text;
    std::transform(folded_.begin(), folded_.end(), folded_.begin(),
                   [](char c) { return is_capital_letter(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    const ByteRange all[] = {{0, static_cast<std::uint32_t>(folded_.size())}};
    AcrossSeam across(seam.first, seam.rest, sink);
    words.scan({WordView::folded, folded_, all, seam.text, seam.text, {}}, scratch, across);
  }
  seams_.clear();
}

}  // namespace postern::policy
