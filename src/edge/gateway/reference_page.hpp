// The reference page at /docs: one page that shows /openapi.json to people. It loads nothing else, so it works offline.
#pragma once

#include <string_view>

namespace mohur::gateway {

std::string_view reference_page();

}  // namespace mohur::gateway
