#include "extractors/modules.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <system_error>

#include <dlfcn.h>
#include <fcntl.h>

#include "base/unique_fd.h"

namespace postern::extract {

// One shared object: its file, then its reader.
class Module {
 public:
  Module(const std::string& directory, std::string_view name) : name_(name) {
    const std::string path = directory + "/postern-extract-" + name_ + ".so";
    file_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) why_ = "cannot open " + path + ": " + errno_text(errno);
  }

  const std::string& name() const { return name_; }
  // Before it is loaded.
  std::string path() const { return file_ ? "/proc/self/fd/" + std::to_string(file_.get()) : std::string(); }

  Result<Extractor*> load() {
    if (!extractor_ && why_.empty()) why_ = try_to_load();
    if (!extractor_) return fail(ErrorKind::unavailable, why_);
    return extractor_.get();
  }

 private:
  // Never unloaded: what its libraries registered points into them.
  std::string try_to_load() {
    void* loaded = ::dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) return last_error();
    // The loader knows the object by this path: the descriptor's number must never be another file's.
    static_cast<void>(file_.release());
    const auto* entry = static_cast<const ModuleEntry*>(::dlsym(loaded, "postern_module"));
    if (entry == nullptr) return last_error();
    if (std::string_view(entry->version) != POSTERN_VERSION) {
      return std::string("it is of version ") + entry->version + ", the program of " + POSTERN_VERSION;
    }
    extractor_ = entry->make();
    return extractor_ ? std::string() : "it has no reader";
  }

  static std::string last_error() {
    const char* error = ::dlerror();
    return error == nullptr ? "unknown error" : error;
  }

  std::string name_;
  UniqueFd file_;
  std::string why_;
  std::shared_ptr<Extractor> extractor_;
};

namespace {

class ModuleExtractor final : public Extractor {
 public:
  explicit ModuleExtractor(std::shared_ptr<Module> module) : module_(std::move(module)) {}

  Ending extract(const Source& source, Sink& sink) override {
    const Result<Extractor*> reader = module_->load();
    if (reader) return (*reader)->extract(source, sink);
    return {Outcome::unsupported, "the module " + module_->name() + " cannot be loaded: " + reader.error().message};
  }

 private:
  std::shared_ptr<Module> module_;
};

}  // namespace

Modules::Modules(const std::string& directory) {
  modules_.reserve(kModules.size());
  for (const std::string_view name : kModules) modules_.push_back(std::make_shared<Module>(directory, name));
}

std::string Modules::program_directory() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

std::vector<std::string> Modules::paths() const {
  std::vector<std::string> out;
  for (const auto& module : modules_) {
    if (std::string path = module->path(); !path.empty()) out.push_back(std::move(path));
  }
  return out;
}

const std::shared_ptr<Module>& Modules::find(std::string_view name) const {
  for (const auto& module : modules_) {
    if (module->name() == name) return module;
  }
  std::abort();  // a name that kModules does not have: a defect that the first start shows
}

Result<Extractor*> Modules::load(std::string_view name) const {
  return find(name)->load();
}

std::shared_ptr<Extractor> Modules::extractor(std::string_view name) const {
  return std::make_shared<ModuleExtractor>(find(name));
}

}  // namespace postern::extract
