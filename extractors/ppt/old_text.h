// Text of presentations from before PowerPoint 97, whose format nobody describes.
//
// What is known: PowerPoint 95 keeps records with the head of [MS-PPT] 2.3.1 in "PowerPoint Document", PowerPoint 4 has
// a stream "PP40"; text stands in bytes of the code page that the properties name. So the stream is taken for records
// as far as their sizes fit into each other. A record that is nothing but text is told whole; in all others, and where
// no records fit, runs of four letters or more are text. Each text is told once, in the order of the stream. What this
// misses is text of less than four letters outside records, and which slide a text belongs to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "extractors/story/teller.h"

namespace postern::extract::ppt {

// Tells what a stream holds besides the lines in `told`; adds to them.
void tell_old_text(std::string_view stream, std::uint32_t code_page, std::unordered_set<std::string>& told,
                   Teller& teller);

}  // namespace postern::extract::ppt
