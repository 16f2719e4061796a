#include "policy/scan_marks.h"

#include "policy/source_code.h"

namespace postern::policy {

namespace {

class Labels final : public LabelSink {
 public:
  Labels(SourceIndex first, MarkSink& sink) : first_(first), sink_(sink) {}
  void label(const LabelUse& use, ByteRange range) override { sink_.mark(first_ + use.list, use.entry, range); }

 private:
  SourceIndex first_;
  MarkSink& sink_;
};

}  // namespace

void scan_marks(const Marks& marks, const Segment& segment, std::string_view reader, std::string& buffer,
                MarkSink& sink) {
  if (marks.source_code != kNoSource) {
    CodeReader code(reader);
    for (CodeStretch stretch; code.next(stretch);) sink.mark(marks.source_code, stretch.lines, stretch.range);
  }
  if (marks.labels.empty()) return;
  Labels labels(marks.first_label, sink);
  marks.labels.scan(segment.place, segment.at, reader, buffer, labels);
}

}  // namespace postern::policy
