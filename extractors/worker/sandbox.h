// The sandbox of `postern-extract`: entered once, before any thread and any byte
// from outside, never left.
//
//   identity   a root worker becomes `user`; no new privileges, no core, not traceable
//   rlimits    address space, no file growth, few descriptors, CPU time a message (limit_cpu)
//   Landlock   read-only what the libraries need (data_directories, modules); on newer kernels no TCP, no
//              abstract sockets, no signals to others
//   seccomp    an allow-list: else EPERM; sockets, processes, tracing and the like kill the worker
//
// Landlock and seccomp are not optional: without either the worker does not start.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace postern::extract {

struct SandboxOptions {
  std::uint64_t memory = 512ULL << 20;  // RLIMIT_AS in bytes; not set in sanitizer builds, which map terabytes
  std::string user = "_postern";        // whom a root worker becomes; `nobody` when there is no such user
  std::vector<std::string> readable;    // files to be read besides data_directories(): the modules
};

struct SandboxReport {
  std::uint32_t landlock_abi = 0;
  bool seccomp = false;
  std::uint32_t uid = 0;
};

Result<SandboxReport> enter_sandbox(const SandboxOptions& options);

// Puts the backstop of CPU time (SIGXCPU, then SIGKILL) at least `time` ahead of `used`, the time used so far.
void limit_cpu(std::chrono::milliseconds time, std::chrono::nanoseconds used);

// Data of the libraries, as far as it exists here: ICU, poppler-data, fontconfig and fonts, magic, tessdata, locales;
// and the folders of libraries themselves, from which gconv's tables and what modules need are loaded.
std::vector<std::string> data_directories();

// The steps, in landlock.cpp and seccomp.cpp. Each binds this process and all that it may start.
Result<std::uint32_t> enter_landlock(const std::vector<std::string>& readable);  // gives the kernel's ABI
Result<void> enter_seccomp();

}  // namespace postern::extract
