// Inputs: everything that decides what a policy becomes, as one digest.
//
// An image (policy/policy.h) is that of a policy as long as this is the same: the bytes and names of all files below
// the policy's folder and below that of the packs, where both lie, the version and build of Postern, the version of its
// engine, of Hyperscan, PCRE2 and ICU, and what Hyperscan compiles for on this processor. That is more than a policy
// reads, so that nothing it might read, or look for in vain, is forgotten. Version control's own folders (.git, .hg,
// .svn) are left out.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/policy.h"

namespace postern::policy {

// Part of a policy's digest: the same files judged by another engine are another policy. Changes with every change of
// what a policy means.
inline constexpr std::string_view kEngineVersion = "postern-policy-2";

// Folders with more files, or deeper ones, are no policy's.
inline constexpr size_t kMaxInputFiles = 100'000;
inline constexpr int kMaxInputDepth = 16;

// Hex SHA-256. `program` stands for the program that compiles, its version and build. An error: something cannot be
// read.
Result<std::string> digest_of_inputs(const LoadOptions& options, std::string_view program);

}  // namespace postern::policy
