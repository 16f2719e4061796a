// Reader of calendars (iCalendar, vCalendar: .ics, .vcs), contact cards (vCard 2.1 to 4.0: .vcf), and
// what telephones write the same way, notes (.vnt) and short messages (.vmg).
//
// Properties are told a line each, unfolded and decoded, component by component ("event 2", "card 3"): `calendar` or
// `body`, addresses of the web `link`, dates and times once more as people read them `property`. Descriptions in HTML,
// files in base64 and data: URIs are children. Facts: `charset-mismatch`, `second-reading`, as of texts.
// Outcomes: `complete`; `limit`.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 4> kCardTypes = {"text/calendar", "text/vcard", "text/x-vnote",
                                                               "text/x-vmessage"};

// Components of one kind that have a segment of their own; all further ones share one.
inline constexpr size_t kMaxNumberedComponents = 1000;

std::shared_ptr<Extractor> make_cards_extractor();

}  // namespace postern::extract
