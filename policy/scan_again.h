// What a view joins or writes otherwise, read as text of its own: "N i g h t j \u00e1 r" is a word with an accent once
// its letters stand together, and "T m l n a H R q Y X I" is base64.
//
// Each view shows the reader view with one trick undone. Two of them together are read in turn: the words that a view
// wrote go to the text that stands encoded in the block (policy/decode.h), as far as another view may have something to
// say of them, and that is surveyed, seen in all views and decoded like any other. Words of plain letters are not: the
// view itself was looked at already.
//
// Pure. Internal to scan*.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policy/decode.h"
#include "policy/scan_state.h"
#include "policy/views.h"

namespace postern::policy {

// Whether what the view wrote is read once more.
bool is_read_again(DerivedName view);

// The views that is_read_again() let in and through which `range` of the block of level `level` was come to.
ViewMask views_through(std::span<const Level> levels, size_t level, ByteRange range);

// Of what a pattern found in the codes view: two groups that stand side by side in the reader view without a hyphen are
// no code ("ISO 9001"), three are.
bool is_code(std::string_view derived, const ByteRange& match, std::string_view reader, const ByteRange& range);

// Adds the words that `view` wrote: `derived` is what it made of the text at `offset` of the block, by `map`. Of one
// view the texts of a block come in order.
void add_again(DerivedName view, std::string_view derived, const OffsetMap& map, std::uint32_t offset, Decoded& out);

}  // namespace postern::policy
