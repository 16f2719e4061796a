#include "policy/patterns/class_probe.h"

namespace postern::policy {

namespace {

void append_hex(std::string& out, size_t c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\x";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

std::string spell(const std::array<bool, 128>& takes, bool beyond_ascii) {
  std::string out = "[";
  for (size_t c = 0; c < takes.size(); c++) {
    if (!takes[c]) continue;
    size_t last = c;
    while (last + 1 < takes.size() && takes[last + 1]) last++;
    append_hex(out, c);
    if (last > c) {
      out += '-';
      append_hex(out, last);
    }
    c = last;
  }
  if (beyond_ascii) out += "\\x{80}-\\x{10ffff}";
  if (out.size() == 1) return std::string(kAnyCharacter);
  return out + "]";
}

}  // namespace

std::string ClassProbe::class_for(const std::string& token, bool beyond_ascii, bool caseless) {
  const std::string key = token + (beyond_ascii ? "+" : "-") + (caseless ? "i" : "c");
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  std::array<bool, 128> takes{};
  bool ok = probe(token, takes);
  if (caseless) ok = probe("(?i)" + token, takes) && ok;
  return known_.emplace(key, ok ? spell(takes, beyond_ascii) : std::string()).first->second;
}

bool ClassProbe::probe(const std::string& token, std::array<bool, 128>& takes) const {
  const auto code = Pcre::compile(token);
  if (!code) return false;
  for (size_t c = 0; c < takes.size(); c++) {
    const char text = static_cast<char>(c);
    if (code->find(std::string_view(&text, 1), 0, 0, scratch_).kind == PcreMatch::Kind::found) takes[c] = true;
  }
  return true;
}

}  // namespace postern::policy
