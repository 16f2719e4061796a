#include "extractors/registry.h"

namespace postern::extract {

Registry builtin_registry() {
  Registry registry;
  return registry;
}

}  // namespace postern::extract
