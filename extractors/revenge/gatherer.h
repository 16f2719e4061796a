// Gatherer: takes what libraries of the librevenge family tell about a document, and gives it out as segments.
//
// The family has four interfaces of some seventy calls each (text, spreadsheet, presentation, drawing), which share
// most of their calls. Teller is all of them: a template over the interface whose calls go to one Gatherer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <librevenge/librevenge.h>

#include "extractors/extractor.h"
#include "extractors/odf/stories.h"
#include "extractors/ooxml/grid.h"

namespace postern::extract::revenge {

using Properties = librevenge::RVNGPropertyList;

// Thrown out of a library's parser when nothing more will be taken.
struct Stopped {};

class Gatherer final : public Emitter {
 public:
  explicit Gatherer(Sink& sink) : sink_(sink), stories_(*this) {}

  void emit(Place place, std::string_view at, std::string_view text) override;

  void metadata(const Properties& properties);
  void page(const char* kind);
  void begin_paragraph();
  void end_paragraph();
  void text(const librevenge::RVNGString& text);
  void put(char c) { stories_.put(c); }
  void field(const Properties& properties);
  void link(const Properties& properties);
  void open(Place place) { stories_.open(place); }
  void close() { stories_.close_into_sides(); }
  // From here up to close() masters are told. Objects in them that nothing reads are data of Visio's own solutions, and
  // left out.
  void begin_masters();
  void comment(const Properties& properties);
  void end_table_cell();
  void end_table_row();
  void described(const Properties& properties);  // frames and shapes: alternative texts
  void object(const Properties& properties);     // pictures and other files
  void begin_sheet(const Properties& properties);
  void end_sheet();
  void begin_cell(const Properties& properties);
  void end_cell();

  // Gives out what is left.
  Ending finish();
  bool stopped() const { return hit_ != LimitHit::none || sink_.stopped(); }
  bool any() const { return any_; }
  // All text that was told, when it is to be kept.
  void keep_told() { keep_told_ = true; }
  const std::string& told() const { return told_; }

 private:
  void check() const;

  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  bool any_ = false;  // something was told
  bool keep_told_ = false;
  std::string told_;
  mutable unsigned calls_ = 0;
  odf::Stories stories_;
  std::unique_ptr<ooxml::Grid> grid_;
  std::string sheet_;
  unsigned sheets_ = 0;
  unsigned pages_ = 0;
  bool in_masters_ = false;
  ooxml::CellRef cell_;
  std::string value_;
  bool in_cell_ = false;
};

// Which calls override what depends on the interface, so none says `override`.
template <typename Interface>
class Teller final : public Interface {
 public:
  explicit Teller(Gatherer& to) : to_(to) {}

  // Documents and pages.
  void setDocumentMetaData(const Properties& p) { to_.metadata(p); }
  void startDocument(const Properties&) {}
  void endDocument() {}
  void definePageStyle(const Properties&) {}
  void defineEmbeddedFont(const Properties&) {}
  void openPageSpan(const Properties&) {}
  void closePageSpan() {}
  void startPage(const Properties&) { to_.page("page "); }
  void endPage() {}
  void startMasterPage(const Properties&) { to_.open(Place::master); }
  void endMasterPage() { to_.close(); }
  void startSlide(const Properties&) { to_.page("slide "); }
  void endSlide() {}
  void startMasterSlide(const Properties&) { to_.open(Place::master); }
  void endMasterSlide() { to_.close(); }
  void setSlideTransition(const Properties&) {}
  void openHeader(const Properties&) { to_.open(Place::header_footer); }
  void closeHeader() { to_.close(); }
  void openFooter(const Properties&) { to_.open(Place::header_footer); }
  void closeFooter() { to_.close(); }

  // Styles.
  void setStyle(const Properties&) {}
  void defineParagraphStyle(const Properties&) {}
  void defineCharacterStyle(const Properties&) {}
  void defineSectionStyle(const Properties&) {}
  void defineGraphicStyle(const Properties&) {}
  void defineSheetNumberingStyle(const Properties&) {}
  void defineChartStyle(const Properties&) {}

