// Selectors of several parts: "div.note > p", "#top .a.b" (Selectors Level 4, 4.1, 5.1, 6.6, 6.7, 15.1, 15.2).
//
// Tags, classes, ids, places among siblings (14.3, 14.4), all of them also in :not(), and the descendant and child
// combinators. Selectors with attributes, other pseudo-classes or sibling combinators are not read: whether they match
// needs more than the way down to an element.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/html/siblings.h"

namespace postern::extract {

// An element as selectors see it, all in lower case.
struct StyledElement {
  std::string tag;
  std::string classes;  // parted by white space
  std::string id;
  std::string attributes;   // their names, parted by spaces
  SiblingPlace place = {};  // counted only for pages whose selectors ask for it
};

class Selector {
 public:
  // `text` is in lower case; "@name" asks for an attribute of that name. Nothing for what is not read, and for more
  // than kMostCompounds.
  static std::optional<Selector> parse(std::string_view text);

  // Under what to file it: "#id", ".class", "tag" or "*", which every element that matches has.
  std::string key() const;

  bool asks_for_siblings() const;

  // `path` leads from the outermost element to the one in question. Draws what it looks at from `steps`, and
  // matches nothing once they are used up.
  bool matches(const std::vector<StyledElement>& path, std::uint64_t& steps) const;

 private:
  struct Compound {
    std::string tag;  // empty: any
    std::string id;
    std::vector<std::string> classes;
    std::vector<std::string> attributes;
    std::vector<StructuralTest> places;
    std::vector<Compound> excluded;  // :not(), one deep
    bool child = false;              // of the compound before it, not only a descendant
  };
  static bool add_words(Compound& compound, std::string_view words);
  static bool add_pseudo_classes(Compound& compound, std::string_view& words, bool is_inside);
  static bool fits(const Compound& compound, const StyledElement& element);
  bool matches_up_to(size_t compound, const std::vector<StyledElement>& path, size_t element,
                     std::uint64_t& steps) const;

  std::vector<Compound> compounds_;
};

inline constexpr size_t kMostCompounds = 12;  // bounds the recursion; style sheets of mails have up to 5

}  // namespace postern::extract
