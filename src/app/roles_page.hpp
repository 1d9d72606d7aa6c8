// The page of the documentation that shows what each role permits; made of the table in registry/roles.hpp.
#pragma once

#include <string>

namespace mohur::app {

std::string roles_page();

}  // namespace mohur::app
