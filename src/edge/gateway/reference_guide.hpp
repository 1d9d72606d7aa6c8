// The general part of the reference page: what holds for every call, for whoever calls the API for the first time.
#pragma once

#include <string_view>

namespace mohur::gateway {

std::string_view reference_guide();

}  // namespace mohur::gateway
