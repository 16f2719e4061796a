// Type groups that `file: {type: [...]}` may name besides MIME types: cad, source-code, database,
// archive, document, spreadsheet, presentation, image, audio, video, executable, key.
#pragma once

#include <span>
#include <string_view>

namespace postern::policy {

std::span<const std::string_view> file_group_names();

// `wanted` is a group, a MIME type or a kind of one ("image/*"); `name` is the file's, for
// types that have no signature of their own (source code, keys).
bool file_type_matches(std::string_view wanted, std::string_view mime, std::string_view name);

}  // namespace postern::policy
