#include "extractors/xml/xml_vocabulary.h"

namespace postern::extract {

XmlVocabulary::XmlVocabulary(const std::vector<XmlNamespace>& namespaces, const std::vector<std::string_view>& names) {
  for (const XmlNamespace& entry : namespaces) prefixes_.emplace(entry.uri, entry.prefix);
  XmlTag next = kUnknownTag;
  for (const std::string_view name : names) tags_.emplace(name, ++next);
}

std::string_view XmlVocabulary::prefix_of(std::string_view uri) const {
  const auto found = prefixes_.find(std::string(uri));
  return found == prefixes_.end() ? std::string_view() : std::string_view(found->second);
}

XmlTag XmlVocabulary::find(std::string_view prefix, std::string_view local) const {
  std::string name;
  name.reserve(prefix.size() + 1 + local.size());
  name.append(prefix).append(1, ':').append(local);
  const auto found = tags_.find(name);
  return found == tags_.end() ? kUnknownTag : found->second;
}

}  // namespace postern::extract
