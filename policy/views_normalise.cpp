// original -> reader, reader -> folded.
#include <cstring>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "policy/views.h"
#include "policy/views_masks.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Loops of this many bytes without a branch inside, which compilers turn into vector instructions.
constexpr size_t kStride = 64;

char lower(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return static_cast<char>(byte + (static_cast<unsigned char>(byte - 'A') < 26 ? 0x20 : 0));
}

// Writes one reader view.
class ReaderWriter {
 public:
  ReaderWriter(std::string_view text, std::string& out, OffsetMap* map)
      : text_(text), out_(out), map_(map), tables_(unicode_tables()) {}

  void run() {
    while (at_ < text_.size()) {
      const size_t end = find_odd(text_, at_);
      // The last of them may combine with what follows.
      const size_t safe = end < text_.size() && end > at_ ? end - 1 : end;
      if (safe > at_) copy(safe - at_);
      if (at_ < text_.size()) one();
    }
  }

 private:
  void copy(size_t bytes) {
    out_.append(text_, at_, bytes);
    if (map_ != nullptr) map_->copied(bytes);
    at_ += bytes;
  }

  void replace(std::string_view with, size_t source_bytes) {
    out_ += with;
    at_ += source_bytes;
    if (map_ == nullptr) return;
    if (with.size() == 1 && source_bytes == 1) {
      map_->copied(1);
    } else {
      map_->replaced(with.size(), source_bytes);
    }
  }

  // The end of the marks that combine with what ends at `next`, or `next` when there are none.
  size_t marks_after(size_t next) const {
    size_t end = next;
    size_t count = 0;
    while (next < text_.size() && count < kMaxCombining) {
      if (static_cast<unsigned char>(text_[next]) < 0x20 || static_cast<unsigned char>(text_[next]) >= 0x7f) {
        const CharAction action = tables_.action(next_code_point(text_, next));
        if (action != CharAction::join && action != CharAction::remove) break;
        count++;
        if (action == CharAction::join) end = next;
      } else {
        break;
      }
    }
    return end;
  }

  // One code point, or one with the marks that combine with it.
  void one() {
    size_t next = at_;
    const char32_t c = next_code_point(text_, next);
    const CharAction action = tables_.action(c);
    if (action == CharAction::remove) return replace({}, next - at_);
    if (action == CharAction::line) {
      const bool pair = c == '\r' && next < text_.size() && text_[next] == '\n';
      return replace("\n", next - at_ + (pair ? 1 : 0));
    }
    if (action == CharAction::join || next < text_.size()) {
      const size_t end = marks_after(next);
      if (action == CharAction::join || end != next) return combined(end);
    }
    switch (action) {
      case CharAction::space:
        return replace(" ", next - at_);
      case CharAction::digit:
        return replace(digit_text(c), next - at_);
      case CharAction::replace:
        return replace(tables_.replacement(c), next - at_);
      default:
        break;
    }
    if (c >= 0x80 && is_nothing_in_code(c, next)) return replace({}, next - at_);
    if (c == 0xfffd && text_.substr(at_, next - at_) != "\xEF\xBF\xBD") return replace("\xEF\xBF\xBD", next - at_);
    copy(next - at_);
  }

  // What no font shows, inside a number or code: private use, unassigned.
  bool is_nothing_in_code(char32_t c, size_t next) const {
    const auto may_be_code = [](char byte) {
      return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == ' ';
    };
    if (out_.empty() || !may_be_code(out_.back()) || next >= text_.size()) return false;
    if (!may_be_code(text_[next]) && static_cast<unsigned char>(text_[next]) < 0x80) return false;
    const auto type = u_charType(static_cast<UChar32>(c));
    return type == U_PRIVATE_USE_CHAR || type == U_UNASSIGNED;
  }

