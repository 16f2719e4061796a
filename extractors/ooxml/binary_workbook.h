// The parts of a binary workbook (.xlsb, [MS-XLSB]) that are records instead of XML. Charts, drawings and properties of
// such a workbook are XML as in any other; workbook.cpp walks both kinds.
#pragma once

#include <string>
#include <vector>

#include "extractors/ooxml/document.h"
#include "extractors/ooxml/sheet.h"

namespace postern::extract::ooxml {

struct SheetEntry {
  std::string name;
  std::string id;  // of the relationship
  bool hidden = false;
};

struct WorkbookParts {
  std::vector<SheetEntry> sheets;
  bool dates_1904 = false;
};

inline bool is_binary(const std::string& part) {
  return part.ends_with(".bin");
}

WorkbookParts read_binary_workbook(Document& document, const std::string& part);
void read_binary_strings(Document& document, const std::string& part, SharedStrings& strings);
void read_binary_styles(Document& document, const std::string& part, CellStyles& styles);
void read_binary_sheet(Document& document, const std::string& part, const std::string& sheet, Place place,
                       SharedStrings& strings, const CellStyles& styles);
void read_binary_comments(Document& document, const std::string& part, const std::string& sheet);
// Parts whose records are not known one by one: the strings in them.
void read_binary_rest(Document& document, const std::string& part, Place place);

}  // namespace postern::extract::ooxml
