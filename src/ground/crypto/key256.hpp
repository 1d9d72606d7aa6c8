// A secret key of 32 bytes, which is wiped from memory when it goes away and is never copied by accident.
//
// Range    Any 32 bytes. A key that was moved from is all zeros and must not be used again.
// Holds    There is no comparison, no printing and no implicit copy; copy() says aloud that there is one more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mohur {
class Random;
}

namespace mohur::crypto {

// Overwrites memory in a way that the compiler may not leave out.
void wipe(void* memory, std::size_t size) noexcept;

class Key256 {
 public:
  static constexpr std::size_t size = 32;

  static Key256 from_random(Random& random);
  // Exactly 32 bytes, or nothing.
  static std::optional<Key256> from_bytes(std::string_view bytes);

  Key256(Key256&& from) noexcept;
  Key256& operator=(Key256&& from) noexcept;
  Key256(const Key256&) = delete;
  Key256& operator=(const Key256&) = delete;
  ~Key256();

  Key256 copy() const;
  // The 32 bytes, for as long as this object lives.
  std::string_view view() const;

 private:
  Key256() = default;
  std::array<std::uint8_t, size> bytes_{};
};

// Takes the same time wherever the two differ. The lengths are not secret.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace mohur::crypto