  void combined(size_t end) {
    icu::UnicodeString unit;
    for (size_t i = at_; i < end;) {
      const char32_t c = next_code_point(text_, i);
      switch (tables_.action(c)) {
        case CharAction::remove:
          break;
        case CharAction::space:
          unit.append(UChar32{' '});
          break;
        case CharAction::digit:
          unit.append(static_cast<UChar32>('0' + u_charDigitValue(static_cast<UChar32>(c))));
          break;
        default:
          unit.append(static_cast<UChar32>(c));
          break;
      }
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFKCInstance(status);
    const icu::UnicodeString normal = U_SUCCESS(status) ? normalizer->normalize(unit, status) : unit;
    std::string utf8;
    (U_SUCCESS(status) ? legible(normal) : unit).toUTF8String(utf8);
    if (utf8 == text_.substr(at_, end - at_)) return copy(end - at_);
    replace(utf8, end - at_);
  }

  // Marks of scripts that do not stand on Latin letters, and of symbols; those of phonetic writing do.
  static bool is_mark_of_others(UChar32 c) {
    if (c < 0x483 || (c >= 0x1ab0 && c < 0x1b00) || (c >= 0x1dc0 && c < 0x1e00)) return false;
    const auto type = u_charType(c);
    return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
  }

  // A Latin letter with several marks that no alphabet has on one, or a digit with any, without all its marks.
  static icu::UnicodeString legible(const icu::UnicodeString& normal) {
    const auto is_mark = [](UChar32 c) { return (c >= 0x300 && c <= 0x36f) || is_mark_of_others(c); };
    const auto of_others = [&] {
      for (std::int32_t i = 0; i < normal.length(); i++) {
        if (is_mark_of_others(normal[i])) return true;
      }
      return false;
    };
    const UChar32 base = normal.char32At(0);
    std::int32_t marks = 0;
    for (std::int32_t i = 0; i < normal.length(); i++) marks += is_mark(normal[i]) ? 1 : 0;
    const bool digit = base >= '0' && base <= '9';
    UErrorCode status = U_ZERO_ERROR;
    if (marks < 1 || (!digit && uscript_getScript(base, &status) != USCRIPT_LATIN)) return normal;
    const icu::Normalizer2* const apart = icu::Normalizer2::getNFDInstance(status);
    if (U_FAILURE(status)) return normal;
    const icu::UnicodeString decomposed = apart->normalize(normal, status);
    // One beside a letter that has two itself: Vietnamese has letters with two, nobody has some with three.
    constexpr std::int32_t kMostBesideNone = 1, kMostOfALetter = 2;
    if (!digit && marks <= kMostBesideNone && !of_others() && decomposed.length() <= 1 + kMostOfALetter) return normal;
    icu::UnicodeString bare;
    for (std::int32_t i = 0; i < decomposed.length(); i++) {
      if (!is_mark(decomposed[i])) bare.append(decomposed[i]);
    }
    return U_SUCCESS(status) ? bare : normal;
  }

  static std::string_view digit_text(char32_t c) {
    constexpr std::string_view kDigits = "0123456789";
    const std::int32_t value = u_charDigitValue(static_cast<UChar32>(c));
    return kDigits.substr(value < 0 ? 0 : static_cast<size_t>(value), 1);
  }

  std::string_view text_;
  std::string& out_;
  OffsetMap* map_;
  const UnicodeTables& tables_;
  size_t at_ = 0;
};

}  // namespace

bool is_ascii(std::string_view text) {
  size_t at = 0;
  for (; at + kStride <= text.size(); at += kStride) {
    unsigned char all = 0;
    for (size_t i = 0; i < kStride; i++)
      all = static_cast<unsigned char>(all | static_cast<unsigned char>(text[at + i]));
    if (all >= 0x80) return false;
  }
  for (; at < text.size(); at++) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return false;
  }
  return true;
}

size_t count_code_points(std::string_view utf8) {
  // Eight bytes at a time: a continuation byte has bit 7 and not bit 6.
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101ULL;
  size_t continuations = 0;
  size_t at = 0;
  for (; at + 8 <= utf8.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, utf8.data() + at, 8);
    continuations += static_cast<size_t>((((word >> 7) & (~word >> 6) & kOnes) * kOnes) >> 56);
  }
  for (; at < utf8.size(); at++) {
    if ((static_cast<unsigned char>(utf8[at]) & 0xc0) == 0x80) continuations++;
  }
  return utf8.size() - continuations;
}

void make_reader(std::string_view text, std::string& out, OffsetMap* map) {
  ReaderWriter(text, out, map).run();
}

namespace {

constexpr std::uint64_t each_byte(unsigned byte) {
  return 0x0101'0101'0101'0101U * byte;
}

// How much ASCII text begins `text`.
size_t ascii_before(std::string_view text) {
  size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if ((bytes & each_byte(0x80)) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at++;
  return at;
}

// Of ASCII text, eight bytes at a time: the sums reach the top bit of a byte from 'A' on, and from behind 'Z' on, and
// that bit, moved, is what tells 'a' from 'A'.
void append_lower(std::string_view text, std::string& out) {
  const size_t old = out.size();
  out.resize(old + text.size());
  char* const to = out.data() + old;
  size_t done = 0;
  for (; done + sizeof(std::uint64_t) <= text.size(); done += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + done, sizeof bytes);
    const std::uint64_t capitals = (bytes + each_byte(0x80 - 'A')) & ~(bytes + each_byte(0x80 - 'Z' - 1));
    bytes |= (capitals & each_byte(0x80)) >> 2;
    std::memcpy(to + done, &bytes, sizeof bytes);
  }
  for (; done < text.size(); done++) to[done] = lower(text[done]);
}

}  // namespace

void make_folded(std::string_view reader, std::string& out, OffsetMap* map) {
  const UnicodeTables& tables = unicode_tables();
  size_t at = 0;
  while (at < reader.size()) {
    if (const size_t ascii = ascii_before(reader.substr(at)); ascii > 0) {
      append_lower(reader.substr(at, ascii), out);
      if (map != nullptr) map->copied(ascii);
      at += ascii;
      continue;
    }
    size_t next = at;
    const char32_t c = next_code_point(reader, next);
    const char32_t folded = tables.fold(c);
    const size_t old = out.size();
    if (folded == UnicodeTables::kFoldsToMany) {
      out += tables.fold_to_many(c);
    } else {
      append_utf8(folded, out);
    }
    if (map != nullptr) {
      if (folded != UnicodeTables::kFoldsToMany && out.size() - old == next - at) {
        map->copied(next - at);
      } else {
        map->replaced(out.size() - old, next - at);
      }
    }
    at = next;
  }
}

std::string folded_word(std::string_view word) {
  std::string reader;
  make_reader(word, reader, nullptr);
  std::string folded;
  make_folded(reader, folded, nullptr);
  return folded;
}

void warm_views() {
  unicode_tables();
}

}  // namespace postern::policy
