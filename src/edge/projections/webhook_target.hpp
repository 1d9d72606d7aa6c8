// Where webhooks may be sent: what an address must look like when it is registered. At every connect it is asked again.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace mohur::projections {

// With `private_targets` only the form counts: plain HTTP and addresses inside the network are then allowed.
// Errors: webhook_target_refused, with what is wrong about it.
Result<void> check_webhook_target(std::string_view url, bool private_targets);

}  // namespace mohur::projections
