#include "gateway/text_difference.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace mohur::gateway {
namespace {

using Parts = std::vector<std::string_view>;

// So many parts may have gone or come; more are not worth telling one by one.
constexpr std::ptrdiff_t kMostChanges = 1'000;

// Fills in how far each diagonal reaches with each number of changes, until one of them reaches the end. False: too many.
bool search(std::span<const std::string_view> before, std::span<const std::string_view> after,
            std::vector<std::vector<std::ptrdiff_t>>& reached) {
  const auto n = std::ssize(before);
  const auto m = std::ssize(after);
  const std::ptrdiff_t most = std::min(n + m, kMostChanges);
  std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::ptrdiff_t diagonal) -> std::ptrdiff_t& {
    return furthest[static_cast<std::size_t>(diagonal + most + 1)];
  };
  for (std::ptrdiff_t changes = 0; changes <= most; ++changes) {
    reached.emplace_back(&at(-changes) - 1, &at(changes) + 2);
    for (std::ptrdiff_t diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const bool down = diagonal == -changes || (diagonal != changes && at(diagonal - 1) < at(diagonal + 1));
      std::ptrdiff_t x = down ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < n && x - diagonal < m && before[static_cast<std::size_t>(x)] == after[static_cast<std::size_t>(x - diagonal)])
        ++x;
      at(diagonal) = x;
      if (x >= n && x - diagonal >= m) return true;
    }
  }
  return false;
}

// Walks back from the end over what `search` filled in; the pieces come last first.
std::vector<Piece> walk_back(std::span<const std::string_view> before, std::span<const std::string_view> after,
                             const std::vector<std::vector<std::ptrdiff_t>>& reached) {
  std::vector<Piece> pieces;
  auto x = std::ssize(before);
  auto y = std::ssize(after);
  for (std::ptrdiff_t changes = std::ssize(reached) - 1; changes >= 0; --changes) {
    const auto at = [&](std::ptrdiff_t diagonal) {
      return reached[static_cast<std::size_t>(changes)][static_cast<std::size_t>(diagonal + changes + 1)];
    };
    const std::ptrdiff_t diagonal = x - y;
    const bool down = diagonal == -changes || (diagonal != changes && at(diagonal - 1) < at(diagonal + 1));
    const std::ptrdiff_t from = changes == 0 ? 0 : at(down ? diagonal + 1 : diagonal - 1);
    const std::ptrdiff_t begin = changes == 0 ? 0 : down ? from : from + 1;
    for (; x > begin; --x, --y) pieces.push_back({Change::same, before[static_cast<std::size_t>(x - 1)]});
    if (changes == 0) break;
    if (down)
      pieces.push_back({Change::added, after[static_cast<std::size_t>(--y)]});
    else
      pieces.push_back({Change::removed, before[static_cast<std::size_t>(--x)]});
  }
  return pieces;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

}  // namespace

std::vector<Piece> difference(const Parts& before, const Parts& after) {
  const auto front = std::ranges::mismatch(before, after);
  const auto same_at_front = static_cast<std::size_t>(front.in1 - before.begin());
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t same_at_back = 0;
  while (same_at_front + same_at_back < shorter && *(before.rbegin() + static_cast<std::ptrdiff_t>(same_at_back)) ==
                                                       *(after.rbegin() + static_cast<std::ptrdiff_t>(same_at_back)))
    ++same_at_back;
  const auto middle = [&](const Parts& parts) {
    return std::span{parts}.subspan(same_at_front, parts.size() - same_at_front - same_at_back);
  };

  std::vector<Piece> pieces;
  pieces.reserve(before.size() + after.size());
  for (std::size_t i = 0; i < same_at_front; ++i) pieces.push_back({Change::same, before[i]});
  std::vector<std::vector<std::ptrdiff_t>> reached;
  if (search(middle(before), middle(after), reached)) {
    const std::vector<Piece> found = walk_back(middle(before), middle(after), reached);
    pieces.insert(pieces.end(), found.rbegin(), found.rend());
  } else {
    for (const std::string_view part : middle(before)) pieces.push_back({Change::removed, part});
    for (const std::string_view part : middle(after)) pieces.push_back({Change::added, part});
  }
  for (std::size_t i = before.size() - same_at_back; i < before.size(); ++i) pieces.push_back({Change::same, before[i]});
  return pieces;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  Parts lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view text) {
  Parts words;
  while (!text.empty()) {
    const bool spaces = is_space(text[0]);
    const auto end = std::ranges::find_if(text, [&](char c) { return is_space(c) != spaces; });
    const auto size = static_cast<std::size_t>(end - text.begin());
    words.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return words;
}

}  // namespace mohur::gateway
