// Package: the parts of a document that is a zip: Office Open XML, OpenDocument, EPUB.
//
// Names are compared in lower case (OPC 6.2.2.3). When the zip has several
// readings of one name, a part has several entries, and all of them are read.
// Borrows the bytes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/archive/zip_reader.h"
#include "extractors/archive/zip_stream.h"
#include "extractors/xml/xml_input.h"

namespace postern::extract {

// The bytes of one entry, streamed; `data` as they stand in the zip.
class EntryInput final : public XmlInput {
 public:
  EntryInput(const ZipEntry& entry, std::string_view data, Inflater& inflater, Budget& budget)
      : stream_(entry, data, inflater, budget, Charge::here, Checksum::skip) {}
  size_t read(char* out, size_t size) override { return stream_.read(out, size); }
  const ZipStream& stream() const { return stream_; }

 private:
  ZipStream stream_;
};

class Package {
 public:
  explicit Package(std::string_view bytes);

  const ZipReader& zip() const { return zip_; }

  // Entries of a part by its name in lower case; empty when there is none. Marks them as used.
  std::vector<const ZipEntry*> use(const std::string& part);
  bool has(const std::string& part) const { return parts_.contains(part); }
  bool used(size_t entry) const { return used_[entry]; }
  // True when there is such a part and all its entries were used.
  bool used_part(const std::string& part) const;
  void mark_used(const std::string& part) { use(part); }

  // `target` as written in `part`, resolved to the name of a part (RFC 3986 5.2, percent-encoding undone).
  static std::string resolve(std::string_view part, std::string_view target);

 private:
  ZipReader zip_;
  std::unordered_map<std::string, std::vector<size_t>> parts_;
  std::vector<bool> used_;
};

std::string lower_ascii(std::string_view text);

}  // namespace postern::extract
