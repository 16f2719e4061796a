#include "extractors/office_xml/word_ml.h"

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "extractors/mail/transfer.h"
#include "extractors/office_xml/scan.h"
#include "extractors/ooxml/number_format.h"
#include "extractors/story/field_code.h"
#include "extractors/story/story.h"
#include "extractors/story/style_names.h"

namespace postern::extract::office_xml {

namespace {

constexpr size_t kMaxStories = 64;       // open at once, inside each other
constexpr size_t kMaxRest = 1 << 20;     // of what no element of the format holds
constexpr size_t kMaxSides = 256 << 10;  // of names, links and the like before they are told

// clang-format off
#define POSTERN_WORD_ML_NAMES(X) \
  X(w_p, "w:p") X(w_pPr, "w:pPr") X(w_r, "w:r") X(w_t, "w:t") X(w_delText, "w:delText") X(w_instrText, "w:instrText") \
  X(w_fldChar, "w:fldChar") X(w_fldSimple, "w:fldSimple") X(w_tab, "w:tab") X(w_br, "w:br") X(w_cr, "w:cr") \
  X(w_noBreakHyphen, "w:noBreakHyphen") X(w_sym, "w:sym") X(w_vanish, "w:vanish") X(w_tc, "w:tc") X(w_tr, "w:tr") \
  X(w_hdr, "w:hdr") X(w_ftr, "w:ftr") X(w_footnote, "w:footnote") X(w_endnote, "w:endnote") \
  X(w_txbxContent, "w:txbxContent") X(w_hlink, "w:hlink") X(w_binData, "w:binData") X(w_docVar, "w:docVar") \
  X(w_attachedTemplate, "w:attachedTemplate") X(w_query, "w:query") X(w_connectString, "w:connectString") \
  X(w_dataSource, "w:dataSource") X(w_mailSubject, "w:mailSubject") X(w_listEntry, "w:listEntry") \
  X(w_default, "w:default") X(w_helpText, "w:helpText") X(w_statusText, "w:statusText") X(aml_annotation, "aml:annotation") \
  X(o_properties, "o:DocumentProperties") X(o_custom, "o:CustomDocumentProperties") X(v_shape, "v:shape") \
  X(w_style, "w:style") X(w_name, "w:name") X(v_rect, "v:rect") X(v_group, "v:group") X(v_imagedata, "v:imagedata") X(v_textpath, "v:textpath")
// clang-format on

enum Name : XmlTag {
  unknown = kUnknownTag,
#define POSTERN_WORD_ML_ENUM(id, name) id,
  POSTERN_WORD_ML_NAMES(POSTERN_WORD_ML_ENUM)
#undef POSTERN_WORD_ML_ENUM
};

const XmlVocabulary& vocabulary() {
  static const XmlVocabulary instance({{"http://schemas.microsoft.com/office/word/2003/wordml", "w"},
                                       {"http://schemas.microsoft.com/aml/2001/core", "aml"},
                                       {"urn:schemas-microsoft-com:office:office", "o"},
                                       {"urn:schemas-microsoft-com:vml", "v"}},
                                      {
#define POSTERN_WORD_ML_STRING(id, name) name,
                                          POSTERN_WORD_ML_NAMES(POSTERN_WORD_ML_STRING)
#undef POSTERN_WORD_ML_STRING
                                      });
  return instance;
}

std::string_view local_name(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

class WordReader {
 public:
  explicit WordReader(Teller& teller) : teller_(teller) { push(Place::body); }

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    switch (tag) {
      case w_p:
        begin_paragraph();
        break;
      case w_pPr:
        in_properties_ = true;
        break;
      case w_r:
        run_hidden_ = false;
        break;
      case w_vanish:
        if (!in_properties_) run_hidden_ = attributes.raw("val") != "off";
        break;
      case w_t:
      case w_delText:
      case w_instrText:
        mode_ = tag == w_t ? Mode::text : tag == w_delText ? Mode::deleted : Mode::code;
        break;
      case w_fldChar:
        if (attributes.raw("fldCharType") != "begin") tell_code();
        break;
      case w_fldSimple:
        tell_field_code(teller_, "", attributes.get("instr"));
        break;
      case w_tab:
        if (!in_properties_) put("\t");
        break;
      case w_br:
      case w_cr:
        put("\n");
        break;
      case w_noBreakHyphen:
        put("-");
        break;
      case w_sym:
        symbol(attributes);
        break;
      case w_tr:
      case w_tc:
        level().cells += tag == w_tc ? 1 : 0;
        break;
      case w_hdr:
      case w_ftr:
        push(Place::header_footer);
        break;
      case w_footnote:
      case w_endnote:
        push(Place::footnote);
        break;
      case w_txbxContent:
        push(Place::text_box);
        break;
      case aml_annotation:
        begin_annotation(attributes);
        break;
      case w_binData:
        mode_ = Mode::file;
        file_.clear();
        file_name_ = attributes.get("name");
        break;
      case o_properties:
      case o_custom:
        in_document_properties_ = true;
        has_own_names_ = tag == o_custom;
        break;
      case w_style:
        in_style_ = true;
        break;
      default:
        note(tag, attributes, name);
        break;
    }
  }

  void end(XmlTag tag) {
    switch (tag) {
      case w_p:
        end_paragraph();
        break;
      case w_pPr:
        in_properties_ = false;
        break;
      case w_t:
      case w_delText:
      case w_instrText:
        mode_ = Mode::none;
        break;
      case w_tc:
        if (level().cells > 0) level().cells--;
        level().paragraph_due = false;
        level().story.end_cell();
        break;
      case w_tr:
        level().story.end_row();
        break;
      case w_hdr:
      case w_ftr:
      case w_footnote:
      case w_endnote:
      case w_txbxContent:
        pop();
        break;
      case aml_annotation:
        end_annotation();
        break;
      case w_binData:
        give_file();
        break;
      case o_properties:
      case o_custom:
        in_document_properties_ = false;
        break;
      case w_style:
        in_style_ = false;
        break;
      default:
        if (in_document_properties_) tell_property();
        break;
    }
  }

  void text(std::string_view text) {
    switch (mode_) {
      case Mode::text:
        put(text);
        return;
      case Mode::deleted: {
        RunMarks as = marks();
        as.deleted = true;
        level().story.put(text, as);
        return;
      }
      case Mode::code:
        code_ += text;
        return;
      case Mode::file:
        file_ += text;
        return;
      case Mode::none:
        break;
    }
    if (in_document_properties_) {
      value_ += text;
    } else if (text.find_first_not_of(" \t\r\n") != std::string_view::npos && rest_.size() < kMaxRest) {
      rest_.append(text).append(1, '\n');
    }
  }
  bool stopped() const { return teller_.stopped(); }

  void finish() {
    tell_code();
    too_deep_ = 0;
    while (levels_.size() > 1) pop();
    level().story.finish();
    tell_sides();
    teller_.tell(Place::custom_xml, "", rest_);
  }

 private:
  enum class Mode : std::uint8_t { none, text, deleted, code, file };
  enum class Annotation : std::uint8_t { other, insertion, deletion, comment };
  struct Level {
    Level(Teller& teller, Place place) : story(teller, place, "") {}
    Story story;
    unsigned cells = 0;          // open ones
    bool paragraph_due = false;  // of a cell: its last paragraph ends with the cell
  };

  Level& level() { return *levels_.back(); }
  RunMarks marks() const { return {run_hidden_, deletions_ > 0, insertions_ > 0}; }

  void put(std::string_view text) { level().story.put(text, marks()); }

  void begin_paragraph() {
    if (level().paragraph_due) level().story.end_paragraph();
    level().paragraph_due = false;
    run_hidden_ = false;
  }

  void end_paragraph() {
    if (level().cells > 0) {
      level().paragraph_due = true;
    } else {
      level().story.end_paragraph();
    }
    if (sides_size_ >= kMaxSides) tell_sides();
  }

  void push(Place place) {
    if (levels_.size() < kMaxStories) {
      levels_.push_back(std::make_unique<Level>(teller_, place));
    } else {
      too_deep_++;
    }
  }
  void pop() {
    if (too_deep_ > 0) {
      too_deep_--;
      return;
    }
    if (levels_.size() == 1) return;
    level().story.finish();
    levels_.pop_back();
  }

  void begin_annotation(const XmlAttributes& attributes) {
    const std::string_view type = attributes.raw("type");
    Annotation kind = Annotation::other;
    if (type == "Word.Insertion") kind = Annotation::insertion;
    if (type == "Word.Deletion") kind = Annotation::deletion;
    if (type == "Word.Comment") kind = Annotation::comment;
    insertions_ += kind == Annotation::insertion ? 1 : 0;
    deletions_ += kind == Annotation::deletion ? 1 : 0;
    if (kind == Annotation::comment) push(Place::comment);
    if (type == "Word.Bookmark.Start") side(Place::bookmark, attributes.get("name"));
    annotations_.push_back(kind);
    const std::string author = attributes.get("author");
    if (author.empty()) return;
    if (kind == Annotation::comment) {
      put(author + ": ");
    } else {
      side(Place::property, author);
    }
  }

  void end_annotation() {
    if (annotations_.empty()) return;
    const Annotation kind = annotations_.back();
    annotations_.pop_back();
    if (kind == Annotation::insertion) insertions_--;
    if (kind == Annotation::deletion) deletions_--;
    if (kind == Annotation::comment) pop();
  }

  // What stands in attributes.
  void note(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    switch (tag) {
      case w_hlink:
        side(Place::link, attributes.get("dest"));
        side(Place::alt_text, attributes.get("screenTip"));
        break;
      case w_docVar:
        side(Place::property, attributes.get("name") + ": " + attributes.get("val"));
        break;
      case w_attachedTemplate:
        side(Place::link, attributes.get("val"));
        break;
      case w_query:
      case w_connectString:
      case w_dataSource:
      case w_mailSubject:
        side(Place::connection, attributes.get("val"));
        break;
      case w_listEntry:
      case w_default:
      case w_helpText:
      case w_statusText:
        side(Place::form_field, attributes.get("val"));
        break;
      case v_shape:
      case v_rect:
      case v_group:
      case v_imagedata:
        side(Place::alt_text, attributes.get("alt"));
        side(Place::alt_text, attributes.get("title"));
        side(Place::link, attributes.get("href"));
        break;
      case v_textpath:
        side(Place::text_box, attributes.get("string"));
        break;
      case w_name: {  // of form fields and lists, too
        const std::string given = attributes.get("val");
        if (!in_style_ || !is_programs_style_name(given)) side(Place::attribute, given);
        break;
      }
      default:
        if (in_document_properties_) property_ = local_name(name);
        break;
    }
  }

  void side(Place place, std::string_view text) {
    if (text.empty()) return;
    for (auto& [known, lines] : sides_) {
      if (known != place) continue;
      lines.append(text).append(1, '\n');
      sides_size_ += text.size();
      return;
    }
    sides_.emplace_back(place, std::string(text) + '\n');
  }
  void tell_sides() {
    for (auto& [place, lines] : sides_) {
      teller_.tell(place, "", lines);
      lines.clear();
    }
    sides_size_ = 0;
  }

  void tell_code() {
    if (!code_.empty()) tell_field_code(teller_, "", code_);
    code_.clear();
  }

  void tell_property() {
    ooxml::unescape_xstring(property_, 0);  // "Client_x0020_name"
    if (has_own_names_) teller_.tell(Place::property, "", property_);
    teller_.tell_property(property_, value_);
    value_.clear();
  }

  void symbol(const XmlAttributes& attributes) {
    const std::string_view digits = attributes.raw("char");
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) return;
    if (code >= 0xF000 && code <= 0xF0FF) code -= 0xF000;  // where fonts of symbols have theirs
    if (code >= ' ' && code <= 0xFFFF && (code < 0xD800 || code > 0xDFFF)) {
      level().story.put(static_cast<char32_t>(code), marks());
    }
  }

  void give_file() {
    mode_ = Mode::none;
    Child child;
    child.name = file_name_.substr(file_name_.rfind('/') + 1);  // "wordml://03000001.png"
    const std::string bytes = decode_base64(file_).bytes;
    teller_.child(child, bytes);
    file_.clear();
  }

  Teller& teller_;
  std::vector<std::unique_ptr<Level>> levels_;  // the main text, then what stands inside it
  size_t too_deep_ = 0;
  std::vector<Annotation> annotations_;
  std::vector<std::pair<Place, std::string>> sides_;
  size_t sides_size_ = 0;
  unsigned insertions_ = 0, deletions_ = 0;
  Mode mode_ = Mode::none;
  bool in_properties_ = false;
  bool in_document_properties_ = false;
  bool has_own_names_ = false;  // the properties
  bool in_style_ = false;
  bool run_hidden_ = false;
  std::string code_, file_, file_name_, property_, value_, rest_;
};

}  // namespace

Ending read_word_ml(std::string_view bytes, Sink& sink) {
  Teller teller(sink);
  WordReader reader(teller);
  scan(bytes, vocabulary(), reader, teller);
  reader.finish();
  return teller.ending();
}

}  // namespace postern::extract::office_xml
