// Reading: gives text to the sink and keeps what went wrong for the ending of the part. Shared by the readers of
// everything that a compound file holds.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract::ole {

class Reading {
 public:
  explicit Reading(Sink& sink) : sink_(sink) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Sink& sink() { return sink_; }

  // Gives a segment to the sink; after a limit nothing more is taken.
  void emit(Place place, std::string_view at, std::string_view text);
  // Loops ask it.
  bool stopped();

  void locked(std::string what);      // `encrypted`
  void damaged(std::string what);     // `malformed`
  void incomplete(std::string what);  // something was not read that a reader would show: `partial`
  void reached(std::string limit);    // a bound of a reader, with its value: `limit`

  // The first of each kind, worst first: message limits, bounds, locks, damage, what is missing.
  Ending ending() const;

 private:
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  std::string limit_;
  std::string lock_;
  std::string damage_;
  std::string partial_;
};

}  // namespace postern::extract::ole
