#include "extractors/ppt/ppt.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "extractors/lock/rc4_lock.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/parts.h"
#include "extractors/ole/property_set.h"
#include "extractors/ole/reading.h"
#include "extractors/ppt/edits.h"
#include "extractors/ppt/old_text.h"
#include "extractors/ppt/records.h"
#include "extractors/ppt/slides.h"
#include "extractors/story/code_page.h"
#include "extractors/story/drawing.h"
#include "extractors/story/teller.h"
#include "extractors/vba/vba.h"

namespace postern::extract {

namespace ppt {

namespace {

using ole::CompoundFile;
using ole::Entry;
using ole::EntryId;
using ole::kRoot;

// PowerPoint 97 could save for PowerPoint 95 too: its own streams then stand in a storage of this name.
constexpr std::string_view kDual = "PP97_DUALSTORAGE";

std::string read_named(CompoundFile& file, std::string_view name, EntryId storage = kRoot) {
  const auto stream = file.find_stream(name, storage);
  return stream ? file.read(*stream) : std::string();
}

// Decrypts the objects where they stand, each by its own number ([MS-PPT] 2.3.7). False when no password opens them.
bool unlock(std::string& document, const Edits& edits, Sink& sink) {
  Record session;
  if (!read_record(edits.cipher_object(), session) || session.type != kCryptSession) return false;
  auto lock = Rc4Lock::parse(session.content);
  if (!lock) return false;
  const auto password = sink.find_password([&](const std::string& candidate) { return lock->try_password(candidate); });
  // The last candidate that was tried need not be the one that opens.
  if (!password || !lock->try_password(*password)) return false;
  sink.fact("decrypted");
  std::unordered_set<std::uint32_t> opened{static_cast<std::uint32_t>(edits.cipher_object().data() - document.data())};
  std::uint64_t allowance = document.size();  // objects that overlap are none
  for (const auto& [number, place] : edits.places()) {
    if (place >= document.size() || !opened.insert(place).second || sink.stopped()) continue;
    std::string head = document.substr(place, kRecordHead);
    lock->open_block(head.data(), head.size(), number);
    Record record;
    if (!read_record(head, record)) continue;
    const size_t size = std::min(kRecordHead + record.size, document.size() - place);
    if (size > allowance) continue;
    allowance -= size;
    lock->open_block(document.data() + place, size, number);
  }
  return true;
}

// PowerPoint 95 writes another stream "Current User", without the record that PowerPoint 97 has there.
bool is_old(CompoundFile& file, std::string_view document, std::string_view user, const Edits& edits) {
  constexpr std::uint16_t kCurrentUser = 0x0FF6;
  Record record;
  if (document.empty()) return file.find_stream("PP40").has_value();
  if (edits.found() || user.empty()) return false;
  return !read_record(user, record) || record.type != kCurrentUser;
}

// The presentation of PowerPoint 95 or 4, without the lines in `told`.
void tell_old(CompoundFile& file, std::unordered_set<std::string>& told, Teller& teller) {
  const ole::PropertySet properties = ole::read_property_set(read_named(file, "\5SummaryInformation"));
  constexpr unsigned kUnicode = 1200;
  const std::uint32_t code_page = properties.code_page == kUnicode ? kCodePageAnsi : properties.code_page;
  for (const std::string_view stream : {"PowerPoint Document", "PP40"}) {
    tell_old_text(read_named(file, stream), code_page, told, teller);
  }
}

// The lines that the reading of PowerPoint 97 gave.
std::unordered_set<std::string> lines_of(const std::unordered_set<std::string>& texts) {
  std::unordered_set<std::string> lines;
  for (const std::string_view text : texts) {
    for (std::string_view rest = text; !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      lines.emplace(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return lines;
}

// True when there is a reading of PowerPoint 95 or 4.
bool tell_presentation(CompoundFile& file, Teller& teller) {
  const auto dual = file.find_storage(kDual);
  const EntryId storage = dual.value_or(kRoot);
  std::string document = read_named(file, "PowerPoint Document", storage);
  const std::string user = read_named(file, "Current User", storage);
  const Edits edits(document, user);
  std::unordered_set<std::string> told;
  if (is_old(file, document, user, edits)) {
    teller.note(Outcome::partial,
                "a presentation from before PowerPoint 97, whose format is not published: texts were read, but not "
                "those of a few letters, nor which slide they stand on");
    tell_old(file, told, teller);
    return true;
  }
  bool unlocked = false;
  if (edits.encrypted()) {
    unlocked = unlock(document, edits, teller.sink());
    if (!unlocked) {
      const Ending ending = locked_ending("the presentation");
      teller.note(ending.outcome, ending.why);
      return dual.has_value();
    }
  }
  if (!edits.found()) teller.note(Outcome::malformed, "it has no directory of its slides");
  Slides slides(document, edits, teller);
  slides.tell();
  // The pictures of an encrypted presentation are encrypted in another way, field by field.
  const std::string pictures = read_named(file, "Pictures", storage);
  if (unlocked && !pictures.empty()) {
    teller.note(Outcome::partial, "pictures of the encrypted presentation were not decrypted");
  } else {
    tell_drawing(teller, "", pictures);
  }
  if (!dual && edits.found()) return false;
  told = lines_of(slides.texts());
  tell_old(file, told, teller);
  return dual.has_value();
}

// PowerPoint 95 and 4 keep embedded objects as storages of their own beside their stream.
void tell_objects(CompoundFile& file, ole::Reading& reading) {
  const std::vector<EntryId> children = file.at(kRoot).children;
  for (const EntryId child : children) {
    if (reading.stopped()) return;
    const Entry& entry = file.at(child);
    if (entry.kind != Entry::Kind::storage || entry.name == kDual) continue;
    const std::string type = ole::object_type(file, child);
    ole::read_object(file, child, type.empty() ? entry.name : type, reading);
  }
}

class PptExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    auto file = CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no directory that can be read"};
    Teller teller(sink);
    const bool old = tell_presentation(*file, teller);
    ole::Reading reading(sink);
    if (!teller.stopped()) {
      ole::read_properties(*file, kRoot, reading);
      vba::read_projects(*file, reading);
      ole::read_data_store(*file, reading);
      if (old) tell_objects(*file, reading);
    }
    if (!file->damage().empty()) reading.damaged(file->damage());
    const Ending ending = teller.ending();
    return ending.outcome == Outcome::complete ? reading.ending() : ending;
  }
};

}  // namespace

}  // namespace ppt

std::shared_ptr<Extractor> make_ppt_extractor() {
  return std::make_shared<ppt::PptExtractor>();
}

}  // namespace postern::extract
