// What a number of people's rules may be.
#pragma once

#include <string>

#include "base/result.hpp"

namespace mohur::policy {

// Errors: field_out_of_range with the field.
inline Result<void> check_between(std::uint32_t value, std::uint32_t least, std::uint32_t most, const std::string& field) {
  if (value >= least && value <= most) return {};
  return refuse(Outcome::field_out_of_range, field, "Expected " + std::to_string(least) + " to " + std::to_string(most) + ".");
}

}  // namespace mohur::policy
