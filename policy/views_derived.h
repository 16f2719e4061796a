// The pre-tests and makers of the derived views (policy/views.h). Internal to views*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "policy/views.h"

namespace postern::policy {

// views_alike.cpp
bool any_look_alike(std::string_view reader);
bool any_look_alike_or_accent(std::string_view reader);
bool make_latin(std::string_view reader, std::string& out, OffsetMap& map);
bool make_skeleton(std::string_view reader, std::string& out, OffsetMap& map);

// views_joined.cpp
bool any_digit_letter(std::string_view reader);
bool make_numerals(std::string_view reader, std::string& out, OffsetMap& map);
bool any_digit_in_word(std::string_view reader);
bool make_letters_i(std::string_view reader, std::string& out, OffsetMap& map);
bool make_letters_l(std::string_view reader, std::string& out, OffsetMap& map);
bool any_spaced(std::string_view reader);
bool make_spaced(std::string_view reader, std::string& out, OffsetMap& map);
bool any_cut_word(std::string_view reader);
bool make_unwrapped(std::string_view reader, std::string& out, OffsetMap& map);

}  // namespace postern::policy
