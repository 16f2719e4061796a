#include "extractors/strip/strip.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/crypto.h"
#include "extractors/footer/transfer_edit.h"
#include "extractors/mail/entity.h"
#include "extractors/mail/multipart.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Fields of a mail whose signature covers the body (RFC 6376, RFC 8617, RFC 4870).
constexpr std::array kBodySignatures = {"DKIM-Signature"sv, "ARC-Message-Signature"sv, "DomainKey-Signature"sv};
constexpr std::array kSignedTypes = {"multipart/signed"sv, "application/pgp"sv, "application/pgp-signature"sv,
                                     "application/pkcs7-signature"sv, "application/x-pkcs7-signature"sv};
constexpr std::array kEncryptedTypes = {"multipart/encrypted"sv, "application/pgp-encrypted"sv,
                                        "application/pkcs7-mime"sv, "application/x-pkcs7-mime"sv};
// Multiparts whose parts belong together.
constexpr std::array kWholes = {"multipart/alternative"sv, "multipart/appledouble"sv, "multipart/voice-message"sv,
                                "multipart/report"sv, "multipart/form-data"sv};

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

struct Refusal {
  FooterOutcome outcome = FooterOutcome::unwritable;
  std::string why;
};

// A part that holds no others.
struct Leaf {
  std::string_view entity;
  std::string_view body;  // as it stands
  std::string sha256;     // of the decoded bytes
  bool empty = false;
  bool attached = false;    // a file to mail programs, not text of the mail
  bool replaceable = true;  // by its place in the multiparts around it
  bool doubtful = false;    // programs decode it in different ways
  bool is_root = false;
};

struct Tree {
  std::vector<Leaf> leaves;
  std::vector<RawField> root_fields;
};

class Walker {
 public:
  std::optional<Refusal> walk(std::string_view message, Tree& out) {
    out_ = &out;
    visit(message, {HeaderOf::mail, "text/plain", true, 0});
    return std::move(refusal_);
  }

 private:
  struct Node {
    HeaderOf of = HeaderOf::part;
    std::string_view default_type;
    bool replaceable = true;
    unsigned depth = 0;
  };

  // The first reason stays.
  void refuse(FooterOutcome outcome, std::string_view why) {
    if (!refusal_) refusal_ = Refusal{outcome, std::string(why)};
  }

  void visit(std::string_view bytes, const Node& node) {
    if (++visited_ > kMostStripWalkParts || node.depth > kMostStripWalkDepth) {
      return refuse(FooterOutcome::limit, "it has more parts, or deeper ones, than are followed");
    }
    const Entity entity = parse_entity(bytes, node.of, node.default_type);
    if (node.of == HeaderOf::mail) {
      out_->root_fields = entity.header.fields;
      for (const RawField& field : entity.header.fields) {
        const auto same = [&](std::string_view name) { return same_name(field.name, name); };
        if (std::any_of(kBodySignatures.begin(), kBodySignatures.end(), same)) {
          return refuse(FooterOutcome::signed_, "a signature field covers the body");
        }
      }
    }
    for (const EntityReading& reading : entity.readings) {
      const std::string& type = reading.type.value;
      if (is_one_of(type, kSignedTypes)) return refuse(FooterOutcome::signed_, "a part is signed");
      if (is_one_of(type, kEncryptedTypes))
        return refuse(FooterOutcome::encrypted, "a part is sealed by S/MIME or PGP");
      if (type == "message/partial") {
        return refuse(FooterOutcome::ambiguous, "it is a piece of a mail that was sent in several");
      }
    }
    if (!entity.doubt.empty() || entity.readings.size() > 1 || entity.readings.front().body.data() == nullptr) {
      return refuse(FooterOutcome::ambiguous, "mail programs read the header of a part in different ways");
    }
    const EntityReading& reading = entity.readings.front();
    const auto header = static_cast<size_t>(reading.body.data() - bytes.data());
    if (has_lone_return(bytes.substr(0, header))) {
      return refuse(FooterOutcome::ambiguous, "a header has carriage returns that end no line");
    }
    if (is_multipart(reading)) return visit_multipart(reading, node);
    take_leaf(bytes, entity, reading, node);
  }

  static bool has_lone_return(std::string_view bytes) {
    for (size_t at = bytes.find('\r'); at != std::string_view::npos; at = bytes.find('\r', at + 1)) {
      if (!bytes.substr(at + 1).starts_with('\n')) return true;
    }
    return false;
  }

