#include "extractors/text/text.h"

#include <algorithm>
#include <string>

#include "extractors/html/strip.h"
#include "extractors/mail/header.h"
#include "extractors/mail/locked.h"
#include "extractors/mail/openpgp.h"
#include "extractors/text/charset.h"
#include "extractors/text/display_order.h"
#include "extractors/text/json_text.h"
#include "extractors/text/mail_body.h"
#include "extractors/text/quote_marks.h"
#include "extractors/text/sheet_text.h"
#include "extractors/text/xml_entities.h"
#include "extractors/text/xml_text.h"
#include "extractors/wrapper/drawn_codes.h"
#include "extractors/wrapper/encoded_text.h"

namespace postern::extract {
namespace {

class TextExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const TextReadings readings = read_text(source.bytes, source.charset);
    if (readings.mislabelled) sink.fact("charset-mismatch");
    const bool is_mail_body = source.role == PartRole::body;
    LimitHit hit =
        is_mail_body ? tell_body(readings.main, source.format, "", sink) : tell_whole(readings.main, "", sink);
    if (hit == LimitHit::none && readings.other) {
      sink.fact("second-reading");
      const std::string at = "read as " + readings.other->charset();
      hit = is_mail_body ? tell_body(*readings.other, source.format, at, sink) : tell_whole(*readings.other, at, sink);
    }
    bool cut_entities = false;
    if (hit == LimitHit::none) hit = tell_as_shown(source, readings.main, sink, cut_entities);
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    if (!give_base64_files(readings.main.text(), sink) ||
        (readings.disputed && !give_base64_files(readings.other->text(), sink))) {
      return base64_files_limit();
    }
    if (!give_drawn_codes(readings.main.text(), sink)) return drawn_codes_limit();
    if (readings.cut) return {Outcome::limit, describe_damage_limit()};
    if (cut_entities) {
      return {Outcome::limit, "entities that the XML declares reached the limit (" + std::to_string(kMaxEntityBytes) +
                                  " bytes, depth " + std::to_string(kMaxEntityDepth) + ")"};
    }
    if (const std::string_view program = locked_in_text(readings.main.text()); !program.empty())
      return {Outcome::encrypted, "it holds something locked by " + std::string(program)};
    if (holds_openpgp(readings.main.text())) return read_openpgp(readings.main.text(), sink);
    if (readings.disputed) return {Outcome::ambiguous, describe_dispute(readings)};
    return complete();
  }

 private:
  static bool is_xml(std::string_view mime) { return mime == "application/xml" || mime.ends_with("+xml"); }

  static std::string_view without_declaration(std::string_view text) {
    const size_t end = text.starts_with("<?xml") ? text.find("?>") : std::string_view::npos;
    return end == std::string_view::npos ? text : text.substr(end + 2);
  }

  // What programs make of the text that they open.
  static LimitHit tell_as_shown(const Source& source, const TextReading& reading, Sink& sink, bool& cut_entities) {
    const std::string_view type = source.type.mime;
    const std::string_view text = reading.text();
    if (is_xml(type)) {
      // The scanner goes by the declared encoding, and finds entities in ASCII alone.
      const bool wide = reading.charset().starts_with("UTF-16") || reading.charset().starts_with("UTF-32");
      const XmlText shown = text_of_xml(wide ? without_declaration(text) : source.bytes);
      cut_entities = shown.cut;
      LimitHit hit = sink.text(Place::body, "without tags", shown.text);
      if (hit == LimitHit::none) hit = tell_markup(shown.text, sink);
      return hit == LimitHit::none ? sink.text(Place::attribute, "", shown.attributes) : hit;
    }
    std::string buffer;
    if (type == kSylkType) return tell_sylk(tidy_lines(text, buffer), sink);
    if (type == kDifType) return tell_dif(tidy_lines(text, buffer), sink);
    if (type == "application/json" || type == kNotebookType) return tell_json(type == kNotebookType, text, sink);
    if (type == kTexType) return sink.text(Place::body, "as printed", text_of_tex(text));
    if (type == kLdifType) return tell_ldif(tidy_lines(text, buffer), sink);
    if (source.role == PartRole::body) return LimitHit::none;
    give_rtf(source.bytes, sink);
    const LimitHit hit = sink.text(Place::body, "without escapes", without_unicode_escapes(text));
    return hit == LimitHit::none ? tell_markup(text, sink) : hit;
  }

  // Some programs look for the beginning of RTF behind blanks and a mark, and in capitals.
  static void give_rtf(std::string_view bytes, Sink& sink) {
    const std::string_view window = bytes.substr(0, 64);
    const size_t brace = window.find_first_not_of("\xEF\xBB\xBF \t\r\n\f");
    if (brace == std::string_view::npos || window[brace] != '{') return;
    const std::string start = to_lower(window.substr(brace, 6));
    if (!start.starts_with("{\\rt") && !start.starts_with("{\\urtf")) return;
    Child child;
    child.read_as = "application/rtf";
    child.facts = {"second-reading"};
    sink.child(child, bytes.substr(brace));
  }

