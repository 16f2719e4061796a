#include "extractors/outlook/msg.h"

#include <algorithm>
#include <charconv>

#include "extractors/archive/bytes.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/repack.h"
#include "extractors/outlook/mapi.h"
#include "extractors/outlook/named_properties.h"
#include "extractors/outlook/tnef.h"
#include "extractors/outlook/tnef_writer.h"

namespace postern::extract {

namespace {

constexpr std::string_view kProperties = "__properties_version1.0";
constexpr std::string_view kStream = "__substg1.0_";
constexpr std::string_view kRecipient = "__recip_version1.0_";
constexpr std::string_view kAttachment = "__attach_version1.0_";
constexpr size_t kMostRecipients = 20'000;
constexpr size_t kMostAttachments = 5'000;
constexpr unsigned kMostDepth = 32;  // messages in each other; the walker's own limit is lower by default

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

class MsgReader {
 public:
  MsgReader(ole::CompoundFile& file, Sink& sink) : file_(file), sink_(sink) { read_names(); }

  MapiMessage message(ole::EntryId storage, unsigned depth) {
    MapiMessage out;
    read_object(storage, out, out.storage);
    for (const ole::EntryId id : file_.at(storage).children) {
      const ole::Entry& entry = file_.at(id);
      if (entry.kind != ole::Entry::Kind::storage) continue;
      if (entry.name.starts_with(kRecipient) && out.recipients.size() < kMostRecipients) {
        out.recipients.emplace_back();
        read_object(id, out.recipients.back(), out.storage);
      } else if (entry.name.starts_with(kAttachment) && out.attachments.size() < kMostAttachments) {
        out.attachments.emplace_back();
        read_attachment(id, out, depth);
      } else if (entry.name.starts_with(kRecipient) || entry.name.starts_with(kAttachment)) {
        out.damage = "it has more attachments or recipients than are read";
      }
    }
    if (out.damage.empty()) out.damage = damage_;
    return out;
  }

 private:
  static bool is_string(std::uint16_t type) {
    return type == static_cast<std::uint16_t>(MapiType::string8) ||
           type == static_cast<std::uint16_t>(MapiType::unicode);
  }

  void read_names() {
    const auto storage = file_.find_storage("__nameid_version1.0");
    if (!storage) return;
    const auto entries_at = file_.find_stream("__substg1.0_00030102", *storage);
    const auto strings_at = file_.find_stream("__substg1.0_00040102", *storage);
    if (!entries_at) return;
    names_ = NamedProperties(file_.read(*entries_at), strings_at ? file_.read(*strings_at) : std::string());
  }

  MapiProperty named(std::uint32_t tag) const {
    MapiProperty out;
    out.id = static_cast<std::uint16_t>(tag >> 16);
    out.type = static_cast<std::uint16_t>(tag) & static_cast<std::uint16_t>(~kMultiValued);
    out.name = names_.name(out.id);
    return out;
  }

  std::string_view keep(ole::EntryId stream, std::deque<std::string>& storage) {
    std::string buffer;
    const ole::Stream read = file_.read(stream, buffer);
    if (!read.whole) damage_ = "a stream of it breaks off";
    if (read.bytes.data() != buffer.data()) return read.bytes;
    storage.push_back(std::move(buffer));
    return storage.back();
  }

  // The properties whose values have streams of their own, then those of fixed size.
  void read_object(ole::EntryId storage, MapiObject& out, std::deque<std::string>& holder) {
    for (const ole::EntryId id : file_.at(storage).children) {
      const ole::Entry& entry = file_.at(id);
      if (entry.kind != ole::Entry::Kind::stream || !entry.name.starts_with(kStream)) continue;
      const std::string_view digits = std::string_view(entry.name).substr(kStream.size());
      const auto tag = hexadecimal(digits.substr(0, 8));
      if (!tag || digits.size() < 8) continue;
      MapiProperty property = named(*tag);
      const bool several = (*tag & kMultiValued) != 0;
      // Of several values each has a stream, "-00000000" and so on; the stream without that holds their sizes.
      if (several && digits.size() == 8) continue;
      const bool wanted = is_string(property.type) || property.is(MapiType::binary);
      if (!wanted || property.id == mapi::kAttachData) continue;
      if (several && !out.properties.empty() && out.properties.back().id == property.id) {
        out.properties.back().values.push_back(keep(id, holder));
        continue;
      }
      if (property.is(MapiType::binary) && property.id != mapi::kRtf && property.id != mapi::kHtml &&
          property.id != mapi::kBody) {
        continue;
      }
      property.values.push_back(keep(id, holder));
      out.properties.push_back(std::move(property));
    }
    const auto fixed = file_.find_stream(kProperties, storage);
    if (fixed) read_fixed(keep(*fixed, holder), out);
  }

