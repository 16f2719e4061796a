// The files below response/templates as they were when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace postern::response {

struct BuiltInTemplate {
  std::string_view path;  // "en/held.mustache"
  std::string_view text;
};

std::span<const BuiltInTemplate> built_in_notice_templates();

}  // namespace postern::response
