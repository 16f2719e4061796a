// What the walker knows of kinds of parts, by their types and first bytes, without reading them.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::extract {

// An OpenPGP signature in armour and nothing else (RFC 9580 6.2): text in front of it, behind it, among its lines or in
// a field of its header is for people.
bool is_bare_signature(std::string_view bytes);

// The fact about a kind of part that holds no text to read, or "" when it may hold some.
std::string_view textless_fact(std::string_view type, std::string_view declared_type, size_t size);

// Pictures, sound, film, fonts.
bool is_for_eye_or_ear(std::string_view type);

// An editor opens as a text what is named one, or is declared one and has no other name; whatever its first bytes are.
bool promises_text(std::string_view name, std::string_view declared_type);
// Whether words stand in the bytes as they are, in ASCII or UTF-8.
bool holds_words(std::string_view bytes);
// Types whose readers show the text as it stands, or nearly.
bool is_read_as_text(std::string_view type);

// A browser opens as a page what is named or declared one.
bool promises_page(std::string_view name, std::string_view declared_type);

// What programs find wherever in a file it begins: archives, PDF.
bool is_found_anywhere(std::string_view bytes, std::string_view type);

// What a program takes a file for that begins with it. Scripts and programs stand in front of what they unpack.
bool is_taken_for_the_file(std::string_view bytes, std::string_view type);

// Bytes that hold nothing: zeros, ones, or zeros behind ones, as Office leaves them in place of a member of a zip that
// it threw away. Empty ones, too.
bool is_filler(std::string_view bytes);

}  // namespace postern::extract
