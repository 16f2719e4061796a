#include "extractors/pdf/pdf.h"

#include <algorithm>
#include <limits>
#include <string>

#include <poppler-document.h>
#include <poppler-embedded-file.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include "extractors/pdf/metadata.h"
#include "extractors/pdf/text.h"
#include "extractors/utf8.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace pdf {

namespace {

// poppler-cpp gives names as C strings of PDFDocEncoding: UTF-16 ones are cut at their first zero byte.
std::string file_name(const std::string& raw) {
  if (raw.starts_with("\xFE\xFF")) return "";
  if (is_utf8(raw)) return raw;
  std::string out;
  for (const char c : raw) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

class PdfWalk {
 public:
  PdfWalk(const Source& source, Sink& sink) : source_(source), sink_(sink) {}

  Ending run() {
    if (source_.bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
      return limit_ending(LimitHit::part_bytes, sink_.budget().limits());
    }
    // The empty passwords are tried while loading.
    document_.reset(
        poppler::document::load_from_raw_data(source_.bytes.data(), static_cast<int>(source_.bytes.size())));
    if (!document_) return {Outcome::malformed, "it cannot be opened as a PDF"};
    // Anything else that is asked of a locked document makes poppler-cpp crash.
    if (document_->is_locked()) return {Outcome::encrypted, "the PDF asks for a password and none is at hand"};

    LimitHit hit = read_pages();
    if (hit == LimitHit::none) hit = read_properties(*document_, sink_);
    if (hit == LimitHit::none && document_->has_embedded_files()) read_files();
    if (hit == LimitHit::none && !sink_.stopped()) hit = read_bookmarks(*document_, sink_);
    if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
    return ending();
  }

 private:
  LimitHit read_pages() {
    pages_ = std::max(document_->pages(), 0);
    int missing_in_a_row = 0;
    for (int i = 0; i < std::min(pages_, kMaxPdfPages); i++) {
      if (const LimitHit hit = sink_.budget().check_time(); hit != LimitHit::none) return hit;
      if (sink_.stopped()) break;
      const std::unique_ptr<poppler::page> page(document_->create_page(i));
      if (!page) {
        missing_++;
        if (++missing_in_a_row >= kMaxMissingPages) {
          missing_ = pages_ - read_;
          break;
        }
        continue;
      }
      missing_in_a_row = 0;
      read_++;
      const std::string text = to_text(page->text(poppler::rectf(), poppler::page::raw_order_layout));
      has_text_ = has_text_ || text.find_first_not_of(" \t\r\n") != std::string::npos;
      const std::string at = "p. " + std::to_string(i + 1);
      LimitHit hit = sink_.text(Place::page, at, text);
      if (hit == LimitHit::none && is_scattered(text)) hit = read_scattered(*page, at, text);
      if (hit != LimitHit::none) return hit;
    }
    if (read_ > 0 && !has_text_) sink_.fact("not-ocred");
    return LimitHit::none;
  }

  // The page once more: in the order of the places on it, and with letters that stand alone joined.
  LimitHit read_scattered(const poppler::page& page, const std::string& at, const std::string& text) {
    const std::string placed = to_text(page.text(poppler::rectf(), poppler::page::non_raw_non_physical_layout));
    LimitHit hit = placed == text ? LimitHit::none : sink_.text(Place::page, at + ", by place", placed);
    if (hit == LimitHit::none) hit = sink_.text(Place::page, at + ", letters joined", joined_letters(text));
    return hit;
  }

  // The name tree's files (ISO 32000-1 7.11.4).
  void read_files() {
    const LimitHit hit = read_file_names(source_.bytes, sink_);
    if (hit != LimitHit::none) return;
    for (const poppler::embedded_file* file : document_->embedded_files()) {
      if (sink_.stopped()) return;
      if (file == nullptr || !file->is_valid()) continue;
      Child child;
      child.name = file_name(file->name());
      child.declared_type = file->mime_type();
      std::transform(child.declared_type.begin(), child.declared_type.end(), child.declared_type.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      sink_.child(child, [file](std::string& buffer) -> tl::expected<std::string_view, Ending> {
        const poppler::byte_array bytes = file->data();
        buffer.assign(bytes.data(), bytes.size());
        return std::string_view(buffer);
      });
    }
  }

  Ending ending() const {
    if (pages_ > kMaxPdfPages) {
      return {Outcome::limit,
              "it has " + std::to_string(pages_) + " pages, " + std::to_string(kMaxPdfPages) + " are read"};
    }
    if (read_ == 0) return {Outcome::malformed, "no page of it can be read"};
    if (missing_ > 0) return {Outcome::partial, std::to_string(missing_) + " of its pages cannot be read"};
    return complete();
  }

  const Source& source_;
  Sink& sink_;
  std::unique_ptr<poppler::document> document_;
  int pages_ = 0;
  int read_ = 0;
  int missing_ = 0;
  bool has_text_ = false;
};

class PdfExtractor final : public Extractor {
 public:
  // Poppler writes what it dislikes to standard error, content included.
  PdfExtractor() {
    poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  }
  Ending extract(const Source& source, Sink& sink) override { return PdfWalk(source, sink).run(); }
};

}  // namespace

}  // namespace pdf

std::shared_ptr<Extractor> make_pdf_extractor() {
  return std::make_shared<pdf::PdfExtractor>();
}

}  // namespace postern::extract
