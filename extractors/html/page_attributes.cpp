#include <algorithm>
#include <array>
#include <utility>

#include "extractors/html/data_uri.h"
#include "extractors/html/element.h"
#include "extractors/html/page.h"
#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

bool is_one_of(std::string_view word, auto const& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array kLinkAttributes = {"href"sv,       "src"sv,      "action"sv,  "formaction"sv, "background"sv,
                                        "cite"sv,       "poster"sv,   "data"sv,    "longdesc"sv,   "srcset"sv,
                                        "xlink:href"sv, "codebase"sv, "archive"sv, "manifest"sv};
constexpr std::array kFormAttributes = {"value"sv, "placeholder"sv};
constexpr std::array kAltAttributes = {
    "alt"sv,   "title"sv,   "aria-label"sv, "aria-description"sv, "aria-placeholder"sv, "aria-valuetext"sv, "summary"sv,
    "label"sv, "o:title"sv, "abbr"sv};
// Attributes that say how something looks or works: numbers, names of classes, closed lists of words.
constexpr std::array kSilentAttributes = {
    "style"sv,       "class"sv,     "id"sv,          "width"sv,        "height"sv,  "border"sv,  "cellpadding"sv,
    "cellspacing"sv, "align"sv,     "valign"sv,      "bgcolor"sv,      "color"sv,   "face"sv,    "size"sv,
    "dir"sv,         "lang"sv,      "xml:lang"sv,    "target"sv,       "rel"sv,     "type"sv,    "colspan"sv,
    "rowspan"sv,     "name"sv,      "http-equiv"sv,  "charset"sv,      "role"sv,    "nowrap"sv,  "link"sv,
    "vlink"sv,       "alink"sv,     "text"sv,        "start"sv,        "shape"sv,   "coords"sv,  "usemap"sv,
    "hspace"sv,      "vspace"sv,    "tabindex"sv,    "media"sv,        "scope"sv,   "xmlns"sv,   "aria-hidden"sv,
    "leftmargin"sv,  "topmargin"sv, "marginwidth"sv, "marginheight"sv, "clear"sv,   "noshade"sv, "loading"sv,
    "sizes"sv,       "srcdoc"sv,    "content"sv,     "spellcheck"sv,   "dirname"sv, "method"sv,  "enctype"sv};

// Names of <meta> that pages and office programs bring along (HTML 4.2.5.1).
constexpr std::array kUsualNames = {"author"sv,         "keywords"sv, "description"sv, "title"sv,        "date"sv,
                                    "created"sv,        "changed"sv,  "changedby"sv,   "language"sv,     "copyright"sv,
                                    "publisher"sv,      "subject"sv,  "rating"sv,      "referrer"sv,     "category"sv,
                                    "classification"sv, "owner"sv,    "company"sv,     "abstract"sv,     "topic"sv,
                                    "summary"sv,        "reply"sv,    "url"sv,         "distribution"sv, "coverage"sv};
constexpr std::array kForeignAttributes = {"text"sv, "name"sv, "content"sv};

bool begins_without_case(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && same_name(text.substr(0, with.size()), with);
}

}  // namespace

void PageReader::see_link(std::string_view at, std::string_view target) {
  if (begins_without_case(target, "data:") || begins_without_case(target, "cid:")) return;
  tell(Place::link, at, target);
  if (target.find_first_of("%+") != std::string_view::npos) tell(Place::link, "decoded", percent_decode(target, true));
}

void PageReader::see_attributes(const GumboElement& element) {
  if (element.attributes.length == 0) return;
  const std::string tag = tag_name(element);
  for (unsigned i = 0; i < element.attributes.length && hit_ == LimitHit::none; i++) {
    const auto* const one = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    see_attribute(element, tag, one->name, one->value);
  }
}

