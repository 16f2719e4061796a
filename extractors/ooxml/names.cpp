#include "extractors/ooxml/names.h"

namespace postern::extract::ooxml {

const XmlVocabulary& vocabulary() {
  static const XmlVocabulary instance(
      {
          {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"},
          {"http://purl.oclc.org/ooxml/wordprocessingml/main", "w"},
          {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "s"},
          {"http://purl.oclc.org/ooxml/spreadsheetml/main", "s"},
          {"http://schemas.openxmlformats.org/presentationml/2006/main", "p"},
          {"http://purl.oclc.org/ooxml/presentationml/main", "p"},
          {"http://schemas.openxmlformats.org/drawingml/2006/main", "a"},
          {"http://purl.oclc.org/ooxml/drawingml/main", "a"},
          {"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", "wp"},
          {"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", "wp"},
          {"http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"},
          {"http://purl.oclc.org/ooxml/drawingml/picture", "pic"},
          {"http://schemas.openxmlformats.org/drawingml/2006/chart", "c"},
          {"http://purl.oclc.org/ooxml/drawingml/chart", "c"},
          {"http://schemas.microsoft.com/office/drawing/2014/chartex", "cx"},
          {"http://schemas.openxmlformats.org/drawingml/2006/diagram", "dgm"},
          {"http://purl.oclc.org/ooxml/drawingml/diagram", "dgm"},
          {"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing", "xdr"},
          {"http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing", "xdr"},
          {"http://schemas.openxmlformats.org/officeDocument/2006/math", "m"},
          {"http://purl.oclc.org/ooxml/officeDocument/math", "m"},
          {"http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"},
          {"http://schemas.openxmlformats.org/package/2006/relationships", "rel"},
          {"http://schemas.openxmlformats.org/package/2006/content-types", "ct"},
          {"http://schemas.microsoft.com/office/word/2010/wordprocessingShape", "wps"},
          {"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup", "wps"},
          {"http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas", "wps"},
          {"http://schemas.microsoft.com/office/word/2012/wordml", "w15"},
          {"http://schemas.microsoft.com/office/drawing/2008/diagram", "dgm"},
          {"http://schemas.openxmlformats.org/drawingml/2006/chartDrawing", "xdr"},
          {"http://purl.oclc.org/ooxml/drawingml/chartDrawing", "xdr"},
          {"http://schemas.microsoft.com/office/powerpoint/2018/8/main", "p188"},
          {"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments", "tc"},
          {"http://schemas.microsoft.com/office/powerpoint/2010/main", "p14"},
          {"http://schemas.microsoft.com/office/excel/2006/main", "xm"},
          {"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main", "x14"},
          {"http://schemas.microsoft.com/office/visio/2012/main", "vs"},
          {"http://schemas.microsoft.com/office/visio/2011/1/core", "vs"},
          {"urn:schemas-microsoft-com:vml", "v"},
          {"urn:schemas-microsoft-com:office:office", "o"},
          {"urn:schemas-microsoft-com:office:excel", "x"},
          {"http://www.w3.org/1999/xhtml", "h"},  // in boxes of VML
          // What office programs add to the formats.
          {"http://schemas.microsoft.com/*", "extension"},
          {"http://schemas.openxmlformats.org/*", "extension"},
          {"http://purl.oclc.org/ooxml/*", "extension"},
          {"urn:schemas-microsoft-com:*", "extension"},
          {"http://schemas.libreoffice.org/*", "extension"},
          {"http://customooxmlschemas.google.com/*", "extension"},
          {"http://www.wps.cn/*", "extension"},
          {"http://www.gnumeric.org/*", "extension"},
          {"http://www.w3.org/*", "extension"},
          {"*", "foreign"},
      },
      {
#define POSTERN_OOXML_STRING(id, name) name,
          POSTERN_OOXML_NAMES(POSTERN_OOXML_STRING)
#undef POSTERN_OOXML_STRING
      });
  return instance;
}

}  // namespace postern::extract::ooxml
