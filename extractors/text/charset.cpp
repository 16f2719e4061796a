#include "extractors/text/charset.h"

#include <algorithm>

#include "extractors/detect/text_kind.h"
#include "extractors/text/charset_guess.h"
#include "extractors/text/converter.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Charsets in which ASCII bytes may mean other characters than ASCII's.
bool is_stateful(std::string_view charset) {
  return charset == "UTF-7" || charset == "HZ" || charset.starts_with("ISO-2022") || charset.starts_with("iso-2022") ||
         charset.starts_with("IMAP");
}

bool is_wide(std::string_view charset) {
  return charset.starts_with("UTF-16") || charset.starts_with("utf-16") || charset.starts_with("UTF-32") ||
         charset.starts_with("utf-32");
}

// EBCDIC and its like: the letters of ASCII are other characters.
bool moves_ascii(const std::string& charset) {
  size_t damage = 0;
  const auto letters = convert_to_utf8("Ab1", charset, &damage);
  return letters && *letters != "Ab1";
}

// Whether a reading is text that somebody could have written: hardly any controls or damage.
bool is_plausible(std::string_view utf8) {
  size_t odd = count_replacements(utf8);
  for (const char c : utf8) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20 && u != '\t' && u != '\n' && u != '\r' && u != 0x0C) odd++;
  }
  for (size_t at = utf8.find('\xC2'); at != std::string_view::npos; at = utf8.find('\xC2', at + 1)) {
    if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0 && utf8[at + 1] != '\x85') odd++;
  }
  return odd * 50 <= utf8.size();
}

// UTF-8 with a few broken bytes (cut, or broken on purpose) is still UTF-8 to every reader.
bool is_mostly_utf8(std::string_view bytes) {
  size_t good = 0, bad = 0;
  while (!bytes.empty()) {
    const std::string_view prefix = bytes.substr(0, valid_utf8_prefix(bytes));
    for (const char c : prefix) good += static_cast<unsigned char>(c) >= 0xC0 ? 1 : 0;
    bytes.remove_prefix(prefix.size());
    if (bytes.empty()) break;
    bytes.remove_prefix(1);
    bad++;
    if (bad > good + 16 && bad > 64) return false;
  }
  return good >= bad * 2;
}

std::optional<TextReading> by_mark(std::string_view bytes, size_t& damage) {
  const auto converted = [&damage](std::string_view rest, const char* charset) -> std::optional<TextReading> {
    auto text = convert_to_utf8(rest, charset, &damage);
    if (!text) return std::nullopt;
    return TextReading::owned(std::move(*text), charset);
  };
  if (bytes.starts_with("\xEF\xBB\xBF")) return TextReading::borrowed(bytes.substr(3), std::string(kUtf8));
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return converted(bytes.substr(4), "UTF-32LE");
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return converted(bytes.substr(4), "UTF-32BE");
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE");
  return std::nullopt;
}

TextReading raw(std::string_view bytes) {
  return TextReading::borrowed(bytes, std::string(kUtf8));
}

TextReadings read_marked(std::string_view bytes, TextReading marked, const std::string& declared) {
  TextReadings out{std::move(marked), std::nullopt, false};
  const std::string& charset = out.main.charset();
  out.mislabelled =
      !declared.empty() && declared != charset && !(is_wide(declared) && is_wide(charset)) && declared != kWindows1252;
  // A wide mark before narrow text: who trusts the label reads on byte by byte.
  if (is_wide(charset) && bytes.find('\0', 4) == std::string_view::npos && is_utf8(bytes.substr(2))) {
    out.other = raw(bytes.substr(2));
    out.mislabelled = true;
  }
  return out;
}

// Valid UTF-8, or ASCII alone.
TextReadings read_utf8(std::string_view bytes, const std::string& declared) {
  TextReadings out{raw(bytes), std::nullopt, false};
  std::string charset = declared;
  if (bytes.find("\x1B$") != std::string_view::npos && (charset.empty() || charset == kUtf8 || charset == kWindows1252))
    charset = "ISO-2022-JP-2";  // seven bits throughout, so that it passes under any label
  if (charset.empty() || charset == kUtf8 || charset == kWindows1252) return out;
  const bool ascii = is_ascii(bytes);
  const bool wide = is_wide(charset), stateful = is_stateful(charset);
  if (!wide && !stateful && !moves_ascii(charset)) {
    out.mislabelled = !ascii;
    return out;
  }
  size_t damage = 0;
  auto converted = convert_to_utf8(bytes, charset, &damage);
  if (!converted || *converted == bytes) return out;
  TextReading other = TextReading::owned(std::move(*converted), charset);
  if (stateful && ascii && damage == 0) {
    // UTF-7 and HZ are rarely understood any more: many programs show the letters as they stand.
    const bool rare = charset == "UTF-7" || charset == "HZ";
    out.main = std::move(other);
    if (rare) out.other = raw(bytes);
    return out;
  }
  out.mislabelled = true;
  if (is_plausible(other.text())) {
    out.other = std::move(other);
    out.cut = damage > kMostDamage;
  }
  return out;
}

