// Names of styles: which of them somebody gave.
//
// Formats that keep the names of all styles of a document do not say which ones came with the program that wrote it.
// Known are the names of Word (its latent styles, [MS-DOC] 2.9.271), LibreOffice, AbiWord, pandoc and gnumeric, all in
// English, as those programs write them in every language; a number behind them counts nothing.
#pragma once

#include <string_view>

namespace postern::extract {

// "heading 1", "Text body", "Grid Table 4 Accent 5"; also an empty one.
bool is_programs_style_name(std::string_view name);

}  // namespace postern::extract