  void visit_multipart(const EntityReading& reading, const Node& node) {
    const std::vector<std::string> boundaries = reading.type.all("boundary");
    const std::string boundary = boundaries.empty() ? std::string() : boundaries.front();
    const Multipart split = split_multipart(reading.body, boundary, BoundaryMatch::exact);
    const bool clean = boundaries.size() == 1 && !boundary.empty() && reading.encoding == TransferEncoding::identity &&
                       split.found && split.closed && !split.prefix_lines &&
                       split.parts.size() == split.parts_before_close;
    if (!clean) {
      return refuse(FooterOutcome::ambiguous, "mail programs find the parts of a multipart in different ways");
    }
    Node child;
    child.default_type = reading.type.value == "multipart/digest" ? "message/rfc822"sv : "text/plain"sv;
    child.depth = node.depth + 1;
    const bool related = reading.type.value == "multipart/related";
    const size_t root = related ? related_root(reading, split) : 0;
    for (size_t i = 0; i < split.parts.size() && !refusal_; i++) {
      child.replaceable = node.replaceable && !is_one_of(reading.type.value, kWholes) && !(related && i == root);
      // Files beside the root of a related form are files, whatever the form belongs to.
      if (related && i != root) child.replaceable = true;
      visit(split.parts[i], child);
    }
  }

  // RFC 2387 3.2: the part that `start` names, else the first.
  static size_t related_root(const EntityReading& reading, const Multipart& split) {
    const std::string_view start = trim(reading.type.get("start"));
    if (start.empty()) return 0;
    for (size_t i = 0; i < split.parts.size(); i++) {
      const Header header = parse_header(split.parts[i], HeaderOf::part);
      const auto ids = values_of(header, "Content-ID");
      if (!ids.empty() && trim(unfold(ids.front())) == start) return i;
    }
    return 0;
  }

  void take_leaf(std::string_view bytes, const Entity& entity, const EntityReading& reading, const Node& node) {
    Leaf leaf;
    leaf.entity = bytes;
    leaf.body = reading.body;
    leaf.is_root = node.of == HeaderOf::mail;
    leaf.replaceable = node.replaceable;
    const bool named = !reading.type.all("name").empty() || !entity.disposition.all("filename").empty();
    leaf.attached = !reading.type.value.starts_with("text/") || entity.disposition.value == "attachment" || named;
    if (reading.encoding == TransferEncoding::identity) {
      leaf.empty = reading.body.empty();
      leaf.sha256 = to_hex(sha256(reading.body));
    } else {
      const Decoded decoded = decode_transfer(reading.encoding, reading.body);
      leaf.empty = decoded.bytes.empty();
      leaf.sha256 = to_hex(sha256(decoded.bytes));
      // Text that some programs show would go with the file.
      const bool file = reading.encoding == TransferEncoding::uuencode || reading.encoding == TransferEncoding::yenc;
      const bool lines = (reading.encoding == TransferEncoding::base64 && !decoded.lines_only) ||
                         (file && !trim(lines_beside_file(reading.body)).empty());
      leaf.doubtful = decoded.damaged || decoded.other.has_value() || decoded.behind_padding || lines;
    }
    out_->leaves.push_back(std::move(leaf));
  }

  Tree* out_ = nullptr;
  std::optional<Refusal> refusal_;
  size_t visited_ = 0;
};

BodyEdit refused(FooterOutcome outcome, std::string_view why) {
  return {outcome, std::string(why), {}, {}};
}

std::string body_of(const StripPart& part) {
  return encode_quoted_printable(part.text, LineEnds::text);
}

std::string entity_of(const StripPart& part) {
  return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
         "Content-Disposition: inline\r\n\r\n" +
         body_of(part);
}

