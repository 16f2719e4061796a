// Plain text: quoting, folding, controls.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string long_line() {
  std::string out;
  out.resize(100'000, 'x');
  return out.append(" Amber Falcon\n");
}

}  // namespace

std::vector<Trick> text_tricks() {
  const std::string flowed = "Content-Type: text/plain; format=flowed\n";
  return {
      {"cut by a quote mark", mail_of("", "our Amber\n> Falcon ships\n")},
      {"cut by the end of quoting", mail_of("", "> our Amber\nFalcon ships\n")},
      {"cut by deeper quoting", mail_of("", "> our Amber\n>> Falcon ships\n")},
      {"quote mark inside a quoted line", mail_of("", "> our Amber > Falcon ships\n")},
      {"quoted without blanks", mail_of("", ">our Amber\n>Falcon ships\n")},
      {"quoted with blanks between marks", mail_of("", "> > > our Amber\n> > > Falcon ships\n")},
      {"quoted in a file", attached("old.txt", "> our Amber\n> Falcon ships\n", "text/plain")},
      {"quoted in a page", html_mail("&gt; our Amber<br>&gt; Falcon ships")},
      {"quote marks in turn", mail_of("", "our\n> Amber\nFalcon\n> ships\n")},
      {"signature", mail_of("", "hello\n-- \nAmber Falcon\n")},
      {"behind an original message", mail_of("", "hello\n-----Original Message-----\nFrom: x\n\nAmber Falcon\n")},
      {"behind a forwarded message", mail_of("", "---------- Forwarded message ---------\nAmber Falcon\n")},
      {"flowed", mail_of(flowed, "our Amber \nFalcon ships\n")},
      {"flowed with stuffing", mail_of(flowed, " Amber \n Falcon ships\n")},
      {"flowed without blanks",
       mail_of("Content-Type: text/plain; format=flowed; delsp=yes\n", "our Am \nber Fal \ncon\n")},
      {"flowed and quoted", mail_of(flowed, "> our Amber \n> Falcon ships\n")},
      {"flowed across depths", mail_of(flowed, "> our Amber \n>> Falcon ships\n")},
      {"wide gap", mail_of("", "Amber                    \t   Falcon\n")},
      {"line end", mail_of("", "Amber\nFalcon\n")},
      {"lone returns in the text", mail_of("", "Amber\rFalcon\n")},
      {"zero bytes in the text", mail_of("", "Am" + std::string(1, '\0') + "ber Fal" + std::string(3, '\0') + "con\n")},
      {"form feeds and tabs", mail_of("", "Amber\f\v\tFalcon\n")},
      {"control characters", mail_of("",
                                     "Am\x01"
                                     "ber Fal\x02"
                                     "con\n")},
      {"delete characters", mail_of("",
                                    "Am\x7F"
                                    "ber Falcon\n")},
      {"behind a long line", mail_of("", long_line())},
      {"behind many lines", mail_of("",
                                    [] {
                                      std::string out;
                                      for (int i = 0; i < 20'000; i++) out += "line\n";
                                      return out + "Amber Falcon\n";
                                    }())},
      {"text labelled as a page", mail_of("Content-Type: text/html\n", "Amber\nFalcon\n")},
      {"page labelled as text", mail_of("Content-Type: text/plain\n", "<html><p>Am<b>ber</b> Falcon</p></html>\n")},
      {"page labelled as text without its start",
       mail_of("Content-Type: text/plain\n", "hello <b>and</b><html><p>Am<b>ber</b> Falcon</p></html>\n")},
      {"rich text of the old kind", mail_of("Content-Type: text/richtext\n", "<bold>Am</bold>ber Falcon\n")},
      {"markdown", mail_of("Content-Type: text/markdown\n", "# Amber Falcon\n")},
      {"table of commas", attached("x.csv", "plan,date\nAmber Falcon,March\n", "text/csv")},
      {"json", attached("x.json", "{\"plan\": \"Amber Falcon\"}", "application/json")},
      {"xml in runs",
       attached("x.xml", "<?xml version='1.0'?><p><r>Am</r><r>ber &#70;alcon</r></p>", "application/xml")},
      {"xml in a section",
       attached("x.xml", "<?xml version='1.0'?><p><![CDATA[Amber Falcon]]></p>", "application/xml")},
      {"calendar with escapes",
       mail_of("Content-Type: text/calendar\n", "BEGIN:VCALENDAR\nDESCRIPTION:our\\, Amber\\nFalcon\nEND:VCALENDAR\n")},
      {"second text file", mixed({"Content-Type: text/plain\nContent-Disposition: inline\n\nx",
                                  "Content-Type: text/plain\nContent-Disposition: inline\n\nAmber Falcon"})},
      {"text of an unknown subtype", mail_of("Content-Type: text/x-plan\n", "Amber Falcon\n")},
  };
}

}  // namespace postern::test
