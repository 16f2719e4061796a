#include "extractors/image/metadata.h"

#include <algorithm>

#include "extractors/image/fields.h"
#include "extractors/pdf/xml_strings.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract::image {

namespace {

using namespace std::string_view_literals;

struct DataSet {
  unsigned number;
  std::string_view name;
};

// IIM 4.2 chapter 6: the application record, as programs show it.
constexpr DataSet kDataSets[] = {
    {5, "title"},         {7, "edit status"},   {10, "urgency"},   {12, "subject"},     {15, "category"},
    {20, "category"},     {22, "fixture"},      {25, "keywords"},  {26, "place"},       {27, "place"},
    {40, "instructions"}, {55, "created"},      {60, "time"},      {62, "digitised"},   {65, "program"},
    {80, "author"},       {85, "author title"}, {90, "city"},      {92, "sublocation"}, {95, "state"},
    {101, "country"},     {103, "reference"},   {105, "headline"}, {110, "credit"},     {115, "source"},
    {116, "copyright"},   {118, "contact"},     {120, "caption"},  {122, "writer"},     {131, "orientation"},
};

std::string name_of(unsigned number) {
  for (const DataSet& known : kDataSets) {
    if (known.number == number) return "IPTC " + std::string(known.name);
  }
  return "IPTC 2:" + std::to_string(number);
}

// Pictures, not text: 125 a caption as pixels, 200 to 202 a preview.
bool is_binary(unsigned number) {
  return number == 0 || number == 125 || (number >= 200 && number <= 202);
}

// The signature of a resource of Photoshop. Other programs of Adobe sign them otherwise.
bool is_resource(std::string_view signature) {
  return signature == "8BIM" || signature == "PHUT" || signature == "DCSR" || signature == "AgHg" ||
         signature == "MeSa";
}

}  // namespace

void Metadata::text(Place place, std::string_view at, std::string_view bytes) {
  constexpr std::string_view kBlank = " \t\r\n\0"sv;
  bytes = granted(bytes);
  const size_t first = bytes.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return;
  bytes = bytes.substr(first, bytes.find_last_not_of(kBlank) - first + 1);
  const TextReadings readings = read_text(bytes, "");
  reading_.emit(place, at, readings.main.text());
}

std::string_view Metadata::granted(std::string_view bytes) {
  if (full()) return {};
  const size_t left = kMostMetadataBytes - taken_;
  taken_ += std::min(bytes.size(), left);
  if (bytes.size() >= left) {
    reading_.reached("bytes of its metadata reached the limit (" + std::to_string(kMostMetadataBytes) + ")");
  }
  return bytes.substr(0, left);
}

bool Metadata::full() {
  return taken_ >= kMostMetadataBytes || reading_.stopped();
}

bool Metadata::take_tag() {
  if (tags_ < kMostTags) {
    tags_++;
    return true;
  }
  reading_.reached("tags of the picture reached the limit (" + std::to_string(kMostTags) + ")");
  return false;
}

void Metadata::xmp(std::string_view xml) {
  const std::string_view some = granted(xml);
  if (some.empty()) return;
  text(Place::property, "XMP", pdf::read_xml_strings(some, pdf::XmlValues::attributes_too).text);
}

void Metadata::iptc(std::string_view data_sets) {
  constexpr char kMark = '\x1C';
  constexpr size_t kHeader = 5;
  data_sets = granted(data_sets);
  bool utf8 = false;
  size_t at = 0;
  while (at + kHeader <= data_sets.size() && data_sets[at] == kMark && !full()) {
    const auto record = static_cast<unsigned char>(data_sets[at + 1]);
    const auto number = static_cast<unsigned char>(data_sets[at + 2]);
    std::uint64_t size = be16(data_sets, at + 3);
    at += kHeader;
    if ((size & 0x8000U) != 0) {  // 1.6.2: the field holds the length of the length
      const auto width = static_cast<unsigned>(size & 0x7FFFU);
      if (width > 8) return;
      size = field(data_sets, at, width, Order::big);
      at += width;
    }
    const std::string_view value = slice(data_sets, at, size);
    if (record == 1 && number == 90) utf8 = value == "\x1B%G"sv;
    if (record == 2 && !is_binary(number)) {
      // Without a charset programs write the one of their system; UTF-8 without saying so is common.
      const bool latin = !utf8 && !is_utf8(value);
      text(Place::property, name_of(number),
           latin ? convert_to_utf8(value, "windows-1252").value_or("") : std::string(value));
    }
    if (size > data_sets.size() - std::min(at, data_sets.size())) return;
    at += size;
  }
}

void Metadata::photoshop(std::string_view resources) {
  constexpr int kDeepest = 4;
  if (nesting_ >= kDeepest) return;
  nesting_++;
  resources = granted(resources);
  // Signature, number, name with its length made even, size, data made even.
  size_t at = 0;
  while (at + 12 <= resources.size() && is_resource(resources.substr(at, 4)) && !full()) {
    const unsigned number = be16(resources, at + 4);
    const size_t name = static_cast<unsigned char>(resources[at + 6]);
    at += 6 + (name + 2) / 2 * 2;
    const std::uint64_t size = be32(resources, at);
    at += 4;
    const std::string_view data = slice(resources, at, size);
    switch (number) {
      case 0x0404:
        iptc(data);
        break;
      case 0x0422:
      case 0x0423:
        exif(data);
        break;
      case 0x0424:
        xmp(data);
        break;
      case 0x03F0:  // a caption with its length in front
        if (!data.empty()) text(Place::property, "caption", data.substr(1, static_cast<unsigned char>(data[0])));
        break;
      case 0x040B:
        text(Place::link, "URL", data);
        break;
      default:
        break;
    }
    if (size > resources.size()) break;
    at += (size + 1) / 2 * 2;
  }
  nesting_--;
}

}  // namespace postern::extract::image
