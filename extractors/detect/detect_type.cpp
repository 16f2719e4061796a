#include <algorithm>
#include <memory>

#include <magic.h>

#include "extractors/appended.h"
#include "extractors/byte_order.h"
#include "extractors/detect/detect.h"
#include "extractors/detect/family.h"
#include "extractors/detect/signatures.h"
#include "extractors/detect/text_kind.h"
#include "extractors/file_type.h"
#include "extractors/openpgp_packet.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

// libmagic looks at no more either by default, and its time grows with it.
constexpr size_t kMagicWindow = 1 << 20;
constexpr size_t kLongestExtension = 10;

struct CloseMagic {
  void operator()(magic_t handle) const { magic_close(handle); }
};
using Magic = std::unique_ptr<magic_set, CloseMagic>;

Magic open_magic() {
  Magic handle(magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF));
  if (!handle || magic_load(handle.get(), nullptr) != 0) return nullptr;
  return handle;
}

magic_t thread_magic() {
  static thread_local const Magic handle = open_magic();
  return handle.get();
}

// A TGA has no signature: its pixels must fit into the file, in runs of 128 at best.
bool has_room_for_tga(std::string_view bytes) {
  constexpr size_t kHead = 18, kLongestRun = 128;
  if (bytes.size() < kHead) return false;
  const std::uint64_t pixels = little(bytes, 12, 2) * little(bytes, 14, 2), pixel = (little(bytes, 16, 1) + 7) / 8;
  const bool packed = byte_at(bytes, 2) >= 9;
  return bytes.size() - kHead >= (packed ? pixels / kLongestRun * (pixel + 1) : pixels * pixel);
}

std::string by_libmagic(std::string_view bytes) {
  const magic_t handle = thread_magic();
  if (!handle) return {};
  const char* mime = magic_buffer(handle, bytes.data(), std::min(bytes.size(), kMagicWindow));
  return mime ? mime : "";
}

std::string extension_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot - 1 > kLongestExtension) return {};
  std::string out(name.substr(dot + 1));
  // Windows drops trailing dots and spaces, and opens the rest by its extension.
  while (!out.empty() && out.back() == ' ') out.pop_back();
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool holds_no_text(std::string_view mime) {
  return mime.starts_with("image/") || mime.starts_with("audio/") || mime.starts_with("video/") ||
         mime.starts_with("font/");
}

// A few letters in front make no picture: the real ones hold zero bytes, and a text must not pass as one.
bool reads_as_text(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) return false;
  const auto plain = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return is_utf8(bytes) || static_cast<size_t>(plain) * 2 >= bytes.size();
}

bool promises_nothing_but_sealed(std::string_view extension, std::string_view declared) {
  const auto is_free = [](Family family) {
    return family == Family::none || family == Family::other || family == Family::sealed;
  };
  return is_free(family_of_extension(extension)) && is_free(family_of_type(declared));
}

// Archives of iWork have no signature: a chunk that begins with zero and its size (revenge/iwa.h).
bool is_iwork_archive(std::string_view bytes) {
  constexpr size_t kHead = 4;
  return bytes.size() >= kHead && bytes.front() == '\0' && kHead + little(bytes, 1, 3) <= bytes.size();
}

std::string find_type(std::string_view bytes, std::string_view extension, std::string_view declared) {
  if (bytes.empty()) return "text/plain";
  const std::string_view signature = by_signature(bytes);
  if (signature == kZip) return std::string(zip_kind(bytes, extension));
  if (signature == kOle) return std::string(ole_kind(bytes));
  if (signature == "application/pdf" && !bytes.starts_with("%PDF-")) {
    // A text that speaks of PDF headers is a text.
    const std::string_view kind = text_kind(bytes, extension, declared);
    if (!kind.empty() && bytes.find("endobj") == std::string_view::npos) return std::string(kind);
  }
  if (holds_no_text(signature) && reads_as_text(bytes)) {
    if (const std::string_view kind = text_kind(bytes, extension, declared); !kind.empty()) return std::string(kind);
  }
  if (!signature.empty()) return std::string(signature);
  if (extension == "iwa" && is_iwork_archive(bytes)) return "application/x-iwa";
  // Other programs than those of OpenPGP do not ask for packets: a sheet is one whatever stands in front of it.
  if (promises_nothing_but_sealed(extension, declared)) {
    if (const std::string_view kind = openpgp_kind(bytes); !kind.empty()) return std::string(kind);
  }
  if (const std::string_view kind = text_kind(bytes, extension, declared); !kind.empty()) return std::string(kind);
  std::string magic = by_libmagic(bytes);
  // A script that unpacks what is behind it.
  if (!zip_behind(bytes).empty()) return std::string(kZip);
  // What is no text to us is no text: such a guess rests on a few bytes at the start.
  if (magic == "application/vnd-ms-works") return "application/vnd.ms-works";
  if (magic.empty() || magic.starts_with("text/") || magic.starts_with("inode/")) return "application/octet-stream";
  // Those were known by their signature and their checksum, without which no program reads them.
  if (magic == "application/x-tar") return "application/octet-stream";
  if (magic == "image/x-tga" && !has_room_for_tga(bytes)) return "application/octet-stream";
  return magic;
}

}  // namespace

// Only mapped: a search walks through all 8 MB of them, and most readers never need one.
void detect_warm_up() {
  static_cast<void>(thread_magic());
}

FileType detect_type(std::string_view bytes, std::string_view name, std::string_view declared_type) {
  const std::string extension = extension_of(name);
  FileType type;
  type.mime = find_type(bytes, extension, declared_type);
  const Family found = family_of_type(type.mime);
  type.mismatch = !bytes.empty() && (!keeps_promise(family_of_extension(extension), found) ||
                                     !keeps_promise(family_of_type(declared_type), found));
  return type;
}

}  // namespace postern::extract
