// What the readers of this folder share: one pass over the XML, and how it ended.
#pragma once

#include <string_view>

#include "extractors/story/teller.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::office_xml {

// Streams `bytes` through `handler` and notes at `teller` what was wrong with them.
template <typename Handler>
void scan(std::string_view bytes, const XmlVocabulary& vocabulary, Handler& handler, Teller& teller) {
  XmlMemory memory(bytes);
  XmlDecoder decoder(memory);
  XmlScanner<Handler> scanner(decoder, vocabulary);
  const XmlEnd end = scanner.run(handler);
  teller.tell(Place::hidden_text, "document type", scanner.document_type());
  if (teller.stopped()) return;
  if (end == XmlEnd::malformed) teller.note(Outcome::malformed, "its XML is not well-formed");
  if (scanner.unknown_entities()) teller.note(Outcome::malformed, "its XML refers to entities that nothing declares");
}

}  // namespace postern::extract::office_xml
