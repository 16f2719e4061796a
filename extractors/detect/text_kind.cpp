#include "extractors/detect/text_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "extractors/mail/emlx.h"
#include "extractors/mail/header.h"
#include "extractors/text/charset_guess.h"
#include "extractors/text/sheet_text.h"
#include "extractors/text/text.h"
#include "extractors/utf8.h"
#include "extractors/wrapper/apple.h"
#include "extractors/wrapper/encoded_text.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Enough to tell text from data; a long text with data behind it is read as text to its end.
constexpr size_t kTextWindow = 64 << 10;
constexpr size_t kKindWindow = 4096;

bool starts_with_any(std::string_view text, auto const& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

// Control bytes other than white space, escape (ISO 2022) and form feed mean data; zero is one of them.
constexpr unsigned char is_odd(char c) {
  const auto u = static_cast<unsigned char>(c);
  const bool control = u < 0x20 && (u < 0x08 || u > 0x0D) && u != 0x1B;
  return control || u == 0x7F ? 1 : 0;
}

bool is_eight_bit_text(std::string_view bytes) {
  // Text has next to none: strides of a fixed length, which g++ -O2 vectorises, find those that have.
  constexpr size_t kStride = 64;
  size_t odd = 0;
  for (size_t at = 0; at < bytes.size(); at += kStride) {
    const std::string_view part = bytes.substr(at, kStride);
    if (part.size() == kStride) {
      unsigned char any = 0;
      for (size_t i = 0; i < kStride; i++) any = static_cast<unsigned char>(any | is_odd(part[i]));
      if (any == 0) continue;
    }
    for (const char c : part) {
      if (c == '\0') return false;
      odd += is_odd(c);
    }
  }
  return odd * 200 <= bytes.size();
}

// Random bytes hold no zero by chance once in a while; text has spaces or letters in plenty.
bool has_text_shape(std::string_view bytes) {
  const auto plain = std::count_if(bytes.begin(), bytes.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 && u < 0x7F;
  });
  const auto high = static_cast<size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  return high == 0 || static_cast<size_t>(plain) * 12 >= high || high * 10 >= bytes.size() * 9;
}

std::string without_zeros(std::string_view bytes) {
  std::string out(bytes);
  std::erase(out, '\0');
  return out;
}

constexpr std::array kMailNames = {"from"sv,
                                   "to"sv,
                                   "cc"sv,
                                   "subject"sv,
                                   "date"sv,
                                   "received"sv,
                                   "message-id"sv,
                                   "mime-version"sv,
                                   "content-type"sv,
                                   "return-path"sv,
                                   "reply-to"sv,
                                   "delivered-to"sv,
                                   "sender"sv,
                                   "x-mailer"sv,
                                   "dkim-signature"sv,
                                   "content-transfer-encoding"sv,
                                   "in-reply-to"sv,
                                   "references"sv,
                                   "user-agent"sv,
                                   "content-disposition"sv,
                                   "bcc"sv,
                                   "importance"sv,
                                   "x-priority"sv};

// WHATWG MIME sniffing 7.1, and a few that mail programs write.
constexpr std::array kHtmlStarts = {"<!doctype html"sv,
                                    "<html"sv,
                                    "<head"sv,
                                    "<script"sv,
                                    "<iframe"sv,
                                    "<h1"sv,
                                    "<div"sv,
                                    "<font"sv,
                                    "<table"sv,
                                    "<a "sv,
                                    "<style"sv,
                                    "<title"sv,
                                    "<b>"sv,
                                    "<body"sv,
                                    "<br"sv,
                                    "<p>"sv,
                                    "<p "sv,
                                    "<span"sv,
                                    "<meta"sv,
                                    "<center"sv,
                                    "<img"sv,
                                    "<ul"sv,
                                    "<ol"sv,
                                    "<!--"sv};

