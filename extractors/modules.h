// Modules: readers whose libraries are large and rarely needed, each a shared object `postern-extract-NAME.so` beside
// the program, loaded when the first document of its types comes.
//
// A program that linked those libraries would map and relocate all of them at each start of a reader. A module's folder
// has its reader as any other, a module.cpp with POSTERN_EXTRACTOR_MODULE(make_its_extractor), and postern_module(NAME
// ...) in its CMakeLists.txt; its name stands in kModules, its types in builtin.cpp. The shared object has copies of
// what it uses of the program's code and speaks to the program through Extractor, Sink and Budget alone.
//
// The file is opened at the start and loaded inside the sandbox by that descriptor: a reader that lives on while
// a package is upgraded loads what belonged to it. What it needs from the system's library folders the sandbox lets it
// read (sandbox.h). What cannot be loaded reads nothing: each document of its types ends `unsupported` with the reason.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 4> kModules = {"revenge", "codes", "ocr", "sqlite"};

class Module;

class Modules {
 public:
  // Opens the files. A missing one is no failure here: its documents say it.
  explicit Modules(const std::string& directory = program_directory());

  // The folder of the running program.
  static std::string program_directory();

  // What the sandbox has to let be read, before anything is loaded.
  std::vector<std::string> paths() const;
  // Loads the module when that has not been done; at most once.
  Result<Extractor*> load(std::string_view name) const;
  // Stands for the module's reader, which it loads when it is first asked to read.
  std::shared_ptr<Extractor> extractor(std::string_view name) const;

 private:
  const std::shared_ptr<Module>& find(std::string_view name) const;

  std::vector<std::shared_ptr<Module>> modules_;
};

// What a shared object gives out. Classes pass between the two, so both must be of one version.
struct ModuleEntry {
  const char* version;
  std::shared_ptr<Extractor> (*make)();
};

}  // namespace postern::extract

#define POSTERN_EXTRACTOR_MODULE(make)              \
  extern "C" __attribute__((visibility("default"))) \
  const postern::extract::ModuleEntry postern_module = {POSTERN_VERSION, make}
