// Mails by which somebody could try to bring "Amber Falcon" past the reader: in each an ordinary mail program or office
// program shows it to the recipient.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/words.h"

namespace postern::test {

struct Trick {
  std::string name;
  std::string mail;  // with LF line ends
  // The worst outcome of its parts. `complete` where programs agree on what is shown, whatever it costs to see it;
  // `ambiguous` where they differ.
  Outcome outcome = Outcome::complete;
};

// By what is played with.
std::vector<Trick> header_tricks();
std::vector<Trick> structure_tricks();
std::vector<Trick> encoding_tricks();
std::vector<Trick> charset_tricks();
std::vector<Trick> text_tricks();
std::vector<Trick> markup_tricks();
std::vector<Trick> style_tricks();
std::vector<Trick> zip_tricks();
std::vector<Trick> office_tricks();
std::vector<Trick> pdf_tricks();

// A mail of these header fields and this body.
std::string mail_of(std::string_view fields, std::string_view body);
std::string html_mail(std::string_view html, std::string_view charset = "utf-8");
// A mail with one attachment in base64.
std::string attached(std::string_view name, std::string_view bytes, std::string_view type = "application/octet-stream");
// A multipart/mixed of these parts, each with its header, boundary "b".
std::string mixed(const std::vector<std::string>& parts);

}  // namespace postern::test
