#include "policy/loader_files.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <set>

#include "base/crypto.h"
#include "policy/codes.h"
#include "policy/loader.h"

namespace postern::policy {

namespace {

using std::string;
using std::string_view;

// The offset of the first byte that is not UTF-8 (RFC 3629) or is a control character other than tab and line
// ends; npos when there is none.
size_t first_bad_byte(string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      const bool control = (lead < 0x20 && lead != '\t' && lead != '\n' && lead != '\r') || lead == 0x7F;
      if (control) return i;
      i++;
      continue;
    }
    size_t more = 0;
    std::uint32_t value = 0;
    std::uint32_t least = 0;
    if (lead >= 0xC2 && lead < 0xE0) {
      more = 1, value = lead & 0x1Fu, least = 0x80;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      more = 2, value = lead & 0x0Fu, least = 0x800;
    } else if (lead >= 0xF0 && lead < 0xF5) {
      more = 3, value = lead & 0x07u, least = 0x10000;
    } else {
      return i;
    }
    if (i + more >= text.size()) return i;
    for (size_t k = 1; k <= more; k++) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) return i;
      value = (value << 6) | (next & 0x3Fu);
    }
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return i;
    i += more + 1;
  }
  return string_view::npos;
}

int code_points(string_view text) {
  return int(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

SourceMark mark_at(const std::shared_ptr<const SourceFile>& file, size_t offset, int length = 1) {
  const string_view before = string_view(file->text).substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {file, int(std::count(before.begin(), before.end(), '\n')) + 1, code_points(before.substr(line_start)) + 1,
          length};
}

string_view trimmed(string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Calls back with each line and its number from 1, without line ends.
template <typename Line>
void each_line(string_view text, Line line) {
  int number = 1;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    line(text.substr(0, end), number++);
    if (end == string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

size_t offset_of_line(string_view text, int line) {
  size_t offset = 0;
  for (int i = 1; i < line; i++) {
    const size_t end = text.find('\n', offset);
    if (end == string_view::npos) return text.size();
    offset = end + 1;
  }
  return offset;
}

}  // namespace

std::shared_ptr<const SourceFile> FileReader::read(const string& dir, const string& name, const string& label) {
  auto file = yaml::load_file(dir + "/" + name, codes::kUnreadable, diagnostics_);
  if (!file) return nullptr;
  note(label + "/" + name, file->text);
  const size_t bad = first_bad_byte(file->text);
  if (bad == string_view::npos) return file;
  const bool control = static_cast<unsigned char>(file->text[bad]) < 0x80;
  diagnostics_.error(string(codes::kUnreadable), mark_at(file, bad),
                     control ? "a control character stands here" : "the file is not UTF-8 here",
                     control ? "remove it" : "save it as UTF-8");
  return nullptr;
}

yaml::Node FileReader::yaml(const string& dir, const string& name, const string& label) {
  const auto file = read(dir, name, label);
  if (!file) return {};
  yaml::Node node = yaml::parse(file, codes::kUnreadable, diagnostics_);
  if (!node.mark.file) node.mark = {file, 1, 1, 1};
  return node;
}

std::vector<string> FileReader::list(const string& dir, const string& folder, const string& suffix) {
  std::vector<string> names;
  std::error_code failed;
  const std::filesystem::path path = std::filesystem::path(dir) / folder;
  std::filesystem::directory_iterator it(path, failed);
  for (; !failed && it != std::filesystem::directory_iterator(); it.increment(failed)) {
    const string name = it->path().filename().string();
    if (name.starts_with('.') || !name.ends_with(suffix) || !it->is_regular_file()) continue;
    names.push_back(folder + "/" + name);
    if (names.size() > kMaxPolicyFiles) {
      auto source = std::make_shared<SourceFile>();
      source->path = path.string();
      diagnostics_.error(string(codes::kUnreadable), {source, 0, 0, 1},
                         "the folder holds more than " + std::to_string(kMaxPolicyFiles) + " files");
      break;
    }
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    auto source = std::make_shared<SourceFile>();
    source->path = path.string();
    diagnostics_.error(string(codes::kUnreadable), {source, 0, 0, 1}, "cannot read the folder: " + failed.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void FileReader::note(const string& name, string_view text) {
  digests_[name] = to_hex(sha256(text));
}

bool FileReader::note_file(const string& dir, const string& name, const string& label) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(dir + "/" + name, failed)) return false;
  Diagnostics unread;
  const auto file = yaml::load_file(dir + "/" + name, codes::kUnreadable, unread);
  if (!file) return false;
  note(label + "/" + name, file->text);
  return true;
}

string FileReader::digest() const {
  Sha256 all;
  for (const auto& [name, digest] : digests_) all.update(name + '\0' + digest + '\n');
  return to_hex(all.finish());
}

std::shared_ptr<const WordList> parse_dictionary(const string& path, std::shared_ptr<const SourceFile> file,
                                                 Diagnostics& diagnostics) {
  auto words = std::make_shared<WordList>();
  words->path = path;
  words->mark = {file, 0, 0, 1};
  std::set<string, std::less<>> seen;
  const auto bad = [&](int number, string_view line, string text, string hint) {
    diagnostics.error(string(codes::kDictionary), {file, number, 1, std::max(code_points(line), 1)}, std::move(text),
                      std::move(hint));
  };
  each_line(file->text, [&](string_view line, int number) {
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) return;
    const size_t tab = line.find('\t');
    WordEntry entry;
    entry.text = string(trimmed(line.substr(0, tab)));
    entry.mark = {file, number, 1, std::max(code_points(entry.text), 1)};
    if (tab != string_view::npos) {
      const string_view weight = trimmed(line.substr(tab + 1));
      const auto [rest, failed] = std::from_chars(weight.data(), weight.data() + weight.size(), entry.weight);
      if (failed != std::errc() || rest != weight.data() + weight.size() || entry.weight == 0 ||
          entry.weight > kMaxWeight) {
        return bad(number, line, "what follows the tab is no weight from 1 to " + std::to_string(kMaxWeight),
                   "write the entry, one tab and a number, or the entry alone");
      }
    }
    if (entry.text.empty()) return bad(number, line, "the line has a weight and no entry", "");
    if (entry.text.size() > kMaxEntryBytes) {
      return bad(number, line, "the entry is longer than " + std::to_string(kMaxEntryBytes) + " bytes",
                 "whole paragraphs are for fingerprints");
    }
    if (!seen.insert(entry.text).second) {
      diagnostics.warning(string(codes::kDuplicate), entry.mark, "the entry stands twice in this file", "");
      return;
    }
    words->entries.push_back(std::move(entry));
  });
  if (words->entries.empty()) {
    diagnostics.error(string(codes::kDictionary), words->mark, "the dictionary has no entries",
                      "a detector that uses it would never find anything");
  }
  return words;
}

std::optional<string> sha256_in(string_view text) {
  constexpr size_t kDigits = 64;
  if (text.size() != kDigits) return std::nullopt;
  string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
  }
  return out;
}

void parse_hash_list(const std::shared_ptr<const SourceFile>& file, std::vector<string>& hashes,
                     Diagnostics& diagnostics) {
  const size_t before = hashes.size();
  each_line(file->text, [&](string_view line, int number) {
    string_view shown = trimmed(line);
    if (shown.empty() || shown.starts_with('#')) return;
    if (shown.starts_with('\\')) shown.remove_prefix(1);  // sha256sum's mark of a name that it had to escape
    if (auto hash = sha256_in(shown.substr(0, shown.find_first_of(" \t")))) {
      hashes.push_back(std::move(*hash));
    } else {
      diagnostics.error(string(codes::kDictionary), {file, number, 1, std::max(code_points(line), 1)},
                        "the line begins with no SHA-256", "write the lines as sha256sum prints them");
    }
  });
  if (hashes.size() == before) {
    diagnostics.error(string(codes::kDictionary), {file, 0, 0, 1}, "the list has no hashes",
                      "a condition that uses it would never hold");
  }
}

std::vector<Boilerplate> parse_boilerplate(const string& path, std::shared_ptr<const SourceFile> file) {
  std::vector<Boilerplate> out;
  Boilerplate current{path, "", {}};
  const auto flush = [&] {
    if (!current.text.empty()) out.push_back(current);
    current.text.clear();
  };
  each_line(file->text, [&](string_view line, int number) {
    if (trimmed(line).empty()) return flush();
    if (current.text.empty()) {
      current.mark = {file, number, 1, std::max(code_points(line), 1)};
    } else {
      current.text += '\n';
    }
    current.text += trimmed(line);
  });
  flush();
  return out;
}

SourceMark mark_inside(const yaml::Node& scalar, size_t offset) {
  SourceMark mark = scalar.mark;
  if (!mark.file || mark.line <= 0) return mark;
  const string_view text = mark.file->text;
  size_t at = offset_of_line(text, mark.line);
  for (int column = 1; column < mark.column && at < text.size(); at++) {
    if (at + 1 >= text.size() || (static_cast<unsigned char>(text[at + 1]) & 0xC0) != 0x80) column++;
  }
  if (at >= text.size() || text[at] == '|' || text[at] == '>') return mark;
  const char quote = text[at] == '\'' || text[at] == '"' ? text[at] : '\0';
  if (quote != '\0') at++;
  for (size_t value = 0; value < offset && at < text.size(); value++, at++) {
    if (text[at] == '\n') return mark;
    if (quote == '\'' && text[at] == '\'') at++;
    // Only the escapes that stand for one byte keep the count; others are rare in patterns.
    if (quote == '"' && text[at] == '\\') at++;
  }
  if (at > text.size()) return mark;
  return mark_at(mark.file, at);
}

}  // namespace postern::policy
