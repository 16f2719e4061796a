// What stands in a PDF and no page shows (ISO 32000-1): appearances of annotations (12.5.5) that are hidden or of
// another state, pages outside the tree of pages, templates among them (12.7.6), and form XObjects (8.10) that nothing
// draws.
//
// Uses poppler's own interface, as page_reader.h does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

class PDFDoc;

namespace postern::extract::pdf {

// Numbers of objects, in their order.
struct Strays {
  std::vector<int> pages;   // that the tree of pages does not list
  std::vector<int> forms;   // all there are, appearances too
  std::vector<int> others;  // annotations, specifications of files and embedded files: all there are
  bool any() const { return !pages.empty() || !forms.empty(); }
};

// Goes through the table of objects; `pdf` are the bytes of the document. Takes time in proportion to the objects.
Strays find_strays(PDFDoc& document, std::string_view pdf);

struct Appearance {
  bool hidden = false;  // the whole annotation, by its flags or its size; otherwise one of its other states is
  std::string text;
  std::string said;  // by the annotation's own strings
};

// Those of one page's annotations that it does not show and that have text; `seen` gets the numbers of all of them.
std::vector<Appearance> unseen_appearances(PDFDoc& document, int page, std::unordered_set<int>& seen,
                                           const std::function<bool()>& stopped);

// The text of a page that the tree does not list, or of a form XObject, whatever its state; `drawn` gets the numbers of
// the forms in it.
std::string text_of_page(PDFDoc& document, int object, std::unordered_set<int>& drawn);
std::string text_of_form(PDFDoc& document, int object, std::unordered_set<int>& drawn);

// Whether `text` has something to read that `known` does not say, blanks and line ends aside: marks of check boxes, of
// one letter as of none, are nothing to read.
bool says_more(std::string_view text, std::string_view known);

}  // namespace postern::extract::pdf
