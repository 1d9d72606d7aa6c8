// `mohur serve`: opens the house, says where it listens, and serves until it is told to stop.
//
// Standard output carries one fact a line, `name value`, so that a script can read it: `api`, `operator`, `certificate`, and on
// the first start `founder_key` twice. Standard error carries the log.
#pragma once

#include "app/settings.hpp"

namespace mohur::app {

// Ends with 0 after SIGTERM or SIGINT, with 1 when it could not start or had to stop.
int serve(const Settings& settings);

}  // namespace mohur::app
