#include "tests/extractors/mail/oracle/generated.h"

#include <algorithm>

#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

const std::string kTop = "From: a@example.com\nTo: b@example.net\nSubject: Numbers\nMIME-Version: 1.0\n";

struct Sample {
  const char* name;
  const char* text;
};
constexpr Sample kSamples[] = {
    {"ascii", "Amber Falcon ships in March\nand the price is 4.20 each"},
    {"latin", "Größe über café naïve\nGarçon à Málaga"},
    {"central", "Příliš žluťoučký kůň\nZażółć gęślą jaźń"},
    {"cyrillic", "Проект Север выходит\nв марте"},
    {"greek", "Το σχέδιο είναι μυστικό\nκαι ακριβό"},
    {"hebrew", "התוכנית סודית\nומחירה גבוה"},
    {"japanese", "極秘の計画です\n価格表を送ります"},
    {"chinese", "这是秘密计划\n价格表在这里"},
    {"taiwan", "這是機密計畫\n價格表"},
    {"korean", "비밀 계획입니다\n가격표"},
    {"thai", "แผนลับ\nราคา"},
    {"emoji", "plan 🦅 is secret\nΣ and 漢字 too"},
};

constexpr const char* kCharsets[] = {
    "utf-8",      "us-ascii",    "iso-8859-1",   "iso-8859-2",   "iso-8859-5",   "iso-8859-7",   "iso-8859-8",
    "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1255",
    "koi8-r",     "koi8-u",      "shift_jis",    "euc-jp",       "iso-2022-jp",  "gb2312",       "gbk",
    "gb18030",    "big5",        "euc-kr",       "iso-2022-kr",  "tis-620",      "utf-7",        "utf-16",
    "utf-16le",   "utf-16be",    "utf-32le",     "macintosh",    "ibm850",       "ibm866",
};

bool is_seven_bit(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c != 0 && static_cast<unsigned char>(c) < 0x80; });
}

bool has_zero(std::string_view bytes) {
  return bytes.find('\0') != std::string_view::npos;
}

// The header and body of a part in one transfer encoding; empty when it cannot carry the bytes.
std::string carried(const std::string& type, std::string_view bytes, const std::string& encoding) {
  const std::string head = "Content-Type: " + type + "\nContent-Transfer-Encoding: " + encoding + "\n\n";
  if (encoding == "7bit") return is_seven_bit(bytes) ? head + std::string(bytes) + "\n" : "";
  if (encoding == "8bit") return has_zero(bytes) ? "" : head + std::string(bytes) + "\n";
  if (encoding == "base64") return head + base64_of(bytes);
  if (encoding == "quoted-printable") return head + quoted_printable_of(bytes) + "\n";
  return head + uuencoded(bytes, "plan.txt");
}

std::string as_html(std::string_view text) {
  std::string out = "<p>";
  for (const char c : text) {
    if (c == '\n') {
      out += "</p>\n<p>";
    } else {
      out += c;
    }
  }
  return out + "</p>";
}

std::string with_ends(std::string_view mail, int kind) {
  std::string out;
  size_t lines = 0;
  for (const char c : mail) {
    if (c == '\n' && (kind == 1 || (kind == 2 && lines++ % 2 == 0))) out += '\r';
    out += c;
  }
  return out;
}

void append(std::vector<NamedMail>& to, std::vector<NamedMail> from) {
  for (NamedMail& mail : from) to.push_back(std::move(mail));
}

}  // namespace

std::vector<NamedMail> mails_of_texts() {
  std::vector<NamedMail> out;
  for (const Sample& sample : kSamples) {
    for (const char* const charset : kCharsets) {
      const std::string bytes = in_charset(sample.text, charset);
      if (bytes.empty()) continue;
      for (const char* const encoding : {"7bit", "8bit", "base64", "quoted-printable", "x-uuencode"}) {
        const std::string part = carried("text/plain; charset=" + std::string(charset), bytes, encoding);
        if (!part.empty()) out.push_back({std::string(sample.name) + " " + charset + " " + encoding, kTop + part});
      }
      const std::string html = in_charset(as_html(sample.text), charset);
      out.push_back({std::string(sample.name) + " " + charset + " html",
                     kTop + carried("text/html; charset=\"" + std::string(charset) + "\"", html, "base64")});
    }
  }
  return out;
}

