// Control words of RTF that decide where text goes (RTF 1.9.1, "Contents of an RTF File").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "message/words.h"

namespace postern::extract::rtf {

// What a destination is to a reader of text.
enum class Destination : std::uint8_t {
  none,        // the destination of the group around
  story,       // a story of its own: header, footnote, text box (see KeywordPlace)
  skip,        // holds nothing that anybody reads: levels of lists
  colors,      // of the document
  fonts,       // \fonttbl
  info,        // \info: properties are its groups
  property,    // text of one property
  names,       // \stylesheet, \xmlnstbl: a name a group, and those of programs are left out
  user_name,   // \propname
  user_value,  // \staticval
  date,        // \creatim and its like
  field_code,  // \fldinst
  form_text,   // texts of form fields
  bookmark,
  picture,      // \pict
  object_data,  // \objdata
  object_name,  // \objclass, \objname
  data,         // other files in hexadecimal digits
  author,       // \atnauthor, \atnid
  comment,      // \annotation
  shape_name,   // \sn
  shape_value,  // \sv
  link,         // \hlsrc, \hlloc, ...
  unicode,      // \ud: the better half of \upr
  unknown,      // behind \* and in no list: told as hidden text
};

struct Keyword {
  std::string_view word;
  Destination destination;
  Place place = Place::body;
};

// Null for words that begin no destination.
const Keyword* find_destination(std::string_view word);

// The character that a control word stands for.
std::optional<char32_t> find_character(std::string_view word);

}  // namespace postern::extract::rtf
