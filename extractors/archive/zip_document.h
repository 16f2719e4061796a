// ZipDocument: the state of reading one document that is a zip of parts, shared by its readers.
//
// Knows the package, streams parts through handlers of XML, hands out members as
// children, and keeps what went wrong for the final outcome. Locked members are opened when
// their password stands in the message (zip_lock.h); formats with locks of their own override unlock().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "extractors/archive/package.h"
#include "extractors/archive/zip_lock.h"
#include "extractors/emitter.h"
#include "extractors/extractor.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract {

// What a declared document type in the XML of a part means: Office's formats have none, others declare one without
// entities.
enum class DocumentTypes : std::uint8_t { none, without_entities };

class ZipDocument : public Emitter {
 public:
  ZipDocument(const Source& source, Sink& sink, const XmlVocabulary& vocabulary, DocumentTypes document_types)
      : package_(source.bytes), sink_(sink), vocabulary_(vocabulary), document_types_(document_types) {}
  virtual ~ZipDocument() = default;
  ZipDocument(const ZipDocument&) = delete;
  ZipDocument& operator=(const ZipDocument&) = delete;

  Package& package() { return package_; }
  Sink& sink() { return sink_; }
  void fact(std::string_view word) { sink_.fact(word); }

  // Gives a segment to the sink, unless it is blank; after a limit nothing more is taken.
  void emit(Place place, std::string_view at, std::string_view text) override;
  bool is_over() const { return hit_ != LimitHit::none || cut_; }

  // Streams every entry of `part` through `handler`. False when there is no such part.
  template <typename Handler>
  bool scan(const std::string& part, Handler& handler) {
    return each_input(part, [&](OpenEntry& open) {
      XmlDecoder decoder(*open.input);
      XmlScanner<Handler> scanner(decoder, vocabulary_);
      const XmlEnd end = scanner.run(handler);
      finish(part, end, scanner, open.input->stream());
    });
  }

  // The same for parts that are not XML: `reader(XmlInput&)` reads an entry and says whether it was well-formed.
  template <typename Reader>
  bool scan_bytes(const std::string& part, Reader&& reader) {
    return each_input(part, [&](OpenEntry& open) {
      const bool whole = reader(*open.input);
      if (settle(part, open.input->stream()) && !whole && !is_over()) damaged(part + " ends early");
    });
  }

  // Hands a part out as a child, to be read by its own type.
  void child(const std::string& part);
  // The same for one entry, of which the document knows more than its name.
  void member(const ZipEntry& entry, Child child = {});
  // Everything that was not used, comments, other names, bytes outside the members. Names of folders that begin with
  // `quiet_folders` are those of every document.
  void children_left_over(std::string_view quiet_folders = {});

  void damaged(const std::string& what);
  void incomplete(std::string what);  // something was not read that a reader would show: `partial`

  // `encrypted` says which parts of the document are: "some of its parts are".
  Ending ending(std::string_view encrypted) const;

 protected:
  struct Unlocked {
    ZipEntry entry;     // how the bytes below are packed
    std::string bytes;  // in clear
  };
  virtual bool is_locked(const ZipEntry& entry) const { return entry.encrypted; }
  // Nothing when the entry stays locked.
  virtual std::optional<Unlocked> unlock(const ZipEntry& entry);
  // A part of markup that programs write carelessly, like the HTML in drawings of Office: it is read like other XML,
  // and what is not well-formed in it is no damage.
  virtual bool is_careless(const std::string& /*part*/) const { return false; }
  // What a format does to the bytes of a member besides packing and locking them is undone here; may change `buffer`.
  virtual std::string_view unmask(const ZipEntry& /*entry*/, std::string_view bytes, std::string& /*buffer*/) {
    return bytes;
  }

  Package package_;
  Sink& sink_;
  Inflater inflater_;

 private:
  struct OpenEntry {
    std::optional<Unlocked> clear;  // what `input` reads, of a locked one
    std::optional<EntryInput> input;
  };
  template <typename Read>
  bool each_input(const std::string& part, Read&& read) {
    bool any = false;
    for (const ZipEntry* entry : package_.use(part)) {
      if (is_over()) break;
      OpenEntry open;
      if (!begin(*entry, open)) continue;
      read(open);
      any = true;
    }
    return any;
  }
  // False when the entry stays locked: it is named as a child then.
  bool begin(const ZipEntry& entry, OpenEntry& open);
  void finish(const std::string& part, XmlEnd end, const XmlReaderBase& scanner, const ZipStream& stream);
  // How its bytes came: false when that has been noted as a damage or a limit.
  bool settle(const std::string& part, const ZipStream& stream);

  const XmlVocabulary& vocabulary_;
  const DocumentTypes document_types_;
  Inflater child_inflater_;
  ZipUnlocker unlocker_{sink_, child_inflater_};
  LimitHit hit_ = LimitHit::none;
  bool cut_ = false;
  Ending cut_ending_;
  std::string damage_;
  std::string partial_;
  bool encrypted_ = false;
  unsigned damaged_members_ = 0;
};

}  // namespace postern::extract
