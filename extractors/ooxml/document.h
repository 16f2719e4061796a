// Document: the state of reading one Office Open XML file, shared by its readers.
//
// Knows the package, gives text to the sink, follows relationships, and keeps
// what went wrong for the final outcome. Readers (word.cpp, sheet.cpp, slides.cpp)
// say what a part means; everything that every kind of document has (properties,
// media, embedded files, charts, hyperlinks) is here.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/extractor.h"
#include "extractors/ooxml/names.h"
#include "extractors/ooxml/package.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::ooxml {

class Document final : public Emitter {
 public:
  Document(const Source& source, Sink& sink) : package_(source.bytes), sink_(sink) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Package& package() { return package_; }
  Sink& sink() { return sink_; }

  // Gives a segment to the sink; after a limit nothing more is taken.
  void emit(Place place, std::string_view at, std::string_view text) override;
  bool stopped() const { return hit_ != LimitHit::none || cut_; }

  // Streams every entry of `part` through `handler`. False when there is no such part.
  template <typename Handler>
  bool scan(const std::string& part, Handler& handler) {
    const auto entries = package_.use(part);
    for (const ZipEntry* entry : entries) {
      if (stopped()) break;
      EntryInput input(package_.zip(), *entry, inflater_, sink_.budget());
      XmlDecoder decoder(input);
      XmlScanner<Handler> scanner(decoder, vocabulary());
      const XmlEnd end = scanner.run(handler);
      finish(part, end, scanner, input.stream());
    }
    return !entries.empty();
  }

  // The same for parts that are not XML: `reader(XmlInput&)` reads an entry and says whether it was well-formed.
  template <typename Reader>
  bool scan_bytes(const std::string& part, Reader&& reader) {
    const auto entries = package_.use(part);
    for (const ZipEntry* entry : entries) {
      if (stopped()) break;
      EntryInput input(package_.zip(), *entry, inflater_, sink_.budget());
      const bool whole = reader(input);
      if (settle(part, input.stream()) && !whole && !stopped()) damaged(part + " ends early");
    }
    return !entries.empty();
  }

  std::vector<Relationship> relationships(const std::string& part);

  // What every part may refer to: hyperlinks, media, embedded files, charts, diagrams, drawings, properties.
  // Types that belong to one kind of document are its reader's; they are left alone here. Each part is
  // read once. True when the relationship was dealt with.
  bool follow_common(const Relationship& relationship, std::string_view at);
  // follow_common for all relationships of `part`.
  void follow_all(const std::string& part, std::string_view at);

  // True the first time a part is asked for: parts may refer to each other in circles.
  bool first_visit(const std::string& part) { return visited_.insert(part).second; }

  // DrawingML and WordprocessingML text of a part, in `place`.
  void read_flow(const std::string& part, Place place, std::string_view at);
  // All character data of a part, a line for each element that has some; its attributes in a place of their own.
  void read_plain(const std::string& part, Place place, Place attributes = Place::attribute);
  // Readable strings of a part in a binary format that nobody describes, such as the values of a control.
  void read_strings(const std::string& part, Place place);

  // Hands a part out as a child, to be read by its own type.
  void child(const std::string& part);
  // Everything that no relationship led to.
  void children_left_over();

  void fact(std::string_view word) { sink_.fact(word); }
  void damaged(const std::string& what);
  void incomplete(std::string what);  // something was not read that a reader would show: `partial`

  Ending ending() const;

 private:
  void finish(const std::string& part, XmlEnd end, const XmlReaderBase& scanner, const ZipStream& stream);
  // How its bytes came: false when that has been noted as a damage or a limit.
  bool settle(const std::string& part, const ZipStream& stream);
  void member(const ZipEntry& entry);

  Package package_;
  Sink& sink_;
  Inflater inflater_;
  Inflater child_inflater_;
  std::set<std::string> visited_;
  LimitHit hit_ = LimitHit::none;
  bool cut_ = false;
  Ending cut_ending_;
  std::string damage_;
  std::string partial_;
  bool encrypted_ = false;
  unsigned damaged_members_ = 0;
};

// The readers of the kinds; `main` is the part that the package's relationships name.
void read_word(Document& document, const std::string& main);
void read_workbook(Document& document, const std::string& main);
void read_presentation(Document& document, const std::string& main);
void read_drawing(Document& document, const std::string& main);
void read_fixed_sequence(Document& document, const std::string& main);
// docProps: core, extended and custom properties.
void read_properties(Document& document, const std::string& part);

}  // namespace postern::extract::ooxml
