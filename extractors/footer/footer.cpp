#include "extractors/footer/footer.h"

#include <algorithm>

#include "extractors/footer/body_parts.h"
#include "extractors/footer/footer_text.h"
#include "extractors/footer/html_place.h"
#include "extractors/footer/part_charset.h"
#include "extractors/footer/part_header.h"
#include "extractors/footer/transfer_edit.h"

namespace postern::extract {
namespace {

// Tables that a page leaves open at its end are closed before the footer; a page with more is damaged.
constexpr size_t kMostOpenTables = 8;
constexpr std::string_view kMark = "\xEF\xBB\xBF";

// The line end of a text: that of its first line, CRLF when there is none.
std::string_view newline_of(std::string_view text) {
  const size_t end = text.find('\n');
  return end == std::string_view::npos || (end > 0 && text[end - 1] == '\r') ? "\r\n" : "\n";
}

std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
  }
  return out;
}

std::string spliced(std::string_view bytes, const BodySplice& splice) {
  std::string out(bytes.substr(0, splice.offset));
  out += splice.inserted;
  out += bytes.substr(splice.offset + splice.removed);
  return out;
}

// An OpenPGP armour that begins a line (RFC 9580 6.2): what is inside cannot be added to.
std::optional<NoEdit> armour_in(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN PGP ";
  for (size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const std::string_view rest = text.substr(at + kBegin.size());
    if (rest.starts_with("SIGNED MESSAGE")) return NoEdit{FooterOutcome::signed_, "the text is signed by OpenPGP"};
    if (rest.starts_with("MESSAGE")) return NoEdit{FooterOutcome::encrypted, "the text is encrypted by OpenPGP"};
  }
  return std::nullopt;
}

// One text part on its way to its splices.
class PartEditor {
 public:
  enum class Result { edited, present, refused };

  PartEditor(std::string_view message, const BodyPart& part, const Footer& footer, BodyEdit& out)
      : message_(message), part_(part), footer_(footer), out_(out) {}

  Result edit() {
    const auto start = static_cast<size_t>(part_.body.data() - message_.data());
    if (start > 0 && message_[start - 1] != '\n')
      return refuse(FooterOutcome::no_text, "a part that ends inside its header");
    Decoded decoded;
    bytes_ = part_.body;
    if (part_.encoding != TransferEncoding::identity) {
      decoded = decode_transfer(part_.encoding, part_.body);
      if (decoded.damaged || decoded.other) return refuse(FooterOutcome::ambiguous, "damaged transfer encoding");
      bytes_ = decoded.bytes;
    }
    if (bytes_.size() > kMostFooterText) return refuse(FooterOutcome::limit, "a text part is too large to edit");
    charset_ = PartCharset::of(part_.charset, bytes_);
    if (!charset_) return refuse(FooterOutcome::unwritable, "a charset that cannot be written");
    if (!charset_->is_ascii_like() && part_.encoding == TransferEncoding::identity) {
      return refuse(FooterOutcome::unwritable, "a wide charset without a transfer encoding");
    }
    text_ = charset_->decode(bytes_);
    if (const auto armour = armour_in(text_.utf8)) return refuse(armour->outcome, armour->why);
    return part_.kind == BodyPart::Kind::html ? edit_html() : edit_plain();
  }

  NoEdit refusal() const { return refusal_; }

 private:
  Result refuse(FooterOutcome outcome, std::string_view why) {
    refusal_ = {outcome, std::string(why)};
    return Result::refused;
  }

  LineEnds line_ends() const { return charset_->is_ascii_like() ? LineEnds::text : LineEnds::binary; }

  // Whether the bytes may stand in the part as it is declared, or at least make it no worse.
  bool fits(std::string_view inserted) const {
    return part_.encoding != TransferEncoding::identity || part_.declared_eight_bit || is_seven_bit(inserted) ||
           !is_seven_bit(bytes_);
  }

  Result edit_plain() {
    if (ends_with_footer(text_.utf8, footer_)) return Result::present;
    const std::string footer = plain_footer(text_.utf8, footer_, part_.format, newline_of(text_.utf8));
    const auto encoded = charset_->encode(footer);
    if (encoded && fits(*encoded) && insert(bytes_.size(), *encoded, footer)) return Result::edited;
    return rewrite(footer);
  }

  Result edit_html() {
    const HtmlPlace shown = find_html_place(text_.utf8);
    // Behind the place of ours there may stand what another gate has added.
    if (ends_with_footer(shown.shown, footer_) || ends_with_footer(shown.before, footer_)) return Result::present;
    const auto markup = charset_->markup_of(bytes_);
    if (!markup) return refuse(FooterOutcome::unwritable, "HTML in a charset whose marks cannot be told");
    const HtmlPlace place = find_html_place(*markup);
    if (place.unsafe || place.open_tables > kMostOpenTables) {
      return refuse(FooterOutcome::unwritable, "HTML that ends inside something else than its body");
    }
    const std::string_view newline = newline_of(text_.utf8);
    const bool at_line_start = place.at == 0 || (*markup)[place.at - 1] == '\n';
    std::string before(at_line_start ? "" : newline);
    for (size_t i = 0; i < place.open_tables; i++) before += "</table>";
    for (const Letters letters : {Letters::as_they_are, Letters::as_references}) {
      const std::string block = before + html_footer(footer_, newline, letters) + std::string(newline);
      const auto encoded = charset_->encode(block);
      if (encoded && fits(*encoded) && insert(place.at * charset_->unit(), *encoded, block)) return Result::edited;
    }
    return refuse(FooterOutcome::unwritable, "HTML that the footer cannot be written into");
  }