void PageReader::see_attribute(const GumboElement& element, std::string_view tag, std::string_view name,
                               std::string_view value) {
  if (value.empty()) return;
  const std::string at = std::string(tag) + "@" + std::string(name);
  if (begins_without_case(trim(value), "data:")) {
    see_data_uri(trim(value), element.tag == GUMBO_TAG_IMG || element.tag == GUMBO_TAG_IMAGE);
    return;
  }
  if (name == "srcdoc") {
    Child child;
    child.name = "srcdoc";
    child.declared_type = "text/html";
    child.charset = "utf-8";
    child.read_as = "text/html";
    sink_.child(child, value);
    return;
  }
  if (name == "content" && element.tag == GUMBO_TAG_META) {
    const std::string what =
        to_lower(std::string(attribute(element, "name")) + std::string(attribute(element, "property")));
    static constexpr std::array kTechnical = {""sv,
                                              "viewport"sv,
                                              "progid"sv,
                                              "generator"sv,
                                              "originator"sv,
                                              "format-detection"sv,
                                              "color-scheme"sv,
                                              "supported-color-schemes"sv,
                                              "robots"sv,
                                              "x-apple-disable-message-reformatting"sv};
    const bool refresh = same_name(attribute(element, "http-equiv"), "refresh");
    if (refresh) tell(Place::link, "meta refresh", value);
    if (is_one_of(what, kTechnical)) return;
    tell(Place::property, what, value);
    // Custom properties of a document that was saved as a page: a vocabulary of the web has a mark in its names.
    const std::string_view given = attribute(element, "name");
    const bool usual = what.find_first_of(":.-_") != std::string::npos || is_one_of(what, kUsualNames);
    if (!usual) tell(Place::property, "name", given);
    return;
  }
  if (name == "href" && element.tag == GUMBO_TAG_A) return;  // told with the link's text
  if (is_one_of(name, kLinkAttributes)) return see_link(at, value);
  if (is_one_of(name, kFormAttributes)) return tell(Place::form_field, at, value);
  if (is_one_of(name, kAltAttributes)) return tell(Place::alt_text, at, value);
  if (name.starts_with("on")) return tell(Place::script, at, value);
  // Of elements that are none of HTML, as in the maps of FreeMind; those of Office have a prefix.
  const bool foreign = element.tag == GUMBO_TAG_UNKNOWN && tag.find(':') == std::string_view::npos;
  if (foreign && is_one_of(name, kForeignAttributes)) return tell(Place::attribute, at, value);
  if (!is_one_of(name, kSilentAttributes) && !name.starts_with("xmlns")) return tell(Place::attribute, at, value);
  // Even there, what is longer than any honest value is worth reading.
  constexpr size_t kLongestSilent = 400;
  const bool url = name == "style" && value.find("url(") != std::string_view::npos;
  if (url) see_data_uris_in(value);
  if (value.size() > kLongestSilent || url) tell(Place::attribute, at, value);
}

// Addresses in the strings of a script.
void PageReader::see_data_uris_in(std::string_view script) {
  constexpr std::string_view kScheme = "data:", kEnds = "\"'`\\<> \t\r\n)";
  constexpr size_t kLongestHead = 128;
  for (size_t at = script.find(kScheme); at != std::string_view::npos; at = script.find(kScheme, at)) {
    const std::string_view window = script.substr(at, kLongestHead);
    const std::string_view head = window.substr(0, window.find(','));
    at += kScheme.size();
    // "data: x," is a property of an object too.
    if (head.size() == window.size() || head.find_first_of(kEnds) != std::string_view::npos) continue;
    if (head.find('/') == std::string_view::npos && !head.ends_with(";base64")) continue;
    const size_t begin = at - kScheme.size();
    at = std::min(script.find_first_of(kEnds, at), script.size());
    see_data_uri(script.substr(begin, at - begin), false);
  }
}

void PageReader::see_data_uri(std::string_view uri, bool picture) {
  Child child;
  child.name = "data-uri";
  child.role = picture ? PartRole::inline_file : PartRole::attachment;
  give_data_uri(uri, std::move(child), sink_);
}

}  // namespace postern::extract
