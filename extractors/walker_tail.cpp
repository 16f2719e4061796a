// What stands behind the end of a part's format.
#include <algorithm>

#include "extractors/appended.h"
#include "extractors/part_kind.h"
#include "extractors/walker.h"

namespace postern::extract {

namespace {

constexpr std::string_view kUnknown = "application/octet-stream";

}  // namespace

Walker::Tail Walker::find_tail(Source& source) const {
  Tail out;
  if (source.type.mime == kUnknown) {
    // Data behind a text: editors and browsers show the text.
    const size_t end = text_in_front(source.bytes);
    if (end == 0) return out;
    out.type = kUnknown;
    // The signature of what follows may begin with letters.
    constexpr size_t kLettersOfSignature = 8, kWindow = 64 << 10;
    size_t at = end - std::min(end, kLettersOfSignature);
    for (; at < end; at++) {
      out.type = detect_(source.bytes.substr(at, kWindow), "", "").mime;
      if (registry_.find(out.type) != nullptr && !out.type.starts_with("text/")) break;
    }
    if (at == end) out.type = detect_(source.bytes.substr(end), "", "").mime;
    // A guess that nothing can be made of is none.
    if (registry_.find(out.type) == nullptr) out.type = kUnknown;
    FileType type = detect_(source.bytes.substr(0, at), source.name, source.declared_type);
    if (type.mime == kUnknown) return {};
    out.bytes = source.bytes.substr(at);
    out.unread = out.type == kUnknown;
    source.bytes = source.bytes.substr(0, at);
    source.type = std::move(type);
    return out;
  }
  out.bytes = appended_data(source.bytes, source.type.mime);
  if (out.bytes.empty()) return out;
  // The reader of zips finds its front.
  out.type = out.bytes.size() == source.bytes.size() ? "application/zip" : detect_(out.bytes, "", "").mime;
  return out;
}

}  // namespace postern::extract
