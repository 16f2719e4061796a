#include "extractors/wrapper/encoded_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "extractors/detect/signatures.h"
#include "extractors/detect/text_kind.h"
#include "extractors/mail/transfer.h"
#include "extractors/text/charset.h"
#include "extractors/text/text.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

constexpr size_t kWindow = 4096;

// "begin 644 name", then a line whose first character says how long it is.
bool is_uuencode_at(std::string_view text) {
  constexpr std::string_view kBegin = "begin ";
  if (!text.starts_with(kBegin)) return false;
  size_t at = kBegin.size();
  while (at < text.size() && text[at] >= '0' && text[at] <= '7') at++;
  if (at < kBegin.size() + 3 || at > kBegin.size() + 4 || at >= text.size() || text[at] != ' ') return false;
  const size_t line = text.find('\n', at);
  if (line == std::string_view::npos) return false;
  std::string_view first = text.substr(line + 1);
  first = first.substr(0, first.find_first_of("\r\n"));
  if (first.empty() || first[0] < ' ' || first[0] > '`') return false;
  const size_t bytes = static_cast<size_t>(first[0] - ' ') & 0x3FU;
  return first.size() >= 1 + bytes * 4 / 3;
}

class EncodedTextExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const std::string beside = lines_beside_file(source.bytes);
    const TextReadings readings = read_text(beside, source.charset);
    std::string buffer;
    const LimitHit hit = sink.text(Place::body, "", tidy_lines(readings.main.text(), buffer));
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    const TextFiles found = files_in_text(source.bytes);
    for (const TextFile& file : found.files) {
      if (sink.stopped()) break;
      Child child;
      child.name = std::string(file.name);
      if (file.content.damaged) child.facts.push_back("encoding-damaged");
      sink.child(child, file.content.bytes);
    }
    if (found.more) {
      return {Outcome::limit, "files encoded in a text reached the limit (" + std::to_string(kMostTextFiles) + ")"};
    }
    return complete();
  }
};

constexpr std::array<bool, 256> alphabet() {
  std::array<bool, 256> out{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")) {
    out[static_cast<unsigned char>(c)] = true;
  }
  return out;
}
constexpr std::array<bool, 256> kBase64 = alphabet();

bool is_base64(char c) {
  return kBase64[static_cast<unsigned char>(c)];
}

// Digits from `at` on, and padding behind them.
size_t end_of_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_base64(text[at])) at++;
  for (int i = 0; i < 2 && at < text.size() && text[at] == '='; i++) at++;
  return at;
}

// Behind the line end at `at`, or npos when none stands there.
size_t next_line(std::string_view text, size_t at) {
  if (at < text.size() && text[at] == '\r') at++;
  return at < text.size() && text[at] == '\n' ? at + 1 : std::string_view::npos;
}

// A blank in the eight bytes in front of `at` or the eight from there on, which no run has in its midst.
bool has_blank_around(std::string_view text, size_t at) {
  constexpr size_t kWord = 8;
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080, kBlanks = kOnes * ' ';
  if (at < kWord || text.size() - at < kWord) return false;
  std::uint64_t words[2];
  std::memcpy(words, text.data() + at - kWord, sizeof words);
  const auto has_zero = [](std::uint64_t word) { return ((word - kOnes) & ~word & kHighs) != 0; };
  return has_zero(words[0] ^ kBlanks) || has_zero(words[1] ^ kBlanks);
}

// The run around `at`: the word of digits there and, when it ends its line, the lines behind it that are nothing but
// digits, all of the same length except for the last.
std::string_view run_around(std::string_view text, size_t at, size_t least) {
  size_t begin = at;
  while (begin > least && is_base64(text[begin - 1])) begin--;
  size_t end = end_of_digits(text, at);
  const bool from_line_start = begin == 0 || text[begin - 1] == '\n';
  size_t length = from_line_start ? end - begin : 0;
  for (size_t line = next_line(text, end); line != std::string_view::npos; line = next_line(text, end)) {
    const size_t stop = end_of_digits(text, line);
    const bool whole = stop == text.size() || next_line(text, stop) != std::string_view::npos;
    if (stop == line || !whole || (length != 0 && stop - line > length)) break;
    end = stop;
    if (length != 0 && stop - line < length) break;
    length = stop - line;
  }
  return text.substr(begin, end - begin);
}

// Types whose signature is so short that random bytes have it once in a while.
bool is_sure(std::string_view mime) {
  static constexpr std::array<std::string_view, 6> kWeak = {"application/x-arj",  "application/x-compress",
                                                            "application/x-cpio", "application/x-lzma",
                                                            "audio/mpeg",         "image/vnd.microsoft.icon"};
  return std::find(kWeak.begin(), kWeak.end(), mime) == kWeak.end();
}

