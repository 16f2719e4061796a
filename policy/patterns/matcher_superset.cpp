#include "policy/patterns/matcher_superset.h"

#include <cctype>
#include <mutex>

#include "policy/patterns/class_probe.h"
#include "policy/patterns/matcher_borders.h"

namespace postern::policy {

namespace {

constexpr int kMaxNesting = 200;  // PCRE2 allows 250

class Rewriter {
 public:
  Rewriter(std::string_view pattern, Anchors anchors, ClassProbe& probe, bool borders)
      : in_(pattern), anchors_(anchors), probe_(probe), borders_(borders), caseless_(has_caseless_flag(pattern)) {}

  std::optional<SupersetPattern> run() {
    if (in_.starts_with("(*")) return std::nullopt;
    alternatives(0, Flags{});
    if (failed_ || at_ != in_.size()) return std::nullopt;
    return SupersetPattern{std::move(out_), has_anchors_, utf8_, dotall_};
  }

  bool has_borders() const { return has_borders_; }

 private:
  struct Flags {
    bool extended = false;
  };

  static bool has_caseless_flag(std::string_view pattern) {
    for (size_t i = pattern.find("(?"); i != std::string_view::npos; i = pattern.find("(?", i + 2)) {
      for (size_t j = i + 2; j < pattern.size() && (std::isalpha(static_cast<unsigned char>(pattern[j])) != 0 ||
                                                    pattern[j] == '-' || pattern[j] == '^');
           j++) {
        if (pattern[j] == 'i') return true;
      }
    }
    return false;
  }

  bool end() const { return at_ >= in_.size(); }
  bool next_is(std::string_view text) const { return in_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!next_is(text)) return false;
    at_ += text.size();
    return true;
  }
  void give_up() {
    failed_ = true;
    at_ = in_.size();
  }

  // Up to the parenthesis that closes the group, or to the end of the pattern. Flags set inside last to there.
  void alternatives(int depth, Flags flags) {
    if (depth > kMaxNesting) return give_up();
    while (!end() && in_[at_] != ')') {
      if (flags.extended && skip_extended()) continue;
      if (take("|")) {
        out_ += '|';
        continue;
      }
      const size_t begin = out_.size();
      const bool something = atom(depth, flags);
      if (failed_) return;
      quantifier(something, begin, flags);
    }
  }

  bool skip_extended() {
    const char c = in_[at_];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      at_++;
      return true;
    }
    if (c != '#') return false;
    while (!end() && in_[at_] != '\n') at_++;
    return true;
  }

  // True when something was written that a quantifier applies to.
  bool atom(int depth, Flags& flags) {
    const char c = in_[at_];
    if (c == '(') return group(depth, flags);
    if (c == '[') return bracket();
    if (c == '\\') return escape();
    at_++;
    if (c == '^' || c == '$') return anchor(c);
    if (c == '.') {
      utf8_ = true;
      out_ += '.';
      return true;
    }
    if (static_cast<unsigned char>(c) >= 0x80) {
      std::string character(1, c);
      while (!end() && (static_cast<unsigned char>(in_[at_]) & 0xc0) == 0x80) character += in_[at_++];
      return beyond_ascii(character);
    }
    literal(c);
    return true;
  }

  // For settle_borders().
  bool border(std::string_view text) {
    if (borders_) out_ += text;
    has_borders_ = borders_;
    return false;
  }

  bool anchor(char c) {
    if (anchors_ == Anchors::drop) return false;
    has_anchors_ = true;
    out_ += c;
    return false;
  }

  void literal(char c) {
    if (caseless_ && std::isalpha(static_cast<unsigned char>(c)) != 0) {
      out_ += {'[', static_cast<char>(c | 0x20), static_cast<char>(c & ~0x20), ']'};
      return;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && static_cast<unsigned char>(c) > 0x20) out_ += '\\';
    out_ += c;
  }

  // A character outside ASCII; without regard to case Hyperscan's tables may be older than PCRE2's.
  bool beyond_ascii(const std::string& character) {
    utf8_ = true;
    if (!caseless_) {
      out_ += character;
      return true;
    }
    return put_class(character, true);
  }

  bool put_class(const std::string& token, bool beyond) {
    const std::string spelled = probe_.class_for(token, beyond, caseless_);
    if (spelled.empty()) {
      give_up();
      return false;
    }
    utf8_ = utf8_ || beyond || spelled == kAnyCharacter;
    out_ += spelled;
    return true;
  }