  // HTML inside other formats: feeds, subtitles, Markdown, templates.
  static LimitHit tell_markup(std::string_view text, Sink& sink) {
    if (text.find("</") == std::string_view::npos) return LimitHit::none;
    return sink.text(Place::body, "without markup", strip_html(text).text);
  }

  static LimitHit tell_json(bool is_notebook, std::string_view text, Sink& sink) {
    if (!is_notebook && !has_json_escapes(text)) return tell_markup(text, sink);
    const JsonText shown = text_of_json(text, is_notebook ? JsonStyle::notebook : JsonStyle::plain);
    LimitHit hit = sink.text(Place::body, "without escapes", shown.text);
    if (hit == LimitHit::none) hit = tell_markup(shown.text, sink);
    for (const std::string& page : shown.pages) {
      Child child;
      child.name = "output";
      child.declared_type = child.read_as = "text/html";
      child.charset = "utf-8";
      sink.child(child, page);
    }
    return hit;
  }

  static LimitHit tell_ldif(std::string_view text, Sink& sink) {
    const LdifText shown = text_of_ldif(text);
    const LimitHit hit = sink.text(Place::body, "decoded", shown.text);
    for (const auto& [name, bytes] : shown.files) {
      Child child;
      child.name = name;
      sink.child(child, bytes);
    }
    return hit;
  }

  // At the beginning of a line, quoted or not (RFC 9580 6.2).
  static bool holds_openpgp(std::string_view text) {
    constexpr std::string_view kArmour = "-----BEGIN PGP MESSAGE-----";
    const size_t at = text.find(kArmour);
    if (at == std::string_view::npos) return false;
    const size_t line = text.substr(0, at).find_last_not_of("> \t");
    if (line != std::string_view::npos && text[line] != '\n' && text[line] != '\r') return false;
    const std::string_view behind = text.substr(at + kArmour.size());
    return behind.starts_with('\n') || behind.starts_with('\r');
  }

  static LimitHit tell_whole(const TextReading& reading, std::string_view at, Sink& sink) {
    std::string buffer;
    const std::string_view text = tidy_lines(reading.text(), buffer);
    const LimitHit hit = sink.text(Place::body, at, text);
    return hit == LimitHit::none ? tell_otherwise(text, MarkedRuns::all, sink) : hit;
  }

  // What the eye puts together and the lines do not.
  static LimitHit tell_otherwise(std::string_view text, MarkedRuns runs, Sink& sink) {
    const LimitHit hit = sink.text(Place::body, "in the order of display", in_display_order(text));
    return hit == LimitHit::none ? sink.text(Place::quoted, "across quote marks", across_quote_marks(text, runs)) : hit;
  }

  static LimitHit tell_body(const TextReading& reading, TextFormat format, std::string_view at, Sink& sink) {
    std::string buffer;
    const std::string_view text = tidy_lines(reading.text(), buffer);
    const MailBody parts = split_mail_body(text, format);
    LimitHit hit = tell_mail_body(parts, at, sink);
    return hit == LimitHit::none ? tell_otherwise(text, MarkedRuns::where_depth_changes, sink) : hit;
  }
};

}  // namespace

std::string_view tidy_lines(std::string_view text, std::string& buffer) {
  const auto stands_in = [text](char c) { return text.find(c) != std::string_view::npos; };
  const bool zeros = stands_in('\0'), form_feeds = stands_in('\f'), vertical_tabs = stands_in('\v');
  if (!zeros && !form_feeds && !vertical_tabs && !stands_in('\r')) return text;
  buffer.clear();
  buffer.reserve(text.size());
  while (!text.empty()) {
    const size_t end = text.find('\r');
    buffer.append(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (!text.starts_with('\n')) buffer.push_back('\n');
  }
  if (form_feeds) std::replace(buffer.begin(), buffer.end(), '\f', '\n');
  if (vertical_tabs) std::replace(buffer.begin(), buffer.end(), '\v', '\n');
  if (zeros) std::erase(buffer, '\0');
  return buffer;
}

LimitHit tell_mail_body(const MailBody& parts, std::string_view at, Sink& sink) {
  LimitHit hit = sink.text(Place::body, at, parts.body);
  if (hit == LimitHit::none) hit = sink.text(Place::quoted, at, parts.quoted);
  if (hit == LimitHit::none) hit = sink.text(Place::forwarded, at, parts.forwarded);
  if (hit == LimitHit::none) hit = sink.text(Place::signature, at, parts.signature);
  if (hit == LimitHit::none) hit = sink.text(Place::disclaimer, at, parts.disclaimer);
  return hit == LimitHit::none ? sink.text(Place::body, "across places", parts.seams) : hit;
}

std::shared_ptr<Extractor> make_text_extractor() {
  return std::make_shared<TextExtractor>();
}

}  // namespace postern::extract
