#include "extractors/vba/vba.h"

#include <algorithm>
#include <set>

#include "extractors/archive/bytes.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/loose_strings.h"
#include "extractors/ole/utf16.h"
#include "extractors/vba/decompress.h"

namespace postern::extract::vba {

namespace {

using ole::CompoundFile;
using ole::Entry;
using ole::EntryId;
using ole::Reading;
using namespace std::string_view_literals;

// Records of the dir stream (2.3.4.2).
enum Record : unsigned {
  kCodePage = 0x0003,
  kProjectName = 0x0004,
  kDocString = 0x0005,
  kVersion = 0x0009,
  kConstants = 0x000C,
  kRegistered = 0x000D,
  kProjectReference = 0x000E,
  kModuleName = 0x0019,
  kStreamName = 0x001A,
  kModuleDoc = 0x001C,
  kModuleEnd = 0x002B,
  kOffset = 0x0031,
  kStreamNameWide = 0x0032,
  kModuleNameWide = 0x0047,
};

struct Module {
  std::string name;
  std::string stream;
  std::string description;
  std::uint32_t offset = 0;
};

struct Project {
  unsigned code_page = 1252;
  std::string about;  // its name, description, constants and references, a line each
  std::vector<Module> modules;
};

// Where packed source begins, by its first words, which the packing leaves as they are: three bytes of headers stand
// before "\0Attribut". npos when there is none.
size_t find_source(std::string_view stream) {
  constexpr std::string_view kMark = "\0Attribut"sv;
  const size_t at = stream.find(kMark);
  return at == std::string_view::npos || at < 3 ? std::string_view::npos : at - 3;
}

Project parse_dir(std::string_view dir) {
  Project out;
  Module module;
  const auto line = [&](std::string_view bytes) {
    const std::string text = codepage_to_utf8(bytes, out.code_page);
    if (!text.empty()) out.about += text + "\n";
  };
  for (size_t at = 0; at + 6 <= dir.size();) {
    const unsigned id = le16(dir, at);
    std::uint64_t size = le32(dir, at + 2);
    at += 6;
    if (id == kVersion) size = 6;  // its size field says 4
    const std::string_view data = dir.substr(at, std::min<std::uint64_t>(size, dir.size() - at));
    at += data.size();
    switch (id) {
      case kCodePage:
        out.code_page = le16(data, 0);
        break;
      case kProjectName:
      case kDocString:
      case kConstants:
        line(data);
        break;
      case kRegistered:
      case kProjectReference:
        line(data.substr(std::min<size_t>(4, data.size()), le32(data, 0)));
        break;
      case kModuleName:
        module.name = codepage_to_utf8(data, out.code_page);
        break;
      case kModuleNameWide:
        module.name = utf16le_to_utf8(data);
        break;
      case kStreamName:
        module.stream = codepage_to_utf8(data, out.code_page);
        break;
      case kStreamNameWide:
        module.stream = utf16le_to_utf8(data);
        break;
      case kModuleDoc:
        module.description = codepage_to_utf8(data, out.code_page);
        break;
      case kOffset:
        module.offset = le32(data, 0);
        break;
      case kModuleEnd:
        if (out.modules.size() < kMostModules) out.modules.push_back(std::move(module));
        module = {};
        break;
      default:
        break;
    }
  }
  return out;
}

class ProjectReader {
 public:
  ProjectReader(CompoundFile& file, Reading& reading) : file_(file), reading_(reading) {}

  bool read() {
    bool found = false;
    for (EntryId id = 0; id < file_.entries().size() && !reading_.stopped(); id++) {
      const Entry& entry = file_.at(id);
      if (entry.kind != Entry::Kind::storage) continue;
      const auto dir = file_.find_stream("dir", id);
      const bool is_vba = dir.has_value() || file_.find_stream("_VBA_PROJECT", id).has_value();
      if (is_vba) {
        found = true;
        reading_.sink().fact("macros");
        project(id, dir);
      } else if (file_.find_stream("\3VBFrame", id)) {
        form(id);
      }
    }
    if (cut_) {
      reading_.reached("source of macros reached the limit (" + std::to_string(kMostSourceBytes) + ")");
    }
    return found;
  }

