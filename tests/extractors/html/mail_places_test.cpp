// Where the text of an HTML mail stands: written by the sender, quoted, forwarded, a signature, a notice.
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

ExtractedText walk_mail(const std::string& html) {
  const std::string mail =
      "From: ada@x.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html;
  return walk_document(mail, "", Limits{}, "message/rfc822");
}

struct PlaceCase {
  const char* name;
  std::string html;  // one needle in it, "Nightjar"
  std::string where;
};

TEST(HtmlMail, IsSplitByPlace) {
  const std::vector<PlaceCase> cases = {
      {"written", "<p>Nightjar</p>", "body@"},
      {"Gmail's reply", "a<div class='gmail_quote'><div class='gmail_attr'>On Mon, Eve wrote:<br></div>Nightjar</div>",
       "quoted@"},
      {"Gmail's forward",
       "a<div class='gmail_quote'><div class='gmail_attr'>---------- Forwarded message ---------<br>From: Eve</div>"
       "Nightjar</div>",
       "forwarded@"},
      {"Apple's forward", "a<blockquote type=cite><div>Begin forwarded message:</div><div>Nightjar</div></blockquote>",
       "forwarded@"},
      {"Thunderbird's forward",
       "a<div class='moz-forward-container'>-------- Forwarded Message --------<table><tr><th>From: <td>Eve</table>"
       "Nightjar</div>",
       "forwarded@"},
      {"a quotation in a forward", "a<div class='moz-forward-container'>b<blockquote>Nightjar</blockquote></div>",
       "forwarded@"},
      {"an answered forward",
       "a<blockquote>b<div class='gmail_quote'>---------- Forwarded message ---------<br>Nightjar</div></blockquote>",
       "quoted@"},
      {"Outlook's mark", "a<div id='divRplyFwdMsg'>From: Eve</div><div>Nightjar</div>", "quoted@"},
      {"Outlook's head without a mark",
       "<p>a</p><p><b>From:</b> Eve<br><b>Sent:</b> Monday, May 3, 2027 10:12 AM<br><b>To:</b> Ada</p><p>Nightjar</p>",
       "quoted@"},
      {"a separator", "<p>a</p><p>-----Original Message-----</p><p>Nightjar</p>", "quoted@"},
      {"quote marks in a page", "a<br>&gt; Nightjar<br>", "quoted@"},
      {"Gmail's signature", "a<div class='gmail_signature'>Nightjar</div>", "signature@"},
      {"Outlook's signature", "a<div id='Signature'><p>Nightjar</p></div>", "signature@"},
      {"the mark of a signature", "<p>a</p>-- <br>Nightjar", "signature@"},
      {"a notice", "<p>a</p><p>This e-mail and any attachments of Nightjar are confidential.</p>", "disclaimer@"},
      {"answers between quotations", "<p>On 3 May 2027 10:12 Eve wrote:</p><blockquote>b</blockquote><p>Nightjar</p>",
       "body@"},
      {"in the middle of a line", "4<span class='gmail_signature'>Nightjar</span>", "body@"},
      {"a quotation in the middle of a line", "4<span class='gmail_quote'>Nightjar</span>", "body@"},
      {"a quotation shown in the line", "4<blockquote style='display:inline'>Nightjar</blockquote>", "body@"},
      {"hidden", "a<div class='gmail_signature' style='display:none'>Nightjar</div>", "hidden-text@display:none"},
  };
  for (const PlaceCase& c : cases) {
    std::vector<std::string> found;
    const ExtractedText text = walk_mail(c.html);
    for (const Segment& segment : text.segments) {
      // What is read across places or marks is a second reading.
      if (segment.text.find("Nightjar") == std::string::npos || segment.at.starts_with("across")) continue;
      found.push_back(std::string(to_string(segment.place)) + '@' + segment.at);
    }
    EXPECT_EQ(found, std::vector{c.where}) << c.name;
  }
}

TEST(HtmlMail, IsReadAcrossItsPlaces) {
  for (const char* html :
       {"<div>Project</div><div class='gmail_signature'>Nightjar</div>",
        "<div>Project</div><blockquote>Nightjar</blockquote>", "<blockquote>Project</blockquote><div>Nightjar</div>",
        "<div>Project</div><p>Nightjar: this e-mail and its attachments are confidential.</p>"}) {
    EXPECT_EQ(where_is(walk_mail(html), "Project\nNightjar"), "body@across places") << html;
  }
}

TEST(HtmlMail, OnlyBodiesOfMailsAreSplitByTheirLines) {
  const ExtractedText page = walk_document("<p>a</p>-- <br>Nightjar", "page.html");
  EXPECT_EQ(where_is(page, "Nightjar"), "body@");
}

TEST(ForwardedMail, IsAPlaceOfItsOwn) {
  const std::string inner = "From: eve@x.example\r\nSubject: s\r\n\r\nNightjar\r\n";
  const auto attached = [&](const std::string& headers, const std::string& content) {
    return walk_document(
        "From: ada@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" +
            headers + "\r\n" + content + "\r\n--x--\r\n",
        "", Limits{}, "message/rfc822");
  };
  EXPECT_EQ(where_is(attached("Content-Type: message/rfc822\r\n", inner), "Nightjar"), "forwarded@");
  // What the forwarded mail carries itself is no text of that mail.
  const std::string with_file =
      "From: eve@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n"
      "Amber\r\n--y\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nNightjar\r\n--y--\r\n";
  const ExtractedText deep = attached("Content-Type: message/rfc822\r\n", with_file);
  EXPECT_EQ(where_is(deep, "Amber"), "forwarded@");
  EXPECT_EQ(where_is(deep, "Nightjar"), "body@");
}

}  // namespace
}  // namespace postern::test
