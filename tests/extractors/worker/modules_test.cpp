// Modules that are there, missing, broken and of another version.
#include "extractors/modules.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "tests/support/document_walk.h"

namespace postern::extract {
namespace {

constexpr std::string_view kWordPerfect("\xFFWPC\x10\0\0\0\x01\x0A\0\0\0\0\0\0Project Nightjar\x0A", 33);

// A folder with a file as the module `revenge`; without a file when `content` is empty.
class Folder {
 public:
  Folder() : path_(std::filesystem::path(testing::TempDir()) / ("modules-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path file() const { return path_ / "postern-extract-revenge.so"; }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string outcome_of(const std::string& directory) {
  const Registry registry = builtin_registry(Modules(directory));
  Budget budget(Limits{}, Spent{}, system_clock());
  TextBuilder builder;
  const Resume resume;
  Walker(registry, budget, builder, resume).walk(Root{kWordPerfect, "a.wpd", ""});
  const Part part = builder.take().parts.at(0);
  return std::string(to_string(part.outcome)) + ": " + part.why;
}

TEST(Modules, AreLoadedOnce) {
  const Modules modules(POSTERN_BIN);
  EXPECT_EQ(modules.paths().size(), kModules.size());
  for (const std::string_view name : kModules) {
    const auto first = modules.load(name);
    ASSERT_TRUE(first.has_value()) << first.error().message;
    EXPECT_EQ(modules.load(name).value(), *first);
  }
}

TEST(Modules, AreLoadedByTheFirstDocument) {
  EXPECT_EQ(outcome_of(POSTERN_BIN), "complete: ");
}

TEST(Modules, AMissingOneMakesItsDocumentsUnsupported) {
  const Folder folder;
  EXPECT_TRUE(Modules(folder.path()).paths().empty());
  EXPECT_EQ(outcome_of(folder.path()), "unsupported: the module revenge cannot be loaded: cannot open " +
                                           folder.file().string() + ": No such file or directory");
}

TEST(Modules, ABrokenOneMakesItsDocumentsUnsupported) {
  const Folder folder;
  std::ofstream(folder.file()) << "no shared object";
  EXPECT_THAT(outcome_of(folder.path()), testing::StartsWith("unsupported: the module revenge cannot be loaded: "));
}

TEST(Modules, OneOfAnotherVersionIsRefused) {
  const Folder folder;
  std::filesystem::copy_file(POSTERN_OTHER_MODULE, folder.file());
  EXPECT_THAT(outcome_of(folder.path()), testing::HasSubstr("it is of version 0.0.0-other, the program of "));
}

TEST(Modules, TheFileIsTheOneThatWasThereAtTheStart) {
  const Folder folder;
  std::filesystem::copy_file(POSTERN_BIN "/postern-extract-revenge.so", folder.file());
  const Modules modules(folder.path());
  std::filesystem::remove(folder.file());
  std::ofstream(folder.file()) << "an upgrade";
  const auto loaded = modules.load("revenge");
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
}

}  // namespace
}  // namespace postern::extract