  // True when the splice reads back as it should; then it is kept.
  bool insert(size_t at, std::string_view encoded, std::string_view utf8) {
    auto splice = insert_encoded(part_.encoding, part_.body, bytes_, at, encoded, line_ends());
    if (!splice) return false;
    std::string expected(bytes_.substr(0, at));
    expected += encoded;
    expected += bytes_.substr(at);
    const std::string raw = spliced(part_.body, *splice);
    const std::string bytes =
        part_.encoding == TransferEncoding::identity ? raw : decode_transfer(part_.encoding, raw).bytes;
    if (bytes != expected) return false;
    // Charsets with states: the footer must read the same behind what is there.
    const std::string read = charset_->decode(bytes).utf8;
    if (at == bytes_.size() ? !read.ends_with(utf8) : read.find(utf8) == std::string::npos) return false;
    return keep(std::move(*splice));
  }

  // The whole part as UTF-8, in an encoding that every mail program knows.
  Result rewrite(const std::string& footer) {
    constexpr std::string_view kCannot = "plain text that can neither hold the footer nor become UTF-8";
    if (!text_.exact || part_.encoding == TransferEncoding::uuencode || part_.encoding == TransferEncoding::yenc) {
      return refuse(FooterOutcome::unwritable, kCannot);
    }
    std::string text = text_.utf8.starts_with(kMark) ? text_.utf8.substr(kMark.size()) : text_.utf8;
    text += footer;
    const bool base64 = part_.encoding == TransferEncoding::base64;
    std::string raw =
        base64 ? encode_base64(text, base64_line_length(part_.body)) : encode_quoted_printable(text, LineEnds::text);
    if (base64 && part_.body.ends_with('\n')) raw += "\r\n";
    const auto header = declare_utf8(message_, part_, base64 ? "base64" : "quoted-printable");
    const std::string read = base64 ? decode_base64(raw).bytes : decode_quoted_printable(raw).bytes;
    if (!header || with_line_feeds(read) != with_line_feeds(text)) return refuse(FooterOutcome::unwritable, kCannot);
    if (!keep({0, part_.body.size(), std::move(raw)})) return refuse(refusal_.outcome, refusal_.why);
    out_.splices.insert(out_.splices.end(), header->splices.begin(), header->splices.end());
    out_.fields.insert(out_.fields.end(), header->fields.begin(), header->fields.end());
    return Result::edited;
  }

  // Takes a splice of the part's body, unless it makes a line that ends a part around it.
  bool keep(BodySplice splice) {
    const auto start = static_cast<std::uint64_t>(part_.body.data() - message_.data());
    splice.offset += start;
    size_t begin = splice.offset;
    while (begin > 0 && message_[begin - 1] != '\n') begin--;
    const size_t behind = splice.offset + splice.removed;
    const size_t end = std::min(message_.find('\n', behind), message_.size());
    std::string lines(message_.substr(begin, splice.offset - begin));
    lines += splice.inserted;
    lines += message_.substr(behind, end - behind);
    for (const std::string& boundary : part_.boundaries) {
      const std::string delimiter = "--" + boundary;
      if (lines.starts_with(delimiter) || lines.find("\n" + delimiter) != std::string::npos) {
        refusal_ = {FooterOutcome::unwritable, "the footer holds a boundary of the message"};
        return false;
      }
    }
    out_.splices.push_back(std::move(splice));
    return true;
  }

  std::string_view message_;
  const BodyPart& part_;
  const Footer& footer_;
  BodyEdit& out_;
  std::string_view bytes_;  // decoded
  std::optional<PartCharset> charset_;
  PartCharset::Text text_;
  NoEdit refusal_;
};

BodyEdit left_alone(const NoEdit& why) {
  return BodyEdit{why.outcome, why.why, {}, {}};
}

}  // namespace

BodyEdit edit_footer(std::string_view message, const Footer& footer) {
  if (footer_lines(footer).empty()) return left_alone({FooterOutcome::present, "the footer is empty"});
  const BodyParts found = find_body_parts(message);
  if (found.refusal) return left_alone(*found.refusal);
  BodyEdit out;
  bool edited = false;
  for (const BodyPart& part : found.parts) {
    PartEditor editor(message, part, footer, out);
    const auto result = editor.edit();
    if (result == PartEditor::Result::refused) return left_alone(editor.refusal());
    edited = edited || result == PartEditor::Result::edited;
  }
  if (!edited) return left_alone({FooterOutcome::present, "the text ends with the footer already"});
  out.outcome = FooterOutcome::added;
  std::stable_sort(out.splices.begin(), out.splices.end(),
                   [](const BodySplice& a, const BodySplice& b) { return a.offset < b.offset; });
  return out;
}

}  // namespace postern::extract
