// Content: the handler of all XML of an OpenDocument file that shows text: content.xml, styles.xml, meta.xml, flat
// files, of OpenDocument and of OpenOffice.org 1 (ODF 1.3 part 3, 3 to 16).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/odf/sheets.h"
#include "extractors/odf/stories.h"
#include "extractors/odf/styles.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::odf {

enum class Kind { unknown, text, spreadsheet, presentation, drawing, chart, database };

// What the handler asks of the document around it.
class ContentOwner : public Emitter {
 public:
  virtual bool stopped() const = 0;
  // A file that stands in the XML in base64.
  virtual void inline_file(std::string_view base64) = 0;
  virtual void found_macros() = 0;
  // Formulas without a result in the file were not worked out, for a limit.
  virtual void left_formulas_out() = 0;

 protected:
  ~ContentOwner() = default;
};

// "Frame1", "Picture 12": what programs call shapes and sections that nobody named.
bool is_default_name(std::string_view name);

class Content {
 public:
  // `kind` is what a file of OpenOffice.org 1 says in its type; OpenDocument says it in its body. `prefix` goes before
  // all locators: the name of an embedded object.
  Content(ContentOwner& owner, Styles& styles, Kind kind, std::string prefix);

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name);
  void end(XmlTag tag);
  void text(std::string_view text);
  bool stopped() const { return owner_.stopped(); }
  void finish();
  bool any() const { return any_; }  // an element was there

 private:
  enum class Capture { none, creator, nothing, property, alt, header, base64, macro };

  void start_text(XmlTag tag, const XmlAttributes& attributes);
  void start_table(XmlTag tag, const XmlAttributes& attributes);
  void start_drawing(XmlTag tag, const XmlAttributes& attributes);
  void start_other(XmlTag tag, const XmlAttributes& attributes, std::string_view name);
  void begin_kind(Kind kind);
  void end_kind();
  void begin_page(const XmlAttributes& attributes);
  void begin_table(const XmlAttributes& attributes);
  void end_table();
  void style_name(const XmlAttributes& attributes);
  void begin_annotation(const XmlAttributes& attributes);
  void end_annotation();
  void begin_story_of_shape();
  void end_story_of_shape();
  void begin_hiding(bool hides);
  void end_hiding();
  void form_control(const XmlAttributes& attributes);
  void capture(Capture what, std::string name = {});
  void end_capture();
  void link(const XmlAttributes& attributes);
  void side_values(Place place, const XmlAttributes& attributes, std::initializer_list<std::string_view> names);
  Kind kind() const { return kinds_.back().kind; }
  bool in_cell() const { return sheet_ != nullptr && cell_depth_ == stories_.depth(); }

  ContentOwner& owner_;
  Styles& styles_;
  const std::string prefix_;
  Stories stories_;
  struct OpenKind {
    Kind kind;
    bool has_story;
  };
  std::vector<OpenKind> kinds_;
  std::vector<bool> shapes_;  // open ones: has it a story of its own
  ooxml::ComputedCells computed_;
  std::unique_ptr<Sheet> sheet_;
  std::vector<bool> tables_;  // open ones: is it a sheet
  size_t cell_depth_ = 0;     // of stories in the open cell; 0: no cell is open
  std::vector<bool> hiding_;  // open elements that may hide their text: do they
  Capture capture_ = Capture::none;
  bool any_ = false;
  size_t capture_depth_ = 0;  // of elements, the captured one included
  std::string captured_;
  std::string captured_name_;
  std::string author_;
  std::string comment_date_;
  std::string change_id_;
  bool in_meta_ = false;
  bool in_automatic_styles_ = false;  // whose names are made up
  size_t annotations_ = 0;            // open ones
  size_t pages_ = 0;
};

}  // namespace postern::extract::odf
