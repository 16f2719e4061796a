// Which styles hide what they are used for (ODF 1.3 part 3, 20.196, 20.422, 20.314).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "extractors/odf/names.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::odf {

inline constexpr size_t kMaxStyles = 200'000;       // kept; a converted book has some thousands
inline constexpr unsigned kMaxStyleAncestors = 16;  // followed: they may refer to each other in circles

class Styles {
 public:
  // Looks at the start tag of anything in a style sheet.
  void start(XmlTag tag, const XmlAttributes& attributes);

  bool is_hidden(std::string_view family, std::string_view name) const;
  // Whether text of this style itself is white on nothing, or of two points or less; whether it is struck out.
  bool is_unseen(std::string_view family, std::string_view name) const;
  bool is_struck(std::string_view family, std::string_view name) const;
  // Whether it, or a style that it is based on, shows text in capitals.
  bool is_in_capitals(std::string_view family, std::string_view name) const;

 private:
  struct Style {
    std::string parent;
    bool hidden = false;
    bool unseen = false, struck = false;
    enum class Case { as_parent, capitals, other } letters = Case::as_parent;
    bool shown = false;  // says so itself, whatever its parent says
  };
  void note_look(const XmlAttributes& attributes);

  std::unordered_map<std::string, Style> styles_;
  Style* current_ = nullptr;
  std::string family_;
};

}  // namespace postern::extract::odf
