#include "extractors/pdf/recovery.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "extractors/pdf/streams.h"

namespace postern::extract::pdf {

namespace {

constexpr std::string_view kWhite("\0\t\n\f\r ", 6);
constexpr std::string_view kDigits = "0123456789";
constexpr std::uint32_t kMostObjects = 8'388'607;  // Annex C.2

// Reads a number in front of `text` and takes it off; false when none stands there.
bool take_number(std::string_view& text, std::uint32_t& out) {
  const size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return false;
  text.remove_prefix(first);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || out > kMostObjects) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// Reads the number that ends `text` and takes it off.
bool take_last_number(std::string_view& text, std::uint32_t& out) {
  const size_t last = text.find_last_not_of(kWhite);
  if (last == std::string_view::npos) return false;
  text = text.substr(0, last + 1);
  const size_t before = text.find_last_not_of(kDigits);
  std::string_view digits = before == std::string_view::npos ? text : text.substr(before + 1);
  text = text.substr(0, text.size() - digits.size());
  return take_number(digits, out);
}

std::uint32_t number_behind(std::string_view dictionary, std::string_view key) {
  const size_t at = dictionary.find(key);
  std::uint32_t out = 0;
  if (at == std::string_view::npos) return 0;
  std::string_view rest = dictionary.substr(at + key.size());
  return take_number(rest, out) ? out : 0;
}

// Whether "/Type /NAME" stands in a dictionary, whatever the white space.
bool has_type(std::string_view dictionary, std::string_view name) {
  for (size_t at = dictionary.find("/Type"); at != std::string_view::npos; at = dictionary.find("/Type", at + 1)) {
    std::string_view rest = dictionary.substr(at + 5);
    rest.remove_prefix(std::min(rest.find_first_not_of(kWhite), rest.size()));
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    if (rest.empty() || kWhite.find(rest.front()) != std::string_view::npos || rest.front() == '/' ||
        rest.front() == '>') {
      return true;
    }
  }
  return false;
}

// The objects of every object stream, as objects of the file.
std::string unpacked_objects(std::string_view pdf, size_t most) {
  std::string out;
  StreamScanner scanner(pdf);
  RawStream stream;
  while (scanner.next(stream) && out.size() < most) {
    if (!has_type(stream.dictionary, "/ObjStm") || !is_flate_only(filters_of(stream.dictionary))) continue;
    const std::string bytes = unpack(pdf.substr(stream.data), filters_of(stream.dictionary).size(), most - out.size());
    const std::uint32_t count = std::min<std::uint32_t>(number_behind(stream.dictionary, "/N"), kMostRecovered);
    const std::uint32_t first = number_behind(stream.dictionary, "/First");
    if (first > bytes.size()) continue;
    std::string_view index = std::string_view(bytes).substr(0, first);
    std::vector<std::pair<std::uint32_t, size_t>> objects;
    for (std::uint32_t i = 0; i < count; i++) {
      std::uint32_t number = 0, offset = 0;
      if (!take_number(index, number) || !take_number(index, offset) || offset > bytes.size() - first) break;
      objects.emplace_back(number, first + offset);
    }
    for (size_t i = 0; i < objects.size() && out.size() < most; i++) {
      const size_t begin = objects[i].second;
      const size_t end = i + 1 < objects.size() ? std::max(begin, objects[i + 1].second) : bytes.size();
      out += "\n" + std::to_string(objects[i].first) + " 0 obj\n";
      out.append(bytes, begin, end - begin);
      out += "\nendobj\n";
    }
  }
  return out;
}

struct Objects {
  std::uint32_t catalog = 0;
  std::uint32_t highest = 0;
  std::vector<std::uint32_t> pages;
};

Objects find_objects(std::string_view pdf) {
  constexpr size_t kLooked = 4096;  // of an object: its type stands early
  constexpr size_t kHeader = 32;    // "8388607 65535 obj"
  Objects out;
  size_t next = 0;
  for (size_t at = pdf.find(" obj"); at != std::string_view::npos; at = next) {
    next = pdf.find(" obj", at + 1);
    std::string_view before = pdf.substr(at > kHeader ? at - kHeader : 0, std::min(at, kHeader));
    std::uint32_t generation = 0, number = 0;
    if (!take_last_number(before, generation) || !take_last_number(before, number)) continue;
    std::string_view object = pdf.substr(at + 4, std::min(kLooked, std::min(next, pdf.size()) - at - 4));
    object = object.substr(0, object.find("endobj"));
    out.highest = std::max(out.highest, number);
    if (has_type(object, "/Catalog")) out.catalog = number;  // the last one is the newest
    if (out.pages.size() < kMostRecovered && has_type(object, "/Page")) out.pages.push_back(number);
  }
  return out;
}

}  // namespace

std::string recovered(std::string_view pdf, Missing missing, size_t most) {
  std::string out(pdf);
  out += unpacked_objects(pdf, most);
  if (missing == Missing::objects && out.size() == pdf.size()) return {};
  const Objects objects = find_objects(out);
  if (objects.catalog == 0 && objects.pages.empty()) return {};
  std::uint32_t root = objects.catalog;
  if (root == 0) {
    root = objects.highest + 1;
    std::string kids;
    for (const std::uint32_t page : objects.pages) kids += std::to_string(page) + " 0 R ";
    out += "\n" + std::to_string(root) + " 0 obj\n<< /Type /Catalog /Pages " + std::to_string(root + 1) +
           " 0 R >>\nendobj\n" + std::to_string(root + 1) + " 0 obj\n<< /Type /Pages /Count " +
           std::to_string(objects.pages.size()) + " /Kids [ " + kids + "] >>\nendobj\n";
  }
  out += "\ntrailer\n<< /Size " + std::to_string(objects.highest + 3) + " /Root " + std::to_string(root) +
         " 0 R >>\nstartxref\n0\n%%EOF\n";
  return out;
}

}  // namespace postern::extract::pdf
