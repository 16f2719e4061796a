#include "extractors/detect/signatures.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "extractors/mail/locked.h"
#include "extractors/wrapper/apple.h"
#include "extractors/wrapper/previewed_eps.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view mime;
};

constexpr std::array kSignatures = {
    Signature{0, "%PDF-"sv, "application/pdf"},
    Signature{0, "PK\x03\x04"sv, kZip},
    Signature{0, "PK\x05\x06"sv, kZip},      // empty
    Signature{0, "PK\x07\x08PK"sv, kZip},    // spanned
    Signature{0, "PK00PK\x03\x04"sv, kZip},  // once meant to be spanned
    Signature{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, kOle},
    Signature{0, "{\\rt"sv, "application/rtf"},  // Word asks for no more
    Signature{0, "\x1F\x8B\x08"sv, "application/gzip"},
    Signature{0, "BZh"sv, "application/x-bzip2"},
    Signature{0,
              "\xFD"
              "7zXZ\0"sv,
              "application/x-xz"},
    Signature{0, "\x28\xB5\x2F\xFD"sv, "application/zstd"},
    Signature{0, "\x04\x22\x4D\x18"sv, "application/x-lz4"},
    Signature{0, "\x89LZO\0\r\n\x1A\n"sv, "application/x-lzop"},
    Signature{0, "LZIP"sv, "application/x-lzip"},
    Signature{0, "\x1F\x9D"sv, "application/x-compress"},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, "application/x-7z-compressed"},
    Signature{0, "Rar!\x1A\x07"sv, "application/vnd.rar"},
    Signature{0, "MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed"},
    Signature{257, "ustar\0"sv, "application/x-tar"},    // POSIX.1-1988
    Signature{257, "ustar  \0"sv, "application/x-tar"},  // GNU; in Spanish the letters are a part of words
    Signature{0, "!<arch>\n"sv, "application/x-archive"},
    Signature{0, "070701"sv, "application/x-cpio"},
    Signature{0, "070702"sv, "application/x-cpio"},
    Signature{0, "070707"sv, "application/x-cpio"},
    Signature{0, "\xC7\x71"sv, "application/x-cpio"},
    Signature{0x8001, "CD001"sv, "application/x-iso9660-image"},
    Signature{0, "\x71\xC7"sv, "application/x-cpio"},
    Signature{2, "-lh"sv, "application/x-lzh"},
    Signature{2, "-lz"sv, "application/x-lzh"},
    Signature{2, "-pm"sv, "application/x-lzh"},
    Signature{0, "WARC/"sv, "application/warc"},
    Signature{0, "\x60\xEA"sv, "application/x-arj"},
    Signature{0, "\0\x05\x16\0"sv, kAppleFileType},
    Signature{0, "\0\x05\x16\x07"sv, kAppleFileType},
    Signature{0, "vhdxfile"sv, "application/x-vhdx-disk"},
    Signature{0, "conectix"sv, "application/x-vhd-disk"},
    Signature{0, "KDMV"sv, "application/x-vmdk-disk"},
    Signature{0, "QFI\xFB"sv, "application/x-qcow-disk"},
    Signature{0, "xar!"sv, "application/x-xar"},
    Signature{0, "ITSF"sv, "application/vnd.ms-htmlhelp"},
    Signature{0, "\x78\x9F\x3E\x22"sv, "application/vnd.ms-tnef"},
    Signature{0, "\x76\xE8\x04\x60\xC4\x11\xE3\x86"sv, "application/x-microsoft-rpmsg-message"},
    Signature{0, ".pfile\x01\0\0\0"sv, "application/x-microsoft-rpmsg-file"},
    Signature{0, ".pfile\x02\0\0\0"sv, "application/x-microsoft-rpmsg-file"},
    Signature{0, ".pfile\x03\0\0\0"sv, "application/x-microsoft-rpmsg-file"},
    Signature{0, "Salted__"sv, kOpensslType},
    Signature{0, "age-encryption.org/v"sv, "application/x-age-encrypted"},
    Signature{0, "-----BEGIN AGE ENCRYPTED FILE-----"sv, "application/x-age-encrypted"},
    Signature{0, "\x03\xD9\xA2\x9A\x65\xFB\x4B\xB5"sv, "application/x-keepass"},
    Signature{0, "\x03\xD9\xA2\x9A\x66\xFB\x4B\xB5"sv, "application/x-keepass"},
    Signature{0, "\x03\xD9\xA2\x9A\x67\xFB\x4B\xB5"sv, "application/x-keepass"},
    Signature{0, "AES\x01\0"sv, "application/x-aescrypt"},
    Signature{0, "AES\x02\0"sv, "application/x-aescrypt"},
    Signature{0, "AES\x03\0"sv, "application/x-aescrypt"},
    Signature{0, "\xC0\xB9\x07\x2E\x4F\x93\xF1\x46\xA0\x15\x79\x2C\xA1\xD9\xE8\x21"sv, "application/x-axcrypt"},
    Signature{0, "LUKS\xBA\xBE"sv, "application/x-luks"},
    Signature{3, "-FVE-FS-"sv, "application/x-bitlocker"},
    Signature{0, "!BDN"sv, "application/vnd.ms-outlook-pst"},
    Signature{0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3"sv, "application/onenote"},
    Signature{0, "\xFFWPC"sv, "application/vnd.wordperfect"},
    Signature{8, "CDR"sv, "application/x-coreldraw"},
    Signature{8, "CMX1"sv, "application/x-coreldraw"},
    Signature{0, "\0\0\x02\0\x04\x04"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x02\0\x06\x04"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x1A\0\0\x10\x04\0"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x1A\0\x02\x10\x04\0"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x1A\0\x03\x10\x04\0"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x1A\0\x05\x10\x04\0"sv, "application/vnd.lotus-1-2-3"},
    Signature{0, "\0\0\x02\0\x20\x51"sv, "application/x-quattro-pro"},
    Signature{0, "\0\0\x02\0\x21\x51"sv, "application/x-quattro-pro"},
    Signature{0, "\0\0\x02\0\x01\x10"sv, "application/x-quattro-pro"},
    Signature{0, "\0\0\x02\0\x02\x10"sv, "application/x-quattro-pro"},
    Signature{0, "\xFF\0\x02\0\x04\x04\x05\x54"sv, "application/vnd.ms-works"},
    Signature{0, "\x01\xFE\x32"sv, "application/vnd.ms-works"},
    Signature{0, "\x01\xFE\x01\0\0\0\0\0"sv, "application/vnd.ms-works"},
    Signature{0, "\x20\x54\x02\0\0\0\x05\x54"sv, "application/vnd.ms-works"},
    Signature{0, "\x31\xBE\0\0\0\xAB"sv, "application/x-mswrite"},
    Signature{0, "\x32\xBE\0\0\0\xAB"sv, "application/x-mswrite"},
    Signature{0, "AGD1"sv, "application/x-freehand"},
    Signature{0, "AGD2"sv, "application/x-freehand"},
    Signature{0, "AGD3"sv, "application/x-freehand"},
    Signature{0, "AGD4"sv, "application/x-freehand"},
    Signature{4, "XPR3"sv, "application/vnd.quark.quarkxpress"},
    Signature{60, "TEXtREAd"sv, "application/x-mobipocket-ebook"},
    Signature{60, "BOOKMOBI"sv, "application/x-mobipocket-ebook"},
    Signature{60, "DataPlkr"sv, "application/x-mobipocket-ebook"},
    Signature{60, "PNRdPPrs"sv, "application/x-mobipocket-ebook"},
    Signature{0, "L\0R\0F\0\0\0"sv, "application/x-mobipocket-ebook"},
    Signature{0, "!!8-Bit!!"sv, "application/x-mobipocket-ebook"},
    Signature{4, "BOBO"sv, "application/x-appleworks"},
    Signature{0, "\xC5\xD0\xD3\xC6"sv, kPreviewedEpsType},
    Signature{0, "%FDF-"sv, "application/vnd.fdf"},
    Signature{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Signature{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Signature{0, "GIF87a"sv, "image/gif"},
    Signature{0, "GIF89a"sv, "image/gif"},
    Signature{0, "II*\0"sv, "image/tiff"},
    Signature{0, "MM\0*"sv, "image/tiff"},
    Signature{8, "WEBP"sv, "image/webp"},
    Signature{0, "\0\0\x01\0"sv, "image/vnd.microsoft.icon"},
    // Workbooks of before compound files: BOF records of BIFF2 to BIFF5.
    Signature{0, "\x09\0\x04\0"sv, "application/vnd.ms-excel"},
    Signature{0, "\x09\x02\x06\0"sv, "application/vnd.ms-excel"},
    Signature{0, "\x09\x04\x06\0"sv, "application/vnd.ms-excel"},
    Signature{0, "\x09\x08\x08\0\0\x05"sv, "application/vnd.ms-excel"},
    Signature{0, "8BPS"sv, "image/vnd.adobe.photoshop"},
    Signature{0, "\0\0\0\x0CjP  \r\n\x87\n"sv, "image/jp2"},
    Signature{0, "AT&TFORM"sv, "image/vnd.djvu"},
    Signature{0, "\xD7\xCD\xC6\x9A"sv, "image/wmf"},
    Signature{0, "\x01\0\x09\0\0\x03"sv, "image/wmf"},
    Signature{0, "\x02\0\x09\0\0\x03"sv, "image/wmf"},
    Signature{0, "\x01\0\x09\0\0\x01"sv, "image/wmf"},
    Signature{0, "II+\0\x08\0\0\0"sv, "image/tiff"},
    Signature{0, "MM\0+\0\x08\0\0"sv, "image/tiff"},
    Signature{40, " EMF"sv, "image/emf"},
    Signature{0, "VCLMTF"sv, "image/x-starview-metafile"},
    Signature{4, "ftypheic"sv, "image/heic"},
    Signature{4, "ftypheix"sv, "image/heic"},
    Signature{4, "ftypheim"sv, "image/heic"},
    Signature{4, "ftypheis"sv, "image/heic"},
    Signature{4, "ftyphevc"sv, "image/heic"},
    Signature{4, "ftypmsf1"sv, "image/heif"},
    Signature{4, "ftypmif2"sv, "image/heif"},
    Signature{4, "ftypmiaf"sv, "image/heif"},
    Signature{4, "ftypavis"sv, "image/avif"},
    Signature{4, "ftypmif1"sv, "image/heif"},
    Signature{4, "ftypavif"sv, "image/avif"},
    Signature{4, "ftypM4A"sv, "audio/mp4"},
    Signature{4, "ftypqt"sv, "video/quicktime"},
    Signature{4, "ftyp"sv, "video/mp4"},
    Signature{8, "WAVE"sv, "audio/x-wav"},
    Signature{8, "AVI "sv, "video/x-msvideo"},
    Signature{0, "OggS"sv, "audio/ogg"},
    Signature{0, "fLaC"sv, "audio/flac"},
    Signature{0, "ID3"sv, "audio/mpeg"},
    Signature{0, "\xFF\xFB"sv, "audio/mpeg"},
    Signature{0, "MThd"sv, "audio/midi"},
    Signature{0, "\x1A\x45\xDF\xA3"sv, "video/x-matroska"},
    Signature{0, "FLV\x01"sv, "video/x-flv"},
    Signature{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, "video/x-ms-asf"},
    Signature{0, "ttcf\0"sv, "font/collection"},
    Signature{0, "wOFF"sv, "font/woff"},
    Signature{0, "wOF2"sv, "font/woff2"},
    Signature{0, "OTTO\0"sv, "font/otf"},
    Signature{0, "\0\x01\0\0\0"sv, "font/ttf"},
    Signature{0,
              "\x7F"
              "ELF"sv,
              "application/x-executable"},
    Signature{0, "\xCA\xFE\xBA\xBE"sv, "application/java-vm"},
    Signature{0, "SQLite format 3\0"sv, "application/vnd.sqlite3"},
    Signature{4, "Standard Jet DB"sv, "application/x-msaccess"},
    Signature{4, "Standard ACE DB"sv, "application/x-msaccess"},
    Signature{0, "bplist00"sv, "application/x-bplist"},
};

// Two bytes tell little: the length of the first name must lead to its end ("old binary" of cpio(5), either byte
// order).
bool is_binary_cpio(std::string_view bytes) {
  constexpr size_t kHeader = 26, kNameSizeAt = 20;
  if (bytes.size() < kHeader) return false;
  const auto low = static_cast<unsigned char>(bytes[kNameSizeAt]),
             high = static_cast<unsigned char>(bytes[kNameSizeAt + 1]);
  const bool little = bytes[0] == '\xC7';
  const size_t length = little ? low | size_t{high} << 8 : high | size_t{low} << 8;
  return length > 1 && length <= 1024 && kHeader + length <= bytes.size() && bytes[kHeader + length - 1] == '\0';
}

// Short ASCII signatures need a second look, because text may begin with them.
bool fits(const Signature& signature, std::string_view bytes) {
  if (signature.mime == "application/x-bzip2") {
    return bytes.size() > 4 && bytes[3] >= '1' && bytes[3] <= '9' && (bytes[4] == '1' || bytes[4] == '\x17');
  }
  if (signature.mime == "application/x-cpio" && bytes[0] == '0')
    return bytes.size() >= 76 && bytes.find_first_not_of("0123456789abcdefABCDEF") >= 76;
  // Letters alone at their place make no drawing or book: the real ones hold zero bytes.
  static constexpr std::array kLetters = {"application/x-freehand"sv, "application/x-appleworks"sv,
                                          "application/vnd.quark.quarkxpress"sv, "application/x-mobipocket-ebook"sv};
  if (std::find(kLetters.begin(), kLetters.end(), signature.mime) != kLetters.end())
    return bytes.find('\0') != std::string_view::npos;
  // Which program it belongs to: data files of Outlook, address books.
  if (signature.bytes == "!BDN"sv) {
    const std::string_view owner = bytes.substr(std::min<size_t>(bytes.size(), 8), 2);
    return owner == "SM" || owner == "SO" || owner == "AB";
  }
  // The size of the first header, and its kind.
  if (signature.mime == "application/x-arj")
    return bytes.size() > 40 && static_cast<unsigned char>(bytes[3]) <= 10 && bytes[10] == 2;
  if (signature.offset == 8) return bytes.starts_with("RIFF");
  if (signature.mime == "application/x-cpio") return is_binary_cpio(bytes);
  // "-lh5-" and the like, then sizes; the level of the header is 0 to 3.
  if (signature.offset == 2) return bytes.size() > 21 && bytes[6] == '-' && bytes[20] >= 0 && bytes[20] <= 3;
  if (signature.mime == "audio/mpeg" && bytes[0] == 'I') return bytes.size() > 10 && bytes[3] < 5;
  return true;
}

bool is_windows_program(std::string_view bytes) {
  if (!bytes.starts_with("MZ") || bytes.size() < 64) return false;
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<unsigned char>(bytes[at])); };
  const size_t header = byte(60) | byte(61) << 8 | byte(62) << 16 | byte(63) << 24;
  return header < bytes.size() &&
         (bytes.substr(header).starts_with("PE\0\0"sv) || bytes.substr(header).starts_with("NE"));
}

// SEQUENCE { OID 1.2.840.113549.1.7.n ... }: PKCS #7 / CMS (RFC 5652 3); 1.9.16.1.n: compressed, authenticated
// envelopes, time-stamped (RFC 3274, 5083, 5544).
std::string_view pkcs7(std::string_view bytes) {
  if (bytes.size() < 16 || bytes[0] != '\x30') return {};
  constexpr size_t kLatest = 6;  // behind tag and length
  const std::string_view head = bytes.substr(0, 32);
  if (head.find("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv) > kLatest &&
      head.find("\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01"sv) > kLatest)
    return {};
  return "application/pkcs7-mime";
}

// A number in octal digits, with blanks or zeros around it; nothing where there is another sign.
struct Octal {
  unsigned value = 0;
  bool told = false;
};

std::optional<Octal> octal(std::string_view field) {
  Octal out;
  for (const char c : field) {
    if (c >= '0' && c <= '7') {
      out.value = out.value * 8 + static_cast<unsigned>(c - '0');
      out.told = true;
    } else if (c != ' ' && c != '\0') {
      return std::nullopt;
    }
  }
  return out;
}

// Or, as GNU tar writes large ones, binary behind a first byte of 0x80 or 0xff.
bool tells_number(std::string_view field) {
  const auto first = static_cast<unsigned char>(field.front());
  if (first == 0x80 || first == 0xff) return true;
  const auto number = octal(field);
  return number && number->told;
}

// A tar header without the "ustar" word (before POSIX.1-1988): it tells a size or a time, and its checksum is the sum
// of its bytes.
bool is_old_tar(std::string_view bytes) {
  constexpr size_t kHeader = 512, kSizeAt = 124, kTimeAt = 136, kNumber = 12, kChecksumAt = 148, kChecksumDigits = 8;
  if (bytes.size() < kHeader || bytes[0] == '\0') return false;
  const auto checksum = octal(bytes.substr(kChecksumAt, kChecksumDigits));
  if (!checksum || !checksum->told) return false;
  if (!tells_number(bytes.substr(kSizeAt, kNumber)) && !tells_number(bytes.substr(kTimeAt, kNumber))) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < kHeader; i++) {
    const bool in_checksum = i >= kChecksumAt && i < kChecksumAt + kChecksumDigits;
    sum += in_checksum ? unsigned{' '} : static_cast<unsigned char>(bytes[i]);
  }
  return sum == checksum->value;
}

// The header of an .lzma file has no fixed bytes: properties in their default, a dictionary of a size that programs
// choose, the unpacked size unknown or below 256 GiB, the first coded byte zero.
bool is_lzma(std::string_view bytes) {
  constexpr size_t kHeader = 13;
  if (bytes.size() <= kHeader || bytes[0] != '\x5D' || bytes[kHeader] != '\0') return false;
  const auto byte = [&](size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
  const std::uint32_t dictionary = byte(1) | byte(2) << 8 | byte(3) << 16 | byte(4) << 24;
  const std::uint32_t rest = dictionary & (dictionary - 1);
  const bool one_or_two_bits = (rest & (rest - 1)) == 0;
  const std::string_view size = bytes.substr(5, 8);
  return dictionary >= 4096 && one_or_two_bits &&
         (size == "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv || size.substr(5) == "\0\0\0"sv);
}

// Mach-O and bitmaps begin with so few fixed bytes that the next fields must make sense as well.
bool is_bitmap(std::string_view bytes) {
  if (!bytes.starts_with("BM") || bytes.size() < 26) return false;
  return bytes.substr(6, 4) == "\0\0\0\0"sv &&
         (bytes[14] == 12 || bytes[14] == 40 || bytes[14] == 108 || bytes[14] == 124);
}

}  // namespace

std::string_view by_signature(std::string_view bytes) {
  for (const Signature& signature : kSignatures) {
    if (bytes.size() < signature.offset + signature.bytes.size()) continue;
    if (bytes[signature.offset] != signature.bytes.front()) continue;
    if (bytes.compare(signature.offset, signature.bytes.size(), signature.bytes) == 0 && fits(signature, bytes)) {
      return signature.mime;
    }
  }
  if (is_bitmap(bytes)) return "image/bmp";
  if (is_windows_program(bytes)) return "application/vnd.microsoft.portable-executable";
  if (const std::string_view found = pkcs7(bytes); !found.empty()) return found;
  if (bytes.substr(0, kPdfHeaderWindow).find("%PDF-") != std::string_view::npos) return "application/pdf";
  if (is_lzma(bytes)) return "application/x-lzma";
  if (is_old_tar(bytes)) return "application/x-tar";
  if (is_macbinary(bytes)) return kMacBinaryType;
  // Images of disks that say what they are at their end.
  if (const std::string_view end = bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), 512));
      end.size() == 512) {
    if (end.starts_with("koly\0\0\0\x04"sv)) return "application/x-apple-diskimage";
    if (end.starts_with("conectix")) return "application/x-vhd-disk";
  }
  return {};
}

}  // namespace postern::extract
