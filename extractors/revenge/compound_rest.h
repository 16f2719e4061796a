// What documents in compound files hold besides what their libraries tell: macros, embedded objects of Publisher, and
// its text as it is stored, where the library passes over some of it or gives up.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"
#include "extractors/revenge/gatherer.h"

namespace postern::extract::revenge {

// The text of all stories of a Publisher document, a paragraph a line, from its stream "Quill/QuillSub/CONTENTS": a
// list of 24 bytes an entry, which names texts in UTF-16. Nobody describes it; it is read as Apache POI reads it.
std::string publisher_text(std::string_view contents);

// Tells it once the library is done: `to.told()` is what it told. False when the file is no compound file, or of
// Publisher without text. `ending` is how the reading of macros and objects ended.
bool tell_compound_rest(const Source& source, bool library_failed, Gatherer& to, Sink& sink, Ending& ending);

}  // namespace postern::extract::revenge
