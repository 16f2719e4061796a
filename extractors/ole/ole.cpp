#include "extractors/ole/ole.h"

#include <algorithm>
#include <array>

#include "extractors/loose_text.h"
#include "extractors/ole/equation.h"
#include "extractors/ole/parts.h"
#include "extractors/vba/vba.h"

namespace postern::extract {

namespace ole {

namespace {

constexpr std::string_view kEquation = "Equation Native";

class OleExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    std::optional<CompoundFile> file = CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no directory that can be read"};
    Reading reading(sink);
    read_properties(*file, kRoot, reading);
    bool known = vba::read_projects(*file, reading);
    const Inside inside{read_data_store(*file, reading), tell_equation(*file, reading)};
    known = read_object(*file, kRoot, object_name(*file), reading) || known;
    if (!known) known = read_unknown(*file, inside, reading);
    report_damage(*file, reading);
    Ending ending = reading.ending();
    if (ending.outcome == Outcome::complete && !known && has_content(*file)) {
      return {Outcome::unsupported, "a compound file of a kind that is not read; its properties and objects were"};
    }
    return ending;
  }

 private:
  // What was read already.
  struct Inside {
    bool data_store;
    bool equation;
  };

  // What OLE keeps beside the content, which other readers tell: properties, links, the kind of an object.
  static bool is_of_ole(std::string_view name) {
    static constexpr std::array<std::string_view, 6> kNames = {"\x05SummaryInformation",
                                                               "\x05"
                                                               "DocumentSummaryInformation",
                                                               "\x01Ole",
                                                               "\x01"
                                                               "CompObj",
                                                               "\x03ObjInfo",
                                                               "\x03LinkInfo"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
  }

  // Whether a data store holds what read_data_store() reads, and no more.
  static bool holds_only_items(const CompoundFile& file, EntryId store) {
    const auto is_item = [&](EntryId id) {
      const Entry& entry = file.at(id);
      return entry.kind == Entry::Kind::stream &&
             (entry.size == 0 || entry.name == "Item" || entry.name == "Properties");
    };
    const std::vector<EntryId>& children = file.at(store).children;
    return std::all_of(children.begin(), children.end(), [&](EntryId id) {
      const Entry& entry = file.at(id);
      if (entry.kind == Entry::Kind::stream) return entry.size == 0;
      return std::all_of(entry.children.begin(), entry.children.end(), is_item);
    });
  }

  // A file of a kind that nobody knows: its objects, streams that are XML, and the letters in others. True when what
  // was read is all.
  static bool read_unknown(CompoundFile& file, const Inside& inside, Reading& reading) {
    bool any_known = inside.data_store || inside.equation, any_other = false;
    const std::vector<EntryId> children = file.at(kRoot).children;
    for (const EntryId id : children) {
      if (reading.stopped()) break;
      const std::string& name = file.at(id).name;
      if (file.at(id).kind == Entry::Kind::storage) {
        if (name == kDataStore && holds_only_items(file, id)) continue;
        any_other = true;
        read_object(file, id, name, reading);
        continue;
      }
      const bool is_read = is_of_ole(name) || (inside.equation && name == kEquation);
      if (is_read || file.at(id).size == 0) continue;
      std::string buffer;
      const std::string_view bytes = file.read(id, buffer).bytes;
      if (!bytes.starts_with("<?xml")) {
        any_other = true;
        reading.emit(Place::body, "letters in data", loose_text(bytes));
        continue;
      }
      any_known = true;
      Child child;
      child.name = name;
      reading.sink().child(child, bytes);
    }
    return any_known && !any_other;
  }
  // Word puts a compound file of empty storages into each RTF (its "datastore").
  static bool has_content(const CompoundFile& file) {
    return std::any_of(file.entries().begin(), file.entries().end(),
                       [](const Entry& entry) { return entry.kind == Entry::Kind::stream && entry.size > 0; });
  }
  static bool tell_equation(CompoundFile& file, Reading& reading) {
    const auto id = file.find_stream(kEquation);
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
