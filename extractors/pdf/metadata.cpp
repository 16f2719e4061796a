#include "extractors/pdf/metadata.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <poppler-toc.h>

#include "extractors/pdf/pdf.h"
#include "extractors/pdf/text.h"
#include "extractors/pdf/xml_strings.h"

namespace postern::extract::pdf {

namespace {

std::string reached(std::string_view what, size_t limit) {
  return std::string(what) + " reached the limit (" + std::to_string(limit) + ")";
}

class Bookmarks {
 public:
  void add(const poppler::toc_item& item, unsigned depth) {
    const std::vector<poppler::toc_item*> children = item.children();
    if (depth >= kMaxBookmarkDepth && !children.empty()) {
      left_out_ = reached("bookmarks inside bookmarks", kMaxBookmarkDepth);
      return;
    }
    for (const poppler::toc_item* child : children) {
      if (count_ == kMaxPdfBookmarks) {
        left_out_ = reached("bookmarks", kMaxPdfBookmarks);
        return;
      }
      count_++;
      lines_ += to_text(child->title());
      lines_ += '\n';
      add(*child, depth + 1);
    }
  }

  const std::string& lines() const { return lines_; }
  const std::string& left_out() const { return left_out_; }

 private:
  std::string lines_, left_out_;
  size_t count_ = 0;
};

// Table 317, and what TeX brings along; others are names that people or programs gave.
bool is_known(std::string_view key) {
  static constexpr std::string_view kKnown[] = {"Title",    "Author",       "Subject", "Keywords", "Creator",
                                                "Producer", "CreationDate", "ModDate", "Trapped"};
  return key.starts_with("PTEX.") || std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown);
}

}  // namespace

LimitHit read_properties(const poppler::document& document, Sink& sink, std::string& left_out) {
  size_t count = 0;
  std::string names;
  for (const std::string& key : document.info_keys()) {
    if (++count > kMaxPdfProperties) {
      left_out = reached("properties", kMaxPdfProperties);
      break;
    }
    if (!is_known(key)) names += key + "\n";
    // Dates are stored as "D:20240101...": text like the others.
    const LimitHit hit = sink.text(Place::property, key, to_text(document.info_key(key)));
    if (hit != LimitHit::none) return hit;
  }
  if (const LimitHit hit = sink.text(Place::property, "names", names); hit != LimitHit::none) return hit;
  const auto xmp = document.metadata().to_utf8();
  if (xmp.empty()) return LimitHit::none;
  const std::string_view bytes(xmp.data(), xmp.size());
  return sink.text(Place::property, "XMP", read_xml_strings(bytes, XmlValues::attributes_too).text);
}

LimitHit read_bookmarks(poppler::document& document, Sink& sink, std::string& left_out) {
  const std::unique_ptr<poppler::toc> toc(document.create_toc());
  if (!toc || toc->root() == nullptr) return LimitHit::none;
  Bookmarks bookmarks;
  bookmarks.add(*toc->root(), 0);
  if (!bookmarks.left_out().empty()) left_out = bookmarks.left_out();
  return sink.text(Place::bookmark, "", bookmarks.lines());
}

}  // namespace postern::extract::pdf
