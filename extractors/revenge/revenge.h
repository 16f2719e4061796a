// Readers of the librevenge family: formats of other office programs, each by its library.
//
// WordPerfect and its graphics (libwpd, libwpg), Works, Write, Lotus 1-2-3, Quattro Pro (libwps), Visio (libvisio),
// Publisher (libmspub), iWork of 2009 and since 2013 (libetonyek), StarOffice (libstaroffice), programs of classic Mac
// OS (libmwaw), CorelDRAW (libcdr), FreeHand (libfreehand), PageMaker (libpagemaker), QuarkXPress (libqxp), AbiWord
// (libabw), Zoner (libzmf), books for old readers (libe-book). They read from memory; exceptions end at this adapter.
// Members of iWork documents that are zips are parts of their own, the archives of later versions read by iwa.h.
// Outcomes: `complete`; `malformed` when a library gives up, with what it told until then; `encrypted`; `limit`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kRevengeTypes[] = {
    "application/vnd.wordperfect",
    "application/vnd.ms-works",
    "application/vnd.lotus-1-2-3",
    "application/x-mswrite",
    "application/x-quattro-pro",
    "application/vnd.visio",
    "application/x-mspublisher",
    "application/vnd.apple.pages",
    "application/vnd.apple.numbers",
    "application/vnd.apple.keynote",
    "application/x-iwa",
    "application/vnd.stardivision.writer",
    "application/x-coreldraw",
    "application/x-freehand",
    "application/x-pagemaker",
    "application/vnd.quark.quarkxpress",
    "application/x-abiword",
    "application/x-zoner-draw",
    "application/x-mobipocket-ebook",
    "application/x-appleworks",
};

// Lives in the module `revenge` (modules.h).
std::shared_ptr<Extractor> make_revenge_extractor();

}  // namespace postern::extract
