#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "extractors/detect/signatures.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Names looked at in one zip: an office file has its main part among the first few, and hostile ones list millions.
constexpr size_t kMostNames = 4096;

std::optional<std::uint32_t> read_le(std::string_view bytes, size_t at, size_t size) {
  if (at > bytes.size() || bytes.size() - at < size) return std::nullopt;
  std::uint32_t value = 0;
  for (size_t i = 0; i < size; i++)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

// A member's name as Office reads it: some programs write it in other letters, and with the separator of Windows.
std::string part_name(std::string_view name) {
  std::string out(name.substr(name.starts_with('/') || name.starts_with('\\') ? 1 : 0));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '\\') c = '/';
  }
  return out;
}

// What the names say, gathered in one pass.
struct ZipNames {
  bool content_types = false, word = false, xl = false, ppt = false, visio = false, macros = false,
       workbook_bin = false;
  bool iwork = false, jar = false, android = false, xps = false, odf_manifest = false, odf_content = false;
  bool book_container = false, book_package = false;

  void see(std::string_view name) {
    const auto begins = [&](std::string_view with) { return name.starts_with(with); };
    const std::string part = part_name(name);
    if (part == "[content_types].xml") content_types = true;
    if (part.starts_with("word/")) word = true;
    if (part.starts_with("xl/")) xl = true;
    if (part.starts_with("ppt/")) ppt = true;
    if (part.starts_with("visio/")) visio = true;
    if (part.ends_with("vbaproject.bin")) macros = true;
    if (part == "xl/workbook.bin") workbook_bin = true;
    if (begins("Index/") || name == "Index.zip" || begins("index.apxl") || begins("index.xml") ||
        begins("presentation.apxl"))
      iwork = true;
    if (name == "META-INF/MANIFEST.MF") jar = true;
    if (name == "META-INF/manifest.xml") odf_manifest = true;
    if (name == "content.xml") odf_content = true;
    if (name == "AndroidManifest.xml") android = true;
    if (name.ends_with(".fdseq")) xps = true;
    if (name == "META-INF/container.xml") book_container = true;
    if (name.ends_with(".opf")) book_package = true;
  }
};

// The central directory (APPNOTE 4.3.12); false when it cannot be found.
bool see_central_directory(std::string_view bytes, ZipNames& names) {
  constexpr size_t kEndRecord = 22, kMostComment = 65535;
  const size_t window = bytes.size() > kEndRecord + kMostComment ? bytes.size() - kEndRecord - kMostComment : 0;
  const size_t end = bytes.rfind("PK\x05\x06"sv);
  if (end == std::string_view::npos || end < window) return false;
  const auto size = read_le(bytes, end + 12, 4);
  if (!size || *size > end) return false;
  size_t at = end - *size;
  bool any = false;
  for (size_t i = 0; i < kMostNames; i++) {
    if (bytes.compare(at, 4, "PK\x01\x02"sv) != 0) break;
    const auto name = read_le(bytes, at + 28, 2), extra = read_le(bytes, at + 30, 2),
               comment = read_le(bytes, at + 32, 2);
    if (!name || !extra || !comment) break;
    constexpr size_t kFixed = 46;
    if (at + kFixed > bytes.size()) break;
    names.see(bytes.substr(at + kFixed, *name));
    any = true;
    at += kFixed + *name + *extra + *comment;
    if (at > bytes.size()) break;
  }
  return any;
}

// Local headers, wherever they stand in the first megabyte: for archives that are cut short.
void see_local_headers(std::string_view bytes, ZipNames& names) {
  constexpr size_t kWindow = 1 << 20, kFixed = 30;
  bytes = bytes.substr(0, kWindow);
  size_t at = 0;
  for (size_t i = 0; i < kMostNames; i++) {
    at = bytes.find("PK\x03\x04"sv, at);
    if (at == std::string_view::npos) return;
    const auto name = read_le(bytes, at + 26, 2);
    if (!name || at + kFixed > bytes.size()) return;
    names.see(bytes.substr(at + kFixed, *name));
    at += kFixed;
  }
}

// The content of a leading, stored `mimetype` entry (ODF 1.2 part 3, 3.3; EPUB OCF 4.3).
std::string_view leading_mimetype(std::string_view bytes) {
  constexpr size_t kFixed = 30;
  constexpr std::string_view kName = "mimetype";
  if (bytes.size() < kFixed + kName.size() || bytes.compare(kFixed, kName.size(), kName) != 0) return {};
  const auto method = read_le(bytes, 8, 2), size = read_le(bytes, 18, 4), name = read_le(bytes, 26, 2),
             extra = read_le(bytes, 28, 2);
  if (!method || *method != 0 || !size || !name || *name != kName.size() || !extra) return {};
  const size_t at = kFixed + *name + *extra;
  if (at > bytes.size()) return {};
  return bytes.substr(at, *size);
}

