#include "extractors/outlook/mapi.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <unordered_set>

#include "extractors/archive/bytes.h"
#include "extractors/mail/encoded_word.h"
#include "extractors/mail/header.h"
#include "extractors/outlook/compressed_rtf.h"
#include "extractors/outlook/mapi_names.h"
#include "extractors/story/code_page.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kDefaultPage = 1252;

// What people see of a FILETIME, as UTC.
std::string date_of(std::string_view value) {
  constexpr std::uint64_t kTicks = 10'000'000, kTo1970 = 11'644'473'600, kMost = 253'402'300'799;  // year 9999
  const std::uint64_t seconds = le64(value, 0) / kTicks;
  if (value.size() < 8 || seconds > kTo1970 + kMost) return {};
  const auto since = static_cast<std::time_t>(static_cast<std::int64_t>(seconds) - static_cast<std::int64_t>(kTo1970));
  std::tm parts{};
  if (::gmtime_r(&since, &parts) == nullptr) return {};
  std::array<char, 40> out{};
  const size_t size = std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return {out.data(), size};
}

class Telling {
 public:
  Telling(const MapiMessage& message, Sink& sink) : message_(message), sink_(sink) {
    code_page_ = message.code_page != 0
                     ? message.code_page
                     : message.number(mapi::kMessageCodePage, message.number(mapi::kInternetCodePage, kDefaultPage));
  }

  Ending run() {
    properties();
    recipients();
    bodies();
    for (size_t i = 0; i < message_.attachments.size() && !over(); i++) attachment(message_.attachments[i], i + 1);
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (!message_.damage.empty()) return {Outcome::malformed, message_.damage};
    if (rtf_damaged_) return {Outcome::partial, "its compressed RTF is damaged, and read as far as it goes"};
    return complete();
  }

 private:
  bool over() const { return hit_ != LimitHit::none || sink_.stopped(); }

  void tell(Place place, std::string_view at, std::string_view text) {
    if (hit_ == LimitHit::none && !text.empty()) hit_ = sink_.text(place, at, text);
  }

  std::string text(const MapiProperty& property) const {
    std::string out;
    if (!property.is(MapiType::string8) && !property.is(MapiType::unicode)) return out;
    for (const std::string_view value : property.values) {
      if (!out.empty()) out += "; ";
      out += mapi_text(property, value, code_page_);
    }
    return out;
  }

  std::string text(const MapiObject& object, std::uint16_t id) const {
    for (const MapiProperty& property : object.properties) {
      if (property.id != id) continue;
      if (std::string out = text(property); !out.empty()) return out;
    }
    return {};
  }

  static bool is_body(std::uint16_t id) { return id == mapi::kBody || id == mapi::kRtf || id == mapi::kHtml; }

  void properties() {
    std::unordered_set<std::string> told;
    for (const MapiProperty& property : message_.properties) {
      if (over()) return;
      if (is_body(property.id) && property.name.empty()) continue;
      const MapiLabel label = label_of(property);
      if (label.noise) continue;
      if (is_shown_time(property)) {
        for (const std::string_view value : property.values) tell(label.place, label.at, date_of(value));
        continue;
      }
      const std::string words = text(property);
      if (words.empty() || !told.insert(std::string(to_string(label.place)) + words).second) continue;
      if (property.id == mapi::kHeaders) {
        headers(words);
      } else {
        tell(label.place, label.at, words);
      }
    }
  }

  // The header of the mail as it came, RFC 2047 words decoded.
  void headers(const std::string& words) {
    const Header header = parse_header(words, HeaderOf::mail);
    for (const RawField& field : header.fields) {
      const HeaderText decoded = decode_header_text(field.value);
      tell(Place::header, field.name, decoded.text);
      tell(Place::header, field.name, decoded.other);
    }
    for (const std::string_view line : header.odd_lines) tell(Place::header, "", line);
  }

  void recipients() {
    constexpr std::uint16_t kKind = 0x0C15;
    constexpr std::array kKinds = {"From"sv, "To"sv, "Cc"sv, "Bcc"sv};
    for (const MapiObject& recipient : message_.recipients) {
      if (over()) return;
      const std::uint32_t kind = recipient.number(kKind, 1);
      const std::string_view at = kind < kKinds.size() ? kKinds[kind] : "To"sv;
      std::string line;
      std::unordered_set<std::string> told;
      for (const MapiProperty& property : recipient.properties) {
        if (label_of(property).noise) continue;
        const std::string words = text(property);
        if (words.empty() || !told.insert(words).second) continue;
        if (!line.empty()) line += ", ";
        line += words;
      }
      tell(Place::header, at, line);
    }
  }

