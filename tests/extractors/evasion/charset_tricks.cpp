// Charsets: rare ones, wide ones, and labels that lie.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string body_in(const std::string& charset, const std::string& bytes) {
  return mail_of("Content-Type: text/plain; charset=" + charset + "\nContent-Transfer-Encoding: base64\n",
                 base64_of(bytes));
}

std::string full_width(const std::string& charset) {
  return body_in(charset, in_charset("計画はＡｍｂｅｒ　Ｆａｌｃｏｎ", charset));
}

std::string page_in(const std::string& field, const std::string& bytes) {
  return mail_of("Content-Type: text/html" + field + "\nContent-Transfer-Encoding: base64\n", base64_of(bytes));
}

std::string utf16(std::string_view text, bool big) {
  return in_charset(text, big ? "utf-16be" : "utf-16le");
}

}  // namespace

std::vector<Trick> charset_tricks() {
  const std::string secret = "Amber Falcon ships", utf7 = "+AEE-m+AGI-er Falcon";
  const std::string meta7 = "<meta charset=utf-7><p>" + utf7;
  const Outcome differs = Outcome::ambiguous;
  return {
      {"utf-7", body_in("utf-7", utf7)},
      {"utf-7 by its long name", body_in("unicode-1-1-utf-7", utf7)},
      {"utf-7 by the page", page_in("", meta7)},
      {"utf-7 by the page against the mail", page_in("; charset=utf-8", meta7)},
      {"utf-7 by the second parameter",
       mail_of("Content-Type: text/plain; charset=us-ascii; charset=utf-7\n", utf7 + "\n"), differs},
      {"utf-7 by the second field",
       mail_of("Content-Type: text/plain; charset=us-ascii\nContent-Type: text/plain; charset=utf-7\n", utf7 + "\n"),
       differs},
      {"utf-7 by percents", mail_of("Content-Type: text/plain; charset*=us-ascii'en'utf-7\n", utf7 + "\n")},
      {"utf-7 in quotes and blanks", mail_of("Content-Type: text/plain; charset=\" utf-7 \"\n", utf7 + "\n")},
      {"utf-16 with mark", body_in("utf-16", "\xFF\xFE" + utf16(secret, false))},
      {"utf-16 big with mark", body_in("utf-16", "\xFE\xFF" + utf16(secret, true))},
      {"utf-16le without mark", body_in("utf-16le", utf16(secret, false))},
      {"utf-16be without mark", body_in("utf-16be", utf16(secret, true))},
      {"utf-16 without mark", body_in("utf-16", utf16(secret, true))},
      {"utf-16 labelled utf-8", body_in("utf-8", "\xFF\xFE" + utf16(secret, false))},
      {"utf-16 labelled utf-8 without mark", body_in("utf-8", utf16(secret, false))},
      {"utf-16 without label", page_in("", utf16("<p>" + secret, false))},
      {"utf-16be in the other order", body_in("utf-16be", utf16(secret, false))},
      {"utf-32", body_in("utf-32le", in_charset(secret, "utf-32le"))},
      {"utf-8 with mark labelled latin", body_in("iso-8859-1", "\xEF\xBB\xBF" + secret)},
      {"utf-8 labelled latin", body_in("iso-8859-1", "ﾭ Ａｍｂｅｒ Ｆａｌｃｏｎ")},
      {"utf-8 labelled utf-16", body_in("utf-16", secret)},
      {"latin labelled utf-8", body_in("utf-8",
                                       "caf\xE9 Amber\xA0"
                                       "Falcon")},
      {"ebcdic", body_in("ibm037", in_charset(secret, "ibm037"))},
      {"ebcdic by the page", page_in("; charset=cp037", in_charset("<p>" + secret + "</p>", "ibm037"))},
      {"iso-2022-jp", full_width("iso-2022-jp")},
      {"iso-2022-jp labelled ascii", mail_of("Content-Type: text/plain; charset=us-ascii\n",
                                             in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "iso-2022-jp") + "\n")},
      {"iso-2022-jp by the page",
       page_in("; charset=utf-8",
               "<meta charset=iso-2022-jp><p>" + in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "iso-2022-jp"))},
      {"iso-2022-jp escapes inside the words",
       mail_of("Content-Type: text/plain; charset=iso-2022-jp\n", "Am\x1B(Bber \x1B(JFal\x1B(Bcon\n")},
      {"iso-2022-kr", body_in("iso-2022-kr", in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "iso-2022-kr"))},
      {"iso-2022-cn", body_in("iso-2022-cn", in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "iso-2022-cn"))},
      {"hz", body_in("hz-gb-2312", "~{#A#m#b#e#r!!#F#a#l#c#o#n~}")},
      {"shift-jis", full_width("shift_jis")},
      {"euc-jp", full_width("euc-jp")},
      {"gb18030", full_width("gb18030")},
      {"gbk labelled gb2312", body_in("gb2312", in_charset("計画Ａｍｂｅｒ　Ｆａｌｃｏｎ", "gbk"))},
      {"big5", body_in("big5", in_charset("計畫Ａｍｂｅｒ　Ｆａｌｃｏｎ", "big5"))},
      {"euc-kr", body_in("euc-kr", in_charset("비밀 Ａｍｂｅｒ Ｆａｌｃｏｎ", "euc-kr"))},
      {"ks_c_5601-1987", body_in("ks_c_5601-1987", in_charset("비밀 Ａｍｂｅｒ Ｆａｌｃｏｎ", "cp949"))},
      {"gb18030 by the page alone",
       page_in("", "<meta http-equiv=Content-Type content='text/html; charset=gb18030'><p>" +
                       in_charset("計画Ａｍｂｅｒ　Ｆａｌｃｏｎ", "gb18030"))},
      {"shift-jis by the page against the mail",
       page_in("; charset=windows-1252",
               "<meta charset=shift_jis><p>" + in_charset("計画はＡｍｂｅｒ　Ｆａｌｃｏｎ", "shift_jis"))},
      {"unknown charset", body_in("x-plan", secret)},
      {"unknown 8 bit", body_in("unknown-8bit", secret)},
      {"charset in single quotes", mail_of("Content-Type: text/plain; charset='utf-7'\n", utf7 + "\n")},
      {"charset with a comment", mail_of("Content-Type: text/plain; charset=utf-7 (x)\n", utf7 + "\n")},
      {"charset without semicolon", mail_of("Content-Type: text/plain charset=utf-8\n", secret + "\n")},
      {"charset by an xml declaration", page_in("", "<?xml version='1.0' encoding='utf-7'?><html><p>" + utf7)},
      {"full width", mail_of("", "Ａｍｂｅｒ　Ｆａｌｃｏｎ\n")},
      {"mathematical letters", mail_of("", "𝐀𝐦𝐛𝐞𝐫 𝐅𝐚𝐥𝐜𝐨𝐧\n")},
      {"letters in circles", mail_of("", "Ⓐⓜⓑⓔⓡ Ⓕⓐⓛⓒⓞⓝ\n")},
      {"soft hyphens", mail_of("", "A\u00ADm\u00ADber Fal\u00ADcon\n")},
      {"zero width spaces", mail_of("", "A\u200Bm\u200Cb\u200De\u2060r F\uFEFFalcon\n")},
      {"combining joiners", mail_of("", "A\u034Fmber F\u034Falcon\n")},
      {"tag letters between", mail_of("", "Am\U000E0041ber Fal\U000E0042con\n")},
      {"variation selectors", mail_of("", "A\uFE0Fmber F\uFE0Falcon\n")},
      {"no-break spaces", mail_of("", "Amber\u00A0\u202FFalcon\n")},
      {"line and paragraph separators", mail_of("", "our plan\u2028Amber Falcon\u2029ships\n")},
      {"right to left", mail_of("", "our \u202EnoclaF rebmA\u202C ships\n")},
      {"right to left in a page", html_mail("<p>our &#8238;noclaF rebmA&#x202C; ships")},
      {"right to left by half", mail_of("", "our Amber \u202EnoclaF\u202C ships\n")},
  };
}

}  // namespace postern::test
