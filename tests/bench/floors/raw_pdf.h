// The least that reading a PDF's text can cost: poppler-cpp, each page once, in the order of the content stream.
#pragma once

#include <string>
#include <string_view>

namespace postern::bench {

struct PdfText {
  int pages = 0;
  std::string text;  // UTF-8
};

PdfText pdf_text(std::string_view file);

}  // namespace postern::bench
