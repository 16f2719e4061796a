#include "response/notice_templates.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <kainjow/mustache.hpp>

#include "response/notice_templates_built_in.h"

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

// Relative paths and texts: "layout.txt.mustache", "en/held.mustache".
using Files = std::map<std::string, std::string, std::less<>>;

// The *.mustache files of a directory and of its language folders. A folder that is not there has none.
Result<Files> files_in(const std::string& root) {
  Files out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    if (it.depth() > 1 || it->path().extension() != kExtension) continue;
    auto text = read_file(it->path());
    if (!text) return fail(text.error());
    out.emplace(it->path().lexically_relative(root).string(), std::move(*text));
  }
  return out;
}

Files built_in_files() {
  Files out;
  for (const BuiltInTemplate& file : built_in_notice_templates()) out.emplace(file.path, file.text);
  return out;
}

using Languages = std::map<std::string, NoticeBlocks, std::less<>>;

// `root` is put before the paths in messages.
Result<void> add_languages(const Files& files, const std::string& root, Languages& languages) {
  for (const auto& [path, text] : files) {
    const size_t slash = path.find('/');
    if (slash == std::string::npos) continue;
    const std::string name = fs::path(path).stem().string();
    auto read = read_notice_blocks(name, root + "/" + path, text, languages[path.substr(0, slash)]);
    if (!read) return read;
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
  const std::string shown_dir = shipped_dir.empty() ? "(built in)" : shipped_dir;
  const auto shipped = shipped_dir.empty() ? built_in_files() : files_in(shipped_dir);
  if (!shipped) return fail(shipped.error());
  for (auto& [file, layout] :
       {std::pair("layout.html.mustache", &out.html_layout_), std::pair("layout.txt.mustache", &out.text_layout_)}) {
    const auto found = shipped->find(file);
    if (found == shipped->end()) return fail(ErrorKind::not_found, shown_dir + "/" + file + " is missing");
    if (auto good = check_mustache(found->second, shown_dir + "/" + file); !good) return fail(good.error());
    *layout = found->second;
  }
  if (auto added = add_languages(*shipped, shown_dir, out.languages_); !added) return fail(added.error());
  const auto standard = out.languages_.find(kDefaultLanguage);
  if (standard == out.languages_.end()) {
    return fail(ErrorKind::not_found, shown_dir + ": no texts in '" + std::string(kDefaultLanguage) + "'");
  }
  if (!company_dir.empty()) {
    const auto own = files_in(company_dir);
    if (!own) return fail(own.error());
    if (auto added = add_languages(*own, company_dir, out.languages_); !added) return fail(added.error());
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