  bool group(int depth, Flags& flags) {
    at_++;
    if (take("?#")) {
      while (!end() && in_[at_] != ')') at_++;
      at_++;
      return false;
    }
    if (next_is("*")) {
      give_up();
      return false;
    }
    if (take("?!\\w)")) return border("\\M");
    if (take("?<!\\w)") || take("?<![\\w-])")) return border("\\m");
    for (const std::string_view look : {"?=", "?!", "?<=", "?<!"}) {
      if (!take(look)) continue;
      const size_t keep = out_.size();
      const bool had_anchors = has_anchors_;
      alternatives(depth + 1, flags);
      out_.resize(keep);
      has_anchors_ = had_anchors;
      close();
      return false;
    }
    if (next_is("?") && !group_kind(flags)) return false;
    out_ += "(?:";
    Flags inner = flags;
    inner.extended = inner_extended_.value_or(flags.extended);
    inner_extended_.reset();
    alternatives(depth + 1, inner);
    close();
    out_ += ')';
    return true;
  }

  void close() {
    if (!take(")")) give_up();
  }

  // After "(?": true when a group follows whose content is written; false when all was said (or it failed).
  bool group_kind(Flags& flags) {
    if (take("?:") || take("?|") || take("?>")) return true;
    for (const auto& [open, shut] : {std::pair{"?P<", '>'}, std::pair{"?<", '>'}, std::pair{"?'", '\''}}) {
      if (!take(open)) continue;
      while (!end() && in_[at_] != shut) at_++;
      at_++;
      return true;
    }
    at_++;
    return flag_group(flags);
  }

  // Flags that widen what matches are set for the whole pattern; the others mean nothing here.
  bool flag_group(Flags& flags) {
    bool on = true;
    bool extended = flags.extended;
    while (!end() && in_[at_] != ')' && in_[at_] != ':') {
      const char c = in_[at_++];
      if (c == '-') {
        on = false;
      } else if (c == 's') {
        dotall_ = dotall_ || on;
      } else if (c == 'x') {
        extended = on;
      } else if (c != 'i' && c != 'm') {
        return refuse();
      }
    }
    if (end()) return refuse();
    if (in_[at_++] == ':') {
      inner_extended_ = extended;
      return true;
    }
    flags.extended = extended;
    return false;
  }

