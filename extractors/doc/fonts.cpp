#include "extractors/doc/fonts.h"

#include <array>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"

namespace postern::extract::doc {

namespace {

// Fonts that name their charset, as Windows 3.1 and 95 list them: "Arial Cyr".
std::uint32_t code_page_of_name(std::string_view name) {
  struct Ending {
    std::string_view text;
    std::uint32_t code_page;
  };
  static constexpr std::array kEndings = {Ending{" CE", 1250}, Ending{" Cyr", 1251}, Ending{" Greek", 1253},
                                          Ending{" Tur", 1254}, Ending{" Baltic", 1257}};
  for (const Ending& ending : kEndings) {
    if (name.ends_with(ending.text)) return ending.code_page;
  }
  return 0;
}

}  // namespace

std::vector<std::uint32_t> font_code_pages(std::string_view table) {
  constexpr size_t kName = 6, kCharset = 4;
  constexpr std::uint32_t kAnsi = 0;
  std::vector<std::uint32_t> out;
  table = table.substr(0, le16(table, 0));
  size_t at = 2;
  while (at < table.size()) {
    const std::string_view font = table.substr(at, size_t{static_cast<unsigned char>(table[at])} + 1);
    at += font.size();
    std::uint32_t code_page = 0;
    if (font.size() > kName) {
      const auto charset = static_cast<unsigned char>(font[kCharset]);
      if (charset != kAnsi) code_page = code_page_of_font(charset);
      const std::string_view name = font.substr(kName);
      if (code_page == 0) code_page = code_page_of_name(name.substr(0, name.find('\0')));
    }
    out.push_back(code_page);
  }
  return out;
}

}  // namespace postern::extract::doc
