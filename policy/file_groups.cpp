#include "policy/file_groups.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace postern::policy {

namespace {

// `types` and `extensions` are separated by spaces; a type that ends in '/' is all of that kind.
struct Group {
  std::string_view name;
  std::string_view types;
  std::string_view extensions;
};

constexpr Group kGroups[] = {
    {"archive",
     "application/zip application/x-7z-compressed application/x-rar application/vnd.rar application/x-tar "
     "application/gzip application/x-gzip application/x-bzip2 application/x-xz application/zstd application/x-cpio "
     "application/x-iso9660-image application/vnd.ms-cab-compressed application/x-lzip application/x-arj",
     "zip 7z rar tar gz tgz bz2 xz zst cab iso"},
    {"audio", "audio/", "mp3 wav flac ogg m4a"},
    {"cad",
     "image/vnd.dwg image/vnd.dxf image/x-dwg application/acad application/x-step model/step model/stl model/iges "
     "application/sla application/vnd.autodesk application/x-sldworks",
     "dwg dxf step stp iges igs stl sldprt sldasm slddrw catpart catproduct ipt iam prt asm 3dm x_t x_b gerber gbr"},
    {"database",
     "application/x-sqlite3 application/vnd.sqlite3 application/x-msaccess application/vnd.ms-access "
     "application/x-dbf application/x-dbm",
     "sqlite sqlite3 db mdb accdb dbf sql dump bak"},
    {"document",
     "application/pdf application/msword application/rtf text/rtf "
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
     "application/vnd.oasis.opendocument.text application/vnd.ms-word.document.macroenabled.12",
     "pdf doc docx docm rtf odt"},
    {"executable",
     "application/x-dosexec application/vnd.microsoft.portable-executable application/x-executable "
     "application/x-sharedlib application/x-pie-executable application/x-mach-binary application/x-msi "
     "application/java-archive",
     "exe dll msi com scr bat cmd ps1 jar apk"},
    {"image", "image/", "png jpg jpeg gif tif tiff bmp webp heic svg"},
    {"key", "application/pgp-keys application/x-pem-file application/x-pkcs12 application/pkcs8",
     "key pem p12 pfx jks keystore ppk kdbx asc"},
    {"presentation",
     "application/vnd.ms-powerpoint application/vnd.openxmlformats-officedocument.presentationml.presentation "
     "application/vnd.oasis.opendocument.presentation application/vnd.ms-powerpoint.presentation.macroenabled.12",
     "ppt pptx pptm odp key"},
    {"source-code",
     "text/x-c text/x-c++ text/x-java text/x-python text/x-script.python text/x-perl text/x-ruby text/x-php "
     "text/x-shellscript text/x-asm text/javascript application/javascript text/x-verilog text/x-vhdl",
     "c h cc cpp hpp cxx cs java kt scala py rb pl php js ts jsx tsx go rs swift m f90 vhd vhdl v sv asm s sh lua r"},
    {"spreadsheet",
     "application/vnd.ms-excel application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
     "application/vnd.oasis.opendocument.spreadsheet application/vnd.ms-excel.sheet.macroenabled.12 text/csv",
     "xls xlsx xlsm xlsb ods csv"},
    {"video", "video/", "mp4 mov avi mkv webm"},
};

std::string lower_extension(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension;
}

}  // namespace

std::span<const std::string_view> file_group_names() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kGroups)> names;
    for (size_t i = 0; i < names.size(); i++) names[i] = kGroups[i].name;
    return names;
  }();
  return kNames;
}

bool file_type_matches(std::string_view wanted, std::string_view mime, std::string_view name) {
  if (wanted.ends_with("/*")) return mime.starts_with(wanted.substr(0, wanted.size() - 1));
  if (wanted.find('/') != std::string_view::npos) return mime == wanted;
  for (const Group& group : kGroups) {
    if (group.name != wanted) continue;
    if (group.types.ends_with('/'))
      return mime.starts_with(group.types) || lists_word(group.extensions, lower_extension(name));
    return lists_word(group.types, mime) || lists_word(group.extensions, lower_extension(name));
  }
  return false;
}

}  // namespace postern::policy
