// Prints the generated mails and what our reader gives of them, one JSON object a line, for python_oracle.py.
#include <iostream>

#include <nlohmann/json.hpp>

#include "tests/extractors/mail/oracle/generated.h"
#include "tests/extractors/mail/oracle/shown.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

int main() {
  using namespace postern::test;
  for (const NamedMail& mail : generated_mails()) {
    const std::string text = as_one_line(walk_document(mail.bytes, "", {}, "message/rfc822"));
    std::cout << nlohmann::json{{"name", mail.name}, {"mail", base64_of(mail.bytes, 0)}, {"text", text}} << "\n";
  }
  return std::cout.good() ? 0 : 1;
}
