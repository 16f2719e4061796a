#include "response/notice_templates.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <kainjow/mustache.hpp>

namespace postern::response {

namespace {

namespace fs = std::filesystem;

// A text file of a language is a page or two.
constexpr std::uintmax_t kMaxTemplateBytes = 256 << 10;
constexpr std::string_view kExtension = ".mustache";

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return fail(ErrorKind::not_found, path.string() + ": " + error.message());
  if (size > kMaxTemplateBytes) return fail(ErrorKind::limit, path.string() + ": larger than 256 KiB");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail(ErrorKind::unavailable, path.string() + ": cannot be read");
  return text.str();
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

Result<void> check_mustache(const std::string& text, const std::string& where) {
  kainjow::mustache::mustache checked(text);
  if (!checked.is_valid()) return fail(ErrorKind::invalid_input, where + ": " + checked.error_message());
  return {};
}

// Collects the lines of a file into blocks of paragraphs.
class BlockReader {
 public:
  BlockReader(std::string_view name, const std::string& path, NoticeBlocks& blocks)
      : name_(name), path_(path), blocks_(blocks) {}

  Result<void> line(std::string_view raw, int number) {
    const std::string_view text = trim(raw);
    if (text.starts_with("== ") && text.ends_with(" ==") && text.size() > 6) {
      if (auto done = end_paragraph(); !done) return done;
      block_ = name_ + "." + std::string(trim(text.substr(3, text.size() - 6)));
      if (!seen_.insert({block_, number}).second) {
        return fail(ErrorKind::invalid_input, where(number) + ": the block '" + block_ + "' stands there twice");
      }
      blocks_[block_].clear();
      return {};
    }
    if (block_.empty()) {
      // Comments may stand above the first block; inside blocks they are Mustache's.
      const bool comment = in_comment_ || text.starts_with("{{!");
      in_comment_ = comment && !text.ends_with("}}");
      if (text.empty() || comment) return {};
      return fail(ErrorKind::invalid_input, where(number) + ": text before the first '== block ==' line");
    }
    if (text.empty()) return end_paragraph();
    const bool item = text.starts_with("- ");
    if (item) {
      if (auto done = end_paragraph(); !done) return done;
    }
    if (paragraph_.text.empty()) {
      paragraph_ = {item, std::string(item ? trim(text.substr(2)) : text)};
      began_ = number;
    } else {
      paragraph_.text += ' ';
      paragraph_.text += text;
    }
    return {};
  }

  Result<void> end_paragraph() {
    if (paragraph_.text.empty()) return {};
    if (auto good = check_mustache(paragraph_.text, where(began_)); !good) return good;
    blocks_[block_].push_back(std::move(paragraph_));
    paragraph_ = {};
    return {};
  }

 private:
  std::string where(int number) const { return path_ + ":" + std::to_string(number); }

  const std::string name_;
  const std::string& path_;
  NoticeBlocks& blocks_;
  std::map<std::string, int> seen_;
  std::string block_;
  NoticeParagraph paragraph_;
  int began_ = 0;
  bool in_comment_ = false;
};

// The files of a directory in the order of their names.
std::vector<fs::path> entries(const fs::path& dir) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) out.push_back(it->path());
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> load_language(const fs::path& dir, NoticeBlocks& blocks) {
  for (const fs::path& path : entries(dir)) {
    if (path.extension() != kExtension) continue;
    const auto text = read_file(path);
    if (!text) return fail(text.error());
    if (auto read = read_notice_blocks(path.stem().string(), path.string(), *text, blocks); !read) return read;
  }
  return {};
}

}  // namespace

Result<void> read_notice_blocks(std::string_view name, const std::string& path, std::string_view text,
                                NoticeBlocks& blocks) {
  BlockReader reader(name, path, blocks);
  for (int number = 1; !text.empty(); number++) {
    const size_t newline = text.find('\n');
    if (auto read = reader.line(text.substr(0, newline), number); !read) return read;
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return reader.end_paragraph();
}

Result<NoticeTemplates> NoticeTemplates::load(const std::string& shipped_dir, const std::string& company_dir) {
  NoticeTemplates out;
  for (auto& [file, layout] :
       {std::pair("layout.html.mustache", &out.html_layout_), std::pair("layout.txt.mustache", &out.text_layout_)}) {
    const fs::path path = fs::path(shipped_dir) / file;
    auto text = read_file(path);
    if (!text) return fail_while("read the notice layouts", text.error());
    if (auto good = check_mustache(*text, path.string()); !good) return fail(good.error());
    *layout = std::move(*text);
  }
  for (const std::string& root : {shipped_dir, company_dir}) {
    if (root.empty()) continue;
    for (const fs::path& dir : entries(root)) {
      std::error_code error;
      if (!fs::is_directory(dir, error)) continue;
      if (auto loaded = load_language(dir, out.languages_[dir.filename().string()]); !loaded) {
        return fail(loaded.error());
      }
    }
  }
  const auto standard = out.languages_.find(kDefaultLanguage);
  if (standard == out.languages_.end() || standard->second.empty()) {
    return fail(ErrorKind::not_found, shipped_dir + ": no notice texts in '" + std::string(kDefaultLanguage) + "'");
  }
  for (const auto& [language, blocks] : out.languages_) {
    for (const auto& [name, block] : standard->second) {
      // A company may add blocks of its own (lessons) in one language only.
      if (!blocks.contains(name) && !name.starts_with("lessons.")) {
        return fail(ErrorKind::invalid_input, "the notice texts in '" + language + "' lack the block '" + name + "'");
      }
    }
  }
  return out;
}

std::string NoticeTemplates::language(std::string_view wanted) const {
  if (languages_.contains(wanted)) return std::string(wanted);
  const std::string_view base = wanted.substr(0, wanted.find('-'));
  return std::string(languages_.contains(base) ? base : kDefaultLanguage);
}

const NoticeBlocks& NoticeTemplates::blocks(std::string_view wanted) const {
  return languages_.find(language(wanted))->second;
}

}  // namespace postern::response
