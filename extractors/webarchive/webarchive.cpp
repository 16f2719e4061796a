#include "extractors/webarchive/webarchive.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

constexpr size_t kTrailer = 32;
constexpr size_t kLongestKey = 256;  // in characters; those that mean something here have less than thirty

class Plist {
 public:
  Plist(std::string_view bytes, Sink& sink) : bytes_(bytes), sink_(sink) {}

  Ending read() {
    if (bytes_.size() < kTrailer + 8) return {Outcome::malformed, "it is shorter than a property list"};
    const size_t at = bytes_.size() - kTrailer;
    offset_size_ = static_cast<size_t>(big_endian(at + 6, 1));
    reference_size_ = static_cast<size_t>(big_endian(at + 7, 1));
    objects_ = big_endian(at + 8, 8);
    table_ = big_endian(at + 24, 8);
    const bool sane = offset_size_ >= 1 && offset_size_ <= 8 && reference_size_ >= 1 && reference_size_ <= 8 &&
                      table_ < bytes_.size() && objects_ <= (bytes_.size() - table_) / offset_size_;
    if (!sane) return {Outcome::malformed, "its table of objects is damaged"};
    walk(big_endian(at + 16, 8), "", 0);
    if (hit_ == LimitHit::none && !text_.empty()) hit_ = sink_.text(Place::property, "", text_);
    if (hit_ == LimitHit::none && !links_.empty()) hit_ = sink_.text(Place::link, "", links_);
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (visits_ > kMaxPlistVisits)
      return {Outcome::limit, "visits of its objects reached the limit (" + std::to_string(kMaxPlistVisits) + ")"};
    if (too_deep_)
      return {Outcome::limit, "the depth of its objects reached the limit (" + std::to_string(kMaxPlistDepth) + ")"};
    if (damaged_) return {Outcome::malformed, "some of its objects are damaged"};
    return complete();
  }

 private:
  struct Object {
    unsigned kind = 0;  // the marker's upper half
    std::uint64_t count = 0;
    size_t begin = 0;  // of its content
  };

  std::uint64_t big_endian(size_t at, size_t size) const {
    std::uint64_t value = 0;
    for (size_t i = 0; i < size && at + i < bytes_.size(); i++)
      value = value << 8 | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }

  // The object's marker and size; none when it lies outside the file.
  std::optional<Object> object(std::uint64_t number) {
    if (number >= objects_) return std::nullopt;
    const std::uint64_t offset = big_endian(static_cast<size_t>(table_ + number * offset_size_), offset_size_);
    if (offset >= table_) return std::nullopt;
    const auto at = static_cast<size_t>(offset);
    const auto marker = static_cast<unsigned char>(bytes_[at]);
    Object out{static_cast<unsigned>(marker >> 4), marker & 0x0FU, at + 1};
    const bool has_count = out.kind == 4 || out.kind == 5 || out.kind == 6 || out.kind >= 10;
    if (has_count && out.count == 15) {  // the count is an integer behind the marker
      const size_t size = size_t{1} << (big_endian(at + 1, 1) & 3);
      out.count = big_endian(at + 2, size);
      out.begin = at + 2 + size;
    }
    const std::uint64_t room = out.begin < table_ ? table_ - out.begin : 0;
    const std::uint64_t unit = out.kind == 6    ? 2
                               : out.kind == 13 ? 2 * reference_size_
                               : out.kind >= 10 ? reference_size_
                                                : 1;
    if (has_count && out.count > room / unit) return std::nullopt;
    return out;
  }

  std::optional<std::string> string(std::uint64_t number) {
    const std::optional<Object> found = object(number);
    if (!found || (found->kind != 5 && found->kind != 6)) return std::nullopt;
    const auto count = static_cast<size_t>(found->count);
    if (found->kind == 5) return std::string(bytes_.substr(found->begin, count));
    std::string out;
    for (size_t i = 0; i < count; i++) {
      char32_t c = static_cast<char32_t>(big_endian(found->begin + 2 * i, 2));
      if (c >= 0xD800 && c < 0xDC00 && i + 1 < count) {
        const auto low = static_cast<char32_t>(big_endian(found->begin + 2 * i + 2, 2));
        if (low >= 0xDC00 && low < 0xE000) {
          c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
          i++;
        }
      }
      append_utf8(out, c);
    }
    return out;
  }

  std::uint64_t reference(const Object& object, std::uint64_t index) const {
    return big_endian(object.begin + static_cast<size_t>(index) * reference_size_, reference_size_);
  }

  // "" for one that is too long: a key may be referred to as often as there are entries.
  std::string key(std::uint64_t number) {
    const std::optional<Object> found = object(number);
    return found && found->count <= kLongestKey ? string(number).value_or("") : "";
  }

  bool goes_on() const { return hit_ == LimitHit::none && visits_ <= kMaxPlistVisits && !sink_.stopped(); }

  void walk(std::uint64_t number, std::string_view key, unsigned depth) {
    if (!goes_on() || ++visits_ > kMaxPlistVisits) return;
    if (depth > kMaxPlistDepth) {
      too_deep_ = true;
      return;
    }
    const std::optional<Object> found = object(number);
    if (!found) {
      damaged_ = true;
      return;
    }
    switch (found->kind) {
      case 4:
        sink_.child(Child{}, bytes_.substr(found->begin, static_cast<size_t>(found->count)));
        break;
      case 5:
      case 6:
        say(key, *string(number));
        break;
      case 10:
      case 11:
      case 12:
        for (std::uint64_t i = 0; i < found->count && goes_on(); i++) walk(reference(*found, i), key, depth + 1);
        break;
      case 13:
        dictionary(*found, depth);
        break;
      default:
        break;  // numbers, dates, the null object
    }
  }

  void dictionary(const Object& dictionary, unsigned depth) {
    Child resource;
    std::optional<Object> data;
    for (std::uint64_t i = 0; i < dictionary.count && goes_on(); i++) {
      const std::string key = this->key(reference(dictionary, i));
      const std::uint64_t value = reference(dictionary, dictionary.count + i);
      if (key == "WebResourceData") {
        data = object(value);
        if (data && data->kind == 4) continue;
      } else if (key == "WebResourceMIMEType") {
        resource.declared_type = string(value).value_or("");
      } else if (key == "WebResourceTextEncodingName") {
        resource.charset = string(value).value_or("");
      } else if (key == "WebResourceURL") {
        const std::string address = string(value).value_or("");
        resource.name = address.substr(address.rfind('/') + 1);
      }
      walk(value, key, depth + 1);
    }
    if (!data || data->kind != 4 || hit_ != LimitHit::none) return;
    sink_.child(resource, bytes_.substr(data->begin, static_cast<size_t>(data->count)));
  }

  void say(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    const bool is_address = key.ends_with("URL");
    std::string& to = is_address ? links_ : text_;
    to.append(value).append(1, '\n');
    if (to.size() < kSegmentBytes) return;
    hit_ = sink_.text(is_address ? Place::link : Place::property, "", to);
    to.clear();
  }

  std::string_view bytes_;
  Sink& sink_;
  size_t offset_size_ = 0;
  size_t reference_size_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t table_ = 0;
  size_t visits_ = 0;
  bool too_deep_ = false;
  bool damaged_ = false;
  LimitHit hit_ = LimitHit::none;
  std::string text_;
  std::string links_;
};

class WebarchiveExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return Plist(source.bytes, sink).read(); }
};

}  // namespace

std::shared_ptr<Extractor> make_webarchive_extractor() {
  return std::make_shared<WebarchiveExtractor>();
}

}  // namespace postern::extract
