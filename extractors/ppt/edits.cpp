#include "extractors/ppt/edits.h"

#include <algorithm>
#include <optional>

#include "extractors/archive/bytes.h"
#include "extractors/ppt/records.h"
#include "extractors/story/drawing.h"

namespace postern::extract::ppt {

namespace {

constexpr std::uint32_t kEncryptedToken = 0xF3D1C4DF;
constexpr size_t kMostEdits = 10'000;  // a chain longer than any that people make; cycles end here

std::string_view from(std::string_view bytes, std::uint32_t at) {
  return bytes.substr(std::min<size_t>(at, bytes.size()));
}

}  // namespace

Edits::Edits(std::string_view document, std::string_view user) : document_(document) {
  encrypted_ = le32(user, 12) == kEncryptedToken;
  std::uint32_t at = le32(user, 16);
  Record record;
  if (user.size() < 20 || !read_record(from(document_, at), record) || record.type != kUserEdit) at = last_edit();
  for (size_t edits = 0; edits < kMostEdits; edits++) {
    if (!read_record(from(document_, at), record) || record.type != kUserEdit) return;
    constexpr size_t kWithCipher = 32;
    if (record.size >= kWithCipher && record.whole() && cipher_number_ == 0) cipher_number_ = le32(record.content, 28);
    encrypted_ = encrypted_ || cipher_number_ != 0;
    if (edits == 0) document_number_ = le32(record.content, 16);
    read_directory(le32(record.content, 12));
    const std::uint32_t before = le32(record.content, 8);
    if (before == 0 || before >= at) return;  // older edits stand before newer ones
    at = before;
  }
}

std::uint32_t Edits::last_edit() const {
  std::uint32_t last = UINT32_MAX;
  size_t at = 0;
  Record record;
  while (read_record(from(document_, static_cast<std::uint32_t>(at)), record)) {
    if (record.type == kUserEdit) last = static_cast<std::uint32_t>(at);
    at += kRecordHead + record.content.size();
  }
  return last;
}

void Edits::read_directory(std::uint32_t at) {
  Record record;
  if (!read_record(from(document_, at), record) || record.type != kDirectory) return;
  std::string_view rest = record.content;
  while (rest.size() >= 4) {
    const std::uint32_t head = le32(rest, 0);
    rest.remove_prefix(4);
    std::uint32_t number = head & 0xFFFFF;
    for (std::uint32_t count = head >> 20; count > 0 && rest.size() >= 4; count--) {
      places_.try_emplace(number++, le32(rest, 0));
      rest.remove_prefix(4);
    }
  }
}

std::string_view Edits::object(std::uint32_t number) const {
  const auto found = places_.find(number);
  return found == places_.end() ? std::string_view() : from(document_, found->second);
}

}  // namespace postern::extract::ppt
