#include "extractors/worker/sandbox.h"

#include <cerrno>
#include <string_view>

#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace postern::extract {

namespace {

// The socket, the outbox, three standard ones, the message, and the data files a library has open at a time.
constexpr rlim_t kMaxDescriptors = 64;
// How far past what a message may use the backstop lies, so that small mails move it rarely.
constexpr rlim_t kCpuSlackSeconds = 30;

#ifdef POSTERN_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

Result<void> limit(__rlimit_resource resource, rlim_t value, std::string_view what) {
  const rlimit both{value, value};
  if (::setrlimit(resource, &both) != 0) {
    return fail(ErrorKind::unavailable, "cannot limit " + std::string(what) + ": " + errno_text(errno));
  }
  return {};
}

// Root is needed for nothing here. A container may lack the right to change, which is no reason to refuse:
// what holds is Landlock and seccomp; the report says who we are.
Result<void> drop_root(const std::string& user) {
  if (::geteuid() != 0) return {};
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) entry = ::getpwnam("nobody");
  if (entry == nullptr) return {};
  const uid_t uid = entry->pw_uid;
  const gid_t gid = entry->pw_gid;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(gid, gid, gid) != 0) return {};
  if (::setresuid(uid, uid, uid) != 0) {
    return fail(ErrorKind::unavailable,
                "gave up the groups of root but cannot become " + user + ": " + errno_text(errno));
  }
  return {};
}

}  // namespace

std::vector<std::string> data_directories() {
  std::vector<std::string> out = {
      "/usr/share/icu",        "/usr/share/poppler", "/etc/fonts",
      "/usr/share/fontconfig", "/usr/share/fonts",   "/usr/local/share/fonts",
      "/var/cache/fontconfig", "/usr/share/misc",    "/usr/share/file",
      "/usr/lib/file",         "/etc/magic",         "/usr/share/tesseract-ocr",
      "/usr/lib/locale",       "/usr/share/locale",  "/usr/lib/gconv",
      "/etc/ld.so.cache",
  };
  glob_t found{};
  if (::glob("/usr/lib/*-linux-gnu*", 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) out.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return out;
}

Result<SandboxReport> enter_sandbox(const SandboxOptions& options) {
  SandboxReport report;
  if (auto ok = drop_root(options.user); !ok) return fail(ok.error());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(ErrorKind::unavailable, "cannot give up privileges: " + errno_text(errno));
  }
  if (auto ok = limit(RLIMIT_CORE, 0, "core files"); !ok) return fail(ok.error());
  if (auto ok = limit(RLIMIT_FSIZE, 0, "file sizes"); !ok) return fail(ok.error());
  if (auto ok = limit(RLIMIT_NOFILE, kMaxDescriptors, "descriptors"); !ok) return fail(ok.error());
  if (!kSanitized) {
    if (auto ok = limit(RLIMIT_AS, options.memory, "memory"); !ok) return fail(ok.error());
  }
  std::vector<std::string> readable = data_directories();
  readable.insert(readable.end(), options.readable.begin(), options.readable.end());
  auto abi = enter_landlock(readable);
  if (!abi) return fail(abi.error());
  if (auto ok = enter_seccomp(); !ok) return fail(ok.error());
  report.landlock_abi = *abi;
  report.seccomp = true;
  report.uid = ::geteuid();
  return report;
}

void limit_cpu(std::chrono::milliseconds time, std::chrono::nanoseconds used) {
  static rlim_t set = 0;
  const auto whole = [](auto duration) { return std::chrono::duration_cast<std::chrono::seconds>(duration).count(); };
  const auto seconds = static_cast<rlim_t>(whole(used) + whole(time));
  if (set != 0 && set >= seconds && set <= seconds + kCpuSlackSeconds) return;
  set = seconds + kCpuSlackSeconds;
  rlimit both{};
  if (::getrlimit(RLIMIT_CPU, &both) != 0) return;
  both.rlim_cur = set;
  static_cast<void>(::setrlimit(RLIMIT_CPU, &both));
}

}  // namespace postern::extract
