// Document: the state of reading one OpenDocument package.
//
// Parts are read in this order: manifest, properties, styles (which say what is hidden), content, embedded objects
// (each a document in a folder of the same package), macros; everything else becomes a child of its own type. Encrypted
// parts are opened when their password stands in the message (decrypt.h); otherwise they are named and end the document
// as `encrypted`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "extractors/archive/zip_document.h"
#include "extractors/extractor.h"
#include "extractors/odf/content.h"
#include "extractors/odf/decrypt.h"

namespace postern::extract::odf {

class Document final : public ZipDocument, public ContentOwner {
 public:
  Document(const Source& source, Sink& sink);

  Ending read();

  void emit(Place place, std::string_view at, std::string_view text) override { ZipDocument::emit(place, at, text); }
  bool stopped() const override { return is_over(); }
  void inline_file(std::string_view base64) override;
  void found_macros() override { fact("macros"); }
  void left_formulas_out() override { fact("formulas-not-computed"); }

 private:
  void read_manifest();
  void read_object(const std::string& name);  // "" for the document itself
  void read_part(const std::string& part, Styles& styles, const std::string& prefix);
  void read_macros();
  void read_script(const std::string& part, const std::string& name);
  void hand_out_rest();
  bool is_locked(const ZipEntry& entry) const override;
  std::optional<Unlocked> unlock(const ZipEntry& entry) override;

  Kind kind_ = Kind::unknown;
  const bool is_template_;
  std::unordered_map<std::string, PartLock> locks_;  // of encrypted parts, by the manifest, lower case
  std::optional<std::string> password_;
  bool no_password_ = false;  // it was looked for
  std::uint64_t key_rounds_ = 0;
  bool found_content_ = false;
};

}  // namespace postern::extract::odf
