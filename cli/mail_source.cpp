#include "cli/mail_source.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "cli/reader.h"

namespace postern::cli {

namespace fs = std::filesystem;

namespace {

// A quoted "From " line of an mboxrd: ">From ", ">>From ", ...
bool is_escaped_from(std::string_view line) {
  const size_t arrows = line.find_first_not_of('>');
  return arrows != std::string_view::npos && arrows > 0 && line.substr(arrows).starts_with("From ");
}

bool each_of_mbox(const std::string& path, std::string_view bytes, const VisitMessage& visit) {
  std::string message;
  size_t number = 0;
  bool blank_before = true;
  const auto finish = [&] {
    if (number == 0) return true;
    // The blank line before the next "From " belongs to the mbox.
    if (message.ends_with("\r\n\r\n")) {
      message.resize(message.size() - 2);
    } else if (message.ends_with("\n\n")) {
      message.pop_back();
    }
    const bool more = visit(path + "#" + std::to_string(number), Blob::copy_of(message));
    message.clear();
    return more;
  };
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (blank_before && line.starts_with("From ")) {
      if (!finish()) return false;
      number++;
      blank_before = false;
      continue;
    }
    blank_before = line == "\n" || line == "\r\n";
    if (is_escaped_from(line)) line.remove_prefix(1);
    message += line;
  }
  return finish();
}

// The names in `dir` that may be mails: a Maildir's own files begin with a dot.
std::error_code list_into(const fs::path& dir, std::vector<std::string>& files) {
  std::error_code failed;
  for (fs::directory_iterator entry(dir, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (!entry->path().filename().string().starts_with('.')) files.push_back(entry->path().string());
  }
  return failed;
}

bool each_of_maildir(const fs::path& dir, const VisitMessage& visit) {
  std::vector<std::string> files;
  for (const char* sub : {"cur", "new"}) {
    const std::error_code failed = list_into(dir / sub, files);
    if (!failed) continue;
    const std::string name = (dir / sub).string();
    if (!visit(name, fail(ErrorKind::unavailable, name + ": " + failed.message()))) return false;
  }
  std::sort(files.begin(), files.end());
  return std::all_of(files.begin(), files.end(),
                     [&visit](const std::string& file) { return visit(file, read_input(file)); });
}

}  // namespace

bool each_message(const std::string& path, const VisitMessage& visit) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    if (fs::is_directory(fs::path(path) / "cur", ignored) || fs::is_directory(fs::path(path) / "new", ignored)) {
      return each_of_maildir(path, visit);
    }
    return visit(path,
                 fail(ErrorKind::invalid_input, path + ": is a directory without cur/ and new/, which is no Maildir"));
  }
  auto blob = read_input(path);
  if (!blob) return visit(path, std::move(blob));
  const auto bytes = (*blob)->view();
  if (!bytes) return visit(path, fail(bytes.error()));
  if (bytes->starts_with("From ")) return each_of_mbox(path, *bytes, visit);
  return visit(path, std::move(blob));
}

}  // namespace postern::cli
