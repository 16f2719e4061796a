// The Office Open XML extractor: documents, workbooks, presentations, drawings, and fixed documents.
//
// Formats: docx, docm, dotx, dotm; xlsx, xlsm, xltx, xltm, xlsb; pptx, pptm, ppsx, potx; vsdx, vsdm, vstx; xps, oxps;
// strict and transitional (ECMA-376, ISO/IEC 29500, [MS-XLSB], [MS-VSDX], ECMA-388). What kind a file is follows from
// the content type of its main part, not from its name; when a damaged package names no main part, from the name that
// programs give it. Members that no relationship leads to are read as children of their own type. Facts: `macros`.
// Outcomes: `complete`; `malformed` with what was read when XML or zip are damaged; `ambiguous` when zip
// readers differ; `partial`, `limit`, `encrypted`.
//
// Encrypted documents are OLE2 files; make_encrypted_ooxml_extractor() opens them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_ooxml_extractor();

// The types that make_ooxml_extractor() reads, lower case.
const std::vector<std::string_view>& ooxml_types();

// OLE2 files with an EncryptedPackage stream ([MS-OFFCRYPTO] 2.3). Opened with a password that stands in the message
// (Sink::find_password), or with none or VelvetSweatshop: the document is the only child, and the fact is `decrypted`.
// Else `encrypted`, as with rights management (a DRM data space), certificates and ciphers that Office does not choose.
std::shared_ptr<Extractor> make_encrypted_ooxml_extractor();

}  // namespace postern::extract
