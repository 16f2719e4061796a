#include "policy/evaluate_decoded.h"

#include <algorithm>

#include "policy/decode_finders.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

void DecodedTexts::decoded(const Hit& hit, std::string_view text, ByteRange range, bool exact) {
  // A scan keeps all texts until its end, so that none stands where another one stood.
  const auto [place, is_new] = by_place_.try_emplace(text.data(), texts_.size());
  if (is_new) texts_.emplace_back(text);
  const bool checked = (hit.checks & ~check_bit(Validator::none)) != 0;
  found_.push_back({hit.source, range, place->second, exact, checked, hit.range, hit.view, hit.encodings});
}

const DecodedTexts::Found* DecodedTexts::find(const Hit& hit) const {
  const auto same = [&](const Found& one) {
    return one.exact && one.source == hit.source && one.origin.begin == hit.range.begin &&
           one.origin.end == hit.range.end && one.view == hit.view && one.encodings == hit.encodings;
  };
  const auto found = std::find_if(found_.begin(), found_.end(), same);
  return found == found_.end() ? nullptr : &*found;
}

std::string in_clear(const Hit& hit, std::string_view word) {
  std::string out;
  if (hit.encodings[0] == Encoding::rot13) {
    for (const char c : word) {
      const char first = c >= 'a' ? 'a' : 'A';
      out += is_ascii_letter(c) ? static_cast<char>(first + (c - first + 13) % 26) : c;
    }
  } else if (hit.view == static_cast<unsigned>(DerivedName::reversed) + 1) {
    for (size_t end = word.size(); end > 0;) {
      size_t begin = end;
      previous_code_point(word, begin);
      out.append(word, begin, end - begin);
      end = begin;
    }
  }
  return out;
}

}  // namespace postern::policy
