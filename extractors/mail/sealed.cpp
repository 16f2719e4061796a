#include "extractors/mail/sealed.h"

#include <algorithm>
#include <optional>

#include "base/ratio.h"
#include "extractors/loose_text.h"
#include "extractors/mail/header.h"
#include "extractors/mail/locked.h"
#include "extractors/mail/openpgp.h"
#include "extractors/mail/transfer.h"
#include "extractors/story/inflate.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// One element of BER (X.690 8.1).
struct Element {
  unsigned char tag = 0;
  bool indefinite = false;
  std::string_view content;  // of an indefinite one: everything that follows
};

constexpr unsigned char kInteger = 0x02, kGeneralizedTime = 0x18, kOctets = 0x04, kConstructedOctets = 0x24,
                        kObjectId = 0x06, kSequence = 0x30, kUtf8 = 0x0C, kAscii = 0x16, kExplicit0 = 0xA0;

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

// The octets of EncapsulatedContentInfo (RFC 5652 5.2); empty when they stand elsewhere.
std::optional<std::string> wrapped_octets(const Element& encapsulated) {
  if (encapsulated.tag != kSequence) return std::nullopt;
  std::string_view inner = encapsulated.content;
  const auto type = take(inner);
  if (!type || type->tag != kObjectId) return std::nullopt;
  const auto wrapped = take(inner);
  if (!wrapped || wrapped->tag != kExplicit0) return std::string();
  std::string_view octets = wrapped->content;
  const auto content = take(octets);
  if (!content || (content->tag != kOctets && content->tag != kConstructedOctets)) return std::nullopt;
  return octets_of(*content);
}

// Whether SignedData is a time stamp (RFC 3161 2.4.2, TSTInfo), as signatures of documents hold them. Real ones are
// small.
bool is_time_stamp(std::string_view data, std::string_view content) {
  // 1.2.840.113549.1.9.16.1.4
  constexpr std::string_view kStamp = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x04"sv;
  constexpr size_t kMostBytes = 4096;
  const auto sequence = take(data);
  std::string_view fields = sequence ? sequence->content : std::string_view();
  take(fields);  // version
  take(fields);  // digest algorithms
  const auto encapsulated = take(fields);
  std::string_view inner = encapsulated ? encapsulated->content : std::string_view();
  const auto type = take(inner);
  const auto stamp = take(content);
  const bool is_told = type && type->tag == kObjectId && type->content == kStamp;
  if (!is_told || !stamp || stamp->tag != kSequence || !content.empty() || stamp->content.size() > kMostBytes)
    return false;
  // Version, policy, imprint, serial number, time; what follows is optional.
  std::string_view said = stamp->content;
  for (const unsigned char tag : {kInteger, kObjectId, kSequence, kInteger, kGeneralizedTime}) {
    const auto field = take(said);
    if (!field || field->tag != tag) return false;
  }
  return true;
}

// The content of SignedData (RFC 5652 5.1); empty when the signature is detached.
std::optional<std::string> signed_content(std::string_view data) {
  const auto sequence = take(data);
  if (!sequence || sequence->tag != kSequence) return std::nullopt;
  std::string_view fields = sequence->content;
  take(fields);  // version
  take(fields);  // digest algorithms
  const auto encapsulated = take(fields);
  return encapsulated ? wrapped_octets(*encapsulated) : std::nullopt;
}

// The base64 between the lines of PEM (RFC 7468).
std::string bytes_of_pem(std::string_view text) {
  const size_t begin = text.find("-----BEGIN ");
  const size_t first = begin == std::string_view::npos ? begin : text.find('\n', begin);
  if (first == std::string_view::npos) return {};
  const std::string_view body = text.substr(first, text.find("-----END ", first) - first);
  return decode_base64(body).bytes;
}

// A MIME entity with its header, as S/MIME has it; other programs sign files as they are.
bool is_entity(std::string_view content) {
  constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  const size_t end = content.find_first_not_of(kNameCharacters);
  return end != 0 && end != std::string_view::npos && content[end] == ':';
}

// "offer.pdf" of "offer.pdf.p7m".
std::string name_without(std::string_view name, std::string_view ending) {
  const size_t dot = name.rfind('.');
  return std::string(dot != std::string_view::npos && same_name(name.substr(dot), ending) ? name.substr(0, dot) : name);
}

class SealedExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.type.mime == "application/pgp-encrypted" || source.type.mime == kOpenPgpKeysType)
      return read_openpgp(source.bytes, sink);
    if (source.type.mime.starts_with("application/x-microsoft-rpmsg-"))
      return {Outcome::encrypted, "it is protected by rights management"};
    if (const std::string_view program = locking_program(source.type.mime); !program.empty())
      return {Outcome::encrypted, "locked by " + std::string(program)};
    std::string unpacked;
    std::string_view bytes = source.bytes;
    if (source.type.mime == kPemType) {
      unpacked = bytes_of_pem(bytes);
      bytes = unpacked;
    }
    const auto info = take(bytes);
    if (!info) return {Outcome::malformed, "S/MIME data without a content"};
    std::string_view fields = info->content;
    const auto type = take(fields);
    const auto content = take(fields);
    if (!type || type->tag != kObjectId) return {Outcome::malformed, "S/MIME data of no known kind"};
    if (type->content == kCompressedData) return compressed(content, sink);
    if (type->content == kTimeStampedData) return time_stamped(content, source, sink);
    if (type->content == kAuthEnvelopedData) return {Outcome::encrypted, "S/MIME authenticated enveloped data"};
    if (type->content.size() != 9) return {Outcome::malformed, "S/MIME data of no known kind"};
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
    if (is_time_stamp(content->content, *inner)) {
      sink.fact("detached-signature");
      // What would be a text in spite of its type.
      const LimitHit hit = sink.text(Place::property, "time stamp", loose_text(*inner));
      return hit == LimitHit::none ? complete() : limit_ending(hit, sink.budget().limits());
    }
    sink.fact("opaque-signed");
    Child child;
    if (is_entity(*inner)) {
      child.declared_type = "message/rfc822";
      child.read_as = "message/rfc822";
    } else {
      child.name = name_without(source.name, ".p7m");
    }
    sink.child(child, *inner);
    return complete();
  }

 private:
  static constexpr std::string_view kPemType = "application/x-pem-pkcs7";
  // 1.2.840.113549.1.9.16.1.9 (RFC 3274 1.1).
  static constexpr std::string_view kCompressedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09"sv;
  // 1.2.840.113549.1.9.16.1.23 (RFC 5083 2.1).
  static constexpr std::string_view kAuthEnvelopedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17"sv;
  // 1.2.840.113549.1.9.16.1.31 (RFC 5955 2).
  static constexpr std::string_view kTimeStampedData = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x1F"sv;

  // RFC 5544: version, perhaps an address and a description, then the file, unless it stands elsewhere, and the stamps.
  static Ending time_stamped(const std::optional<Element>& content, const Source& source, Sink& sink) {
    std::string_view data = content ? content->content : std::string_view();
    const auto sequence = take(data);
    if (!sequence || sequence->tag != kSequence) return {Outcome::malformed, "time-stamped data without a content"};
    std::string_view fields = sequence->content;
    take(fields);  // version
    Child child;
    child.name = name_without(source.name, ".tsd");
    while (const auto field = take(fields)) {
      if (field->tag == kAscii) {
        if (const LimitHit hit = sink.text(Place::link, "", std::string(field->content)); hit != LimitHit::none)
          return limit_ending(hit, sink.budget().limits());
      } else if (field->tag == kSequence) {
        if (std::string name = described_name(field->content); !name.empty()) child.name = std::move(name);
      } else if (field->tag == kOctets || field->tag == kConstructedOctets) {
        sink.child(child, octets_of(*field));
        return complete();
      }
    }
    sink.fact("detached-signature");
    return complete();
  }

  // MetaData: whether it is protected, the file's name, its type.
  static std::string described_name(std::string_view fields) {
    while (const auto field = take(fields)) {
      if (field->tag == kUtf8) return std::string(field->content);
    }
    return {};
  }

  // RFC 3274: version, algorithm, then the content, packed by zlib.
  static Ending compressed(const std::optional<Element>& content, Sink& sink) {
    std::string_view data = content ? content->content : std::string_view();
    const auto sequence = take(data);
    if (!sequence || sequence->tag != kSequence)
      return {Outcome::malformed, "S/MIME compressed data without a content"};
    std::string_view fields = sequence->content;
    take(fields);  // version
    take(fields);  // algorithm
    const auto encapsulated = take(fields);
    const auto packed = encapsulated ? wrapped_octets(*encapsulated) : std::nullopt;
    if (!packed) return {Outcome::malformed, "S/MIME compressed data without a content"};
    Child child;
    child.packed_size = packed->size();
    child.declared_type = "message/rfc822";
    child.read_as = "message/rfc822";
    bool damaged = false;
    sink.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      const std::uint64_t most =
          std::min(sink.budget().bytes_left(), most_unpacked(packed->size(), sink.budget().limits())) + 1;
      // What a limit ends is no damage.
      damaged = !inflate_up_to(*packed, Deflated::zlib, most, buffer) && buffer.size() < most;
      return std::string_view(buffer);
    });
    return damaged ? Ending{Outcome::malformed, "its packed data are damaged or cut off"} : complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_sealed_extractor() {
  return std::make_shared<SealedExtractor>();
}

}  // namespace postern::extract
