#include "extractors/revenge/gatherer.h"

#include "extractors/detect/signatures.h"
#include "extractors/mail/transfer.h"
#include "extractors/ole/compound_file.h"

namespace postern::extract::revenge {

namespace {

std::string get(const Properties& properties, const char* key) {
  const librevenge::RVNGProperty* property = properties[key];
  return property == nullptr ? std::string() : property->getStr().cstr();
}

constexpr unsigned kCallsPerCheck = 256;

}  // namespace

void Gatherer::check() const {
  if (hit_ != LimitHit::none || (++calls_ % kCallsPerCheck == 0 && sink_.stopped())) throw Stopped();
}

void Gatherer::emit(Place place, std::string_view at, std::string_view text) {
  if (hit_ != LimitHit::none || text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  any_ = true;
  if (keep_told_) told_.append(text).append(1, '\n');
  hit_ = sink_.text(place, at, text);
}

void Gatherer::metadata(const Properties& properties) {
  Properties::Iter at(properties);
  for (at.rewind(); at.next();) {
    if (at() != nullptr) emit(Place::property, at.key(), at()->getStr().cstr());
  }
}

void Gatherer::page(const char* kind) {
  stories_.set_at((in_masters_ ? "master " : kind) + std::to_string(++pages_));
}

void Gatherer::begin_masters() {
  in_masters_ = true;
  pages_ = 0;
  open(Place::master);
}

void Gatherer::begin_paragraph() {
  check();
  stories_.begin_paragraph();
}

void Gatherer::end_paragraph() {
  stories_.end_paragraph();
}

void Gatherer::text(const librevenge::RVNGString& text) {
  check();
  // Charts and some shapes have text outside paragraphs.
  stories_.begin_text();
  stories_.text({text.cstr(), text.size()});
}

void Gatherer::field(const Properties& properties) {
  const std::string content = get(properties, "librevenge:field-content");
  if (content.empty()) return;
  stories_.begin_text();
  stories_.text(content);
}

void Gatherer::link(const Properties& properties) {
  stories_.side(Place::link, get(properties, "xlink:href"));
}

void Gatherer::comment(const Properties& properties) {
  stories_.open(Place::comment);
  const std::string author = get(properties, "dc:creator");
  if (author.empty()) return;
  stories_.begin_text();
  stories_.text(author + ": ");
}

void Gatherer::end_table_cell() {
  stories_.end_cell();
}

void Gatherer::end_table_row() {
  check();
  stories_.end_row();
}

void Gatherer::described(const Properties& properties) {
  check();
  stories_.side(Place::alt_text, get(properties, "svg:title"));
  stories_.side(Place::alt_text, get(properties, "svg:desc"));
}

void Gatherer::object(const Properties& properties) {
  described(properties);
  const std::string base64 = get(properties, "office:binary-data");
  if (base64.empty()) return;
  const std::string bytes = decode_base64(base64).bytes;
  if (in_masters_ && ole::CompoundFile::is_one(bytes) && ole_kind(bytes) == kOle) return;
  any_ = true;
  Child child;
  child.declared_type = get(properties, "librevenge:mime-type");
  sink_.child(child, bytes);
}

void Gatherer::begin_sheet(const Properties& properties) {
  end_sheet();
  sheet_ = get(properties, "librevenge:sheet-name");
  sheets_++;
  if (sheet_.empty()) sheet_ = "Sheet" + std::to_string(sheets_);
  sheet_ = ooxml::quote_sheet(sheet_);
  stories_.set_at(sheet_);
  grid_ = std::make_unique<ooxml::Grid>(*this, Place::cell, sheet_);
}

void Gatherer::end_sheet() {
  if (!grid_) return;
  end_cell();
  grid_->finish();
  grid_.reset();
}

void Gatherer::begin_cell(const Properties& properties) {
  check();
  if (!grid_ || in_cell_) return;
  const auto number = [&](const char* key, std::uint32_t most) {
    const librevenge::RVNGProperty* property = properties[key];
    const int value = property == nullptr ? 0 : property->getInt();
    return value < 0 || static_cast<std::uint32_t>(value) >= most ? most : static_cast<std::uint32_t>(value) + 1;
  };
  cell_ = {number("librevenge:row", ooxml::kMaxRow), number("librevenge:column", ooxml::kMaxColumn)};
  value_ = get(properties, "librevenge:value");
  in_cell_ = true;
  stories_.open(Place::cell);
}

void Gatherer::end_cell() {
  if (!in_cell_) return;
  in_cell_ = false;
  std::string shown = stories_.close();
  while (!shown.empty() && (shown.back() == '\n' || shown.back() == ' ')) shown.pop_back();
  if (shown.empty()) shown = value_;
  if (!shown.empty()) grid_->put(cell_, shown);
}

Ending Gatherer::finish() {
  end_sheet();
  stories_.finish();
  return hit_ == LimitHit::none ? complete() : limit_ending(hit_, sink_.budget().limits());
}

}  // namespace postern::extract::revenge
