// The rules of a book's style sheets (EPUB 3.3, 6.3) that hide what its pages say, say something themselves or make it
// stand elsewhere. Everything else that books have by the hundred - fonts, margins, colours - is left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

inline constexpr size_t kMostBookRules = 256;

class BookStyles {
 public:
  bool empty() const { return rules_.empty(); }
  void add(std::string_view css);

  // The rules of which `page` has every tag, class and id, as a style sheet; "" when there are none, as in most books.
  std::string that_fit(std::string_view page) const;

 private:
  struct Rule {
    std::vector<std::string> names;
    std::string text;
  };
  std::vector<Rule> rules_;
};

}  // namespace postern::extract
