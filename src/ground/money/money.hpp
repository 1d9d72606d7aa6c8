// Amounts of money: whole minor units and a currency, never a fraction, never a floating-point number.
//
// Units    Amount is in minor units: paise for INR. Range of int64; sums that could leave it are made in 128 bits.
// Errors   checked arithmetic answers nullopt instead of wrapping around.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "base/describe.hpp"

namespace mohur {

// ISO 4217 alphabetic codes. Numbers are this program's own.
MOHUR_ENUM(Currency, (1, INR))

struct Amount {
  std::int64_t minor = 0;
  constexpr auto operator<=>(const Amount&) const = default;
  constexpr bool is_positive() const { return minor > 0; }
  constexpr bool is_zero() const { return minor == 0; }
};

std::optional<Amount> checked_add(Amount a, Amount b);
std::optional<Amount> checked_subtract(Amount a, Amount b);

// amount × basis_points / 10,000, half rounded away from zero. 1 basis point = 0.01 %; 0 ≤ basis_points ≤ 10,000.
Amount share_of(Amount amount, std::int64_t basis_points);

// `₹1,23,45,678.90`: the last three digits of the rupees, then groups of two, as Indian readers expect.
std::string to_display(Amount amount, Currency currency);

// `12345678.90`: for formats that want a decimal number of major units, such as `am` of a UPI link.
std::string to_major(Amount amount, Currency currency);

// Minor units in one major unit.
constexpr std::int64_t minor_per_major(Currency) { return 100; }

}  // namespace mohur
