#include "extractors/wrapper/encoded_text.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/ratio.h"
#include "extractors/detect/signatures.h"
#include "extractors/detect/text_kind.h"
#include "extractors/html/data_uri.h"
#include "extractors/mail/locked.h"
#include "extractors/mail/transfer.h"
#include "extractors/story/inflate.h"
#include "extractors/text/charset.h"
#include "extractors/text/text.h"
#include "extractors/utf8.h"
#include "extractors/wrapper/base64_run.h"
#include "extractors/wrapper/base_85.h"
#include "extractors/wrapper/deflated.h"
#include "extractors/wrapper/hex_dump.h"

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

class EncodedWordsExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    return give_base64_files(source.bytes, sink) ? complete() : base64_files_limit();
  }
};

// What can be told without a doubt: a file by its signature, or a text in Unicode.
bool is_file(std::string_view bytes) {
  // Addresses hold tokens that libraries lock as openssl does.
  if (const std::string_view type = by_signature(bytes); !type.empty())
    return is_sure_signature(type) && type != kOpensslType;
  if (!is_utf8(bytes) && guess_utf16(bytes) == Utf16Guess::none) return false;
  return !text_kind(bytes, "", "").empty();
}

// The XML that diagrams.net packs (RFC 1951) and writes in percent before it makes base64 of it; "" when it is none.
std::string packed_page(std::string_view bytes, const Budget& budget) {
  constexpr std::string_view kBegin = "%3C";  // '<'
  const std::uint64_t most = std::min(most_unpacked(bytes.size(), budget.limits()), budget.bytes_left());
  std::string unpacked;
  if (!inflate_up_to(bytes, Deflated::raw, kBegin.size(), unpacked) && unpacked.size() < kBegin.size()) return {};
  if (!unpacked.starts_with(kBegin)) return {};
  unpacked.clear();
  inflate_up_to(bytes, Deflated::raw, most, unpacked);
  return percent_decode(unpacked, false);
}

// Text in ASCII or UTF-8 without controls: what no name, key or checksum decodes to by chance.
bool is_short_text(std::string_view bytes) {
  constexpr size_t kLeastText = 12;
  return bytes.size() >= kLeastText && is_utf8(bytes) && std::all_of(bytes.begin(), bytes.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return (u >= ' ' && u != 0x7F) || c == '\n' || c == '\r' || c == '\t';
         });
}

