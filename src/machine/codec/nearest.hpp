// Which known word a misspelt one was probably meant to be.
#pragma once

#include <span>
#include <string_view>

namespace mohur::codec {

// The candidate with the least edit distance (insert, delete, replace, swap of neighbours), the first of equals; empty
// where none is within a third of its length, at least one. Words over 64 bytes have no nearest.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace mohur::codec
