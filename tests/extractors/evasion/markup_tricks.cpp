// HTML: words cut by markup, and the corners of a page where text stands.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string letters_in(const std::string& before, const std::string& after) {
  std::string out;
  for (const char c : std::string("Amber Falcon")) out += before + std::string(1, c) + after;
  return out;
}

std::string deep_page() {
  std::string out;
  for (int i = 0; i < 2000; i++) out += "<div>";
  return out + "Amber Falcon";
}

}  // namespace

std::vector<Trick> markup_tricks() {
  const auto page = [](std::string name, const std::string& html, Outcome outcome = Outcome::complete) {
    return Trick{"page: " + std::move(name), html_mail(html), outcome};
  };
  const std::string data = base64_of("<p>Amber Falcon", 0);
  return {
      page("bold inside", "<p>Am<b>ber</b> Fal<i>c</i>on</p>"),
      page("a letter a span", letters_in("<span>", "</span>")),
      page("a letter a font", letters_in("<font color=red>", "</font>")),
      page("a letter a link", letters_in("<a href='#'>", "</a>")),
      page("comments inside", "Am<!-- x -->ber Fal<!---->con"),
      page("odd comments inside", "Am<!>ber Fal<! x>c<?y?>on"),
      page("closing tags of nothing", "Am</x>ber Fal</>con"),
      page("break opportunities", "Am<wbr>ber Fal&#8203;c&shy;on"),
      page("unknown elements", "Am<o:p></o:p>ber <x-y>Fal</x-y>con"),
      page("empty elements", "Am<span></span>ber Fal<a name=x></a>con"),
      page("pictures inside", "Am<img src=x width=1>ber Falcon"),
      page("decimal references", "&#65;&#109;&#98;&#101;&#114;&#32;&#70;alcon"),
      page("references without end", "&#65mber &#x46alcon &#70alcon Amber F&#97lcon"),
      page("references with zeros", "&#0000065;mber &#x00046;alcon"),
      page("named references", "Amber&nbsp;Falcon"),
      page("rare named references", "Am&zwnj;ber&emsp13;F&ZeroWidthSpace;alcon"),
      page("references of windows-1252", "Amber&#160;Falcon &#150;"),
      page("inner line ends", "Am<b\n>ber</b\n> Fal<i\n\n>con"),
      page("attributes with angle brackets", "Am<b title='a>b'>ber</b> Falcon"),
      page("attribute without end of quotes", "<p title=\"x>hello</p><p class=\"y\">Amber Falcon</p>"),
      page("tag in capitals", "<P>Am<B>ber</B> Falcon</P>"),
      page("zero bytes in tags", "Am<b" + std::string(1, '\0') + ">ber Fal" + std::string(2, '\0') + "con"),
      page("slashes in tags", "Am<b/x=y/>ber</b> Falcon"),
      page("unclosed tag at the end", "<p>Amber Falcon<"),
      page("text after the page", "<html><body>x</body></html>Amber Falcon"),
      page("text before the page", "Amber Falcon<!doctype html><html><body>x"),
      page("text inside a table but in no cell", "<table>Amber Falcon<tr><td>x</table>"),
      page("text in a select", "<select><option>x<option>Amber Falcon</select>"),
      page("text area", "<textarea>Amber Falcon</textarea>"),
      page("value of a field", "<input value='Amber Falcon'>"),
      page("value of a button", "<input type=submit value='Amber Falcon'>"),
      page("placeholder", "<input placeholder='Amber Falcon'>"),
      page("list of data", "<datalist><option value='Amber Falcon'></datalist>"),
      page("legend", "<fieldset><legend>Amber Falcon</legend></fieldset>"),
      page("alternative text", "<img src=x alt='Amber Falcon'>"),
      page("alternative text of an area", "<map><area alt='Amber Falcon' href=x></map>"),
      page("title of an element", "<p title='Amber Falcon'>x"),
      page("title of the page", "<title>Amber Falcon</title>x"),
      page("summary", "<details><summary>Amber</summary> Falcon</details>Am<details><summary>Amber Falcon"),
      page("dialog", "<dialog open>Amber Falcon</dialog>"),
      page("no script", "<noscript>Amber Falcon</noscript>"),
      page("no frames", "<noframes>Amber Falcon</noframes>"),
      page("frame inside", "<iframe srcdoc='<p>Am&lt;b&gt;ber&lt;/b&gt; Falcon'></iframe>"),
      page("text of a frame", "<iframe>Amber Falcon</iframe>"),
      page("data address of a link", "<a href='data:text/html;base64," + data + "'>x</a>"),
      page("data address of an object", "<object data='data:text/plain,Amber%20Falcon'></object>"),
      page("data address of a frame", "<iframe src='data:text/html,Am%3Cb%3Eber%3C/b%3E Falcon'></iframe>"),
      page("text of an object", "<object data=x>Amber Falcon</object>"),
      page("text of a video", "<video src=x>Amber Falcon</video>"),
      page("text of a canvas", "<canvas>Amber Falcon</canvas>"),
      page("marquee", "<marquee>Amber Falcon</marquee>"),
      page("plain text to the end", "<plaintext>Amber Falcon"),
      page("example", "<xmp>Amber Falcon</xmp>"),
      page("listing", "<listing>Amber\nFalcon</listing>"),
      page("preformatted", "<pre>Amber\nFalcon</pre>"),
      page("ruby", "<ruby>Amber<rp>(</rp><rt>x</rt><rp>)</rp></ruby> Amber <ruby>Falcon<rt>y</rt></ruby>"),
      page("drawing", "<svg><text>Am<tspan>ber</tspan> Falcon</text></svg>"),
      page("title of a drawing", "<svg><title>Amber Falcon</title></svg>"),
      page("description of a drawing", "<svg><desc>Amber Falcon</desc></svg>"),
      page("page in a drawing", "<svg><foreignObject><p>Amber Falcon</p></foreignObject></svg>"),
      page("section in a drawing", "<svg><text><![CDATA[Amber Falcon]]></text></svg>"),
      page("formula", "<math><mtext>Am</mtext><mtext>ber Falcon</mtext></math>"),
      page("template", "<template>Amber Falcon</template>"),
      page("link target", "<a href='https://x.example/?q=Amber+Falcon'>x</a>"),
      page("link target by percents", "<a href='https://x.example/%41mber%20Falcon'>x</a>"),
      page("mail to", "<a href='mailto:x@example.com?subject=Amber%20Falcon'>x</a>"),
      page("refresh", "<meta http-equiv=refresh content='0;url=https://x.example/Amber Falcon'>"),
      page("meta description", "<meta name=description content='Amber Falcon'>"),
      page("condition for Outlook", "<!--[if mso]><p>Am<b>ber</b> Falcon</p><![endif]-->"),
      page("condition for versions", "<!--[if gte mso 9]><xml></xml><p>Amber Falcon</p><![endif]-->"),
      page("condition for the others", "<!--[if !mso]><!--><p>Amber Falcon</p><!--<![endif]-->"),
      page("revealed condition", "<![if !mso]><p>Amber Falcon</p><![endif]>"),
      page("condition in the words",
           "Am<!--[if mso]>ber Falcon<![endif]--><!--[if !mso]><!-->ber Falcon<!--<![endif]-->"),
      page("comment", "<!-- Amber Falcon -->"),
      page("comment that ends at once", "<!--> Amber Falcon -->"),
      page("comment without end", "x<!-- Amber Falcon"),
      page("script", "<script>var plan = 'Amber Falcon'</script>"),
      page("nested too deep", deep_page(), Outcome::limit),
      page("breaks between", "Amber<br>Falcon"),
      page("letters by paragraph of one line",
           "<div style='display:inline'>Am</div><div style='display:inline'>ber Falcon</div>"),
      page("definition list", "<dl><dt>Amber<dd>Falcon</dl>"),
      page("frameset", "<frameset><frame src=x><noframes>Amber Falcon</noframes></frameset>"),
      page("xhtml",
           "<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body>Amber "
           "Falcon</body></html>"),
      {"page: in quoted-printable", mail_of("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n",
                                            "<p>Am<b=\n>ber</b> Fal=63on=3C/p>\n")},
      {"page: as a file", attached("x.html", "<p>Am<b>ber</b> Falcon</p>", "text/html")},
      {"page: as a file called text", attached("x.txt", "<!doctype html><p>Am<b>ber</b> Falcon</p>", "text/plain")},
      {"page: as a drawing file",
       attached("x.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>Am<tspan>ber</tspan> Falcon</text></svg>",
                "image/svg+xml")},
      {"page: as a file called excel",
       attached("x.xls", "<table><tr><td>Am<b>ber</b> Falcon</table>", "application/vnd.ms-excel")},
  };
}

}  // namespace postern::test
