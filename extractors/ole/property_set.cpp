#include "extractors/ole/property_set.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <span>

#include "extractors/archive/bytes.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/utf16.h"

namespace postern::extract::ole {

namespace {

using namespace std::string_view_literals;

// Format identifiers as they stand in the file (2.25).
constexpr std::string_view kSummary = "\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9"sv;
constexpr std::string_view kDocumentSummary = "\x02\xD5\xCD\xD5\x9C\x2E\x1B\x10\x93\x97\x08\x00\x2B\x2C\xF9\xAE"sv;
constexpr std::string_view kUserDefined = "\x05\xD5\xCD\xD5\x9C\x2E\x1B\x10\x93\x97\x08\x00\x2B\x2C\xF9\xAE"sv;

constexpr std::uint32_t kDictionary = 0;
constexpr std::uint32_t kCodePage = 1;
constexpr size_t kMostValues = 1000;  // of a vector
constexpr size_t kMostValueBytes = 1 << 20;

// [MS-OLEPS] 2.25.1, 2.25.2; the names are those that office documents of today give the same things.
constexpr std::array kSummaryNames = {""sv,
                                      ""sv,
                                      "title"sv,
                                      "subject"sv,
                                      "creator"sv,
                                      "keywords"sv,
                                      "description"sv,
                                      "template"sv,
                                      "lastModifiedBy"sv,
                                      "revision"sv,
                                      "totalTime"sv,
                                      "lastPrinted"sv,
                                      "created"sv,
                                      "modified"sv,
                                      "pages"sv,
                                      "words"sv,
                                      "characters"sv,
                                      ""sv,
                                      "application"sv};
constexpr std::array kDocumentNames = {""sv,
                                       ""sv,
                                       "category"sv,
                                       "presentationFormat"sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       "titlesOfParts"sv,
                                       "manager"sv,
                                       "company"sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       ""sv,
                                       "contentType"sv,
                                       "contentStatus"sv,
                                       "language"sv,
                                       "docVersion"sv};

enum Type : unsigned {
  kI2 = 2,
  kI4 = 3,
  kR8 = 5,
  kBstr = 8,
  kBool = 11,
  kUi2 = 18,
  kUi4 = 19,
  kI8 = 20,
  kUi8 = 21,
  kInt = 22,
  kUint = 23,
  kLpstr = 30,
  kLpwstr = 31,
  kFileTime = 64,
  kVector = 0x1000,
  kVariant = 12,
};

std::string without_nuls(std::string text) {
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

// 100 ns since 1601 as "2024-02-29T13:30:00Z"; spans of time, which some programs keep so, and 0 give "".
std::string file_time(std::uint64_t ticks) {
  constexpr std::uint64_t kTicksPerSecond = 10'000'000;
  constexpr std::uint64_t kTo1970 = 11'644'473'600;
  constexpr std::uint64_t kLast = 253'402'300'800;  // the end of the year 9999
  const std::uint64_t seconds = ticks / kTicksPerSecond;
  if (seconds < 365ULL * 86400 || seconds >= kTo1970 + kLast) return {};
  using namespace std::chrono;
  const auto since = static_cast<std::int64_t>(seconds) - static_cast<std::int64_t>(kTo1970);
  const sys_seconds time{std::chrono::seconds(since)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out;
}

std::string real(double value) {
  char out[40];
  std::snprintf(out, sizeof out, "%.15g", value);
  return out;
}

class Section {
 public:
  Section(std::string_view bytes, std::string_view format, PropertySet& out) : bytes_(bytes), out_(out) {
    if (format == kSummary) names_ = kSummaryNames;
    if (format == kDocumentSummary) names_ = kDocumentNames;
    custom_ = format == kUserDefined;
  }

  void read() {
    const size_t count = std::min<size_t>(le32(bytes_, 4), bytes_.size() / 8);
    for (size_t i = 0; i < count; i++) {
      const std::uint32_t id = le32(bytes_, 8 + i * 8), at = le32(bytes_, 12 + i * 8);
      if (id == kCodePage && at < bytes_.size()) page_ = le16(bytes_, std::uint64_t{at} + 4);
    }
    out_.code_page = page_;
    for (size_t i = 0; i < count; i++) {
      const std::uint32_t id = le32(bytes_, 8 + i * 8), at = le32(bytes_, 12 + i * 8);
      if (id == kDictionary && at < bytes_.size()) dictionary(at);
    }
    for (size_t i = 0; i < count; i++) {
      const std::uint32_t id = le32(bytes_, 8 + i * 8), at = le32(bytes_, 12 + i * 8);
      if (id <= kCodePage || at >= bytes_.size() || id >= 0x80000000) continue;
      if (out_.properties.size() >= kMostProperties) {
        out_.cut = true;
        return;
      }
      std::uint64_t end = at;
      Property property{name_of(id), value(end), custom_};
      if (!property.value.empty() && (!property.name.empty() || names_.empty())) {
        out_.properties.push_back(std::move(property));
      }
    }
  }

 private:
  std::string name_of(std::uint32_t id) const {
    if (const auto named = dictionary_.find(id); named != dictionary_.end()) return named->second;
    return id < names_.size() ? std::string(names_[id]) : std::string();
  }

  // 2.17: the names of custom properties.
  void dictionary(std::uint64_t at) {
    const std::uint32_t count = le32(bytes_, at);
    at += 4;
    for (std::uint32_t i = 0; i < count && at + 8 <= bytes_.size() && dictionary_.size() < kMostProperties; i++) {
      const std::uint32_t id = le32(bytes_, at);
      std::uint64_t length = le32(bytes_, at + 4);
      at += 8;
      const bool wide = page_ == 1200;
      if (wide) length *= 2;
      length = std::min<std::uint64_t>(length, bytes_.size() - at);
      dictionary_[id] = without_nuls(codepage_to_utf8(bytes_.substr(at, length), page_));
      at += wide ? (length + 3) & ~std::uint64_t{3} : length;
    }
  }

  std::string_view bytes_at(std::uint64_t at, std::uint64_t size) const {
    if (at >= bytes_.size()) return {};
    return bytes_.substr(at, std::min<std::uint64_t>(size, kMostValueBytes));
  }

  // A value with its type in front; moves `at` behind it.
  std::string value(std::uint64_t& at) {
    const unsigned type = le16(bytes_, at);
    at += 4;
    if ((type & kVector) == 0) return scalar(type, at);
    const std::uint32_t count = le32(bytes_, at);
    at += 4;
    std::string out;
    for (std::uint32_t i = 0; i < count && i < kMostValues && at < bytes_.size() && out.size() < kMostValueBytes; i++) {
      const std::uint64_t before = at;
      // Headings and counts of parts come as variants; a vector in a vector is none.
      unsigned of = type & ~unsigned{kVector};
      if (of == kVariant) {
        of = le16(bytes_, at);
        at += 4;
        if (of == kI4) {
          at += 4;
          continue;
        }
      }
      const std::string one = scalar(of, at);
      if (!one.empty()) out += (out.empty() ? "" : "\n") + one;
      if (at == before) break;
    }
    return out;
  }

  std::string scalar(unsigned type, std::uint64_t& at) {
    const std::uint64_t from = at;
    switch (type) {
      case kI2:
        at += 4;
        return std::to_string(static_cast<std::int16_t>(le16(bytes_, from)));
      case kUi2:
        at += 4;
        return std::to_string(le16(bytes_, from));
      case kI4:
      case kInt:
        at += 4;
        return std::to_string(static_cast<std::int32_t>(le32(bytes_, from)));
      case kUi4:
      case kUint:
        at += 4;
        return std::to_string(le32(bytes_, from));
      case kI8:
        at += 8;
        return std::to_string(static_cast<std::int64_t>(le64(bytes_, from)));
      case kUi8:
        at += 8;
        return std::to_string(le64(bytes_, from));
      case kBool:
        at += 4;
        return le16(bytes_, from) != 0 ? "true" : "false";
      case kR8:
        at += 8;
        return number(le64(bytes_, from));
      case kFileTime:
        at += 8;
        return file_time(le64(bytes_, from));
      case kBstr:
      case kLpstr: {
        const std::uint32_t size = le32(bytes_, from);
        at += 4 + ((std::uint64_t{size} + 3) & ~std::uint64_t{3});
        return text(bytes_at(from + 4, size));
      }
      case kLpwstr: {
        const std::uint64_t size = std::uint64_t{le32(bytes_, from)} * 2;
        at += 4 + ((size + 3) & ~std::uint64_t{3});
        return utf16le_to_utf8(until_nul16(bytes_at(from + 4, size)));
      }
      default:
        return {};
    }
  }

  static std::string number(std::uint64_t bits) {
    double value = 0;
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    return real(value);
  }

  std::string text(std::string_view bytes) const {
    if (page_ == 1200) return utf16le_to_utf8(until_nul16(bytes));
    return codepage_to_utf8(bytes.substr(0, bytes.find('\0')), page_);
  }

  std::string_view bytes_;
  PropertySet& out_;
  std::span<const std::string_view> names_;
  std::map<std::uint32_t, std::string> dictionary_;
  unsigned page_ = 1252;
  bool custom_ = false;
};

}  // namespace

PropertySet read_property_set(std::string_view stream) {
  PropertySet out;
  constexpr size_t kMostSections = 16;
  constexpr size_t kHeader = 28, kFormatEntry = 20;
  const size_t sections = std::min<size_t>(le32(stream, 24), kMostSections);
  for (size_t i = 0; i < sections; i++) {
    const size_t entry = kHeader + i * kFormatEntry;
    if (entry + kFormatEntry > stream.size()) break;
    const std::uint32_t at = le32(stream, entry + 16);
    if (at >= stream.size()) continue;
    Section(stream.substr(at), stream.substr(entry, 16), out).read();
  }
  return out;
}

}  // namespace postern::extract::ole
