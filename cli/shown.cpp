#include "cli/shown.h"

namespace postern::cli {

std::string shown_part(const PartPath& path, std::string_view name) {
  std::string out = path.is_root() ? "(whole)" : path.to_string();
  if (!name.empty()) out += " " + shown(name);
  return out;
}

}  // namespace postern::cli
