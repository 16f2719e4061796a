// Edits: where the objects of a presentation are, in its newest state ([MS-PPT] 2.3.2, 2.3.3, 2.3.4).
//
// Every save without rewriting appends changed objects, a directory of them and a record that points to the edit
// before. The newest place of each object counts; what older edits hold stays in the file.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace postern::extract::ppt {

class Edits {
 public:
  // `user` is the stream "Current User"; when it is missing or wrong the last edit in the document is taken.
  Edits(std::string_view document, std::string_view user);

  bool found() const { return !places_.empty(); }
  bool encrypted() const { return encrypted_; }
  // The object that says how the others are encrypted.
  std::string_view cipher_object() const { return object(cipher_number_); }
  // The bytes from an object's record on; "" when there is none of the number.
  std::string_view object(std::uint32_t number) const;
  std::string_view document_object() const { return object(document_number_); }
  const std::unordered_map<std::uint32_t, std::uint32_t>& places() const { return places_; }

 private:
  void read_directory(std::uint32_t at);
  std::uint32_t last_edit() const;

  std::string_view document_;
  std::unordered_map<std::uint32_t, std::uint32_t> places_;
  std::uint32_t document_number_ = 0;
  std::uint32_t cipher_number_ = 0;
  bool encrypted_ = false;
};

}  // namespace postern::extract::ppt