// Runs shorter than kLeastBase64 that stand in a line of their own or behind ";base64,".
template <typename Give>
bool each_short_run(std::string_view text, const Give& give) {
  constexpr size_t kLeastLine = 16;
  constexpr std::string_view kMark = ";base64,";
  const auto run_at = [text](size_t at) { return text.substr(at, end_of_base64(text, at) - at); };
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    // A longer line is no short run, and most lines end their first word soon.
    if (line_end - at >= kLeastLine && line_end - at <= kLeastBase64 && is_base64_digit(text[at])) {
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

namespace {

// Two words of digits of the same length, 4 to 16.
bool begins_groups(std::string_view line) {
  constexpr size_t kLeastGroup = 4, kMostGroup = 16;
  const size_t group = std::min(line.substr(0, kMostGroup + 1).find(' '), line.size());
  if (group < kLeastGroup || line.size() < 2 * group + 1) return false;
  const size_t end = 2 * group + 1;
  if (end < line.size() && line[end] != ' ') return false;
  return end_of_base64(line, 0) == group && end_of_base64(line, group + 1) == end;
}

// Lines of groups of the same length, 4 to 16 digits, with a blank between them: how people write down what
// they read out. Words of a language do not decode to text.
template <typename Give>
bool each_grouped_run(std::string_view text, const Give& give) {
  constexpr size_t kLeastGroups = 4;
  std::string digits;
  size_t group = 0, groups = 0;
  size_t last_line = 0;  // where its digits begin
  const auto end_run = [&] {
    bool goes_on = true;
    // A single word may stand in a line behind it.
    for (const size_t size : {digits.size(), last_line}) {
      if (groups < kLeastGroups || size == 0) break;
      const std::string bytes = decode_base64(std::string_view(digits).substr(0, size)).bytes;
      if (!is_short_text(bytes) && !is_file(bytes)) continue;
      goes_on = give(bytes);
      break;
    }
    digits.clear();
    group = groups = last_line = 0;
    return goes_on;
  };
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, line_end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = line_end + 1;
    // Most lines of a text end at their second word, which is longer or shorter.
    if (group == 0 && !begins_groups(line)) continue;
    bool whole = !line.empty();
    const size_t before = digits.size();
    for (bool last = false; whole && !line.empty();) {
      const size_t size = end_of_base64(line, 0);
      if (group == 0) group = size;
      whole = !last && size > 0 && size <= group && (size == line.size() || line[size] == ' ');
      if (!whole) break;
      last = size < group;
      digits += plain_base64(line.substr(0, size));
      groups++;
      line.remove_prefix(std::min(size + 1, line.size()));
    }
    if (whole) {
      last_line = before;
      continue;
    }
    digits.resize(before);
    if (!end_run()) return false;
  }
  return end_run();
}

// In front of the run at `at` stands what a reader of pages opens itself: "data:...;base64,".
bool is_data_uri(std::string_view text, size_t at) {
  constexpr std::string_view kMark = ";base64,", kScheme = "data:";
  constexpr size_t kLongestType = 128;
  std::string_view front = text.substr(0, at);
  if (!front.ends_with(kMark)) return false;
  front = front.substr(front.size() - std::min(front.size(), kLongestType));
  const size_t scheme = front.rfind(kScheme);
  if (scheme == std::string_view::npos || scheme == 0) return false;
  constexpr std::string_view kOpening = "\"'=(";
  return kOpening.find(front[scheme - 1]) != std::string_view::npos;
}

}  // namespace

Ending base64_files_limit() {
  return {Outcome::limit, "files in base64 in a text reached the limit (" + std::to_string(kMostBase64Runs) + ")"};
}

std::shared_ptr<Extractor> make_encoded_words_extractor() {
  return std::make_shared<EncodedWordsExtractor>();
}

bool give_base64_files(std::string_view text, Sink& sink, DataUris data_uris) {
  constexpr size_t kLeastNumbers = 32;
  size_t runs = 0, behind = 0;
  std::vector<std::pair<size_t, size_t>> long_runs;
  const auto give = [&](std::string_view bytes, std::optional<Deflated> packed = std::nullopt) {
    if (++runs > kMostBase64Runs) return false;
    Child child;
    child.facts.push_back("encoded-in-text");
    if (sink.stopped()) return true;
    if (packed) {
      give_inflated(bytes, *packed, std::move(child), sink);
    } else {
      sink.child(child, bytes);
    }
    return true;
  };
  for (size_t at = next_base64(text, 0); at < text.size(); at = next_base64(text, at)) {
    const Base64Run run = base64_run_around(text, at, behind);
    behind = at = std::max(run.end, at + 1);
    if (run.digits.size() < kLeastPiece) continue;
    const bool is_long = run.digits.size() >= kLeastBase64;
    if (is_long && long_runs.size() < kMostBase64Runs) long_runs.emplace_back(run.begin, run.end);
    if (data_uris == DataUris::opened_elsewhere && !run.in_strings && is_data_uri(text, run.begin)) continue;
    // Hexadecimal digits are digits of base64 as well.
    const std::string hex = bytes_of_hex(run.digits);
    std::string bytes = !hex.empty() && is_file(hex) ? hex : decode_base64(run.digits).bytes;
    // So are those of base32.
    if (std::string other = bytes_of_base32(run.digits); is_long && !other.empty() && is_file(other)) {
      bytes = std::move(other);
    }
    std::optional<Deflated> packed;
    // A short text is no surer than a name or a key; what unpacks to one is.
    if (is_long ? !is_file(bytes) : by_signature(bytes) != "application/gzip") {
      if (std::string page = packed_page(bytes, sink.budget()); !page.empty()) {
        bytes = std::move(page);
      } else if (packed = deflated_form(bytes, is_file); !packed) {
        continue;
      }
    }
    if (!give(bytes, packed)) return false;
    if (sink.stopped()) break;
  }
  for (size_t at = next_hex_dump(text, 0); at < text.size() && !sink.stopped(); at = next_hex_dump(text, at)) {
    const std::string bytes = bytes_of_hex_dump(text, at, at);
    if ((is_file(bytes) || is_short_text(bytes)) && !give(bytes)) return false;
  }
  for (size_t at = 0; at < text.size() && !sink.stopped();) {
    const std::string bytes = next_ascii85(text, at);
    if (!bytes.empty() && is_file(bytes) && !give(bytes)) return false;
  }
  for (size_t at = 0; at < text.size() && !sink.stopped();) {
    const std::string packed = next_git_literal(text, at);
    constexpr size_t kLeastPacked = 16;  // fewer bytes hold an empty file
    if (packed.size() >= kLeastPacked && !give(packed, Deflated::zlib)) return false;
  }
  for (size_t at = next_number_list(text, 0), least = 0; at < text.size() && !sink.stopped();
       at = next_number_list(text, least)) {
    size_t end = 0;
    const std::string bytes = bytes_of_number_list(text, at, least, end);
    least = std::max(end, at + 1);
    // Numbers of a table may be those of letters.
    if (bytes.size() >= kLeastNumbers && !by_signature(bytes).empty() && is_file(bytes) && !give(bytes)) return false;
  }
  if (!each_grouped_run(text, give)) return false;
  if (data_uris == DataUris::opened_elsewhere) return true;
  return each_short_run(text, [&](std::string_view run) {
    const auto at = static_cast<size_t>(run.data() - text.data());
    // The last line of a long run is short as well.
    const bool known = std::any_of(long_runs.begin(), long_runs.end(),
                                   [at](const auto& range) { return at >= range.first && at < range.second; });
    if (known) return true;
    const std::string bytes = decode_base64(plain_base64(run)).bytes;
    return !is_short_text(bytes) || give(bytes);
  });
}

}  // namespace postern::extract
