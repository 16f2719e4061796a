// Teller: gives text to a sink and remembers the first thing that was lost.
//
// Readers of documents tell many small texts; this keeps their code free of a test
// after each, and makes one ending of what happened: a limit, else what was noted as
// damaged, else `complete`.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

class Teller {
 public:
  explicit Teller(Sink& sink) : sink_(sink) {}

  // Texts without a letter, digit or sign are dropped.
  void tell(Place place, std::string_view at, std::string_view utf8);
  // A property under its name as locator; nothing when the value is empty.
  void tell_property(std::string_view name, std::string_view value);
  void child(const Child& child, const Produce& produce) { sink_.child(child, produce); }
  void child(const Child& child, std::string_view bytes) { sink_.child(child, bytes); }

  // The first of several is the one that counts; `limit` counts before the others.
  void note(Outcome outcome, std::string_view why);
  bool stopped() const { return hit_ != LimitHit::none || sink_.stopped(); }
  Sink& sink() { return sink_; }
  Ending ending() const;

 private:
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  Ending noted_;
};

}  // namespace postern::extract
