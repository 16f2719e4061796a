#include "extractors/rtf/keywords.h"

#include <unordered_map>

namespace postern::extract::rtf {

namespace {

using D = Destination;

constexpr Keyword kDestinations[] = {
    {"header", D::story, Place::header_footer},
    {"headerl", D::story, Place::header_footer},
    {"headerr", D::story, Place::header_footer},
    {"headerf", D::story, Place::header_footer},
    {"footer", D::story, Place::header_footer},
    {"footerl", D::story, Place::header_footer},
    {"footerr", D::story, Place::header_footer},
    {"footerf", D::story, Place::header_footer},
    {"footnote", D::story, Place::footnote},
    {"ftnsep", D::story, Place::footnote},
    {"ftnsepc", D::story, Place::footnote},
    {"ftncn", D::story, Place::footnote},
    {"aftnsep", D::story, Place::footnote},
    {"aftnsepc", D::story, Place::footnote},
    {"aftncn", D::story, Place::footnote},
    {"shptxt", D::story, Place::text_box},
    {"dptxbxtext", D::story, Place::text_box},
    {"annotation", D::comment, Place::comment},
    {"atnauthor", D::author, Place::comment},
    {"atnid", D::author, Place::comment},
    {"fonttbl", D::fonts},
    {"info", D::info},
    {"title", D::property, Place::property},
    {"subject", D::property, Place::property},
    {"author", D::property, Place::property},
    {"manager", D::property, Place::property},
    {"company", D::property, Place::property},
    {"operator", D::property, Place::property},
    {"category", D::property, Place::property},
    {"keywords", D::property, Place::property},
    {"comment", D::property, Place::property},
    {"doccomm", D::property, Place::property},
    {"hlinkbase", D::property, Place::property},
    {"template", D::property, Place::property},
    {"nextfile", D::property, Place::property},
    {"filetbl", D::property, Place::property},
    {"docvar", D::property, Place::property},
    {"revtbl", D::property, Place::property},
    {"protusertbl", D::property, Place::property},
    {"userprops", D::none},
    {"propname", D::user_name},
    {"staticval", D::user_value},
    {"linkval", D::property, Place::property},
    {"creatim", D::date},
    {"revtim", D::date},
    {"printim", D::date},
    {"buptim", D::date},
    {"fldinst", D::field_code, Place::field},
    {"fldrslt", D::none},
    {"formfield", D::none},
    {"ffname", D::form_text, Place::form_field},
    {"ffdeftext", D::form_text, Place::form_field},
    {"ffformat", D::skip},
    {"ffhelptext", D::form_text, Place::form_field},
    {"ffstattext", D::form_text, Place::form_field},
    {"ffentrymcr", D::form_text, Place::form_field},
    {"ffexitmcr", D::form_text, Place::form_field},
    {"ffl", D::form_text, Place::form_field},
    {"bkmkstart", D::bookmark, Place::bookmark},
    {"bkmkend", D::skip},
    {"atrfstart", D::skip},
    {"atrfend", D::skip},
    {"atnref", D::skip},
    {"atntime", D::skip},
    {"atndate", D::skip},
    {"atnparent", D::skip},
    {"atnicn", D::none},
    {"pict", D::picture},
    {"shppict", D::none},
    {"nonshppict", D::none},
    {"picprop", D::none},
    {"shp", D::none},
    {"shpinst", D::none},
    {"shprslt", D::none},
    {"shpgrp", D::none},
    {"do", D::none},
    {"dptxbx", D::none},
    {"background", D::none},
    {"sp", D::none},
    {"sn", D::shape_name},
    {"sv", D::shape_value},
    {"hl", D::none},
    {"hlloc", D::link, Place::link},
    {"hlsrc", D::link, Place::link},
    {"hlfr", D::link, Place::link},
    {"object", D::none},
    {"result", D::none},
    {"objdata", D::object_data},
    {"objclass", D::object_name},
    {"objname", D::object_name, Place::attribute},
    {"objalias", D::skip},
    {"objsect", D::skip},
    {"objtime", D::skip},
    {"oleclsid", D::skip},
    {"datastore", D::object_data},
    {"themedata", D::data},
    {"colorschememapping", D::skip},
    {"datafield", D::skip},
    {"passwordhash", D::skip},
    {"blipuid", D::skip},
    {"bliptag", D::skip},
    {"upr", D::unknown, Place::hidden_text},
    {"ud", D::unicode},
    {"colortbl", D::colors},
    {"stylesheet", D::names, Place::attribute},
    {"keycode", D::skip},
    {"listtable", D::none},
    {"listoverridetable", D::skip},
    {"listpicture", D::none},
    {"rsidtbl", D::skip},
    {"latentstyles", D::skip},
    {"generator", D::property, Place::property},
    {"pgptbl", D::skip},
    {"pgdsctbl", D::skip},
    {"cs", D::none},
    {"ds", D::none},
    {"ts", D::none},
    {"listtext", D::none},
    {"xmlnstbl", D::names, Place::custom_xml},
    {"wgrffmtfilter", D::skip},
    {"pnseclvl", D::skip},
    {"pn", D::skip},
    {"falt", D::skip},
    {"panose", D::skip},
    {"fname", D::skip},
    {"fontemb", D::skip},
    {"fontfile", D::skip},
    {"defchp", D::skip},
    {"defpap", D::skip},
    {"ftnsepx", D::skip},
    {"mmathPr", D::skip},
    {"mmath", D::none},
    {"moMath", D::none},
    {"moMathPara", D::none},
    {"nesttableprops", D::none},
    {"nonesttables", D::story, Place::hidden_text},
    {"htmltag", D::skip},  // encapsulated_html.h reads them
    {"mhtmltag", D::skip},
    {"oldcprops", D::skip},
    {"oldpprops", D::skip},
    {"oldtprops", D::skip},
    {"oldsprops", D::skip},
    {"tblsty", D::skip},
    {"listname", D::property, Place::attribute},
    {"liststylename", D::property, Place::attribute},
    {"levelnumbers", D::skip},
    {"leveltext", D::skip},
    {"mmconnectstr", D::property, Place::connection},
    {"mmconnectstrdata", D::property, Place::connection},
    {"mmdatasource", D::property, Place::connection},
    {"mmheadersource", D::property, Place::connection},
    {"mmquery", D::property, Place::connection},
    {"mmaddfieldname", D::property, Place::connection},
    {"mmmailsubject", D::property, Place::connection},
    {"mailmerge", D::none},
    {"writereservhash", D::skip},
    {"xmlattrname", D::property, Place::custom_xml},
    {"xmlattrvalue", D::property, Place::custom_xml},
    {"xmlname", D::property, Place::custom_xml},
    {"factoidname", D::skip},
    {"xe", D::story, Place::hidden_text},
    {"tc", D::story, Place::hidden_text},
    {"tcn", D::story, Place::hidden_text},
    {"rxe", D::story, Place::hidden_text},
    {"txe", D::story, Place::hidden_text},
};

struct Character {
  std::string_view word;
  char32_t character;
};

constexpr Character kCharacters[] = {
    {"emdash", 0x2014},    {"endash", 0x2013},    {"lquote", 0x2018}, {"rquote", 0x2019},
    {"ldblquote", 0x201C}, {"rdblquote", 0x201D}, {"bullet", 0x2022}, {"emspace", 0x2003},
    {"enspace", 0x2002},   {"qmspace", 0x2005},   {"zwj", 0x200D},    {"zwnj", 0x200C},
    {"ltrmark", 0x200E},   {"rtlmark", 0x200F},   {"zwbo", 0x200B},   {"zwnbo", 0x2060},
};

template <typename Value, size_t n>
auto index_of(const Value (&table)[n]) {
  std::unordered_map<std::string_view, const Value*> index;
  for (const Value& entry : table) index.emplace(entry.word, &entry);
  return index;
}

}  // namespace

const Keyword* find_destination(std::string_view word) {
  static const auto index = index_of(kDestinations);
  const auto found = index.find(word);
  return found == index.end() ? nullptr : found->second;
}

std::optional<char32_t> find_character(std::string_view word) {
  static const auto index = index_of(kCharacters);
  const auto found = index.find(word);
  if (found == index.end()) return std::nullopt;
  return found->second->character;
}

}  // namespace postern::extract::rtf
