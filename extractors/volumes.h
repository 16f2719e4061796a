// Files that were cut into pieces of a name each and sent together: "plan.7z.001" and "plan.7z.002", "plan.tgz.aa" and
// "plan.tgz.ab", as 7-Zip and split(1) write them. Volumes of RAR and spanned zips are files of their own kind.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/extractor.h"

namespace postern::extract {

// Of all pieces in one container; a file with more ends `limit`.
inline constexpr size_t kMostVolumeBytes = 64 << 20;
// Pieces past them are no volumes.
inline constexpr size_t kMostVolumes = 100;

// "plan.7z.002" has the number 1, the first one 0.
struct VolumeName {
  std::string_view file;  // "plan.7z"; empty when the name is none of a volume
  size_t number = 0;
};
VolumeName volume_name(std::string_view name);

class Volumes {
 public:
  // Keeps the bytes of a file whose name is that of a volume, and returns what it was given.
  tl::expected<std::string_view, Ending> noted(std::string_view name, tl::expected<std::string_view, Ending> bytes);

  struct File {
    std::string name;
    std::string bytes;   // of the volumes that follow each other from the first one on
    std::string second;  // the beginning of the second one
    size_t volumes = 0;  // of which `bytes` is made
    size_t missing = 0;  // the number of the first one that is not there, from 1 on; 0: they follow each other
    bool cut = false;    // at kMostVolumeBytes
    bool named_archive = false;
  };
  // In the order of their names, also those of a single volume.
  std::vector<File> files() const;

 private:
  struct Volume {
    std::string file;
    size_t number;
    std::string bytes;
  };
  std::vector<Volume> volumes_;
  size_t size_ = 0;
  bool cut_ = false;
};

}  // namespace postern::extract
