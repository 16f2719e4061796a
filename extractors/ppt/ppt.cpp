#include "extractors/ppt/ppt.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "extractors/lock/rc4_lock.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/parts.h"
#include "extractors/ole/reading.h"
#include "extractors/ppt/edits.h"
#include "extractors/ppt/records.h"
#include "extractors/ppt/slides.h"
#include "extractors/story/drawing.h"
#include "extractors/story/teller.h"
#include "extractors/vba/vba.h"

namespace postern::extract {

namespace ppt {

namespace {

using ole::CompoundFile;
using ole::kRoot;

std::string read_named(CompoundFile& file, std::string_view name) {
  const auto stream = file.find_stream(name);
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

void tell_presentation(CompoundFile& file, Teller& teller) {
  std::string document = read_named(file, "PowerPoint Document");
  const Edits edits(document, read_named(file, "Current User"));
  bool unlocked = false;
  if (edits.encrypted()) {
    unlocked = unlock(document, edits, teller.sink());
    if (!unlocked) {
      const Ending ending = locked_ending("the presentation");
      teller.note(ending.outcome, ending.why);
      return;
    }
  }
  if (!edits.found()) teller.note(Outcome::malformed, "it has no directory of its slides");
  Slides(document, edits, teller).tell();
  // The pictures of an encrypted presentation are encrypted in another way, field by field.
  if (unlocked) {
    teller.note(Outcome::partial, "pictures of the encrypted presentation were not decrypted");
  } else {
    tell_drawing(teller, "", read_named(file, "Pictures"));
  }
}

class PptExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    auto file = CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no directory that can be read"};
    Teller teller(sink);
    tell_presentation(*file, teller);
    ole::Reading reading(sink);
    if (!teller.stopped()) {
      ole::read_properties(*file, kRoot, reading);
      vba::read_projects(*file, reading);
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
