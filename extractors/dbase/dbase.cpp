#include "extractors/dbase/dbase.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"
#include "extractors/text/charset.h"

namespace postern::extract {

namespace {

constexpr size_t kHead = 32;
constexpr size_t kHead7 = 68;  // dBase 7: a language's name of 32 bytes behind, and a reserved word
constexpr size_t kFlushBytes = 64 << 10;
constexpr char kEndOfFields = '\r';
constexpr char kDeleted = '*';

struct Field {
  std::string_view name;
  char type = 'C';
  size_t at = 0;
  size_t size = 0;
};

// The code page of a language driver; 0 for unknown ones.
std::uint32_t code_page_of_driver(unsigned char driver) {
  constexpr std::array<std::pair<unsigned char, std::uint32_t>, 32> kDrivers{
      {{0x01, 437}, {0x02, 850}, {0x03, 1252}, {0x04, 10000}, {0x08, 865},  {0x09, 437},  {0x0A, 850},  {0x0B, 437},
       {0x0D, 437}, {0x0F, 437}, {0x10, 850},  {0x13, 932},   {0x14, 850},  {0x1B, 437},  {0x1D, 850},  {0x26, 866},
       {0x4D, 936}, {0x4E, 949}, {0x4F, 950},  {0x57, 1252},  {0x58, 1252}, {0x59, 1252}, {0x64, 852},  {0x65, 866},
       {0x78, 950}, {0x79, 949}, {0x7A, 936},  {0x7B, 932},   {0xC8, 1250}, {0xC9, 1251}, {0xCA, 1254}, {0xCB, 1253}}};
  const auto found =
      std::find_if(kDrivers.begin(), kDrivers.end(), [&](const auto& each) { return each.first == driver; });
  return found == kDrivers.end() ? 0 : found->second;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kPadding(" \0", 2);
  const size_t first = text.find_first_not_of(kPadding);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kPadding) - first + 1);
}

class Table {
 public:
  Table(std::string_view bytes, Sink& sink) : bytes_(bytes), sink_(sink) {}

  Ending read() {
    const size_t begin = le16(bytes_, 8);
    const size_t size = le16(bytes_, 10);
    read_fields(begin);
    if (fields_.empty() || size == 0 || begin > bytes_.size())
      return {Outcome::malformed, "it has no fields that can be read"};
    for (const Field& field : fields_) kept_ += (kept_.empty() ? "" : "\t") + as_text(trimmed(field.name));
    kept_ += '\n';
    const size_t present = (bytes_.size() - begin) / size;
    // A head that counts none has not been written again since: what begins as a record does is one.
    const size_t said = le32(bytes_, 4);
    const size_t count = std::min<size_t>(said == 0 ? present : said, present);
    for (size_t i = 0; i < count && hit_ == LimitHit::none && !sink_.stopped(); i++) {
      const std::string_view record = bytes_.substr(begin + i * size, size);
      if (said == 0 && record[0] != ' ' && record[0] != kDeleted) break;
      tell(record);
    }
    flush();
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (count < le32(bytes_, 4)) return {Outcome::malformed, "records are missing at its end"};
    if (has_memos_) return {Outcome::partial, "its memos stand in another file"};
    return complete();
  }

 private:
  void read_fields(size_t end) {
    const bool is_7 = bytes_.size() > kHead && (bytes_[0] & 7) == 4;
    const size_t step = is_7 ? 48 : 32;
    const size_t name_size = is_7 ? 32 : 11;
    size_t at = 1;  // behind the sign of deletion
    for (size_t field = is_7 ? kHead7 : kHead;
         field + step <= std::min(end, bytes_.size()) && bytes_[field] != kEndOfFields; field += step) {
      const std::string_view name = bytes_.substr(field, name_size);
      const char type = bytes_[field + name_size];
      const size_t size_at = field + (is_7 ? 33 : 16);
      const auto size = static_cast<size_t>(le_at(bytes_, size_at, 1));
      fields_.push_back({name.substr(0, name.find('\0')), type, at, size});
      at += size;
    }
  }

  std::string as_text(std::string_view raw) const {
    std::string out;
    const std::uint32_t page = code_page_of_driver(static_cast<unsigned char>(bytes_[29]));
    if (page != 0) {
      append_code_page(out, raw, page);
    } else {
      const TextReadings readings = read_text(raw, "");
      out = std::string(readings.main.text());
    }
    return out;
  }

  std::string value(const Field& field, std::string_view record) {
    const std::string_view raw = record.substr(std::min(field.at, record.size()), field.size);
    std::array<char, 40> number{};
    switch (field.type) {
      case 'I':  // of FoxPro; dBase 7 turns the order and the sign around
      case '+':
        return raw.size() == 4 ? std::to_string(std::bit_cast<std::int32_t>(le32(raw, 0))) : std::string();
      case 'Y':
        std::snprintf(number.data(), number.size(), "%.4f",
                      static_cast<double>(std::bit_cast<std::int64_t>(le64(raw, 0))) / 1e4);
        return number.data();
      case 'B':
      case 'O':
        if (raw.size() != 8) break;
        std::snprintf(number.data(), number.size(), "%.15g", std::bit_cast<double>(le64(raw, 0)));
        return number.data();
      case 'D':
        return raw.size() == 8 && raw[0] != ' ' ? std::string(raw.substr(0, 4)) + "-" + std::string(raw.substr(4, 2)) +
                                                      "-" + std::string(raw.substr(6))
                                                : std::string();
      case 'M':
      case 'G':
      case 'P':
        has_memos_ = has_memos_ || !trimmed(raw).empty();
        return {};
      case 'T':
      case '@':
      case '0':
        return {};  // times, flags of empty values
      default:
        break;
    }
    return as_text(trimmed(raw));
  }

  void tell(std::string_view record) {
    std::string& to = record[0] == kDeleted ? deleted_ : kept_;
    for (size_t i = 0; i < fields_.size(); i++) {
      if (i > 0) to += '\t';
      to += value(fields_[i], record);
    }
    to += '\n';
    if (to.size() >= kFlushBytes) flush();
  }

  void flush() {
    if (hit_ == LimitHit::none) hit_ = sink_.text(Place::cell, "", kept_);
    if (hit_ == LimitHit::none) hit_ = sink_.text(Place::hidden_row, "deleted records", deleted_);
    kept_.clear();
    deleted_.clear();
  }

  std::string_view bytes_;
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  std::vector<Field> fields_;
  std::string kept_;
  std::string deleted_;
  bool has_memos_ = false;
};

class DbaseExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    if (source.bytes.size() < kHead) return {Outcome::malformed, "it breaks off in its head"};
    return Table(source.bytes, sink).read();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_dbase_extractor() {
  return std::make_shared<DbaseExtractor>();
}

}  // namespace postern::extract
