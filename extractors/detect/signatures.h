// The table of signatures: bytes at a fixed place that tell a format.
#pragma once

#include <string_view>

namespace postern::extract {

// Types that the container readers below refine.
inline constexpr std::string_view kZip = "application/zip";
inline constexpr std::string_view kOle = "application/x-ole-storage";

// The MIME type whose signature `bytes` carry, "" when none fits. Includes PDF headers within the first
// kPdfHeaderWindow bytes, where readers accept them (ISO 32000-1 annex H, implementation note 13).
std::string_view by_signature(std::string_view bytes);
inline constexpr size_t kPdfHeaderWindow = 1024;

// What kind of zip it is, by the names of its entries and a leading `mimetype` entry: Office Open XML (macro
// kinds too; templates and shows only by `extension`, lower case), OpenDocument, EPUB, XPS, iWork, Java and
// Android archives, else application/zip.
std::string_view zip_kind(std::string_view bytes, std::string_view extension);

// What an OLE2 compound file holds, by the names in its directory ([MS-CFB] 2.6).
std::string_view ole_kind(std::string_view bytes);

}  // namespace postern::extract
