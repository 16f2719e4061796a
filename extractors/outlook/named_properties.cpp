#include "extractors/outlook/named_properties.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/outlook/mapi.h"

namespace postern::extract {

namespace {

constexpr std::uint16_t kFirstNamed = 0x8000;

std::string string_name(std::string_view strings, std::uint32_t at) {
  MapiProperty holder;
  holder.type = static_cast<std::uint16_t>(MapiType::unicode);
  if (at > strings.size()) return {};
  return mapi_text(holder, strings.substr(at).substr(std::min<size_t>(4, strings.size() - at), le32(strings, at)), 0);
}

std::string number_name(std::uint32_t value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[value >> shift & 0xFU];
  return out;
}

}  // namespace

NamedProperties::NamedProperties(std::string_view entries, std::string_view strings) {
  for (size_t at = 0; at + 8 <= entries.size(); at += 8) {
    const std::uint32_t value = le32(entries, at);
    const bool by_string = (le16(entries, at + 4) & 1U) != 0;
    const auto id = static_cast<std::uint16_t>(kFirstNamed + le16(entries, at + 6));
    names_[id] = by_string ? string_name(strings, value) : number_name(value);
  }
}

std::string NamedProperties::name(std::uint16_t id) const {
  if (id < kFirstNamed) return {};
  const auto found = names_.find(id);
  return found != names_.end() ? found->second : number_name(id);
}

}  // namespace postern::extract
