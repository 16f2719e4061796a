// What a worker may send, and what a client may ask: any bytes at all.
//
// The first byte chooses: 0 a request, else the size of the pieces in which a stream arrives. Whatever
// comes, the bounds hold, what was kept is valid UTF-8, and nothing unfinished is `complete`.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "extractors/utf8.h"
#include "extractors/worker/edit_reception.h"
#include "extractors/worker/reception.h"
#include "extractors/worker/wire.h"

namespace {

using namespace postern;
using namespace postern::extract;

void require(bool holds) {
  if (!holds) std::abort();
}

void request(std::string_view bytes) {
  const auto decoded = wire::decode_request(bytes);
  if (!decoded || !*decoded) return;
  std::string again;
  wire::encode((*decoded)->request, again);
  const auto twice = wire::decode_request(again);
  require(twice && *twice && (*twice)->request.settled == (*decoded)->request.settled);
  require((*twice)->request.footer.text == (*decoded)->request.footer.text);
  require((*twice)->request.carried == (*decoded)->request.carried);
}

void stream(std::string_view bytes, size_t piece) {
  Limits limits;
  limits.max_parts = 50;
  limits.max_text_bytes = 1000;
  TextBuilder builder;
  Reception reception(builder, limits);
  bool done = false;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const auto fed = reception.feed(bytes.substr(at, piece));
    if (!fed) break;
    done = *fed;
  }
  require(!done || builder.has_ended(PartPath()));
  require(builder.text_bytes() <= 2 * limits.max_text_bytes + 1);
  const ExtractedText text = builder.take();
  require(text.parts.size() <= limits.max_parts + kMaxNamedPastLimit);
  for (const Part& part : text.parts) {
    require(is_utf8(part.name) && is_utf8(part.type) && is_utf8(part.why) && is_utf8(part.declared_type));
    require(part.why.empty() == (part.outcome == Outcome::complete));
    require(part.facts.size() <= kMaxFacts);
  }
  for (const Segment& segment : text.segments) {
    require(segment.part < text.parts.size() && !segment.text.empty());
    require(is_utf8(segment.text) && is_utf8(segment.at) && segment.text.size() <= kSegmentBytes);
  }
}

void edit(std::string_view bytes, size_t piece) {
  constexpr std::uint64_t kSize = 1000, kBody = 100;
  EditReception reception(kSize, kBody);
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const auto fed = reception.feed(bytes.substr(at, piece));
    if (!fed) return;
    if (!*fed) continue;
    const BodyEdit edit = reception.take();
    require((edit.outcome == FooterOutcome::added) == !edit.splices.empty());
    std::uint64_t last = kBody;
    for (const BodySplice& splice : edit.splices) {
      require(splice.offset >= last && splice.offset + splice.removed <= kSize);
      last = splice.offset + splice.removed;
    }
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 0) {
    request(bytes);
  } else {
    stream(bytes, data[0]);
    edit(bytes, data[0]);
  }
  return 0;
}
