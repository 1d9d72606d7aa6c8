// `mohur demo`: the main job over real HTTPS, from an application to a verified journal, told step by step.
//
// It starts the server as a process of its own, plays the operator's two people, a client, a payer and a webhook receiver,
// kills the server in the middle, and at the end proves the run from the journal. Any step that goes otherwise than told
// ends the run with status 1.
#pragma once

#include <string>

#include "app/settings.hpp"

namespace mohur::app {

// `program` is this executable. With `once` it ends after the transcript; without, the server stays up until SIGINT.
int demo(const Settings& settings, const std::string& program, bool once);

}  // namespace mohur::app