// Browsers pass over zero bytes in a page, and take one for a page before they look for such bytes (WHATWG MIME
// sniffing 7.1); editors show a text with a few of them.
bool is_text_with_zeros(size_t size, std::string_view rest) {
  constexpr size_t kTextOfOneZero = 50;
  if (!is_eight_bit_text(rest) || !has_text_shape(rest)) return false;
  const size_t first = std::min(rest.find_first_not_of(" \t\r\n\f"), rest.size());
  if (starts_with_any(to_lower(rest.substr(first, kKindWindow)), kHtmlStarts)) return true;
  return (size - rest.size()) * kTextOfOneZero <= size;
}

// The name of the first element, behind declarations, comments and a document type; "" when there is none.
std::string_view root_element(std::string_view head) {
  for (size_t at = head.find('<'); at != std::string_view::npos; at = head.find('<', at)) {
    head.remove_prefix(at);
    if (!head.starts_with("<?") && !head.starts_with("<!")) {
      return head.substr(1, head.find_first_of(" \t\r\n/>") - 1);
    }
    std::string_view end = ">";
    if (head.starts_with("<?")) end = "?>";
    if (head.starts_with("<!--")) end = "-->";
    at = head.find(end);
  }
  return {};
}

std::string_view xml_kind(std::string_view head) {
  // By its root: a drawing's title in it is "<svg:title>".
  const std::string_view root = root_element(head);
  if (root.starts_with("office:document")) return "application/vnd.oasis.opendocument.flat";
  const std::string_view local = root.substr(root.find(':') + 1);
  const auto names = [head](std::string_view space) { return head.find(space) != std::string_view::npos; };
  if (local == "package" && names("schemas.microsoft.com/office/2006/xmlpackage")) return "application/x-flat-opc";
  if (local == "worddocument" && names("schemas.microsoft.com/office/word/2003/wordml")) return "application/x-wordml";
  if (local == "workbook" && names("urn:schemas-microsoft-com:office:spreadsheet"))
    return "application/x-spreadsheetml";
  if (head.find("<svg") != std::string_view::npos) return "image/svg+xml";
  if (head.find("<html") != std::string_view::npos) return "text/html";
  if (head.find("<visiodocument") != std::string_view::npos) return "application/vnd.visio";
  if (head.find("<abiword") != std::string_view::npos) return "application/x-abiword";
  if (head.find("<fictionbook") != std::string_view::npos) return "application/x-fictionbook+xml";
  return "application/xml";
}

// The end of the root element stands near the end of the file, or it is empty.
bool closes_root(std::string_view text, std::string_view root) {
  constexpr size_t kTail = 1024;
  const std::string tail = to_lower(text.substr(text.size() - std::min(text.size(), kTail)));
  return tail.find("</" + std::string(root)) != std::string::npos || trim(tail).ends_with("/>");
}

// XML that does without its declaration, and SGML. Browsers' own elements are left to them.
bool is_bare_xml(std::string_view head, std::string_view text) {
  if (head.size() < 2 || head[0] != '<') return false;
  const std::string_view root = root_element(head);
  const auto fits_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '_' || c == '.';
  };
  return !root.empty() && root[0] >= 'a' && std::all_of(root.begin(), root.end(), fits_name) && root != "sami" &&
         closes_root(text, root);
}

// A string in quotes at text[0]; the rest behind it, "" when it does not end.
std::string_view behind_string(std::string_view text) {
  for (size_t i = 1; i < text.size(); i++) {
    if (text[i] == '\\') i++;
    if (i < text.size() && text[i] == '"') return text.substr(i + 1);
  }
  return {};
}

std::string_view json_kind(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  constexpr size_t kTail = 1024;
  const auto skip = [](std::string_view& rest, std::string_view characters) {
    rest.remove_prefix(std::min(rest.find_first_not_of(characters), rest.size()));
  };
  std::string_view rest = text.substr(0, kKindWindow);
  const bool is_list = rest.starts_with('[');
  if (is_list) {
    rest.remove_prefix(1);
    skip(rest, " \t\r\n[");
  }
  const bool is_object = rest.starts_with('{');
  if (is_object) {
    rest.remove_prefix(1);
    skip(rest, kBlanks);
  }
  if ((!is_list && !is_object) || !rest.starts_with('"')) return {};
  rest = behind_string(rest);
  skip(rest, kBlanks);
  if (rest.empty() || (is_object ? rest[0] != ':' : rest[0] != ',' && rest[0] != ']')) return {};
  const std::string_view tail = text.substr(text.size() - std::min(text.size(), kTail));
  const bool is_notebook = text.substr(0, kKindWindow).find("\"cell_type\"") != std::string_view::npos ||
                           tail.find("\"nbformat\"") != std::string_view::npos;
  return is_notebook ? kNotebookType : std::string_view("application/json");
}

