// Compiling a policy in a child process.
//
// Compiling takes much memory and time for some policies, and a defect of a compiler would end the gate. The child is
// this program again, as `posternd --compile-policy` (a word of its own, not for people): it lowers its own limits,
// reads the policy, compiles it and writes the answer into a descriptor that nobody else has, a memfd. It knows no key,
// opens no store and no socket, ends with the daemon, and is the first to go when the machine's memory ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "policy/policy.h"

namespace postern::milter {

struct CompileLimits {
  std::uint64_t memory = std::uint64_t{2} << 30;  // bytes of address space
  std::chrono::milliseconds time{120'000};        // from start to answer
  std::string program = "/proc/self/exe";         // for tests
};

// What the child answers; an empty image: the diagnostics have errors.
struct CompiledImage {
  std::string image;
  std::vector<Diagnostic> diagnostics;  // without the text of the files
};

// Called several times a second while the child works; false: give it up.
using KeepWaiting = std::function<bool()>;

// `unavailable`: the child died, gave no whole answer, or was given up; `timeout`.
Result<CompiledImage> compile_in_child(const policy::LoadOptions& options, const CompileLimits& limits,
                                       const KeepWaiting& keep_waiting);

// The child's side: `arguments` are what follows --compile-policy. Returns the exit status.
inline constexpr std::string_view kCompileWord = "--compile-policy";
int compile_as_child(const std::vector<std::string>& arguments);

}  // namespace postern::milter
