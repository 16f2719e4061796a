// Content lines: the folded "NAME;PARAMETER=x:value" lines of calendars and contact cards (RFC 5545 3.1, RFC 6350 3.2,
// vCard 2.1, vCalendar 1.0).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::extract {

struct ContentLine {
  std::string name;  // upper case, without a group in front; empty when the line is no property
  std::vector<std::pair<std::string, std::string>> parameters;  // names upper case; bare words have no value
  std::string front;                                            // as written, up to and with the colon
  std::string value;                                            // as written, unfolded

  // The value of a parameter; null when it is not there.
  const std::string* parameter(std::string_view wanted) const;

  // The value as people read it: quoted-printable and charset of its own undone, then escapes.
  std::string text() const;
  // What stands in it in base64; nothing when it is no such value.
  std::optional<std::string> file() const;
};

// Goes through a text in UTF-8 with LF line ends, line by line.
class ContentLineReader {
 public:
  explicit ContentLineReader(std::string_view text) : rest_(text) {}
  // False at the end. Empty lines are passed over.
  bool next(ContentLine& out);

 private:
  std::string_view take_line();

  std::string_view rest_;
};

// "20240229T140000Z" as "2024-02-29 14:00 UTC", "20240229" and "2024-02-29" as "2024-02-29"; "" for all else.
std::string describe_card_time(std::string_view value);

}  // namespace postern::extract
