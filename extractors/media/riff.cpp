// RIFF: WAV and AVI, chunks inside lists.
#include <string>

#include "extractors/image/fields.h"
#include "extractors/media/tags.h"

namespace postern::extract::media {

namespace {

using image::slice;

constexpr int kDeepest = 8;

void read_broadcast(std::string_view data, Tags& out) {
  constexpr size_t kDescription = 256, kOriginator = 32, kHistoryAt = 602;
  const auto filled = [&](size_t at, size_t size) {
    const std::string_view text = slice(data, at, size);
    return text.substr(0, text.find('\0'));
  };
  out.text("description", filled(0, kDescription));
  out.text("bext originator", filled(kDescription, kOriginator));
  out.text("bext reference", filled(kDescription + kOriginator, kOriginator));
  out.text("bext history", filled(kHistoryAt, data.size()));
}

void read_chunks(std::string_view bytes, std::string_view list, Tags& out, int depth) {
  while (bytes.size() > 8 && !out.full()) {
    const std::string_view id = bytes.substr(0, 4);
    const std::uint64_t size = le32(bytes, 4);
    const std::string_view data = slice(bytes, 8, size);
    if (id == "LIST") {
      // "movi" is the film itself.
      const std::string_view kind = slice(data, 0, 4);
      if (kind != "movi" && depth < kDeepest) read_chunks(slice(data, 4, data.size()), kind, out, depth + 1);
    } else if (list == "INFO" || id == "strn" || id == "IDIT" || id == "iXML") {
      out.text(id, data);
    } else if (id == "labl" || id == "note") {
      out.text(id, slice(data, 4, data.size()));  // behind the number of the cue
    } else if (id == "ltxt") {
      out.text(id, slice(data, 20, data.size()));
    } else if (id == "bext") {
      read_broadcast(data, out);
    } else if (id == "id3 " || id == "ID3 ") {
      read_id3(data, out);
    } else if (id == "_PMX") {
      out.xmp(data);
    }
    bytes = slice(bytes, 8 + size + size % 2, bytes.size());
  }
}

}  // namespace

void read_riff(std::string_view bytes, Tags& out) {
  constexpr size_t kHead = 12;
  // Films of more than a gigabyte go on in further RIFF chunks, which hold nothing but film.
  read_chunks(slice(bytes, kHead, bytes.size()), "", out, 0);
}

}  // namespace postern::extract::media
