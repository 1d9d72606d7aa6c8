// A call of each route as a line for a shell, ready to be pasted.
//
// Shell variables that the reference page tells to set: MOHUR the server's address, CERTIFICATE the file of its certificate,
// KEY a client's key, OPERATOR_KEY that of one of the operator's people; and for an object's id its noun: PAYIN, CLIENT.
#pragma once

#include <string>

#include "gateway/route.hpp"

namespace mohur::gateway {

std::string curl_example(const Route& route);

}  // namespace mohur::gateway
