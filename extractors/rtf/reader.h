// Reader of one RTF document: groups, destinations, stories (RTF 1.9.1).
//
// One pass over the tokens. Each group keeps how its text is decoded and marked and where
// it goes: to the story that is open (the main text, a footnote, a text box), to a text that is kept until the group
// ends (a property, a field's code), to the bytes of an object or picture, or nowhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/rtf/characters.h"
#include "extractors/rtf/font_table.h"
#include "extractors/rtf/keywords.h"
#include "extractors/rtf/tokens.h"
#include "extractors/story/story.h"
#include "extractors/story/teller.h"

namespace postern::extract::rtf {

class Reader {
 public:
  explicit Reader(Teller& teller);

  void read(std::string_view bytes);

 private:
  struct Group {
    Destination destination = Destination::none;
    Place place = Place::body;
    std::string_view word;  // that began the destination
    bool owner = false;     // the destination began in this group and ends with it
    bool right_to_left = false;
    RunMarks marks;
    bool white = false, shaded = false, tiny = false;
    std::int32_t font = -1, associated_font = -1;
    std::uint32_t spare = 1;  // \uc
  };
  struct Date {
    std::int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0;
  };

  bool finished() const { return groups_.size() == 1; }
  void take(const Token& token);
  void open();
  void close();
  void word(const Token& token);
  bool format_word(const Token& token);
  bool break_word(const Token& token);
  void picture_word(const Token& token);
  void date_word(const Token& token);
  void color_token(const Token& token);
  bool look_word(const Token& token);
  void begin_destination(const Keyword& keyword);
  void take_place_of(size_t upr);
  void end_destination();
  void end_data(Destination destination);
  void tell_kept(const Group& group, std::string_view text);
  void tell_names(const Group& group, std::string_view text);
  void tell_shape_value(std::string_view value);
  void put(std::string_view utf8);
  void put_digits(const Token& token);
  bool in_story() const;
  bool keeps_text() const;
  std::string story_locator(const Keyword& keyword);
  void tell_rest(std::string_view rest);

  Teller& teller_;
  FontTable fonts_;
  Characters characters_{fonts_};
  std::vector<Group> groups_;
  std::vector<Story> stories_;     // the open ones, the innermost last
  std::vector<std::string> kept_;  // texts of open destinations that are told whole
  std::string data_;               // of the object or picture that is open
  int half_byte_ = -1;             // its last odd digit
  std::string text_;               // of one token
  std::size_t ignored_ = 0;        // open groups deeper than kMostGroups
  bool star_ = false;
  bool begun_ = false;
  std::string object_name_, author_, property_name_, shape_name_, picture_type_;
  Date date_;
  std::vector<bool> white_;  // of the table of colours, which counts from 0
  int strength_ = 0;         // of the colour that is read, 765 for white
  unsigned footnotes_ = 0, comments_ = 0, boxes_ = 0, objects_ = 0, pictures_ = 0;
};

}  // namespace postern::extract::rtf
