#include "extractors/revenge/iwa.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "extractors/byte_order.h"
#include "extractors/utf8.h"

namespace postern::extract::revenge {

namespace {

constexpr size_t kMostUnpacked = 64 << 20;
constexpr size_t kHead = 4;                           // of a chunk
constexpr std::string_view kAnchor = "\xEF\xBF\xBC";  // U+FFFC, where something stands in the text

// Base 128 (protocol buffers, Snappy): seven bits a byte, the lowest first. Nothing where it breaks off.
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    out |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return out;
  }
  return std::nullopt;
}

std::optional<std::string_view> take(std::string_view& bytes, std::uint64_t size) {
  if (size > bytes.size()) return std::nullopt;
  const std::string_view out = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return out;
}

// One block of Snappy's format: its size unpacked, then letters as they stand and copies of what came before in the
// block.
bool unpack_block(std::string_view block, std::string& out) {
  if (!take_number(block)) return false;
  const size_t begin = out.size();
  while (!block.empty()) {
    const auto tag = static_cast<unsigned char>(block.front());
    block.remove_prefix(1);
    const unsigned kind = tag & 3U, high = tag >> 2U;
    size_t size = high + 1, back = 0;
    if (kind == 0) {
      if (high >= 60) {
        const auto number = take(block, high - 59);
        if (!number) return false;
        size = static_cast<size_t>(little(*number, 0, number->size())) + 1;
      }
      const auto letters = take(block, size);
      if (!letters) return false;
      out += *letters;
    } else {
      const auto offset = take(block, kind == 1 ? 1 : kind == 2 ? 2 : 4);
      if (!offset) return false;
      back = static_cast<size_t>(little(*offset, 0, offset->size()));
      if (kind == 1) {
        back |= static_cast<size_t>(tag >> 5U) << 8U;
        size = (high & 7U) + 4;
      }
      if (back == 0 || back > out.size() - begin) return false;
      for (size_t i = 0; i < size; i++) out += out[out.size() - back];  // may run into what it writes
    }
    if (out.size() > kMostUnpacked) return true;
  }
  return true;
}

// The fields of a message: those of variable length as bytes, numbers as numbers; others are passed over.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;
};

bool next_field(std::string_view& message, Field& out) {
  const auto key = take_number(message);
  if (!key) return false;
  out = {*key >> 3U, 0, {}};
  switch (*key & 7U) {
    case 0: {
      const auto value = take_number(message);
      out.value = value.value_or(0);
      return value.has_value();
    }
    case 1:
      return take(message, 8).has_value();
    case 2: {
      const auto size = take_number(message);
      const auto bytes = size ? take(message, *size) : std::nullopt;
      out.bytes = bytes.value_or(std::string_view());
      return bytes.has_value();
    }
    case 5:
      return take(message, 4).has_value();
    default:
      return false;
  }
}

// Which field of a kind of message holds a text. `list` is the field of its entries, where it stands in each of them.
struct Texts {
  std::uint64_t kind;
  std::uint64_t list;
  std::uint64_t field;
  Place place;
};
constexpr Texts kTexts[] = {
    {2001, 0, 3, Place::body},                                    // what is written anywhere: storage of text
    {6005, 3, 3, Place::cell},                                    // the strings of a table, each once
    {6001, 0, 8, Place::attribute},                               // tables: their names
    {3056, 0, 1, Place::comment},   {212, 0, 1, Place::comment},  // comments, who wrote them
    {2032, 0, 2, Place::link},
};

class Archive {
 public:
  Archive(bool is_master, Emitter& to) : is_master_(is_master), to_(to) {}

  bool tell(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = take_number(bytes);
      const auto head = size ? take(bytes, *size) : std::nullopt;
      if (!head) return false;
      std::string_view rest = *head;
      for (Field field; !rest.empty();) {
        if (!next_field(rest, field)) return false;
        if (field.number == 2 && !message(field.bytes, bytes)) return false;
      }
    }
    return true;
  }

 private:
  // `info` says what the next message of `bytes` is.
  bool message(std::string_view info, std::string_view& bytes) {
    std::uint64_t kind = 0, size = 0;
    for (Field field; !info.empty();) {
      if (!next_field(info, field)) return false;
      if (field.number == 1) kind = field.value;
      if (field.number == 3) size = field.value;
    }
    const auto data = take(bytes, size);
    if (!data) return false;
    for (const Texts& texts : kTexts) {
      if (texts.kind == kind) look(*data, texts, texts.list);
    }
    return true;
  }

  void look(std::string_view message, const Texts& texts, std::uint64_t list) {
    for (Field field; !message.empty() && next_field(message, field);) {
      if (list != 0 && field.number == list) look(field.bytes, texts, 0);
      if (list == 0 && field.number == texts.field) give(texts.place, field.bytes);
    }
  }

  void give(Place place, std::string_view text) {
    if (text.empty()) return;
    // Breaks of pages, columns and sections.
    std::string out = is_utf8(text) ? std::string(text) : to_utf8(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }, '\n');
    for (size_t at = 0; (at = out.find(kAnchor, at)) != std::string::npos;) out.erase(at, kAnchor.size());
    to_.emit(is_master_ && place == Place::body ? Place::master : place, "", out);
  }

  const bool is_master_;
  Emitter& to_;
};

}  // namespace

Ending tell_iwa(std::string_view bytes, std::string_view name, Emitter& to, Budget& budget) {
  std::string unpacked;
  bool whole = true;
  LimitHit hit = LimitHit::none;
  while (whole && hit == LimitHit::none && !bytes.empty() && unpacked.size() <= kMostUnpacked) {
    const size_t before = unpacked.size();
    const auto head = take(bytes, kHead);
    const auto block = head ? take(bytes, little(*head, 1, 3)) : std::nullopt;
    whole = block && head->front() == '\0' && unpack_block(*block, unpacked);
    hit = budget.charge_bytes(unpacked.size() - before);
    if (hit == LimitHit::none) hit = budget.check_time();
  }
  const bool too_large = unpacked.size() > kMostUnpacked;
  const bool is_master =
      name.find("MasterSlide") != std::string_view::npos || name.find("TemplateSlide") != std::string_view::npos;
  whole = Archive(is_master, to).tell(unpacked) && whole;
  if (hit != LimitHit::none) return limit_ending(hit, budget.limits());
  if (too_large) {
    return {Outcome::limit, "its unpacked size reached the limit (" + std::to_string(kMostUnpacked) + " bytes)"};
  }
  if (!whole) return {Outcome::malformed, "it is damaged or cut off; what stands before was read"};
  return complete();
}

}  // namespace postern::extract::revenge
