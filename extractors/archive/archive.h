// The extractors of archives that are not zips, and of single packed files, by libarchive (archive_stream.h).
//
// Members become children; names of folders and devices, and the targets of links, are text of the archive. Names in
// no declared charset are given in every legacy charset in which they make letters. The archive is read once from
// front to back. Outcomes: `encrypted` when even its names are locked, for single members otherwise; `unsupported` for
// methods that the library does not unpack; `malformed` when members are damaged or it is cut off; `limit` when it
// is a bomb. Facts: `encrypted-members`; `appended-data` of a child that stands behind the end.
//
// Packed files (.bz2, .xz, ...) have one child, named like the file without its ending.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 11> kArchiveTypes = {
    "application/x-7z-compressed", "application/vnd.rar", "application/x-rar5",
    "application/x-tar",           "application/x-cpio",  "application/x-archive",
    "application/x-iso9660-image", "application/x-lzh",   "application/vnd.ms-cab-compressed",
    "application/x-xar",           "application/warc"};
inline constexpr std::array<std::string_view, 7> kPackedTypes = {
    "application/x-bzip2", "application/x-xz",   "application/x-lzma",    "application/zstd",
    "application/x-lz4",   "application/x-lzip", "application/x-compress"};

// Bytes unpacked of members that nobody reads, only to get at those behind them, before the reading stops.
inline constexpr std::uint64_t kMaxDrained = 128ULL << 20;

std::shared_ptr<Extractor> make_archive_extractor();
std::shared_ptr<Extractor> make_packed_extractor();

}  // namespace postern::extract
