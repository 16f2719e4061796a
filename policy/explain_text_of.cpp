#include "policy/explain_text_of.h"

#include <algorithm>

namespace postern::policy {

namespace {

// As many as it may be long: nothing of the value, its length neither.
constexpr std::string_view kMasked = "\u2022\u2022\u2022\u2022";

}  // namespace

ShownText shown_text(const ExtractedText& text, const Proof& proof, std::uint32_t segment) {
  const std::string& from = text.segments[segment].text;
  // Stretches of marks that touch: sensitive when one of them is.
  std::vector<TextMark> stretches;
  const auto first = std::lower_bound(proof.marks.begin(), proof.marks.end(), segment,
                                      [](const TextMark& mark, std::uint32_t wanted) { return mark.segment < wanted; });
  for (auto mark = first; mark != proof.marks.end() && mark->segment == segment; ++mark) {
    if (mark->begin >= mark->end || mark->end > from.size()) continue;
    if (!stretches.empty() && mark->begin < stretches.back().end) {
      stretches.back().end = std::max(stretches.back().end, mark->end);
      stretches.back().sensitive = stretches.back().sensitive || mark->sensitive;
    } else {
      stretches.push_back(*mark);
    }
  }
  ShownText out;
  size_t at = 0;
  for (const TextMark& one : stretches) {
    out.text.append(from, at, one.begin - at);
    const size_t begin = out.text.size();
    out.text += one.sensitive ? kMasked : std::string_view(from).substr(one.begin, one.end - one.begin);
    out.marks.push_back({begin, out.text.size(), one.detector});
    at = one.end;
  }
  out.text.append(from, at);
  return out;
}

}  // namespace postern::policy
