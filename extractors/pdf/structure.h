// What a PDF holds besides the text of its pages, found by walking its objects with qpdf (ISO 32000-1): annotations
// (12.5), bookmarks (12.3.3), form fields (12.7) and XFA (12.7.8), actions and scripts (12.6), link targets, attached
// files of every kind (7.11.4), alternative texts of tagged documents (14.9), signatures, layers, metadata of pages and
// pictures.
//
// Declares nothing of ours and nothing newer than C++17, the language its source is compiled as: clang 14 refuses
// qpdf's JSON.hh as C++20.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::pdf {

inline constexpr std::size_t kMaxStructureObjects = 400'000;  // a tagged book of 2,000 pages has 200,000
inline constexpr const char* kFormsAt = "XFA";                // the locator of XML that is forms
inline constexpr std::size_t kMaxStructureStream = 16 << 20;  // of one script, form or piece of metadata, unpacked

enum class StructureKind : std::uint8_t {
  annotation,
  form_field,
  link,
  script,
  property,
  alt_text,
  file_name,
  bookmark,
  style_name  // of tags, also those that programs bring along
};

// Takes what is found, in the order of the walk. Calls return false to end it.
class StructureVisitor {
 public:
  virtual ~StructureVisitor() = default;

  // `at` is "p. 4" or the full name of a field; text is UTF-8, several lines when they stand together.
  virtual bool text(StructureKind kind, const std::string& at, const std::string& utf8) = 0;

  // XML: rich text, forms (XFA), metadata (XMP).
  virtual bool xml(StructureKind kind, const std::string& at, const std::string& bytes) = 0;

  // An attached file; `offset` is where it stands in the bytes. `unpack` gives at most `most` bytes and says in its
  // second argument whether that is all that can be had: false when its filters fail or give more.
  using Unpack = std::function<bool(std::size_t most, std::string& out)>;
  virtual bool file(const std::string& name, const std::string& type, long long offset, const Unpack& unpack) = 0;

  virtual bool stopped() = 0;
};

struct StructureEnding {
  bool opened = false;       // false: too damaged for qpdf, or locked
  std::string left_out;      // the limit that kept something back; "" when none
  std::string not_readable;  // what could not be unpacked; "" when nothing
};

// Objects that may be found from nowhere, by their numbers (unseen.h).
struct LooseObjects {
  std::vector<int> unlisted;  // pages
  std::vector<int> others;    // read as "not on any page" when the walk did not come by
};

// Throws std::bad_alloc only. `password` as it opened the document, "" when none.
StructureEnding read_structure(std::string_view pdf, const std::string& password, StructureVisitor& visitor,
                               const LooseObjects& loose = {});

}  // namespace postern::extract::pdf
