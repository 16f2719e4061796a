// Words in header fields and in the names of files.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string with_field(const std::string& field) {
  return mail_of(field + "\n", "see above\n");
}

std::string with_name(const std::string& fields) {
  return mixed({"\ntext", fields + "\n\nfile"});
}

std::string many_fields() {
  std::string out;
  for (int i = 0; i < 2500; i++) out += "X-Filler-" + std::to_string(i) + ": x\n";
  return out + "Subject: Amber Falcon\n";
}

}  // namespace

std::vector<Trick> header_tricks() {
  const std::string disposition = "Content-Disposition: attachment;";
  return {
      {"subject", with_field("Subject: Amber Falcon")},
      {"subject folded in the phrase", with_field("Subject: Amber\n Falcon")},
      {"subject in words of letters",
       with_field("Subject: =?utf-8?q?Am?= =?utf-8?q?ber_?= =?utf-8?b?RmFs?=\n =?utf-8?q?con?=")},
      {"subject in words of two charsets",
       with_field("Subject: =?iso-8859-1?q?Am?= =?utf-8?q?ber_Fal?= =?us-ascii?q?con?=")},
      {"subject in words without a gap", with_field("Subject: =?utf-8?q?Amber_?==?utf-8?q?Falcon?=")},
      {"subject in utf-7", with_field("Subject: =?utf-7?q?+AEE-mber_Falcon?=")},
      {"subject in utf-16",
       with_field("Subject: =?utf-16be?b?" + base64_of(in_charset("Amber Falcon", "utf-16be"), 0) + "?=")},
      {"subject in full width shift-jis",
       with_field("Subject: =?shift_jis?b?" + base64_of(in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "shift_jis"), 0) +
                  "?=")},
      {"subject in iso-2022-jp",
       with_field("Subject: =?iso-2022-jp?b?" + base64_of(in_charset("Ａｍｂｅｒ　Ｆａｌｃｏｎ", "iso-2022-jp"), 0) +
                  "?=")},
      {"subject word without end", with_field("Subject: =?utf-8?q?Amber_Falcon")},
      {"subject word with blanks", with_field("Subject: =?utf-8?q?Amber Falcon?=")},
      {"subject word without padding", with_field("Subject: =?utf-8?b?QW1iZXIgRmFsY29u?=")},
      {"subject word with zero bytes", with_field("Subject: =?utf-8?q?Am=00ber_Falcon?=")},
      {"subject word of unknown charset", with_field("Subject: =?x-none?q?Amber_Falcon?=")},
      {"subject word with a language", with_field("Subject: =?utf-8*en?q?Amber_Falcon?=")},
      {"subject word encoded twice",
       with_field("Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3FAmber=5FFalcon=3F=3D?= and Amber Falcon")},
      {"subject with soft hyphens", with_field("Subject: =?utf-8?q?Am=C2=ADber_Fal=C2=ADcon?=")},
      {"subject twice", with_field("Subject: hello\nSubject: Amber Falcon")},
      {"subject in raw windows-1252", with_field("Subject: caf\xE9 Amber\xA0"
                                                 "Falcon")},
      {"display name", with_field("Reply-To: \"Amber Falcon\" <x@example.com>")},
      {"display name in words", with_field("Cc: =?utf-8?b?QW1iZXIg?= =?utf-8?q?Falcon?= <x@example.com>")},
      {"group name", with_field("Cc: Amber Falcon:;")},
      {"address comment", with_field("Cc: x@example.com (Amber Falcon)")},
      {"own field", with_field("X-Plan: Amber Falcon")},
      {"keywords", with_field("Keywords: Amber Falcon")},
      {"list field", with_field("List-Help: <https://x.example/> (Amber Falcon)")},
      {"comment in a type", with_field("Content-Type: text/plain (Amber Falcon)")},
      {"behind 2500 fields", mail_of(many_fields(), "x\n"), Outcome::ambiguous},
      {"field without a name", with_field(": Amber Falcon"), Outcome::ambiguous},
      {"line between fields", with_field("Amber Falcon"), Outcome::ambiguous},
      {"space before the colon", with_field("Subject : Amber Falcon"), Outcome::ambiguous},
      {"first line continues nothing", " Amber Falcon\nSubject: x\n\ny\n"},
      {"name of a file", with_name(disposition + " filename=\"Amber Falcon.txt\"")},
      {"name in pieces", with_name(disposition + "\n filename*0=\"Amber \";\n filename*1=Falcon.txt")},
      {"name in twelve pieces",
       with_name(disposition + " filename*0=A; filename*1=m; filename*2=b; filename*3=e; filename*4=r; "
                               "filename*5=\" \"; filename*6=F; filename*7=a; filename*8=l; filename*9=c; "
                               "filename*10=o; filename*11=n")},
      {"name in pieces out of order", with_name(disposition + " filename*1=Falcon.txt; filename*0=\"Amber \"")},
      {"name by percents", with_name(disposition + " filename*=utf-8''%41mber%20%46alcon.txt")},
      {"name by percents in utf-16",
       with_name(disposition + " filename*=utf-16be''%00A%00m%00b%00e%00r%00%20%00F%00a%00l%00c%00o%00n")},
      {"name in words", with_name(disposition + " filename=\"=?utf-8?q?Amber_?= =?utf-8?q?Falcon.txt?=\"")},
      {"name in the type", with_name("Content-Type: text/plain; name=\"Amber Falcon.txt\"")},
      {"second name",
       with_name("Content-Type: text/plain; name=\"Amber Falcon.txt\"\n" + disposition + " filename=x.txt")},
      {"third name", with_name(disposition + " filename=x.txt; filename=\"Amber Falcon.txt\"")},
      {"bare name", with_name(disposition + " filename=Amber Falcon.txt")},
      {"name without end of quotes", with_name(disposition + " filename=\"Amber Falcon.txt")},
      {"name with escapes", with_name(disposition + " filename=\"A\\m\\b\\e\\r \\Falcon.txt\"")},
      {"name from right to left", with_name(disposition + " filename*=utf-8''%E2%80%AEnoclaF%20rebmA")},
      {"description", with_name("Content-Description: Amber Falcon")},
      {"location", with_name("Content-Location: http://x.example/Amber%20Falcon/Amber Falcon")},
      {"parameter", with_name("Content-Type: text/plain; plan=\"Amber Falcon\"")},
  };
}

}  // namespace postern::test
