// The API's description, made of the route table: OpenAPI 3.1.
#pragma once

#include <span>
#include <string>

#include "gateway/route.hpp"

namespace mohur::gateway {

std::string openapi_json(std::span<const Route> routes);

}  // namespace mohur::gateway
