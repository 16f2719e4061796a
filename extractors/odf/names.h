// The elements of OpenDocument that carry or shape text (ODF 1.3 part 3; OpenOffice.org 1.0 XML).
//
// A name "t:p" is the element p of any namespace that names.cpp calls t: the OASIS one and that of OpenOffice.org 1.
#pragma once

#include "extractors/xml/xml_vocabulary.h"

namespace postern::extract::odf {

// clang-format off
#define POSTERN_ODF_NAMES(X) \
  X(o_document, "o:document") X(o_text, "o:text") X(o_spreadsheet, "o:spreadsheet") \
  X(o_presentation, "o:presentation") X(o_drawing, "o:drawing") X(o_chart, "o:chart") X(o_database, "o:database") \
  X(o_body, "o:body") X(o_meta, "o:meta") X(o_master_styles, "o:master-styles") X(o_annotation, "o:annotation") \
  X(o_binary_data, "o:binary-data") X(o_dde_source, "o:dde-source") X(o_event_listener, "o:event-listener") \
  X(o_script, "o:script") X(o_change_info, "o:change-info") \
  X(t_p, "t:p") X(t_h, "t:h") X(t_span, "t:span") X(t_s, "t:s") X(t_tab, "t:tab") \
  X(t_tab_stop, "t:tab-stop") X(t_line_break, "t:line-break") X(t_number, "t:number") X(t_note, "t:note") \
  X(t_note_body, "t:note-body") X(t_footnote_body, "t:footnote-body") X(t_endnote_body, "t:endnote-body") \
  X(t_changed_region, "t:changed-region") X(t_deletion, "t:deletion") X(t_insertion, "t:insertion") \
  X(t_change, "t:change") X(t_change_start, "t:change-start") X(t_change_end, "t:change-end") \
  X(t_ruby_text, "t:ruby-text") X(t_bookmark, "t:bookmark") X(t_bookmark_start, "t:bookmark-start") \
  X(t_reference_mark, "t:reference-mark") X(t_reference_mark_start, "t:reference-mark-start") \
  X(t_section, "t:section") X(t_section_source, "t:section-source") X(t_conditional_text, "t:conditional-text") \
  X(t_hidden_text, "t:hidden-text") X(t_hidden_paragraph, "t:hidden-paragraph") X(t_placeholder, "t:placeholder") \
  X(t_text_input, "t:text-input") X(t_user_field_decl, "t:user-field-decl") X(t_variable_decl, "t:variable-decl") X(t_variable_set, "t:variable-set") \
  X(t_variable_input, "t:variable-input") X(t_user_defined, "t:user-defined") X(t_expression, "t:expression") \
  X(t_script, "t:script") X(t_drop_down, "t:drop-down") X(t_label, "t:label") \
  X(t_database_display, "t:database-display") X(t_database_name, "t:database-name") \
  X(t_execute_macro, "t:execute-macro") X(t_dde_connection_decl, "t:dde-connection-decl") \
  X(t_alphabetical_index_mark, "t:alphabetical-index-mark") X(t_toc_mark, "t:toc-mark") \
  X(t_alphabetical_index_mark_start, "t:alphabetical-index-mark-start") X(t_user_index_mark, "t:user-index-mark") \
  X(t_bibliography_mark, "t:bibliography-mark") X(t_index_title_template, "t:index-title-template") \
  X(t_linenumbering_separator, "t:linenumbering-separator") X(t_a, "t:a") X(t_note_citation, "t:note-citation") \
  X(t_footnote_citation, "t:footnote-citation") X(t_endnote_citation, "t:endnote-citation") \
  X(t_meta_field, "t:meta-field") \
  X(tb_table, "tb:table") X(tb_column, "tb:table-column") X(tb_row, "tb:table-row") X(tb_cell, "tb:table-cell") \
  X(tb_covered, "tb:covered-table-cell") X(tb_named_range, "tb:named-range") \
  X(tb_named_expression, "tb:named-expression") X(tb_validation, "tb:content-validation") \
  X(tb_help_message, "tb:help-message") X(tb_error_message, "tb:error-message") \
  X(tb_database_range, "tb:database-range") X(tb_filter_condition, "tb:filter-condition") \
  X(tb_filter_set_item, "tb:filter-set-item") \
  X(tb_source_sql, "tb:database-source-sql") X(tb_source_query, "tb:database-source-query") \
  X(tb_source_table, "tb:database-source-table") X(tb_table_source, "tb:table-source") \
  X(tb_cell_range_source, "tb:cell-range-source") X(tb_data_pilot_table, "tb:data-pilot-table") \
  X(tb_data_pilot_field, "tb:data-pilot-field") X(tb_data_pilot_member, "tb:data-pilot-member") \
  X(tb_scenario, "tb:scenario") X(tb_title, "tb:title") X(tb_desc, "tb:desc") X(tb_shapes, "tb:shapes") \
  X(tb_change_cell, "tb:change-track-table-cell") X(tb_tracked_changes, "tb:tracked-changes") \
  X(tb_dde_link, "tb:dde-link") X(tb_calc_settings, "tb:calculation-settings") X(cx_condition, "cx:condition") \
  X(d_page, "d:page") X(d_frame, "d:frame") X(d_text_box, "d:text-box") X(d_image, "d:image") X(d_a, "d:a") \
  X(d_object, "d:object") X(d_object_ole, "d:object-ole") X(d_floating_frame, "d:floating-frame") \
  X(d_plugin, "d:plugin") X(d_applet, "d:applet") X(d_param, "d:param") X(d_area_polygon, "d:area-polygon") \
  X(d_area_rectangle, "d:area-rectangle") X(d_area_circle, "d:area-circle") \
  X(d_custom_shape, "d:custom-shape") X(d_rect, "d:rect") X(d_line, "d:line") X(d_polyline, "d:polyline") \
  X(d_polygon, "d:polygon") X(d_regular_polygon, "d:regular-polygon") X(d_path, "d:path") X(d_circle, "d:circle") \
  X(d_ellipse, "d:ellipse") X(d_connector, "d:connector") X(d_caption, "d:caption") X(d_measure, "d:measure") \
  X(d_g, "d:g") X(d_enhanced_geometry, "d:enhanced-geometry") X(d_layer, "d:layer") \
  X(sv_title, "sv:title") X(sv_desc, "sv:desc") \
  X(p_notes, "p:notes") X(p_event_listener, "p:event-listener") X(p_header_decl, "p:header-decl") \
  X(p_footer_decl, "p:footer-decl") X(p_date_time_decl, "p:date-time-decl") X(p_show, "p:show") \
  X(st_style, "st:style") X(st_text_properties, "st:text-properties") X(st_properties, "st:properties") \
  X(st_table_properties, "st:table-properties") X(st_drawing_page_properties, "st:drawing-page-properties") \
  X(st_master_page, "st:master-page") X(st_header, "st:header") X(st_footer, "st:footer") \
  X(st_header_left, "st:header-left") X(st_footer_left, "st:footer-left") X(st_header_first, "st:header-first") \
  X(st_footer_first, "st:footer-first") X(st_handout_master, "st:handout-master") \
  X(o_automatic_styles, "o:automatic-styles") X(t_list_style, "t:list-style") X(t_sequence_decl, "t:sequence-decl") \
  X(tb_table_template, "tb:table-template") \
  X(m_user_defined, "m:user-defined") X(m_template, "m:template") X(m_auto_reload, "m:auto-reload") \
  X(m_keyword, "m:keyword") X(m_initial_creator, "m:initial-creator") X(m_generator, "m:generator") \
  X(m_creation_date, "m:creation-date") X(m_printed_by, "m:printed-by") X(m_document_statistic, "m:document-statistic") \
  X(dc_creator, "dc:creator") X(dc_date, "dc:date") X(dc_any_title, "dc:title") X(dc_description, "dc:description") \
  X(dc_subject, "dc:subject") X(dc_language, "dc:language") \
  X(f_option, "f:option") X(f_item, "f:item") X(f_property, "f:property") X(f_list_value, "f:list-value") \
  X(fm_param, "fm:param") X(mm_math, "mm:math") X(mm_annotation, "mm:annotation") X(mm_mtext, "mm:mtext") \
  X(sc_event_listener, "sc:event-listener") X(sc_event, "sc:event") X(sc_module, "sc:module") X(oo_source_code, "oo:source-code") \
  X(mf_file_entry, "mf:file-entry") X(mf_encryption_data, "mf:encryption-data") X(mf_algorithm, "mf:algorithm") \
  X(mf_key_derivation, "mf:key-derivation") X(mf_start_key, "mf:start-key-generation")
// clang-format on

enum Name : XmlTag {
  unknown = kUnknownTag,
#define POSTERN_ODF_ENUM(id, name) id,
  POSTERN_ODF_NAMES(POSTERN_ODF_ENUM)
#undef POSTERN_ODF_ENUM
};

const XmlVocabulary& vocabulary();

}  // namespace postern::extract::odf
