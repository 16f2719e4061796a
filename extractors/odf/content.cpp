#include "extractors/odf/content.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace postern::extract::odf {

namespace {

// Spaces that one text:s stands for; more are a way to cost memory.
constexpr size_t kMaxSpaces = 1000;

std::string_view local_name(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

Content::Content(ContentOwner& owner, Styles& styles, Kind kind, std::string prefix)
    : owner_(owner), styles_(styles), prefix_(std::move(prefix)), stories_(owner), kinds_{{kind, false}} {
  stories_.set_at(prefix_);
}

void Content::start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
  any_ = true;
  if (capture_ != Capture::none) {  // what stands in it is text as well
    capture_depth_++;
    return;
  }
  if (tag == t_p || tag == t_h) {
    begin_hiding(styles_.is_hidden("paragraph", attributes.raw("style-name")));
    stories_.begin_paragraph(styles_.is_in_capitals("paragraph", attributes.raw("style-name")));
  } else if (tag == t_span) {
    const std::string_view style = attributes.raw("style-name");
    begin_hiding(styles_.is_hidden("text", style));
    stories_.begin_span(styles_.is_unseen("text", style), styles_.is_struck("text", style),
                        styles_.is_in_capitals("text", style));
  } else if (tag == t_s) {
    const std::string_view count = attributes.raw("c");
    size_t n = 1;
    std::from_chars(count.data(), count.data() + count.size(), n);
    stories_.put(' ', std::clamp<size_t>(n, 1, kMaxSpaces));
  } else if (tag >= t_tab && tag <= t_meta_field) {
    start_text(tag, attributes);
  } else if (tag >= tb_table && tag <= cx_condition) {
    start_table(tag, attributes);
  } else if (tag >= d_page && tag <= p_show) {
    start_drawing(tag, attributes);
  } else if (tag >= st_style && tag <= st_drawing_page_properties) {
    styles_.start(tag, attributes);
    if (tag == st_style) style_name(attributes);
  } else {
    start_other(tag, attributes, name);
  }
}

void Content::start_table(XmlTag tag, const XmlAttributes& attributes) {
  switch (tag) {
    case tb_table:
      begin_table(attributes);
      break;
    case tb_column:
      if (sheet_ && tables_.back()) sheet_->column(attributes);
      break;
    case tb_row:
      if (sheet_ && !tables_.empty() && tables_.back()) sheet_->begin_row(attributes);
      break;
    case tb_cell:
    case tb_covered:
      if (sheet_ && !tables_.empty() && tables_.back() && cell_depth_ == 0) {
        sheet_->begin_cell(attributes);
        stories_.open(Place::cell);
        cell_depth_ = stories_.depth();
      }
      break;
    case tb_named_range:
    case tb_named_expression:
    case tb_database_range:
      side_values(Place::defined_name, attributes,
                  {"name", "cell-range-address", "target-range-address", "expression"});
      break;
    case tb_validation:
      side_values(Place::formula, attributes, {"condition"});
      break;
    case tb_help_message:
    case tb_error_message:
      side_values(Place::alt_text, attributes, {"title"});
      stories_.open(Place::alt_text);
      break;
    case tb_filter_condition:
    case tb_filter_set_item:
    case cx_condition:
      side_values(Place::formula, attributes, {"value"});
      break;
    case tb_source_sql:
    case tb_source_query:
    case tb_source_table:
      side_values(Place::connection, attributes,
                  {"database-name", "database-table-name", "query-name", "sql-statement"});
      link(attributes);
      break;
    case tb_table_source:
    case tb_cell_range_source:
      side_values(Place::connection, attributes, {"name", "table-name", "filter-name"});
      link(attributes);
      break;
    case tb_data_pilot_table:
    case tb_data_pilot_field:
    case tb_data_pilot_member:
      side_values(Place::pivot_cache, attributes, {"name", "source-field-name", "display-name"});
      break;
    case tb_scenario:
      side_values(Place::comment, attributes, {"comment"});
      break;
    case tb_title:
    case tb_desc:
      capture(Capture::alt);
      break;
    case tb_shapes:
      stories_.open(Place::text_box);
      break;
    case tb_change_cell:
      stories_.open(Place::tracked_deletion);
      side_values(Place::tracked_deletion, attributes, {"string-value", "date-value", "value", "formula"});
      break;
    default:
      break;
  }
}

void Content::start_drawing(XmlTag tag, const XmlAttributes& attributes) {
  switch (tag) {
    case d_page:
      begin_page(attributes);
      break;
    case d_text_box:
    case d_custom_shape:
    case d_rect:
    case d_line:
    case d_polyline:
    case d_polygon:
    case d_regular_polygon:
    case d_path:
    case d_circle:
    case d_ellipse:
    case d_connector:
    case d_caption:
    case d_measure:
      begin_story_of_shape();
      break;
    case d_enhanced_geometry:
      side_values(Place::attribute, attributes, {"text-path-string"});
      break;
    case d_image:
    case d_object:
    case d_object_ole:
    case d_floating_frame:
    case d_plugin:
    case d_applet:
    case d_a:
    case d_area_polygon:
    case d_area_rectangle:
    case d_area_circle:
    case p_event_listener:
      link(attributes);
      break;
    case d_param:
      side_values(Place::attribute, attributes, {"name", "value"});
      break;
    case sv_title:
    case sv_desc:
      capture(Capture::alt);
      break;
    case p_notes:
      stories_.open(Place::notes);
      break;
    case p_header_decl:
    case p_footer_decl:
    case p_date_time_decl:
      capture(Capture::header);
      break;
    case d_layer:
      style_name(attributes);
      break;
    case p_show:
      side_values(Place::attribute, attributes, {"name"});
      break;
    default:
      break;
  }
  if (tag == d_frame || tag == d_g || (tag >= d_custom_shape && tag <= d_measure)) {
    if (!is_default_name(attributes.raw("name"))) side_values(Place::attribute, attributes, {"name"});
  }
}

void Content::start_other(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
  switch (tag) {
    case o_document:
      if (attributes.has("class") && kinds_.size() == 1) {  // a flat file of OpenOffice.org 1
        const std::string_view kind = attributes.raw("class");
        kinds_[0].kind = kind == "spreadsheet"    ? Kind::spreadsheet
                         : kind == "presentation" ? Kind::presentation
                                                  : Kind::text;
      }
      break;
    case o_text:
      begin_kind(Kind::text);
      break;
    case o_spreadsheet:
      begin_kind(Kind::spreadsheet);
      break;
    case o_presentation:
      begin_kind(Kind::presentation);
      break;
    case o_drawing:
      begin_kind(Kind::drawing);
      break;
    case o_chart:
      begin_kind(Kind::chart);
      break;
    case o_database:
      begin_kind(Kind::database);
      break;
    case o_meta:
      in_meta_ = true;
      break;
    case o_master_styles:
      stories_.open(Place::master);
      break;
    case o_automatic_styles:
      in_automatic_styles_ = true;
      break;
    case st_master_page:
    case t_list_style:
    case t_sequence_decl:
    case tb_table_template:
      style_name(attributes);
      break;
    case o_annotation:
      begin_annotation(attributes);
      break;
    case o_change_info:
      stories_.open(Place::comment);
      break;
    case o_binary_data:
      capture(Capture::base64);
      break;
    case o_script:
      capture(Capture::macro);
      break;
    case oo_source_code:
    case sc_module:
      capture(Capture::macro, attributes.get("name"));
      break;
    case o_dde_source:
      side_values(Place::connection, attributes, {"name", "dde-application", "dde-topic", "dde-item"});
      break;
    case o_event_listener:
    case sc_event_listener:
    case sc_event:  // of a dialog
      link(attributes);
      side_values(Place::macro, attributes, {"macro-name"});
      break;
    case st_header:
    case st_footer:
    case st_header_left:
    case st_footer_left:
    case st_header_first:
    case st_footer_first:
      stories_.open(Place::header_footer);
      break;
    case dc_creator:
      capture(in_meta_ ? Capture::property : Capture::creator, "creator");
      break;
    case dc_date:
      capture(in_meta_ ? Capture::property : Capture::nothing, "date");
      break;
    case m_template:
    case m_auto_reload:
      side_values(Place::property, attributes, {"title"});
      link(attributes);
      break;
    case m_user_defined: {
      std::string user = attributes.get("name");
      stories_.side(Place::property, user);
      capture(Capture::property, std::move(user));
      break;
    }
    case fm_param:
      side_values(Place::form_field, attributes, {"value"});
      break;
    case mm_math:
      stories_.open(Place::body, true);
      break;
    case mm_annotation:
    case mm_mtext:
      stories_.put(tag == mm_annotation ? '\n' : ' ');
      break;
    default:
      if (in_meta_ && tag != m_document_statistic && (name.starts_with("dc:") || name.starts_with("meta:"))) {
        capture(Capture::property, std::string(local_name(name)));
      } else if (name.starts_with("form:")) {
        form_control(attributes);
      } else if (name.starts_with("db:")) {
        side_values(Place::connection, attributes,
                    {"name", "title", "description", "command", "href", "user-name", "database-name", "hostname",
                     "filter-statement", "order-statement", "connection-resource", "data-source-name"});
      } else if (name.starts_with("dlg:")) {
        side_values(Place::form_field, attributes, {"title", "value", "help-text", "text"});
      }
      break;
  }
}

void Content::end(XmlTag tag) {
  if (capture_ != Capture::none) {
    if (--capture_depth_ == 0) end_capture();
    return;
  }
  switch (tag) {
    case t_p:
    case t_h:
      stories_.end_paragraph();
      end_hiding();
      break;
    case t_span:
      stories_.end_span();
      end_hiding();
      break;
    case t_section:
    case t_hidden_text:
      end_hiding();
      break;
    case t_note_body:
    case t_footnote_body:
    case t_endnote_body:
    case t_ruby_text:
    case t_index_title_template:
    case tb_help_message:
    case tb_error_message:
    case tb_shapes:
    case tb_change_cell:
    case p_notes:
    case o_change_info:
    case o_master_styles:
    case mm_math:
    case st_header:
    case st_footer:
    case st_header_left:
    case st_footer_left:
    case st_header_first:
    case st_footer_first:
      stories_.close_into_sides();
      break;
    case t_number: {
      const std::string number = stories_.close();
      stories_.text(number);
      if (!number.empty()) stories_.put(' ');
      break;
    }
    case t_deletion:
      stories_.note_deletion(change_id_, stories_.close());
      break;
    case tb_table:
      end_table();
      break;
    case tb_row:
      if (!tables_.empty() && tables_.back()) {
        sheet_->end_row();
      } else {
        stories_.end_row();
      }
      break;
    case tb_cell:
    case tb_covered:
      if (in_cell()) {
        sheet_->end_cell(stories_.close());
        cell_depth_ = 0;
      } else if (tables_.empty() || !tables_.back()) {
        if (tag == tb_cell) stories_.end_cell();
      }
      break;
    case d_page:
      stories_.close_emitting();
      stories_.set_at(prefix_);
      break;
    case d_text_box:
    case d_custom_shape:
    case d_rect:
    case d_line:
    case d_polyline:
    case d_polygon:
    case d_regular_polygon:
    case d_path:
    case d_circle:
    case d_ellipse:
    case d_connector:
    case d_caption:
    case d_measure:
      end_story_of_shape();
      break;
    case o_text:
    case o_spreadsheet:
    case o_presentation:
    case o_drawing:
    case o_chart:
    case o_database:
      end_kind();
      break;
    case o_meta:
      in_meta_ = false;
      break;
    case o_automatic_styles:
      in_automatic_styles_ = false;
      break;
    case o_annotation:
      end_annotation();
      break;
    default:
      break;
  }
}

void Content::text(std::string_view text) {
  if (capture_ != Capture::none) {
    captured_ += text;
  } else {
    stories_.text(text);
  }
}

void Content::finish() {
  if (sheet_) sheet_->finish();
  sheet_.reset();
  if (computed_.finish(owner_)) owner_.left_formulas_out();
  stories_.finish();
}

}  // namespace postern::extract::odf
