#include "extractors/ole/reading.h"

namespace postern::extract::ole {

namespace {

void keep_first(std::string& kept, std::string what) {
  if (kept.empty()) kept = std::move(what);
}

}  // namespace

void Reading::emit(Place place, std::string_view at, std::string_view text) {
  if (hit_ != LimitHit::none || text.empty()) return;
  hit_ = sink_.text(place, at, text);
}

bool Reading::stopped() {
  if (hit_ == LimitHit::none) hit_ = sink_.budget().check_time();
  return hit_ != LimitHit::none || sink_.stopped();
}

void Reading::locked(std::string what) {
  keep_first(lock_, std::move(what));
}
void Reading::damaged(std::string what) {
  keep_first(damage_, std::move(what));
}
void Reading::incomplete(std::string what) {
  keep_first(partial_, std::move(what));
}
void Reading::reached(std::string limit) {
  keep_first(limit_, std::move(limit));
}

Ending Reading::ending() const {
  if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
  if (!limit_.empty()) return {Outcome::limit, limit_};
  if (!lock_.empty()) return {Outcome::encrypted, lock_};
  if (!damage_.empty()) return {Outcome::malformed, damage_};
  if (!partial_.empty()) return {Outcome::partial, partial_};
  return complete();
}

}  // namespace postern::extract::ole
