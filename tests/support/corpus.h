// Files of tests/corpus, and mails around them.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace postern::test {

// `name` below tests/corpus: "odf/locked-aes.odt".
inline std::string corpus_file(const std::string& name) {
  std::ifstream in(std::string(POSTERN_SOURCE_DIR "/tests/corpus/") + name, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  EXPECT_FALSE(out.str().empty()) << name;
  return out.str();
}

// A mail with the file attached and a sentence behind it, such as one that names its password.
inline std::string mail_with(std::string_view file, std::string_view sentence) {
  std::string out =
      "From: a@example.com\nTo: b@example.org\nSubject: files\nMIME-Version: 1.0\n"
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\n"
      "Content-Disposition: attachment; filename=file\n\n";
  out += file;
  out += "\n--b\nContent-Type: text/plain\n\n";
  out += sentence;
  return out + "\n--b--\n";
}

}  // namespace postern::test
