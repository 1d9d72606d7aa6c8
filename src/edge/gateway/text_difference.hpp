// The difference of two texts, as people read it: which lines stayed, went and came; and in a line that changed, which words.
//
// Source   E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986
// Cost     Grows with the length of the texts and with how much they differ, up to a bound; texts that differ more than that are
//          told apart as a whole.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mohur::gateway {

enum class Change : std::uint8_t { same, removed, added };

struct Piece {
  Change change = Change::same;
  std::string_view text;
  bool operator==(const Piece&) const = default;
};

// Pieces in order: those that are same or removed make up `before`, those that are same or added make up `after`.
std::vector<Piece> difference(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after);

// Every line with the line feed that ends it.
std::vector<std::string_view> lines_of(std::string_view text);
// Words and the space between them, all of it.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace mohur::gateway
