// Office Open XML packages from the XML of their parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/zip_builder.h"

namespace postern::test {

inline constexpr std::string_view kWordNs = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
inline constexpr std::string_view kWordStrictNs = "http://purl.oclc.org/ooxml/wordprocessingml/main";
inline constexpr std::string_view kSheetNs = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
inline constexpr std::string_view kSlideNs = "http://schemas.openxmlformats.org/presentationml/2006/main";
inline constexpr std::string_view kDrawingNs = "http://schemas.openxmlformats.org/drawingml/2006/main";
inline constexpr std::string_view kRelationNs = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

struct Relation {
  std::string id;
  std::string type;  // last segment
  std::string target;
  bool external = false;
};

inline std::string relations_xml(const std::vector<Relation>& relations) {
  std::string out = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  for (const Relation& relation : relations) {
    out += "<Relationship Id=\"" + relation.id + "\" Type=\"" + std::string(kRelationNs) + "/" + relation.type +
           "\" Target=\"" + relation.target + "\"" + (relation.external ? " TargetMode=\"External\"" : "") + "/>";
  }
  return out + "</Relationships>";
}

class OoxmlBuilder {
 public:
  // `content_type` of the main part, "wordprocessingml.document".
  OoxmlBuilder(std::string main, std::string content_type, std::string main_xml) {
    parts_.add("[Content_Types].xml",
               "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
               "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/" +
                   main + "\" ContentType=\"application/vnd.openxmlformats-officedocument." + content_type +
                   ".main+xml\"/></Types>");
    root_.push_back({"rId1", "officeDocument", main});
    parts_.add(main, std::move(main_xml));
  }

  OoxmlBuilder& part(std::string name, std::string bytes) {
    parts_.add(std::move(name), std::move(bytes));
    return *this;
  }
  OoxmlBuilder& relations(const std::string& part, const std::vector<Relation>& relations) {
    const size_t slash = part.rfind('/') + 1;
    return this->part(part.substr(0, slash) + "_rels/" + part.substr(slash) + ".rels", relations_xml(relations));
  }
  OoxmlBuilder& root(Relation relation) {
    root_.push_back(std::move(relation));
    return *this;
  }
  ZipBuilder& zip() { return parts_; }
  std::string build() const {
    ZipBuilder all = parts_;
    all.add("_rels/.rels", relations_xml(root_));
    return all.build();
  }

 private:
  ZipBuilder parts_;
  std::vector<Relation> root_;
};

// A document whose body is `body`; w: and the drawing prefixes are declared.
inline std::string word_xml(std::string_view body, std::string_view root = "document") {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:";
  out.append(root).append(" xmlns:w=\"").append(kWordNs);
  out.append("\" xmlns:r=\"").append(kRelationNs);
  out.append(
      "\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
      " xmlns:v=\"urn:schemas-microsoft-com:vml\""
      " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">");
  if (root == "document") return out.append("<w:body>").append(body).append("</w:body></w:document>");
  return out.append(body).append("</w:").append(root).append(">");
}

inline OoxmlBuilder word(std::string_view body) {
  return OoxmlBuilder("word/document.xml", "wordprocessingml.document", word_xml(body));
}

inline std::string word_paragraph(std::string_view text) {
  return "<w:p><w:r><w:t>" + std::string(text) + "</w:t></w:r></w:p>";
}

// A workbook with these sheets (the inner XML of sheetData), named Sheet1, Sheet2, ...
struct SheetSpec {
  std::string rows{};
  std::string state{};   // "", "hidden", "veryHidden"
  std::string after{};   // behind sheetData
  std::string before{};  // in front of it: cols
  std::vector<Relation> relations{};
};

inline OoxmlBuilder workbook(const std::vector<SheetSpec>& sheets, std::string_view shared_strings = "",
                             std::string_view styles = "", std::string_view extra = "") {
  std::string main =
      "<workbook xmlns=\"" + std::string(kSheetNs) + "\" xmlns:r=\"" + std::string(kRelationNs) + "\"><sheets>";
  std::vector<Relation> relations;
  for (size_t i = 0; i < sheets.size(); i++) {
    const std::string n = std::to_string(i + 1);
    main += "<sheet name=\"Sheet" + n + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"" +
            (sheets[i].state.empty() ? "" : " state=\"" + sheets[i].state + "\"") + "/>";
    relations.push_back({"rId" + n, "worksheet", "worksheets/sheet" + n + ".xml"});
  }
  main += "</sheets>" + std::string(extra) + "</workbook>";
  relations.push_back({"rId90", "sharedStrings", "sharedStrings.xml"});
  relations.push_back({"rId91", "styles", "styles.xml"});
  OoxmlBuilder out("xl/workbook.xml", "spreadsheetml.sheet", main);
  out.relations("xl/workbook.xml", relations);
  const std::string ns = " xmlns=\"" + std::string(kSheetNs) + "\"";
  out.part("xl/sharedStrings.xml", "<sst" + ns + ">" + std::string(shared_strings) + "</sst>");
  out.part("xl/styles.xml", "<styleSheet" + ns + ">" + std::string(styles) + "</styleSheet>");
  for (size_t i = 0; i < sheets.size(); i++) {
    const std::string name = "xl/worksheets/sheet" + std::to_string(i + 1) + ".xml";
    out.part(name, "<worksheet" + ns + ">" + sheets[i].before + "<sheetData>" + sheets[i].rows + "</sheetData>" +
                       sheets[i].after + "</worksheet>");
    if (!sheets[i].relations.empty()) out.relations(name, sheets[i].relations);
  }
  return out;
}

inline std::string slide_xml(std::string_view body, std::string_view attributes = "", std::string_view root = "sld") {
  std::string out = "<p:";
  out.append(root).append(" xmlns:p=\"").append(kSlideNs).append("\" xmlns:a=\"").append(kDrawingNs);
  out.append("\" xmlns:r=\"").append(kRelationNs).append("\" ").append(attributes).append("><p:cSld><p:spTree>");
  return out.append(body).append("</p:spTree></p:cSld></p:").append(root).append(">");
}

inline std::string shape(std::string_view text) {
  return "<p:sp><p:txBody><a:p><a:r><a:t>" + std::string(text) + "</a:t></a:r></a:p></p:txBody></p:sp>";
}

// Slides in the deck's order; file names run the other way round.
inline OoxmlBuilder deck(const std::vector<std::string>& slides) {
  std::string main = "<p:presentation xmlns:p=\"" + std::string(kSlideNs) + "\" xmlns:r=\"" + std::string(kRelationNs) +
                     "\"><p:sldIdLst>";
  std::vector<Relation> relations;
  for (size_t i = 0; i < slides.size(); i++) {
    const std::string id = "rId" + std::to_string(i + 10);
    main += "<p:sldId id=\"" + std::to_string(256 + i) + "\" r:id=\"" + id + "\"/>";
    relations.push_back({id, "slide", "slides/slide" + std::to_string(slides.size() - i) + ".xml"});
  }
  OoxmlBuilder out("ppt/presentation.xml", "presentationml.presentation", main + "</p:sldIdLst></p:presentation>");
  out.relations("ppt/presentation.xml", relations);
  for (size_t i = 0; i < slides.size(); i++) {
    out.part("ppt/slides/slide" + std::to_string(slides.size() - i) + ".xml", slides[i]);
  }
  return out;
}

}  // namespace postern::test
