#include "policy/decode.h"

#include <algorithm>
#include <bit>

#include "policy/decode_finders.h"

namespace postern::policy {

std::string_view to_string(Encoding encoding) {
  constexpr std::string_view kNames[kEncodings] = {
      "",         "base64",  "base32",           "hex",        "decimal", "octal",    "binary", "uuencode",
      "ascii85",  "percent", "quoted-printable", "references", "escapes", "punycode", "rot13",  "number words",
      "skeleton", "spaced",  "scattered",        "unwrapped",  "debris"};
  return kNames[static_cast<size_t>(encoding)];
}

void Decoded::start(size_t most) {
  text_.clear();
  stretches_.clear();
  most_ = most;
  full_ = false;
  for (; used_ != 0; used_ &= used_ - 1) {
    Places& places = places_[static_cast<size_t>(std::countr_zero(used_))];
    places.map.clear();
    places.base = places.view = places.source = 0;
  }
}

Decoded::Places& Decoded::places_of(Encoding encoding) {
  used_ |= 1U << static_cast<unsigned>(encoding);
  return places_[static_cast<size_t>(encoding)];
}

void Decoded::give_back_over(size_t most) {
  for (std::uint32_t used = used_; used != 0; used &= used - 1) {
    places_[static_cast<size_t>(std::countr_zero(used))].map.give_back_over(most);
  }
  start(0);
  for (std::string* buffer : {&text_, &bytes}) {
    buffer->clear();
    if (buffer->capacity() > most) buffer->shrink_to_fit();
  }
  if (stretches_.capacity() * sizeof(Stretch) > most) stretches_.shrink_to_fit();
  parts.clear();
  if (parts.capacity() * sizeof(ByteRange) > most) parts.shrink_to_fit();
}

bool Decoded::has_room(size_t size) {
  full_ = full_ || text_.size() + size > most_;
  return !full_;
}

bool Decoded::add(Encoding encoding, ByteRange origin, std::string_view spelled) {
  if (!has_room(spelled.size())) return false;
  const size_t before = text_.size();
  if (before > 0) text_ += '\n';
  const size_t begin = text_.size();
  if (!append_plausible(spelled, text_)) {
    text_.resize(before);
    return false;
  }
  stretches_.push_back(
      {encoding, origin, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text_.size())}});
  return true;
}

bool Decoded::begin_window(Encoding encoding, ByteRange origin) {
  if (!has_room(origin.end - origin.begin)) return false;
  if (!text_.empty()) text_ += '\n';
  const auto begin = static_cast<std::uint32_t>(text_.size());
  Places& places = places_of(encoding);
  if (places.view == 0) places.base = begin;
  // Up to here the text behind `base` belongs to others: one whole with what is left out of the source.
  const std::uint32_t skipped = begin - places.base - places.view;
  places.map.replaced(skipped, origin.begin - places.source);
  places.view += skipped;
  places.source = origin.begin;
  stretches_.push_back({encoding, origin, {begin, begin}});
  return true;
}

void Decoded::copy(std::string_view from) {
  if (from.empty()) return;
  Places& places = places_[static_cast<size_t>(stretches_.back().encoding)];
  text_ += from;
  places.map.copied(from.size());
  places.view += static_cast<std::uint32_t>(from.size());
  places.source += static_cast<std::uint32_t>(from.size());
}

void Decoded::replace(std::string_view with, size_t source_bytes) {
  Places& places = places_[static_cast<size_t>(stretches_.back().encoding)];
  text_ += with;
  places.map.replaced(with.size(), source_bytes);
  places.view += static_cast<std::uint32_t>(with.size());
  places.source += static_cast<std::uint32_t>(source_bytes);
}

void Decoded::end_window() {
  stretches_.back().text.end = static_cast<std::uint32_t>(text_.size());
}

ByteRange Decoded::origin_of(const Stretch& stretch, ByteRange part) const {
  const Places& places = places_[static_cast<size_t>(stretch.encoding)];
  if (places.view > 0) {
    const std::uint32_t before = stretch.text.begin - places.base;
    return places.map.to_source({part.begin + before, part.end + before});
  }
  const std::uint64_t from = stretch.text.end - stretch.text.begin;
  const std::uint64_t to = stretch.origin.end - stretch.origin.begin;
  const auto in_proportion = [&](std::uint32_t at) {
    return stretch.origin.begin + static_cast<std::uint32_t>(from > 0 ? at * to / from : 0);
  };
  ByteRange origin{in_proportion(part.begin), in_proportion(part.end)};
  if (origin.begin >= origin.end) origin.end = std::min(origin.begin + 1, stretch.origin.end);
  return origin;
}

namespace {

size_t find_at(const CodeSign& sign, std::string_view text, const ByteRange& within, Decoded& out) {
  switch (sign.kind) {
    case CodeKind::run:
      return find_runs(text, within, sign, out);
    case CodeKind::list:
      return find_lists(text, within, sign, out);
    case CodeKind::uuencode:
      return find_uuencoded(text, within, sign, out);
    case CodeKind::ascii85:
      return find_ascii85(text, within, sign, out);
    case CodeKind::punycode:
      return find_punycode(text, within, sign, out);
    case CodeKind::percent:
      return find_escapes(Encoding::percent, text, within, sign, out);
    case CodeKind::quoted_printable:
      return find_escapes(Encoding::quoted_printable, text, within, sign, out);
    case CodeKind::references:
      return find_escapes(Encoding::references, text, within, sign, out);
    case CodeKind::escapes:
      return find_escapes(Encoding::escapes, text, within, sign, out);
  }
  return within.end;
}

}  // namespace

void find_encoded(std::string_view text, std::span<const ByteRange> pieces, std::span<const CodeSign> signs,
                  Decoded& out) {
  unsigned kinds = 0;
  for (const CodeSign& sign : signs) kinds |= 1U << static_cast<unsigned>(sign.kind);
  // By kind, so that the stretches of one encoding rise.
  for (; kinds != 0; kinds &= kinds - 1) {
    const auto kind = static_cast<CodeKind>(std::countr_zero(kinds));
    auto piece = pieces.begin();
    size_t read = 0;  // so far
    for (const CodeSign& sign : signs) {
      if (sign.kind != kind || (sign.at < read && !sign.onward)) continue;
      while (piece->end < sign.at) ++piece;
      const auto begin = static_cast<std::uint32_t>(std::max<size_t>(piece->begin, read));
      if (begin > piece->end) continue;
      read = find_at({kind, sign.onward, std::max(sign.at, begin)}, text, {begin, piece->end}, out);
    }
  }
}

}  // namespace postern::policy