std::vector<NamedMail> mails_of_headers() {
  std::vector<NamedMail> out;
  const auto add = [&](std::string name, const std::string& field) {
    out.push_back({"header " + std::move(name), "From: a@example.com\n" + field + "\n\nbody\n"});
  };
  for (const Sample& sample : kSamples) {
    const std::string line = std::string(sample.text).substr(0, std::string_view(sample.text).find('\n'));
    for (const char* const charset : kCharsets) {
      const std::string bytes = in_charset(line, charset);
      if (bytes.empty()) continue;
      add(std::string(sample.name) + " B " + charset,
          "Subject: =?" + std::string(charset) + "?B?" + base64_of(bytes, 0) + "?=");
      std::string q;
      for (const char c : bytes) {
        constexpr std::string_view kHex = "0123456789ABCDEF";
        const auto u = static_cast<unsigned char>(c);
        q += {'=', kHex[u >> 4], kHex[u & 15]};
      }
      add(std::string(sample.name) + " Q " + charset, "Subject: =?" + std::string(charset) + "?q?" + q + "?=");
    }
    add(std::string(sample.name) + " raw", "Subject: " + line);
  }
  add("folded with tab", "Subject: Amber\n\tFalcon\n\t ships");
  add("folded words", "Subject: =?utf-8?q?Amber?=\n =?utf-8?q?_Falcon?=\n\t=?utf-8?q?_ships?=");
  add("folded words of two charsets", "Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\n =?iso-8859-1?q?_caf=E9?=");
  add("character cut in two", "Subject: =?utf-8?b?w7w=?= =?utf-8?b?w7zD?= =?utf-8?b?vA==?=");
  add("word and text", "Subject: Re: =?utf-8?q?Gr=C3=B6=C3=9Fe?= of Amber Falcon");
  add("word in the middle of a word", "Subject: pre=?utf-8?q?Gr=C3=B6?=post");
  add("word with a language", "Subject: =?utf-8*de?q?Gr=C3=B6=C3=9Fe?=");
  add("word in quotes", "To: \"=?utf-8?q?M=C3=BCller?=\" <m@example.net>");
  add("word with spaces", "Subject: =?utf-8?q?Amber Falcon ships?=");
  add("word without end", "Subject: =?utf-8?q?Amber_Falcon");
  add("unpadded word", "Subject: =?utf-8?b?QW1iZXIgRmFsY28?=");
  add("unknown charset", "Subject: =?x-odd?q?Amber_Falcon?=");
  add("question marks in Q", "Subject: =?utf-8?q?Amber_Falcon=3F?= yes?");
  add("empty word",
      "Subject: a =?utf-8?q?"
      "?= b");
  add("comment", "Subject: Amber (not) Falcon");
  add("address with comment", "Cc: b@example.net (Amber Falcon)");
  add("group", "To: Amber Falcon: a@example.net, \"M, x\" <b@example.net>;");
  add("space before the colon", "Subject : Amber Falcon");
  add("no space behind the colon", "Subject:Amber Falcon");
  add("empty folded line", "Subject: Amber\n \n Falcon");
  add("long", "Subject: " + std::string(3000, 'x') + " Amber Falcon");
  add("other fields", "Comments: Amber\nKeywords: Falcon, plan\nX-Note: =?utf-8?q?pl=C3=A4n?=");
  add("same field twice", "Subject: Amber\nSubject: Falcon");
  return out;
}

std::vector<NamedMail> mails_of_names() {
  std::vector<NamedMail> out;
  const auto add = [&](const std::string& name, const std::string& fields) {
    out.push_back({"name " + name, kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n" + fields +
                                       "\n\nfile\n--b--\n"});
  };
  const std::string attachment = "Content-Disposition: attachment;";
  add("token", attachment + " filename=plan.txt");
  add("quoted", attachment + " filename=\"Amber Falcon.txt\"");
  add("quoted with escapes", attachment + " filename=\"Amber \\\"Falcon\\\".txt\"");
  add("token with spaces", attachment + " filename=Amber Falcon.txt");
  add("by type", "Content-Type: text/plain; name=\"Amber Falcon.txt\"");
  add("extended", attachment + " filename*=utf-8''Gr%C3%B6%C3%9Fe%20plan.txt");
  add("extended latin", attachment + " filename*=iso-8859-1'de'Gr%F6%DFe.txt");
  add("extended without charset", attachment + " filename*=''plan.txt");
  add("in pieces", attachment + "\n filename*0=\"Amber \";\n filename*1=\"Falcon.txt\"");
  add("extended in pieces", attachment + "\n filename*0*=utf-8''Gr%C3;\n filename*1*=%B6%C3%9F;\n filename*2=e.txt");
  add("pieces out of order", attachment + "\n filename*1=\"Falcon.txt\";\n filename*0=\"Amber \"");
  add("encoded word", attachment + " filename=\"=?utf-8?q?Gr=C3=B6=C3=9Fe.txt?=\"");
  add("encoded word bare", attachment +
                               " filename==?utf-8?b?R3LDtsOfZS50eHQ?"
                               "=");
  add("encoded words", attachment + "\n filename=\"=?utf-8?q?Gr=C3=B6=C3=9Fe?=\n =?utf-8?q?_plan.txt?=\"");
  add("raw", attachment + " filename=\"Größe.txt\"");
  add("raw latin", attachment +
                       " filename=\"Gr\xF6\xDF"
                       "e.txt\"");
  add("folded", attachment + "\n\tfilename=\"Amber Falcon.txt\"");
  add("comment", attachment + " (Falcon) filename=plan.txt (Amber)");
  add("other parameters", attachment + " filename=plan.txt; size=5; x-note=\"Amber Falcon\"");
  add("no quotes at the end", attachment + " filename=\"Amber Falcon.txt");
  add("both differ", "Content-Type: text/plain; name=Amber.txt\n" + attachment + " filename=Falcon.txt");
  add("empty", attachment + " filename=\"\"");
  add("description", "Content-Description: =?utf-8?q?Gr=C3=B6=C3=9Fe?= of Amber Falcon");
  add("content-id", "Content-ID: <amber.falcon@example.com>\nContent-Location: http://example.com/amber");
  return out;
}

std::vector<NamedMail> generated_mails() {
  std::vector<NamedMail> base = mails_of_headers();
  append(base, mails_of_names());
  append(base, mails_of_structures());
  std::vector<NamedMail> out = mails_of_texts();
  static constexpr const char* kEnds[] = {"LF", "CRLF", "mixed"};
  for (const NamedMail& mail : base) {
    for (int kind = 0; kind < 3; kind++) out.push_back({mail.name + ", " + kEnds[kind], with_ends(mail.bytes, kind)});
  }
  return out;
}

}  // namespace postern::test
