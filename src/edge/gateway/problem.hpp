// Refusals as the world sees them: RFC 9457 problem documents.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "net/response.hpp"

namespace mohur::gateway {

// What to do next, in a sentence.
std::string_view advice(Retry retry);

// oauth: at OAuth's endpoints, the same members behind `error` and `error_description` (RFC 6749, section 5.2).
enum class ProblemForm : std::uint8_t { plain, oauth };

// The HTTP status with which a refusal is told. OAuth has 400 for nearly all, and 401 for a client that is not known.
int status_of(const Refusal& refusal, ProblemForm form);

// The first refusal speaks; with more than one, all are listed in `reasons`.
net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance,
                      ProblemForm form = ProblemForm::plain);
net::Response problem(const Refusal& refusal, std::string_view request_id, std::string_view instance,
                      ProblemForm form = ProblemForm::plain);

}  // namespace mohur::gateway
