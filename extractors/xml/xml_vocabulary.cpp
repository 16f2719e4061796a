#include "extractors/xml/xml_vocabulary.h"

namespace postern::extract {

XmlVocabulary::XmlVocabulary(const std::vector<XmlNamespace>& namespaces, const std::vector<std::string_view>& names) {
  for (const XmlNamespace& entry : namespaces) {
    if (entry.uri.ends_with('*')) {
      families_.emplace_back(entry.uri.substr(0, entry.uri.size() - 1), entry.prefix);
    } else {
      prefixes_.emplace(entry.uri, entry.prefix);
    }
  }
  XmlTag next = kUnknownTag;
  for (const std::string_view name : names) tags_.emplace(name, ++next);
}

std::string_view XmlVocabulary::prefix_of(std::string_view uri) const {
  if (const auto found = prefixes_.find(std::string(uri)); found != prefixes_.end()) return found->second;
  for (const auto& [begin, prefix] : families_) {
    if (uri.starts_with(begin)) return prefix;
  }
  return {};
}

XmlTag XmlVocabulary::find(std::string_view prefix, std::string_view local) const {
  std::string name;
  name.reserve(prefix.size() + 1 + local.size());
  name.append(prefix).append(1, ':').append(local);
  if (const auto found = tags_.find(name); found != tags_.end()) return found->second;
  name.resize(prefix.size() + 1);
  name += '*';
  const auto any = tags_.find(name);
  return any == tags_.end() ? kUnknownTag : any->second;
}

}  // namespace postern::extract
