// Marks: what a scan tells by itself in one segment, source code and classification labels. Internal to scan*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "message/extracted_text.h"
#include "policy/compile.h"

namespace postern::policy {

class MarkSink {
 public:
  virtual ~MarkSink() = default;
  virtual void mark(SourceIndex source, std::uint32_t entry, ByteRange range) = 0;
};

// `reader` is the reader view of the segment's text, `buffer` scratch; ranges are those of the view.
void scan_marks(const Marks& marks, const Segment& segment, std::string_view reader, std::string& buffer,
                MarkSink& sink);

}  // namespace postern::policy
