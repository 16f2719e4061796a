// The elements of text besides paragraphs and spans (ODF 1.3 part 3, 4 to 7).
#include "extractors/odf/content.h"

namespace postern::extract::odf {

void Content::start_text(XmlTag tag, const XmlAttributes& attributes) {
  switch (tag) {
    case t_tab:
    case t_tab_stop:
      stories_.put('\t');
      break;
    case t_line_break:
      stories_.put('\n');
      break;
    case t_note_body:
    case t_footnote_body:
    case t_endnote_body:
      stories_.open(Place::footnote);
      break;
    case t_note_citation:
    case t_footnote_citation:
    case t_endnote_citation:
      capture(Capture::nothing);
      break;
    case t_ruby_text:
    case t_number:
      stories_.open(stories_.place(), true);
      break;
    case t_changed_region:
      change_id_ = attributes.get("id");
      break;
    case t_insertion:
      stories_.note_insertion(change_id_);
      break;
    case t_deletion:
      stories_.open(Place::tracked_deletion);
      break;
    case t_change:
      stories_.deletion_at(attributes.get("change-id"));
      break;
    case t_change_start:
      stories_.begin_change(attributes.get("change-id"));
      break;
    case t_change_end:
      stories_.end_change(attributes.get("change-id"));
      break;
    case t_bookmark:
    case t_bookmark_start:
    case t_reference_mark:
    case t_reference_mark_start: {
      const std::string name = attributes.get("name");
      if (!name.starts_with("__")) stories_.side(Place::bookmark, name);  // programs' own: __RefHeading__12
      break;
    }
    case t_section:
      begin_hiding(attributes.raw("display") == "none" || attributes.raw("is-hidden") == "true");
      if (!is_default_name(attributes.raw("name"))) stories_.side(Place::bookmark, attributes.get("name"));
      break;
    case t_a:
      link(attributes);
      side_values(Place::alt_text, attributes, {"name", "title"});
      break;
    case t_section_source:
      link(attributes);
      break;
    case t_hidden_text:
      side_values(Place::hidden_text, attributes, {"string-value"});
      begin_hiding(attributes.raw("is-hidden") == "true");
      break;
    case t_hidden_paragraph:
      if (attributes.raw("is-hidden") == "true") stories_.hide_paragraph();
      break;
    case t_drop_down:
    case t_label:
      side_values(Place::form_field, attributes, {"name", "value"});
      break;
    case t_conditional_text:
      side_values(Place::field, attributes, {"condition", "string-value-if-true", "string-value-if-false"});
      break;
    case t_placeholder:
    case t_text_input:
    case t_variable_input:
    case t_user_field_decl:
    case t_variable_decl:
    case t_variable_set:
    case t_user_defined:
    case t_expression:
      side_values(Place::field, attributes, {"name", "description", "formula", "string-value", "value"});
      break;
    case t_database_display:
    case t_database_name:
      side_values(Place::field, attributes, {"database-name", "table-name", "column-name"});
      break;
    case t_execute_macro:
      side_values(Place::macro, attributes, {"name", "description"});
      break;
    case t_script:
      link(attributes);
      capture(Capture::macro);
      break;
    case t_dde_connection_decl:
      side_values(Place::connection, attributes, {"name", "dde-application", "dde-topic", "dde-item"});
      break;
    case t_alphabetical_index_mark:
    case t_alphabetical_index_mark_start:
    case t_toc_mark:
    case t_user_index_mark:
      side_values(Place::field, attributes, {"string-value", "key1", "key2", "index-name"});
      break;
    case t_bibliography_mark:
      for (const XmlAttributes::Attribute& attribute : attributes)
        stories_.side(Place::field, decode_xml(attribute.value));
      break;
    case t_index_title_template:
      stories_.open(Place::field, true);
      break;
    default:
      break;
  }
}

}  // namespace postern::extract::odf
