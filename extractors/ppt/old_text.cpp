#include "extractors/ppt/old_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "extractors/archive/bytes.h"
#include "extractors/ppt/records.h"
#include "extractors/story/code_page.h"
#include "extractors/story/drawing.h"

namespace postern::extract::ppt {

namespace {

constexpr size_t kDeepest = 32;        // records in records; each level is looked at once more
constexpr size_t kShortestRun = 4;     // letters of a text that no record bounds
constexpr size_t kShortestRecord = 3;  // of a record that is text and of no type that says so
constexpr size_t kMostKept = 100'000;  // lines remembered so that each is told once; more are told again

bool is_space(unsigned char byte) {
  return byte == '\t' || byte == '\n' || byte == '\v' || byte == '\r';
}
bool is_ascii(unsigned char byte) {
  return is_space(byte) || (byte >= 0x20 && byte < 0x7F);
}
bool is_word(unsigned char byte) {
  return byte == ' ' || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}
bool is_print(unsigned char byte) {
  return is_ascii(byte) || byte >= 0x80;
}

// Bytes that a Western or another alphabet could be meant by: mostly letters, and not the same few again and again, as
// in the tables of colours and sizes that stand between the texts.
bool reads_as_text(std::string_view bytes, std::uint32_t code_page) {
  size_t letters = 0, different = 0;
  std::array<bool, 256> seen{};
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    // Western text has few letters beyond ASCII, which fill pictures; of other alphabets nearly all stand there.
    if (is_word(byte) || is_space(byte) || (byte >= 0x80 && code_page != kCodePageAnsi)) letters++;
    if (!seen[byte]) different++;
    seen[byte] = true;
  }
  return 4 * letters >= 3 * bytes.size() && different >= std::min<size_t>(3, bytes.size());
}

std::string_view without_nuls(std::string_view bytes, size_t most) {
  for (; most > 0 && !bytes.empty() && bytes.back() == '\0'; most--) bytes.remove_suffix(1);
  return bytes;
}

// UTF-16 of Latin letters: every second byte is zero.
bool is_wide(std::string_view bytes) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return false;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    if (bytes[i + 1] != '\0' || !is_ascii(static_cast<unsigned char>(bytes[i]))) return false;
  }
  return true;
}

class OldText {
 public:
  OldText(std::uint32_t code_page, std::unordered_set<std::string>& told, Teller& teller)
      : code_page_(code_page), told_(told), teller_(teller) {}

  void read(std::string_view stream) {
    std::vector<std::string_view> open{stream};
    while (!open.empty() && !teller_.stopped()) {
      std::string_view& rest = open.back();
      Record record;
      if (!next(rest, record)) {
        const std::string_view loose = rest;
        open.pop_back();
        tell_runs(loose);
        continue;
      }
      rest.remove_prefix(kRecordHead + record.content.size());
      if (open.size() < kDeepest && (record.container || is_records(record.content))) {
        open.push_back(record.content);
      } else {
        tell_record(record);
      }
    }
    flush();
  }

 private:
  // A record that fits into `bytes`, of a type that the formats of PowerPoint and Office drawings have.
  static bool next(std::string_view bytes, Record& record) {
    constexpr std::uint16_t kLastOfPowerPoint = 0x3FFF, kFirstOfDrawings = 0xF000;
    return read_record(bytes, record) && record.whole() && record.type != 0 &&
           (record.type <= kLastOfPowerPoint || record.type >= kFirstOfDrawings);
  }

  // True when records fill the bytes to the last one.
  bool is_records(std::string_view bytes) const {
    Record record;
    if (bytes.empty()) return false;
    while (!bytes.empty() && !teller_.stopped()) {
      if (!next(bytes, record)) return false;
      bytes.remove_prefix(kRecordHead + record.content.size());
    }
    return true;
  }

  void tell_record(const Record& record) {
    const std::string_view content = without_nuls(record.content, 1);
    const bool named = record.type == kNarrowText || record.type == kWideText || record.type == kString;
    const bool print =
        std::all_of(content.begin(), content.end(), [](char c) { return is_print(static_cast<unsigned char>(c)); });
    if (print && (named || (content.size() >= kShortestRecord && reads_as_text(content, code_page_)))) {
      tell_narrow(content);
    } else if (is_wide(without_nuls(record.content, 2)) || record.type == kWideText) {
      tell_wide(record.content);
    } else {
      tell_runs(record.content);
    }
  }

  void tell_runs(std::string_view bytes) {
    while (!bytes.empty() && !teller_.stopped()) {
      const auto first_not = [](std::string_view from, bool (*is)(unsigned char)) {
        return static_cast<size_t>(
            std::find_if_not(from.begin(), from.end(), [is](char c) { return is(static_cast<unsigned char>(c)); }) -
            from.begin());
      };
      size_t wide = 0;
      while (wide + 1 < bytes.size() && bytes[wide + 1] == '\0' && is_ascii(static_cast<unsigned char>(bytes[wide]))) {
        wide += 2;
      }
      if (wide >= 2 * kShortestRun) {
        tell_wide(bytes.substr(0, wide));
        bytes.remove_prefix(wide);
        continue;
      }
      const size_t run = first_not(bytes, is_print);
      std::string_view text = bytes.substr(0, run);
      bytes.remove_prefix(std::max<size_t>(run, 1));
      // The byte in front of a text may be its length.
      if (text.size() > 1 && static_cast<unsigned char>(text[0]) == text.size() - 1) text.remove_prefix(1);
      if (text.size() >= kShortestRun && reads_as_text(text, code_page_)) {
        tell_narrow(text);
        continue;
      }
      // Among bytes that only look like letters of other alphabets.
      while (!text.empty()) {
        const size_t ascii = first_not(text, is_ascii);
        const std::string_view part = text.substr(0, ascii);
        if (part.size() >= kShortestRun && reads_as_text(part, code_page_)) tell_narrow(part);
        text.remove_prefix(std::max<size_t>(ascii, 1));
      }
    }
  }

  void tell_narrow(std::string_view bytes) {
    std::string text;
    append_code_page(text, bytes, code_page_);
    tell(text);
  }
  void tell_wide(std::string_view bytes) {
    std::string text;
    append_utf16le(text, bytes);
    tell(text);
  }

  // Paragraphs end with a carriage return, lines with a vertical tab.
  void tell(std::string& text) {
    std::replace(text.begin(), text.end(), '\r', '\n');
    std::replace(text.begin(), text.end(), '\v', '\n');
    std::erase(text, '\0');
    for (std::string_view rest = text; !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      std::string line(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || told_.contains(line)) continue;
      fresh_ += line + "\n";
      if (told_.size() < kMostKept) told_.insert(std::move(line));
    }
    constexpr size_t kEnough = 1U << 16;
    if (fresh_.size() >= kEnough) flush();
  }

  void flush() {
    teller_.tell(Place::body, "", fresh_);
    fresh_.clear();
  }

  const std::uint32_t code_page_;
  std::unordered_set<std::string>& told_;
  Teller& teller_;
  std::string fresh_;  // not yet given to the teller
};

}  // namespace

void tell_old_text(std::string_view stream, std::uint32_t code_page, std::unordered_set<std::string>& told,
                   Teller& teller) {
  OldText(code_page, told, teller).read(stream);
}

}  // namespace postern::extract::ppt
