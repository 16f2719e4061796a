#include "cli/journal.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kKind = "journal 1";
constexpr size_t kHeadKeyBytes = 32;

std::string unhex(const std::string& text) {
  std::string out;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return out;
}

bool is_key(const std::string& text) {
  return text.size() == 2 * kHeadKeyBytes && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string head_line(const JournalHead& head) {
  const Json line = {{"postern", kKind},  {"verb", head.verb},       {"policy", head.policy},
                     {"over", head.over}, {"options", head.options}, {"key", to_hex(head.key)}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> check_head(const std::string& path, std::string_view line, JournalHead& head) {
  const std::string remedy = "; remove the file to begin anew, or name another";
  const Json found = Json::parse(line, nullptr, false);
  const auto text = [&found](const char* key) {
    return found.contains(key) && found[key].is_string() ? found[key].get<std::string>() : std::string();
  };
  if (!found.is_object() || text("postern") != kKind || !is_key(text("key"))) {
    return fail(ErrorKind::conflict, path + ": is no state of a run of postern; name another file");
  }
  if (text("verb") != head.verb) {
    return fail(ErrorKind::conflict, path + ": is the state of another command (" + text("verb") + ")" + remedy);
  }
  if (text("policy") != head.policy) {
    return fail(ErrorKind::conflict, path + ": is the state of a run with another policy" + remedy);
  }
  if (text("over") != head.over) {
    return fail(ErrorKind::conflict,
                path + ": is the state of a run over other mail, or the mail has changed since" + remedy);
  }
  if (text("options") != head.options) {
    return fail(ErrorKind::conflict,
                path + ": is the state of a run with other options (" + text("options") + ")" + remedy);
  }
  head.key = unhex(text("key"));
  return {};
}

}  // namespace

Result<Journal> Journal::open(const std::string& path, JournalHead& head,
                              const std::function<bool(std::string_view line)>& visit) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(ErrorKind::unavailable, path + ": " + errno_text(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::conflict, path + ": another run uses it");
  }
  Journal journal(path, std::move(fd));
  auto good = journal.read(head, visit);
  if (!good) return fail(good.error());
  // What was cut off goes, and what comes next follows the last whole line.
  if (::ftruncate(journal.fd_.get(), off_t(*good)) != 0 || ::lseek(journal.fd_.get(), off_t(*good), SEEK_SET) < 0) {
    return fail(ErrorKind::unavailable, path + ": " + errno_text(errno));
  }
  if (*good == 0) {
    if (auto ok = journal.append(head_line(head)); !ok) return fail(ok.error());
  }
  return journal;
}

Result<std::uint64_t> Journal::read(JournalHead& head, const std::function<bool(std::string_view line)>& visit) {
  std::array<char, 65536> chunk{};
  std::string pending;
  std::uint64_t good = 0;
  std::uint64_t number = 0;
  for (;;) {
    const ssize_t n = ::read(fd_.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, path_ + ": " + errno_text(errno));
    if (n == 0) break;
    pending.append(chunk.data(), size_t(n));
    size_t begin = 0;
    for (size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', begin)) {
      const std::string_view line = std::string_view(pending).substr(begin, end - begin);
      if (number++ == 0) {
        if (auto ok = check_head(path_, line, head); !ok) return fail(ok.error());
      } else if (!visit(line)) {
        return fail(ErrorKind::corrupt, path_ + ":" + std::to_string(number) + ": is damaged; remove the file");
      }
      good += line.size() + 1;
      begin = end + 1;
    }
    pending.erase(0, begin);
  }
  // A file that is all one line without an end was never one of ours, unless it is the beginning of a head.
  if (number == 0 && !pending.empty() && !head_line(head).starts_with(pending.substr(0, 12))) {
    return fail(ErrorKind::conflict, path_ + ": is no state of a run of postern; name another file");
  }
  return good;
}

Result<void> Journal::append(std::string_view line) {
  std::string rest(line);
  rest += '\n';
  for (size_t at = 0; at < rest.size();) {
    const ssize_t n = ::write(fd_.get(), rest.data() + at, rest.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, path_ + ": " + errno_text(errno));
    at += size_t(n);
  }
  return {};
}

}  // namespace postern::cli
