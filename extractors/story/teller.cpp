#include "extractors/story/teller.h"

#include <algorithm>

namespace postern::extract {

void Teller::tell(Place place, std::string_view at, std::string_view utf8) {
  const bool blank = std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (blank || hit_ != LimitHit::none) return;
  hit_ = sink_.text(place, at, utf8);
}

void Teller::tell_property(std::string_view name, std::string_view value) {
  tell(Place::property, name, value);
}

void Teller::note(Outcome outcome, std::string_view why) {
  if (noted_.outcome == Outcome::complete || (outcome == Outcome::limit && noted_.outcome != Outcome::limit)) {
    noted_ = {outcome, std::string(why)};
  }
}

Ending Teller::ending() const {
  return hit_ != LimitHit::none ? limit_ending(hit_, sink_.budget().limits()) : noted_;
}

}  // namespace postern::extract
