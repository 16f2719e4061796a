#include "extractors/archive/zip_document.h"

namespace postern::extract {

namespace {

constexpr size_t kMaxDamageBytes = 200;  // parts named in the outcome

}  // namespace

void ZipDocument::emit(Place place, std::string_view at, std::string_view text) {
  if (hit_ != LimitHit::none || text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  hit_ = sink_.text(place, at, text);
}

void ZipDocument::damaged(const std::string& what) {
  if (damage_.size() > kMaxDamageBytes || damage_.find(what) != std::string::npos) return;
  damage_ += (damage_.empty() ? "" : "; ") + what;
}

void ZipDocument::incomplete(std::string what) {
  if (partial_.empty()) partial_ = std::move(what);
}

std::optional<ZipDocument::Unlocked> ZipDocument::unlock(const ZipEntry& entry) {
  std::optional<std::string> clear = unlocker_.open(entry, package_.zip().data(entry));
  if (!clear) return std::nullopt;
  Unlocked out{ZipUnlocker::unlocked(entry), *std::move(clear)};
  out.entry.packed_size = out.bytes.size();
  return out;
}

bool ZipDocument::begin(const ZipEntry& entry, OpenEntry& open) {
  if (!is_locked(entry)) {
    open.input.emplace(entry, package_.zip().data(entry), inflater_, sink_.budget());
    return true;
  }
  open.clear = unlock(entry);
  if (!open.clear) {
    member(entry);
    return false;
  }
  fact("decrypted");
  open.input.emplace(open.clear->entry, open.clear->bytes, inflater_, sink_.budget());
  return true;
}

void ZipDocument::finish(const std::string& part, XmlEnd end, const XmlReaderBase& scanner, const ZipStream& stream) {
  const std::string& type = scanner.document_type();
  const bool is_odd = document_types_ == DocumentTypes::none ? !type.empty() : type.find('[') != std::string::npos;
  if (is_odd) {
    // Entities are not expanded; what they would say is scanned as it stands.
    emit(Place::hidden_text, "document type of " + part, type);
    damaged(document_types_ == DocumentTypes::none ? "its XML declares a document type, which no office program writes"
                                                   : "its XML declares entities, which no program writes into it");
  } else if (scanner.unknown_entities()) {
    damaged("its XML refers to entities that nothing declares");
  }
  const bool whole = settle(part, stream);
  if (!whole || end != XmlEnd::malformed || is_over()) return;
  if (is_careless(part)) {
    child(part);  // what stands behind the fault is read as the page that it nearly is
  } else {
    damaged("the XML of " + part + " is not well-formed");
  }
}

bool ZipDocument::settle(const std::string& part, const ZipStream& stream) {
  if (stream.state() == MemberState::whole) return true;
  if (stream.state() == MemberState::cut || stream.ending().outcome == Outcome::timeout) {
    cut_ = true;
    cut_ending_ = stream.ending();
  } else {
    damaged(part + ": " + stream.ending().why);
  }
  return false;
}

void ZipDocument::child(const std::string& part) {
  for (const ZipEntry* entry : package_.use(part)) member(*entry);
}

void ZipDocument::member(const ZipEntry& entry, Child child) {
  if (child.name.empty()) child.name = entry.name;
  child.doubt = entry.doubt;
  sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    std::optional<Unlocked> clear;
    if (is_locked(entry)) {
      clear = unlock(entry);
      if (!clear) {
        encrypted_ = true;
        return tl::unexpected(locked_ending("the member"));
      }
      fact("decrypted");
    }
    auto bytes = clear ? read_member(clear->entry, clear->bytes, child_inflater_, sink_.budget(), buffer)
                       : read_member(entry, package_.zip().data(entry), child_inflater_, sink_.budget(), buffer);
    if (!bytes) return tl::unexpected<Ending>(std::move(bytes.error()));
    if (bytes->state == MemberState::damaged) damaged_members_++;
    child.packed_size = bytes->packed_size;  // as measured, for the walker's test of the ratio
    if (!clear || bytes->bytes.data() == buffer.data()) return unmask(entry, bytes->bytes, buffer);
    buffer = std::move(clear->bytes);  // a stored member's bytes are those of its zip
    return unmask(entry, buffer, buffer);
  });
}

void ZipDocument::children_left_over(std::string_view quiet_folders) {
  const std::vector<ZipEntry>& entries = package_.zip().entries();
  for (size_t i = 0; i < entries.size() && !sink_.stopped(); i++) {
    if (package_.used(i)) continue;
    if (!entries[i].directory) {
      member(entries[i]);
    } else if (quiet_folders.empty() || !lower_ascii(entries[i].name).starts_with(quiet_folders)) {
      emit(Place::file_name, "", entries[i].name);
    }
  }
  for (const std::string& comment : package_.zip().comments()) emit(Place::comment, "", comment);
  for (const std::string& name : package_.zip().other_names()) emit(Place::file_name, "", name);
  for (const std::string_view gap : package_.zip().gaps()) {
    Child outside;
    outside.facts = {"outside-members"};
    sink_.child(outside, gap);
  }
}

Ending ZipDocument::ending(std::string_view encrypted) const {
  if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
  if (cut_) return cut_ending_;
  if (encrypted_) return {Outcome::encrypted, std::string(encrypted) + " encrypted and no password is at hand"};
  if (!package_.zip().doubt().empty()) {
    return {Outcome::ambiguous, "readers differ on its zip: " + package_.zip().doubt()};
  }
  if (!damage_.empty()) return {Outcome::malformed, damage_};
  if (!package_.zip().damage().empty()) return {Outcome::malformed, package_.zip().damage()};
  if (damaged_members_ > 0) return {Outcome::malformed, "some of its members are damaged or fail their checksum"};
  if (!partial_.empty()) return {Outcome::partial, partial_};
  return complete();
}

}  // namespace postern::extract
