// Emitter: where the readers of a document's pieces give their segments.
#pragma once

#include <string_view>

#include "message/words.h"

namespace postern::extract {

class Emitter {
 public:
  // Gives a segment; after a limit nothing more is taken.
  virtual void emit(Place place, std::string_view at, std::string_view text) = 0;

 protected:
  ~Emitter() = default;
};

}  // namespace postern::extract
