#include "extractors/archive/package.h"

#include <algorithm>

namespace postern::extract {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Lower case, '\' as '/' (as Office reads it), percent-encoding undone, no leading '/', no dot segments.
std::string normal_name(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      c = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    }
    plain.push_back(c == '\\' ? '/' : c);
  }
  plain = lower_ascii(plain);
  std::vector<std::string_view> segments;
  std::string_view rest = plain;
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : segments) {
    if (!out.empty()) out += '/';
    out += segment;
  }
  return out;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Package::Package(std::string_view bytes) : zip_(bytes), used_(zip_.entries().size(), false) {
  for (size_t i = 0; i < zip_.entries().size(); i++) {
    const ZipEntry& entry = zip_.entries()[i];
    if (!entry.directory) parts_[normal_name(entry.name)].push_back(i);
  }
}

bool Package::used_part(const std::string& part) const {
  const auto found = parts_.find(part);
  return found != parts_.end() &&
         std::all_of(found->second.begin(), found->second.end(), [this](size_t i) { return used_[i]; });
}

std::vector<const ZipEntry*> Package::use(const std::string& part) {
  std::vector<const ZipEntry*> out;
  const auto found = parts_.find(part);
  if (found == parts_.end()) return out;
  for (const size_t i : found->second) {
    used_[i] = true;
    out.push_back(&zip_.entries()[i]);
  }
  return out;
}

std::string Package::resolve(std::string_view part, std::string_view target) {
  target = target.substr(0, target.find('#'));
  if (!target.empty() && (target[0] == '/' || target[0] == '\\')) return normal_name(target);
  const size_t slash = part.rfind('/');
  std::string joined(slash == std::string_view::npos ? std::string_view() : part.substr(0, slash + 1));
  joined += target;
  return normal_name(joined);
}

}  // namespace postern::extract
