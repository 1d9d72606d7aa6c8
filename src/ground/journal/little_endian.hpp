// Whole numbers in bytes, least significant first, as every format of this room has them.
#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <string_view>

namespace mohur::journal {

static_assert(std::endian::native == std::endian::little, "put and get copy a number as it stands in memory");

template <std::unsigned_integral Number>
void put(char* at, Number number) {
  std::memcpy(at, &number, sizeof number);
}

template <std::unsigned_integral Number>
Number get(std::string_view bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.substr(at, sizeof number).data(), sizeof number);
  return number;
}

}  // namespace mohur::journal
