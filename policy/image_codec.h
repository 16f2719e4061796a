// Bytes of an image (policy/image.h): a writer and a reader that are driven by the same description of a type.
//
// A type is described once, by a function fields(archive, value) that hands its members to the archive in order; the
// writer reads them, the reader fills them (policy/image_model.h). Numbers are LEB128 (signed ones in zigzag),
// texts a length and bytes, lists a count and their items, variants the index and the value. A SourceMark names its
// file by a number: a file is written where it is first named, with its path and without its text. Word lists that
// several detectors share are written once, in the same way.
//
// The reader believes no length: what does not fit sets failed(), after which everything reads as empty.
#pragma once

#include <algorithm>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/diagnostic.h"

namespace postern::policy {

class ImageWriter {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string take() { return std::move(out_); }

 private:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    out_ += static_cast<char>(value);
  }

  void put(const std::string& text) {
    number(text.size());
    out_ += text;
  }
  void put(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    number(bits);
  }
  template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void put(T value) {
    if constexpr (std::is_signed_v<T>) {
      const auto wide = static_cast<std::int64_t>(value);
      number((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
    } else {
      number(static_cast<std::uint64_t>(value));
    }
  }
  template <typename Rep, typename Period>
  void put(std::chrono::duration<Rep, Period> value) {
    put(value.count());
  }
  template <typename Clock, typename Duration>
  void put(std::chrono::time_point<Clock, Duration> value) {
    put(value.time_since_epoch());
  }
  template <size_t N>
  void put(const std::bitset<N>& bits) {
    for (size_t i = 0; i < N; i++) put(bits.test(i));
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename T>
  void put(const std::vector<T>& items) {
    number(items.size());
    for (const T& item : items) put(item);
  }
  template <typename K, typename V>
  void put(const std::map<K, V>& items) {
    number(items.size());
    for (const auto& [key, value] : items) (*this)(key, value);
  }
  template <typename... T>
  void put(const std::variant<T...>& value) {
    number(value.index());
    std::visit([this](const auto& one) { this->put(one); }, value);
  }
  void put(const SourceMark& mark) {
    if (shared(mark.file.get())) put(mark.file->path);
    (*this)(mark.line, mark.column, mark.length);
  }
  template <typename T>
  void put(const std::shared_ptr<const T>& value) {
    if (shared(value.get())) put(*value);
  }
  // True when what is pointed at has to follow: it is named for the first time. Null is number 0.
  bool shared(const void* pointer) {
    if (pointer == nullptr) {
      number(0);
      return false;
    }
    const auto [known, added] = shared_.emplace(pointer, shared_.size() + 1);
    number(known->second);
    return added;
  }
  // fields() is written once for both ways; a writer changes nothing.
  template <typename T>
  requires std::is_class_v<T>
  void put(const T& value) { fields(*this, const_cast<T&>(value)); }

  std::string out_;
  std::unordered_map<const void*, std::uint64_t> shared_;
};

class ImageReader {
 public:
  // `bytes` outlive it.
  explicit ImageReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool failed() const { return failed_; }
  // Everything was read, and nothing else is there.
  bool finished() const { return !failed_ && at_ == bytes_.size(); }
  // A text where it lies.
  std::string_view view() {
    const std::uint64_t size = count(1);
    const std::string_view out = bytes_.substr(at_, size);
    at_ += out.size();
    return out;
  }

 private:
  void fail() {
    failed_ = true;
    at_ = bytes_.size();
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= bytes_.size()) break;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  // How many items follow, each of at least one byte.
  std::uint64_t count(size_t least_bytes) {
    const std::uint64_t n = number();
    if (n <= (bytes_.size() - at_) / least_bytes) return n;
    fail();
    return 0;
  }

  void get(std::string& text) { text = view(); }
  void get(double& value) {
    const std::uint64_t bits = number();
    std::memcpy(&value, &bits, sizeof value);
  }
  template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void get(T& value) {
    const std::uint64_t n = number();
    if constexpr (std::is_signed_v<T>) {
      value = static_cast<T>(static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1));
    } else {
      value = static_cast<T>(n);
    }
  }
  template <typename Rep, typename Period>
  void get(std::chrono::duration<Rep, Period>& value) {
    Rep ticks{};
    get(ticks);
    value = std::chrono::duration<Rep, Period>(ticks);
  }
  template <typename Clock, typename Duration>
  void get(std::chrono::time_point<Clock, Duration>& value) {
    Duration since{};
    get(since);
    value = std::chrono::time_point<Clock, Duration>(since);
  }
  template <size_t N>
  void get(std::bitset<N>& bits) {
    for (size_t i = 0; i < N; i++) {
      bool bit = false;
      get(bit);
      bits.set(i, bit);
    }
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (there) get(value.emplace());
  }
  template <typename T>
  void get(std::vector<T>& items) {
    const std::uint64_t n = count(1);
    items.clear();
    // A count is no proof that so many large items follow.
    constexpr std::uint64_t kTrusted = 1 << 16;
    items.reserve(std::min(n, kTrusted));
    for (std::uint64_t i = 0; i < n && !failed_; i++) get(items.emplace_back());
  }
  template <typename K, typename V>
  void get(std::map<K, V>& items) {
    const std::uint64_t n = count(1);
    for (std::uint64_t i = 0; i < n && !failed_; i++) {
      K key{};
      get(key);
      get(items[key]);
    }
  }
  template <typename... T>
  void get(std::variant<T...>& value) {
    const std::uint64_t index = number();
    if (index >= sizeof...(T)) return fail();
    std::uint64_t i = 0;
    ((i++ == index ? get(value.template emplace<T>()) : void()), ...);
  }
  void get(SourceMark& mark) {
    mark.file = shared<SourceFile>([this] {
      auto file = std::make_shared<SourceFile>();
      get(file->path);
      return file;
    });
    (*this)(mark.line, mark.column, mark.length);
  }
  template <typename T>
  void get(std::shared_ptr<const T>& value) {
    value = shared<T>([this] {
      auto made = std::make_shared<T>();
      get(*made);
      return made;
    });
  }
  template <typename T, typename Make>
  std::shared_ptr<const T> shared(Make make) {
    const std::uint64_t index = number();
    if (index == 0) return nullptr;
    if (index > shared_.size() + 1) {
      fail();
      return nullptr;
    }
    if (index == shared_.size() + 1) {
      // Its place is taken before what it holds is read, which may be shared itself.
      shared_.push_back({&kind_of<T>, nullptr});
      std::shared_ptr<const T> made = make();
      shared_[index - 1].value = made;
      return made;
    }
    const Shared& known = shared_[index - 1];
    if (known.kind == &kind_of<T>) return std::static_pointer_cast<const T>(known.value);
    fail();
    return nullptr;
  }
  template <typename T>
  requires std::is_class_v<T>
  void get(T& value) { fields(*this, value); }

  // One object a type, to tell types apart.
  template <typename T>
  static inline const char kind_of = 0;
  struct Shared {
    const char* kind;
    std::shared_ptr<const void> value;
  };

  std::string_view bytes_;
  size_t at_ = 0;
  bool failed_ = false;
  std::vector<Shared> shared_;
};

}  // namespace postern::policy
