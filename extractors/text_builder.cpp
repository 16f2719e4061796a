#include "extractors/text_builder.h"

#include <algorithm>

namespace postern::extract {

TextBuilder::Entry& TextBuilder::at(const PartPath& path) {
  // Nearly every report is about the innermost part.
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    if ((*open)->part.path == path) return **open;
  }
  return parts_[path];
}

void TextBuilder::part_begin(const PartPath& path, PartRole role, std::string_view name,
                             std::string_view declared_type) {
  Entry& entry = parts_[path];
  text_bytes_ -= entry.text_bytes;
  segments_ -= entry.segments.size();
  entry = Entry{};
  entry.part.path = path;
  entry.part.role = role;
  entry.part.name = name;
  entry.part.declared_type = declared_type;
  open_.push_back(&entry);
}

void TextBuilder::part_type(const PartPath& path, PartRole role, std::string_view type, std::uint64_t size,
                            std::string_view sha256) {
  Part& part = at(path).part;
  part.role = role;
  part.type = type;
  part.size = size;
  part.sha256 = sha256;
}

void TextBuilder::segment(const PartPath& path, Place place, std::string_view locator, std::string_view text) {
  Entry& entry = at(path);
  entry.segments.push_back(Segment{0, place, std::string(locator), std::string(text)});
  entry.text_bytes += text.size();
  text_bytes_ += text.size();
  segments_++;
}

void TextBuilder::fact(const PartPath& path, std::string_view word) {
  std::vector<std::string>& facts = at(path).part.facts;
  const auto place = std::lower_bound(facts.begin(), facts.end(), word);
  if (place == facts.end() || *place != word) facts.emplace(place, word);
}

void TextBuilder::part_end(const PartPath& path, Outcome outcome, std::string_view why) {
  Entry& entry = at(path);
  entry.part.outcome = outcome;
  entry.part.why = why;
  entry.ended = true;
  ended_parts_++;
  std::erase(open_, &entry);
}

std::optional<PartPath> TextBuilder::innermost() const {
  if (open_.empty()) return std::nullopt;
  return open_.back()->part.path;
}

void TextBuilder::end_innermost(Outcome outcome, std::string_view why) {
  if (!open_.empty()) part_end(PartPath(open_.back()->part.path), outcome, why);
}

void TextBuilder::end_all(Outcome outcome, std::string_view why) {
  if (parts_.empty()) part_begin(PartPath(), PartRole::message, "", "");
  for (auto& [path, entry] : parts_) {
    if (!entry.ended) {
      entry.part.outcome = outcome;
      entry.part.why = why;
      entry.ended = true;
      ended_parts_++;
    }
  }
  open_.clear();
}

bool TextBuilder::has_ended(const PartPath& path) const {
  const auto found = parts_.find(path);
  return found != parts_.end() && found->second.ended;
}

bool TextBuilder::has_children(const PartPath& path) const {
  const auto next = parts_.upper_bound(path);  // depth first: a child comes next
  return next != parts_.end() && path.contains(next->first);
}

std::uint64_t TextBuilder::ended_segments() const {
  std::uint64_t out = 0;
  for (const auto& [path, entry] : parts_) out += entry.ended ? entry.segments.size() : 0;
  return out;
}

std::vector<std::pair<PartPath, Outcome>> TextBuilder::settled() const {
  std::vector<std::pair<PartPath, Outcome>> out;
  for (const auto& [path, entry] : parts_) {
    if (!entry.ended) continue;
    // Depth first: a part's descendants follow it directly.
    if (!out.empty() && out.back().first.contains(path)) continue;
    out.emplace_back(path, entry.part.outcome);
  }
  return out;
}

Spent TextBuilder::spent() const {
  Spent out;
  for (const auto& [path, entry] : parts_) {
    if (!entry.ended) continue;
    out.bytes += entry.part.size;
    out.text_bytes += entry.text_bytes;
    out.parts++;
  }
  return out;
}

ExtractedText TextBuilder::take() {
  ExtractedText out;
  out.parts.reserve(parts_.size());
  out.segments.reserve(segments_);
  for (auto& [path, entry] : parts_) {
    const auto index = static_cast<std::uint32_t>(out.parts.size());
    if (!entry.ended) {
      entry.part.outcome = Outcome::crashed;
      entry.part.why = "its reading was not finished";
    }
    for (Segment& segment : entry.segments) {
      segment.part = index;
      out.segments.push_back(std::move(segment));
    }
    out.parts.push_back(std::move(entry.part));
  }
  parts_.clear();
  open_.clear();
  text_bytes_ = 0;
  segments_ = 0;
  ended_parts_ = 0;
  return out;
}

}  // namespace postern::extract
