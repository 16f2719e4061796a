#include "extractors/html/html.h"

#include <algorithm>

#include "extractors/html/page.h"
#include "extractors/html/page_squares.h"
#include "extractors/html/strip.h"
#include "extractors/html/tree.h"
#include "extractors/mail/header.h"
#include "extractors/mail/locked.h"
#include "extractors/text/charset.h"
#include "extractors/text/text.h"
#include "extractors/utf8.h"
#include "extractors/wrapper/drawn_codes.h"
#include "extractors/wrapper/encoded_text.h"

namespace postern::extract {
namespace {

// The charset that the page itself declares (HTML 4.2.5.5), looked for in its first bytes.
std::string_view declared_inside(std::string_view bytes) {
  constexpr size_t kWindow = 4096;  // browsers look at 1024, mail programs write long heads
  const std::string head = to_lower(bytes.substr(0, kWindow));
  if (head.starts_with("<?xml")) {
    const std::string declaration = head.substr(0, head.find("?>"));
    const size_t at = declaration.find("encoding");
    const size_t value = declaration.find_first_not_of(" =\"'", at == std::string::npos ? at : at + 8);
    if (value != std::string::npos) {
      const size_t end = std::min(declaration.find_first_of("\"' ", value), declaration.size());
      return bytes.substr(value, end - value);
    }
  }
  for (size_t at = head.find("charset"); at != std::string::npos; at = head.find("charset", at + 1)) {
    size_t value = head.find_first_not_of(" \t\r\n", at + 7);
    if (value == std::string::npos || head[value] != '=') continue;
    value = head.find_first_not_of(" \t\r\n\"'", value + 1);
    if (value == std::string::npos) return {};
    const size_t end = std::min(head.find_first_of(" \t\r\n\"';>/", value), head.size());
    return bytes.substr(value, end - value);
  }
  return {};
}

// The page as Outlook reads it: what conditional comments hold is part of it.
std::string open_conditions(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  while (!html.empty()) {
    const size_t at = html.find('<');
    out += html.substr(0, at);
    if (at == std::string_view::npos) break;
    html.remove_prefix(at);
    if (html.starts_with("<!--[if")) {
      constexpr size_t kLongestCondition = 200;
      const size_t end = html.substr(0, kLongestCondition).find("]>");
      if (end != std::string_view::npos && html.substr(0, end).find('!', 4) == std::string_view::npos) {
        html.remove_prefix(end + 2);
        continue;
      }
    }
    if (html.starts_with("<![endif]-->")) {
      html.remove_prefix(12);
      continue;
    }
    out += html.front();
    html.remove_prefix(1);
  }
  return out;
}

class HtmlExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const std::string_view inside = declared_inside(source.bytes);
    const TextReadings readings = read_text(source.bytes, source.charset.empty() ? inside : source.charset);
    if (readings.mislabelled) sink.fact("charset-mismatch");
    Ending ending = read_page(readings.main, source.role, PageReader::Scope::everything, "", sink);
    if (readings.other) read_again(*readings.other, source.role, sink, ending);
    settle(readings, ending);
    // Pages that put a file together for whoever opens them; its bytes stand in a script, an attribute or the text.
    if (!sink.stopped() && !give_base64_files(readings.main.text(), sink, DataUris::opened_elsewhere) &&
        ending.outcome == Outcome::complete) {
      ending = base64_files_limit();
    }
    if (!sink.stopped() && may_hold_drawn_code(readings.main.text()) &&
        !give_drawn_codes(strip_html(readings.main.text()).text, sink) && ending.outcome == Outcome::complete) {
      ending = drawn_codes_limit();
    }
    if (!sink.stopped() && !give_page_squares(readings.main.text(), sink) && ending.outcome == Outcome::complete) {
      ending = {Outcome::limit,
                "drawings of many squares reached the limit (" + std::to_string(kMostSquareDrawings) + ")"};
    }
    if (const std::string_view program = locked_in_text(readings.main.text());
        !program.empty() && ending.outcome == Outcome::complete) {
      ending = {Outcome::encrypted, "it holds something locked by " + std::string(program)};
    }
    if (source.charset.empty() || inside.empty() || canonical_charset(inside) == canonical_charset(source.charset))
      return ending;
    // The mail says one charset and the page another: programs differ in which they believe.
    const TextReadings by_page = read_text(source.bytes, inside);
    const auto is_new = [&](const TextReading& reading) {
      return reading.text() != readings.main.text() && !(readings.other && reading.text() == readings.other->text());
    };
    if (is_new(by_page.main)) read_again(by_page.main, source.role, sink, ending);
    if (by_page.other && is_new(*by_page.other)) read_again(*by_page.other, source.role, sink, ending);
    settle(by_page, ending);
    return ending;
  }

