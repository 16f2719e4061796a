// A QR code drawn with squares, in the ways of pages and documents: from the one that tests/corpus/make/image.sh draws
// with `##`. Holds "Nightjar costs 4711, drawn in ASCII".
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extractors/ooxml/grid.h"
#include "tests/support/corpus.h"
#include "tests/support/mime_encoders.h"
#include "tests/support/ooxml_builder.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {

inline std::vector<std::pair<int, int>> code_modules() {
  std::vector<std::pair<int, int>> out;
  const std::string drawing = corpus_file("image/qr-drawn-ascii.txt");
  int x = 0, y = 0;
  for (const char c : drawing) {
    if (c == '#' && x % 2 == 0) out.emplace_back(x / 2, y);
    x = c == '\n' ? 0 : x + 1;
    y += c == '\n' ? 1 : 0;
  }
  return out;
}

inline std::string each_module(const std::function<std::string(const std::string& x, const std::string& y)>& draw) {
  std::string out;
  for (const auto& [x, y] : code_modules()) out += draw(std::to_string(x), std::to_string(y));
  return out;
}

inline std::string code_svg(std::string_view inside) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 50 50\"><rect width=\"50\" height=\"50\" "
         "fill=\"#fff\"/>" +
         std::string(inside) + "</svg>";
}

inline std::string code_svg() {
  return code_svg(each_module([](const std::string& x, const std::string& y) {
    return "<rect x=\"" + x + "\" y=\"" + y + "\" width=\"1\" height=\"1\"/>";
  }));
}

// Name, bytes.
inline std::vector<std::pair<std::string, std::string>> square_codes() {
  using S = const std::string&;
  const auto svg = [](std::string_view before, const std::function<std::string(S, S)>& draw, std::string_view after) {
    return code_svg(std::string(before) + each_module(draw) + std::string(after));
  };
  const auto closed = [](S x, S y) { return "M" + x + " " + y + "h1v1h-1z"; };
  std::vector<std::pair<std::string, std::string>> out = {
      {"rects.svg", code_svg()},
      {"groups.svg", svg(
                         "<g transform=\"translate(4 4) scale(2.5)\" fill=\"navy\">",
                         [](S x, S y) { return "<rect x='" + x + "' y='" + y + "' width='1' height='1'/>"; }, "</g>")},
      {"dots.svg", svg(
                       "", [](S x, S y) { return "<circle cx=\"" + x + ".5\" cy=\"" + y + ".5\" r=\".4\"/>"; }, "")},
      {"path.svg", svg("<path d=\"", closed, "\"/>")},
      {"lines.svg", svg(
                        "<path style=\"stroke:#000\" transform=\"translate(0,.5)\" d=\"",
                        [](S x, S y) { return "M" + x + "," + y + "h1"; }, "\"/>")},
      {"uses.svg", svg(
                       "<defs><rect id=\"m\" width=\"1\" height=\"1\"/></defs>",
                       [](S x, S y) { return "<use xlink:href=\"#m\" x=\"" + x + "\" y=\"" + y + "\"/>"; }, "")},
      {"inline.html", "<p>Scan this.</p>" + code_svg()},
      {"shadow.html", "<div style=\"width:1px;height:1px;box-shadow:" + each_module([](S x, S y) {
                        return x + "px " + y + "px #000,";
                      }) + "-9px 0 #fff\"></div>"},
      {"address.html",
       "<p style=\"background:url(data:image/svg+xml;base64," + base64_of(code_svg(), SIZE_MAX) + ")\">x</p>"},
      {"page.pdf", PdfBuilder()
                       .page("0 g " + each_module([](S x, S y) { return x + " -" + y + " 1 1 re f\n"; }))
                       .page_entries("/UserUnit 1")
                       .build()},
  };
  std::string table = "<table><tr><td><table>", rows;
  int row = -1, column = 0;
  for (const auto& [x, y] : code_modules()) {
    while (row < y) {
      table += row < 0 ? "<tr>" : "</tr><tr>";
      rows += row < 0 ? "<row r=\"1\">" : "</row><row r=\"" + std::to_string(row + 2) + "\">";
      row++;
      column = 0;
    }
    if (x > column) table += "<td bgcolor=#fff colspan=" + std::to_string(x - column) + "></td>";
    table += "<td style=\"background:#000\"></td>";
    column = x + 1;
    rows += "<c r=\"" +
            extract::ooxml::format_cell({static_cast<std::uint32_t>(y + 1), static_cast<std::uint32_t>(x + 1)}) +
            "\" s=\"1\"/>";
  }
  out.emplace_back("table.html", table + "</tr></table></td></tr></table>");
  SheetSpec sheet;
  sheet.rows = rows + "</row>";
  out.emplace_back("cells.xlsx",
                   workbook({sheet}, "",
                            "<fills><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
                            "patternType=\"solid\"><fgColor rgb=\"FF000000\"/></patternFill></fill></fills>"
                            "<cellXfs><xf fillId=\"0\"/><xf fillId=\"1\"/></cellXfs>")
                       .build());
  return out;
}

}  // namespace postern::test
