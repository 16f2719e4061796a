// The slides, notes and masters of a presentation, told in the order of the deck.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "extractors/ppt/edits.h"
#include "extractors/story/drawing.h"
#include "extractors/story/teller.h"

namespace postern::extract::ppt {

class Slides {
 public:
  Slides(std::string_view document, const Edits& edits, Teller& teller)
      : document_(document), edits_(edits), teller_(teller) {}

  // Everything that the newest state shows, then what only older states hold.
  void tell();
  // What pages said, and strings beside them.
  const std::unordered_set<std::string>& texts() const { return texts_; }

 private:
  // A slide, notes page or master that a list of the document names, with the texts of its outline.
  struct Entry {
    std::uint32_t number = 0;
    std::vector<std::string> outline;
  };

  void tell_document(std::string_view content);
  void tell_list(const Record& list);
  void tell_entry(const Entry& entry, Place place, const std::string& name);
  void tell_page(std::string_view content, Place place, const std::string& at, const std::vector<std::string>& outline);
  void tell_older();
  void tell_comment(std::string_view content, const std::string& at);
  void tell_string(const Record& record, const std::string& at);
  void tell_strings(const Record& container, Place place, const std::string& at);
  void tell_storage(const Record& record);

  std::string_view document_;
  const Edits& edits_;
  Teller& teller_;
  std::unordered_set<std::uint32_t> told_;  // places of objects
  std::unordered_set<std::string> texts_;   // what was told, so that older states tell only what is gone
  unsigned objects_ = 0;
};

}  // namespace postern::extract::ppt
