#include "extractors/detect/family.h"

#include <algorithm>
#include <array>

namespace postern::extract {
namespace {

struct ExtensionFamily {
  std::string_view extension;
  Family family;
};

constexpr std::array kExtensions = {
    ExtensionFamily{"txt", Family::text},       ExtensionFamily{"csv", Family::text},
    ExtensionFamily{"tsv", Family::text},       ExtensionFamily{"log", Family::text},
    ExtensionFamily{"md", Family::text},        ExtensionFamily{"json", Family::text},
    ExtensionFamily{"xml", Family::text},       ExtensionFamily{"htm", Family::text},
    ExtensionFamily{"html", Family::text},      ExtensionFamily{"svg", Family::text},
    ExtensionFamily{"css", Family::text},       ExtensionFamily{"js", Family::text},
    ExtensionFamily{"c", Family::text},         ExtensionFamily{"h", Family::text},
    ExtensionFamily{"cpp", Family::text},       ExtensionFamily{"py", Family::text},
    ExtensionFamily{"java", Family::text},      ExtensionFamily{"sql", Family::text},
    ExtensionFamily{"sh", Family::text},        ExtensionFamily{"yaml", Family::text},
    ExtensionFamily{"yml", Family::text},       ExtensionFamily{"ini", Family::text},
    ExtensionFamily{"tex", Family::text},       ExtensionFamily{"eml", Family::text},
    ExtensionFamily{"ics", Family::text},       ExtensionFamily{"vcf", Family::text},
    ExtensionFamily{"mbox", Family::text},      ExtensionFamily{"doc", Family::office},
    ExtensionFamily{"docx", Family::office},    ExtensionFamily{"docm", Family::office},
    ExtensionFamily{"dot", Family::office},     ExtensionFamily{"dotx", Family::office},
    ExtensionFamily{"dotm", Family::office},    ExtensionFamily{"xls", Family::office},
    ExtensionFamily{"xlsx", Family::office},    ExtensionFamily{"xlsm", Family::office},
    ExtensionFamily{"xlsb", Family::office},    ExtensionFamily{"xlt", Family::office},
    ExtensionFamily{"xltx", Family::office},    ExtensionFamily{"ppt", Family::office},
    ExtensionFamily{"pptx", Family::office},    ExtensionFamily{"pptm", Family::office},
    ExtensionFamily{"pps", Family::office},     ExtensionFamily{"ppsx", Family::office},
    ExtensionFamily{"rtf", Family::office},     ExtensionFamily{"odt", Family::office},
    ExtensionFamily{"ods", Family::office},     ExtensionFamily{"odp", Family::office},
    ExtensionFamily{"odg", Family::office},     ExtensionFamily{"vsd", Family::office},
    ExtensionFamily{"vsdx", Family::office},    ExtensionFamily{"pub", Family::office},
    ExtensionFamily{"msg", Family::office},     ExtensionFamily{"pages", Family::office},
    ExtensionFamily{"numbers", Family::office}, ExtensionFamily{"epub", Family::office},
    ExtensionFamily{"xps", Family::office},     ExtensionFamily{"pdf", Family::pdf},
    ExtensionFamily{"zip", Family::archive},    ExtensionFamily{"7z", Family::archive},
    ExtensionFamily{"rar", Family::archive},    ExtensionFamily{"tar", Family::archive},
    ExtensionFamily{"gz", Family::archive},     ExtensionFamily{"tgz", Family::archive},
    ExtensionFamily{"bz2", Family::archive},    ExtensionFamily{"xz", Family::archive},
    ExtensionFamily{"zst", Family::archive},    ExtensionFamily{"cab", Family::archive},
    ExtensionFamily{"iso", Family::archive},    ExtensionFamily{"lzh", Family::archive},
    ExtensionFamily{"jar", Family::archive},    ExtensionFamily{"jpg", Family::image},
    ExtensionFamily{"jpeg", Family::image},     ExtensionFamily{"png", Family::image},
    ExtensionFamily{"gif", Family::image},      ExtensionFamily{"bmp", Family::image},
    ExtensionFamily{"tif", Family::image},      ExtensionFamily{"tiff", Family::image},
    ExtensionFamily{"webp", Family::image},     ExtensionFamily{"heic", Family::image},
    ExtensionFamily{"ico", Family::image},      ExtensionFamily{"psd", Family::image},
    ExtensionFamily{"wmf", Family::image},      ExtensionFamily{"emf", Family::image},
    ExtensionFamily{"mp3", Family::media},      ExtensionFamily{"mp4", Family::media},
    ExtensionFamily{"m4a", Family::media},      ExtensionFamily{"wav", Family::media},
    ExtensionFamily{"ogg", Family::media},      ExtensionFamily{"flac", Family::media},
    ExtensionFamily{"mov", Family::media},      ExtensionFamily{"avi", Family::media},
    ExtensionFamily{"mkv", Family::media},      ExtensionFamily{"wmv", Family::media},
    ExtensionFamily{"webm", Family::media},     ExtensionFamily{"exe", Family::program},
    ExtensionFamily{"dll", Family::program},    ExtensionFamily{"ttf", Family::font},
    ExtensionFamily{"otf", Family::font},       ExtensionFamily{"woff", Family::font},
    ExtensionFamily{"woff2", Family::font},     ExtensionFamily{"pst", Family::mailbox},
    ExtensionFamily{"heif", Family::image},     ExtensionFamily{"avif", Family::image},
    ExtensionFamily{"ost", Family::mailbox},    ExtensionFamily{"hwp", Family::office},
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

Family family_of_type(std::string_view mime) {
  if (mime.empty() || mime == "application/octet-stream" || mime == "application/x-download" ||
      mime == "application/force-download") {
    return Family::none;
  }
  // XML under the ending of XML: a file, or a part of a database.
  if (mime.starts_with("text/") || mime.starts_with("message/") || mime == "image/svg+xml" ||
      mime == "application/vnd.oasis.opendocument.flat") {
    return Family::text;
  }
  if (mime.starts_with("image/")) return Family::image;
  if (mime.starts_with("audio/") || mime.starts_with("video/")) return Family::media;
  if (mime.starts_with("font/")) return Family::font;
  if (mime == "application/pdf") return Family::pdf;
  static constexpr std::array<std::string_view, 11> kOffice = {
      "officedocument", "opendocument", "sun.xml",     "macroenabled", "msword", "ms-excel",
      "ms-powerpoint",  "ms-outlook",   "ole-storage", "visio",        "rtf"};
  const auto in = [mime](std::string_view word) { return contains(mime, word); };
  if (mime == "application/vnd.ms-outlook-pst") return Family::mailbox;
  if (std::any_of(kOffice.begin(), kOffice.end(), in) || mime == "application/x-encrypted-ooxml" ||
      mime == "application/x-mspublisher" || mime == "application/vnd.ms-works" || mime == "application/epub+zip" ||
      mime == "application/x-hwp" || contains(mime, "xps") || contains(mime, "apple.") ||
      contains(mime, "wordperfect")) {
    return Family::office;
  }
  static constexpr std::array<std::string_view, 17> kArchives = {
      "zip",  "x-tar", "x-bzip", "x-xz",      "zstd",    "7z-compressed", "rar",          "cab-compressed", "cpio",
      "x-lz", "x-arj", "x-xar",  "x-archive", "iso9660", "x-compress",    "java-archive", "package-archive"};
  if (std::any_of(kArchives.begin(), kArchives.end(), in)) return Family::archive;
  static constexpr std::array<std::string_view, 6> kSealed = {"pkcs7", "pgp-", "gnupg", "pkix", "pkcs10", "pkcs12"};
  if (std::any_of(kSealed.begin(), kSealed.end(), in)) return Family::sealed;
  static constexpr std::array<std::string_view, 8> kText = {
      "application/json", "application/xml", "application/xhtml+xml", "application/javascript",
      "application/mbox", "application/ics", "application/x-sh",      "application/sql"};
  // Office opens its XML under .doc and .xls as well, as it does other text.
  if (mime == "application/x-wordml" || mime == "application/x-spreadsheetml" || mime == "application/x-flat-opc" ||
      mime == "application/x-sylk" || mime == "application/x-dif")
    return Family::text;
  if (std::find(kText.begin(), kText.end(), mime) != kText.end() || mime.ends_with("+xml") || mime.ends_with("+json"))
    return Family::text;
  if (contains(mime, "executable") || contains(mime, "x-msdownload") || contains(mime, "x-dosexec"))
    return Family::program;
  return Family::other;
}

Family family_of_extension(std::string_view extension) {
  const auto found = std::find_if(kExtensions.begin(), kExtensions.end(),
                                  [extension](const ExtensionFamily& row) { return row.extension == extension; });
  return found == kExtensions.end() ? Family::none : found->family;
}

bool keeps_promise(Family promised, Family found) {
  if (promised == Family::none || promised == Family::other || promised == found) return true;
  // PGP armour and PEM are text to look at; office suites open HTML, CSV and RTF under their own extensions.
  if (promised == Family::text) return found == Family::sealed;
  if (promised == Family::sealed) return found == Family::text;
  return promised == Family::office && found == Family::text;
}

}  // namespace postern::extract
