#include "extractors/pdf/pdf.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <poppler-document.h>
#include <poppler-embedded-file.h>
#include <poppler-page.h>

#include "extractors/pdf/cpu_allowance.h"
#include "extractors/pdf/found.h"
#include "extractors/pdf/hyphens.h"
#include "extractors/pdf/metadata.h"
#include "extractors/pdf/page_reader.h"
#include "extractors/pdf/page_tree.h"
#include "extractors/pdf/pictures.h"
#include "extractors/pdf/recovery.h"
#include "extractors/pdf/revisions.h"
#include "extractors/pdf/scans.h"
#include "extractors/pdf/streams.h"
#include "extractors/pdf/structure.h"
#include "extractors/pdf/text.h"
#include "extractors/pdf/unseen.h"
#include "extractors/pdf_allowance.h"
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

// Objects unpacked to recover a PDF without table: parsed again from memory, they must not crowd it.
constexpr size_t kMaxRecoveredBytes = 32 << 20;

using Access = PageReader::Access;

class PdfWalk {
 public:
  PdfWalk(const Source& source, Sink& sink, Extractor* pixels, Ocr ocr)
      : source_(source), sink_(sink), pixels_(pixels), ocr_(ocr) {}

  Ending run() {
    if (source_.bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) / 2) {
      return limit_ending(LimitHit::part_bytes, sink_.budget().limits());
    }
    bytes_ = source_.bytes;
    found_ = look_at_streams(bytes_, sink_.budget());
    if (!found_.bombs.empty()) leave_out_bombs();
    open();
    if (reader_->access() == Access::broken) return {Outcome::malformed, "it cannot be opened as a PDF"};
    if (reader_->access() == Access::locked && !unlock()) return locked_ending("the PDF");

