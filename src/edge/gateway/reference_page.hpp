// The reference page at /docs: one page that shows /openapi.json to people. It loads nothing else, so it works offline.
#pragma once

#include <string>

namespace mohur::gateway {

std::string reference_page();

}  // namespace mohur::gateway