// What the header of the mail says once its body is the text. Nothing when a field cannot be told from another.
std::optional<std::vector<HeaderChange>> root_changes(const std::vector<RawField>& fields, std::string& why) {
  struct Change {
    std::string_view name, value;
    bool required;
  };
  static constexpr std::array kChanges = {
      Change{"Content-Type", " text/plain; charset=utf-8", true},
      Change{"Content-Transfer-Encoding", " quoted-printable", true},
      Change{"Content-Disposition", " inline", false},
      Change{"Content-Description", " a note in place of an attachment", false},
  };
  // They say something of the content, and there is no way to take them off without changing which field is which.
  static constexpr std::array kOthers = {"Content-MD5"sv, "Content-Location"sv, "Content-ID"sv, "Content-Length"sv};
  std::vector<HeaderChange> out;
  for (const Change& change : kChanges) {
    const auto count = std::count_if(fields.begin(), fields.end(),
                                     [&](const RawField& field) { return same_name(field.name, change.name); });
    if (count > 1 || (count == 0 && change.required)) {
      // A field that is not there can only be put behind all others, and which of two counts programs do not agree on.
      why = "the header of the message has ";
      why += count == 0 ? "no field " : "more than one field ";
      why += change.name;
      return std::nullopt;
    }
    if (count == 1) out.push_back({std::string(change.name), 1, std::string(change.value)});
  }
  for (const RawField& field : fields) {
    if (std::any_of(kOthers.begin(), kOthers.end(), [&](auto name) { return same_name(field.name, name); })) {
      why = "the header of the message speaks of its attachment: " + std::string(field.name);
      return std::nullopt;
    }
  }
  return out;
}

std::string applied(std::string_view message, const BodyEdit& edit) {
  std::string out;
  size_t at = 0;
  for (const BodySplice& splice : edit.splices) {
    out += message.substr(at, splice.offset - at);
    out += splice.inserted;
    at = splice.offset + splice.removed;
  }
  return out += message.substr(at);
}

const StripPart* wanted_for(const Leaf& leaf, const std::vector<StripPart>& wanted) {
  const auto found =
      std::find_if(wanted.begin(), wanted.end(), [&](const StripPart& part) { return part.sha256 == leaf.sha256; });
  return found == wanted.end() ? nullptr : &*found;
}

// The edit read again: leaf by leaf the same, but for those that are replaced.
bool comes_out(std::string_view message, const BodyEdit& edit, const Tree& before,
               const std::vector<StripPart>& wanted) {
  const std::string after = applied(message, edit);
  Tree tree;
  if (Walker().walk(after, tree) || tree.leaves.size() != before.leaves.size()) return false;
  for (size_t i = 0; i < tree.leaves.size(); i++) {
    const Leaf& old = before.leaves[i];
    const bool taken = old.attached && wanted_for(old, wanted) != nullptr;
    if (taken && tree.leaves[i].sha256 == old.sha256) return false;
    if (!taken && tree.leaves[i].entity != old.entity) return false;
  }
  return true;
}

}  // namespace

BodyEdit strip_parts(std::string_view message, const std::vector<StripPart>& wanted) {
  Tree tree;
  if (auto refusal = Walker().walk(message, tree)) return refused(refusal->outcome, refusal->why);
  BodyEdit out;
  std::vector<bool> found(wanted.size());
  for (const Leaf& leaf : tree.leaves) {
    const StripPart* part = wanted_for(leaf, wanted);
    if (part == nullptr) continue;
    if (!leaf.attached) {
      // An empty text holds nothing, of a file or otherwise.
      if (leaf.empty) continue;
      return refused(FooterOutcome::unwritable, "the text of the message is the same as the attachment");
    }
    if (leaf.doubtful) {
      return refused(FooterOutcome::ambiguous, "mail programs decode the attachment in different ways");
    }
    if (!leaf.replaceable) {
      return refused(FooterOutcome::unwritable, "mail programs need the part to show the message");
    }
    if (out.splices.size() >= kMaxStripPlaces) {
      return refused(FooterOutcome::limit,
                     "the attachment stands there more than " + std::to_string(kMaxStripPlaces) + " times");
    }
    found[size_t(part - wanted.data())] = true;
    const std::string_view gone = leaf.is_root ? leaf.body : leaf.entity;
    const auto offset = static_cast<std::uint64_t>(gone.data() - message.data());
    if (leaf.is_root) {
      std::string why;
      auto fields = root_changes(tree.root_fields, why);
      if (!fields) return refused(FooterOutcome::unwritable, why);
      out.fields = std::move(*fields);
      out.splices.push_back({offset, gone.size(), body_of(*part) + "\r\n"});
    } else {
      out.splices.push_back({offset, gone.size(), entity_of(*part)});
    }
  }
  if (std::find(found.begin(), found.end(), false) != found.end()) {
    return refused(out.splices.empty() ? FooterOutcome::present : FooterOutcome::unwritable,
                   "the attachment stands where no part can be replaced");
  }
  out.outcome = FooterOutcome::added;
  // With other header fields the body reads as text; what is compared then is the parts of a multipart.
  if (out.fields.empty() && !comes_out(message, out, tree, wanted)) {
    return refused(FooterOutcome::unwritable, "the message without it does not read as it should");
  }
  return out;
}

}  // namespace postern::extract
