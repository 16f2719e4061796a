#include "extractors/rtf/reader.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "extractors/detect/signatures.h"
#include "extractors/rtf/objects.h"
#include "extractors/story/field_code.h"
#include "extractors/story/style_names.h"

namespace postern::extract::rtf {

namespace {

// Word gives up far earlier; what is deeper is passed over.
constexpr size_t kMostGroups = 10'000;
constexpr size_t kMostColors = 10'000;
constexpr int kWhite = 3 * 255;
constexpr std::uint32_t kMostSpare = 1024;  // \uc is 1 or 2 in practice

bool is_data(Destination destination) {
  return destination == Destination::picture || destination == Destination::object_data ||
         destination == Destination::data;
}

bool is_about_document(Destination destination) {
  return destination == Destination::property || destination == Destination::user_name ||
         destination == Destination::user_value;
}

std::string two_digits(std::int32_t number) {
  return (number < 10 ? "0" : "") + std::to_string(std::clamp(number, 0, 99));
}

}  // namespace

Reader::Reader(Teller& teller) : teller_(teller) {
  groups_.emplace_back();
  stories_.emplace_back(teller_, Place::body, "");
}

void Reader::read(std::string_view bytes) {
  Tokens tokens(bytes);
  while (!teller_.stopped()) {
    const auto token = tokens.next();
    if (!token) break;
    take(*token);
    if (begun_ && finished()) {
      tell_rest(tokens.rest());
      break;
    }
  }
  text_.clear();
  characters_.flush(text_);
  put(text_);
  if (!finished() || ignored_ > 0) {
    teller_.note(Outcome::partial, "the document ends inside a group");
    while (!finished()) close();
  }
  stories_.front().finish();
}

// Programs stop at the last brace.
void Reader::tell_rest(std::string_view rest) {
  const size_t begin = rest.find_first_not_of(std::string_view("\0\r\n\t \x1A", 6));
  if (begin == std::string_view::npos || teller_.stopped()) return;
  teller_.sink().fact("appended-data");
  Child child;
  child.facts = {"appended-data"};
  teller_.child(child, rest.substr(begin));
}

bool Reader::in_story() const {
  const Destination destination = groups_.back().destination;
  return destination == Destination::none || destination == Destination::story || destination == Destination::comment;
}

bool Reader::keeps_text() const {
  const Destination destination = groups_.back().destination;
  return !in_story() && !is_data(destination) && destination != Destination::skip &&
         destination != Destination::colors && destination != Destination::fonts && destination != Destination::info &&
         destination != Destination::date;
}

void Reader::put(std::string_view utf8) {
  if (utf8.empty() || ignored_ > 0) return;
  if (in_story()) {
    stories_.back().put(utf8, groups_.back().marks);
  } else if (keeps_text() && !kept_.empty()) {
    kept_.back() += utf8;
  }
}

void Reader::put_digits(const Token& token) {
  if (token.kind == TokenKind::binary) {
    data_ += token.text;
    return;
  }
  for (const char c : token.text) {
    const int value = hex_value(c);
    if (value < 0) continue;
    if (half_byte_ < 0) {
      half_byte_ = value;
    } else {
      data_ += static_cast<char>(half_byte_ << 4 | value);
      half_byte_ = -1;
    }
  }
}

void Reader::take(const Token& token) {
  if (is_data(groups_.back().destination) && (token.kind == TokenKind::text || token.kind == TokenKind::binary)) {
    put_digits(token);
    return;
  }
  const Group& group = groups_.back();
  if (group.destination == Destination::colors && token.kind == TokenKind::text) return color_token(token);
  std::int32_t font = group.right_to_left && group.associated_font >= 0 ? group.associated_font : group.font;
  const bool names = group.destination == Destination::names;  // whatever font the style has
  if (names || (font < 0 && is_about_document(group.destination))) font = kDocumentFont;
  text_.clear();
  const bool taken = characters_.take(token, font, group.spare, text_);
  put(text_);
  if (taken) return;
  switch (token.kind) {
    case TokenKind::open:
      open();
      break;
    case TokenKind::close:
      close();
      break;
    case TokenKind::symbol:
      star_ = token.text == "*";
      if (token.text == "\t") put("\t");
      if (token.text == "\n" || token.text == "\r") break_word({TokenKind::word, "par", std::nullopt});
      return;
    case TokenKind::word:
      word(token);
      break;
    case TokenKind::hex:
    case TokenKind::text:
    case TokenKind::binary:
      break;
  }
  star_ = false;
}

void Reader::open() {
  if (groups_.size() >= kMostGroups || ignored_ > 0) {
    if (ignored_++ == 0) {
      teller_.note(Outcome::limit, "groups nested deeper than the limit (" + std::to_string(kMostGroups) + ")");
    }
    return;
  }
  groups_.push_back(groups_.back());
  groups_.back().owner = false;
}

void Reader::close() {
  if (ignored_ > 0) {
    ignored_--;
    return;
  }
  if (finished()) return;
  if (groups_.back().owner) end_destination();
  // Groups of a list of names are its names.
  const std::string_view word = groups_.back().word;
  const bool names = groups_.back().destination == Destination::names;
  groups_.pop_back();
  if (names && !kept_.empty() && groups_.back().owner && groups_.back().destination == Destination::names)
    kept_.back() += '\n';
  if (!kept_.empty() && keeps_text() && groups_.back().owner && (word == "docvar" || word == "revtbl"))
    kept_.back() += ' ';
}

bool Reader::format_word(const Token& token) {
  Group& group = groups_.back();
  if (token.text == "f") {
    group.font = token.number_or(-1);
  } else if (token.text == "af") {
    group.associated_font = token.number_or(-1);
  } else if (token.text == "rtlch") {
    group.right_to_left = true;
  } else if (token.text == "ltrch") {
    group.right_to_left = false;
  } else if (token.text == "uc") {
    group.spare = std::min(static_cast<std::uint32_t>(std::max(token.number_or(1), 0)), kMostSpare);
  } else if (token.text == "v") {
    group.marks.hidden = token.is_on();
  } else if (token.text == "deleted") {
    group.marks.deleted = token.is_on();
  } else if (token.text == "revised") {
    group.marks.inserted = token.is_on();
  } else if (token.text == "plain") {
    group.marks = {};
    group.white = group.shaded = group.tiny = false;
    group.font = group.associated_font = -1;
  } else {
    return look_word(token);
  }
  return true;
}

void Reader::color_token(const Token& token) {
  if (token.kind == TokenKind::word) {
    if (token.text == "red" || token.text == "green" || token.text == "blue") {
      strength_ += std::clamp(token.number_or(0), 0, 255);
    }
    return;
  }
  for (const char c : token.text) {
    if (c != ';') continue;
    if (white_.size() < kMostColors) white_.push_back(strength_ == kWhite);
    strength_ = 0;
  }
}

// What keeps text from being seen, or strikes it out.
bool Reader::look_word(const Token& token) {
  Group& group = groups_.back();
  const std::int32_t number = token.number_or(0);
  if (token.text == "cf") {
    group.white = number > 0 && static_cast<size_t>(number) < white_.size() && white_[static_cast<size_t>(number)];
  } else if (token.text == "fs") {
    group.tiny = token.number && number <= kUnseenHalfPoints;
  } else if (token.text == "cb" || token.text == "highlight" || token.text == "chcbpat") {
    group.shaded = number > 0;
  } else if (token.text == "strike" || token.text == "striked") {
    group.marks.struck = token.is_on();
  } else if (token.text == "caps") {
    group.marks.capitals = token.is_on();
  } else {
    return false;
  }
  group.marks.unseen = (group.white && !group.shaded) || group.tiny;
  return true;
}

bool Reader::break_word(const Token& token) {
  const std::string_view word = token.text;
  const bool paragraph = word == "par" || word == "sect" || word == "page" || word == "column";
  const bool line = word == "line" || word == "lbr" || word == "softline";
  const bool cell = word == "cell" || word == "nestcell";
  const bool row = word == "row" || word == "nestrow";
  if (!paragraph && !line && !cell && !row && word != "tab") return false;
  if (!in_story()) {
    put(paragraph || line || row ? "\n" : "\t");
    return true;
  }
  Story& story = stories_.back();
  if (paragraph) story.end_paragraph();
  if (line) story.put("\n", groups_.back().marks);
  if (word == "tab") story.put("\t", groups_.back().marks);
  if (cell) story.end_cell();
  if (row) story.end_row();
  return true;
}

void Reader::picture_word(const Token& token) {
  struct Type {
    std::string_view word, mime;
  };
  static constexpr std::array kTypes = {Type{"pngblip", "image/png"},    Type{"jpegblip", "image/jpeg"},
                                        Type{"emfblip", "image/emf"},    Type{"wmetafile", "image/wmf"},
                                        Type{"macpict", "image/x-pict"}, Type{"dibitmap", "image/bmp"},
                                        Type{"wbitmap", "image/x-wbmp"}, Type{"pmmetafile", "image/x-pmmetafile"}};
  for (const Type& type : kTypes) {
    if (type.word == token.text) picture_type_ = type.mime;
  }
}

void Reader::date_word(const Token& token) {
  const std::int32_t number = token.number_or(0);
  if (token.text == "yr") date_.year = number;
  if (token.text == "mo") date_.month = number;
  if (token.text == "dy") date_.day = number;
  if (token.text == "hr") date_.hour = number;
  if (token.text == "min") date_.minute = number;
}

void Reader::word(const Token& token) {
  if (ignored_ > 0) return;
  Group& group = groups_.back();
  if (token.text == "rtf") begun_ = true;
  if (const Keyword* const keyword = find_destination(token.text)) {
    begin_destination(*keyword);
    return;
  }
  if (star_) {
    begin_destination({"", Destination::unknown, Place::hidden_text});
    return;
  }
  switch (group.destination) {
    case Destination::fonts:
      fonts_.font_word(token);
      return;
    case Destination::colors:
      color_token(token);
      return;
    case Destination::picture:
      picture_word(token);
      return;
    case Destination::date:
      date_word(token);
      return;
    default:
      break;
  }
  if (!format_word(token) && !break_word(token)) fonts_.header_word(token);
}

std::string Reader::story_locator(const Keyword& keyword) {
  switch (keyword.place) {
    case Place::header_footer:
      return keyword.word.starts_with("footer") ? "footer" : "header";
    case Place::footnote:
      return keyword.word == "footnote" ? "footnote " + std::to_string(++footnotes_) : "footnote";
    case Place::text_box:
      return "text box " + std::to_string(++boxes_);
    case Place::comment:
      return "comment " + std::to_string(++comments_);
    default:
      return "";
  }
}

void Reader::begin_destination(const Keyword& keyword) {
  const Destination around = groups_.back().destination;
  if (keyword.destination == Destination::unicode) {
    for (size_t i = groups_.size(); i-- > 1;) {
      if (groups_[i].owner && groups_[i].word == "upr") return take_place_of(i);
    }
    return;
  }
  if (around == Destination::skip || keyword.destination == Destination::none) {
    if (keyword.word == "object") object_name_.clear();
    return;
  }
  // A destination word in the middle of a group ends the one before.
  if (groups_.back().owner) end_destination();
  Group& group = groups_.back();
  group.destination = keyword.destination;
  group.place = keyword.place;
  group.word = keyword.word;
  group.owner = true;
  if (keyword.destination == Destination::story || keyword.destination == Destination::comment) {
    group.marks = {};
    stories_.emplace_back(teller_, keyword.place, story_locator(keyword));
    if (keyword.destination == Destination::comment && !author_.empty()) {
      stories_.back().put(author_ + ": ", {});
      author_.clear();
    }
  } else if (is_data(keyword.destination)) {
    data_.clear();
    half_byte_ = -1;
    picture_type_.clear();
  } else if (keyword.destination == Destination::date) {
    date_ = {};
  } else if (keeps_text()) {
    kept_.emplace_back();
  }
}

// \ud takes the place of the text that \upr gives to old readers, and which nobody else sees.
void Reader::take_place_of(size_t upr) {
  const auto inner = groups_.begin() + static_cast<std::ptrdiff_t>(upr) + 1;
  const bool direct = std::none_of(inner, groups_.end(), [](const Group& group) { return group.owner; });
  // A destination that \ud stands in the middle of ends here: what follows is no text of it.
  if (!direct && groups_.back().owner) end_destination();
  if (direct && groups_[upr].destination == Destination::unknown) {
    tell_kept(groups_[upr], kept_.back());
    kept_.pop_back();
    for (size_t i = upr; i < groups_.size(); i++) groups_[i].destination = Destination::skip;
  }
  Group& group = groups_.back();
  group.destination = groups_[upr - 1].destination;
  group.place = groups_[upr - 1].place;
  if (upr + 1 == groups_.size()) group.owner = false;
}

void Reader::end_destination() {
  Group& group = groups_.back();
  const Group ended = group;
  if (ended.destination == Destination::story || ended.destination == Destination::comment) {
    stories_.back().finish();
    stories_.pop_back();
  } else if (is_data(ended.destination)) {
    end_data(ended.destination);
  } else if (ended.destination == Destination::date) {
    if (date_.year > 1601) {  // which is where the clock of Windows begins
      teller_.tell_property(ended.word, std::to_string(date_.year) + "-" + two_digits(date_.month) + "-" +
                                            two_digits(date_.day) + " " + two_digits(date_.hour) + ":" +
                                            two_digits(date_.minute));
    }
  } else if (keeps_text()) {
    const std::string text = std::move(kept_.back());
    kept_.pop_back();
    tell_kept(ended, text);
  }
  group.owner = false;
}

void Reader::end_data(Destination destination) {
  const std::string data = std::move(data_);
  data_.clear();
  if (data.empty()) return;
  if (destination == Destination::object_data) {
    const std::string number = "object " + std::to_string(++objects_);
    tell_object(teller_, object_name_.empty() ? number : number + " (" + object_name_ + ")", data);
    return;
  }
  Child child;
  if (destination == Destination::picture) {
    child.name = "picture " + std::to_string(++pictures_);
    child.declared_type = picture_type_;
    // These have no signature of their own here; programs write other pictures under their words, too.
    const bool is_told = picture_type_ == "image/wmf" || picture_type_.starts_with("image/x-");
    if (is_told && by_signature(data).empty()) child.read_as = picture_type_;
  }
  teller_.child(child, data);
}

void Reader::tell_shape_value(std::string_view value) {
  if (shape_name_ == "wzDescription" || shape_name_ == "wzName" || shape_name_ == "wzTooltip" ||
      shape_name_ == "pibName") {
    teller_.tell(Place::alt_text, "", value);
  } else if (shape_name_ == "gtextUNICODE") {
    teller_.tell(Place::text_box, "", value);
  } else if (shape_name_.starts_with("pihl")) {
    teller_.tell(Place::link, "", value);
  }
}

void Reader::tell_names(const Group& group, std::string_view text) {
  constexpr std::string_view kEndsName = ";\n";
  std::string given;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(kEndsName), text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool of_program = name.starts_with("http://schemas.microsoft.com/") || name.starts_with("urn:schemas-") ||
                            is_programs_style_name(name);
    if (!of_program) given.append(name).append(1, '\n');
  }
  teller_.tell(group.place, "", given);
}

