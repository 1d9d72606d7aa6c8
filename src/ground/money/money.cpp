#include "money/money.hpp"

#include "base/assert.hpp"

namespace mohur {
namespace {

__extension__ using Wide = __int128;

struct Parts {
  bool negative;
  std::string major;
  std::string minor;
};

Parts split(Amount amount, Currency currency) {
  const auto per_major = static_cast<std::uint64_t>(minor_per_major(currency));
  const bool negative = amount.minor < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(amount.minor) : static_cast<std::uint64_t>(amount.minor);
  std::string minor = std::to_string(magnitude % per_major);
  minor.insert(0, 2 - minor.size(), '0');
  return {negative, std::to_string(magnitude / per_major), std::move(minor)};
}

}  // namespace

std::optional<Amount> checked_add(Amount a, Amount b) {
  Amount sum;
  if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) return std::nullopt;
  return sum;
}

std::optional<Amount> checked_subtract(Amount a, Amount b) {
  Amount difference;
  if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor)) return std::nullopt;
  return difference;
}

Amount share_of(Amount amount, std::int64_t basis_points) {
  MOHUR_ASSERT(basis_points >= 0 && basis_points <= 10'000);
  const Wide product = static_cast<Wide>(amount.minor) * basis_points;
  const Wide half = product < 0 ? -5'000 : 5'000;
  return {static_cast<std::int64_t>((product + half) / 10'000)};
}

std::string to_display(Amount amount, Currency currency) {
  const auto [negative, major, minor] = split(amount, currency);
  std::string grouped;
  for (std::size_t i = 0; i < major.size(); ++i) {
    const std::size_t left = major.size() - i;  // digits from here to the end, this one included
    if (i > 0 && left >= 3 && left % 2 == 1) grouped += ',';
    grouped += major[i];
  }
  return std::string{negative ? "-" : ""} + "₹" + grouped + "." + minor;
}

std::string to_major(Amount amount, Currency currency) {
  const auto [negative, major, minor] = split(amount, currency);
  return (negative ? "-" : "") + major + "." + minor;
}

}  // namespace mohur
