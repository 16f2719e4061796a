#include "extractors/loose_text.h"

#include <algorithm>

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

constexpr size_t kLeastRun = 6;

bool is_white(unsigned char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

// Latin, Greek and Cyrillic letters, and what stands between them.
bool is_character(unsigned unit) {
  return (unit >= 0x20 && unit < 0x7F) || (unit < 0x20 && is_white(static_cast<unsigned char>(unit))) ||
         (unit >= 0xA0 && unit < 0x250) || (unit >= 0x370 && unit < 0x530) || (unit >= 0x2010 && unit < 0x2027) ||
         unit == 0x20AC;
}

void append(unsigned unit, std::string& out) {
  if (unit < 0x80) {
    out.push_back(static_cast<char>(unit));
  } else if (unit < 0x800) {
    out.push_back(static_cast<char>(0xC0U | unit >> 6));
    out.push_back(static_cast<char>(0x80U | (unit & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xE0U | unit >> 12));
    out.push_back(static_cast<char>(0x80U | (unit >> 6 & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | (unit & 0x3FU)));
  }
}

// Two words of two letters with white space between them, or nothing but letters of ASCII: others stand for numbers.
bool is_text(std::string_view run) {
  constexpr size_t kLeastWord = 2;
  if (std::all_of(run.begin(), run.end(), [](char c) {
        return is_letter(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
      }))
    return true;
  size_t word = 0;
  bool behind_word = false;  // and white space
  for (const char c : run) {
    const auto u = static_cast<unsigned char>(c);
    if (is_letter(u)) {
      word++;
      if (behind_word && word >= kLeastWord) return true;
    } else {
      behind_word = is_white(u) && (word >= kLeastWord || (word == 0 && behind_word));
      word = 0;
    }
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::string& out) : out_(out) {}

  void read(std::string_view bytes) {
    for (size_t at = 0; at < bytes.size() && out_.size() < kMostLooseText;) {
      // Most of a program is neither: a zero or a control, and no zero behind it.
      size_t end = read_wide(bytes, at, false);
      if (end == at) end = read_wide(bytes, at, true);
      if (end == at) end = read_narrow(bytes, at);
      at = std::max(end, at + 1);
    }
  }

 private:
  // Behind the run at `at`, or `at` when there is none.
  size_t read_wide(std::string_view bytes, size_t at, bool big) {
    run_.clear();
    size_t units = 0, end = at;
    for (; end + 1 < bytes.size(); end += 2, units++) {
      const auto first = static_cast<unsigned char>(bytes[end]), second = static_cast<unsigned char>(bytes[end + 1]);
      const unsigned unit = big ? unsigned{first} << 8 | second : unsigned{second} << 8 | first;
      if (!is_character(unit)) break;
      append(unit, run_);
    }
    if (units < kLeastRun) return at;
    keep(run_);
    return end;
  }

  size_t read_narrow(std::string_view bytes, size_t at) {
    constexpr size_t kLongest = 4;
    size_t end = at, characters = 0;
    while (end < bytes.size()) {
      const auto c = static_cast<unsigned char>(bytes[end]);
      size_t size = 1;
      if (c >= 0x80) {
        const size_t window = c >= 0xF0 ? kLongest : c >= 0xE0 ? kLongest - 1 : 2;
        size = valid_utf8_prefix(bytes.substr(end, window));
        if (size != window) break;
      } else if ((c < ' ' && !is_white(c)) || c == 0x7F) {
        break;
      }
      end += size;
      characters++;
    }
    if (characters >= kLeastRun) keep(bytes.substr(at, end - at));
    return end;
  }

  void keep(std::string_view run) {
    if (!is_text(run)) return;
    out_ += run.substr(0, kMostLooseText - std::min(out_.size(), kMostLooseText));
    out_ += '\n';
  }

  std::string& out_;
  std::string run_;
};

}  // namespace

std::string loose_text(std::string_view bytes) {
  constexpr size_t kEnd = 1 << 20;
  std::string out;
  Reader reader(out);
  if (bytes.size() > kMostLooseBytes) {
    reader.read(bytes.substr(bytes.size() - kEnd));
    bytes = bytes.substr(0, kMostLooseBytes - kEnd);
  }
  reader.read(bytes);
  return out;
}

}  // namespace postern::extract
