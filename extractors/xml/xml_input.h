// XmlInput: where the scanner's bytes come from, and their encoding.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace postern::extract {

class XmlInput {
 public:
  virtual ~XmlInput() = default;
  // Up to `size` bytes into `out`; 0 at the end, and for ever after.
  virtual size_t read(char* out, size_t size) = 0;
};

class XmlMemory final : public XmlInput {
 public:
  explicit XmlMemory(std::string_view bytes) : rest_(bytes) {}
  size_t read(char* out, size_t size) override;

 private:
  std::string_view rest_;
};

// Turns any encoding into UTF-8 (XML 1.0 4.3.3 and appendix F): a byte order mark decides, then the
// declaration, then UTF-8. UTF-8 passes through untouched, ill-formed sequences included. What ICU
// cannot decode passes through as well.
class XmlDecoder final : public XmlInput {
 public:
  explicit XmlDecoder(XmlInput& input);
  ~XmlDecoder() override;
  size_t read(char* out, size_t size) override;

 private:
  struct Converter;
  void begin();
  bool decode_more();

  XmlInput& input_;
  std::unique_ptr<Converter> converter_;  // null: pass through
  std::string pending_;                   // bytes already read or decoded and not yet handed out
  size_t pending_at_ = 0;
  bool begun_ = false;
  bool at_end_ = false;
};

}  // namespace postern::extract
