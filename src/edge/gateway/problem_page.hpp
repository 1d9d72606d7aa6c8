// The page of each problem, to which the `type` of a problem document leads, and an example of it; made of problem_pages.def.
#pragma once

#include <string>

#include "gateway/problem.hpp"

namespace mohur::gateway {

// `/problems/<token>`: what has happened, what to do next, whether to send it again, and an example. Errors: not_found.
Result<net::Response> problem_page(std::string_view token);
net::Response problem_index();

// What the page says has happened and is to be done: the detail of a refusal that has none of its own.
std::string usual_detail(Outcome outcome);
// The example, and as a problem document.
Refusal example_of_refusal(Outcome outcome);
std::string example_of_problem(Outcome outcome, ProblemForm form = ProblemForm::plain);

}  // namespace mohur::gateway
