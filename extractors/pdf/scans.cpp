#include "extractors/pdf/scans.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <poppler-document.h>
#include <poppler-image.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include "extractors/pixels/pixels.h"

namespace postern::extract::pdf {

namespace {

// "P5 WIDTH HEIGHT 255\n" and the pixels; empty when the page cannot be drawn.
std::string drawn(const poppler::document& document, int number) {
  const std::unique_ptr<poppler::page> page(document.create_page(number - 1));
  if (!page) return {};
  constexpr double kPointsPerInch = 72;
  const poppler::rectf box = page->page_rect();
  const double inches = box.width() * box.height() / kPointsPerInch / kPointsPerInch;
  if (!(inches > 0)) return {};
  const double resolution = std::min(kScanResolution, std::sqrt(kMaxScanPixels / inches));
  poppler::page_renderer renderer;
  renderer.set_image_format(poppler::image::format_gray8);
  renderer.set_render_hint(poppler::page_renderer::antialiasing);
  renderer.set_render_hint(poppler::page_renderer::text_antialiasing);
  const poppler::image image = renderer.render_page(page.get(), resolution, resolution);
  if (!image.is_valid() || image.width() <= 0 || image.height() <= 0) return {};
  const auto width = static_cast<size_t>(image.width()), height = static_cast<size_t>(image.height());
  std::string out = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
  out.reserve(out.size() + width * height);
  for (size_t row = 0; row < height; row++) {
    out.append(image.const_data() + row * static_cast<size_t>(image.bytes_per_row()), width);
  }
  return out;
}

}  // namespace

Ending read_scans(const poppler::document& document, const std::vector<int>& pages, Extractor& pixels, Sink& sink) {
  Ending out = complete();
  const auto keep_first = [&out](Ending ending) {
    if (out.outcome == Outcome::complete) out = std::move(ending);
  };
  for (size_t i = 0; i < std::min(pages.size(), kMaxScannedPages) && !sink.stopped(); i++) {
    const std::string name = "p. " + std::to_string(pages[i]);
    const std::string bytes = drawn(document, pages[i]);
    if (bytes.empty()) {
      sink.fact("not-ocred");
      keep_first({Outcome::partial, "its " + name + " cannot be drawn"});
      continue;
    }
    Source source;
    source.bytes = bytes;
    source.name = name;
    source.type.mime = kGreyType;
    keep_first(pixels.extract(source, sink));
    // A reader that cannot be loaded reads none of the others either.
    if (out.outcome == Outcome::unsupported) return {Outcome::partial, out.why};
  }
  if (pages.size() > kMaxScannedPages) {
    sink.fact("not-ocred");
    keep_first({Outcome::limit, "pages without text, " + std::to_string(pages.size()) + ", reached the limit (" +
                                    std::to_string(kMaxScannedPages) + ")"});
  }
  return out;
}

}  // namespace postern::extract::pdf
