// The text of pages as poppler's text device gives it, parted into what is seen and what is not (ISO 32000-1 9.4).
//
// Hidden is text that is drawn invisibly (rendering mode 3), white on nothing darker, in letters of one point or
// less, outside the page, or on layers that are off (8.11). What is only invisible, white or small stands in the page's
// text as well, so that words which mix both are whole; lines that mix both are given without it besides. Pages without
// hidden text are gone through once.
//
// Uses poppler's own interface, as picture_notes.h does and no other file of ours: its C++ binding tells neither how
// text is drawn, nor what lies outside a page, nor which pictures it has. keep_library_ready() must have been called.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "extractors/pdf/picture_notes.h"
#include "extractors/wrapper/drawn_squares.h"

class PDFDoc;

namespace postern::extract::pdf {

struct PageText {
  std::string shown;
  std::string hidden;
  std::string columns;       // what stands side by side, column by column (columns.h); hidden if `shown` is empty
  std::string leftwards;     // lines that are read from right to left and drawn otherwise; as `columns`
  std::string placed;        // lines whose pieces are drawn in another order than they stand in; as `columns`
  std::string seen;          // lines without what nobody sees inside them
  std::string named;         // lines of which the names of the glyphs say something else
  std::string drawn;         // lines that are drawn otherwise than the replacements in `shown` say
  std::string alternatives;  // inside the content
  DrawnSquares squares;      // what is filled, as a code may be drawn
  bool unmapped = false;     // no one says what most of its characters are, or some are numbers of glyphs
  bool type3 = false;        // has text that is drawn by procedures under names of any kind
  bool layered = false;      // all of it is invisible, and there is some
};

// Sets up what poppler's documents share, once for the life of the process. Otherwise a document that is opened alone
// sets it up and tears it down again: five million instructions, half of what a PDF of one page costs.
void keep_library_ready();

// Whether a packed stream that poppler read in this thread broke off or made no sense, since this was last asked. It
// hands out what came before as if that were all, and only complains. Not of streams of `pdf` that were flushed and not
// ended, as some programs leave them.
bool take_stream_damage(std::string_view pdf);

class PageReader {
 public:
  enum class Access { open, locked, broken };

  // `bytes` must outlive the reader. The password is tried as user's and owner's; "" for none.
  PageReader(std::string_view bytes, const std::string& password);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  Access access() const;
  // 0 when it is not open.
  int pages() const;
  // The first question makes poppler go through the tree of pages, as does each page further down.
  bool has_page(int number);
  // From now on read() notes the pictures of the pages, those on layers that are off as well.
  void note_pictures();
  // Those of this page are noted as read_shown() goes through it.
  void note_pictures_of(int number);
  const PictureNotes& pictures() const;
  // The same for a picture that stands in the bytes where it stood in another revision, or is the same inside a page.
  std::uint64_t identity(const NotedPicture& picture) const;
  GreyPicture decode_picture(const NotedPicture& picture, Wanted wanted, const std::function<bool()>& stopped);
  // From now on the numbers of the form XObjects that pages draw are noted here, unless it is null.
  void note_forms(std::unordered_set<int>* drawn);
  // `number` counts from 1. False when there is no such page.
  bool read(int number, PageText& out);
  // Only what is seen; false as above.
  bool read_shown(int number, std::string& out);
  // Whether `newer`, a later revision of the same file, shows this page as it is here: the same objects make it up.
  bool is_same_in(const PageReader& newer, int number) const;
  // In the order of the places on the page.
  std::string by_place(int number);
  // For unseen.h.
  PDFDoc& document();

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

}  // namespace postern::extract::pdf
