// XmlVocabulary: element names that a reader knows, as small numbers.
//
// A name is written "w:p": a short name for a set of namespace URIs (the
// transitional and the strict one of a standard count as one) and the local name.
// A URI "http://x/*" stands for all that begin so and have no entry of their own, the first such entry wins; a local
// name "*" for every element of its namespaces that has no name of its own.
// Built once, then read-only and safe to use from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace postern::extract {

using XmlTag = std::uint16_t;
inline constexpr XmlTag kUnknownTag = 0;  // every element that is not in the vocabulary

struct XmlNamespace {
  std::string_view uri;
  std::string_view prefix;  // the short name used in the names below
};

class XmlVocabulary {
 public:
  // names[i] gets the number i + 1.
  XmlVocabulary(const std::vector<XmlNamespace>& namespaces, const std::vector<std::string_view>& names);

  // The short name of a namespace, or "" when it is not known. The view lives as long as the vocabulary.
  std::string_view prefix_of(std::string_view uri) const;
  XmlTag find(std::string_view prefix, std::string_view local) const;

 private:
  std::unordered_map<std::string, std::string> prefixes_;
  std::vector<std::pair<std::string, std::string>> families_;  // begins of URIs
  std::unordered_map<std::string, XmlTag> tags_;
};

}  // namespace postern::extract
