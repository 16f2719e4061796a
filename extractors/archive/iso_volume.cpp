#include "extractors/archive/iso_volume.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "extractors/archive/member_names.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

constexpr size_t kSector = 2048, kFirst = 16, kMostDescriptors = 64;
constexpr char kPrimary = 1, kSupplementary = 2;

struct Field {
  size_t at;
  size_t size;
};
constexpr std::array kFields = {Field{8, 32},    Field{40, 32},  Field{190, 128}, Field{318, 128}, Field{446, 128},
                                Field{574, 128}, Field{702, 37}, Field{739, 37},  Field{776, 37}};

bool is_joliet(std::string_view descriptor) {
  const std::string_view escape = descriptor.substr(88, 3);
  return escape == "%/@" || escape == "%/C" || escape == "%/E";
}

std::string from_ucs2(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto high = static_cast<unsigned char>(bytes[i]), low = static_cast<unsigned char>(bytes[i + 1]);
    if (high != 0 || low != 0) append_utf8(out, static_cast<char32_t>(high << 8 | low));
  }
  return out;
}

std::string text_of(std::string_view raw, bool joliet) {
  std::string out;
  if (joliet) {
    out = from_ucs2(raw);
  } else {
    out = read_member_name(std::string(raw.substr(0, raw.find('\0')))).name;
  }
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

}  // namespace

std::string iso_volume_texts(std::string_view image) {
  std::vector<std::string> seen;
  std::string out;
  for (size_t i = kFirst; i < kFirst + kMostDescriptors && image.size() >= (i + 1) * kSector; i++) {
    const std::string_view descriptor = image.substr(i * kSector, kSector);
    if (descriptor.substr(1, 5) != "CD001") break;
    if (descriptor[0] != kPrimary && descriptor[0] != kSupplementary) continue;
    const bool joliet = descriptor[0] == kSupplementary && is_joliet(descriptor);
    for (const Field& field : kFields) {
      std::string text = text_of(descriptor.substr(field.at, field.size), joliet);
      if (text.empty() || std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
      out.append(text).append(1, '\n');
      seen.push_back(std::move(text));
    }
  }
  return out;
}

}  // namespace postern::extract