  void body(std::string_view bytes, std::string_view type, std::string_view charset) {
    if (bytes.empty() || over()) return;
    Child child;
    child.role = PartRole::body;
    child.declared_type = std::string(type);
    child.read_as = std::string(type);
    child.charset = std::string(charset);
    sink_.child(child, bytes);
  }

  void bodies() {
    for (const MapiProperty& property : message_.properties) {
      if (over()) return;
      if (!is_body(property.id) || !property.name.empty() || property.values.empty()) continue;
      const std::string_view value = property.values.front();
      if (property.id == mapi::kRtf) {
        rtf(value);
      } else if (property.is(MapiType::binary)) {
        const std::uint32_t page = message_.number(mapi::kInternetCodePage, code_page_);
        body(value, property.id == mapi::kHtml ? "text/html" : "text/plain", charset_of_code_page(page));
      } else {
        body(text(property), property.id == mapi::kHtml ? "text/html" : "text/plain", "utf-8");
      }
    }
  }

  void rtf(std::string_view packed) {
    Child child;
    child.role = PartRole::body;
    child.declared_type = "application/rtf";
    child.packed_size = packed.size();
    sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      UnpackedRtf unpacked = unpack_rtf(packed, sink_.budget().bytes_left() + 1);
      rtf_damaged_ = rtf_damaged_ || unpacked.damaged;
      buffer = std::move(unpacked.rtf);
      return std::string_view(buffer);
    });
  }

  void attachment(const MapiAttachment& from, size_t ordinal) {
    const std::string at = "attachment " + std::to_string(ordinal);
    Child child;
    child.name = text(from, mapi::kAttachLongName);
    if (child.name.empty()) child.name = text(from, mapi::kAttachName);
    child.declared_type = text(from, mapi::kAttachType);
    std::transform(child.declared_type.begin(), child.declared_type.end(), child.declared_type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const MapiProperty& property : from.properties) {
      const MapiLabel label = label_of(property);
      const std::string words = text(property);
      if (label.noise || words == child.name) continue;
      const bool is_name = property.id == mapi::kAttachName || property.id == mapi::kAttachLongName;
      tell(is_name ? Place::file_name : label.place, at, words);
    }
    if (over()) return;
    std::string_view data = from.data.value_or(std::string_view());
    if (const MapiProperty* const value = from.find(mapi::kAttachData);
        value != nullptr && value->is(MapiType::binary) && !value->values.empty()) {
      data = value->values.front();
    }
    if (!data.empty() || !from.embedded) sink_.child(child, data);
    if (from.embedded && !over()) {
      child.read_as = from.embedded_type;
      sink_.child(child, from.embedded);
    }
  }

  const MapiMessage& message_;
  Sink& sink_;
  std::uint32_t code_page_;
  LimitHit hit_ = LimitHit::none;
  bool rtf_damaged_ = false;
};

}  // namespace

const MapiProperty* MapiObject::find(std::uint16_t id) const {
  const auto found = std::find_if(properties.begin(), properties.end(), [id](const MapiProperty& property) {
    return property.id == id && property.name.empty();
  });
  return found == properties.end() ? nullptr : &*found;
}

std::uint32_t MapiObject::number(std::uint16_t id, std::uint32_t otherwise) const {
  const MapiProperty* const property = find(id);
  if (property == nullptr || property->values.empty() || !property->is(MapiType::int32)) return otherwise;
  return le32(property->values.front(), 0);
}

std::string mapi_text(const MapiProperty& property, std::string_view value, std::uint32_t code_page) {
  std::string out;
  if (property.is(MapiType::unicode)) {
    out = convert_to_utf8(value.substr(0, value.size() & ~size_t{1}), "utf-16le").value_or(std::string());
  } else if (is_utf8(value)) {
    out = std::string(value);
  } else {
    out = convert_to_utf8(value, charset_of_code_page(code_page)).value_or(std::string());
    if (out.empty()) out = to_utf8(value);
  }
  while (!out.empty() && out.back() == '\0') out.pop_back();
  return out;
}

Ending tell_message(const MapiMessage& message, Sink& sink) {
  return Telling(message, sink).run();
}

}  // namespace postern::extract
