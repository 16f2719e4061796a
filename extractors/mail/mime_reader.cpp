#include "extractors/mail/mime_reader.h"

#include <algorithm>
#include <array>

#include "extractors/file_type.h"
#include "extractors/mail/encoded_word.h"
#include "extractors/mail/mail.h"
#include "extractors/mail/multipart.h"
#include "extractors/mail/nested_parts.h"
#include "extractors/text/charset.h"
#include "extractors/text/display_order.h"
#include "extractors/text/text.h"
#include "extractors/wrapper/encoded_text.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Texts that mail programs show under the declared type, whatever the bytes look like.
bool is_text_type(std::string_view mime) {
  return mime.starts_with("text/") || mime == "application/xml" || mime == "application/json" ||
         mime == "message/rfc822" || mime == "image/svg+xml" || mime == "application/mbox" || mime == kUuencodeType ||
         mime == kYencType || mime.starts_with("application/pgp-");
}

// The reader for the body text of a declared type; "" when the bytes decide.
std::string_view body_reader(std::string_view declared) {
  if (declared == "text/html") return "text/html";
  if (declared == "text/rtf" || declared == "text/richtext-rtf") return {};
  if (declared == "text/calendar") return "text/calendar";
  if (declared == "text/vcard" || declared == "text/x-vcard" || declared == "text/directory") return "text/vcard";
  if (declared == "text/xml") return "application/xml";
  if (declared.starts_with("text/")) return "text/plain";
  return {};
}

// message/* types whose body is text for people and programs to read.
bool is_report(std::string_view type) {
  static constexpr std::array kReports = {"message/delivery-status"sv,
                                          "message/global-delivery-status"sv,
                                          "message/disposition-notification"sv,
                                          "message/global-disposition-notification"sv,
                                          "message/feedback-report"sv,
                                          "message/external-body"sv,
                                          "message/partial"sv,
                                          "text/rfc822-headers"sv,
                                          "message/global-headers"sv};
  return std::find(kReports.begin(), kReports.end(), type) != kReports.end();
}

// Longer fields of parameters are told as they stand, too.
constexpr size_t kLongestPlainField = 4096;

// Parameters that say nothing beyond type and coding.
bool is_plain_parameter(const Parameter& parameter) {
  static constexpr std::array kPlain = {"charset"sv,
                                        "boundary"sv,
                                        "format"sv,
                                        "delsp"sv,
                                        "name"sv,
                                        "filename"sv,
                                        "type"sv,
                                        "start"sv,
                                        "size"sv,
                                        "micalg"sv,
                                        "protocol"sv,
                                        "method"sv,
                                        "report-type"sv,
                                        "reply-type"sv,
                                        "x-unix-mode"sv,
                                        "creation-date"sv,
                                        "modification-date"sv,
                                        "read-date"sv,
                                        "x-mac-type"sv,
                                        "x-mac-creator"sv,
                                        "smime-type"sv,
                                        "start-info"sv};
  return std::find(kPlain.begin(), kPlain.end(), parameter.name) != kPlain.end();
}

TextFormat format_of(const Parameterised& type) {
  if (to_lower(type.get("format")) != "flowed") return TextFormat::fixed;
  return to_lower(type.get("delsp")) == "yes" ? TextFormat::flowed_delsp : TextFormat::flowed;
}

std::string_view node_type(std::string_view declared) {
  return std::find(kMultipartTypes.begin(), kMultipartTypes.end(), declared) != kMultipartTypes.end()
             ? declared
             : "multipart/mixed"sv;
}

// The body is cut up by each; the part is ambiguous with two already.
constexpr size_t kMostBoundaries = 16;

std::vector<std::string> boundaries_of(const EntityReading& reading) {
  std::vector<std::string> out = reading.type.all("boundary");
  if (out.size() > kMostBoundaries) out.resize(kMostBoundaries);
  return out;
}

// RFC 2046 5.1.5.
std::string_view default_part_type(std::string_view subtype) {
  return subtype == "multipart/digest" ? "message/rfc822"sv : "text/plain"sv;
}

// Line ends of a lone CR where they would make fields or boundaries: programs differ in whether they end a line.
bool has_lone_cr_structure(std::string_view mail, std::string_view body) {
  const size_t header_end = body.data() == nullptr ? mail.size() : static_cast<size_t>(body.data() - mail.data());
  for (size_t at = mail.find('\r'); at != std::string_view::npos; at = mail.find('\r', at + 1)) {
    const std::string_view behind = mail.substr(at + 1);
    if (behind.empty() || behind.starts_with('\n') || behind.starts_with("\r\n")) continue;
    if (at < header_end || behind.starts_with("--") || same_name(behind.substr(0, 8), "Content-")) return true;
  }
  return false;
}

