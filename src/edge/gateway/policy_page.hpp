// The pages of the usage policy that everybody may read: a version with its place in the history, and what changed between two.
//
// They are HTML without scripts, and a Content-Security-Policy lets a browser do nothing but show them.
// Source   policy clauses P9.1, P10.1
#pragma once

#include "gateway/policy_book.hpp"
#include "net/response.hpp"

namespace mohur::gateway {

net::Response policy_page(const policy::PolicyVersion& version, const PolicyBook& book, Time now);
net::Response policy_difference_page(const policy::PolicyVersion& before, const policy::PolicyVersion& after);

}  // namespace mohur::gateway
