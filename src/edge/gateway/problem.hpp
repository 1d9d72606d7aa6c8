// Refusals as the world sees them: RFC 9457 problem documents, and a page for each kind of problem.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "net/response.hpp"

namespace mohur::gateway {

// The first refusal speaks; with more than one, all are listed in `reasons`. `retry_after_s` > 0 adds Retry-After.
net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance);
net::Response problem(const Refusal& refusal, std::string_view request_id, std::string_view instance);

// `/problems/<token>`: what it means and what to do. Errors: not_found.
Result<net::Response> problem_page(std::string_view token);
net::Response problem_index();

}  // namespace mohur::gateway
