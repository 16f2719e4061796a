#include "extractors/mail/encoded_word.h"

#include <optional>

#include "extractors/mail/header.h"
#include "extractors/mail/transfer.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

struct Word {
  std::string charset;
  std::string bytes;
  size_t size = 0;  // characters taken from the text
  bool irregular = false;
};

// The "Q" encoding (RFC 2047 4.2).
std::string decode_q(std::string_view text, bool& irregular) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '_') c = ' ';
  }
  // A final space must survive: it is no transport padding here.
  Decoded decoded = decode_quoted_printable(spaced);
  irregular = irregular || decoded.damaged;
  return std::move(decoded.bytes);
}

// An encoded word at the start of `text` (RFC 2047 2).
std::optional<Word> parse_word(std::string_view text) {
  const size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end == 2 || charset_end + 3 > text.size() ||
      text[charset_end + 2] != '?') {
    return std::nullopt;
  }
  const std::string_view charset = text.substr(2, charset_end - 2);
  constexpr size_t kLongestCharset = 64;
  if (charset.size() > kLongestCharset || charset.find_first_of(" \t\"<>") != std::string_view::npos)
    return std::nullopt;
  const char encoding = text[charset_end + 1];
  if (encoding != 'B' && encoding != 'b' && encoding != 'Q' && encoding != 'q') return std::nullopt;
  const size_t start = charset_end + 3;
  size_t end = text.find("?=", start);
  // "?=" may be the beginning of an escape in Q: "=?utf-8?Q??=41?=" is rare, a word boundary follows a real end.
  Word word;
  if (end == std::string_view::npos) {
    // Cut off: take what is there up to the next white space.
    end = text.find_first_of(" \t", start);
    if (end == std::string_view::npos) end = text.size();
    word.size = end;
    word.irregular = true;
  } else {
    word.size = end + 2;
  }
  const std::string_view payload = text.substr(start, end - start);
  word.charset = std::string(charset.substr(0, charset.find('*')));  // RFC 2231 5: a language may follow
  if (encoding == 'B' || encoding == 'b') {
    Decoded decoded = decode_base64(payload);
    word.irregular = word.irregular || decoded.damaged;
    word.bytes = std::move(decoded.bytes);
  } else {
    word.irregular = word.irregular || payload.find(' ') != std::string_view::npos;
    word.bytes = decode_q(payload, word.irregular);
  }
  return word;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

// A text with all that its pieces could say otherwise.
class TwoReadings {
 public:
  void append(std::string_view text) {
    main_ += text;
    if (differs_) other_ += text;
  }
  void append(const TextReadings& readings) {
    if (readings.other && !differs_) {
      other_ = main_;
      differs_ = true;
    }
    if (differs_) other_ += (readings.other ? *readings.other : readings.main).text();
    main_ += readings.main.text();
  }
  void append_plain(std::string_view text) {
    if (is_utf8(text) && text.find('\x1B') == std::string_view::npos) {
      append(text);
    } else {
      append(read_text(text, ""));
    }
  }
  void give(HeaderText& out) {
    out.text = std::move(main_);
    out.other = std::move(other_);
  }

 private:
  std::string main_, other_;
  bool differs_ = false;
};

}  // namespace

HeaderText decode_header_text(std::string_view value) {
  HeaderText out;
  const std::string text = unfold(value);
  TwoReadings readings;
  if (text.find("=?") == std::string::npos) {
    readings.append_plain(text);
    readings.give(out);
    return out;
  }
  std::optional<Word> pending;  // words of one charset are joined before decoding: they may split a character
  const auto finish = [&] {
    if (!pending) return;
    readings.append(read_text(pending->bytes, pending->charset));
    pending.reset();
  };
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t at = rest.find("=?");
    const std::string_view before = rest.substr(0, at);
    std::optional<Word> word = at == std::string_view::npos ? std::nullopt : parse_word(rest.substr(at));
    if (!word) {
      finish();
      const size_t taken = at == std::string_view::npos ? rest.size() : at + 2;
      readings.append_plain(rest.substr(0, taken));
      rest.remove_prefix(taken);
      continue;
    }
    out.irregular = out.irregular || word->irregular;
    // White space between two words is no text (RFC 2047 6.2).
    if (!is_blank(before) || !pending) {
      finish();
      readings.append_plain(before);
    }
    rest.remove_prefix(at + word->size);
    if (pending && same_name(pending->charset, word->charset)) {
      pending->bytes += word->bytes;
    } else {
      finish();
      pending = std::move(word);
    }
  }
  finish();
  readings.give(out);
  return out;
}

}  // namespace postern::extract
