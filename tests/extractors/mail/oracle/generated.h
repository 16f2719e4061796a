// Mails that cover how MIME can say things: transfer encodings, charsets, encoded words, cut-up parameters, nesting,
// broken structure. Made by a program so that each stands in every combination and with every kind of line end.
#pragma once

#include <string>
#include <vector>

namespace postern::test {

struct NamedMail {
  std::string name;
  std::string bytes;
};

// Some 900, always the same ones.
std::vector<NamedMail> generated_mails();

// The pieces that generated_mails() is made of, with LF line ends.
std::vector<NamedMail> mails_of_texts();       // charset by transfer encoding by type
std::vector<NamedMail> mails_of_headers();     // encoded words, folds, raw bytes
std::vector<NamedMail> mails_of_names();       // file names of every spelling
std::vector<NamedMail> mails_of_structures();  // nesting and damage

}  // namespace postern::test
