// ShortPage: a page without its long runs of plain text, for the parser.
//
// Gumbo takes some 40 ns a character of text, more than all else that is done with it. A
// run of characters among which the parser sees no difference is taken out and one
// character, its mark, is left: of the private use plane 16, which the page must not
// use itself. The tree of the short page is that of the whole one, once each mark in its
// texts is replaced by its run.
//
// What could mean something to the tokenizer stays: tags, references, the ends of comments and of sections,
// what it replaces by U+FFFD, scripts. From where it is not certain how the parser reads on (foreign elements,
// <select>, <template>), the rest of the page stays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

class ShortPage {
 public:
  // Valid UTF-8, which must outlive the object.
  explicit ShortPage(std::string_view html);

  std::string_view html() const { return runs_.empty() ? html_ : std::string_view(short_); }
  bool is_shorter() const { return !runs_.empty(); }

  // Size of a text of the tree with its runs put back; the text's own size when there is no mark in it.
  size_t whole_size(std::string_view text) const;
  // Writes whole_size() bytes.
  void write_whole(std::string_view text, char* out) const;

 private:
  void scan();
  size_t markup(size_t at, bool& goes_on);
  size_t start_tag(size_t at, bool& goes_on);
  size_t raw_text(std::string_view name, size_t at, bool& goes_on);
  size_t tag_end(size_t at) const;
  void text(size_t at, size_t end);
  size_t plain(size_t at, size_t end) const;
  size_t unit(size_t at, size_t end) const;
  void take_out(size_t start, size_t end);

  std::string_view html_;
  std::string short_;
  std::vector<std::string_view> runs_;  // run `i` has the mark U+100000 + i
  size_t kept_ = 0;                     // what lies before is in short_
};

// Where a comment ends (HTML 13.2.5.43 to 13.2.5.52): behind its '>'. `at` is behind "<!--".
size_t comment_end(std::string_view html, size_t at);

}  // namespace postern::extract
