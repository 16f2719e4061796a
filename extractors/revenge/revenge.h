// Readers of the librevenge family: formats of other office programs, each by its library.
//
// WordPerfect and its graphics (libwpd, libwpg), Works, Write, Lotus 1-2-3, Quattro Pro (libwps), Visio (libvisio),
// Publisher (libmspub), iWork of 2009 and since 2013 (libetonyek), StarOffice (libstaroffice), programs of classic Mac
// OS (libmwaw), CorelDRAW (libcdr), FreeHand (libfreehand), PageMaker (libpagemaker), QuarkXPress (libqxp), AbiWord
// (libabw), Zoner (libzmf), books for old readers (libe-book). They read from memory; exceptions end at this adapter.
// Outcomes: `complete`; `malformed` when a library gives up, with what it told until then; `encrypted`; `limit`.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_revenge_extractor();
// The types that make_revenge_extractor() reads.
const std::vector<std::string_view>& revenge_types();

}  // namespace postern::extract