    cpu_.emplace(kFreeCpu, kCpuOfByte, source_.bytes.size());
    // What recovery has put behind the file is no update of it.
    revisions_ = revision_ends(bytes_.substr(0, source_.bytes.size()));
    if (!recovered_) strays_ = find_strays(reader_->document(), bytes_);
    if (!strays_.forms.empty()) reader_->note_forms(&drawn_);
    LimitHit hit = read_pages();
    if (hit == LimitHit::none && !sink_.stopped()) hit = read_objects();
    if (hit == LimitHit::none) hit = read_document();
    if (hit == LimitHit::none) hit = read_revisions();
    if (hit == LimitHit::none) hit = read_unseen();
    if (hit != LimitHit::none) return limit_ending(hit, sink_.budget().limits());
    if (take_stream_damage(bytes_) && not_readable_.empty())
      not_readable_ = "a packed stream of it breaks off or is damaged";
    Ending read = ending();
    if (pixels_ == nullptr || sink_.stopped()) return read;
    cpu_.reset();  // pixels take another time than what bytes explain
    const Ending seen = read_pixels();
    return read.outcome == Outcome::complete ? seen : read;
  }

 private:
  // What follows a bad header of zlib (RFC 1950 2.2) is not unpacked by anybody; everything else is read.
  void leave_out_bombs() {
    own_bytes_ = std::string(bytes_);
    for (const size_t at : found_.bombs) {
      sink_.budget().count_bomb();
      std::fill_n(own_bytes_.begin() + static_cast<std::ptrdiff_t>(at), std::min<size_t>(2, own_bytes_.size() - at),
                  '\0');
    }
    bytes_ = own_bytes_;
  }

  // Pages that are drawn first: they are all that there is of them.
  Ending read_pixels() {
    Ending scanned;
    PicturePages pages;
    pages.layered = layered_;
    if (ocr_ == Ocr::on && document_) {
      scanned = read_scans(*document_, to_draw_, *pixels_, sink_);
      pages.drawn_whole = to_draw_;
    }
    std::optional<CpuAllowance> allowance;  // letters have one of their own
    if (ocr_ == Ocr::off) allowance.emplace(kFreePictureCpu + kPictureCpuGrace, kPictureCpuOfByte, bytes_.size());
    const Ending seen = read_pictures(*reader_, pages, old_pictures_, bytes_.size(), *pixels_, ocr_, sink_);
    return scanned.outcome == Outcome::complete ? seen : scanned;
  }

  // The trials have a bound of CPU time of their own.
  bool unlock() {
    const auto open_with = [this](const std::string& password) {
      reader_ = std::make_unique<PageReader>(bytes_, password);
      return reader_->access() == Access::open;
    };
    const std::optional<std::string> password = sink_.find_password(open_with);
    if (!password || (reader_->access() != Access::open && !open_with(*password))) return false;
    password_ = *password;
    sink_.fact("decrypted");
    return true;
  }

  void open() {
    const CpuAllowance allowance(kFreeCpuToOpen, kCpuOfByteToOpen, bytes_.size());
    reader_ = std::make_unique<PageReader>(bytes_, "");
    if (reader_->access() == Access::locked || reader_->has_page(1)) return;
    const Missing missing = reader_->pages() > 0 ? Missing::objects : Missing::tree;
    const size_t most = std::min<size_t>(sink_.budget().bytes_left(), kMaxRecoveredBytes);
    const std::string without_bombs = own_bytes_;
    if (std::string whole = recovered(bytes_, missing, most); !whole.empty()) {
      recovered_ = true;
      open_instead(std::move(whole));
    }
    if (reader_->access() != Access::open || reader_->has_page(1)) return;
    if (std::string other = with_true_page_tree(without_bombs.empty() ? source_.bytes : without_bombs, most);
        !other.empty()) {
      recovered_ = false;
      recounted_ = true;
      open_instead(std::move(other));
    }
  }

  void open_instead(std::string&& pdf) {
    reader_.reset();
    own_bytes_ = std::move(pdf);
    bytes_ = own_bytes_;
    reader_ = std::make_unique<PageReader>(bytes_, "");
    static_cast<void>(reader_->has_page(1));
  }

  // What poppler's C++ binding gives beside pages: properties, and what else it can of a document too damaged for qpdf.
  LimitHit read_document() {
    if (sink_.stopped()) return LimitHit::none;
    const CpuAllowance allowance(kFreeCpuToOpen, kCpuOfByteToOpen, bytes_.size());
    document_.reset(
        poppler::document::load_from_raw_data(bytes_.data(), static_cast<int>(bytes_.size()), password_, password_));
    // Anything that is asked of a locked document makes the binding crash.
    if (!document_ || document_->is_locked()) {
      document_.reset();
      if (not_readable_.empty()) not_readable_ = "its properties cannot be read";
      return LimitHit::none;
    }
    if (!walked_ && document_->has_embedded_files()) read_files();
    if (const LimitHit hit = read_properties(*document_, sink_, left_out_); hit != LimitHit::none) return hit;
    if (walked_) return LimitHit::none;
    // Poppler reads all of them before it gives the first, those inside each other in quadratic time.
    return read_bookmarks(*document_, sink_, left_out_);
  }

  LimitHit read_pages() {
    pages_ = reader_->pages();
    if (pixels_ != nullptr) reader_->note_pictures();
    int missing_in_a_row = 0;
    for (int i = 0; i < std::min(pages_, kMaxPdfPages); i++) {
      if (const LimitHit hit = sink_.budget().check_time(); hit != LimitHit::none) return hit;
      if (sink_.stopped()) break;
      if (cpu_->used_up()) {
        too_slow_ = true;
        break;
      }
      PageText page;
      if (!reader_->read(i + 1, page)) {
        missing_++;
        if (++missing_in_a_row >= kMaxMissingPages) {
          missing_ = pages_ - read_;
          break;
        }
        continue;
      }
      missing_in_a_row = 0;
      read_++;
      if (const LimitHit hit = give_page(i + 1, page); hit != LimitHit::none) return hit;
      if (!page.squares.may_be_code()) continue;
      if (++drawings_ <= kMostDrawings) give_drawn_squares(page.squares, sink_);
    }
    // Charts and maps, most likely, which are looked at no further.
    if (drawings_ > kMostDrawings || (read_ > 0 && !has_text_ && ocr_ == Ocr::off)) sink_.fact("not-ocred");
    return LimitHit::none;
  }

  LimitHit give_page(int number, const PageText& page) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::string at = "p. " + std::to_string(number);
    const bool hides = page.hidden.find_first_not_of(kBlank) != std::string::npos;
    const bool has_text = hides || page.shown.find_first_not_of(kBlank) != std::string::npos;
    has_text_ = has_text_ || has_text;
    if (!page.named.empty()) sink_.fact("second-reading");
    // Names prove nothing about what is drawn.
    if (!has_text || page.type3 || page.unmapped || !page.named.empty()) to_draw_.push_back(number);
    if (has_text && page.layered) layered_.push_back(number);
    if (page.unmapped) sink_.fact("unmapped-glyphs");
    if (keeps_lines()) {
      known_.add(page.shown);
      known_.add(page.hidden);
    }
    const bool is_shown = !page.shown.empty();
    LimitHit hit = give_text(Place::page, at, page.shown);
    if (hit == LimitHit::none && is_shown) hit = give_other_orders(Place::page, at, page);
    if (hit == LimitHit::none) hit = sink_.text(Place::page, at + ", as drawn", page.drawn);
    if (hit == LimitHit::none) hit = sink_.text(Place::page, at + ", as seen", page.seen);
    if (hit == LimitHit::none) hit = sink_.text(Place::page, at + ", by glyphs", page.named);
    if (hit == LimitHit::none) hit = sink_.text(Place::alt_text, at, page.alternatives);
    if (hit == LimitHit::none && is_scattered(page.shown)) hit = read_scattered(number, at, page.shown);
    if (hit == LimitHit::none && hides) {
      sink_.fact("hidden-text");
      hit = give_text(Place::hidden_text, at, page.hidden);
      if (hit == LimitHit::none && !is_shown) hit = give_other_orders(Place::hidden_text, at, page);
    }
    return hit;
  }

  LimitHit give_text(Place place, const std::string& at, const std::string& text) {
    const LimitHit hit = sink_.text(place, at, text);
    return hit == LimitHit::none ? sink_.text(place, at + ", words joined", joined_words(text)) : hit;
  }

  LimitHit give_other_orders(Place place, const std::string& at, const PageText& page) {
    LimitHit hit = sink_.text(place, at + ", right to left", page.leftwards);
    if (hit == LimitHit::none) hit = sink_.text(place, at + ", in place", page.placed);
    if (hit == LimitHit::none) hit = sink_.text(place, at + ", in place, letters joined", joined_letters(page.placed));
    return hit == LimitHit::none ? give_text(place, at + ", by columns", page.columns) : hit;
  }

  // The page once more: in the order of the places on it, and with letters that stand alone joined.
  LimitHit read_scattered(int number, const std::string& at, const std::string& text) {
    const std::string placed = reader_->by_place(number);
    LimitHit hit = placed == text ? LimitHit::none : sink_.text(Place::page, at + ", by place", placed);
    if (hit == LimitHit::none) hit = sink_.text(Place::page, at + ", letters joined", joined_letters(text));
    return hit;
  }

  // What only the file as it was before its updates says.
  LimitHit read_revisions() {
    if (pixels_ != nullptr && !revisions_.empty()) {
      for (const NotedPicture& picture : reader_->pictures().all()) pictures_.insert(reader_->identity(picture));
    }
    for (size_t i = 0; i < revisions_.size(); i++) {
      if (i == kMaxPdfRevisions) {
        left_out_ = "earlier revisions reached the limit (" + std::to_string(kMaxPdfRevisions) + ")";
        break;
      }
      const std::string name = "revision " + std::to_string(revisions_.size() - i);
      const std::string_view bytes = bytes_.substr(0, revisions_[i]);
      auto reader = std::make_unique<PageReader>(bytes, password_);
      if (pixels_ != nullptr) reader->note_pictures();
      const int pages = std::min(reader->pages(), kMaxPdfPages);
      for (int page = 1; page <= pages; page++) {
        if (sink_.stopped()) return LimitHit::none;
        if (cpu_->used_up()) {
          too_slow_ = true;
          return LimitHit::none;
        }
        if (reader->is_same_in(*reader_, page)) continue;
        std::string text;
        if (pixels_ != nullptr) reader->note_pictures_of(page);
        if (!reader->read_shown(page, text)) break;
        const LimitHit hit = sink_.text(Place::revision, name + ", p. " + std::to_string(page), known_.take_new(text));
        if (hit != LimitHit::none) return hit;
      }
      FoundText found(sink_, &known_, name);
      static_cast<void>(read_structure(bytes, password_, found));
      if (found.hit() != LimitHit::none) return found.hit();
      if (pixels_ != nullptr) keep_new_pictures(std::move(reader), name);
    }
    return read_left_over();
  }

  void keep_new_pictures(std::unique_ptr<PageReader> reader, const std::string& revision) {
    OldPictures old{std::move(reader), revision, {}};
    const std::vector<NotedPicture>& all = old.reader->pictures().all();
    for (size_t i = 0; i < all.size(); i++) {
      if (pictures_.insert(old.reader->identity(all[i])).second) old.which.push_back(i);
    }
    if (!old.which.empty()) old_pictures_.push_back(std::move(old));
  }

  // Annotations and files that updates have left in the file, and that no revision refers to.
  LimitHit read_left_over() {
    if (revisions_.empty() || strays_.others.empty() || sink_.stopped() || cpu_->used_up()) return LimitHit::none;
    FoundText found(sink_, &known_, "left over");
    static_cast<void>(read_structure(bytes_, password_, found, {strays_.pages, strays_.others}));
    return found.hit();
  }

  // What no page shows and nothing has said before.
  LimitHit read_unseen() {
    PDFDoc& document = reader_->document();
    reader_->note_forms(nullptr);
    const auto stopped = [this] {
      too_slow_ = too_slow_ || cpu_->used_up();
      return too_slow_ || sink_.stopped();
    };
    for (int page = 1; page <= std::min(pages_, kMaxPdfPages) && !strays_.forms.empty() && !stopped(); page++) {
      std::optional<std::string> page_text;
      for (Appearance& found : unseen_appearances(document, page, drawn_, stopped)) {
        if (stopped()) break;
        if (!says_more(found.text, found.said)) continue;
        if (!page_text) reader_->read_shown(page, page_text.emplace());
        const std::string& shown = *page_text;
        if (!says_more(found.text, shown)) continue;
        const std::string at = "p. " + std::to_string(page);
        const LimitHit hit = found.hidden ? give_unseen(at + ", not shown", found.text)
                                          : sink_.text(Place::annotation, at + ", another state", found.text);
        if (hit != LimitHit::none) return hit;
      }
    }
    for (size_t i = 0; i < strays_.pages.size() && !stopped(); i++) {
      const std::string text = known_.take_new(text_of_page(document, strays_.pages[i], drawn_));
      const LimitHit hit = give_unseen("unlisted page " + std::to_string(i + 1), text);
      if (hit != LimitHit::none) return hit;
    }
    for (size_t i = 0; i < strays_.forms.size() && !stopped(); i++) {
      if (drawn_.contains(strays_.forms[i])) continue;
      const std::string text = known_.take_new(text_of_form(document, strays_.forms[i], drawn_));
      if (const LimitHit hit = give_unseen("not on any page", text); hit != LimitHit::none) return hit;
    }
    return LimitHit::none;
  }

  LimitHit give_unseen(const std::string& at, const std::string& text) {
    if (!says_more(text, {})) return LimitHit::none;
    sink_.fact("hidden-text");
    return sink_.text(Place::hidden_text, at, text);
  }

  // Whether what is given has to be known again.
  bool keeps_lines() const { return !revisions_.empty() || strays_.any(); }

  // Annotations, forms, scripts, attached files.
  LimitHit read_objects() {
    FoundText found(sink_, keeps_lines() ? &known_ : nullptr);
    const std::vector<int> none;
    const StructureEnding walked =
        read_structure(bytes_, password_, found, {strays_.pages, revisions_.empty() ? strays_.others : none});
    if (!walked.left_out.empty()) left_out_ = walked.left_out;
    if (!walked.not_readable.empty()) not_readable_ = walked.not_readable;
    if (!walked.opened) {
      not_readable_ = "its annotations, forms and scripts cannot be read";
      walked_ = false;
    }
    return found.hit();
  }

  // The name tree's files (ISO 32000-1 7.11.4), where the document is too damaged for qpdf.
  void read_files() {
    for (const poppler::embedded_file* file : document_->embedded_files()) {
      if (sink_.stopped()) return;
      if (file == nullptr || !file->is_valid()) continue;
      Child child;
      child.name = file_name(file->name());
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
              "its " + std::to_string(pages_) + " pages reached the limit (" + std::to_string(kMaxPdfPages) + ")"};
    }
    if (too_slow_) return {Outcome::limit, describe_pdf_allowance()};
    if (!found_.bombs.empty()) {
      return {Outcome::limit, std::to_string(found_.bombs.size()) + " of its streams were left out: " +
                                  describe(LimitHit::ratio, sink_.budget().limits())};
    }
    if (!left_out_.empty()) return {Outcome::limit, left_out_};
    if (read_ == 0) return {Outcome::malformed, "no page of it can be read"};
    if (missing_ > 0) return {Outcome::partial, std::to_string(missing_) + " of its pages cannot be read"};
    if (!found_.unknown_filter.empty())
      return {Outcome::partial, "a stream of it is packed by a filter that nobody knows"};
    if (recovered_) return {Outcome::partial, "its table of objects is missing; what could be found was read"};
    if (!not_readable_.empty()) return {Outcome::partial, not_readable_};
    if (recounted_) return {Outcome::ambiguous, "readers differ on how many pages it has"};
    return complete();
  }

  const Source& source_;
  Sink& sink_;
  Extractor* const pixels_;  // null: pictures, and pages without text, stay unread
  const Ocr ocr_;
  std::vector<int> to_draw_;  // when letters are wanted: pages without text that can be relied on
  std::vector<int> layered_;  // whose text is all invisible
  std::optional<CpuAllowance> cpu_;
  std::string_view bytes_;  // what poppler gets: the source's, or our own
  std::string own_bytes_;
  StreamFindings found_;
  std::unique_ptr<poppler::document> document_;  // null until pages were read
  std::unique_ptr<PageReader> reader_;
  std::string password_;
  std::vector<size_t> revisions_;  // where earlier ones end
  Strays strays_;
  std::unordered_set<int> drawn_;               // forms, when there are any
  std::unordered_set<std::uint64_t> pictures_;  // when there are earlier revisions
  std::vector<OldPictures> old_pictures_;
  KnownLines known_;  // what was given, when there are earlier ones or strays
  bool recovered_ = false;
  bool recounted_ = false;  // its page tree was made true
  bool too_slow_ = false;
  bool walked_ = true;        // its objects, by qpdf
  std::string left_out_;      // the limit that kept something back
  std::string not_readable_;  // what could not be read
  int pages_ = 0;
  int read_ = 0;
  int missing_ = 0;
  int drawings_ = 0;  // pages with squares enough for a code
  bool has_text_ = false;
};

class PdfExtractor final : public Extractor {
 public:
  PdfExtractor(std::shared_ptr<Extractor> pixels, Ocr ocr) : pixels_(std::move(pixels)), ocr_(ocr) {}
  Ending extract(const Source& source, Sink& sink) override {
    keep_library_ready();
    static_cast<void>(take_stream_damage({}));  // what an earlier document left
    return PdfWalk(source, sink, pixels_.get(), ocr_).run();
  }

 private:
  const std::shared_ptr<Extractor> pixels_;
  const Ocr ocr_;
};

}  // namespace

}  // namespace pdf

std::shared_ptr<Extractor> make_pdf_extractor(std::shared_ptr<Extractor> pixels, Ocr ocr) {
  return std::make_shared<pdf::PdfExtractor>(std::move(pixels), ocr);
}

}  // namespace postern::extract
