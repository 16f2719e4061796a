#include "extractors/hwp/hwp.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "extractors/byte_order.h"
#include "extractors/loose_text.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/parts.h"
#include "extractors/ole/reading.h"
#include "extractors/ole/utf16.h"
#include "extractors/story/inflate.h"

namespace postern::extract {

namespace {

using ole::CompoundFile;
using ole::Entry;
using ole::EntryId;
using ole::kRoot;

constexpr std::uint64_t kMostUnpacked = 64 << 20;  // of all sections; a thousand pages take one
constexpr size_t kFlushBytes = 64 << 10;

enum Tag : std::uint32_t { kText = 67, kControl = 71, kEquation = 88 };

struct Record {
  std::uint32_t tag = 0;
  std::uint32_t level = 0;
  std::string_view data;
};

// Ten bits of tag, ten of level, twelve of size; a size of 4095 stands behind. False at the end or where it breaks off.
bool next_record(std::string_view& list, Record& out) {
  constexpr std::uint32_t kLong = 0xFFF;
  if (list.size() < 4) return false;
  const auto head = static_cast<std::uint32_t>(little(list, 0, 4));
  list.remove_prefix(4);
  out.tag = head & 0x3FFU;
  out.level = head >> 10U & 0x3FFU;
  auto size = static_cast<size_t>(head >> 20U);
  if (size == kLong) {
    if (list.size() < 4) return false;
    size = static_cast<size_t>(little(list, 0, 4));
    list.remove_prefix(4);
  }
  if (size > list.size()) return false;
  out.data = list.substr(0, size);
  list.remove_prefix(size);
  return true;
}

// The letters of a paragraph. Codes below 32 are controls, most of them with seven units behind that say what.
std::string letters_of(std::string_view units) {
  constexpr std::uint64_t kTab = 9, kLine = 10, kEnd = 13, kHyphen = 24, kBlank = 30, kFixedBlank = 31,
                          kFirstLetter = 32;
  constexpr size_t kControlBytes = 16;
  std::string out;
  size_t plain = 0;  // where letters begin that are not yet put
  for (size_t at = 0; at + 2 <= units.size();) {
    const std::uint64_t unit = little(units, at, 2);
    if (unit >= kFirstLetter) {
      at += 2;
      continue;
    }
    out += utf16le_to_utf8(units.substr(plain, at - plain));
    if (unit == kTab) out += '\t';
    if (unit == kLine || unit == kEnd) out += '\n';
    if (unit == kHyphen) out += '-';
    if (unit == kBlank || unit == kFixedBlank) out += ' ';
    const bool is_single = unit == 0 || unit == kLine || unit == kEnd || unit >= kHyphen;
    at = std::min(units.size(), at + (is_single ? 2 : kControlBytes));
    plain = at;
  }
  if (plain < units.size()) out += utf16le_to_utf8(units.substr(plain));
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

// A count of units and the units.
std::string counted(std::string_view data, size_t at) {
  if (at + 2 > data.size()) return {};
  const auto units = static_cast<size_t>(little(data, at, 2));
  return utf16le_to_utf8(data.substr(at + 2, 2 * units));
}

class Section {
 public:
  explicit Section(ole::Reading& reading) : reading_(reading) {}

  // False when the list breaks off.
  bool tell(std::string_view list) {
    Record record;
    while (!list.empty() && !reading_.stopped()) {
      if (!next_record(list, record)) return false;
      while (!inside_.empty() && inside_.back().level >= record.level) inside_.pop_back();
      if (record.tag == kText) put(letters_of(record.data));
      if (record.tag == kControl) control(record);
      if (record.tag == kEquation) put(counted(record.data, 4) + "\n");
    }
    return true;
  }

  void flush() {
    for (Text& text : texts_) reading_.emit(text.place, "", text.letters);
    texts_.clear();
  }

 private:
  struct Inside {
    std::uint32_t level;
    Place place;
  };
  struct Text {
    Place place;
    std::string letters;
  };

  // What stands in a control are the records below it. Its name is written back to front.
  void control(const Record& record) {
    if (record.data.size() < 4) return;
    const std::string name(record.data.substr(0, 4).rbegin(), record.data.substr(0, 4).rend());
    if (name == "head" || name == "foot") inside_.push_back({record.level, Place::header_footer});
    if (name == "fn  " || name == "en  ") inside_.push_back({record.level, Place::footnote});
    if (name == "gso ") inside_.push_back({record.level, Place::text_box});
    if (name == "tcmt") inside_.push_back({record.level, Place::comment});
    constexpr size_t kCommand = 9;  // behind the properties
    if (!name.starts_with('%')) return;
    const std::string command = counted(record.data, kCommand);
    if (name == "%hlk") {
      reading_.emit(Place::link, "", target_of(command));
    } else {
      reading_.emit(Place::field, "", command);
    }
  }

  // "http\://nightjar.example/;1;0;0;": what stands in front of the first semicolon that no backslash keeps.
  static std::string target_of(std::string_view command) {
    std::string out;
    for (size_t at = 0; at < command.size() && command[at] != ';'; at++) {
      if (command[at] == '\\' && at + 1 < command.size()) at++;
      out += command[at];
    }
    return out;
  }

  void put(const std::string& letters) {
    const Place place = inside_.empty() ? Place::body : inside_.back().place;
    auto text = std::find_if(texts_.begin(), texts_.end(), [&](const Text& one) { return one.place == place; });
    if (text == texts_.end()) text = texts_.insert(text, Text{place, ""});
    text->letters += letters;
    if (text->letters.size() < kFlushBytes) return;
    reading_.emit(place, "", text->letters);
    text->letters.clear();
  }

  ole::Reading& reading_;
  std::vector<Inside> inside_;
  std::vector<Text> texts_;
};

class Document {
 public:
  Document(CompoundFile& file, ole::Reading& reading) : file_(file), reading_(reading) {}

  void tell() {
    constexpr size_t kFlags = 36;
    constexpr std::uint64_t kPacked = 1, kLocked = 2, kForDistribution = 4;
    const std::string head = named("FileHeader");
    if (head.size() < kFlags + 4 || !head.starts_with("HWP Document File")) {
      reading_.damaged("its head is missing");
      return;
    }
    const std::uint64_t flags = little(head, kFlags, 4);
    is_packed_ = (flags & kPacked) != 0;
    if ((flags & (kLocked | kForDistribution)) != 0) {
      reading_.emit(Place::body, "preview", utf16le_to_utf8(named("PrvText")));
      if ((flags & kLocked) != 0) {
        reading_.locked("the document is encrypted and no password is at hand");
      } else {
        reading_.incomplete("a document for distribution, whose text is scrambled: only its preview was read");
      }
    } else {
      tell_sections();
      tell_files();
      tell_others();
    }
    ole::read_properties(file_, kRoot, reading_);
  }

 private:
  std::string named(std::string_view path) {
    const auto stream = file_.find_stream(path);
    return stream ? file_.read(*stream) : std::string();
  }

  void tell_sections() {
    const auto storage = file_.find_storage("BodyText");
    if (!storage) {
      reading_.damaged("it has no text");
      return;
    }
    std::vector<EntryId> sections;
    for (size_t i = 0;; i++) {
      const auto stream = file_.find_stream("Section" + std::to_string(i), *storage);
      if (!stream) break;
      sections.push_back(*stream);
    }
    if (sections.empty()) reading_.damaged("it has no text");
    // Those behind a gap, and whatever else stands among them.
    for (const EntryId id : file_.at(*storage).children) {
      const bool known = std::find(sections.begin(), sections.end(), id) != sections.end();
      if (!known && file_.at(id).kind == Entry::Kind::stream) {
        reading_.damaged("its sections do not follow each other");
        sections.push_back(id);
      }
    }
    for (const EntryId id : sections) {
      if (reading_.stopped()) break;
      const std::string list = unpacked(file_.read(id), left_, "a section of its text");
      left_ -= std::min<std::uint64_t>(left_, list.size());
      Section section(reading_);
      if (!section.tell(list)) reading_.damaged("a section of its text breaks off");
      section.flush();
    }
  }

  void tell_files() {
    const auto storage = file_.find_storage("BinData");
    if (!storage) return;
    const std::vector<EntryId> children = file_.at(*storage).children;
    for (const EntryId id : children) {
      if (reading_.stopped()) return;
      const Entry& entry = file_.at(id);
      if (entry.kind != Entry::Kind::stream) continue;
      Child child;
      child.name = entry.name;
      const std::string stored = file_.read(id);
      const std::string bytes = unpacked(stored, reading_.sink().budget().bytes_left(), child.name);
      child.packed_size = std::min(stored.size(), bytes.size());
      // An embedded object: its size stands in front.
      constexpr size_t kSize = 4;
      std::string_view content = bytes;
      if (bytes.size() > kSize && CompoundFile::is_one(content.substr(kSize))) content.remove_prefix(kSize);
      reading_.sink().child(child, content);
    }
  }

  // What no such document has at its root.
  void tell_others() {
    static constexpr std::array<std::string_view, 12> kKnown = {
        "FileHeader", "DocInfo", "BodyText",    "BinData",    "PrvText",      "PrvImage",
        "DocOptions", "Scripts", "XMLTemplate", "DocHistory", "Bibliography", "\x05HwpSummaryInformation"};
    const std::vector<EntryId> children = file_.at(kRoot).children;
    for (const EntryId id : children) {
      const Entry& entry = file_.at(id);
      const bool known = std::find(kKnown.begin(), kKnown.end(), entry.name) != kKnown.end();
      if (known || reading_.stopped() || (entry.kind == Entry::Kind::stream && entry.size == 0)) continue;
      reading_.incomplete("it holds what such documents do not hold");
      if (entry.kind == Entry::Kind::stream) reading_.emit(Place::body, "letters in data", loose_text(file_.read(id)));
    }
  }

  // What is not packed after all is given as it stands.
  std::string unpacked(std::string stored, std::uint64_t most, std::string_view what) {
    if (!is_packed_ || stored.empty()) return stored;
    std::string out;
    const bool whole = inflate_up_to(stored, Deflated::raw, most, out);
    if (out.empty()) return stored;
    if (!whole && out.size() >= most) {
      reading_.reached("bytes of the document reached the limit (" + std::to_string(most) + ")");
    } else if (!whole) {
      reading_.damaged(std::string(what) + " is damaged");
    }
    return out;
  }

  CompoundFile& file_;
  ole::Reading& reading_;
  std::uint64_t left_ = kMostUnpacked;
  bool is_packed_ = false;
};

class HwpExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    auto file = CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no directory that can be read"};
    ole::Reading reading(sink);
    Document(*file, reading).tell();
    ole::report_damage(*file, reading);
    return reading.ending();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_hwp_extractor() {
  return std::make_shared<HwpExtractor>();
}

}  // namespace postern::extract
