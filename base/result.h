// Result<T>: expected failures as values.
//
// Functions whose failure is part of normal work (bad input, a full disk, a
// peer that went away) return Result<T>. Exceptions stop at the adapter of the
// library that throws them. An Error says what kind of failure it is, so that
// callers can choose an exit code or an answer to the MTA, and carries one
// sentence for a person: the cause and, where there is one, the next step.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace postern {

enum class ErrorKind {
  invalid_input,  // the caller's data is wrong: configuration, policy, arguments
  not_found,      // the named thing does not exist
  conflict,       // it exists already, or its state forbids the step
  unavailable,    // a resource is missing now; a retry may help (disk, peer, worker)
  timeout,        // a deadline passed
  limit,          // a named bound was reached
  corrupt,        // stored or sealed data failed its check
  permission,     // not allowed
  internal,       // a defect of ours
};

// The closed list above as kebab-case words, for logs and JSON.
std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  // one sentence, without a final newline; never raw matched values
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

// Passes a failure on to a caller whose Result has another type.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// Puts what was being done in front of the cause: "open the store: disk full".
tl::unexpected<Error> fail_while(std::string_view doing, const Error& error);

// "No such file or directory" for errno values, thread-safe.
std::string errno_text(int error_number);

}  // namespace postern
