#include "extractors/odf/names.h"

namespace postern::extract::odf {

const XmlVocabulary& vocabulary() {
  static const XmlVocabulary instance(
      {
          {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", "o"},
          {"http://openoffice.org/2000/office", "o"},
          {"http://openoffice.org/2009/office", "o"},  // comments of slides
          {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", "t"},
          {"http://openoffice.org/2000/text", "t"},
          {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", "tb"},
          {"http://openoffice.org/2000/table", "tb"},
          {"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "cx"},
          {"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "d"},
          {"http://openoffice.org/2000/drawing", "d"},
          {"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "sv"},
          {"http://www.w3.org/2000/svg", "sv"},
          {"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", "p"},
          {"http://openoffice.org/2000/presentation", "p"},
          {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", "st"},
          {"http://openoffice.org/2000/style", "st"},
          {"urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "m"},
          {"http://openoffice.org/2000/meta", "m"},
          {"http://purl.org/dc/elements/1.1/", "dc"},
          {"urn:oasis:names:tc:opendocument:xmlns:form:1.0", "f"},
          {"http://openoffice.org/2000/form", "f"},
          {"urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0", "fm"},
          {"http://www.w3.org/1998/Math/MathML", "mm"},
          {"urn:oasis:names:tc:opendocument:xmlns:script:1.0", "sc"},
          {"http://openoffice.org/2000/script", "sc"},
          {"http://openoffice.org/2004/office", "oo"},
          {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "mf"},
          {"http://openoffice.org/2001/manifest", "mf"},
      },
      {
#define POSTERN_ODF_STRING(id, name) name,
          POSTERN_ODF_NAMES(POSTERN_ODF_STRING)
#undef POSTERN_ODF_STRING
      });
  return instance;
}

}  // namespace postern::extract::odf
