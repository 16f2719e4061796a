// The records of EMF+ ([MS-EMFPLUS] 2.3), which stand in comments of an EMF.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "extractors/metafile/canvas.h"
#include "extractors/metafile/pictures.h"

namespace postern::extract {

class EmfPlusReader {
 public:
  // The records of one comment. Every record stands whole in one; an object may go on in the next.
  void read(std::string_view records, Pictures& pictures);
  // Gives an object that nothing came behind.
  void end(Pictures& pictures);
  std::string take() { return canvas_.take(); }
  bool has_glyph_strings() const { return glyph_strings_; }

 private:
  void read_object(unsigned flags, std::string_view data, Pictures& pictures);
  void draw_string(unsigned flags, std::string_view data);
  void draw_driver_string(unsigned flags, std::string_view data);
  void change_world(unsigned type, unsigned flags, std::string_view data);

  static constexpr size_t kObjects = 64;  // [MS-EMFPLUS] 2.3.5.1: object ids are 0 to 63
  Canvas canvas_;
  Transform world_;
  std::map<std::uint32_t, Transform> saved_;
  std::array<double, kObjects> font_heights_{};
  bool glyph_strings_ = false;
  // The pieces so far of an image that goes on.
  struct Pieces {
    unsigned object = 0;  // flags without the one that says so
    std::uint32_t whole = 0;
    std::string bytes;
  };
  std::optional<Pieces> pieces_;
};

}  // namespace postern::extract
