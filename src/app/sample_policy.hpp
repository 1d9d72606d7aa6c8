// A usage policy to begin with: written for this project, with every clause that the server knows; an operator makes it theirs.
#pragma once

#include <string_view>

namespace mohur::app {

// Markdown, as POST /v1/policy/versions takes it.
std::string_view sample_policy();

}  // namespace mohur::app
