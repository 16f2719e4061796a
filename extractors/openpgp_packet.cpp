#include "extractors/openpgp_packet.h"

#include <algorithm>

namespace postern::extract {
namespace {

using Tag = OpenPgpTag;

size_t big(std::string_view bytes, size_t size) {
  size_t out = 0;
  for (size_t i = 0; i < size && i < bytes.size(); i++) out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return out;
}

std::string_view take(std::string_view& rest, size_t size) {
  const std::string_view piece = rest.substr(0, size);
  rest.remove_prefix(piece.size());
  return piece;
}

struct Length {
  size_t size = 0;
  bool more = false;  // a piece of a body, others follow
  bool open = false;  // up to the end
};

// Takes the length of a packet or of a further piece off the front (4.2.1).
Length take_length(std::string_view& rest) {
  if (rest.empty()) return {};
  const auto first = static_cast<unsigned char>(take(rest, 1)[0]);
  if (first < 192) return {first, false, false};
  if (first < 224) return {((size_t{first} - 192) << 8) + big(take(rest, 1), 1) + 192, false, false};
  if (first < 255) return {size_t{1} << (first & 0x1FU), true, false};
  return {big(take(rest, 4), 4), false, false};
}

// The same of packets of old (4.2.2).
Length take_old_length(std::string_view& rest, unsigned kind) {
  constexpr unsigned kOpen = 3;
  if (kind == kOpen) return {rest.size(), false, true};
  const size_t octets = size_t{1} << kind;
  return {big(take(rest, octets), octets), false, false};
}

struct Head {
  Tag tag = Tag::marker;
  Length length;
};

std::optional<Head> take_head(std::string_view& rest) {
  if (rest.empty() || (static_cast<unsigned char>(rest[0]) & 0x80U) == 0) return std::nullopt;
  const auto first = static_cast<unsigned char>(take(rest, 1)[0]);
  if ((first & 0x40U) != 0) return Head{static_cast<Tag>(first & 0x3FU), take_length(rest)};
  return Head{static_cast<Tag>(first >> 2 & 0xFU), take_old_length(rest, first & 3U)};
}

// Whether a body of this kind may begin so: by its version, which all kinds that matter have.
bool may_begin(Tag tag, std::string_view body) {
  if (body.empty()) return false;
  const auto version = static_cast<unsigned char>(body[0]);
  switch (tag) {
    case Tag::session_key:
    case Tag::one_pass:
      return version == 2 || version == 3 || version == 6;
    case Tag::signature:
    case Tag::secret_key:
    case Tag::public_key:
    case Tag::secret_subkey:
    case Tag::public_subkey:
      return version >= 2 && version <= 6;
    case Tag::password:
      return version >= 4 && version <= 6;
    case Tag::compressed:
      return version >= 1 && version <= 3;  // the algorithm
    case Tag::locked_checked:
      return version == 1 || version == 2;
    case Tag::locked_authenticated:
      return version == 1;
    case Tag::marker:
      return body == "PGP";
    case Tag::literal: {
      constexpr size_t kFixed = 6;  // format, size of the name, date
      return body.size() >= kFixed && std::string_view("btulm1").find(body[0]) != std::string_view::npos &&
             body.size() >= kFixed + static_cast<unsigned char>(body[1]);
    }
    case Tag::locked:
    case Tag::trust:
    case Tag::user_id:
    case Tag::user_attribute:
    case Tag::padding:
      return true;
  }
  return false;
}

bool begins_file(Tag tag) {
  switch (tag) {
    case Tag::locked:  // nothing in it could be checked
    case Tag::trust:
    case Tag::user_id:
    case Tag::user_attribute:
    case Tag::padding:
    case Tag::secret_subkey:
    case Tag::public_subkey:
      return false;
    default:
      return true;
  }
}

std::string_view type_of(Tag first) {
  return first == Tag::public_key || first == Tag::secret_key ? kOpenPgpKeysType : "application/pgp-encrypted";
}

}  // namespace

std::optional<OpenPgpPacket> take_openpgp_packet(std::string_view& rest) {
  const auto head = take_head(rest);
  if (!head) return std::nullopt;
  OpenPgpPacket out;
  out.tag = head->tag;
  out.body = take(rest, head->length.size);
  for (Length length = head->length; length.more && !rest.empty();) {
    length = take_length(rest);
    out.body += take(rest, length.size);
  }
  return out;
}

std::string_view openpgp_kind(std::string_view bytes) {
  constexpr size_t kLooked = 4;
  std::optional<Tag> first;
  bool only_signs = true;
  for (size_t n = 0; n < kLooked && !bytes.empty(); n++) {
    const auto head = take_head(bytes);
    if (!head || head->length.size > bytes.size()) return {};
    const std::string_view body = take(bytes, head->length.size);
    if (!may_begin(head->tag, body) || (!first && !begins_file(head->tag))) return {};
    if (!first) first = head->tag;
    if (head->tag != Tag::signature) only_signs = false;
    if (head->length.more || head->length.open) break;
  }
  // Signatures of old stand in front of what they sign. Those alone could be any data.
  return first && !only_signs ? type_of(*first) : std::string_view();
}

}  // namespace postern::extract
