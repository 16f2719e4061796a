#include "extractors/ole/ole.h"

#include <algorithm>

#include "extractors/loose_text.h"
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
    if (!known) known = read_unknown(*file, reading);
    report_damage(*file, reading);
    Ending ending = reading.ending();
    if (ending.outcome == Outcome::complete && !known && has_content(*file)) {
      return {Outcome::unsupported, "a compound file of a kind that is not read; its properties and objects were"};
    }
    return ending;
  }

 private:
  // A file of a kind that nobody knows: its objects, streams that are XML, and the letters in others. True when the XML
  // was all.
  static bool read_unknown(CompoundFile& file, Reading& reading) {
    bool any_xml = false, any_other = false;
    const std::vector<EntryId> children = file.at(kRoot).children;
    for (const EntryId id : children) {
      if (reading.stopped()) break;
      const std::string& name = file.at(id).name;
      if (file.at(id).kind == Entry::Kind::storage) {
        any_other = true;
        read_object(file, id, name, reading);
        continue;
      }
      const bool is_ours = name.empty() || static_cast<unsigned char>(name[0]) < ' ';  // properties, and what OLE keeps
      if (is_ours || file.at(id).size == 0) continue;
      std::string buffer;
      const std::string_view bytes = file.read(id, buffer).bytes;
      if (!bytes.starts_with("<?xml")) {
        any_other = true;
        reading.emit(Place::body, "letters in data", loose_text(bytes));
        continue;
      }
      any_xml = true;
      Child child;
      child.name = name;
      reading.sink().child(child, bytes);
    }
    return any_xml && !any_other;
  }
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
