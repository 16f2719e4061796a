#include "extractors/worker/reception.h"

#include <algorithm>

#include "extractors/utf8.h"

namespace postern::extract {

namespace {

tl::unexpected<Error> broken(std::string what) {
  return fail(ErrorKind::corrupt, std::move(what));
}

bool is_fact_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

Result<bool> Reception::feed(std::string_view bytes) {
  // Whole frames are taken where they lie; only a frame in pieces is put together.
  const bool pieced = !pending_.empty();
  if (pieced) pending_ += bytes;
  std::string_view rest = pieced ? std::string_view(pending_) : bytes;
  const size_t given = rest.size();
  while (!rest.empty()) {
    if (done_) return broken("frames after the end");
    const auto decoded = wire::decode(rest);
    if (!decoded) return fail(decoded.error());
    if (!*decoded) break;
    if (auto ok = take((*decoded)->frame); !ok) return fail(ok.error());
    rest.remove_prefix((*decoded)->used);
  }
  if (pieced) {
    pending_.erase(0, given - rest.size());
  } else {
    pending_ = rest;
  }
  return done_;
}

Result<void> Reception::take(const wire::Frame& frame) {
  return std::visit([this](const auto& one) { return take(one); }, frame);
}

Result<void> Reception::take(const wire::Hello&) {
  return broken("a second hello");
}

Result<void> Reception::take(const wire::PartBegin& begin) {
  PartPath path;
  if (open_.empty()) {
    if (begin.ordinal != 0 || begin.role != PartRole::message) return broken("a walk that does not begin at its root");
  } else {
    Open& parent = open_.back();
    if (begin.ordinal <= parent.last_child || begin.role == PartRole::message) return broken("a child out of order");
    parent.last_child = begin.ordinal;
    path = parent.path.child(begin.ordinal);
  }
  if (open_.size() > kMostDepth) return broken("parts nested too deep");
  if (builder_.has_ended(path)) return broken("a part that was read before");
  if (builder_.parts() >= std::uint64_t{limits_.max_parts} + kMaxNamedPastLimit) return broken("too many parts");
  if (!is_utf8(begin.name) || !is_utf8(begin.declared_type)) return broken("a label that is not UTF-8");
  builder_.part_begin(path, begin.role, begin.name, begin.declared_type);
  open_.push_back(Open{std::move(path), begin.role, 0, 0, false});
  return {};
}

Result<void> Reception::take(const wire::PartType& type) {
  if (open_.empty() || open_.back().typed) return broken("a type out of place");
  Open& part = open_.back();
  if (type.role != part.role && type.role != PartRole::forwarded) return broken("a role that changes");
  if (part.path.is_root() && type.role != PartRole::message) return broken("a root that is no root");
  if (!is_utf8(type.type)) return broken("a type that is not UTF-8");
  const bool is_hash = type.sha256.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
                       (type.sha256.empty() || type.sha256.size() == kSha256Digits);
  if (!is_hash) return broken("a hash that is none");
  part.typed = true;
  builder_.part_type(part.path, type.role, type.type, type.size, type.sha256);
  return {};
}

Result<void> Reception::take(const wire::Fact& fact) {
  if (fact.depth >= open_.size()) return broken("a fact without a part");
  Open& part = open_[fact.depth];
  if (!is_fact_word(fact.word) || part.facts >= kMaxFacts) return broken("no fact, or too many");
  part.facts++;
  builder_.fact(part.path, fact.word);
  return {};
}

Result<void> Reception::take(const wire::SegmentText& segment) {
  if (segment.depth >= open_.size()) return broken("text without a part");
  if (segment.text.empty() || !is_utf8(segment.text) || !is_utf8(segment.at)) return broken("text that is not UTF-8");
  // Twice, because parts that are read again after a crash keep their first text until they begin again.
  if ((builder_.text_bytes() + segment.text.size()) / 2 > limits_.max_text_bytes) return broken("too much text");
  if (builder_.segments() >= 2 * std::uint64_t{kMaxSegments}) return broken("too many segments");
  builder_.segment(open_[segment.depth].path, segment.place, segment.at, segment.text);
  return {};
}

Result<void> Reception::take(const wire::PartEnd& end) {
  if (open_.empty()) return broken("an end without a part");
  if (!is_utf8(end.why) || (end.outcome == Outcome::complete) != end.why.empty()) return broken("an end without a why");
  builder_.part_end(open_.back().path, end.outcome, end.why);
  open_.pop_back();
  return {};
}

Result<void> Reception::take(const wire::Done& done) {
  if (!open_.empty() || !builder_.has_ended(PartPath())) return broken("an end before the root has ended");
  usage_ = done;
  done_ = true;
  return {};
}

Result<void> Reception::take(const wire::Splice&) {
  return broken("an edit inside a walk");
}

Result<void> Reception::take(const wire::Field&) {
  return broken("an edit inside a walk");
}

Result<void> Reception::take(const wire::Edited&) {
  return broken("an edit inside a walk");
}

}  // namespace postern::extract
