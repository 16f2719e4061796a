// Landlock by raw system calls: glibc has no wrappers, and the headers of Debian 12 end at ABI 2. The
// structures grow at their end only, so one definition serves every kernel.
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "extractors/worker/sandbox.h"

namespace postern::extract {

namespace {

constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kCreateVersion = 1U << 0;
constexpr unsigned kRulePathBeneath = 1;

constexpr std::uint64_t kReadFile = 1ULL << 2;
constexpr std::uint64_t kReadDir = 1ULL << 3;
constexpr std::uint64_t kFsAbi1 = (1ULL << 13) - 1;  // execute ... make_sym
constexpr std::uint64_t kFsRefer = 1ULL << 13;       // ABI 2
constexpr std::uint64_t kFsTruncate = 1ULL << 14;    // ABI 3
constexpr std::uint64_t kFsIoctlDev = 1ULL << 15;    // ABI 5
constexpr std::uint64_t kNetBindConnect = 3;         // ABI 4: TCP
constexpr std::uint64_t kScopeSocketSignal = 3;      // ABI 6: abstract sockets, signals

struct RulesetAttr {
  std::uint64_t handled_fs = 0;
  std::uint64_t handled_net = 0;
  std::uint64_t scoped = 0;
};

struct __attribute__((packed)) PathBeneathAttr {
  std::uint64_t allowed = 0;
  std::int32_t parent_fd = -1;
};

Result<void> allow_reading(int ruleset, const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) return {};  // what is not there needs no right
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return {};
  PathBeneathAttr rule;
  rule.allowed = S_ISDIR(info.st_mode) ? kReadFile | kReadDir : kReadFile;
  rule.parent_fd = fd.get();
  if (::syscall(kAddRule, ruleset, kRulePathBeneath, &rule, 0U) != 0) {
    return fail(ErrorKind::unavailable, "Landlock refuses a rule for " + path + ": " + errno_text(errno));
  }
  return {};
}

}  // namespace

Result<std::uint32_t> enter_landlock(const std::vector<std::string>& readable) {
  const long abi = ::syscall(kCreateRuleset, nullptr, 0UL, kCreateVersion);
  if (abi < 1) {
    return fail(ErrorKind::unavailable, "the kernel has no Landlock (" + errno_text(errno) +
                                            "); boot with lsm=landlock,... or a kernel from 5.13 on");
  }
  RulesetAttr attr;
  attr.handled_fs = kFsAbi1;
  if (abi >= 2) attr.handled_fs |= kFsRefer;
  if (abi >= 3) attr.handled_fs |= kFsTruncate;
  if (abi >= 5) attr.handled_fs |= kFsIoctlDev;
  size_t size = sizeof attr.handled_fs;
  if (abi >= 4) {
    attr.handled_net = kNetBindConnect;
    size += sizeof attr.handled_net;
  }
  if (abi >= 6) {
    attr.scoped = kScopeSocketSignal;
    size += sizeof attr.scoped;
  }
  const UniqueFd ruleset(static_cast<int>(::syscall(kCreateRuleset, &attr, size, 0U)));
  if (!ruleset) return fail(ErrorKind::unavailable, "Landlock refuses its rules: " + errno_text(errno));
  for (const std::string& path : readable) {
    if (auto ok = allow_reading(ruleset.get(), path); !ok) return fail(ok.error());
  }
  if (::syscall(kRestrictSelf, ruleset.get(), 0U) != 0) {
    return fail(ErrorKind::unavailable, "Landlock cannot be entered: " + errno_text(errno));
  }
  return static_cast<std::uint32_t>(abi);
}

}  // namespace postern::extract
