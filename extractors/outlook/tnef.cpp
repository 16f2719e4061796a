#include "extractors/outlook/tnef.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/outlook/mapi.h"
#include "extractors/outlook/tnef_writer.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr size_t kHeader = 6;           // signature and key
constexpr size_t kAttributeHeader = 9;  // level, id, length
constexpr size_t kChecksum = 2;
// Attachments and recipients of one message that are read; programs refuse mails with more than some hundreds.
constexpr size_t kMostAttachments = 5000;
constexpr size_t kMostRecipients = 20'000;
constexpr size_t kMostProperties = 100'000;

// Attributes by the lower half of their id ([MS-OXTNEF] 2.1.3.2).
enum : std::uint16_t {
  kFrom = 0x8000,
  kSubjectAttribute = 0x8004,
  kMessageClass = 0x8008,
  kBodyAttribute = 0x800C,
  kAttachDataAttribute = 0x800F,
  kAttachTitle = 0x8010,
  kAttachMetaFile = 0x8011,
  kAttachTransportName = 0x9001,
  kAttachRendering = 0x9002,
  kMessageProperties = 0x9003,
  kRecipientTable = 0x9004,
  kAttachProperties = 0x9005,
  kOemCodePage = 0x9007,
  kOwner = 0x0000,
  kSentFor = 0x0001,
};

constexpr size_t kGuid = 16;

// A list of properties ([MS-OXTNEF] 2.1.3.4), taken off the front. False when it breaks off.
class PropertyReader {
 public:
  explicit PropertyReader(std::string_view bytes) : rest_(bytes) {}

  bool list(std::vector<MapiProperty>& out) {
    std::uint32_t count = 0;
    if (!number(count)) return false;
    for (std::uint32_t i = 0; i < count; i++) {
      if (out.size() >= kMostProperties) return false;
      MapiProperty property;
      if (!one(property)) return false;
      out.push_back(std::move(property));
    }
    return true;
  }
  bool number(std::uint32_t& out) {
    if (rest_.size() < 4) return false;
    out = le32(rest_, 0);
    rest_.remove_prefix(4);
    return true;
  }

 private:
  bool take(size_t size, std::string_view& out) {
    if (size > rest_.size()) return false;
    out = rest_.substr(0, size);
    rest_.remove_prefix(std::min((size + 3) & ~size_t{3}, rest_.size()));
    return true;
  }

  bool one(MapiProperty& out) {
    std::uint32_t tag = 0;
    if (!number(tag)) return false;
    const auto type = static_cast<std::uint16_t>(tag);
    out.type = type & static_cast<std::uint16_t>(~kMultiValued);
    out.id = static_cast<std::uint16_t>(tag >> 16);
    if (out.id >= 0x8000 && !name(out)) return false;
    const size_t fixed = tnef_fixed_size(out.type);
    const bool sized = fixed == 0;
    std::uint32_t count = 1;
    if ((sized || (type & kMultiValued) != 0) && !number(count)) return false;
    for (std::uint32_t i = 0; i < count; i++) {
      std::uint32_t size = static_cast<std::uint32_t>(fixed);
      if (sized && !number(size)) return false;
      std::string_view value;
      if (!take(size, value)) return false;
      out.values.push_back(value);
    }
    return true;
  }

  bool name(MapiProperty& out) {
    std::string_view set;
    std::uint32_t kind = 0, value = 0;
    if (!take(kGuid, set) || !number(kind) || !number(value)) return false;
    if (kind == 0) {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      for (int shift = 12; shift >= 0; shift -= 4) out.name += kDigits[value >> shift & 0xFU];
      return true;
    }
    std::string_view text;
    if (!take(value, text)) return false;
    MapiProperty holder;
    holder.type = static_cast<std::uint16_t>(MapiType::unicode);
    out.name = mapi_text(holder, text, 0);
    return true;
  }

  std::string_view rest_;
};

class TnefReader {
 public:
  explicit TnefReader(std::string_view bytes) : bytes_(bytes) {}

  MapiMessage read() {
    std::string_view rest = bytes_.substr(std::min(kHeader, bytes_.size()));
    while (rest.size() >= kAttributeHeader) {
      const auto id = static_cast<std::uint16_t>(le32(rest, 1));
      const std::uint32_t size = le32(rest, 5);
      const bool whole = size <= rest.size() - kAttributeHeader;
      const std::string_view data = rest.substr(kAttributeHeader, size);
      attribute(rest[0], id, data);
      if (!whole) {
        note("it is cut off");
        break;
      }
      rest.remove_prefix(std::min<size_t>(rest.size(), kAttributeHeader + size + kChecksum));
    }
    return std::move(message_);
  }

 private:
  void note(std::string_view what) {
    if (message_.damage.empty()) message_.damage = std::string(what);
  }

