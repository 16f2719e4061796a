#include "extractors/ole/ole.h"

#include <algorithm>

#include "extractors/ole/equation.h"
#include "extractors/ole/parts.h"
#include "extractors/vba/vba.h"

namespace postern::extract {

namespace ole {

namespace {

class OleExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    std::optional<CompoundFile> file = CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no directory that can be read"};
    Reading reading(sink);
    read_properties(*file, kRoot, reading);
    bool known = vba::read_projects(*file, reading);
    known = read_data_store(*file, reading) || known;
    known = tell_equation(*file, reading) || known;
    known = read_object(*file, kRoot, object_name(*file), reading) || known;
    if (!known) {
      for (const EntryId id : file->at(kRoot).children) {
        if (reading.stopped()) break;
        if (file->at(id).kind == Entry::Kind::storage) read_object(*file, id, file->at(id).name, reading);
      }
    }
    report_damage(*file, reading);
    Ending ending = reading.ending();
    if (ending.outcome == Outcome::complete && !known && has_content(*file)) {
      return {Outcome::unsupported, "a compound file of a kind that is not read; its properties and objects were"};
    }
    return ending;
  }

 private:
  // Word puts a compound file of empty storages into each RTF (its "datastore").
  static bool has_content(const CompoundFile& file) {
    return std::any_of(file.entries().begin(), file.entries().end(),
                       [](const Entry& entry) { return entry.kind == Entry::Kind::stream && entry.size > 0; });
  }
  static bool tell_equation(CompoundFile& file, Reading& reading) {
    const auto id = file.find_stream("Equation Native");
    if (!id) return false;
    std::string buffer;
    const std::optional<Equation> equation = read_equation(file.read(*id, buffer).bytes);
    if (!equation) return false;
    reading.emit(Place::body, "equation", equation->text);
    if (!equation->whole) reading.incomplete("its equation is read up to something that is not known");
    return true;
  }
  static std::string object_name(CompoundFile& file) {
    const std::string type = object_type(file, kRoot);
    return type.empty() ? "embedded object" : type;
  }
};

}  // namespace

}  // namespace ole

std::shared_ptr<Extractor> make_ole_extractor() {
  return std::make_shared<ole::OleExtractor>();
}

}  // namespace postern::extract