void Reader::tell_kept(const Group& group, std::string_view text) {
  std::string tidy(text);
  std::erase(tidy, '\0');
  while (!tidy.empty() && (tidy.back() == ';' || tidy.back() == ' ')) tidy.pop_back();
  switch (group.destination) {
    case Destination::property:
      if (group.place == Place::property) {
        teller_.tell_property(group.word, tidy);
      } else {
        teller_.tell(group.place, "", tidy);
      }
      break;
    case Destination::names:
      tell_names(group, text);
      break;
    case Destination::user_name:
      property_name_ = tidy;
      teller_.tell(Place::property, "", tidy);
      break;
    case Destination::user_value:
      teller_.tell_property(property_name_, tidy);
      break;
    case Destination::field_code:
      tell_field_code(teller_, "", text);
      break;
    case Destination::author:
      author_ = author_.empty() ? tidy : author_ + " " + tidy;
      break;
    case Destination::object_name:
      object_name_ = object_name_.empty() ? tidy : object_name_ + " " + tidy;
      if (group.place != Place::body) teller_.tell(group.place, "", tidy);  // a name that somebody gave
      break;
    case Destination::shape_name:
      shape_name_ = tidy;
      break;
    case Destination::shape_value:
      tell_shape_value(tidy);
      break;
    default:
      teller_.tell(group.place, "", tidy);
      break;
  }
}

}  // namespace postern::extract::rtf
