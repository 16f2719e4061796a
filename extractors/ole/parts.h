// What documents of every kind keep in a compound file besides their own streams: properties and embedded objects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extractors/ole/compound_file.h"
#include "extractors/ole/reading.h"

namespace postern::extract::ole {

inline constexpr std::string_view kDataStore = "MsoDataStore";

// Passes on what the file itself found wrong; call it when all has been read.
void report_damage(const CompoundFile& file, Reading& reading);

// The property sets of a storage, each property under its name (`property`).
void read_properties(CompoundFile& file, EntryId storage, Reading& reading);

// A file as the Packager keeps it: the content of \1Ole10Native ([MS-OLEDS] 2.3.6) and of OLE 1 objects of class
// Package.
struct PackagedFile {
  std::string label;   // as shown below the icon, UTF-8
  std::string path;    // where it came from
  std::string target;  // where it is unpacked to
  std::string_view data;
};
// `stream` begins with the size of the data.
PackagedFile parse_native(std::string_view stream);
// As above, without the size in front.
PackagedFile parse_package(std::string_view bytes);

// Hands out a packaged file as a child, its paths as text (`embedded`).
void packaged_child(const PackagedFile& file, Reading& reading);

// Hands out what a storage of an embedded object holds: a packaged file, a bare CONTENTS or Package stream, or a
// document, repacked. `name` names a child that has no name of its own. False when there is nothing to hand out.
bool read_object(CompoundFile& file, EntryId storage, std::string_view name, Reading& reading);

// XML that programs keep beside a document's text ([MS-OSHARED] 2.3.6: MsoDataStore), each item a child. False when
// there is no such storage.
bool read_data_store(CompoundFile& file, Reading& reading);

// The program's name for an object, out of its \1CompObj stream ([MS-OLEDS] 2.3.8); "" when there is none.
std::string object_type(CompoundFile& file, EntryId storage);

}  // namespace postern::extract::ole
