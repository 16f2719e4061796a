// The PDF extractor: text by page, what is hidden on pages, properties, bookmarks, what hangs on the objects
// (annotations, forms, links, scripts, attached files), what only earlier revisions hold and what no page shows
// (unseen.h) (ISO 32000-1).
//
// Built on poppler for pages (page_reader.h) and on qpdf for the objects (structure.h). Permissions are ignored: a
// document that an empty user password opens is read, whatever its owner forbids; one that no password at hand opens is
// `encrypted`. Text comes in the order of the content stream, with words joined as they are seen, one segment a page
// (Place::page, "p. 4"); what hyphens cut at line ends follows whole ("p. 4, words joined", hyphens.h), and what is
// drawn where a replacement text says something else ("p. 4, as drawn"). What is read in another order than it is drawn
// in is given in both: columns drawn row by row ("p. 4, by columns"), words from right to left ("p. 4, right to left").
// Outcomes: `complete`; `partial` when some pages or objects could not be read, a filter is unknown, or the table of
// objects is missing and pages were found without it (recovery.h); `malformed` when no page could be read; `limit` past
// kMaxPdfPages and the bounds of structure.h and revisions.h, when streams unpack past the ratio (they are left out,
// the rest is read), or when pages take more time than their bytes explain (cpu_allowance.h); `timeout`. Where letters
// are wanted, pictures that are left unread end it `partial` or `limit` as well (pictures.h). Facts:
// `not-ocred` when there are pictures whose letters were not read or pages without any text (pictures.h), `scripts`,
// `hidden-text`, `unmapped-glyphs`, `decrypted`.
//
// Poppler cannot be interrupted inside a page: there the bounds of the worker process hold.
#pragma once

#include <memory>

#include "extractors/extractor.h"
#include "extractors/registry.h"

namespace postern::extract {

inline constexpr int kMaxPdfPages = 20'000;   // a long book has 2,000
inline constexpr int kMostDrawings = 50;      // pages whose squares are looked at for a code
inline constexpr int kMaxMissingPages = 100;  // page trees that claim millions and hold none
inline constexpr size_t kMaxPdfBookmarks = 20'000;
inline constexpr unsigned kMaxBookmarkDepth = 64;
inline constexpr size_t kMaxPdfProperties = 1'000;

// `pixels` reads codes in the pictures on pages and, with letters wanted, letters in them and on pages that have no
// text (pixels/pixels.h); null: they stay unread.
std::shared_ptr<Extractor> make_pdf_extractor(std::shared_ptr<Extractor> pixels = nullptr, Ocr ocr = Ocr::off);

}  // namespace postern::extract
