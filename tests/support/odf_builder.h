// OpenDocument packages and flat files from the XML of their bodies.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/zip_builder.h"

namespace postern::test {

inline constexpr std::string_view kOdfNamespaces =
    " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
    " xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""
    " xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\""
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
    " xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""
    " xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\""
    " xmlns:chart=\"urn:oasis:names:tc:opendocument:xmlns:chart:1.0\""
    " xmlns:db=\"urn:oasis:names:tc:opendocument:xmlns:database:1.0\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

// A part whose root is office:`root`.
inline std::string odf_xml(std::string_view root, std::string_view inner) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:";
  out.append(root).append(kOdfNamespaces).append(">").append(inner);
  return out.append("</office:").append(root).append(">");
}

// content.xml with this body (`kind`: "text", "spreadsheet", ...) and these automatic styles.
inline std::string odf_content(std::string_view kind, std::string_view body, std::string_view styles = "") {
  std::string out = "<office:automatic-styles>";
  out.append(styles).append("</office:automatic-styles><office:body><office:").append(kind).append(">");
  out.append(body).append("</office:").append(kind).append("></office:body>");
  return odf_xml("document-content", out);
}

inline ZipBuilder odf_package(std::string_view kind, std::string content) {
  ZipBuilder zip;
  ZipBuilder::Member type;
  type.name = "mimetype";
  type.data = "application/vnd.oasis.opendocument." + std::string(kind);
  type.method = 0;
  zip.add(type);
  zip.add("content.xml", std::move(content));
  return zip;
}

inline std::string odf_text(std::string_view body, std::string_view styles = "") {
  return odf_package("text", odf_content("text", body, styles)).build();
}

}  // namespace postern::test