// What a leading `mimetype` may say behind the family's name (ODF 1.3 part 2, appendix C; OpenOffice.org 1).
constexpr std::array kOdfKinds = {"text"sv,         "text-template"sv,
                                  "text-master"sv,  "text-master-template"sv,
                                  "text-web"sv,     "spreadsheet"sv,
                                  "presentation"sv, "spreadsheet-template"sv,
                                  "graphics"sv,     "presentation-template"sv,
                                  "chart"sv,        "graphics-template"sv,
                                  "formula"sv,      "chart-template"sv,
                                  "image"sv,        "formula-template"sv,
                                  "base"sv,         "database"sv};
constexpr std::array kSunKinds = {"writer"sv,  "writer.template"sv,  "writer.global"sv, "calc"sv, "calc.template"sv,
                                  "impress"sv, "impress.template"sv, "draw"sv,          "math"sv, "draw.template"sv};

bool is_stored_type(std::string_view type) {
  constexpr std::string_view kOdf = "application/vnd.oasis.opendocument.", kSun = "application/vnd.sun.xml.";
  const auto is_one = [](auto const& kinds, std::string_view kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  if (type.starts_with(kOdf)) return is_one(kOdfKinds, type.substr(kOdf.size()));
  if (type.starts_with(kSun)) return is_one(kSunKinds, type.substr(kSun.size()));
  return type == "application/epub+zip";
}

std::string_view office_kind(const ZipNames& names, std::string_view extension) {
  if (names.word) {
    if (names.macros) {
      return extension == "dotm" ? "application/vnd.ms-word.template.macroenabled.12"
                                 : "application/vnd.ms-word.document.macroenabled.12";
    }
    return extension == "dotx" ? "application/vnd.openxmlformats-officedocument.wordprocessingml.template"
                               : "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  }
  if (names.xl) {
    if (names.workbook_bin) return "application/vnd.ms-excel.sheet.binary.macroenabled.12";
    if (names.macros) {
      return extension == "xltm" ? "application/vnd.ms-excel.template.macroenabled.12"
                                 : "application/vnd.ms-excel.sheet.macroenabled.12";
    }
    return extension == "xltx" ? "application/vnd.openxmlformats-officedocument.spreadsheetml.template"
                               : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  }
  if (names.ppt) {
    if (names.macros) return "application/vnd.ms-powerpoint.presentation.macroenabled.12";
    if (extension == "ppsx") return "application/vnd.openxmlformats-officedocument.presentationml.slideshow";
    if (extension == "potx") return "application/vnd.openxmlformats-officedocument.presentationml.template";
    return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  }
  if (names.visio) return "application/vnd.ms-visio.drawing";
  return {};
}

}  // namespace

std::string_view zip_kind(std::string_view bytes, std::string_view extension) {
  std::string_view stored = leading_mimetype(bytes);
  while (!stored.empty() && (stored.back() == '\n' || stored.back() == '\r' || stored.back() == ' '))
    stored.remove_suffix(1);
  if (is_stored_type(stored)) return stored;
  ZipNames names;
  if (!see_central_directory(bytes, names)) see_local_headers(bytes, names);
  if (names.content_types) {
    if (const std::string_view office = office_kind(names, extension); !office.empty()) return office;
    if (names.xps) return "application/oxps";
    // Their parts may have any names: what leads to them are relationships.
    if (extension.starts_with("doc") || extension.starts_with("dot"))
      return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    if (extension.starts_with("xls") || extension.starts_with("xlt"))
      return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (extension.starts_with("pp") || extension.starts_with("pot"))
      return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  }
  if (names.odf_manifest && names.odf_content) return "application/vnd.oasis.opendocument.text";
  if (names.xps) return "application/vnd.ms-xpsdocument";
  // Books that were packed by hand have their type anywhere, or none; readers show them all the same.
  if (names.book_container && names.book_package) return "application/epub+zip";
  if (names.android) return "application/vnd.android.package-archive";
  if (names.jar) return "application/java-archive";
  if (names.iwork && (extension == "pages" || extension == "numbers" || extension == "key")) {
    if (extension == "pages") return "application/vnd.apple.pages";
    return extension == "key" ? "application/vnd.apple.keynote" : "application/vnd.apple.numbers";
  }
  return kZip;
}

namespace {

// The directory of a compound file, as far as a look for names needs it ([MS-CFB] 2.6).
class OleNames {
 public:
  explicit OleNames(std::string_view bytes);

  // A stream or storage of that name in the root, in any case of its letters. Anywhere, when the directory is damaged
  // or goes on behind what was read, so that nothing leads to some of the root's.
  bool has(std::string_view name) const;

 private:
  struct Entry {
    std::string name;
    std::uint32_t left = 0, right = 0, child = 0;
    bool in_root = false;
  };
  void read_entries(std::string_view sector);
  void mark_root();

  std::vector<Entry> entries_;
  bool whole_ = false;
};

OleNames::OleNames(std::string_view bytes) {
  constexpr std::uint32_t kMostSectors = 256;  // 4 entries in a sector of 512 bytes
  const auto shift = read_le(bytes, 30, 2), first = read_le(bytes, 48, 4);
  if (!shift || !first || (*shift != 9 && *shift != 12)) return;
  const size_t sector = size_t{1} << *shift;
  const auto offset_of = [&](std::uint32_t number) { return (size_t{number} + 1) << *shift; };
  std::uint32_t at = *first;
  for (std::uint32_t n = 0; n < kMostSectors && at < 0xFFFFFFF0; n++) {
    const size_t offset = offset_of(at);
    if (offset >= bytes.size()) break;
    read_entries(bytes.substr(offset, sector));
    // The next sector of the directory, from the FAT sector that the header lists ([MS-CFB] 2.2, 2.3).
    const std::uint32_t per_sector = static_cast<std::uint32_t>(sector / 4);
    const std::uint32_t fat_index = at / per_sector;
    if (fat_index >= 109) break;
    const auto fat = read_le(bytes, 76 + size_t{fat_index} * 4, 4);
    if (!fat || *fat >= 0xFFFFFFF0) break;
    const auto next = read_le(bytes, offset_of(*fat) + size_t{at % per_sector} * 4, 4);
    if (!next) break;
    at = *next;
  }
  mark_root();
}

void OleNames::read_entries(std::string_view sector) {
  constexpr size_t kEntry = 128;
  for (size_t e = 0; e + kEntry <= sector.size(); e += kEntry) {
    Entry entry;
    const size_t name_bytes = *read_le(sector, e + 64, 2);
    for (size_t c = 0; c + 2 < name_bytes && c < 64; c += 2) {
      const char letter = sector[e + c];
      entry.name += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    entry.left = *read_le(sector, e + 68, 4);
    entry.right = *read_le(sector, e + 72, 4);
    entry.child = *read_le(sector, e + 76, 4);
    entries_.push_back(std::move(entry));
  }
}

// What stands in the root is a tree of siblings below its child; the first entry is the root.
void OleNames::mark_root() {
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  if (entries_.empty() || entries_[0].child == kNone) return;
  whole_ = true;
  std::vector<std::uint32_t> open{entries_[0].child};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (at == kNone) continue;
    if (at == 0 || at >= entries_.size() || entries_[at].in_root) {
      whole_ = false;
      continue;
    }
    entries_[at].in_root = true;
    open.push_back(entries_[at].left);
    open.push_back(entries_[at].right);
  }
}

bool OleNames::has(std::string_view name) const {
  const auto same = [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b); };
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return (entry.in_root || !whole_) &&
           std::equal(entry.name.begin(), entry.name.end(), name.begin(), name.end(), same);
  });
}

}  // namespace

