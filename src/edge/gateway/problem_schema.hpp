// The schema of a problem document, for the description of the API.
#pragma once

#include "codec/json_writer.hpp"

namespace mohur::gateway {

void write_problem_schema(codec::JsonWriter& writer);
// The same behind the members that OAuth has.
void write_oauth_problem_schema(codec::JsonWriter& writer);

}  // namespace mohur::gateway
