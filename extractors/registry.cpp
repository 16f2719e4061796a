#include "extractors/registry.h"

namespace postern::extract {

void Registry::add(std::string mime, std::shared_ptr<Extractor> extractor) {
  by_mime_.insert_or_assign(std::move(mime), std::move(extractor));
}

Extractor* Registry::find(std::string_view mime) const {
  const auto found = by_mime_.find(std::string(mime));
  return found == by_mime_.end() ? nullptr : found->second.get();
}

Registry Registry::only(bool (*wanted)(std::string_view mime)) const {
  Registry out;
  for (const auto& [mime, extractor] : by_mime_) {
    if (wanted(mime)) out.add(mime, extractor);
  }
  return out;
}

}  // namespace postern::extract