std::string_view ole_kind(std::string_view bytes) {
  struct Stream {
    std::string_view name;
    std::string_view mime;
  };
  // In this order: a document that holds a workbook beside its text is no sheet.
  static constexpr std::array kStreams = {
      Stream{"EncryptedPackage", "application/x-encrypted-ooxml"},
      Stream{"__properties_version1.0", "application/vnd.ms-outlook"},
      Stream{"WordDocument", "application/msword"},
      Stream{"PowerPoint Document", "application/vnd.ms-powerpoint"},
      Stream{"PP40", "application/vnd.ms-powerpoint"},
      Stream{"VisioDocument", "application/vnd.visio"},
      Stream{"Quill", "application/x-mspublisher"},
      Stream{"Workbook", "application/vnd.ms-excel"},
      Stream{"Book", "application/vnd.ms-excel"},
      Stream{"MatOST", "application/vnd.ms-works"},
      Stream{"MN0", "application/vnd.ms-works"},
      Stream{"PerfectOffice_MAIN", "application/vnd.wordperfect"},
      Stream{"StarWriterDocument", "application/vnd.stardivision.writer"},
      Stream{"StarCalcDocument", "application/vnd.stardivision.writer"},
      Stream{"StarDrawDocument", "application/vnd.stardivision.writer"},
      Stream{"StarDrawDocument3", "application/vnd.stardivision.writer"},
      Stream{"PageMaker", "application/x-pagemaker"},
  };
  const OleNames names(bytes);
  for (const Stream& stream : kStreams) {
    if (names.has(stream.name)) return stream.mime;
  }
  // Files that programs for circuits write have such a stream, too.
  if (names.has("FileHeader") && bytes.find("HWP Document File"sv) != std::string_view::npos)
    return "application/x-hwp";
  // Works since 2000 has no name of its own: embedded objects of every kind have this one.
  const bool is_works = names.has("CONTENTS") && (bytes.find("CHNKWKS "sv) != std::string_view::npos ||
                                                  bytes.find("CHNKINK "sv) != std::string_view::npos);
  return is_works ? "application/vnd.ms-works" : kOle;
}

}  // namespace postern::extract
