#include "extractors/archive/member_names.h"

#include <algorithm>
#include <array>

#include "extractors/archive/zip_names.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

struct Ending {
  std::string_view packed;
  std::string_view unpacked;
};
constexpr std::array kEndings = {
    Ending{".gz"sv, ""sv},       Ending{".bz2"sv, ""sv},       Ending{".bz"sv, ""sv},      Ending{".xz"sv, ""sv},
    Ending{".lzma"sv, ""sv},     Ending{".zst"sv, ""sv},       Ending{".lz4"sv, ""sv},     Ending{".lz"sv, ""sv},
    Ending{".z"sv, ""sv},        Ending{".tgz"sv, ".tar"sv},   Ending{".tbz"sv, ".tar"sv}, Ending{".tbz2"sv, ".tar"sv},
    Ending{".txz"sv, ".tar"sv},  Ending{".tzst"sv, ".tar"sv},  Ending{".tlz"sv, ".tar"sv}, Ending{".taz"sv, ".tar"sv},
    Ending{".svgz"sv, ".svg"sv}, Ending{".cpgz"sv, ".cpio"sv},
};

}  // namespace

MemberName read_member_name(std::string_view raw) {
  MemberName out;
  if (is_utf8(raw)) {
    out.name = std::string(raw);
    return out;
  }
  out.others = legacy_zip_names(raw);
  if (out.others.empty()) {
    out.name = to_utf8(raw);
  } else {
    out.name = std::move(out.others.front());
    out.others.erase(out.others.begin());
  }
  return out;
}

std::string name_without_packing(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::string(name);
  std::string ending(name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto found =
      std::find_if(kEndings.begin(), kEndings.end(), [&](const Ending& row) { return row.packed == ending; });
  if (found == kEndings.end()) return std::string(name);
  return std::string(name.substr(0, dot)) + std::string(found->unpacked);
}

}  // namespace postern::extract
