// The stories of a Word document, told one by one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/doc/fib.h"
#include "extractors/doc/file_text.h"
#include "extractors/doc/runs.h"
#include "extractors/doc/styles.h"
#include "extractors/story/story.h"
#include "extractors/story/teller.h"

namespace postern::extract::doc {

// The streams must outlive it.
class Stories {
 public:
  Stories(const Fib& fib, std::string_view document, std::string_view tables, Teller& teller);

  // Main text, notes, headers, comments, text boxes; then bookmarks, variables and reviewers.
  void tell();

 private:
  struct Field {
    std::string code;
    bool in_code = true;
  };

  void tell_story(StoryKind kind, Table table, size_t entry_size, Place place, std::string_view name);
  void tell_headers();
  void tell_comments();
  void tell_range(std::uint32_t begin, std::uint32_t end, Place place, const std::string& at, std::string_view prefix);
  void tell_stretch(const Stretch& stretch, Story& story, const std::string& at);
  // Letters of one look.
  struct Letters {
    std::string_view bytes;
    bool wide = false;
    std::uint32_t code_page = 0;  // 0: UTF-16
  };
  void tell_text(Letters letters, const Run* run, RunMarks marks, const Run* paragraph, Story& story,
                 const std::string& at);
  std::uint32_t code_page_for(const Run* run, const Run* paragraph, bool wide) const;
  void tell_sign(char32_t c, const Run* run, RunMarks marks, const Run* paragraph, Story& story, const std::string& at);
  Field* open_code();
  void put(std::string_view utf8, RunMarks marks, Story& story);
  void tell_lists();
  std::uint32_t begin_of(StoryKind kind) const;
  std::vector<std::uint32_t> bounds(StoryKind kind, Table table, size_t entry_size) const;

  const Fib& fib_;
  std::string_view document_;
  std::string_view tables_;
  Teller& teller_;
  FileText text_;
  std::uint32_t code_page_;                     // of what no font says otherwise
  std::vector<std::uint32_t> font_code_pages_;  // before Word 97
  std::uint32_t double_byte_page_;              // the first of them that is one, or the document's
  Styles styles_;
  Runs characters_;
  Runs paragraphs_;
  std::vector<Field> fields_;  // open ones of the range that is told
  bool after_cell_ = false;    // Word 6: two marks in a row end a row
};

}  // namespace postern::extract::doc
