// What would nearly have been found, for proofs (policy/proof.h): names of files and labels. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

// How many letters apart a name is from what the glob asks for, when its longest word stands in the name with a letter
// or two more, less or other than that; nothing for names that match or are farther off. Words below four letters are
// never nearly there.
std::optional<size_t> letters_off(const std::string& pattern, const std::string& name);

// Whether the words of `label` stand in `text`, case and look-alikes aside, with no letter or digit beside them.
bool has_words(std::string_view text, std::string_view label);

}  // namespace postern::policy
