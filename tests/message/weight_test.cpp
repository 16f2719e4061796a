#include "message/weight.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace postern {
namespace {

struct WeightCase {
  const char* name;
  std::string mail;
  Weight expected;
};

TEST(Weight, IsGuessedFromSizeTypesAndFirstBytes) {
  const std::vector<WeightCase> cases = {
      {"nothing", "", Weight::light},
      {"text", "From: a@b\r\n\r\nHello.\r\n", Weight::light},
      {"said to be text", "From: a@b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello.\r\n", Weight::light},
      {"text and HTML",
       "From: a@b\r\n"
       "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n"
       "Content-Type: text/html\r\n\r\n<p>x\r\n--b--\r\n",
       Weight::light},
      {"a picture", "--b\r\nContent-Type: image/png\r\n\r\niVBORw0KGgo=\r\n", Weight::light},
      {"a signature", "--b\r\ncontent-type: application/pgp-signature\r\n", Weight::light},
      {"a document", "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n", Weight::heavy},
      {"in other letters", "--b\nCONTENT-type:APPLICATION/zip\n", Weight::heavy},
      {"a folded field", "--b\r\nContent-Type:\r\n\tapplication/msword\r\n", Weight::heavy},
      {"a type that nobody knows", "Content-Type: x-what/ever\r\n", Weight::heavy},
      {"a PDF that says it is text", "Content-Type: text/plain\r\n\r\nJVBERi0xLjQK\r\n", Weight::heavy},
      {"a ZIP", "Content-Type: text/plain\r\n\r\nUEsDBBQAAAA\r\n", Weight::heavy},
      {"uuencoded", "\r\nbegin 644 a.pdf\r\n", Weight::heavy},
      {"a sentence", "\r\nbegin with this\r\n", Weight::light},
      {"words of it inside a line", "see Content-Type: application/pdf and JVBERi\r\n", Weight::light},
      {"as long as can be", std::string(kMostLightBytes, 'x'), Weight::light},
      {"longer", std::string(kMostLightBytes + 1, 'x'), Weight::heavy},
  };
  for (const WeightCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(weigh(c.mail), c.expected);
    EXPECT_EQ(weigh(Blob(c.mail)), c.expected);
  }
}

}  // namespace
}  // namespace postern
