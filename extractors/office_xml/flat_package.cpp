#include "extractors/office_xml/flat_package.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

#include "base/escape.h"
#include "extractors/mail/transfer.h"
#include "extractors/office_xml/scan.h"

namespace postern::extract::office_xml {

namespace {

constexpr size_t kMaxParts = 60'000;  // a zip's directory counts to 65,535

enum Name : XmlTag { unknown = kUnknownTag, package, part, xml_data, binary_data };

const XmlVocabulary& vocabulary() {
  static const XmlVocabulary instance({{"http://schemas.microsoft.com/office/2006/xmlPackage", "pkg"}},
                                      {"pkg:package", "pkg:part", "pkg:xmlData", "pkg:binaryData"});
  return instance;
}

// A zip of stored members (APPNOTE 4.3).
class StoredZip {
 public:
  void add(std::string_view name, std::string_view bytes) {
    const auto crc = static_cast<std::uint32_t>(
        crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
    std::string common;  // what both headers say
    number(common, 20, 2);
    number(common, 0x0800, 2);  // names are UTF-8
    number(common, 0, 2);
    number(common, 0x00210000, 4);  // 1 January 1980
    number(common, crc, 4);
    number(common, bytes.size(), 4);
    number(common, bytes.size(), 4);
    number(common, name.size(), 2);
    number(common, 0, 2);
    directory_.append("PK\1\2\24\0", 6).append(common);
    directory_.append(10, '\0');
    number(directory_, out_.size(), 4);
    directory_ += name;
    out_.append("PK\3\4", 4).append(common).append(name).append(bytes);
    count_++;
  }
  size_t size() const { return out_.size() + directory_.size(); }
  std::string take() {
    const size_t at = out_.size();
    out_ += directory_;
    out_.append("PK\5\6\0\0\0\0", 8);
    number(out_, count_, 2);
    number(out_, count_, 2);
    number(out_, directory_.size(), 4);
    number(out_, at, 4);
    number(out_, 0, 2);
    return std::move(out_);
  }

 private:
  static void number(std::string& out, std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; i++) out += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  std::string out_, directory_;
  size_t count_ = 0;
};

// Writes the parts down again as they stood in their package.
class Unflattener {
 public:
  Unflattener(Teller& teller, size_t most) : teller_(teller), most_(most) {}

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    if (what_ == What::xml) {
      element(attributes, name);
      return;
    }
    switch (tag) {
      case part:
        name_ = attributes.get("name");
        if (name_.starts_with('/')) name_.erase(0, 1);
        bytes_.clear();
        types_ += "<Override PartName=\"/";
        append_xml(types_, name_);
        types_ += "\" ContentType=\"";
        types_.append(attributes.raw("contentType")).append("\"/>");
        break;
      case xml_data:
        what_ = What::xml;
        break;
      case binary_data:
        what_ = What::base64;
        break;
      default:
        break;
    }
    // Prefixes may be declared outside of the part that uses them.
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (attribute.name.starts_with("xmlns:") && outer_.size() < kMaxXmlAttributes) {
        outer_.emplace_back(attribute.name, attribute.value);
      }
    }
  }

  void end(XmlTag tag) {
    if (what_ == What::xml && !open_.empty()) {
      bytes_.append("</").append(open_.back()).append(">");
      open_.pop_back();
      return;
    }
    if (tag == part) finish_part();
    what_ = What::none;
  }

  void text(std::string_view text) {
    if (what_ == What::xml) {
      append_xml(bytes_, text);
    } else if (what_ == What::base64) {
      bytes_ += text;
      is_base64_ = true;
    } else if (text.find_first_not_of(" \t\r\n") != std::string_view::npos && rest_.size() < most_) {
      rest_.append(text).append(1, '\n');
    }
  }
  bool stopped() const { return teller_.stopped() || full_; }

  // The package; "" when it has no parts.
  std::string finish() {
    teller_.tell(Place::custom_xml, "", rest_);
    if (full_) teller_.note(Outcome::limit, describe());
    if (count_ == 0) return {};
    zip_.add("[Content_Types].xml",
             "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" + types_ + "</Types>");
    return zip_.take();
  }

 private:
  enum class What : std::uint8_t { none, xml, base64 };

  void element(const XmlAttributes& attributes, std::string_view name) {
    bytes_.append("<").append(name);
    for (const XmlAttributes::Attribute& attribute : attributes) {
      // Raw values hold no '<', and of the two kinds of quotes only one.
      const char quote = attribute.value.find('"') == std::string_view::npos ? '"' : '\'';
      bytes_.append(" ").append(attribute.name).append("=").append(1, quote).append(attribute.value).append(1, quote);
    }
    if (open_.empty()) {
      for (const auto& declared : outer_) {
        const bool again = std::any_of(attributes.begin(), attributes.end(), [&](const XmlAttributes::Attribute& each) {
          return each.name == declared.first;
        });
        if (!again) bytes_.append(" ").append(declared.first).append("=\"").append(declared.second).append("\"");
      }
    }
    bytes_ += '>';
    open_.emplace_back(name);
    if (bytes_.size() + zip_.size() > most_) full_ = true;
  }

  void finish_part() {
    if (is_base64_) bytes_ = decode_base64(bytes_).bytes;
    is_base64_ = false;
    full_ = full_ || count_ == kMaxParts || bytes_.size() + zip_.size() > most_ ||
            name_.size() > std::numeric_limits<std::uint16_t>::max();
    if (full_) return;
    zip_.add(name_, bytes_);
    count_++;
  }
  std::string describe() const {
    return "its parts reached the limit (" + std::to_string(kMaxParts) + " parts, " + std::to_string(most_) + " bytes)";
  }

  Teller& teller_;
  const size_t most_;
  StoredZip zip_;
  std::string types_;
  std::vector<std::pair<std::string, std::string>> outer_;  // declarations of prefixes
  std::vector<std::string> open_;                           // elements of the part
  std::string name_, bytes_, rest_;
  What what_ = What::none;
  bool is_base64_ = false;
  bool full_ = false;
  size_t count_ = 0;
};

}  // namespace

Ending read_flat_package(std::string_view bytes, Sink& sink) {
  // Escapes and declarations may make a package somewhat larger than its file.
  const size_t most = std::min<size_t>(bytes.size() * 2 + (1 << 20), std::numeric_limits<std::uint32_t>::max() / 2);
  Teller teller(sink);
  Unflattener parts(teller, most);
  scan(bytes, vocabulary(), parts, teller);
  const std::string package = parts.finish();
  if (package.empty()) {
    teller.note(Outcome::malformed, "it holds no parts");
  } else if (!teller.stopped()) {
    sink.child(Child{}, package);
  }
  return teller.ending();
}

}  // namespace postern::extract::office_xml