  // Text.
  void openParagraph(const Properties&) { to_.begin_paragraph(); }
  void closeParagraph() { to_.end_paragraph(); }
  void openSpan(const Properties&) {}
  void closeSpan() {}
  void openLink(const Properties& p) { to_.link(p); }
  void closeLink() {}
  void openSection(const Properties&) {}
  void closeSection() {}
  void insertTab() { to_.put('\t'); }
  void insertSpace() { to_.put(' '); }
  void insertText(const librevenge::RVNGString& text) { to_.text(text); }
  void insertLineBreak() { to_.put('\n'); }
  void insertField(const Properties& p) { to_.field(p); }
  void openOrderedListLevel(const Properties&) {}
  void openUnorderedListLevel(const Properties&) {}
  void closeOrderedListLevel() {}
  void closeUnorderedListLevel() {}
  void openListElement(const Properties&) { to_.begin_paragraph(); }
  void closeListElement() { to_.end_paragraph(); }
  void openFootnote(const Properties&) { to_.open(Place::footnote); }
  void closeFootnote() { to_.close(); }
  void openEndnote(const Properties&) { to_.open(Place::footnote); }
  void closeEndnote() { to_.close(); }
  void openComment(const Properties& p) { to_.comment(p); }
  void closeComment() { to_.close(); }
  void startComment(const Properties& p) { to_.comment(p); }
  void endComment() { to_.close(); }
  void startNotes(const Properties&) { to_.open(Place::notes); }
  void endNotes() { to_.close(); }
  void openTextBox(const Properties& p) {
    to_.described(p);
    to_.open(Place::text_box);
  }
  void closeTextBox() { to_.close(); }

  // Tables.
  void openTable(const Properties&) {}
  void closeTable() {}
  void startTableObject(const Properties&) {}
  void endTableObject() {}
  void openTableRow(const Properties&) {}
  void closeTableRow() { to_.end_table_row(); }
  void openTableCell(const Properties&) {}
  void closeTableCell() { to_.end_table_cell(); }
  void insertCoveredTableCell(const Properties&) {}

  // Sheets.
  void openSheet(const Properties& p) { to_.begin_sheet(p); }
  void closeSheet() { to_.end_sheet(); }
  void openSheetRow(const Properties&) {}
  void closeSheetRow() {}
  void openSheetCell(const Properties& p) { to_.begin_cell(p); }
  void closeSheetCell() { to_.end_cell(); }

  // Charts.
  void openChart(const Properties&) { to_.open(Place::chart); }
  void closeChart() { to_.close(); }
  void openChartTextObject(const Properties&) {}
  void closeChartTextObject() {}
  void openChartPlotArea(const Properties&) {}
  void closeChartPlotArea() {}
  void insertChartAxis(const Properties&) {}
  void openChartSerie(const Properties&) {}
  void closeChartSerie() {}
  void openChartSeries(const Properties&) {}
  void closeChartSeries() {}

  // Shapes.
  void openFrame(const Properties& p) { to_.described(p); }
  void closeFrame() {}
  void insertBinaryObject(const Properties& p) { to_.object(p); }
  void insertEquation(const Properties&) {}
  void openGroup(const Properties&) {}
  void closeGroup() {}
  void startLayer(const Properties&) {}
  void endLayer() {}
  void startEmbeddedGraphics(const Properties&) {}
  void endEmbeddedGraphics() {}
  void drawRectangle(const Properties& p) { to_.described(p); }
  void drawEllipse(const Properties& p) { to_.described(p); }
  void drawPolygon(const Properties& p) { to_.described(p); }
  void drawPolyline(const Properties& p) { to_.described(p); }
  void drawPath(const Properties& p) { to_.described(p); }
  void drawConnector(const Properties& p) { to_.described(p); }
  void drawGraphicObject(const Properties& p) { to_.object(p); }
  void startTextObject(const Properties& p) { to_.described(p); }
  void endTextObject() {}

  // Animations.
  void openAnimationSequence(const Properties&) {}
  void closeAnimationSequence() {}
  void openAnimationGroup(const Properties&) {}
  void closeAnimationGroup() {}
  void openAnimationIteration(const Properties&) {}
  void closeAnimationIteration() {}
  void insertMotionAnimation(const Properties&) {}
  void insertColorAnimation(const Properties&) {}
  void insertAnimation(const Properties&) {}
  void insertEffect(const Properties&) {}

 private:
  Gatherer& to_;
};

}  // namespace postern::extract::revenge
