#include "base/result.h"

#include <system_error>

namespace postern {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
      return "invalid-input";
    case ErrorKind::not_found:
      return "not-found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::limit:
      return "limit";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::permission:
      return "permission";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

tl::unexpected<Error> fail_while(std::string_view doing, const Error& error) {
  return fail(error.kind, std::string(doing) + ": " + error.message);
}

std::string errno_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace postern
