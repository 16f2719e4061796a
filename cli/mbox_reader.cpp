#include "cli/mbox_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "cli/reader.h"

namespace postern::cli {

namespace {

constexpr size_t kChunk = 256 << 10;
// Longer lines are taken piece by piece.
constexpr size_t kMostLine = 64 << 10;
// A header's name is looked for in so much of the line behind "From ".
constexpr size_t kMostName = 128;
constexpr std::string_view kFrom = "From ";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_empty_line(std::string_view line) {
  return line == "\n" || line == "\r\n";
}

// A quoted "From " line of an mboxrd: ">From ", ">>From ", ...
bool is_quoted_from(std::string_view line) {
  const size_t arrows = line.find_first_not_of('>');
  return arrows != std::string_view::npos && arrows > 0 && line.substr(arrows).starts_with(kFrom);
}

// The date of asctime(3), whatever stands around it: a time of day and a year of four digits.
bool bears_date(std::string_view line) {
  bool time = false;
  bool year = false;
  size_t digits = 0;
  for (size_t i = 0; i <= line.size(); i++) {
    if (i < line.size() && is_digit(line[i])) {
      digits++;
      continue;
    }
    if (i < line.size() && line[i] == ':' && digits > 0 && i + 1 < line.size() && is_digit(line[i + 1])) time = true;
    if (digits == 4) year = true;
    digits = 0;
  }
  return time && year;
}

// RFC 5322 3.6.8: printable characters but the colon, then a colon.
bool is_header_field(std::string_view line) {
  size_t end = 0;
  while (end < line.size() && line[end] > ' ' && line[end] != ':' && line[end] <= '~') end++;
  return end > 0 && end < line.size() && line[end] == ':';
}

}  // namespace

MboxReader::MboxReader(std::string path, UniqueFd fd, std::string spool_dir)
    : path_(std::move(path)), fd_(std::move(fd)), spool_dir_(std::move(spool_dir)) {}

bool MboxReader::fill(size_t bytes) {
  while (buffer_.size() - front_ < bytes && !ended_) {
    if (front_ > 0) {
      buffer_.erase(0, front_);
      front_ = 0;
    }
    const size_t had = buffer_.size();
    buffer_.resize(had + kChunk);
    const ssize_t n = ::read(fd_.get(), buffer_.data() + had, kChunk);
    buffer_.resize(had + (n > 0 ? size_t(n) : 0));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) failed_ = Error{ErrorKind::unavailable, path_ + ": " + errno_text(errno)};
    if (n <= 0) ended_ = true;
  }
  return buffer_.size() - front_ >= bytes;
}

std::string_view MboxReader::line() {
  for (size_t wanted = 256;; wanted = std::min(wanted * 4, kMostLine)) {
    fill(wanted);
    const std::string_view here = std::string_view(buffer_).substr(front_, kMostLine);
    const size_t end = here.find('\n');
    if (end != std::string_view::npos) return here.substr(0, end + 1);
    if (wanted == kMostLine || ended_) return here;
  }
}

void MboxReader::drop(size_t bytes) {
  front_ += bytes;
  offset_ += bytes;
}

bool MboxReader::begins_message(std::string_view text) {
  if (!text.starts_with(kFrom)) return false;
  if (bears_date(text)) return true;
  const size_t length = text.size();
  fill(length + kMostName);
  const std::string_view behind = std::string_view(buffer_).substr(front_ + length, kMostName);
  return is_header_field(behind.substr(0, behind.find('\n')));
}

MboxReader::Message MboxReader::read_message(std::uint64_t number) {
  Message out{offset_, number, {}};
  BlobWriter writer(spool_dir_);
  std::optional<Error> error;
  const auto append = [&](std::string_view bytes) {
    if (error) return;
    if (writer.size() + bytes.size() > kMaxInputBytes) {
      error = too_large(path_);
      return;
    }
    if (auto ok = writer.append(bytes); !ok) error = ok.error();
  };
  // The rest of the "From " line, however long.
  for (bool more = true; more;) {
    const std::string_view text = line();
    more = !text.empty() && text.back() != '\n';
    drop(text.size());
  }
  std::string empty;  // the last empty line: the one before "From " belongs to the mbox
  bool at_line_start = true;
  bool blank_before = false;
  for (;;) {
    std::string_view text = line();
    if (text.empty()) break;
    if (at_line_start && blank_before && begins_message(text)) break;
    text = line();  // what was looked at behind it may have moved the buffer
    const size_t length = text.size();
    append(empty);
    empty.clear();
    const bool ends = text.back() == '\n';
    blank_before = at_line_start && is_empty_line(text);
    if (blank_before) {
      empty = text;
    } else {
      if (at_line_start && is_quoted_from(text)) text.remove_prefix(1);
      append(text);
    }
    at_line_start = ends;
    drop(length);
  }
  if (failed_ && !error) error = failed_;
  if (error) {
    out.bytes = fail(*error);
  } else {
    out.bytes = writer.seal();
  }
  return out;
}

MboxReader::Message MboxReader::read_whole() {
  Message out{0, 0, {}};
  BlobWriter writer(spool_dir_);
  std::optional<Error> error;
  while (fill(1)) {
    const std::string_view bytes = std::string_view(buffer_).substr(front_);
    if (writer.size() + bytes.size() > kMaxInputBytes) {
      error = too_large(path_);
      break;
    }
    if (auto ok = writer.append(bytes); !ok) {
      error = ok.error();
      break;
    }
    drop(bytes.size());
  }
  if (failed_ && !error) error = failed_;
  ended_ = true;
  buffer_.clear();
  front_ = 0;
  if (error) {
    out.bytes = fail(*error);
  } else {
    out.bytes = writer.seal();
  }
  return out;
}

std::optional<MboxReader::Message> MboxReader::next() {
  const bool more = fill(kFrom.size()) || buffer_.size() > front_;
  if (!begun_) {
    begun_ = true;
    mbox_ = std::string_view(buffer_).substr(front_).starts_with(kFrom);
    if (!mbox_) return read_whole();
  }
  if (!more) return std::nullopt;
  return read_message(++number_);
}

}  // namespace postern::cli
