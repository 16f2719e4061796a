// The header of a mail or of a part, as fields of raw bytes (RFC 5322 2.2, RFC 2045 3).
//
// Views point into the bytes that were parsed. Nothing is decoded or unfolded here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct RawField {
  std::string_view name;   // as written, white space before the colon taken off
  std::string_view value;  // everything after the colon up to the last line end, folds included
};

struct Header {
  std::vector<RawField> fields;
  std::string_view body;  // behind the empty line; empty when there is none

  // Lines in the header that are no fields. Some programs pass over them, others take the first one
  // for the beginning of the body: `body_from_odd_line` is theirs.
  std::vector<std::string_view> odd_lines;
  std::string_view body_from_odd_line;

  // Set when empty lines stood before the first field: some programs take all behind them for the body.
  std::string_view body_from_blank_line;
  bool had_space_before_colon = false;
};

// Fields past this one are not read as fields but kept as one odd line; honest mails have about 100.
inline constexpr size_t kMostFields = 2000;

// What may stand at the beginning: an empty first line means "no header" in a part, and there it is passed
// over only in front of a MIME field; in front of a mail any field will do.
enum class HeaderOf { mail, part };

// Never fails: bytes without any field are all body. A first line "From ..." of an mbox is passed over.
Header parse_header(std::string_view bytes, HeaderOf of);

// Compares without regard to case, ASCII only.
bool same_name(std::string_view a, std::string_view b);

// All values of one field, in order.
std::vector<std::string_view> values_of(const Header& header, std::string_view name);

// Takes the folds out (RFC 5322 2.2.3) and trims.
std::string unfold(std::string_view value);

std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);

}  // namespace postern::extract
