// A bug stops the process: the assertion that is on in every build.
//
// MOHUR_ASSERT is for what only a mistake in this program can break. Input from outside is never asserted; it is
// refused with an outcome (outcome.hpp). A false condition prints the place and aborts, because a process that no
// longer understands its own state must not go on moving money.
#pragma once

namespace mohur {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace mohur

#define MOHUR_ASSERT(condition)                                  \
  do {                                                           \
    if (!(condition)) [[unlikely]]                               \
      ::mohur::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)
