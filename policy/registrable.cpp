#include "policy/registrable.h"

#include <string>

#include <libpsl.h>

namespace postern::policy {

std::string_view registrable_domain(std::string_view domain) {
  const std::string text(domain);
  const char* found = psl_registrable_domain(psl_builtin(), text.c_str());
  return found == nullptr ? std::string_view() : domain.substr(size_t(found - text.c_str()));
}

bool is_public_suffix(std::string_view domain) {
  return psl_is_public_suffix(psl_builtin(), std::string(domain).c_str()) == 1;
}

}  // namespace postern::policy
