#include "cli/mailboxes.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "cli/mbox_reader.h"
#include "cli/reader.h"

namespace postern::cli {

namespace fs = std::filesystem;

namespace {

struct Names {
  std::vector<std::string> files;
  std::vector<std::string> folders;
  std::vector<std::string> others;  // sockets, devices
  std::error_code failed;
};

// What lies in a folder, sorted. Links to files count as files, links to folders as nothing: they make rings.
Names names_in(const fs::path& dir) {
  Names out;
  for (fs::directory_iterator entry(dir, out.failed), end; !out.failed && entry != end; entry.increment(out.failed)) {
    std::error_code ignored;
    const std::string path = entry->path().string();
    if (entry->is_directory(ignored)) {
      if (!entry->is_symlink(ignored)) out.folders.push_back(path);
    } else if (entry->is_regular_file(ignored) || entry->is_symlink(ignored)) {
      out.files.push_back(path);
    } else {
      out.others.push_back(path);
    }
  }
  std::sort(out.files.begin(), out.files.end());
  std::sort(out.folders.begin(), out.folders.end());
  std::sort(out.others.begin(), out.others.end());
  return out;
}

bool is_hidden(const std::string& path) {
  return fs::path(path).filename().string().starts_with('.');
}

bool is_maildir(const fs::path& dir) {
  std::error_code ignored;
  return fs::is_directory(dir / "cur", ignored) || fs::is_directory(dir / "new", ignored);
}

Result<UniqueFd> open_file(const std::string& path) {
  UniqueFd in(path == kStandardInput ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return fail(ErrorKind::not_found, path + ": " + errno_text(errno));
  return in;
}

}  // namespace

Mailboxes::Mailboxes(const std::vector<std::string>& paths, Folders folders) {
  for (const std::string& path : paths) list(path, folders);
}

Mailboxes::~Mailboxes() = default;

void Mailboxes::add_file(const std::string& path) {
  File file;
  file.path = path;
  struct stat info {};
  if (path != kStandardInput && ::stat(path.c_str(), &info) == 0) {
    file.size = S_ISREG(info.st_mode) ? std::uint64_t(info.st_size) : 0;
    file.modified = std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
  }
  total_bytes_ += file.size;
  files_.push_back(std::move(file));
}

void Mailboxes::add_error(const std::string& path, const std::string& why) {
  File file;
  file.path = path;
  file.error = path + ": " + why;
  files_.push_back(std::move(file));
}

void Mailboxes::list(const std::string& path, Folders folders) {
  std::error_code ignored;
  if (path != kStandardInput && fs::is_directory(path, ignored)) return list_folder(path, folders);
  add_file(path);
}

void Mailboxes::list_folder(const std::string& dir, Folders folders) {
  const bool maildir = is_maildir(dir);
  if (!maildir && folders == Folders::maildirs_only) {
    return add_error(dir, "is a directory without cur/ and new/, which is no Maildir");
  }
  if (maildir) {
    std::vector<std::string> mails;
    for (const char* sub : {"cur", "new"}) {
      const std::string folder = (fs::path(dir) / sub).string();
      const Names names = names_in(folder);
      const bool absent = names.failed == std::errc::no_such_file_or_directory;
      if (names.failed && !absent) add_error(folder, names.failed.message());
      std::copy_if(names.files.begin(), names.files.end(), std::back_inserter(mails),
                   [](const std::string& file) { return !is_hidden(file); });
    }
    std::sort(mails.begin(), mails.end());
    for (const std::string& mail : mails) add_file(mail);
  }
  if (folders == Folders::whole_tree) list_below(dir, maildir);
}

// Of a Maildir only its subfolders, whose names may begin with a dot: what else lies in it is the mail server's.
void Mailboxes::list_below(const std::string& dir, bool maildir) {
  const Names names = names_in(dir);
  if (names.failed) return add_error(dir, names.failed.message());
  if (!maildir) {
    for (const std::string& file : names.files) {
      if (!is_hidden(file)) add_file(file);
    }
    for (const std::string& other : names.others) add_error(other, "is no file");
  }
  for (const std::string& folder : names.folders) {
    const std::string name = fs::path(folder).filename().string();
    if (maildir ? name == "cur" || name == "new" || name == "tmp" || !is_maildir(folder) : is_hidden(folder)) continue;
    list_folder(folder, Folders::whole_tree);
  }
}

std::optional<MailboxMessage> Mailboxes::next() {
  for (; at_ < files_.size(); at_++) {
    const File& file = files_[at_];
    if (!mbox_) {
      auto fd = file.error.empty() ? open_file(file.path) : Result<UniqueFd>(fail(ErrorKind::unavailable, file.error));
      if (!fd) {
        bytes_before_ += file.size;
        at_++;
        return MailboxMessage{{file.path, 0, 0}, fail(fd.error())};
      }
      mbox_ = std::make_unique<MboxReader>(file.path, std::move(*fd), spool_directory());
    }
    if (auto message = mbox_->next()) {
      return MailboxMessage{{file.path, message->offset, message->number}, std::move(message->bytes)};
    }
    mbox_.reset();
    bytes_before_ += file.size;
  }
  return std::nullopt;
}

std::uint64_t Mailboxes::bytes_gone_through() const {
  return bytes_before_ + (mbox_ ? mbox_->offset() : 0);
}

std::string Mailboxes::fingerprint() const {
  Sha256 digest;
  for (const File& file : files_) {
    digest.update(file.path + '\0' + std::to_string(file.size) + '\0' + std::to_string(file.modified) + '\0' +
                  file.error + '\n');
  }
  return to_hex(digest.finish());
}

Result<std::shared_ptr<const Blob>> Mailboxes::read_again(const MailPlace& place) {
  auto fd = open_file(place.file);
  if (!fd) return fail(fd.error());
  if (place.offset > 0 && ::lseek(fd->get(), off_t(place.offset), SEEK_SET) < 0) {
    return fail(ErrorKind::unavailable, place.file + ": " + errno_text(errno));
  }
  MboxReader reader(place.file, std::move(*fd), spool_directory());
  auto message = reader.next();
  if (!message) return fail(ErrorKind::not_found, place.name() + ": is not there any more");
  return std::move(message->bytes);
}

}  // namespace postern::cli
