// MimeReader: hands the parts of one mail or multipart node to a sink.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"
#include "extractors/mail/entity.h"
#include "extractors/mail/multipart.h"

namespace postern::extract {

class MimeReader {
 public:
  explicit MimeReader(Sink& sink) : sink_(sink) {}

  // A whole mail: its header fields as text, then its content.
  Ending read_mail(std::string_view bytes);
  // A multipart node with its own header, whose fields its parent has told already.
  Ending read_node(std::string_view bytes);

 private:
  // What is around a part.
  struct Around {
    std::string_view subtype;  // "multipart/alternative"; empty in a mail of one part
    size_t ordinal = 0;        // of the part in it, from 1
  };

  void read_content(const Entity& entity, const Around& around);
  void read_parts(const EntityReading& reading);
  bool read_split(const EntityReading& reading, std::string_view body, std::string_view boundary,
                  std::string_view why_doubtful);
  void read_lenient(const EntityReading& reading, std::string_view body, std::string_view boundary,
                    const Multipart& split);
  void read_part(std::string_view bytes, std::string_view subtype, size_t ordinal, std::string_view doubt);
  void read_leaf(const Entity& entity, const EntityReading& reading, const Around& around, const std::string& doubt);
  // Text that stands unencoded in an encoded part.
  void read_beside(const std::string& lines);
  void read_files_in_text(std::string_view text);
  void tell_fields(const Header& header);
  void tell_part_fields(const Entity& entity, const Around& around);
  void tell(Place place, std::string_view at, std::string_view text);
  void tell_loose_text(std::string_view at, std::string_view bytes);
  void doubt(std::string_view why);
  bool over() const { return hit_ != LimitHit::none || sink_.stopped(); }
  Ending ending() const;

  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  std::string doubt_;
  std::string damage_;
  std::string left_out_;  // which limit kept something back
};

}  // namespace postern::extract
