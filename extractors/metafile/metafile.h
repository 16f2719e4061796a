// Reader of Windows metafiles: EMF ([MS-EMF]), EMF+ ([MS-EMFPLUS]), WMF ([MS-WMF]) with and without the header of
// placeable files.
//
// Office programs keep one beside most embedded objects, and charts, formulas and drawings are pasted as metafiles: the
// picture that a reader sees, often the only copy of its words. Told are the strings that are drawn, put together to
// lines by where they are drawn (`image-text`), the description in an EMF's header and names of groups (`property`). An
// EMF in the comments of a WMF is a child, as are a PDF or EPS in those of an EMF. A picture without a string but with
// bitmaps carries `not-ocred`. Strings given as numbers of glyphs cannot be told and end the picture `partial`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kMetafileTypes[] = {"image/emf", "image/wmf"};

std::shared_ptr<Extractor> make_metafile_extractor();

}  // namespace postern::extract
