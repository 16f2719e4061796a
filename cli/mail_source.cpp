#include "cli/mail_source.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/reader.h"

namespace postern::cli {

namespace fs = std::filesystem;

namespace {

using Visit = std::function<bool(const std::string&, std::shared_ptr<const Blob>)>;

// A line that ends in an unescaped "From " of an mboxrd: ">From ", ">>From ", ...
bool is_escaped_from(std::string_view line) {
  const size_t arrows = line.find_first_not_of('>');
  return arrows != std::string_view::npos && arrows > 0 && line.substr(arrows).starts_with("From ");
}

Result<void> each_of_mbox(const std::string& path, std::string_view bytes, const Visit& visit) {
  std::string message;
  size_t number = 0;
  bool blank_before = true;
  const auto finish = [&]() -> Result<bool> {
    if (number == 0) return true;
    if (message.ends_with("\r\n\r\n")) {
      message.resize(message.size() - 2);
    } else if (message.ends_with("\n\n")) {
      message.pop_back();
    }
    auto blob = Blob::copy_of(message);
    message.clear();
    if (!blob) return fail(blob.error());
    return visit(path + "#" + std::to_string(number), std::move(*blob));
  };
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (blank_before && line.starts_with("From ")) {
      auto more = finish();
      if (!more) return fail(more.error());
      if (!*more) return {};
      number++;
      blank_before = false;
      continue;
    }
    blank_before = line == "\n" || line == "\r\n";
    if (is_escaped_from(line)) line.remove_prefix(1);
    message += line;
  }
  auto last = finish();
  if (!last) return fail(last.error());
  return {};
}

Result<bool> one_file(const std::string& path, const Visit& visit) {
  auto blob = read_input(path);
  if (!blob) return fail(blob.error());
  return visit(path, std::move(*blob));
}

Result<void> each_of_maildir(const fs::path& dir, const Visit& visit) {
  std::vector<std::string> files;
  std::error_code failed;
  for (const char* sub : {"cur", "new"}) {
    for (const auto& entry : fs::directory_iterator(dir / sub, failed)) {
      if (entry.is_regular_file(failed)) files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    auto more = one_file(file, visit);
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  return {};
}

}  // namespace

Result<void> each_message(const std::string& path, const Visit& visit) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    if (fs::is_directory(fs::path(path) / "cur", ignored) || fs::is_directory(fs::path(path) / "new", ignored)) {
      return each_of_maildir(path, visit);
    }
    return fail(ErrorKind::invalid_input, path + ": a directory without cur/ and new/ is no Maildir");
  }
  auto blob = read_input(path);
  if (!blob) return fail(blob.error());
  auto bytes = (*blob)->view();
  if (!bytes) return fail(bytes.error());
  if (bytes->starts_with("From ")) return each_of_mbox(path, *bytes, visit);
  visit(path, std::move(*blob));
  return {};
}

}  // namespace postern::cli
