// Styles: which styles of a document hide the text they are applied to ([MS-DOC] 2.9.271 STSH).
//
// Of Word 97 and later; older versions give none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::doc {

class Styles {
 public:
  static Styles read(std::string_view table);

  bool hides(size_t style) const { return style < hides_.size() && hides_[style]; }
  // Names that people gave, a line each.
  const std::string& names() const { return names_; }

 private:
  std::vector<bool> hides_;
  std::string names_;
};

}  // namespace postern::extract::doc
