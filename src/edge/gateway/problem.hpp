// Refusals as the world sees them: RFC 9457 problem documents.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "net/response.hpp"

namespace mohur::gateway {

// What to do next, in a sentence.
std::string_view advice(Retry retry);

// The first refusal speaks; with more than one, all are listed in `reasons`.
net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance);
net::Response problem(const Refusal& refusal, std::string_view request_id, std::string_view instance);

}  // namespace mohur::gateway
