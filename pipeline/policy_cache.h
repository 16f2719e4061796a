// PolicyCache: compiled policies on disk, for the next start of the gate or of a command.
//
// A file DIR/policy-NAME.image of mode 0600 holds one image (policy/policy.h). The gate keeps those of
// policies that have passed their rules' own tests, a command those that it could compile:
//
//   bytes  what
//   8      "PNPOLIC1"
//   32     name: BLAKE2b, keyed, of the digest of what the policy was made from (policy/inputs.h); NAME is its hex
//   8      size of the image, little-endian
//   ...    the image
//   32     BLAKE2b, keyed, of all before it
//
// Both keys are the one derived for this use from a master key (store/keys.h), so that nobody else can write a file
// that is believed, nor learn from a name which policy it is. Two installations in one folder do not see each other's
// files. A file that is damaged, cut short, moved to another name or sealed with another key is no file: it is logged,
// removed and made anew.
//
// A file is written under another name and renamed, so that gates that share the folder find a whole file or none. The
// kKept files last used stay, the others go. Nothing here is needed to judge mail: without a folder, or on a full
// disk, policies are compiled at each start. For one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/keys.h"

namespace postern::pipeline {

// Of the program that compiles and opens images: another build of the same version may read policies differently. For
// digest_of_inputs().
std::string this_program();

class PolicyCache {
 public:
  // Files that stay: the policy in force, the one before, and those of gates that share the folder.
  static constexpr size_t kKept = 4;
  // Larger files are not read. The image of 10,000 rules has some 7 MiB.
  static constexpr size_t kMaxBytes = size_t{1} << 30;

  // Makes the folder (0700) when it is not there. An empty `dir` is no cache, and so is one that cannot be made:
  // logged.
  PolicyCache(std::string dir, const store::SecretKey& key);

  // `inputs` is the digest of what the policy was made from. Nothing when there is none that can be believed.
  std::optional<std::string> find(std::string_view inputs) const;
  // What goes wrong is logged.
  void keep(std::string_view inputs, std::string_view image) const;
  // For an image that was sealed well and cannot be used.
  void forget(std::string_view inputs) const;

 private:
  std::string path_of(std::string_view inputs) const;
  Result<void> write(std::string_view inputs, std::string_view image) const;
  void remove_old() const;

  std::string dir_;
  store::SecretKey key_;
};

}  // namespace postern::pipeline
