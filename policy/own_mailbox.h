// Whether a private mailbox is the sender's own, by the name in it.
#pragma once

#include <string_view>

namespace postern::policy {

// "janedoe84", "doe.jane", "j.doe" for the sender "jane.doe"; digits, separators and "+tag" do not
// count. A single name counts when it is long enough to be one person's (kMinSingleName letters).
bool resembles_name(std::string_view sender_local, std::string_view recipient_local);

inline constexpr size_t kMinSingleName = 5;

}  // namespace postern::policy
