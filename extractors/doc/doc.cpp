#include "extractors/doc/doc.h"

#include <string>

#include "extractors/archive/bytes.h"
#include "extractors/doc/fib.h"
#include "extractors/doc/form_field.h"
#include "extractors/doc/stories.h"
#include "extractors/lock/rc4_lock.h"
#include "extractors/lock/xor_lock.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/parts.h"
#include "extractors/ole/reading.h"
#include "extractors/story/drawing.h"
#include "extractors/story/teller.h"
#include "extractors/vba/vba.h"

namespace postern::extract {

namespace doc {

namespace {

using ole::CompoundFile;
using ole::Entry;
using ole::EntryId;
using ole::kRoot;

std::string read_named(CompoundFile& file, std::string_view name) {
  const auto stream = file.find_stream(name);
  return stream ? file.read(*stream) : std::string();
}

// The drawings' table: the group of all, then each drawing with a byte in front ([MS-DOC] 2.9.172).
void tell_drawings(std::string_view table, std::string_view document, Teller& teller) {
  Record record;
  if (!read_record(table, record)) return;
  tell_drawing(teller, "", record.content, document);
  table.remove_prefix(kRecordHead + record.content.size());
  while (table.size() > 1 && read_record(table.substr(1), record) && !teller.stopped()) {
    tell_drawing(teller, "", record.content, document);
    table.remove_prefix(1 + kRecordHead + record.content.size());
  }
}

// Pictures in the text: each a head that gives both sizes, a drawing behind it ([MS-DOC] 2.9.190 PICF). Data of form
// fields have the same head.
void tell_pictures(std::string_view data, Teller& teller) {
  constexpr size_t kSmallestHead = 68;
  constexpr std::uint16_t kShape = 0x64, kShapeWithFile = 0x66;
  while (data.size() > kSmallestHead && !teller.stopped()) {
    const size_t size = le32(data, 0), head = le16(data, 4);
    const std::uint16_t kind = le16(data, 6);
    if (head == kSmallestHead && size > head && size <= data.size()) {
      if (const std::string field = form_field_text(data.substr(head, size - head)); !field.empty()) {
        teller.tell(Place::form_field, "", field);
        data.remove_prefix(size);
        continue;
      }
    }
    if (size < head || size > data.size() || head < kSmallestHead || (kind != kShape && kind != kShapeWithFile)) {
      data.remove_prefix(1);
      continue;
    }
    size_t begin = head;
    // The name of the file that the picture was linked from, its length in front.
    if (kind == kShapeWithFile) begin += size_t{1} + static_cast<unsigned char>(data[head]);
    if (begin < size) tell_drawing(teller, "", data.substr(begin, size - begin));
    data.remove_prefix(size);
  }
}

void tell_objects(CompoundFile& file, ole::Reading& reading) {
  const auto pool = file.find_storage("ObjectPool");
  if (!pool) return;
  const std::vector<EntryId> objects = file.at(*pool).children;
  for (const EntryId object : objects) {
    if (reading.stopped()) return;
    if (file.at(object).kind != Entry::Kind::storage) continue;
    const std::string type = ole::object_type(file, object);
    ole::read_object(file, object, type.empty() ? file.at(object).name : type, reading);
  }
}

// What a document's text is made of.
struct Streams {
  std::string document, tables, data;
};

Streams read_streams(CompoundFile& file, const Fib& fib, std::string document) {
  Streams streams{std::move(document), {}, {}};
  if (!fib.is_wide()) return streams;
  streams.tables = read_named(file, fib.table_stream());
  if (streams.tables.empty()) streams.tables = read_named(file, fib.table_stream() == "1Table" ? "0Table" : "1Table");
  streams.data = read_named(file, "Data");
  return streams;
}

// False when no password opens them ([MS-DOC] 2.2.6.1). What stays in the clear ends, before Word 97, at the sizes of
// the stories.
bool unlock_xor(Streams& streams, const Fib& fib, Sink& sink) {
  constexpr size_t kClearHead = 68, kClearHeadOfWord6 = 0x34;
  XorLock lock(fib.xor_key(), fib.xor_verifier());
  const auto password = sink.find_password([&](const std::string& candidate) { return lock.try_password(candidate); });
  // The last candidate that was tried need not be the one that opens.
  if (!password || !lock.try_password(*password)) return false;
  lock.open_stream(streams.document, fib.is_wide() ? kClearHead : kClearHeadOfWord6);
  lock.open_stream(streams.tables, 0);
  lock.open_stream(streams.data, 0);
  return true;
}

// As above ([MS-OFFCRYPTO] 2.3.5.1, 2.3.6.2; [MS-DOC] 2.2.6.2, 2.2.6.3).
bool unlock_rc4(Streams& streams, const Fib& fib, Sink& sink) {
  constexpr size_t kBlock = 512, kClearHead = 68;
  auto lock = Rc4Lock::parse(streams.tables);
  if (!lock) return false;
  const auto password = sink.find_password([&](const std::string& candidate) { return lock->try_password(candidate); });
  // The last candidate that was tried need not be the one that opens.
  if (!password || !lock->try_password(*password)) return false;
  lock->open_stream(streams.document, kBlock, kClearHead);
  lock->open_stream(streams.tables, kBlock, fib.cipher_head());
  lock->open_stream(streams.data, kBlock, 0);
  return true;
}

bool unlock(Streams& streams, const Fib& fib, Sink& sink) {
  const bool opened = fib.cipher() == Cipher::rc4 ? unlock_rc4(streams, fib, sink) : unlock_xor(streams, fib, sink);
  if (opened) sink.fact("decrypted");
  return opened;
}

void tell_document(CompoundFile& file, Teller& teller) {
  std::string document = read_named(file, "WordDocument");
  auto fib = Fib::read(document);
  if (!fib) {
    teller.note(Outcome::malformed, "its main stream is no Word document that can be read");
    return;
  }
  Streams streams = read_streams(file, *fib, std::move(document));
  if (fib->cipher() != Cipher::none && !unlock(streams, *fib, teller.sink())) {
    const Ending ending = locked_ending("the document");
    teller.note(ending.outcome, ending.why);
    return;
  }
  fib = Fib::read(streams.document);
  const std::string& tables = fib->is_wide() ? streams.tables : streams.document;
  Stories(*fib, streams.document, tables, teller).tell();
  if (!fib->is_wide()) return;
  tell_drawings(fib->table(Table::drawings, tables), streams.document, teller);
  tell_pictures(streams.data, teller);
}

// Word 2 and earlier.
Ending read_bare(std::string_view bytes, Teller& teller) {
  if (CompoundFile::is_one(bytes)) return {Outcome::malformed, "it has no directory that can be read"};
  const auto fib = Fib::read(bytes);
  if (!fib || fib->is_wide()) return {Outcome::unsupported, "no reader for documents of Word before version 2"};
  if (fib->cipher() != Cipher::none) return locked_ending("the document");
  Stories(*fib, bytes, bytes, teller).tell();
  return teller.ending();
}

class DocExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Teller teller(sink);
    auto file = CompoundFile::open(source.bytes);
    if (!file) return read_bare(source.bytes, teller);
    tell_document(*file, teller);
    ole::Reading reading(sink);
    if (!teller.stopped()) {
      ole::read_properties(*file, kRoot, reading);
      vba::read_projects(*file, reading);
      ole::read_data_store(*file, reading);
      tell_objects(*file, reading);
    }
    if (!file->damage().empty()) reading.damaged(file->damage());
    const Ending ending = teller.ending();
    return ending.outcome == Outcome::complete ? reading.ending() : ending;
  }
};

}  // namespace

}  // namespace doc

std::shared_ptr<Extractor> make_doc_extractor() {
  return std::make_shared<doc::DocExtractor>();
}

}  // namespace postern::extract