 private:
  static void settle(const TextReadings& readings, Ending& ending) {
    if (ending.outcome != Outcome::complete) return;
    if (readings.cut) ending = {Outcome::limit, describe_damage_limit()};
    if (readings.disputed && !readings.cut) ending = {Outcome::ambiguous, describe_dispute(readings)};
  }

  static void read_again(const TextReading& reading, PartRole role, Sink& sink, Ending& ending) {
    if (sink.stopped()) return;
    sink.fact("second-reading");
    Ending second = read_page(reading, role, PageReader::Scope::shown_text, "read as " + reading.charset(), sink);
    if (ending.outcome == Outcome::complete) ending = std::move(second);
  }

  static Ending read_page(const TextReading& reading, PartRole role, PageReader::Scope scope, const std::string& at,
                          Sink& sink) {
    std::string clean, tidy;
    std::string_view html = reading.text();
    if (!is_utf8(html)) {
      clean = to_utf8(html);
      html = clean;
    }
    // NUL is passed over by browsers inside text, and would end the strings of the tree.
    html = tidy_lines(html, tidy);
    const auto tree = HtmlTree::parse(html);
    if (!tree) return read_stripped(html, at, tree.error(), sink);
    PageReader page(sink, scope, at);
    if (role == PartRole::body) page.set_mail_body();
    LimitHit hit = page.read(*tree);
    if (hit == LimitHit::none && page.has_doubtful_rules() && !sink.stopped()) {
      PageReader other(sink, PageReader::Scope::doubtful_rules, "with the rules of some programs or screens");
      other.set_known(&page);
      if (role == PartRole::body) other.set_mail_body();
      hit = other.read(*tree);
    }
    if (hit == LimitHit::none && page.has_outlook_content() && scope == PageReader::Scope::everything &&
        !sink.stopped()) {
      hit = read_as_outlook(html, role, sink);
    }
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    Ending ending = complete();
    if (page.is_rearranged() && !sink.stopped()) ending = read_as_displayed(*tree, role, at, Rules::certain, sink);
    if (page.has_doubtful_moves() && ending.outcome == Outcome::complete && !sink.stopped())
      ending = read_as_displayed(*tree, role, at, Rules::doubtful, sink);
    return ending;
  }

  enum class Rules : std::uint8_t { certain, doubtful };
  static Ending read_as_displayed(const HtmlTree& tree, PartRole role, std::string at, Rules rules, Sink& sink) {
    if (!at.empty()) at += ", ";
    at += rules == Rules::certain ? "as it is displayed" : "as it is displayed by some programs or on some screens";
    PageReader page(sink, PageReader::Scope::displayed, std::move(at));
    if (role == PartRole::body) page.set_mail_body();
    if (rules == Rules::doubtful) page.set_doubtful();
    const LimitHit hit = page.read(tree);
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    if (page.is_layout_cut()) return {Outcome::limit, describe_layout_limit()};
    return complete();
  }

  static LimitHit read_as_outlook(std::string_view html, PartRole role, Sink& sink) {
    const std::string opened = open_conditions(html);
    const auto tree = HtmlTree::parse(opened);
    const std::string at = "as Outlook shows it";
    if (!tree) return sink.text(Place::body, at, strip_html(opened).text);
    PageReader page(sink, PageReader::Scope::shown_text, at);
    if (role == PartRole::body) page.set_mail_body();
    return page.read(*tree);
  }

  static Ending read_stripped(std::string_view html, std::string_view at, HtmlBound bound, Sink& sink) {
    const StrippedHtml stripped = strip_html(html);
    LimitHit hit = sink.text(Place::body, at, stripped.text);
    if (hit == LimitHit::none) hit = sink.text(Place::attribute, at, stripped.attributes);
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    return {Outcome::limit,
            "its layout was not worked out: " + describe(bound) + "; all its text was read, shown and hidden alike"};
  }
};

}  // namespace

std::shared_ptr<Extractor> make_html_extractor() {
  return std::make_shared<HtmlExtractor>();
}

}  // namespace postern::extract