std::string with_whole_line_ends(std::string_view mail) {
  std::string out;
  out.reserve(mail.size());
  for (size_t i = 0; i < mail.size(); i++) {
    const bool lone = mail[i] == '\r' && (i + 1 == mail.size() || mail[i + 1] != '\n');
    out += lone ? '\n' : mail[i];
  }
  return out;
}

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

// The charsets that a type names, the one that most programs take first; those that are one under other names once.
std::vector<std::string> different_charsets(const Parameterised& type) {
  constexpr size_t kMost = 4;
  std::vector<std::string> out, known;
  for (std::string& label : type.all("charset")) {
    std::string name = canonical_charset(label);
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end() || out.size() == kMost) continue;
    known.push_back(std::move(name));
    out.push_back(std::move(label));
  }
  return out;
}

// File names from both fields, the one that is shown first (RFC 2183 2.3), different ones only.
std::vector<std::string> file_names(const Entity& entity, const EntityReading& reading) {
  std::vector<std::string> out = entity.disposition.all("filename");
  for (std::string& name : reading.type.all("name")) {
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  std::erase_if(out, [](const std::string& name) { return is_blank(name); });
  return out;
}

}  // namespace

void MimeReader::tell(Place place, std::string_view at, std::string_view text) {
  if (hit_ == LimitHit::none && !is_blank(text)) hit_ = sink_.text(place, at, text);
}

void MimeReader::tell_loose_text(std::string_view at, std::string_view bytes) {
  if (is_blank(bytes)) return;
  const TextReadings readings = read_text(bytes, "");
  if (readings.cut) left_out_ = describe_damage_limit();
  std::string buffer;
  tell(Place::preamble, at, tidy_lines(readings.main.text(), buffer));
  read_files_in_text(bytes);
}

void MimeReader::doubt(std::string_view why) {
  if (doubt_.empty()) doubt_ = std::string(why);
}

Ending MimeReader::ending() const {
  if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
  if (!left_out_.empty()) return {Outcome::limit, left_out_};
  if (!doubt_.empty()) return {Outcome::ambiguous, doubt_};
  if (!damage_.empty()) return {Outcome::malformed, damage_};
  return complete();
}

Ending MimeReader::read_mail(std::string_view bytes) {
  const Entity entity = parse_entity(bytes, HeaderOf::mail, "text/plain");
  tell_fields(entity.header);
  if (!entity.doubt.empty()) doubt(entity.doubt);
  read_content(entity, {});
  if (!over() && has_lone_cr_structure(bytes, entity.header.body)) {
    doubt("line ends of a lone CR, which some programs take for line ends");
    Child child;
    child.declared_type = "message/rfc822";
    child.read_as = "message/rfc822";
    child.facts.push_back("second-reading");
    child.doubt = "read with every lone CR as a line end";
    sink_.child(child, with_whole_line_ends(bytes));
  }
  return ending();
}

Ending MimeReader::read_node(std::string_view bytes) {
  Entity entity = parse_entity(bytes, HeaderOf::part, "text/plain");
  // Other readings than the multipart ones are parts beside this node, which its parent made.
  std::erase_if(entity.readings, [](const EntityReading& reading) { return !is_multipart(reading); });
  for (const EntityReading& reading : entity.readings) read_parts(reading);
  return ending();
}

void MimeReader::read_content(const Entity& entity, const Around& around) {
  for (const EntityReading& reading : entity.readings) {
    if (over()) return;
    if (is_multipart(reading)) {
      read_parts(reading);
    } else {
      read_leaf(entity, reading, around, entity.doubt);
    }
  }
}

void MimeReader::read_parts(const EntityReading& reading) {
  std::vector<std::string> boundaries = boundaries_of(reading);
  std::string decoded;
  std::string_view body = reading.body;
  boundaries = occurring_boundaries(body, boundaries);
  if (boundaries.empty() && reading.encoding != TransferEncoding::identity) {
    // Forbidden (RFC 2045 6.4), decoded by some programs all the same.
    decoded = decode_transfer(reading.encoding, body).bytes;
    body = decoded;
    boundaries = occurring_boundaries(body, boundaries_of(reading));
    if (!boundaries.empty()) doubt("a multipart body in a transfer encoding, which some programs decode");
  }
  if (boundaries.empty()) {
    const std::string guess = guess_boundary(body);
    if (!guess.empty()) {
      doubt("the boundary that the header names does not occur, another one does");
      boundaries.push_back(guess);
    }
  }
  if (boundaries.size() > 1) doubt("more than one boundary fits, and programs differ in which one they take");
  if (boundaries.empty()) {
    // No part at all: programs show the body as text.
    if (!is_blank(body)) {
      damage_ = "a multipart body without any boundary line";
      Child child;
      child.role = PartRole::body;
      child.declared_type = "text/plain";
      child.read_as = "text/plain";
      sink_.child(child, body);
    }
    return;
  }
  for (const std::string& boundary : boundaries) {
    if (over()) return;
    read_split(reading, body, boundary, boundaries.size() > 1 ? "read by one of several boundaries"sv : ""sv);
  }
}

