// The extractor of documents of Hangul, the word processor of Korea, since 2000 (HWP 5; "Hwp Document File Formats 5.0"
// of Hancom).
//
// A compound file: the head, sections of the text as lists of records packed by Deflate, pictures and embedded files,
// properties. Read are the text of every section with what stands in it: tables (a cell a paragraph), headers and
// footers, footnotes and endnotes, text boxes, hidden comments, equations, codes of fields and targets of links.
//
// Outcomes: `complete`; `malformed` with what was read; `encrypted` under a password; `partial` for documents for
// distribution, whose text is scrambled: of both the preview is read. `limit`.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr char kHwpType[] = "application/x-hwp";

std::shared_ptr<Extractor> make_hwp_extractor();

}  // namespace postern::extract
