#include "policy/views.h"

#include <algorithm>

#include "policy/views_derived.h"

namespace postern::policy {

void OffsetMap::clear() {
  runs_.clear();
  view_end_ = 0;
  source_end_ = 0;
  last_ = Last::none;
}

void OffsetMap::give_back_over(size_t bytes) {
  clear();
  if (runs_.capacity() * sizeof(Run) > bytes) runs_.shrink_to_fit();
}

void OffsetMap::copied(size_t bytes) {
  if (last_ != Last::copied) runs_.push_back({view_end_, source_end_, 0});
  last_ = Last::copied;
  view_end_ += static_cast<std::uint32_t>(bytes);
  source_end_ += static_cast<std::uint32_t>(bytes);
}

void OffsetMap::replaced(size_t view_bytes, size_t source_bytes) {
  if (view_bytes > 0) runs_.push_back({view_end_, source_end_, static_cast<std::uint32_t>(source_bytes)});
  last_ = Last::other;
  view_end_ += static_cast<std::uint32_t>(view_bytes);
  source_end_ += static_cast<std::uint32_t>(source_bytes);
}

const OffsetMap::Run& OffsetMap::run_at(std::uint32_t view) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), view,
                                      [](std::uint32_t wanted, const Run& run) { return wanted < run.view; });
  return *(after - 1);
}

ByteRange OffsetMap::to_source(ByteRange view) const {
  if (is_identity() || view.begin >= view.end) return view;
  const Run& first = run_at(view.begin);
  const Run& last = run_at(view.end - 1);
  return {first.unit != 0 ? first.source : first.source + (view.begin - first.view),
          last.unit != 0 ? last.source + last.unit : last.source + (view.end - last.view)};
}

OffsetMap::Piece OffsetMap::piece(size_t run) const {
  const Run& here = runs_[run];
  const std::uint32_t end = run + 1 < runs_.size() ? runs_[run + 1].view : view_end_;
  const std::uint32_t bytes = here.unit != 0 ? here.unit : end - here.view;
  return {{here.view, end}, {here.source, here.source + bytes}, here.unit == 0};
}

// An edge inside what was replaced as a whole takes all of it; inside what was removed there is nothing to take.
std::uint32_t OffsetMap::view_of(std::uint32_t source, Edge edge) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), source,
                                      [](std::uint32_t wanted, const Run& run) { return wanted < run.source; });
  if (after == runs_.begin()) return 0;
  const Run& run = *(after - 1);
  const std::uint32_t next = after == runs_.end() ? view_end_ : after->view;
  const std::uint32_t into = source - run.source;
  if (run.unit == 0) return std::min(run.view + into, next);
  return into == 0 || (edge == Edge::begin && into < run.unit) ? run.view : next;
}

ByteRange OffsetMap::to_view(ByteRange source) const {
  if (is_identity()) return source;
  return {view_of(source.begin, Edge::begin), view_of(source.end, Edge::end)};
}

namespace {

constexpr DerivedView kViews[] = {
    {DerivedName::latin, "latin", Reads::patterns, make_latin},
    {DerivedName::skeleton, "skeleton", Reads::words, make_skeleton},
    {DerivedName::slanted, "slanted", Reads::both, make_slanted},
    {DerivedName::numerals, "numerals", Reads::patterns, make_numerals},
    {DerivedName::letters, "letters", Reads::words, make_letters_i},
    {DerivedName::letters_l, "letters-l", Reads::words, make_letters_l},
    {DerivedName::spaced, "spaced", Reads::both, make_spaced},
    {DerivedName::scattered, "scattered", Reads::both, make_scattered},
    {DerivedName::unwrapped, "unwrapped", Reads::words, make_unwrapped},
    {DerivedName::debris, "debris", Reads::both, make_debris},
    {DerivedName::leet, "leet", Reads::words, make_leet},
    {DerivedName::leet_l, "leet-l", Reads::words, make_leet_l},
    {DerivedName::codes, "codes", Reads::both, make_codes},
};

constexpr ViewMask bits(DerivedName one, DerivedName other) {
  return static_cast<ViewMask>(view_bit(one) | view_bit(other));
}

constexpr ViewSwitch kSwitches[] = {
    {"latin", view_bit(DerivedName::latin), true},
    {"skeleton", view_bit(DerivedName::skeleton), true},
    {"slanted", view_bit(DerivedName::slanted), true},
    {"numerals", view_bit(DerivedName::numerals), true},
    {"letters", bits(DerivedName::letters, DerivedName::letters_l), true},
    {"decoded", kDecodedView, true},
    {"spaced", bits(DerivedName::spaced, DerivedName::scattered), true},
    {"unwrapped", view_bit(DerivedName::unwrapped), true},
    {"debris", view_bit(DerivedName::debris), true},
    {"codes", view_bit(DerivedName::codes), true},
    {"joined", view_bit(DerivedName::joined), true},
    {"reversed", view_bit(DerivedName::reversed), true},
    {"leet", bits(DerivedName::leet, DerivedName::leet_l), false},
};

}  // namespace

std::span<const DerivedView> derived_views() {
  return kViews;
}

std::string_view to_string(DerivedName view) {
  for (const DerivedView& one : kViews) {
    if (one.id == view) return one.name;
  }
  return view == DerivedName::joined ? "joined" : "reversed";
}

ViewMask views_read_by(Reads reader) {
  unsigned mask = kDecodedView;
  for (const DerivedView& view : kViews) {
    if ((static_cast<unsigned>(view.reads) & static_cast<unsigned>(reader)) != 0) mask |= view_bit(view.id);
  }
  return static_cast<ViewMask>(mask);
}

std::span<const ViewSwitch> view_switches() {
  return kSwitches;
}

ViewMask default_views() {
  unsigned mask = 0;
  for (const ViewSwitch& one : kSwitches) mask |= one.on ? one.views : 0U;
  return static_cast<ViewMask>(mask);
}

}  // namespace postern::policy