  bool bracket() {
    const size_t begin = at_++;
    bool beyond = take("^");
    bool first = true;
    while (!end() && (in_[at_] != ']' || first)) {
      first = false;
      if (next_is("[:") || next_is("[.") || next_is("[=")) {
        const size_t close_at = in_.find(std::string{in_[at_ + 1], ']'}, at_ + 2);
        if (close_at != std::string_view::npos) {
          at_ = close_at + 2;
          beyond = true;
          continue;
        }
      }
      if (in_[at_] == '\\' && at_ + 1 < in_.size()) {
        const char c = in_[at_ + 1];
        if (c == 'Q' || c == 'E') {
          give_up();
          return false;
        }
        // Everything but the plainest may stand for what is not ASCII.
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 &&
            std::string_view("dsnrtfhvb").find(c) == std::string_view::npos) {
          beyond = true;
        }
        at_ += 2;
        continue;
      }
      if (static_cast<unsigned char>(in_[at_]) >= 0x80) beyond = true;
      at_++;
    }
    if (end()) {
      give_up();
      return false;
    }
    at_++;
    return put_class(std::string(in_.substr(begin, at_ - begin)), beyond);
  }

  bool escape() {
    if (at_ + 1 >= in_.size()) {
      give_up();
      return false;
    }
    const char c = in_[at_ + 1];
    const size_t begin = at_;
    at_ += 2;
    if (static_cast<unsigned char>(c) >= 0x80) {
      std::string character(1, c);
      while (!end() && (static_cast<unsigned char>(in_[at_]) & 0xc0) == 0x80) character += in_[at_++];
      return beyond_ascii(character);
    }
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      literal(c);
      return true;
    }
    if (c >= '1' && c <= '9') {
      while (!end() && std::isdigit(static_cast<unsigned char>(in_[at_])) != 0) at_++;
      return anything();
    }
    switch (c) {
      case 'b':
        return border("\\b");
      case 'B':
      case 'K':
      case 'E':
        return false;
      case 'Q':
        return quoted();
      case 'A':
        return anchor('^');
      case 'z':
      case 'Z':
        return anchor('$');
      case 'd':
      case 's':
      case 'h':
      case 'v':
        return put_class({'\\', c}, false);
      case 'D':
      case 'S':
      case 'H':
      case 'V':
      case 'w':
      case 'W':
      case 'N':
        return put_class({'\\', c}, true);
      case 'R':
        utf8_ = true;
        out_ += "(?:\\r\\n|[\\n-\\r\\x{80}-\\x{10ffff}])";
        return true;
      case 'X':
        utf8_ = true;
        out_ += std::string("(?:") + std::string(kAnyCharacter) + "+)";
        return true;
      case 't':
      case 'n':
      case 'r':
      case 'f':
      case 'a':
      case 'e':
        return put_class({'\\', c}, false);
      case 'x':
        return hex(begin);
      case 'p':
      case 'P': {
        if (!braced()) at_++;
        if (at_ > in_.size()) return refuse();
        return put_class(std::string(in_.substr(begin, at_ - begin)), true);
      }
      case 'g':
      case 'k':
        if (braced()) return at_ > in_.size() ? refuse() : anything();
        if (c == 'k' && angled()) return at_ > in_.size() ? refuse() : anything();
        if (c == 'g') {
          while (!end() && (std::isdigit(static_cast<unsigned char>(in_[at_])) != 0 || in_[at_] == '-')) at_++;
          return anything();
        }
        break;
      default:
        break;
    }
    return refuse();
  }

  bool refuse() {
    give_up();
    return false;
  }

  // A back reference repeats some text of unknown length.
  bool anything() {
    utf8_ = true;
    out_ += std::string("(?:") + std::string(kAnyCharacter) + "*)";
    return true;
  }

  bool braced() {
    if (!next_is("{")) return false;
    while (!end() && in_[at_] != '}') at_++;
    at_++;
    return true;
  }

  bool angled() {
    const char shut = next_is("<") ? '>' : next_is("'") ? '\'' : '\0';
    if (shut == '\0') return false;
    at_++;
    while (!end() && in_[at_] != shut) at_++;
    at_++;
    return true;
  }

  bool hex(size_t begin) {
    if (braced()) {
      const std::string token(in_.substr(begin, at_ - begin));
      const unsigned long value = std::strtoul(token.c_str() + 3, nullptr, 16);
      if (value < 0x80) return put_class(token, false);
      utf8_ = true;
      return caseless_ ? put_class(token, true) : (out_ += token, true);
    }
    for (int i = 0; i < 2 && !end() && std::isxdigit(static_cast<unsigned char>(in_[at_])) != 0; i++) at_++;
    const std::string token(in_.substr(begin, at_ - begin));
    return put_class(token, std::strtoul(token.c_str() + 2, nullptr, 16) >= 0x80);
  }

  // \Q...\E; a quantifier after it would apply to the last character only, which fits.
  bool quoted() {
    const size_t close_at = in_.find("\\E", at_);
    const std::string_view text = in_.substr(at_, close_at == std::string_view::npos ? close_at : close_at - at_);
    for (const char c : text) {
      if (static_cast<unsigned char>(c) >= 0x80) return refuse();
      literal(c);
    }
    at_ = close_at == std::string_view::npos ? in_.size() : close_at + 2;
    return !text.empty();
  }

  bool repeat_count() {
    size_t i = at_ + 1;
    const size_t digits = i;
    while (i < in_.size() && std::isdigit(static_cast<unsigned char>(in_[i])) != 0) i++;
    if (i == digits) return false;
    if (i < in_.size() && in_[i] == ',') {
      i++;
      while (i < in_.size() && std::isdigit(static_cast<unsigned char>(in_[i])) != 0) i++;
    }
    if (i >= in_.size() || in_[i] != '}') return false;
    repeat_.assign(in_.substr(at_, i + 1 - at_));
    at_ = i + 1;
    return true;
  }

  // Of what was written from `begin` on.
  void quantifier(bool something, size_t begin, const Flags& flags) {
    while (flags.extended && !end() && skip_extended()) {
    }
    if (end()) return;
    const char c = in_[at_];
    if (c == '*' || c == '+' || c == '?') {
      repeat_ = c;
      at_++;
    } else if (c != '{' || !repeat_count()) {
      return;
    }
    if (!end() && (in_[at_] == '+' || in_[at_] == '?')) at_++;
    if (something) {
      out_ += repeat_;
    } else {
      out_.resize(begin);  // it need not be there
    }
  }

  std::string_view in_;
  Anchors anchors_;
  ClassProbe& probe_;
  bool borders_;
  bool caseless_;
  size_t at_ = 0;
  std::string out_;
  std::string repeat_;
  std::optional<bool> inner_extended_;
  bool has_borders_ = false;
  bool has_anchors_ = false;
  bool utf8_ = false;
  bool dotall_ = false;
  bool failed_ = false;
};

}  // namespace

std::optional<SupersetPattern> superset_of(std::string_view pattern, Anchors anchors) {
  static std::mutex mutex;
  static ClassProbe probe;
  const std::lock_guard lock(mutex);
  Rewriter rewriter(pattern, anchors, probe, true);
  auto out = rewriter.run();
  if (!out || !rewriter.has_borders()) return out;
  auto settled = settle_borders(out->pattern, out->dotall);
  if (!settled) return Rewriter(pattern, anchors, probe, false).run();
  out->pattern = std::move(*settled);
  return out;
}

}  // namespace postern::policy