bool MimeReader::read_split(const EntityReading& reading, std::string_view body, std::string_view boundary,
                            std::string_view why_doubtful) {
  Multipart split = split_multipart(body, boundary, BoundaryMatch::exact);
  tell_loose_text("preamble", split.preamble);
  if (!split.closed) sink_.fact("unclosed-multipart");
  const size_t before_close = split.parts_before_close;
  if (split.parts.size() > before_close) doubt("parts behind the final boundary, which some programs read");
  for (size_t i = 0; i < split.parts.size() && !over(); i++) {
    const bool behind_close = i >= before_close;
    read_part(split.parts[i], reading.type.value, i + 1,
              behind_close ? "it stands behind the final boundary"sv : why_doubtful);
  }
  tell_loose_text("epilogue", split.epilogue);
  if (split.prefix_lines && !over()) read_lenient(reading, body, boundary, split);
  return true;
}

// RFC 2046 5.1.1 has a delimiter line end behind the boundary; some readers take every line that begins with it.
void MimeReader::read_lenient(const EntityReading& reading, std::string_view body, std::string_view boundary,
                              const Multipart& split) {
  const Multipart lenient = split_multipart(body, boundary, BoundaryMatch::prefix);
  if (lenient.parts == split.parts) return;
  NestedParts nested;
  for (const std::string_view part : split.parts) nested.add(part, default_part_type(reading.type.value));
  for (size_t i = 0; i < lenient.parts.size() && !over(); i++) {
    const std::string_view part = lenient.parts[i];
    if (is_blank(part) || nested.covers(part)) continue;
    doubt("lines that only begin with the boundary, which some programs take for it");
    read_part(part, reading.type.value, i + 1, "it ends at a line that only begins with the boundary");
  }
}

void MimeReader::read_part(std::string_view bytes, std::string_view subtype, size_t ordinal,
                           std::string_view why_doubtful) {
  const Around around{subtype, ordinal};
  Entity entity = parse_entity(bytes, HeaderOf::part, default_part_type(subtype));
  if (!entity.doubt.empty()) doubt("part " + std::to_string(ordinal) + " has " + entity.doubt);
  if (entity.doubt.empty()) entity.doubt = std::string(why_doubtful);
  tell_part_fields(entity, around);
  bool node_told = false;
  for (const EntityReading& reading : entity.readings) {
    if (over()) return;
    if (!is_multipart(reading)) {
      read_leaf(entity, reading, around, entity.doubt);
      continue;
    }
    if (node_told) continue;  // the node reads all boundaries itself
    node_told = true;
    Child child;
    child.role = PartRole::structure;
    child.declared_type = reading.type.value;
    child.read_as = std::string(node_type(reading.type.value));
    child.doubt = std::string(why_doubtful);
    sink_.child(child, bytes);
  }
}