std::string_view armour_kind(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (!text.starts_with(kBegin)) return {};
  text.remove_prefix(kBegin.size());
  if (text.starts_with("PGP MESSAGE")) return "application/pgp-encrypted";
  if (text.starts_with("PGP SIGNATURE")) return "application/pgp-signature";
  if (text.starts_with("PGP PUBLIC") || text.starts_with("PGP PRIVATE")) return "application/pgp-keys";
  if (text.starts_with("PKCS7") || text.starts_with("CMS")) return "application/x-pem-pkcs7";
  return {};
}

}  // namespace

Utf16Guess guess_utf16(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, std::min(bytes.size(), kKindWindow) & ~size_t{1});
  if (head.size() < 4 || head.find('\0') == std::string_view::npos) return Utf16Guess::none;
  size_t zero_even = 0, zero_odd = 0, lines_little = 0, lines_big = 0;
  for (size_t i = 0; i + 1 < head.size(); i += 2) {
    if (head[i] == 0 && head[i + 1] == 0) return Utf16Guess::none;
    if (head[i] == 0) zero_even++;
    if (head[i + 1] == 0) zero_odd++;
    const bool line_or_space_little = head[i + 1] == 0 && (head[i] == '\n' || head[i] == ' ' || head[i] == '\r');
    const bool line_or_space_big = head[i] == 0 && (head[i + 1] == '\n' || head[i + 1] == ' ' || head[i + 1] == '\r');
    lines_little += line_or_space_little ? 1 : 0;
    lines_big += line_or_space_big ? 1 : 0;
  }
  const size_t units = head.size() / 2;
  if (zero_odd * 10 >= units * 4 && zero_even * 50 <= units) return Utf16Guess::little;
  if (zero_even * 10 >= units * 4 && zero_odd * 50 <= units) return Utf16Guess::big;
  // Scripts without ASCII letters still have spaces and line ends.
  if (lines_little > 1 && zero_even == 0 && lines_little * 40 >= units) return Utf16Guess::little;
  if (lines_big > 1 && zero_odd == 0 && lines_big * 40 >= units) return Utf16Guess::big;
  return Utf16Guess::none;
}

bool looks_like_mail(std::string_view text, bool expected) {
  constexpr int kMostLines = 64, kLongestName = 76;
  int known = 0, lines = 0;
  while (!text.empty() && lines < kMostLines) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty()) break;
    if (lines > 0 && (line[0] == ' ' || line[0] == '\t')) continue;
    const size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon > kLongestName) break;
    std::string name = to_lower(line.substr(0, colon));
    // AbiWord writes "Content-Type : ...", and mail programs read it.
    while (expected && name.ends_with(' ')) name.pop_back();
    const bool valid = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (!valid) break;
    lines++;
    // Saved pages may have no other field.
    if (name == "content-type" && to_lower(line.substr(colon)).find("multipart/") != std::string::npos) known++;
    if (std::find(kMailNames.begin(), kMailNames.end(), name) != kMailNames.end()) known++;
  }
  return known >= (expected ? 1 : 2) && known * 2 >= std::min(lines, 4);
}

