// The name of the calling thread, as `top -H`, `ps -L` and profilers show it: at most 15 bytes.
#pragma once

#include <cstddef>

#include <pthread.h>

namespace postern {

template <size_t N>
void name_thread(const char (&name)[N]) {
  static_assert(N <= 16, "Linux takes 15 bytes and a zero");
  ::pthread_setname_np(::pthread_self(), name);
}

}  // namespace postern
