#include "base/assert.hpp"

#include <unistd.h>
#include <cstdlib>
#include <cstring>

namespace mohur {

// Writes with the bare system call: nothing here may allocate, lock or fail a second time.
void assertion_failed(const char* condition, const char* file, int line) noexcept {
  char digits[12];
  int at = sizeof digits;
  for (int rest = line; at > 0 && (rest > 0 || at == sizeof digits); rest /= 10)
    digits[--at] = static_cast<char>('0' + rest % 10);
  const auto say = [](const char* text, std::size_t size) { [[maybe_unused]] const auto written = ::write(2, text, size); };
  say("assertion failed: ", 18);
  say(condition, std::strlen(condition));
  say(" at ", 4);
  say(file, std::strlen(file));
  say(":", 1);
  say(digits + at, sizeof digits - static_cast<std::size_t>(at));
  say("\n", 1);
  std::abort();
}

}  // namespace mohur
