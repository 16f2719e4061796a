// The system calls of a worker. Three lists: what parsing needs; what no parser ever does, which kills
// the process, because then it is no parser any more; and the rest, which fails with EPERM, because
// libraries ask for much that they can do without.
#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "extractors/worker/sandbox.h"

namespace postern::extract {

namespace {

#ifdef POSTERN_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr int kAllowed[] = {
    // the socket and the descriptor given
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(preadv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(recvmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    // library data; Landlock says which
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(fadvise64),
    SCMP_SYS(dup),
    // memory
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mincore),
    // time, scheduling, threads of libraries
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address),
    // identity and chance
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrlimit),
    // signals and the end
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

constexpr int kDeadly[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kcmp),
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(capset),
    SCMP_SYS(personality),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
};

// Builds the filter; the first failure is kept.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release) {
    if (!context_) {
      error_ = ENOMEM;
      return;
    }
    keep(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    keep(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    keep(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a binary tree
  }

  void on(std::uint32_t action, int call) {
    if (context_) keep(seccomp_rule_add(context_.get(), action, call, 0));
  }
  void on(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (context_) {
      keep(seccomp_rule_add_array(context_.get(), action, call, static_cast<unsigned>(conditions.size()),
                                  conditions.begin()));
    }
  }
  int load() {
    if (error_ == 0) keep(seccomp_load(context_.get()));
    return error_;
  }

 private:
  void keep(int result) {
    if (result < 0 && error_ == 0) error_ = -result;
  }

  std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int error_ = 0;
};

scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, mask, value};
}

scmp_arg_cmp equal(unsigned argument, std::uint64_t value) {
  return scmp_arg_cmp{argument, SCMP_CMP_EQ, value, 0};
}

}  // namespace

Result<void> enter_seccomp() {
  Filter filter;
  for (const int call : kAllowed) filter.on(SCMP_ACT_ALLOW, call);
  for (const int call : kDeadly) filter.on(SCMP_ACT_KILL_PROCESS, call);

  constexpr std::uint64_t kWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(open), {masked(1, kWriting, 0)});
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(openat), {masked(2, kWriting, 0)});

  // Code comes from files only (gconv's modules and ours are loaded when a charset or a document asks for them), and
  // is never writable.
  constexpr std::uint64_t kWriteExec = PROT_WRITE | PROT_EXEC;
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {masked(2, PROT_EXEC, 0)});
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(mmap), {masked(2, kWriteExec, PROT_EXEC), masked(3, MAP_ANONYMOUS, 0)});
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), {masked(2, PROT_EXEC, 0)});

  // What copies a descriptor or tells of one. F_SETOWN and F_SETSIG would have the kernel send any signal, SIGKILL
  // too, to any process of our user: a way around the ban on kill().
  for (const int command : {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL}) {
    filter.on(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {equal(1, static_cast<std::uint64_t>(command))});
  }

  // Threads, never processes. clone3 hides its flags behind a pointer; ENOSYS makes glibc use clone.
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(clone), {masked(0, CLONE_THREAD, CLONE_THREAD)});
  filter.on(SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), {masked(0, CLONE_THREAD, 0)});
  filter.on(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));

  // abort() sends itself a signal.
  const auto self = static_cast<std::uint64_t>(::getpid());
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {equal(0, self)});
  // Reading any limit, and moving the one on CPU time before each message. The rest is behind hard limits.
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {equal(0, 0)});
  // The timer of a PDF's own CPU time, whose signal can only end the worker.
  filter.on(SCMP_ACT_ALLOW, SCMP_SYS(setitimer), {equal(0, ITIMER_PROF)});

  if (kSanitized) {
    for (const int call :
         {SCMP_SYS(sched_setaffinity), SCMP_SYS(prctl), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(ioctl)}) {
      filter.on(SCMP_ACT_ALLOW, call);
    }
  }
  if (const int error = filter.load(); error != 0) {
    return fail(ErrorKind::unavailable, "seccomp cannot be entered: " + errno_text(error));
  }
  return {};
}

}  // namespace postern::extract