void MimeReader::read_leaf(const Entity& entity, const EntityReading& reading, const Around& around,
                           const std::string& why_doubtful) {
  Child child;
  const std::string& type = reading.type.value;
  child.declared_type = type;
  std::vector<std::string> charsets = different_charsets(reading.type);
  child.charset = charsets.empty() ? std::string(reading.type.get("charset")) : charsets.front();
  child.format = format_of(reading.type);
  child.doubt = why_doubtful;

  std::vector<std::string> names = file_names(entity, reading);
  if (!names.empty()) child.name = names.front();
  for (const std::string& name : names) tell(Place::file_name, "in the order of display", in_display_order(name));
  if (names.size() > 1) {
    child.facts.push_back("name-conflict");
    for (size_t i = 1; i < names.size(); i++)
      tell(Place::file_name, "part " + std::to_string(around.ordinal), names[i]);
  }

  const bool attached = entity.disposition.value == "attachment" || !names.empty();
  const bool related_file = around.subtype == "multipart/related" && around.ordinal > 1;
  if (type.starts_with("text/") && !attached) {
    child.role = PartRole::body;
  } else if (related_file || (type.starts_with("image/") && entity.disposition.value == "inline")) {
    child.role = PartRole::inline_file;
  }
  if (type == "message/rfc822" || type == "message/global") {
    child.read_as = "message/rfc822";
    child.role = PartRole::forwarded;
  }
  if (is_report(type)) child.read_as = "text/plain";
  if (type == "message/partial") child.doubt = "a piece of a mail that was sent in several (message/partial)";
  if (type == "message/external-body") child.facts.push_back("external-body");

  Decoded decoded;
  std::string_view bytes = reading.body;
  if (reading.encoding != TransferEncoding::identity) {
    decoded = decode_transfer(reading.encoding, reading.body);
    bytes = decoded.bytes;
    if (decoded.damaged) child.facts.push_back("encoding-damaged");
  }
  const bool two_decodings = decoded.other.has_value();
  if (decoded.behind_padding && child.doubt.empty()) {
    child.doubt = "data behind the padding of base64, which programs read in different ways";
    doubt(child.doubt);
  }

  if (child.role != PartRole::body) charsets.clear();
  if (charsets.size() > 1 && child.doubt.empty()) {
    child.doubt = "two charsets, and programs differ in which one they take";
    doubt(child.doubt);
  }
  const auto hand_out = [&](std::string_view content) {
    Child copy = child;
    if (copy.role == PartRole::body) {
      const FileType found = detect_type(content, child.name, type);
      // Mail programs show unknown bytes of a declared text as text.
      const bool shown_as_text = is_text_type(found.mime) || found.mime == "application/octet-stream";
      if (shown_as_text) copy.read_as = std::string(body_reader(type));
      sink_.child(copy, content);
      // Some programs look at the bytes and show the markup, not its source.
      const bool marked_up = found.mime == "text/html" || type == "text/enriched" || type == "text/richtext";
      if (marked_up && copy.read_as == "text/plain" && !over()) {
        copy.read_as = "text/html";
        copy.facts.push_back("second-reading");
        sink_.child(copy, content);
      }
    } else {
      sink_.child(copy, content);
    }
  };
  hand_out(bytes);
  for (size_t i = 1; i < charsets.size() && !over(); i++) {
    child.charset = charsets[i];
    hand_out(bytes);
  }
  if (two_decodings && !over()) hand_out(*decoded.other);
  // A doubtful reading may have header lines in its data, which are told as such.
  const bool may_have_other_lines = reading.encoding == TransferEncoding::base64 && !decoded.lines_only;
  if (may_have_other_lines && why_doubtful.empty()) read_beside(lines_beside_base64(reading.body));
  if (reading.encoding == TransferEncoding::uuencode || reading.encoding == TransferEncoding::yenc)
    read_beside(lines_beside_file(reading.body));
  if (child.role == PartRole::body) read_files_in_text(bytes);
}

void MimeReader::read_beside(const std::string& lines) {
  if (is_blank(lines) || over()) return;
  Child child;
  child.role = PartRole::body;
  child.declared_type = "text/plain";
  child.read_as = "text/plain";
  child.facts = {"encoding-damaged", "second-reading"};
  sink_.child(child, lines);
}

void MimeReader::read_files_in_text(std::string_view text) {
  const TextFiles found = files_in_text(text);
  if (found.more) left_out_ = "files encoded in a text reached the limit (" + std::to_string(kMostTextFiles) + ")";
  for (const TextFile& file : found.files) {
    if (over()) return;
    Child child;
    child.name = std::string(file.name);
    if (file.content.damaged) child.facts.push_back("encoding-damaged");
    sink_.child(child, file.content.bytes);
  }
}

void MimeReader::tell_fields(const Header& header) {
  for (const RawField& field : header.fields) {
    if (hit_ != LimitHit::none) return;
    const HeaderText text = decode_header_text(field.value);
    const Place place = same_name(field.name, "Subject") ? Place::subject : Place::header;
    const std::string_view at = place == Place::subject ? std::string_view{} : field.name;
    tell(place, at, text.text);
    tell(place, at, text.other);
    if (text.irregular) {
      if (const std::string raw = unfold(field.value); raw != text.text) tell(place, at, raw);
    }
  }
  for (const std::string_view line : header.odd_lines) tell_loose_text("between the header fields", line);
}

void MimeReader::tell_part_fields(const Entity& entity, const Around& around) {
  for (const RawField& field : entity.header.fields) {
    const bool type = same_name(field.name, "Content-Type"), disposition = same_name(field.name, "Content-Disposition");
    if (same_name(field.name, "Content-Transfer-Encoding") && field.value.size() < 24) continue;
    if (type || disposition) {
      const Parameterised value = parse_parameterised(field.value);
      const bool plain = std::all_of(value.parameters.begin(), value.parameters.end(), is_plain_parameter);
      // Of a field of very many parameters only the first are read as such.
      const bool whole = value.parameters.size() < kMostParameters && field.value.size() < kLongestPlainField;
      // A form's fields have names there, which say what is in them (RFC 7578).
      const bool named = disposition && !value.all("name").empty();
      if (plain && whole && !named && field.value.find('(') == std::string_view::npos) continue;
    }
    const std::string at = "part " + std::to_string(around.ordinal) + ": " + std::string(field.name);
    const HeaderText text = decode_header_text(field.value);
    tell(Place::header, at, text.text);
    tell(Place::header, at, text.other);
  }
  for (const std::string_view line : entity.header.odd_lines) tell_loose_text("between the header fields", line);
}

}  // namespace postern::extract