  MapiProperty text(std::uint16_t id, std::string_view value) {
    MapiProperty out;
    out.id = id;
    out.type = static_cast<std::uint16_t>(MapiType::string8);
    out.values.push_back(value);
    return out;
  }

  MapiAttachment* attachment() {
    if (message_.attachments.empty()) return nullptr;
    return &message_.attachments.back();
  }

  void attribute(char level, std::uint16_t id, std::string_view data) {
    if (level == 2) {
      attachment_attribute(id, data);
      return;
    }
    switch (id) {
      case static_cast<std::uint16_t>(kTnefDamage):
        note("some of it could not be read in the file that holds it");
        break;
      case kOemCodePage:
        message_.code_page = le32(data, 0);
        break;
      case kSubjectAttribute:
        message_.properties.push_back(text(mapi::kSubject, data));
        break;
      case kBodyAttribute:
        message_.properties.push_back(text(mapi::kBody, data));
        break;
      case kFrom:
        from(data);
        break;
      case kOwner:
      case kSentFor:
        two_texts(data);
        break;
      case kMessageProperties:
        if (!PropertyReader(data).list(message_.properties)) note("a list of properties breaks off");
        break;
      case kRecipientTable:
        recipients(data);
        break;
      default:
        break;
    }
  }

  void attachment_attribute(std::uint16_t id, std::string_view data) {
    if (id == kAttachRendering || attachment() == nullptr) {
      if (message_.attachments.size() >= kMostAttachments) {
        note("it has more attachments than are read");
        return;
      }
      message_.attachments.emplace_back();
    }
    MapiAttachment& to = *attachment();
    switch (id) {
      case kAttachDataAttribute:
        to.data = data;
        break;
      case kAttachTitle:
      case kAttachTransportName:
        to.properties.push_back(text(mapi::kAttachName, data));
        break;
      case kAttachProperties:
        attachment_properties(to, data);
        break;
      default:
        break;
    }
  }

  void attachment_properties(MapiAttachment& to, std::string_view data) {
    std::vector<MapiProperty> list;
    if (!PropertyReader(data).list(list)) note("a list of properties breaks off");
    for (MapiProperty& property : list) {
      if (property.id == mapi::kAttachData && !property.values.empty()) {
        embedded(to, property);
        continue;
      }
      to.properties.push_back(std::move(property));
    }
  }

  void embedded(MapiAttachment& to, const MapiProperty& property) {
    std::string_view value = property.values.front();
    if (property.is(MapiType::object) && value.size() >= kGuid) {
      if (value.starts_with(kTnefMessageId)) to.embedded_type = std::string(kTnefType);
      value.remove_prefix(kGuid);
    }
    to.embedded = [value](std::string&) -> tl::expected<std::string_view, Ending> { return value; };
  }

  void recipients(std::string_view data) {
    PropertyReader reader(data);
    std::uint32_t rows = 0;
    if (!reader.number(rows)) return;
    for (std::uint32_t i = 0; i < rows; i++) {
      if (message_.recipients.size() >= kMostRecipients) {
        note("it has more recipients than are read");
        return;
      }
      message_.recipients.emplace_back();
      if (!reader.list(message_.recipients.back().properties)) {
        note("the table of recipients breaks off");
        return;
      }
    }
  }

  // A triple ([MS-OXTNEF] 2.1.3.3.2): two lengths behind four bytes, then name and address.
  void from(std::string_view data) {
    const size_t name = le16(data, 4), address = le16(data, 6);
    constexpr size_t kFixed = 8;
    if (data.size() < kFixed) return;
    message_.properties.push_back(text(kSenderName, data.substr(kFixed, name)));
    if (kFixed + name < data.size()) {
      message_.properties.push_back(text(kSenderAddress, data.substr(kFixed + name, address)));
    }
  }

  // A name and an address, each with its length in front.
  void two_texts(std::string_view data) {
    for (const std::uint16_t id : {kRepresentedName, kRepresentedAddress}) {
      if (data.size() < 2) return;
      const size_t size = le16(data, 0);
      message_.properties.push_back(text(id, data.substr(2, size)));
      data.remove_prefix(std::min(data.size(), 2 + size));
    }
  }

  static constexpr std::uint16_t kSenderName = 0x0C1A, kSenderAddress = 0x0C1F, kRepresentedName = 0x0042,
                                 kRepresentedAddress = 0x0065;

  std::string_view bytes_;
  MapiMessage message_;
};

class TnefExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.bytes.size() < kHeader) return {Outcome::malformed, "it is cut off"};
    return tell_message(TnefReader(source.bytes).read(), sink);
  }
};

}  // namespace

std::shared_ptr<Extractor> make_tnef_extractor() {
  return std::make_shared<TnefExtractor>();
}

}  // namespace postern::extract
