#include "floors/raw_pdf.h"

#include <memory>

#include <poppler-document.h>
#include <poppler-page.h>

namespace postern::bench {

PdfText pdf_text(std::string_view file) {
  PdfText out;
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(file.data(), static_cast<int>(file.size())));
  if (document == nullptr) return out;
  out.pages = document->pages();
  for (int i = 0; i < out.pages; i++) {
    const std::unique_ptr<poppler::page> page(document->create_page(i));
    const auto text = page->text(poppler::rectf(), poppler::page::raw_order_layout).to_utf8();
    out.text.append(text.data(), text.size());
  }
  return out;
}

}  // namespace postern::bench
