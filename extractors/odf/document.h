// Document: the state of reading one OpenDocument package.
//
// Parts are read in this order: manifest, properties, styles (which say what is hidden), content, embedded objects
// (each a document in a folder of the same package), macros; everything else becomes a child of its own type. Encrypted
// parts are named and end the document as `encrypted`.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "extractors/extractor.h"
#include "extractors/odf/content.h"
#include "extractors/ooxml/package.h"

namespace postern::extract::odf {

class Document final : public ContentOwner {
 public:
  Document(const Source& source, Sink& sink);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Ending read();

  void emit(Place place, std::string_view at, std::string_view text) override;
  bool stopped() const override { return hit_ != LimitHit::none || cut_; }
  void inline_file(std::string_view base64) override;
  void found_macros() override { sink_.fact("macros"); }

 private:
  template <typename Handler>
  bool scan(const std::string& part, Handler& handler);
  void finish(const std::string& part, XmlEnd end, const XmlReaderBase& scanner, const ZipStream& stream);
  void read_manifest();
  void read_object(const std::string& name);  // "" for the document itself
  void read_part(const std::string& part, Styles& styles, const std::string& prefix);
  void read_macros();
  void read_script(const ZipEntry& entry);
  void children_left_over();
  void member(const ZipEntry& entry);
  void damaged(const std::string& what);
  Ending ending() const;

  ooxml::Package package_;
  Sink& sink_;
  Inflater inflater_;
  Inflater child_inflater_;
  Kind kind_ = Kind::unknown;
  std::unordered_set<std::string> encrypted_parts_;  // by the manifest, lower case
  LimitHit hit_ = LimitHit::none;
  bool cut_ = false;
  Ending cut_ending_;
  std::string damage_;
  bool encrypted_ = false;
  bool found_content_ = false;
  unsigned damaged_members_ = 0;
};

}  // namespace postern::extract::odf
