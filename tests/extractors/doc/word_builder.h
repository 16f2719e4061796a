// Builds Word 97 documents for tests: head, one piece of narrow text and one of wide, tables, runs ([MS-DOC]).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/compound_builder.h"

namespace postern::test {

class WordBuilder {
 public:
  static constexpr size_t kStories = 8;

  // Appends to story `story` ([MS-DOC] 2.3.1: main, footnotes, headers, macros, comments, endnotes, boxes, header
  // boxes). Stories must be given in that order.
  WordBuilder& text(size_t story, std::string_view ascii, std::string_view changes = "") {
    if (!changes.empty()) {
      runs_.push_back({kTextAt + static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(ascii.size()),
                       std::string(changes)});
    }
    text_ += ascii;
    counts_[story] += static_cast<std::uint32_t>(ascii.size());
    return *this;
  }
  WordBuilder& table(size_t number, std::string bytes) {
    tables_[number] = std::move(bytes);
    return *this;
  }
  // Positions, each followed by `entry` zeros but the last.
  WordBuilder& positions(size_t number, const std::vector<std::uint32_t>& positions, size_t entry = 0) {
    std::string bytes;
    for (const std::uint32_t position : positions) bytes += le(position, 4);
    return table(number, bytes + std::string(entry * (positions.size() - 1), '\0'));
  }
  WordBuilder& flags(std::uint16_t flags) {
    flags_ = flags;
    return *this;
  }

  std::string main_stream() const {
    std::string out = head();
    out += text_;
    out.resize((out.size() + 511) / 512 * 512);
    return out + page();
  }
  std::string table_stream() const {
    std::string out;
    for (const auto& [number, bytes] : all_tables()) out += bytes;
    return out;
  }
  CompoundBuilder file() const {
    CompoundBuilder file;
    file.stream("WordDocument", main_stream()).stream("1Table", table_stream());
    return file;
  }
  std::string build() const { return file().build(); }

 private:
  static constexpr std::uint32_t kTextAt = 1024;
  struct Run {
    std::uint32_t begin, size;
    std::string changes;
  };

  std::map<size_t, std::string> all_tables() const {
    std::map<size_t, std::string> tables = tables_;
    const auto size = static_cast<std::uint32_t>(text_.size());
    if (!tables.contains(33)) {
      tables[33] = "\x02" + le(16, 4) + le(0, 4) + le(size, 4) + le(0, 2) +
                   le(std::uint64_t{1} << 30 | kTextAt * 2, 4) + le(0, 2);
    }
    if (!runs_.empty()) {
      const std::uint32_t number = static_cast<std::uint32_t>((kTextAt + size + 511) / 512);
      tables[12] = le(kTextAt, 4) + le(kTextAt + size, 4) + le(number, 4);
    }
    return tables;
  }
  std::string head() const {
    std::string out(kTextAt, '\0');
    const auto set = [&out](size_t at, std::uint64_t value, unsigned width) {
      out.replace(at, width, le(value, width));
    };
    set(0, 0xA5EC, 2);
    set(2, 0x00C1, 2);
    set(0x0A, 0x0200 | flags_, 2);
    set(32, 14, 2);
    set(62, 22, 2);
    for (size_t story = 0; story < kStories; story++) set(76 + story * 4, counts_[story], 4);
    set(152, 93, 2);
    std::uint32_t at = 0;
    for (const auto& [number, bytes] : all_tables()) {
      set(154 + number * 8, at, 4);
      set(158 + number * 8, bytes.size(), 4);
      at += static_cast<std::uint32_t>(bytes.size());
    }
    return out;
  }
  // One page of runs; what lies between the marked ones is plain.
  std::string page() const {
    if (runs_.empty()) return {};
    std::vector<std::uint32_t> bounds{kTextAt};
    std::vector<std::string> changes;
    for (const Run& run : runs_) {
      if (run.begin > bounds.back()) {
        bounds.push_back(run.begin);
        changes.emplace_back();
      }
      bounds.push_back(run.begin + run.size);
      changes.push_back(run.changes);
    }
    std::string out(512, '\0');
    size_t end = 510;
    for (size_t i = 0; i < bounds.size(); i++) out.replace(i * 4, 4, le(bounds[i], 4));
    for (size_t i = 0; i < changes.size(); i++) {
      if (changes[i].empty()) continue;
      end = (end - changes[i].size() - 1) / 2 * 2;
      out[end] = static_cast<char>(changes[i].size());
      out.replace(end + 1, changes[i].size(), changes[i]);
      out[bounds.size() * 4 + i] = static_cast<char>(end / 2);
    }
    out[511] = static_cast<char>(changes.size());
    return out;
  }

  std::string text_;
  std::uint32_t counts_[kStories] = {};
  std::map<size_t, std::string> tables_;
  std::vector<Run> runs_;
  std::uint16_t flags_ = 0;
};

}  // namespace postern::test
