#include "extractors/xml/xml_input.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

namespace postern::extract {

namespace {

constexpr size_t kHead = 256;    // a declaration that names its encoding later than this is not looked for
constexpr size_t kChunk = 8192;  // bytes decoded at once

bool starts(std::string_view bytes, std::string_view with) {
  return bytes.substr(0, with.size()) == with;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// The encoding that `head` shows, "" for UTF-8.
std::string sniff(std::string_view head) {
  using namespace std::string_view_literals;
  if (starts(head, "\xEF\xBB\xBF"sv)) return "";
  if (starts(head, "\xFF\xFE\0\0"sv)) return "UTF-32LE";
  if (starts(head, "\0\0\xFE\xFF"sv)) return "UTF-32BE";
  if (starts(head, "\xFF\xFE"sv) || starts(head, "<\0?\0"sv) || starts(head, "<\0"sv)) return "UTF-16LE";
  if (starts(head, "\xFE\xFF"sv) || starts(head, "\0<"sv)) return "UTF-16BE";
  if (!starts(head, "<?xml"sv)) return "";
  const size_t end = std::min(head.find("?>"), head.size());
  size_t at = head.substr(0, end).find("encoding");
  if (at == std::string_view::npos) return "";
  at = head.find_first_of("\"'", at);
  if (at == std::string_view::npos || at > end) return "";
  const size_t close = head.find(head[at], at + 1);
  if (close == std::string_view::npos || close > end) return "";
  std::string name = lower_ascii(head.substr(at + 1, close - at - 1));
  // A declaration in single bytes cannot truly be UTF-16 (appendix F.1).
  if (name == "utf-8" || name == "utf8" || name == "us-ascii" || starts(name, "utf-16") || starts(name, "ucs-2"))
    return "";
  return name;
}

}  // namespace

size_t XmlMemory::read(char* out, size_t size) {
  const size_t got = std::min(size, rest_.size());
  std::memcpy(out, rest_.data(), got);
  rest_.remove_prefix(got);
  return got;
}

struct XmlDecoder::Converter {
  UConverter* handle;
  explicit Converter(UConverter* converter) : handle(converter) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { ucnv_close(handle); }
};

XmlDecoder::XmlDecoder(XmlInput& input) : input_(input) {}
XmlDecoder::~XmlDecoder() = default;

void XmlDecoder::begin() {
  begun_ = true;
  std::array<char, kHead> head;
  size_t have = 0;
  while (have < head.size()) {
    const size_t got = input_.read(head.data() + have, head.size() - have);
    if (got == 0) break;
    have += got;
  }
  pending_.assign(head.data(), have);
  const std::string encoding = sniff(pending_);
  if (encoding.empty()) return;
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(encoding.c_str(), &status);
  if (U_FAILURE(status)) return;
  converter_ = std::make_unique<Converter>(converter);
}

bool XmlDecoder::decode_more() {
  std::string bytes;
  if (pending_at_ == 0 && !pending_.empty() && !at_end_) {
    bytes.swap(pending_);  // the head, still encoded
  } else {
    bytes.resize(kChunk);
    bytes.resize(input_.read(bytes.data(), bytes.size()));
  }
  const bool flush = bytes.empty();
  if (flush && at_end_) return false;
  at_end_ = flush;
  std::u16string wide(bytes.size() + 16, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  char16_t* target = wide.data();
  const char* source = bytes.data();
  ucnv_toUnicode(converter_->handle, &target, wide.data() + wide.size(), &source, bytes.data() + bytes.size(), nullptr,
                 static_cast<UBool>(flush), &status);
  const auto units = static_cast<std::int32_t>(target - wide.data());
  pending_.resize(static_cast<size_t>(units) * 3);
  std::int32_t length = 0;
  status = U_ZERO_ERROR;
  u_strToUTF8WithSub(pending_.data(), static_cast<std::int32_t>(pending_.size()), &length, wide.data(), units, 0xFFFD,
                     nullptr, &status);
  pending_.resize(U_SUCCESS(status) || status == U_STRING_NOT_TERMINATED_WARNING ? static_cast<size_t>(length) : 0);
  pending_at_ = 0;
  return true;
}

size_t XmlDecoder::read(char* out, size_t size) {
  if (size == 0) return 0;
  if (!begun_) {
    begin();
    if (converter_ && !decode_more()) return 0;
  }
  while (converter_ && pending_at_ >= pending_.size()) {
    pending_.clear();
    pending_at_ = 0;
    if (!decode_more()) return 0;
  }
  if (pending_at_ < pending_.size()) {
    const size_t got = std::min(size, pending_.size() - pending_at_);
    std::memcpy(out, pending_.data() + pending_at_, got);
    pending_at_ += got;
    return got;
  }
  return input_.read(out, size);
}

}  // namespace postern::extract