  // A header of 8, 24 or 32 bytes, then entries of 16: type and id, flags, value.
  void read_fixed(std::string_view bytes, MapiObject& out) const {
    constexpr size_t kEntry = 16;
    const bool is_message = bytes.size() >= 24;
    const size_t odd = bytes.size() % kEntry;
    const size_t header = odd == 0 ? 32 : odd == 8 && is_message && looks_reserved(bytes) ? 24 : 8;
    for (size_t at = header; at + kEntry <= bytes.size(); at += kEntry) {
      MapiProperty property = named(le32(bytes, at));
      const bool wanted = property.is(MapiType::int32) || property.is(MapiType::time);
      if (!wanted || (le32(bytes, at) & kMultiValued) != 0) continue;
      property.values.push_back(bytes.substr(at + 8, property.is(MapiType::time) ? 8 : 4));
      out.properties.push_back(std::move(property));
    }
  }
  // Messages count their recipients and attachments where others have a first property.
  static bool looks_reserved(std::string_view bytes) { return le16(bytes, 10) == 0 && le32(bytes, 8) < 0x10000; }

  void read_attachment(ole::EntryId storage, MapiMessage& message, unsigned depth) {
    MapiAttachment& to = message.attachments.back();
    read_object(storage, to, message.storage);
    if (const auto data = file_.find_stream("__substg1.0_37010102", storage)) {
      to.embedded = [this, id = *data](std::string& buffer) -> tl::expected<std::string_view, Ending> {
        return file_.read(id, buffer, sink_.budget().bytes_left() + 1).bytes;
      };
    } else if (const auto object = file_.find_storage("__substg1.0_3701000D", storage)) {
      embedded(to, *object, depth);
    }
  }

  void embedded(MapiAttachment& to, ole::EntryId object, unsigned depth) {
    const bool is_message = file_.find_stream(kProperties, object).has_value();
    if (is_message) to.embedded_type = std::string(kMsgType);
    to.embedded = [this, object, depth, is_message](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      const std::uint64_t most = sink_.budget().bytes_left() + 1;
      if (!is_message) {
        buffer = ole::repack(file_, object, most);
        return std::string_view(buffer);
      }
      if (depth >= kMostDepth) {
        return tl::unexpected(
            Ending{Outcome::limit, "messages in each other reached the limit (" + std::to_string(kMostDepth) + ")"});
      }
      auto written = write_tnef(message(object, depth + 1), most);
      if (!written) return tl::unexpected<Ending>(limit_ending(LimitHit::part_bytes, sink_.budget().limits()));
      buffer = std::move(*written);
      return std::string_view(buffer);
    };
  }

  ole::CompoundFile& file_;
  Sink& sink_;
  NamedProperties names_;
  std::string damage_;
};

class MsgExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.bytes.starts_with(kTnefSignature)) return make_tnef_extractor()->extract(source, sink);
    auto file = ole::CompoundFile::open(source.bytes);
    if (!file) return {Outcome::malformed, "it has no readable directory"};
    MsgReader reader(*file, sink);
    const MapiMessage message = reader.message(ole::kRoot, 0);
    Ending out = tell_message(message, sink);
    if (out.outcome == Outcome::complete && !file->damage().empty()) out = {Outcome::malformed, file->damage()};
    return out;
  }
};

}  // namespace

std::shared_ptr<Extractor> make_msg_extractor() {
  return std::make_shared<MsgExtractor>();
}

}  // namespace postern::extract
