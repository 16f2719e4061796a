// Readers of office documents that are one XML file, as Word and Excel save and open them under `.xml`.
//
// - WordprocessingML 2003 (root w:wordDocument): stories, revisions and comments as in `.doc`, files in base64 are
// children.
// - XML Spreadsheet 2003 (root Workbook, urn:schemas-microsoft-com:office:spreadsheet): cells as in `.xlsx`.
// - Flat OPC (ECMA-376 part 2, as Word and PowerPoint write it; root pkg:package): the package it stands for is the
// only
//   child and is read as a `.docx`, `.xlsx` or `.pptx` would be.
//
// What stands in elements that these formats do not know is text as well, as Place::custom_xml. Outcomes: `complete`;
// `malformed` with what was read when the XML is damaged; `limit`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kWordMlType = "application/x-wordml";
inline constexpr std::string_view kSpreadsheetMlType = "application/x-spreadsheetml";
inline constexpr std::string_view kFlatPackageType = "application/x-flat-opc";

std::shared_ptr<Extractor> make_word_ml_extractor();
std::shared_ptr<Extractor> make_spreadsheet_ml_extractor();
std::shared_ptr<Extractor> make_flat_package_extractor();

}  // namespace postern::extract
