// Stretches of a multipart body that the multiparts properly nested in it read as well.
//
// Many mail programs make the boundary of an inner multipart by adding letters to the outer one. A reader that
// takes a line for a delimiter when it only begins with the boundary then cuts the inner parts out at the outer
// level. It shows the same text, so that nothing is in doubt; what it alone sees is.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace postern::extract {

class NestedParts {
 public:
  // `part` is a part of a multipart, with its header; `default_type` as for parse_entity(). Borrows the bytes.
  void add(std::string_view part, std::string_view default_type);

  // True for a stretch, line ends behind it aside, that is a part that was added or one nested in it, the head of a
  // nested multipart or mail up to its first delimiter, or an epilogue without header, which is text to every reader.
  bool covers(std::string_view stretch) const;

 private:
  enum class Kind { part, mail };
  void add(std::string_view whole, std::string_view entity, Kind kind, std::string_view default_type, unsigned depth);
  void know(std::string_view stretch);

  std::unordered_multimap<const char*, size_t> known_;  // beginning, size
};

// Multiparts and mails in each other that are followed; deeper ones leave a doubt.
inline constexpr unsigned kMostNested = 8;
// Stretches that are kept; those of more leave a doubt.
inline constexpr size_t kMostNestedParts = 100'000;

}  // namespace postern::extract
