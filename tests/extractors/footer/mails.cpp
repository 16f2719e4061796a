#include "tests/extractors/footer/mails.h"

#include "extractors/footer/part_charset.h"
#include "extractors/footer/transfer_edit.h"

namespace postern::test {
namespace {

using namespace extract;

constexpr std::string_view kRootHeader =
    "From: Anna <anna@example.com>\r\nTo: bob@out.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: "
    "1.0\r\n";

struct Charset {
  std::string label;
  std::string text;  // UTF-8
  bool wide = false;
};

const std::vector<Charset>& charsets() {
  static const std::vector<Charset> kCharsets = {
      {"", "Hello world"},
      {"us-ascii", "Hello world"},
      {"utf-8", "Grüße, 世界"},
      {"iso-8859-1", "Grüße"},
      {"iso-8859-15", "Grüße €"},
      {"windows-1252", "Grüße “€”"},
      {"windows-1251", "Привет"},
      {"koi8-r", "Привет"},
      {"iso-2022-jp", "こんにちは世界"},
      {"shift_jis", "こんにちは表示"},
      {"euc-jp", "こんにちは"},
      {"gb18030", "你好世界"},
      {"gb2312", "你好"},
      {"big5", "你好功能"},
      {"euc-kr", "안녕하세요"},
      {"utf-16le", "Grüße 世界", true},
      {"utf-16be", "Grüße 世界", true},
  };
  return kCharsets;
}

const std::vector<std::string>& encodings() {
  static const std::vector<std::string> kEncodings = {"", "7bit", "8bit", "binary", "quoted-printable", "base64"};
  return kEncodings;
}

std::string encoded(const std::string& bytes, const std::string& encoding, bool wide) {
  if (encoding == "quoted-printable") return encode_quoted_printable(bytes, wide ? LineEnds::binary : LineEnds::text);
  if (encoding == "base64") return encode_base64(bytes, 60) + "\r\n";
  return bytes;
}

std::string part(const std::string& type, const Charset& charset, const std::string& encoding,
                 const std::string& text) {
  std::string header = "Content-Type: " + type;
  if (!charset.label.empty()) header += "; charset=\"" + charset.label + "\"";
  header += "\r\n";
  if (!encoding.empty()) header += "Content-Transfer-Encoding: " + encoding + "\r\n";
  const std::string bytes = PartCharset::of(charset.label, "")->encode(text).value_or(text);
  return header + "\r\n" + encoded(bytes, encoding, charset.wide);
}

std::string wrapped(const std::string& type, const std::vector<std::string>& parts, const std::string& boundary) {
  std::string out = "Content-Type: " + type + ";\r\n\tboundary=\"" + boundary + "\"\r\n\r\nA preamble.\r\n";
  for (const std::string& one : parts) out += "--" + boundary + "\r\n" + one + "\r\n";
  return out + "--" + boundary + "--\r\nAn epilogue.\r\n";
}

std::string plain_text(const Charset& charset) {
  return charset.text +
         ",\r\n\r\nthe second line is here, and it is long enough to be folded by an encoding = so.\r\n-- \r\n" +
         charset.text + "\r\n";
}

std::string html_text(const Charset& charset) {
  return "<html><head><title>x</title></head><body bgcolor=\"white\">\r\n<p>" + charset.text +
         "</p><table><tr><td>&lt;cell&gt;</td></tr></table>\r\n</body></html>\r\n";
}

std::vector<NamedMail> make_mails() {
  const std::string root(kRootHeader);
  const std::string picture =
      "Content-Type: image/png; name=\"a.png\"\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\niVBORw0KGgo=\r\n";
  const std::string notes =
      "Content-Type: text/plain; charset=us-ascii\r\nContent-Disposition: attachment; "
      "filename=notes.txt\r\n\r\nNotes.\r\n";
  const std::string forwarded = "Content-Type: message/rfc822\r\n\r\nSubject: old\r\n\r\nOld text.\r\n";
  std::vector<NamedMail> out;
  for (const Charset& charset : charsets()) {
    for (const std::string& encoding : encodings()) {
      const bool is_encoded = encoding == "quoted-printable" || encoding == "base64";
      const bool needs_eight = charset.wide || (!is_seven_bit(charset.text) && charset.label != "iso-2022-jp");
      if (charset.wide && !is_encoded) continue;
      if (needs_eight && (encoding.empty() || encoding == "7bit")) continue;
      const bool base64 = encoding == "base64";
      const std::string name =
          (charset.label.empty() ? "no charset" : charset.label) + ", " + (encoding.empty() ? "no encoding" : encoding);
      const std::string plain = part("text/plain", charset, encoding, plain_text(charset));
      const std::string flowed = part("text/plain; format=flowed; delsp=yes", charset, encoding, plain_text(charset));
      const std::string html = part("text/html", charset, encoding, html_text(charset));
      out.push_back({"plain, " + name, root + plain, 1, base64});
      out.push_back({"flowed, " + name, root + flowed, 1, base64});
      out.push_back({"html, " + name, root + html, 1, base64});
      out.push_back({"alternative, " + name, root + wrapped("multipart/alternative", {plain, html}, "b1"), 2, base64});
      out.push_back(
          {"mixed, " + name, root + wrapped("multipart/mixed", {plain, notes, forwarded, html}, "b1"), 1, base64});
      const std::string related = wrapped("multipart/related; type=\"text/html\"", {html, picture}, "b1-r");
      out.push_back({"related, " + name, root + related, 1, base64});
      const std::string alternative = wrapped("multipart/alternative", {flowed, related}, "b1-a");
      out.push_back(
          {"nested, " + name, root + wrapped("multipart/mixed", {alternative, picture, notes}, "b1"), 2, base64});
    }
  }
  out.push_back({"related by start",
                 root + wrapped("multipart/related; start=\"<t>\"",
                                {picture, "Content-ID: <t>\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n"}, "b"),
                 1, false});
  out.push_back({"mixed, an attachment first",
                 root + wrapped("multipart/mixed", {picture, notes, "\r\nHello\r\n"}, "b"), 1, false});
  out.push_back({"an empty text", root + "\r\n", 1, false});
  out.push_back({"no body", root + "Content-Type: text/plain\r\n\r\n", 1, false});
  return out;
}

}  // namespace

const std::vector<NamedMail>& mails() {
  static const std::vector<NamedMail> kMails = make_mails();
  return kMails;
}

}  // namespace postern::test
