#include "extractors/footer/body_parts.h"

#include <algorithm>
#include <array>

#include "extractors/mail/entity.h"
#include "extractors/mail/multipart.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Fields of a mail whose signature covers the body (RFC 6376, RFC 8617, RFC 4870).
constexpr std::array kBodySignatures = {"DKIM-Signature"sv, "ARC-Message-Signature"sv, "DomainKey-Signature"sv};

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<RawField> field_of(const Header& header, std::string_view name) {
  const auto found = std::find_if(header.fields.begin(), header.fields.end(),
                                  [&](const RawField& field) { return same_name(field.name, name); });
  if (found == header.fields.end()) return std::nullopt;
  return *found;
}

// Where a line ends there is a matter of opinion (RFC 5322 2.3).
bool has_lone_return(std::string_view bytes) {
  for (size_t at = bytes.find('\r'); at != std::string_view::npos; at = bytes.find('\r', at + 1)) {
    if (!bytes.substr(at + 1).starts_with('\n')) return true;
  }
  return false;
}

class Finder {
 public:
  BodyParts find(std::string_view message) {
    visit(message, Node{HeaderOf::mail, "text/plain", Wanted::yes, 0, {}});
    if (!out_.refusal && out_.parts.empty()) refuse(FooterOutcome::no_text, "no text part is shown as the body");
    if (out_.refusal) out_.parts.clear();
    return std::move(out_);
  }

 private:
  enum class Wanted { yes, no };

  struct Node {
    HeaderOf of = HeaderOf::part;
    std::string_view default_type;
    Wanted wanted = Wanted::no;
    unsigned depth = 0;
    std::vector<std::string> boundaries;
  };

  // The first reason stays.
  void refuse(FooterOutcome outcome, std::string_view why) {
    if (!out_.refusal) out_.refusal = NoEdit{outcome, std::string(why)};
  }

  void visit(std::string_view bytes, const Node& node) {
    if (out_.refusal) return;
    if (++visited_ > kMostBodyWalkParts || node.depth > kMostBodyWalkDepth) {
      return refuse(FooterOutcome::limit, "more parts, or deeper ones, than a footer is worth");
    }
    const Entity entity = parse_entity(bytes, node.of, node.default_type);
    if (node.of == HeaderOf::mail) {
      for (const RawField& field : entity.header.fields) {
        if (std::any_of(kBodySignatures.begin(), kBodySignatures.end(),
                        [&](std::string_view name) { return same_name(field.name, name); })) {
          return refuse(FooterOutcome::signed_, "a signature field covers the body");
        }
      }
    }
    for (const EntityReading& reading : entity.readings) refuse_sealed(entity, reading);
    if (out_.refusal) return;
    const EntityReading& reading = entity.readings.front();
    // A first line of an mbox, which some programs take for the end of the header, is none in front of new fields.
    const bool doubtful = !entity.doubt.empty() || entity.readings.size() > 1 ||
                          (node.of == HeaderOf::part && (bytes.starts_with("From ") || bytes.starts_with(">From ")));
    if (doubtful && node.wanted == Wanted::yes) {
      return refuse(FooterOutcome::ambiguous, "mail programs read the header of a part in different ways");
    }
    if (is_multipart(reading)) return visit_multipart(entity, reading, node);
    if (node.wanted == Wanted::yes) take_leaf(bytes, entity, reading, node);
  }

  void refuse_sealed(const Entity& entity, const EntityReading& reading) {
    const std::string& type = reading.type.value;
    if (type == "multipart/signed" || type == "application/pgp" || type == "application/pgp-signature" ||
        type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature") {
      refuse(FooterOutcome::signed_, "a part is signed");
    } else if (type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime") {
      const bool is_signed = to_lower(reading.type.get("smime-type")) == "signed-data";
      refuse(is_signed ? FooterOutcome::signed_ : FooterOutcome::encrypted, "a part is an S/MIME envelope");
    } else if (type == "multipart/encrypted" || type == "application/pgp-encrypted") {
      refuse(FooterOutcome::encrypted, "a part is encrypted");
    } else if (type == "text/calendar" && (entity.disposition.value != "attachment" || has(reading, "method"))) {
      refuse(FooterOutcome::calendar, "a calendar message");
    } else if (type == "multipart/report") {
      refuse(FooterOutcome::no_text, "a report of a mail system");
    } else if (type == "message/partial") {
      refuse(FooterOutcome::ambiguous, "a piece of a mail that was sent in several");
    }
  }

  static bool has(const EntityReading& reading, std::string_view parameter) {
    return !reading.type.get(parameter).empty();
  }