TextReadings read_eight_bit(std::string_view bytes, const std::string& declared) {
  if (!declared.empty() && declared != kUtf8) {
    size_t damage = 0;
    if (auto converted = convert_to_utf8(bytes, declared, &damage)) {
      TextReadings out{TextReading::owned(std::move(*converted), declared), std::nullopt, damage > 0,
                       damage > kMostDamage};
      // Labels of Western Europe are what programs write when they do not know.
      const bool doubtful = damage > 0 || declared == kWindows1252;
      if (!doubtful) return out;
      if (is_mostly_utf8(bytes)) {
        out.other = std::move(out.main);
        out.main = raw(bytes);
        out.mislabelled = true;
        return out;
      }
      const std::string guess = guess_mislabelled(bytes);
      if (guess.empty() || guess == declared || guess == kUtf8) return out;
      if (auto guessed = convert_to_utf8(bytes, guess, &damage);
          guessed && damage == 0 && *guessed != out.main.text()) {
        out.other = TextReading::owned(std::move(*guessed), guess);
        out.mislabelled = true;
      }
      return out;
    }
  }
  if (is_mostly_utf8(bytes)) return {raw(bytes), std::nullopt, true};
  const std::string guess = guess_undeclared(bytes);
  TextReadings out{TextReading::owned(from_windows_1252(bytes), std::string(kWindows1252)), std::nullopt,
                   !declared.empty()};
  if (guess.empty() || guess == kWindows1252 || guess == kUtf8) return out;
  size_t damage = 0;
  if (auto guessed = convert_to_utf8(bytes, guess, &damage); guessed && damage == 0 && *guessed != out.main.text()) {
    out.other = std::move(out.main);
    out.main = TextReading::owned(std::move(*guessed), guess);
  }
  return out;
}

// UTF-32 without a mark: every unit is a character of Unicode in one byte order only.
const char* guess_utf32(std::string_view bytes) {
  constexpr size_t kUnits = 1024;
  const size_t units = std::min(bytes.size() / 4, kUnits);
  if (units == 0 || bytes.size() % 4 != 0) return nullptr;
  bool little = true, big = true;
  for (size_t i = 0; i < units; i++) {
    const std::string_view unit = bytes.substr(i * 4, 4);
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(unit[at]); };
    little = little && byte(3) == 0 && byte(2) <= 0x10 && (byte(2) | byte(1) | byte(0)) != 0;
    big = big && byte(0) == 0 && byte(1) <= 0x10 && (byte(1) | byte(2) | byte(3)) != 0;
  }
  return little == big ? nullptr : little ? "UTF-32LE" : "UTF-32BE";
}

// Whether letters stand side by side that have no zeros between them.
bool has_narrow_run(std::string_view bytes) {
  constexpr size_t kRun = 8;
  size_t run = 0;
  for (const char c : bytes) {
    const auto u = static_cast<unsigned char>(c);
    run = (u >= 0x20 && u < 0x7F) || u == '\t' || u == '\n' || u == '\r' ? run + 1 : 0;
    if (run == kRun) return true;
  }
  return false;
}

bool is_same_without_zeros(std::string_view with_zeros, std::string_view text) {
  for (const char c : with_zeros) {
    if (c == '\0') continue;
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

// Adds what programs show that pass over zeros: all that believe a label of another kind, and without a label those
// that do not guess.
void dispute(std::string_view bytes, const std::string& declared, TextReadings& wide) {
  const bool labelled = !declared.empty() && !is_wide(declared);
  if (!labelled && !has_narrow_run(bytes)) return;
  TextReadings narrow = is_utf8(bytes) ? read_utf8(bytes, declared) : read_eight_bit(bytes, declared);
  if (is_same_without_zeros(narrow.main.text(), wide.main.text())) return;
  wide.disputed = true;
  wide.cut = wide.cut || narrow.cut;
  wide.other = std::move(narrow.main);
  if (labelled) std::swap(wide.main, *wide.other);
}

}  // namespace

TextReading TextReading::borrowed(std::string_view utf8, std::string charset) {
  TextReading out;
  out.view_ = utf8;
  out.charset_ = std::move(charset);
  out.borrows_ = true;
  return out;
}

TextReading TextReading::owned(std::string utf8, std::string charset) {
  TextReading out;
  out.storage_ = std::move(utf8);
  out.charset_ = std::move(charset);
  return out;
}

std::string describe_damage_limit() {
  return "damaged characters of a text reached the limit (" + std::to_string(kMostDamage) + ")";
}

std::string describe_dispute(const TextReadings& readings) {
  return "programs differ on its charset: " + readings.main.charset() + " or " +
         (readings.other ? readings.other->charset() : "another");
}

TextReadings read_text(std::string_view bytes, std::string_view declared_label) {
  const std::string declared = declared_label.empty() ? std::string() : canonical_charset(declared_label);
  size_t damage = 0;
  if (auto marked = by_mark(bytes, damage)) {
    TextReadings out = read_marked(bytes, std::move(*marked), declared);
    out.cut = damage > kMostDamage;
    return out;
  }
  const bool zeros = bytes.find('\0') != std::string_view::npos;
  if (zeros || is_wide(declared)) {
    const Utf16Guess guess = guess_utf16(bytes);
    std::string charset = guess == Utf16Guess::little ? "UTF-16LE" : guess == Utf16Guess::big ? "UTF-16BE" : "";
    if (const char* const utf32 = zeros && charset.empty() ? guess_utf32(bytes) : nullptr) charset = utf32;
    if (charset.empty() && zeros && is_wide(declared)) charset = declared;
    if (!charset.empty()) {
      if (auto converted = convert_to_utf8(bytes, charset, &damage)) {
        TextReadings out{TextReading::owned(std::move(*converted), charset), std::nullopt,
                         !declared.empty() && !is_wide(declared), damage > kMostDamage};
        if (zeros) dispute(bytes, declared, out);
        return out;
      }
    }
  }
  if (is_utf8(bytes)) return read_utf8(bytes, declared);
  TextReadings out = read_eight_bit(bytes, declared);
  out.mislabelled = out.mislabelled || (declared.empty() && !declared_label.empty());
  return out;
}

}  // namespace postern::extract
