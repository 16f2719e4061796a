// The texts of notices: shipped files, and a company's own in their place.
//
//   response/templates/layout.html.mustache    the HTML part's shell, for all languages
//   response/templates/layout.txt.mustache     the text part's shell
//   response/templates/LANG/NAME.mustache      texts, in named blocks
//   policy/notices/LANG/NAME.mustache          the company's blocks, each in place of the shipped one
//
// A text file is written once and makes both parts of a mail:
//
//   {{! a comment }}
//   == next ==
//   A paragraph; its lines are joined.
//
//   - An item of a list, up to the next item or empty line. {{#liaison}}Only if there is one.{{/liaison}}
//
// A block NAME-unread stands in for NAME when nothing was found and the message, or a part of it, could not be read.
//
// Each paragraph and item is a Mustache template of its own, and the shape of the
// text is read before any value is filled in: no value can begin an item, a
// block or a tag. What comes out empty is left out. A language is usable when it has
// every block that the default language has; a broken file is refused when it is
// loaded, never while a notice is being written. Immutable; safe from several threads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postern::response {

struct NoticeParagraph {
  bool item = false;
  std::string text;  // Mustache
};

using NoticeBlock = std::vector<NoticeParagraph>;

// Blocks by "NAME.BLOCK": "held.next".
using NoticeBlocks = std::map<std::string, NoticeBlock, std::less<>>;

inline constexpr std::string_view kDefaultLanguage = "en";

class NoticeTemplates {
 public:
  // The shipped texts are built into the program: an empty `shipped_dir` takes those, a folder is for writing new
  // ones. `company_dir` (policy/notices) may be empty or missing. `invalid_input` names file and line.
  static Result<NoticeTemplates> load(const std::string& shipped_dir, const std::string& company_dir);

  // The language's blocks; those of the default language when it is not shipped. "de-AT" finds "de".
  const NoticeBlocks& blocks(std::string_view language) const;
  // The language that blocks() takes for this one.
  std::string language(std::string_view wanted) const;

  const std::string& html_layout() const { return html_layout_; }
  const std::string& text_layout() const { return text_layout_; }

 private:
  std::map<std::string, NoticeBlocks, std::less<>> languages_;
  std::string html_layout_;
  std::string text_layout_;
};

// Reads the blocks of one file and adds them, in place of those of the same name. `name` is the file's name without
// ".mustache", `path` is for messages.
Result<void> read_notice_blocks(std::string_view name, const std::string& path, std::string_view text,
                                NoticeBlocks& blocks);

}  // namespace postern::response
