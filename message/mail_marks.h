// The lines by which mail programs mark an older mail that stands in a newer one.
//
// There is no standard for them. What programs share, in all languages: an attribution names a person or a time
// and ends in a colon; a head repeats header fields, one a line, the sender's address and the time among them. Those
// marks are looked for as such; words of the largest languages only help where a mark is not clear by its shape.
// All lines are UTF-8, without their ends and without quote marks.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern {

// "-----Original Message-----", Lotus' "-----Ada wrote: -----".
bool is_reply_separator(std::string_view line);
// "---------- Forwarded message ---------", "Begin forwarded message:", Lotus' "----- Forwarded by Ada -----".
bool is_forward_separator(std::string_view line);
// At least ten '_' and nothing else: Outlook's rule above the head of a mail.
bool is_rule(std::string_view line);

// Whether a line can be the end of an attribution: it ends in a colon. Cheap; most lines are not.
bool may_end_attribution(std::string_view line);
// What stands between a sender's words and what he answers. `text` is one line, or the two or three that an
// attribution is wrapped to, with the line ends in between.
enum class Attribution {
  none,
  before_marks,  // by its shape: believed where a line with a quote mark follows
  by_itself,     // says who and when: believed wherever it stands by itself
};
// Longer texts, in bytes, are none: three lines with two long names.
inline constexpr std::size_t kLongestAttribution = 400;
Attribution attribution(std::string_view text);

// Whether a line can begin a head. Cheap; most lines cannot.
bool may_begin_head(std::string_view line);
// The head of a mail that `text` begins with, at least three lines "Word: value" of which the first names the
// sender and one the time; empty when it does not.
std::string_view head_of(std::string_view text);

}  // namespace postern
