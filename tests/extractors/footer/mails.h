// Mails of every structure, charset and transfer encoding that a footer goes into.
#pragma once

#include <string>
#include <vector>

namespace postern::test {

struct NamedMail {
  std::string name;
  std::string bytes;
  size_t body_parts = 1;
  bool base64 = false;
};

const std::vector<NamedMail>& mails();

}  // namespace postern::test
