// Reader of plain text in any charset: .txt, .csv, source code, and the text bodies of mails.
//
// Bodies of mails are split by place (mail_body.h); other texts are one `body`. What a program shows otherwise than it
// stands in the file is told once more: XML without its tags (xml_text.h), JSON without escapes (json_text.h), the
// cells of sheets (sheet_text.h), TeX (tex_text.h), LDIF (ldif_text.h), texts with "\u00e9" in them. A text that holds
// an OpenPGP message ends `encrypted`. Facts: `charset-mismatch` when the declared charset is not the one that the
// bytes have; `second-reading` when a second reading was extracted (its segments say by which charset).
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"
#include "extractors/text/ldif_text.h"
#include "extractors/text/mail_body.h"
#include "extractors/text/sheet_text.h"
#include "extractors/text/tex_text.h"

namespace postern::extract {

inline constexpr std::string_view kNotebookType = "application/x-ipynb+json";

// Types that the reader is registered for.
inline constexpr std::array<std::string_view, 11> kTextTypes = {
    "text/plain",          "text/csv", "application/json", kNotebookType, "application/xml", "application/pgp-keys",
    "text/rfc822-headers", kSylkType,  kDifType,           kTexType,      kLdifType};

std::shared_ptr<Extractor> make_text_extractor();

// Tells a sink the places of a mail's body; `at` says by which reading.
LimitHit tell_mail_body(const MailBody& parts, std::string_view at, Sink& sink);

// Line ends, form feeds and vertical tabs become LF and NUL goes, as programs show it. Returns `text` itself when there
// is nothing to do, else a view of `buffer`.
std::string_view tidy_lines(std::string_view text, std::string& buffer);

}  // namespace postern::extract
