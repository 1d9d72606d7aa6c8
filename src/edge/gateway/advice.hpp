// What was probably meant: the details of refusals that a typing error leads to.
#pragma once

#include <string>

#include "gateway/route.hpp"

namespace mohur::gateway {

// Of a path that is not found: the one that comes nearest. Those with an object's id in them are not guessed at.
std::string advice_on_path(std::span<const Route> routes, std::string_view path);
// Of a text that is no key; it says nothing that is not in the text itself.
std::string advice_on_key(std::string_view text);
// Of an unknown parameter: what the path does take.
std::string advice_on_filter(const Route& route);

}  // namespace mohur::gateway
