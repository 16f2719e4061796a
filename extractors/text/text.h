// Reader of plain text in any charset: .txt, .csv, source code, and the text bodies of mails.
//
// Bodies of mails are split by place (mail_body.h); XML is told as it stands and without its tags (xml_text.h); other
// texts are one `body`. A text that holds an OpenPGP message ends `encrypted`. Facts: `charset-mismatch` when the
// declared charset is not the one that the bytes have; `second-reading` when a second reading was extracted (its
// segments say by which charset).
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// Types that the reader is registered for.
inline constexpr std::array<std::string_view, 6> kTextTypes = {
    "text/plain", "text/csv", "application/json", "application/xml", "application/pgp-keys", "text/rfc822-headers"};

std::shared_ptr<Extractor> make_text_extractor();

// Line ends, form feeds and vertical tabs become LF and NUL goes, as programs show it. Returns `text` itself when there
// is nothing to do, else a view of `buffer`.
std::string_view tidy_lines(std::string_view text, std::string& buffer);

}  // namespace postern::extract
