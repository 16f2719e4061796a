#include "extractors/xls/xls.h"

#include "extractors/ole/parts.h"
#include "extractors/vba/vba.h"
#include "extractors/xls/decrypt.h"
#include "extractors/xls/workbook.h"

namespace postern::extract {

namespace xls {

namespace {

using ole::CompoundFile;
using ole::EntryId;
using ole::Reading;

Ending locked() {
  return locked_ending("the workbook");
}

// Reads a workbook stream, deciphered when it is locked and a password opens it. False when it stays locked.
bool read_stream(std::string_view stream, Reading& reading) {
  const Decrypted decrypted =
      decrypt_book(stream, [&](const auto& opens) { return reading.sink().find_password(opens); });
  const bool opened = !decrypted.stream.empty();
  const bool readable = decrypted.locked == Locked::no || opened;
  if (opened) reading.sink().fact("decrypted");
  if (readable) read_book(decrypted.locked == Locked::no ? stream : std::string_view(decrypted.stream), reading);
  return readable;
}

class XlsExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Reading reading(sink);
    std::optional<CompoundFile> file = CompoundFile::open(source.bytes);
    if (!file) {
      if (CompoundFile::is_one(source.bytes)) return {Outcome::malformed, "it has no directory that can be read"};
      return read_stream(source.bytes, reading) ? reading.ending() : locked();
    }
    // Programs of the change to Excel 97 wrote the sheets in both forms.
    bool found = false, stays_locked = false;
    for (const char* name : {"Workbook", "Book"}) {
      const auto id = file->find_stream(name);
      if (!id || file->at(*id).size == 0) continue;
      std::string buffer;
      found = true;
      stays_locked = !read_stream(file->read(*id, buffer).bytes, reading) || stays_locked;
    }
    if (const auto caches = file->find_storage("_SX_DB_CUR")) {
      for (const EntryId id : file->at(*caches).children) {
        std::string buffer;
        if (!reading.stopped() && !stays_locked) read_pivot_cache(file->read(id, buffer).bytes, reading);
      }
    }
    read_properties(*file, ole::kRoot, reading);
    vba::read_projects(*file, reading);
    read_data_store(*file, reading);
    for (const EntryId id : file->at(ole::kRoot).children) {
      const ole::Entry& entry = file->at(id);
      const bool is_object =
          entry.kind == ole::Entry::Kind::storage && !entry.name.starts_with('_') && entry.name != ole::kDataStore;
      if (is_object && !reading.stopped()) {
        const std::string type = object_type(*file, id);
        read_object(*file, id, type.empty() ? entry.name : type, reading);
      }
    }
    report_damage(*file, reading);
    Ending ending = reading.ending();
    if (stays_locked && ending.outcome != Outcome::limit && ending.outcome != Outcome::timeout) return locked();
    if (!found && ending.outcome == Outcome::complete) return {Outcome::malformed, "it holds no workbook"};
    return ending;
  }
};

}  // namespace

}  // namespace xls

std::shared_ptr<Extractor> make_xls_extractor() {
  return std::make_shared<xls::XlsExtractor>();
}

}  // namespace postern::extract
