// The Office Open XML extractor: documents, workbooks and presentations.
//
// Formats: docx, docm, dotx, dotm; xlsx, xlsm, xltx, xltm; pptx, pptm, ppsx, potx; strict and transitional
// (ECMA-376, ISO/IEC 29500). What kind a file is follows from the content type of its main part, not from
// its name. Members that no relationship leads to are read as children of their own type. Facts: `macros`.
// Outcomes: `complete`; `malformed` with what was read when XML or zip are damaged; `ambiguous` when zip
// readers differ; `limit`, `encrypted`, `unsupported` (binary workbooks, drawings).
//
// Encrypted documents are OLE2 files; make_encrypted_ooxml_extractor() names them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_ooxml_extractor();

// The types that make_ooxml_extractor() reads, lower case.
const std::vector<std::string_view>& ooxml_types();

// OLE2 files with an EncryptedPackage stream ([MS-OFFCRYPTO] 2.3): `encrypted`, by password or by
// rights management (a DRM data space), as far as the directory tells. Reads nothing.
std::shared_ptr<Extractor> make_encrypted_ooxml_extractor();

}  // namespace postern::extract
