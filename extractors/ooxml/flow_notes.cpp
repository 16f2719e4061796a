// What elements carry in their attributes: names, alternative texts, tips, lists, sources of data.
#include <algorithm>
#include <charconv>

#include "extractors/ooxml/flow.h"

namespace postern::extract::ooxml {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "Picture 4", "Google Shape;54;p13": as programs name what people leave without a name. Of more than four digits the
// number is somebody's.
bool is_numbered(std::string_view name) {
  constexpr size_t kLongest = 40, kMostDigits = 4;
  if (name.empty() || name.starts_with("Google Shape;")) return true;
  if (!is_digit(name.back()) || name.size() >= kLongest) return false;
  return std::count_if(name.begin(), name.end(), is_digit) <= static_cast<std::ptrdiff_t>(kMostDigits);
}

// The label of a list with more than a bullet and "%1.", which stands for the number alone: letters of ASCII, several
// digits, or several letters of other alphabets.
bool says_something(std::string_view label) {
  constexpr int kFewest = 3;
  int digits = 0, others = 0;
  for (size_t at = 0; at < label.size(); at++) {
    const auto c = static_cast<unsigned char>(label[at]);
    if ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'z') return true;
    if (is_digit(label[at]) && (at == 0 || label[at - 1] != '%')) digits++;
    // First bytes of Latin to Arabic, and of East Asia; signs and private use begin with others.
    if ((c >= 0xC3 && c <= 0xDF) || (c >= 0xE3 && c <= 0xED)) others++;
  }
  return digits >= kFewest || others >= kFewest;
}

}  // namespace

void Flow::note(XmlTag tag, const XmlAttributes& attributes) {
  switch (tag) {
    case wp_docPr:
    case pic_cNvPr:
    case wps_cNvPr:
    case p_cNvPr:
    case dgm_cNvPr:
    case xdr_cNvPr:
    case a_cNvPr:
      alternative_text(attributes);
      break;
    case v_shape:
    case v_rect:
    case v_roundrect:
    case v_oval:
    case v_group:
    case v_image:
    case v_imagedata:
      add_line(alt, attributes.get("alt"));
      add_line(alt, attributes.get("title"));
      add_line(link, attributes.get("href"));
      break;
    case w_connectString:
    case w_query:
    case w_udl:
    case w_mailSubject:
    case w_addressFieldName:
      add_line(connection, attributes.get("val"));
      break;
    case v_textpath:
      add_line(boxes, attributes.get("string"));
      break;
    case w_fldSimple:
      add_line(field, attributes.get("instr"));
      break;
    case w_hyperlink:
      add_line(alt, attributes.get("tooltip"));
      break;
    case a_hlinkClick:
    case a_hlinkHover:
    case a_hlinkMouseOver:
      add_line(alt, attributes.get("tooltip"));
      break;
    case w_listItem:
      add_line(form, attributes.get("displayText"));
      if (attributes.raw("value") != attributes.raw("displayText")) add_line(form, attributes.get("value"));
      break;
    case w_listEntry:
    case w_default:
    case w_helpText:
    case w_statusText:
      add_line(form, attributes.get("val"));
      break;
    case w_bookmarkStart: {
      const std::string mark = attributes.get("name");
      if (!mark.starts_with("_")) add_line(bookmark, mark);  // Word's own: _GoBack, _Toc1234
      break;
    }
    case w_alias:
    case w_tag:
      add_line(form, attributes.get("val"));
      break;
    case w_tblCaption:
    case w_tblDescription:
      add_line(alt, attributes.get("val"));
      break;
    case w_lvlText: {
      // "%1." stands for the number alone.
      if (const std::string label = attributes.get("val"); says_something(label)) visible(label + "\n");
      break;
    }
    case w_name:
    case p_cSld:
      if (const std::string_view given = attributes.raw(tag == w_name ? "val" : "name"); !is_numbered(given))
        add_line(given_name, decode_xml(given));
      break;
    case w_control:
      if (const std::string_view given = attributes.raw("name"); !is_numbered(given)) add_line(form, decode_xml(given));
      break;
    case w_customXml:
      add_line(given_name, attributes.get("element"));
      break;
    case w15_sectionTitle:
      add_line(form, attributes.get("val"));
      break;
    case p14_bmk:
      if (!is_numbered(attributes.raw("name"))) add_line(bookmark, attributes.get("name"));
      break;
    case w_attr:
    case w_placeholder:
      add_line(given_name, attributes.get("val"));
      break;
    case w_pPrChange:
    case w_rPrChange:
    case w_sectPrChange:
    case w_tblPrChange:
    case w_tblPrExChange:
    case w_trPrChange:
    case w_tcPrChange:
    case w_tblGridChange:
    case w_numberingChange:
    case w_cellIns:
    case w_cellDel:
    case w_cellMerge:
      change_author(attributes);
      break;
    case w_description:
      add_line(given_name, attributes.get("val"));
      break;
    case xdr_sp:
    case xdr_pic:
    case xdr_cxnSp:
    case xdr_graphicFrame:
      add_line(given_name, attributes.get("macro"));
      break;
    case w_docVar:
      add_line(property, attributes.get("name") + ": " + attributes.get("val"));
      break;
    default:
      break;
  }
}

