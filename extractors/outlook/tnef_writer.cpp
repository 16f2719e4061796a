#include "extractors/outlook/tnef_writer.h"

#include <algorithm>

#include "extractors/outlook/tnef.h"

namespace postern::extract {

namespace {

void put(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
}

void put_padded(std::string& out, std::string_view bytes) {
  out += bytes;
  out.append((4 - bytes.size() % 4) % 4, '\0');
}

void put_property(std::string& out, const MapiProperty& property) {
  const bool several = property.values.size() > 1;
  put(out, property.type | (several ? kMultiValued : 0U), 2);
  put(out, property.id, 2);
  if (property.id >= 0x8000) {
    out.append(16, '\0');
    put(out, 1, 4);
    std::string name;
    // Names are few letters beyond ASCII; those become question marks.
    for (const char c : property.name)
      put(name, static_cast<unsigned char>(c) < 0x80 ? static_cast<unsigned char>(c) : '?', 2);
    put(out, name.size(), 4);
    put_padded(out, name);
  }
  const size_t fixed = tnef_fixed_size(property.type);
  const bool sized = fixed == 0;
  if (sized || several) put(out, property.values.size(), 4);
  for (const std::string_view value : property.values) {
    if (sized) {
      put(out, value.size(), 4);
      put_padded(out, value);
    } else {
      std::string padded(value.substr(0, fixed));
      padded.resize(fixed);
      out += padded;
    }
  }
}

std::string list_of(const std::vector<MapiProperty>& properties) {
  std::string out, body;
  std::uint32_t count = 0;
  for (const MapiProperty& property : properties) {
    if (property.values.empty()) continue;
    put_property(body, property);
    count++;
  }
  put(out, count, 4);
  return out + body;
}

class Writer {
 public:
  explicit Writer(std::uint64_t most) : most_(most) {
    out_ += kTnefSignature;
    put(out_, 1, 2);
  }

  void attribute(char level, std::uint32_t id, std::string_view data) {
    if (data.size() > most_ || out_.size() > most_ - data.size()) {
      full_ = true;
      return;
    }
    // At once: what a mail may carry fits into a reader's memory a few times only.
    out_.reserve(out_.size() + data.size() + kAround);
    out_.push_back(level);
    put(out_, id, 4);
    put(out_, data.size(), 4);
    out_ += data;
    unsigned sum = 0;
    for (const char c : data) sum += static_cast<unsigned char>(c);
    put(out_, sum & 0xFFFFU, 2);
  }

  std::optional<std::string> take() {
    if (full_) return std::nullopt;
    return std::move(out_);
  }
  bool full() const { return full_; }

 private:
  static constexpr size_t kAround = 11;  // level, id, length, checksum

  const std::uint64_t most_;
  std::string out_;
  bool full_ = false;
};

// False when the content of the attachment cannot be made.
bool put_content(const MapiAttachment& attachment, std::vector<MapiProperty> properties, Writer& writer) {
  constexpr std::uint32_t kData = 0x0006800F, kAttachment = 0x00069005;
  std::string buffer, object;
  std::string_view bytes = attachment.data.value_or(std::string_view());
  bool well = true;
  if (attachment.embedded) {
    const auto made = attachment.embedded(buffer);
    well = made.has_value();
    bytes = made ? *made : std::string_view();
  }
  if (!bytes.empty() && attachment.embedded_type.empty()) {
    writer.attribute(2, kData, bytes);
  } else if (!bytes.empty()) {
    MapiProperty property;
    property.id = mapi::kAttachData;
    property.type = static_cast<std::uint16_t>(MapiType::object);
    object = std::string(kTnefMessageId) + std::string(bytes);
    property.values.emplace_back(object);
    properties.push_back(std::move(property));
  }
  writer.attribute(2, kAttachment, list_of(properties));
  return well;
}

}  // namespace

size_t tnef_fixed_size(std::uint16_t type) {
  switch (static_cast<MapiType>(type)) {
    case MapiType::int16:
    case MapiType::int32:
    case MapiType::float32:
    case MapiType::error:
    case MapiType::boolean:
      return 4;  // two bytes are padded
    case MapiType::float64:
    case MapiType::currency:
    case MapiType::app_time:
    case MapiType::int64:
    case MapiType::time:
      return 8;
    case MapiType::guid:
      return 16;
    default:
      return 0;
  }
}

std::optional<std::string> write_tnef(const MapiMessage& message, std::uint64_t most) {
  constexpr std::uint32_t kCodePage = 0x00069007, kProperties = 0x00069003, kRecipients = 0x00069004,
                          kRendering = 0x00069002;
  Writer writer(most);
  bool damaged = !message.damage.empty();
  std::string page;
  put(page, message.code_page != 0 ? message.code_page : message.number(mapi::kMessageCodePage, 1252), 4);
  put(page, 0, 4);
  writer.attribute(1, kCodePage, page);
  writer.attribute(1, kProperties, list_of(message.properties));
  std::string rows;
  put(rows, message.recipients.size(), 4);
  for (const MapiObject& recipient : message.recipients) rows += list_of(recipient.properties);
  writer.attribute(1, kRecipients, rows);
  for (const MapiAttachment& attachment : message.attachments) {
    if (writer.full()) break;
    writer.attribute(2, kRendering, std::string(14, '\0'));
    damaged = !put_content(attachment, attachment.properties, writer) || damaged;
  }
  if (damaged) writer.attribute(1, kTnefDamage, {});
  return writer.take();
}

void add_damage(std::string& tnef) {
  tnef.push_back('\1');
  put(tnef, kTnefDamage, 4);
  put(tnef, 0, 4);
  put(tnef, 0, 2);
}

}  // namespace postern::extract
