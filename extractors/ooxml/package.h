// Package: an Office Open XML file as parts and relationships (ECMA-376 part 2, OPC).
//
// Parts are found by relationship, never by file name. Names are compared in
// lower case (OPC 6.2.2.3). When the zip has several readings of one name, a part
// has several entries, and all of them are read. Borrows the bytes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/archive/zip_reader.h"
#include "extractors/archive/zip_stream.h"
#include "extractors/xml/xml_input.h"

namespace postern::extract::ooxml {

// Relationships of one part that are followed; a deck of 10,000 slides has as many.
inline constexpr size_t kMaxRelationships = 100'000;

struct Relationship {
  std::string id;
  std::string type;    // last segment of the type's URI, lower case: "hyperlink", "footnotes"
  std::string target;  // part name (lower case, no leading '/'), or the URI when external
  bool external = false;
};

// The bytes of one entry, streamed.
class EntryInput final : public XmlInput {
 public:
  EntryInput(const ZipReader& zip, const ZipEntry& entry, Inflater& inflater, Budget& budget)
      : stream_(entry, zip.data(entry), inflater, budget, Charge::here, Checksum::skip) {}
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
  void mark_used(const std::string& part) { use(part); }

  // The name of the part that holds the relationships of `part` ("" for the package).
  static std::string relationships_of(std::string_view part);
  // `target` as written in a relationship of `part`, resolved (RFC 3986 5.2, percent-encoding undone).
  static std::string resolve(std::string_view part, std::string_view target);

 private:
  ZipReader zip_;
  std::unordered_map<std::string, std::vector<size_t>> parts_;
  std::vector<bool> used_;
};

std::string lower_ascii(std::string_view text);

}  // namespace postern::extract::ooxml
