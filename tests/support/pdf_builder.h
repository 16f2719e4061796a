// Small PDF files from content streams, with whatever else a test needs as raw objects.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace postern::test {

class PdfBuilder {
 public:
  // `content` is a content stream, such as "BT /F1 12 Tf 72 700 Td (Hello) Tj ET".
  PdfBuilder& page(std::string content) {
    pages_.push_back(std::move(content));
    return *this;
  }
  PdfBuilder& line(std::string_view text) { return page("BT /F1 12 Tf 72 700 Td (" + std::string(text) + ") Tj ET"); }
  PdfBuilder& info(std::string dictionary) {
    info_ = std::move(dictionary);
    return *this;
  }
  // Entries of the catalog, which may refer to extra objects: the first has number extra_number().
  PdfBuilder& catalog(std::string entries) {
    catalog_ = std::move(entries);
    return *this;
  }
  // Further entries of every page.
  PdfBuilder& page_entries(std::string entries) {
    page_entries_ = std::move(entries);
    return *this;
  }
  // Further resources of every page.
  PdfBuilder& page_resources(std::string entries) {
    page_resources_ = std::move(entries);
    return *this;
  }
  PdfBuilder& extra(std::string object) {
    extra_.push_back(std::move(object));
    return *this;
  }
  PdfBuilder& claim_pages(int count) {
    claimed_ = count;
    return *this;
  }
  size_t extra_number() const { return 5 + 2 * pages_.size(); }

  static std::string stream(std::string_view data, std::string_view entries = "") {
    return "<< /Length " + std::to_string(data.size()) + " " + std::string(entries) + " >>\nstream\n" +
           std::string(data) + "\nendstream";
  }

  std::string build() const {
    std::vector<std::string> objects;
    std::string kids;
    for (size_t i = 0; i < pages_.size(); i++) kids += std::to_string(5 + 2 * i) + " 0 R ";
    const int count = claimed_ >= 0 ? claimed_ : static_cast<int>(pages_.size());
    objects.push_back("<< /Type /Catalog /Pages 2 0 R " + catalog_ + " >>");
    objects.push_back("<< /Type /Pages /Count " + std::to_string(count) + " /Kids [ " + kids + "] >>");
    objects.push_back("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    objects.push_back("<< " + info_ + " >>");
    for (size_t i = 0; i < pages_.size(); i++) {
      objects.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> " +
                        page_resources_ + " >> /Contents " + std::to_string(6 + 2 * i) + " 0 R " + page_entries_ +
                        " >>");
      objects.push_back(stream(pages_[i]));
    }
    objects.insert(objects.end(), extra_.begin(), extra_.end());

    std::string out = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    std::vector<size_t> offsets;
    for (size_t i = 0; i < objects.size(); i++) {
      offsets.push_back(out.size());
      out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const size_t xref = out.size();
    out += "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
    for (const size_t offset : offsets) {
      char line[32];
      std::snprintf(line, sizeof line, "%010zu 00000 n \n", offset);
      out += line;
    }
    out += "trailer\n<< /Size " + std::to_string(objects.size() + 1) + " /Root 1 0 R /Info 4 0 R >>\nstartxref\n" +
           std::to_string(xref) + "\n%%EOF\n";
    return out;
  }

 private:
  std::vector<std::string> pages_;
  std::vector<std::string> extra_;
  std::string info_;
  std::string catalog_;
  std::string page_entries_;
  std::string page_resources_;
  int claimed_ = -1;
};

// Appends an update that gives one object anew (ISO 32000-1 7.5.6).
inline std::string updated_pdf(std::string pdf, int number, const std::string& object) {
  const std::string stands = "startxref\n";
  const size_t told = pdf.rfind(stands) + stands.size();
  const std::string previous = pdf.substr(told, pdf.find('\n', told) - told);
  const size_t offset = pdf.size();
  pdf += std::to_string(number) + " 0 obj\n" + object + "\nendobj\n";
  const size_t table = pdf.size();
  char line[32];
  std::snprintf(line, sizeof line, "%010zu 00000 n \n", offset);
  pdf += "xref\n" + std::to_string(number) + " 1\n" + std::string(line) +
         "trailer\n<< /Size 99 /Root 1 0 R /Info 4 0 R /Prev " + previous + " >>\nstartxref\n" + std::to_string(table) +
         "\n%%EOF\n";
  return pdf;
}

}  // namespace postern::test
