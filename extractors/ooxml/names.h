// The elements of Office Open XML that carry or shape text (ECMA-376, ISO/IEC 29500; strict and transitional).
//
// A name "w:p" is the element p of any namespace that names.cpp calls w. `extension` are namespaces in which office
// programs add to the formats, `foreign` those of anybody else.
#pragma once

#include "extractors/xml/xml_vocabulary.h"

namespace postern::extract::ooxml {

// clang-format off
#define POSTERN_OOXML_NAMES(X) \
  X(w_p, "w:p") X(w_pPr, "w:pPr") X(w_r, "w:r") X(w_t, "w:t") X(w_delText, "w:delText") \
  X(w_instrText, "w:instrText") X(w_delInstrText, "w:delInstrText") X(w_tab, "w:tab") X(w_ptab, "w:ptab") \
  X(w_br, "w:br") X(w_cr, "w:cr") X(w_noBreakHyphen, "w:noBreakHyphen") X(w_vanish, "w:vanish") X(w_tr, "w:tr") X(w_color, "w:color") X(w_sz, "w:sz") \
  X(w_strike, "w:strike") X(w_dstrike, "w:dstrike") X(w_caps, "w:caps") X(w_shd, "w:shd") X(w_highlight, "w:highlight") X(a_rPr, "a:rPr") \
  X(p_sp, "p:sp") X(a_off, "a:off") X(a_ext, "a:ext") \
  X(w_tc, "w:tc") X(w_ins, "w:ins") X(w_del, "w:del") X(w_moveFrom, "w:moveFrom") X(w_moveTo, "w:moveTo") \
  X(w_txbxContent, "w:txbxContent") X(w_fldSimple, "w:fldSimple") X(w_comment, "w:comment") X(w_rt, "w:rt") \
  X(w_listItem, "w:listItem") X(w_listEntry, "w:listEntry") X(w_default, "w:default") X(w_helpText, "w:helpText") \
  X(w_statusText, "w:statusText") X(w_bookmarkStart, "w:bookmarkStart") X(w_docVar, "w:docVar") \
  X(w_hyperlink, "w:hyperlink") X(w_style, "w:style") X(w_basedOn, "w:basedOn") X(w_name, "w:name") \
  X(w_pStyle, "w:pStyle") X(w_rStyle, "w:rStyle") X(w_ffData, "w:ffData") X(w_control, "w:control") X(w_sym, "w:sym") X(w_alias, "w:alias") X(w_tag, "w:tag") \
  X(w_pPrChange, "w:pPrChange") X(w_rPrChange, "w:rPrChange") X(w_sectPrChange, "w:sectPrChange") \
  X(w_tblPrChange, "w:tblPrChange") X(w_tblPrExChange, "w:tblPrExChange") X(w_trPrChange, "w:trPrChange") \
  X(w_tcPrChange, "w:tcPrChange") X(w_tblGridChange, "w:tblGridChange") X(w_numberingChange, "w:numberingChange") \
  X(w_cellIns, "w:cellIns") X(w_cellDel, "w:cellDel") X(w_cellMerge, "w:cellMerge") \
  X(w_description, "w:description") X(xdr_sp, "xdr:sp") X(xdr_pic, "xdr:pic") X(xdr_cxnSp, "xdr:cxnSp") \
  X(xdr_graphicFrame, "xdr:graphicFrame") X(x_FmlaMacro, "x:FmlaMacro") X(x_FmlaLink, "x:FmlaLink") \
  X(x_FmlaRange, "x:FmlaRange") X(w_lvlText, "w:lvlText") X(w_tblCaption, "w:tblCaption") X(w_tblDescription, "w:tblDescription") \
  X(wp_docPr, "wp:docPr") X(pic_cNvPr, "pic:cNvPr") X(wps_cNvPr, "wps:cNvPr") X(v_textpath, "v:textpath") \
  X(v_shape, "v:shape") X(v_textbox, "v:textbox") X(v_rect, "v:rect") X(v_roundrect, "v:roundrect") \
  X(v_oval, "v:oval") X(v_group, "v:group") X(v_image, "v:image") X(v_imagedata, "v:imagedata") \
  X(w_specVanish, "w:specVanish") X(w_connectString, "w:connectString") X(w_query, "w:query") X(w_udl, "w:udl") \
  X(w_mailSubject, "w:mailSubject") X(w_addressFieldName, "w:addressFieldName") X(w_attr, "w:attr") \
  X(w_placeholder, "w:placeholder") X(o_FieldCodes, "o:FieldCodes") X(a_hlinkHover, "a:hlinkHover") \
  X(a_hlinkMouseOver, "a:hlinkMouseOver") X(p_cSld, "p:cSld") X(s_filter, "s:filter") \
  X(s_customFilter, "s:customFilter") X(s_protectedRange, "s:protectedRange") X(x14_dataValidation, "x14:dataValidation") \
  X(s_fileSharing, "s:fileSharing") X(s_customWorkbookView, "s:customWorkbookView") \
  X(m_t, "m:t") X(m_den, "m:den") X(mc_AlternateContent, "mc:AlternateContent") X(mc_Choice, "mc:Choice") \
  X(mc_Fallback, "mc:Fallback") X(a_p, "a:p") X(a_t, "a:t") X(a_br, "a:br") X(a_tc, "a:tc") X(a_tr, "a:tr") \
  X(a_hlinkClick, "a:hlinkClick") X(c_v, "c:v") X(c_pt, "c:pt") X(cx_pt, "cx:pt") X(cx_v, "cx:v") X(c_f, "c:f") \
  X(dgm_cNvPr, "dgm:cNvPr") X(p_cNvPr, "p:cNvPr") X(p_text, "p:text") X(p_cmAuthor, "p:cmAuthor") X(p_sld, "p:sld") \
  X(p_sldId, "p:sldId") X(vs_Page, "vs:Page") X(vs_Master, "vs:Master") X(vs_Rel, "vs:Rel") X(vs_Text, "vs:Text") \
  X(vs_Section, "vs:Section") X(vs_Cell, "vs:Cell") X(p14_section, "p14:section") X(p_custShow, "p:custShow") \
  X(s_formula1, "s:formula1") X(s_formula2, "s:formula2") X(s_formula, "s:formula") X(s_cfRule, "s:cfRule") \
  X(s_scenario, "s:scenario") X(s_inputCells, "s:inputCells") X(xm_f, "xm:f") X(p188_author, "p188:author") \
  X(p188_cm, "p188:cm") X(xdr_cNvPr, "xdr:cNvPr") X(s_sheet, "s:sheet") X(s_definedName, "s:definedName") \
  X(s_si, "s:si") X(s_t, "s:t") X(s_rPh, "s:rPh") X(s_row, "s:row") X(s_c, "s:c") X(s_v, "s:v") X(s_f, "s:f") \
  X(s_is, "s:is") X(s_comment, "s:comment") X(s_author, "s:author") X(s_oddHeader, "s:oddHeader") \
  X(s_oddFooter, "s:oddFooter") X(s_evenHeader, "s:evenHeader") X(s_evenFooter, "s:evenFooter") \
  X(s_firstHeader, "s:firstHeader") X(s_firstFooter, "s:firstFooter") X(s_hyperlink, "s:hyperlink") \
  X(s_dataValidation, "s:dataValidation") X(s_s, "s:s") X(s_sheetName, "s:sheetName") X(s_cell, "s:cell") \
  X(s_xf, "s:xf") X(s_cellXfs, "s:cellXfs") X(s_fills, "s:fills") X(s_fill, "s:fill") X(s_patternFill, "s:patternFill") \
  X(s_fgColor, "s:fgColor") X(s_cellStyle, "s:cellStyle") X(s_numFmt, "s:numFmt") X(s_workbookPr, "s:workbookPr") \
  X(s_col, "s:col") X(s_table, "s:table") X(s_tableColumn, "s:tableColumn") \
  X(tc_threadedComment, "tc:threadedComment") X(tc_text, "tc:text") X(tc_person, "tc:person") \
  X(w_fldData, "w:fldData") X(w_customXml, "w:customXml") X(w15_sectionTitle, "w15:sectionTitle") \
  X(p14_bmk, "p14:bmk") X(a_cNvPr, "a:cNvPr") X(wp_align, "wp:align") \
  X(c_formatCode, "c:formatCode") X(p_attrName, "p:attrName") X(o_LinkType, "o:LinkType") \
  X(o_LockedField, "o:LockedField") X(x_ClientData, "x:ClientData") X(x_ScriptText, "x:ScriptText") \
  X(w15_any, "w15:*") X(extension_any, "extension:*") X(foreign_any, "foreign:*") X(rel_Relationship, "rel:Relationship") X(ct_Override, "ct:Override") X(ct_Default, "ct:Default")
// clang-format on

enum Name : XmlTag {
  unknown = kUnknownTag,
#define POSTERN_OOXML_ENUM(id, name) id,
  POSTERN_OOXML_NAMES(POSTERN_OOXML_ENUM)
#undef POSTERN_OOXML_ENUM
};

const XmlVocabulary& vocabulary();

}  // namespace postern::extract::ooxml
