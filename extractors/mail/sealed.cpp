#include "extractors/mail/sealed.h"

#include <optional>

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// One element of BER (X.690 8.1).
struct Element {
  unsigned char tag = 0;
  bool indefinite = false;
  std::string_view content;  // of an indefinite one: everything that follows
};

constexpr unsigned char kOctets = 0x04, kConstructedOctets = 0x24, kObjectId = 0x06, kSequence = 0x30,
                        kExplicit0 = 0xA0;

// Takes one element off the front; nothing at the end or when a length makes no sense.
std::optional<Element> take(std::string_view& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  Element out;
  out.tag = static_cast<unsigned char>(bytes[0]);
  const auto first = static_cast<unsigned char>(bytes[1]);
  size_t length = first, header = 2;
  if (first == 0x80) {
    out.indefinite = true;
    out.content = bytes.substr(2);
    bytes = {};
    return out;
  }
  if (first > 0x80) {
    const size_t digits = first & 0x7FU;
    constexpr size_t kMostDigits = 4;
    if (digits > kMostDigits || bytes.size() < 2 + digits) return std::nullopt;
    length = 0;
    for (size_t i = 0; i < digits; i++) length = length << 8 | static_cast<unsigned char>(bytes[2 + i]);
    header += digits;
  }
  out.content = bytes.substr(header, length);  // cut short is read as far as it goes
  bytes = bytes.substr(header + out.content.size());
  return out;
}

// The bytes of an OCTET STRING, in pieces when it is constructed.
std::string octets_of(const Element& element) {
  if (element.tag == kOctets) return std::string(element.content);
  std::string out;
  std::string_view rest = element.content;
  while (const auto piece = take(rest)) {
    if (piece->tag != kOctets) break;
    out += piece->content;
  }
  return out;
}

// The content of SignedData (RFC 5652 5.1, 5.2); empty when the signature is detached.
std::optional<std::string> signed_content(std::string_view data) {
  const auto sequence = take(data);
  if (!sequence || sequence->tag != kSequence) return std::nullopt;
  std::string_view fields = sequence->content;
  take(fields);  // version
  take(fields);  // digest algorithms
  const auto encapsulated = take(fields);
  if (!encapsulated || encapsulated->tag != kSequence) return std::nullopt;
  std::string_view inner = encapsulated->content;
  const auto type = take(inner);
  if (!type || type->tag != kObjectId) return std::nullopt;
  const auto wrapped = take(inner);
  if (!wrapped || wrapped->tag != kExplicit0) return std::string();
  std::string_view octets = wrapped->content;
  const auto content = take(octets);
  if (!content || (content->tag != kOctets && content->tag != kConstructedOctets)) return std::nullopt;
  return octets_of(*content);
}

class SealedExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.type.mime == "application/pgp-encrypted") return {Outcome::encrypted, "an OpenPGP message"};
    std::string_view bytes = source.bytes;
    const auto info = take(bytes);
    if (!info) return {Outcome::malformed, "S/MIME data without a content"};
    std::string_view fields = info->content;
    const auto type = take(fields);
    const auto content = take(fields);
    if (!type || type->tag != kObjectId || type->content.size() != 9)
      return {Outcome::malformed, "S/MIME data of no known kind"};
    switch (type->content.back()) {
      case 2:
        break;
      case 3:
        return {Outcome::encrypted, "S/MIME enveloped data"};
      case 6:
        return {Outcome::encrypted, "S/MIME encrypted data"};
      default:
        return {Outcome::unsupported, "S/MIME data that is neither signed nor encrypted"};
    }
    const auto inner = content ? signed_content(content->content) : std::nullopt;
    if (!inner) return {Outcome::malformed, "S/MIME signed data without a readable content"};
    if (inner->empty()) {
      sink.fact("detached-signature");
      return complete();
    }
    sink.fact("opaque-signed");
    Child child;
    child.declared_type = "message/rfc822";
    child.read_as = "message/rfc822";  // a MIME entity with its header
    sink.child(child, *inner);
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_sealed_extractor() {
  return std::make_shared<SealedExtractor>();
}

}  // namespace postern::extract
