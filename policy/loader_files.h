// Reading the files of policy folders: YAML trees, dictionaries, boilerplate, and the digest over all of them.
//
// Names inside a folder are sorted by bytes, so that the same folder always gives the same Model. Names that begin
// with a dot or end in '~' (editors' copies) are passed over.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policy/model.h"

namespace postern::policy {

class FileReader {
 public:
  explicit FileReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // The text of `dir`/`name`, null (and a diagnostic) when it cannot be read or is not UTF-8.
  // `label` with the name stands for the file in the digest: "policy/rules/a.yaml".
  std::shared_ptr<const SourceFile> read(const std::string& dir, const std::string& name, const std::string& label);

  // The tree of a YAML file; a null node after an error.
  yaml::Node yaml(const std::string& dir, const std::string& name, const std::string& label);

  // The names of the files in `dir`/`folder` that end in `suffix`, as "folder/name". A folder that is not there is
  // empty.
  std::vector<std::string> list(const std::string& dir, const std::string& folder, const std::string& suffix);

  // Adds a file that something else reads (test files, the catalogue) to the digest; false when it cannot be read.
  bool note_file(const std::string& dir, const std::string& name, const std::string& label);

  // Hex SHA-256 over the sorted names and bytes of everything read.
  std::string digest() const;

 private:
  void note(const std::string& name, std::string_view text);

  Diagnostics& diagnostics_;
  std::map<std::string, std::string> digests_;  // by label/name
};

// One entry a line; '#' begins a comment line; an optional TAB and a weight end an entry.
std::shared_ptr<const WordList> parse_dictionary(const std::string& path, std::shared_ptr<const SourceFile> file,
                                                 Diagnostics& diagnostics);

// The SHA-256 that `text` is, in lower case; nothing when it is none.
std::optional<std::string> sha256_in(std::string_view text);

// Adds the hashes of a list as `sha256sum` writes it: 64 hexadecimal digits at the beginning of each line, which a
// blank and a name may follow; '#' begins a comment line.
void parse_hash_list(const std::shared_ptr<const SourceFile>& file, std::vector<std::string>& hashes,
                     Diagnostics& diagnostics);

// Paragraphs separated by empty lines.
std::vector<Boilerplate> parse_boilerplate(const std::string& path, std::shared_ptr<const SourceFile> file);

// The place of byte `offset` of a scalar's value in its file, through the quotes it is written in; the
// scalar's beginning when it is folded over several lines. Reads the file from its beginning: for errors, not for
// every scalar.
SourceMark mark_inside(const yaml::Node& scalar, size_t offset);

// The largest weight of a dictionary entry; sums over a message stay far below 64 bits.
inline constexpr std::uint32_t kMaxWeight = 1'000'000;
// The longest entry of a dictionary or keyword in bytes; longer ones are paragraphs, which fingerprints find.
inline constexpr size_t kMaxEntryBytes = 1000;

}  // namespace postern::policy