  void visit_multipart(const Entity& entity, const EntityReading& reading, const Node& node) {
    const std::vector<std::string> boundaries = reading.type.all("boundary");
    const bool wanted = node.wanted == Wanted::yes;
    const std::string boundary = boundaries.empty() ? std::string() : boundaries.front();
    const Multipart split = split_multipart(reading.body, boundary, BoundaryMatch::exact);
    const bool clean = boundaries.size() == 1 && !boundary.empty() && reading.encoding == TransferEncoding::identity &&
                       split.found && split.closed && split.parts.size() == split.parts_before_close;
    if (!clean && wanted) {
      return refuse(FooterOutcome::ambiguous, "mail programs find the parts of a multipart in different ways");
    }
    Node child;
    child.default_type = reading.type.value == "multipart/digest" ? "message/rfc822"sv : "text/plain"sv;
    child.depth = node.depth + 1;
    child.boundaries = node.boundaries;
    child.boundaries.push_back(boundary);
    const size_t root = reading.type.value == "multipart/related" ? related_root(reading, split) : 0;
    for (size_t i = 0; i < split.parts.size(); i++) {
      child.wanted = wanted && wants(reading.type.value, i, root) && entity.disposition.value != "attachment"
                         ? Wanted::yes
                         : Wanted::no;
      visit(split.parts[i], child);
      if (out_.refusal) return;
    }
  }

  // Whether the part at `index` may carry the body (RFC 2046 5.1.3 to 5.1.5; unknown subtypes are mixed).
  bool wants(std::string_view type, size_t index, size_t root) const {
    static constexpr std::array kNoBody = {"multipart/digest"sv, "multipart/form-data"sv, "multipart/appledouble"sv,
                                           "multipart/voice-message"sv};
    if (is_one_of(type, kNoBody)) return false;
    if (type == "multipart/alternative") return true;
    if (type == "multipart/related") return index == root;
    return out_.parts.empty();
  }

  // RFC 2387 3.2: the part that `start` names, else the first.
  static size_t related_root(const EntityReading& reading, const Multipart& split) {
    const std::string_view start = trim(reading.type.get("start"));
    if (start.empty()) return 0;
    for (size_t i = 0; i < split.parts.size(); i++) {
      const Header header = parse_header(split.parts[i], HeaderOf::part);
      const auto id = field_of(header, "Content-ID");
      if (id && trim(unfold(id->value)) == start) return i;
    }
    return 0;
  }

  void take_leaf(std::string_view bytes, const Entity& entity, const EntityReading& reading, const Node& node) {
    const std::string& type = reading.type.value;
    if (type != "text/plain" && type != "text/html") return;
    if (entity.disposition.value == "attachment" || has(reading, "name") ||
        !entity.disposition.get("filename").empty()) {
      return;
    }
    if (out_.parts.size() >= kMostEditedParts) {
      return refuse(FooterOutcome::limit, "more alternatives than a mail program writes");
    }
    if (reading.type.all("charset").size() > 1 || values_of(entity.header, "Content-Type").size() > 1 ||
        values_of(entity.header, "Content-Transfer-Encoding").size() > 1) {
      return refuse(FooterOutcome::ambiguous, "two charsets or encodings for one part");
    }
    if (reading.body.data() == nullptr) return refuse(FooterOutcome::no_text, "a part that ends inside its header");
    const auto header_size = static_cast<size_t>(reading.body.data() - bytes.data());
    if (has_lone_return(bytes.substr(0, header_size))) {
      return refuse(FooterOutcome::ambiguous, "a header with carriage returns that end no line");
    }
    if (field_of(entity.header, "Content-MD5")) {
      return refuse(FooterOutcome::signed_, "a part carries its checksum");
    }
    BodyPart part;
    part.kind = type == "text/html" ? BodyPart::Kind::html : BodyPart::Kind::plain;
    part.is_root = node.of == HeaderOf::mail;
    part.entity = bytes;
    part.body = reading.body;
    part.type_field = field_of(entity.header, "Content-Type");
    part.encoding_field = field_of(entity.header, "Content-Transfer-Encoding");
    part.has_mime_version = field_of(entity.header, "MIME-Version").has_value();
    part.charset = to_lower(trim(reading.type.get("charset")));
    part.encoding = reading.encoding;
    if (part.encoding_field) {
      const std::string word = to_lower(unfold(part.encoding_field->value));
      part.declared_eight_bit = word.starts_with("8bit") || word.starts_with("binary");
    }
    if (to_lower(reading.type.get("format")) == "flowed") {
      const bool delsp = to_lower(reading.type.get("delsp")) == "yes";
      part.format = delsp ? TextFormat::flowed_delsp : TextFormat::flowed;
    }
    part.boundaries = node.boundaries;
    out_.parts.push_back(std::move(part));
  }

  BodyParts out_;
  size_t visited_ = 0;
};

}  // namespace

BodyParts find_body_parts(std::string_view message) {
  return Finder().find(message);
}

}  // namespace postern::extract