// What can be told without a doubt: a file by its signature, or a text in Unicode.
bool is_file(std::string_view bytes) {
  if (const std::string_view signature = by_signature(bytes); !signature.empty()) return is_sure(signature);
  if (!is_utf8(bytes) && guess_utf16(bytes) == Utf16Guess::none) return false;
  return !text_kind(bytes, "", "").empty();
}

// Text in ASCII or UTF-8 without controls: what no name, key or checksum decodes to by chance.
bool is_short_text(std::string_view bytes) {
  constexpr size_t kLeastText = 12;
  return bytes.size() >= kLeastText && is_utf8(bytes) && std::all_of(bytes.begin(), bytes.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return (u >= ' ' && u != 0x7F) || c == '\n' || c == '\r' || c == '\t';
         });
}

std::string decode_digits(std::string_view run) {
  std::string digits(run);
  std::replace(digits.begin(), digits.end(), '-', '+');
  std::replace(digits.begin(), digits.end(), '_', '/');
  return decode_base64(digits).bytes;
}

// Runs shorter than kLeastBase64 that stand in a line of their own or behind ";base64,".
template <typename Give>
bool each_short_run(std::string_view text, const Give& give) {
  constexpr size_t kLeastLine = 16;
  constexpr std::string_view kMark = ";base64,";
  const auto run_at = [text](size_t at) { return text.substr(at, end_of_digits(text, at) - at); };
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    // A longer line is no short run, and most lines end their first word soon.
    if (line_end - at >= kLeastLine && line_end - at <= kLeastBase64 && is_base64(text[at])) {
      const std::string_view run = run_at(at);
      const std::string_view rest = text.substr(at + run.size(), line_end - at - run.size());
      const bool alone = rest.empty() || rest == "\r";
      if (alone && run.size() >= kLeastLine && run.size() < kLeastBase64 && !give(run)) return false;
    }
    at = line_end + 1;
  }
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at)) {
    at += kMark.size();
    const std::string_view run = run_at(at);
    if (run.size() < kLeastBase64 && !give(run)) return false;
  }
  return true;
}

}  // namespace

std::string_view encoded_text_kind(std::string_view text) {
  const std::string_view window = text.substr(0, kWindow);
  for (size_t at = 0; at != std::string_view::npos;) {
    if (is_uuencode_at(text.substr(at))) return kUuencodeType;
    if (text.substr(at).starts_with("=ybegin ")) return kYencType;
    at = window.find('\n', at);
    if (at != std::string_view::npos) at++;
  }
  return {};
}

std::shared_ptr<Extractor> make_encoded_text_extractor() {
  return std::make_shared<EncodedTextExtractor>();
}

bool give_base64_files(std::string_view text, Sink& sink) {
  size_t runs = 0, behind = 0;
  std::vector<std::pair<size_t, size_t>> long_runs;
  const auto give = [&](const std::string& bytes) {
    if (++runs > kMostBase64Runs) return false;
    Child child;
    child.facts.push_back("encoded-in-text");
    if (!sink.stopped()) sink.child(child, bytes);
    return true;
  };
  // A run of at least kLeastBase64 covers one of every kStride characters, eight bytes from either end.
  constexpr size_t kStride = kLeastBase64 / 2;
  for (size_t at = kStride; at < text.size(); at += kStride) {
    if (at < behind || !is_base64(text[at]) || has_blank_around(text, at)) continue;
    const std::string_view run = run_around(text, at, behind);
    const auto end = static_cast<size_t>(run.data() - text.data()) + run.size();
    if (run.size() < kLeastBase64) continue;
    if (long_runs.size() < kMostBase64Runs) long_runs.emplace_back(end - run.size(), end);
    behind = end;
    at = end - end % kStride;
    const std::string bytes = decode_digits(run);
    if (!is_file(bytes)) continue;
    if (!give(bytes)) return false;
    if (sink.stopped()) break;
  }
  return each_short_run(text, [&](std::string_view run) {
    const auto at = static_cast<size_t>(run.data() - text.data());
    // The last line of a long run is short as well.
    const bool known = std::any_of(long_runs.begin(), long_runs.end(),
                                   [at](const auto& range) { return at >= range.first && at < range.second; });
    if (known) return true;
    const std::string bytes = decode_digits(run);
    return !is_short_text(bytes) || give(bytes);
  });
}

}  // namespace postern::extract