void Flow::alternative_text(const XmlAttributes& attributes) {
  add_line(alt, attributes.get("descr"));
  add_line(alt, attributes.get("title"));
  if (const std::string_view given = attributes.raw("name"); !is_numbered(given))
    add_line(given_name, decode_xml(given));
}

void Flow::note_look(XmlTag tag, const XmlAttributes& attributes) {
  if (in_properties_) return;
  const std::string_view value = attributes.raw(tag == w_shd ? "fill" : "val");
  const auto is_at_most = [](std::string_view digits, int most) {
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() && number <= most;
  };
  if (tag == w_color) look_.white = value == "FFFFFF" || value == "ffffff";
  if (tag == w_sz) look_.tiny = is_at_most(value, kUnseenHalfPoints);
  if (tag == w_strike || tag == w_dstrike) look_.struck = value != "0" && value != "false" && value != "off";
  if (tag == w_caps) look_.capitals = value != "0" && value != "false" && value != "off";
  if (tag == w_highlight) look_.shaded = true;
  if (tag == w_shd) look_.shaded = value != "auto" && value != "FFFFFF" && value != "ffffff";
  if (tag != a_rPr) return;
  const std::string_view strike = attributes.raw("strike");
  look_ = {};
  look_.struck = !strike.empty() && strike != "noStrike";
  look_.capitals = attributes.raw("cap") == "all";
  look_.tiny = is_at_most(attributes.raw("sz"), 50 * kUnseenHalfPoints);  // in hundredths of a point
}

void Flow::begin_branch() {
  if (alternates_.empty() || alternates_.back().branches++ == 0) return;
  alternates_.back().choice_end = main_.size();
  alternates_.back().boxes_choice_end = side(boxes).text.size();
}

// Programs show one of the branches: the first that they know, else the last. Where all say the same they are kept
// once.
void Flow::end_branch() {
  if (alternates_.empty() || alternates_.back().branches < 2) return;
  const Alternate& alternate = alternates_.back();
  const auto both = [](const std::string& text, size_t begin, size_t middle) {
    const bool is_sound = begin <= middle && middle <= text.size();
    const auto trim = [](std::string_view part) {
      while (!part.empty() && static_cast<unsigned char>(part.front()) <= ' ') part.remove_prefix(1);
      while (!part.empty() && static_cast<unsigned char>(part.back()) <= ' ') part.remove_suffix(1);
      return part;
    };
    const std::string_view all = is_sound ? text : std::string_view();
    return is_sound ? std::pair(trim(all.substr(begin, middle - begin)), trim(all.substr(middle)))
                    : std::pair(all, all);
  };
  if (const auto [choice, last] = both(side(boxes).text, alternate.boxes_begin, alternate.boxes_choice_end);
      choice == last && alternate.boxes_choice_end <= side(boxes).text.size()) {
    side(boxes).text.resize(alternate.boxes_choice_end);
  }
  const auto [choice, last] = both(main_, alternate.begin, alternate.choice_end);
  if (alternate.choice_end > main_.size() || alternate.choice_end < alternate.begin) return;
  if (choice == last) {
    const size_t twice = main_.size() - alternate.choice_end;
    main_.resize(alternate.choice_end);
    if (in_other()) other_.resize(other_.size() - std::min(twice, other_.size()));
    return;
  }
  // A first branch without text is a drawing or a character that another element names.
  if (choice.empty() || alternate.begin < paragraph_begin_) return;
  if (!other_open_) {
    other_.assign(main_, paragraph_begin_, alternate.begin - paragraph_begin_);
    other_depth_ = outer_.size();
    other_open_ = true;
  } else if (in_other()) {
    other_.resize(std::min(alternate.other_begin, other_.size()));
  }
  if (in_other()) other_.append(main_, alternate.choice_end);
  main_.resize(alternate.choice_end);
}

// The addresses in codes of fields: HYPERLINK "...", INCLUDETEXT "..." and their like (17.16.5).
void Flow::collect_links() {
  constexpr std::string_view kFields[] = {"HYPERLINK", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "DDEAUTO", "DDE"};
  const std::string_view codes = sides_[field].text;
  for (const std::string_view word : kFields) {
    for (size_t at = codes.find(word); at != std::string_view::npos; at = codes.find(word, at + 1)) {
      const std::string_view line = codes.substr(at, codes.find('\n', at) - at);
      const size_t open = line.find('"');
      const size_t close = open == std::string_view::npos ? open : line.find('"', open + 1);
      const bool part_of_another = at > 0 && codes[at - 1] >= 'A' && codes[at - 1] <= 'Z';
      if (close == std::string_view::npos || part_of_another || !line.substr(word.size()).starts_with(' ')) continue;
      add_line(link, line.substr(open + 1, close - open - 1));
    }
  }
}

}  // namespace postern::extract::ooxml
