#include "extractors/ooxml/flow.h"

#include <algorithm>
#include <charconv>

#include "extractors/xml/code_point.h"

namespace postern::extract::ooxml {

namespace {

// Text kept before it goes to the sink, at the end of a paragraph.
constexpr size_t kFlushBytes = 256 << 10;

bool is_off(std::string_view value) {
  return value == "0" || value == "false" || value == "off";
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Flow::Flow(Document& document, Place place, std::string_view at)
    : document_(document),
      place_(place),
      at_(at),
      sides_{Side{Place::tracked_deletion, "", false},
             Side{Place::tracked_insertion, "", false},
             Side{Place::hidden_text, "", false},
             Side{Place::text_box, "", false},
             Side{Place::alt_text, "", false},
             Side{Place::field, "", false},
             Side{Place::form_field, "", false},
             Side{Place::bookmark, "", false},
             Side{Place::property, "", false},
             Side{Place::connection, "", false},
             Side{Place::link, "", false},
             Side{Place::attribute, "", false},
             Side{Place::formula, "", false},
             Side{place, "", false},
             Side{Place::custom_xml, "", false}} {}

void Flow::start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
  switch (tag) {
    case w_p:
      paragraph_hidden_ = paragraph_capitals_ = false;
      break;
    case w_pStyle:
      paragraph_hidden_ = document_.style_hides(attributes.raw("val"));
      paragraph_capitals_ = document_.style_capitalizes(attributes.raw("val"));
      break;
    case w_r:
      run_hidden_ = paragraph_hidden_;
      look_ = {};
      look_.capitals = paragraph_capitals_;
      break;
    case w_color:
    case w_sz:
    case w_strike:
    case w_dstrike:
    case w_caps:
    case w_shd:
    case w_highlight:
    case a_rPr:
      note_look(tag, attributes);
      break;
    case w_rStyle:
      // Of styles that apply to a run, an odd number must hide it (17.7.3).
      if (!in_properties_ && document_.style_hides(attributes.raw("val"))) run_hidden_ = !run_hidden_;
      if (!in_properties_ && document_.style_capitalizes(attributes.raw("val"))) look_.capitals = !look_.capitals;
      break;
    case w_t:
    case m_t:
      mode_ = deletions_ > 0 ? Mode::deleted : run_hidden_ ? Mode::hidden : rubies_ > 0 ? Mode::ruby : Mode::visible;
      break;
    case a_t:
    case c_v:
    case cx_v:
    case cx_pt:
    case p_text:
      mode_ = Mode::visible;
      break;
    case w_delText:
      mode_ = Mode::deleted;
      break;
    case w_instrText:
    case w_delInstrText:
    case o_FieldCodes:
      mode_ = Mode::field;
      break;
    case c_f:
      mode_ = Mode::formula;
      break;
    case x_FmlaMacro:
    case x_FmlaLink:
    case x_FmlaRange:
    case x_ScriptText:
      mode_ = Mode::given_name;
      break;
    case x_ClientData:
      in_client_data_ = true;
      break;
    case w_fldData:
    case wp_align:
    case c_formatCode:
    case p_attrName:
    case o_LinkType:
    case o_LockedField:
      mode_ = Mode::setting;
      break;
    case w_pPr:
      in_properties_ = true;
      break;
    case w_vanish:
    case w_specVanish:
      if (!in_properties_) run_hidden_ = !is_off(attributes.raw("val"));
      break;
    case w_tab:
      if (!in_properties_) put('\t');
      break;
    case w_ptab:
      put('\t');
      break;
    case w_br:
    case w_cr:
    case a_br:
      put('\n');
      break;
    case w_noBreakHyphen:
      put('-');
      break;
    case m_den:
      put('/');
      break;
    case w_del:
    case w_moveFrom:
      mark_before();
      change_author(attributes);
      deletions_++;
      break;
    case w_ins:
    case w_moveTo:
      mark_before();
      change_author(attributes);
      insertions_++;
      break;
    case w_rt:
      rubies_++;
      break;
    case w_txbxContent:
      in_vml_box_ = false;
      outer_.push_back(std::move(main_));
      outer_hidden_.push_back(paragraph_hidden_);
      main_.clear();
      break;
    case mc_AlternateContent:
      alternates_.push_back(
          {main_.size(), main_.size(), side(boxes).text.size(), side(boxes).text.size(), other_.size(), 0});
      break;
    case mc_Choice:
    case mc_Fallback:
      begin_branch();
      break;
    case v_textbox:
      in_vml_box_ = true;
      break;
    case w_sym:
      symbol(attributes);
      break;
    case w_comment:
    case p188_author: {
      const std::string author = attributes.get(tag == w_comment ? "author" : "name");
      if (!author.empty()) visible(author + ": ");
      if (tag == p188_author) put('\n');
      break;
    }
    case p_cmAuthor:
      visible(attributes.get("name"));
      put('\n');
      break;
    case p_sld:
      hidden_slide_ = is_off(attributes.raw("show"));
      break;
    default:
      if (in_vml_box_ && (name == "div" || name == "p" || name == "br") && sides_[boxes].open) add(boxes, "\n");
      note(tag, attributes);
      break;
  }
}

void Flow::end(XmlTag tag) {
  switch (tag) {
    case a_t:
      look_ = {};
      mode_ = Mode::none;
      break;
    case w_t:
    case m_t:
    case w_delText:
    case w_instrText:
    case w_delInstrText:
    case o_FieldCodes:
    case w_fldData:
    case wp_align:
    case c_formatCode:
    case p_attrName:
    case o_LinkType:
    case o_LockedField:
      mode_ = Mode::none;
      break;
    case x_ClientData:
      in_client_data_ = false;
      break;
    case c_v:
    case cx_v:
    case cx_pt:
    case p_text:
      mode_ = Mode::none;
      put('\n');
      break;
    case c_f:
    case x_FmlaMacro:
    case x_FmlaLink:
    case x_FmlaRange:
    case x_ScriptText:
      mode_ = Mode::none;
      end_side(tag == c_f ? formula : given_name);
      break;
    case v_textbox:
      if (in_vml_box_ && sides_[boxes].open) add(boxes, "\n");
      sides_[boxes].open = false;
      in_vml_box_ = false;
      break;
    case w_pPr:
      in_properties_ = false;
      break;
    case w_p:
    case a_p:
      end_paragraph();
      break;
    case w_tc:
    case a_tc:
      end_cell();
      break;
    case w_tr:
    case a_tr:
      end_row();
      break;
    case w_del:
    case w_moveFrom:
      if (deletions_ > 0) deletions_--;
      break;
    case w_ins:
    case w_moveTo:
      if (insertions_ > 0) insertions_--;
      break;
    case w_rt:
      if (rubies_ > 0) rubies_--;
      if (rubies_ == 0 && sides_[ruby].open) sides_[ruby].text += '\n';
      break;
    case w_txbxContent:
      if (outer_.empty()) break;
      add_line(boxes, trimmed(main_));
      main_ = std::move(outer_.back());
      outer_.pop_back();
      paragraph_hidden_ = outer_hidden_.back();
      outer_hidden_.pop_back();
      break;
    case mc_Choice:
    case mc_Fallback:
      end_branch();
      break;
    case mc_AlternateContent:
      if (!alternates_.empty()) alternates_.pop_back();
      break;
    default:
      if (sides_[stray].open) end_side(stray);
      break;
  }
}

void Flow::text(std::string_view text) {
  switch (mode_) {
    case Mode::none:
      // White space between tags is layout.
      if (!trimmed(text).empty()) stray_text(text);
      return;
    case Mode::setting:
      return;
    case Mode::visible:
      visible(text);
      return;
    case Mode::deleted:
      add(deleted, text);
      paragraph_deletes_ = true;
      if (tracking_) before_ += text;
      return;
    case Mode::hidden:
      add(hidden, text);
      return;
    case Mode::field:
      add(field, text);
      return;
    case Mode::ruby:
      add(ruby, text);
      return;
    case Mode::formula:
      add(formula, text);
      return;
    case Mode::given_name:
      add(given_name, text);
      return;
  }
}

void Flow::stray_text(std::string_view text) {
  if (in_vml_box_) {
    add(boxes, text);
  } else if (!in_client_data_ && !is_setting(text)) {
    add(stray, text);
  }
}

void Flow::visible(std::string_view text) {
  if (sides_open_) close_sides();
  if (look_.unseen() || look_.struck) {
    seen_.unseen(std::string_view(main_).substr(std::min(paragraph_begin_, main_.size())), text, !look_.unseen());
  } else if (look_.capitals) {
    seen_.capitals(std::string_view(main_).substr(std::min(paragraph_begin_, main_.size())), text);
  } else {
    seen_.seen(text);
  }
  main_ += text;
  if (in_other()) other_ += text;
  if (!tracking_) return;
  if (insertions_ > 0) {
    add(inserted, text);
  } else {
    before_ += text;
  }
}

void Flow::put(char c) {
  if (deletions_ > 0) {
    add(deleted, std::string_view(&c, 1));
    if (tracking_) before_ += c;
  } else if (run_hidden_) {
    add(hidden, std::string_view(&c, 1));
  } else {
    visible(std::string_view(&c, 1));
  }
}

// A character by its number (ECMA-376 part 1, 17.3.3.30); F000 to F0FF are the places of symbol fonts, and the letter
// beneath is what a font with letters shows.
void Flow::symbol(const XmlAttributes& attributes) {
  const std::string digits = attributes.get("char");
  std::uint32_t code = 0;
  if (const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      error != std::errc() || end != digits.data() + digits.size()) {
    return;
  }
  if (code >= 0xF000 && code <= 0xF0FF) code -= 0xF000;
  const bool is_character = code >= 0x20 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (!is_character) return;
  std::string letter;
  append_utf8(letter, code);
  if (deletions_ > 0) {
    add(deleted, letter);
  } else if (run_hidden_) {
    add(hidden, letter);
  } else {
    visible(letter);
  }
}

void Flow::add(SideIndex index, std::string_view text) {
  sides_[index].text += text;
  sides_[index].open = true;
  if (index != inserted) sides_open_ = true;
}

void Flow::add_line(SideIndex index, std::string_view text) {
  if (text.empty()) return;
  std::string& to = sides_[index].text;
  if (sides_[index].open) to += '\n';
  sides_[index].open = false;
  to.append(text).append(1, '\n');
}

void Flow::end_side(SideIndex index) {
  Side& ended = sides_[index];
  if (ended.open) ended.text += '\n';
  ended.open = false;
}

void Flow::close_sides() {
  for (Side& each : sides_) {
    if (!each.open || &each == &sides_[inserted]) continue;
    each.text += '\n';
    each.open = false;
  }
  sides_open_ = false;
}

// From the first tracked change of a paragraph on, what it said before is kept beside what it says now.
void Flow::mark_before() {
  if (tracking_) return;
  tracking_ = true;
  before_.assign(main_, std::min(paragraph_begin_, main_.size()));
}

void Flow::end_paragraph() {
  close_sides();
  if (tracking_) {
    if (paragraph_deletes_) revision_ += before_ + '\n';
    if (sides_[inserted].open) sides_[inserted].text += '\n';
    sides_[inserted].open = false;
    tracking_ = false;
    paragraph_deletes_ = false;
    before_.clear();
  }
  seen_.end([this](const std::string& seen, const std::string& unseen) {
    add_line(ruby, seen);  // what stands beside the text in its own place
    add_line(hidden, unseen);
  });
  if (in_other()) {
    add_line(ruby, other_);
    other_.clear();
    other_open_ = false;
  }
  main_ += '\n';
  paragraph_begin_ = main_.size();
  flush_if_large();
}

void Flow::end_cell() {
  if (main_.ends_with('\n')) main_.pop_back();
  main_ += '\t';
  paragraph_begin_ = main_.size();
}

void Flow::end_row() {
  if (main_.ends_with('\t')) main_.pop_back();
  main_ += '\n';
  paragraph_begin_ = main_.size();
  flush_if_large();
}

void Flow::flush_if_large() {
  if (!outer_.empty() || !alternates_.empty()) return;
  size_t most = main_.size();
  for (const Side& each : sides_) most = std::max(most, each.text.size());
  if (std::max(most, revision_.size()) >= kFlushBytes) flush();
}

void Flow::change_author(const XmlAttributes& attributes) {
  const std::string_view author = attributes.raw("author");
  if (author.empty() || author == last_author_) return;
  last_author_ = author;
  add_line(property, decode_xml(author));
}

void Flow::flush() {
  collect_links();
  document_.emit(place_, at_, main_);
  main_.clear();
  for (Side& each : sides_) {
    document_.emit(each.place, at_, each.text);
    each.text.clear();
  }
  document_.emit(Place::revision, at_, revision_);
  revision_.clear();
  paragraph_begin_ = 0;
}

void Flow::finish() {
  while (!outer_.empty()) end(w_txbxContent);
  close_sides();
  flush();
}

}  // namespace postern::extract::ooxml