std::string_view text_kind(std::string_view bytes, std::string_view extension, std::string_view declared) {
  std::string_view window = bytes.substr(0, kTextWindow);
  std::string_view start = bytes;
  std::string narrow;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    start.remove_prefix(3);
  } else if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") || bytes.starts_with("\0\0\xFE\xFF"sv) ||
             guess_utf16(bytes) != Utf16Guess::none) {
    for (const char c : bytes.substr(0, kKindWindow * 4)) {
      if (c != 0 && static_cast<unsigned char>(c) < 0x80) narrow += c;
    }
    start = narrow;
  } else if (window.find('\0') != std::string_view::npos) {
    narrow = without_zeros(window);
    if (!is_text_with_zeros(window.size(), narrow)) return {};
    start = narrow;
  } else if (valid_utf8_prefix(window) < window.size()) {
    if (looks_like_ebcdic(window)) return "text/plain";
    if (!is_eight_bit_text(window) || !has_text_shape(window)) return {};
  } else if (!is_eight_bit_text(window)) {
    return {};
  }

  const size_t first = start.find_first_not_of(" \t\r\n\f");
  if (first == std::string_view::npos) return "text/plain";
  const std::string_view trimmed = start.substr(first);
  // Without any tag, only how it begins matters below.
  constexpr size_t kLongestBeginning = 32;
  const bool has_tags = trimmed.substr(0, kKindWindow).find('<') != std::string_view::npos;
  const std::string head = to_lower(trimmed.substr(0, has_tags ? kKindWindow : kLongestBeginning));
  if (head.starts_with("<?xml")) return xml_kind(head);
  if (starts_with_any(head, kHtmlStarts)) {
    const bool only_comment = head.starts_with("<!--") && head.find("<html") == std::string::npos &&
                              extension != "htm" && extension != "html";
    if (only_comment && head.find("<svg") != std::string::npos) return "image/svg+xml";
    return "text/html";
  }
  if (head.starts_with("<svg")) return "image/svg+xml";
  if (head.starts_with("begin:vcalendar")) return "text/calendar";
  if (head.starts_with("begin:vcard")) return "text/vcard";
  if (head.starts_with("begin:vnote")) return "text/x-vnote";
  if (head.starts_with("begin:vmsg")) return "text/x-vmessage";
  if (looks_like_sylk(start)) return kSylkType;
  if (looks_like_dif(start)) return kDifType;
  if (looks_like_ldif(start)) return kLdifType;
  if (const std::string_view json = json_kind(trimmed); !json.empty()) return json;
  if (const std::string_view armour = armour_kind(trimmed); !armour.empty()) return armour;
  if (start.starts_with("From ") && !start.starts_with("From :") && start.find('\n') != std::string_view::npos &&
      looks_like_mail(start.substr(start.find('\n') + 1), true)) {
    return "application/mbox";
  }
  const bool mail_expected = extension == "eml" || extension == "mht" || extension == "mhtml" ||
                             declared == "message/rfc822" || declared == "message/global" || declared == "message/news";
  if (looks_like_mail(start, mail_expected)) return "message/rfc822";
  if (const size_t front = emlx_front(start); front > 0 && looks_like_mail(start.substr(front), true)) return kEmlxType;
  const bool markup = extension == "htm" || extension == "html" || extension == "xhtml" || extension == "shtml" ||
                      extension == "xls" || extension == "doc" || declared == "text/html" ||
                      declared == "application/xhtml+xml";
  if (is_bare_xml(head, trimmed)) {
    // Office opens its own XML under every name.
    const std::string_view kind = xml_kind(head);
    if (!markup || kind.starts_with("application/x-") || kind.starts_with("application/vnd.")) return kind;
  }
  if ((markup && trimmed.find('<') != std::string_view::npos) || head.find("<html") != std::string::npos ||
      head.find("<body") != std::string::npos) {
    return "text/html";
  }
  if (is_binhex(start)) return kBinHexType;
  if (const std::string_view encoded = encoded_text_kind(start); !encoded.empty()) return encoded;
  if (head[0] == '<' && head.find("</") != std::string::npos && extension == "xml") return "application/xml";
  if (extension == "tex" || extension == "ltx" || extension == "bib" || looks_like_tex(trimmed)) return kTexType;
  if (extension == "csv") return "text/csv";
  if (extension == "json") return "application/json";
  return "text/plain";
}

}  // namespace postern::extract