 private:
  void project(EntryId storage, std::optional<EntryId> dir) {
    Project project;
    if (dir) {
      std::string buffer;
      project = parse_dir(decompress(file_.read(*dir, buffer).bytes, kMostDirBytes));
    }
    reading_.emit(Place::macro, "project", project.about);
    std::set<EntryId> read;
    for (const Module& module : project.modules) {
      if (reading_.stopped()) return;
      const auto id = file_.find_stream(module.stream, storage);
      if (!id || !read.insert(*id).second) continue;
      reading_.emit(Place::macro, module.name, module.description);
      source(*id, module.name, module.offset, project.code_page);
    }
    for (const EntryId id : file_.at(storage).children) {
      const Entry& entry = file_.at(id);
      if (entry.kind != Entry::Kind::stream || read.contains(id) || reading_.stopped()) continue;
      const bool is_cache = entry.name.starts_with("__SRP_") || entry.name == "dir" || entry.name == "_VBA_PROJECT";
      if (!is_cache) hidden_source(id, project.code_page);
    }
    project_text(file_.at(storage).parent, project.code_page);
  }

  // The PROJECT stream (2.3.1) names modules, help files and the description.
  void project_text(EntryId storage, unsigned code_page) {
    const auto id = file_.find_stream("PROJECT", storage);
    if (!id) return;
    std::string buffer;
    reading_.emit(Place::macro, "PROJECT", codepage_to_utf8(file_.read(*id, buffer, kMostDirBytes).bytes, code_page));
  }

  void source(EntryId id, std::string_view name, std::uint32_t offset, unsigned code_page) {
    std::string buffer;
    const std::string_view stream = file_.read(id, buffer).bytes;
    std::string text = unpack(stream, offset);
    if (text.empty()) text = unpack(stream, find_source(stream));
    if (text.empty()) {
      // A module without a line of source unpacks to nothing and is no damage when its container is whole.
      const bool is_empty = offset < stream.size() && stream[offset] == '\1' && stream.size() - offset <= 3;
      if (!is_empty) reading_.incomplete("the source of a macro module cannot be unpacked");
      return;
    }
    reading_.emit(Place::macro, name, codepage_to_utf8(text, code_page));
  }

  void hidden_source(EntryId id, unsigned code_page) {
    std::string buffer;
    const std::string_view stream = file_.read(id, buffer).bytes;
    const std::string text = unpack(stream, find_source(stream));
    if (!text.empty()) reading_.emit(Place::macro, file_.at(id).name, codepage_to_utf8(text, code_page));
  }

  std::string unpack(std::string_view stream, size_t offset) {
    if (offset >= stream.size()) return {};
    std::string text = decompress(stream.substr(offset), kMostSourceBytes - used_);
    used_ += text.size();
    if (used_ >= kMostSourceBytes) cut_ = true;
    return text;
  }

  void form(EntryId storage) {
    const std::string& name = file_.at(storage).name;
    std::string buffer;
    if (const auto frame = file_.find_stream("\3VBFrame", storage)) {
      reading_.emit(Place::macro, name, codepage_to_utf8(file_.read(*frame, buffer, kMostDirBytes).bytes, 1252));
    }
    for (const std::string_view stream : {"f"sv, "o"sv}) {
      const auto id = file_.find_stream(stream, storage);
      if (id) reading_.emit(Place::form_field, name, loose_strings(file_.read(*id, buffer, kMostFormBytes).bytes));
    }
  }

  static constexpr size_t kMostDirBytes = 8 << 20;
  static constexpr size_t kMostFormBytes = 8 << 20;

  CompoundFile& file_;
  Reading& reading_;
  size_t used_ = 0;
  bool cut_ = false;
};

}  // namespace

bool read_projects(CompoundFile& file, Reading& reading) {
  return ProjectReader(file, reading).read();
}

}  // namespace postern::extract::vba
