// Fuzz target of the XML scanner: the same events whatever the sizes in which the bytes arrive.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "extractors/xml/xml_scanner.h"

namespace {

using namespace postern::extract;

class Pieces final : public XmlInput {
 public:
  Pieces(std::string_view bytes, size_t most) : rest_(bytes), most_(most) {}
  size_t read(char* out, size_t size) override {
    const size_t got = std::min({size, most_, rest_.size()});
    std::memcpy(out, rest_.data(), got);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
  const size_t most_;
};

struct Events {
  std::string collected;
  size_t starts = 0;
  size_t ends = 0;
  void start(XmlTag, const XmlAttributes& attributes, std::string_view) {
    starts++;
    for (const XmlAttributes::Attribute& attribute : attributes) collected += decode_xml(attribute.value);
  }
  void end(XmlTag) { ends++; }
  void text(std::string_view piece) { collected += piece; }
  bool stopped() const { return false; }
};

Events scan(std::string_view bytes, size_t most) {
  static const XmlVocabulary vocabulary({{"urn:a", "a"}}, {"a:b", "a:c"});
  Pieces pieces(bytes, most);
  XmlDecoder decoder(pieces);
  XmlScanner<Events> scanner(decoder, vocabulary);
  Events handler;
  scanner.run(handler);
  return handler;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Events whole = scan(bytes, size + 1);
  const Events pieces = scan(bytes, 7);
  if (whole.starts != whole.ends || whole.starts != pieces.starts || whole.collected != pieces.collected)
    __builtin_trap();
  return 0;
}
