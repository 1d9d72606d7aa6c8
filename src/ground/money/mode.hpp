// Test and live money never meet: each mode has keys, objects and books of its own.
#pragma once

#include "base/describe.hpp"

namespace mohur {

MOHUR_ENUM(Mode, (1, test), (2, live))

}  // namespace mohur
