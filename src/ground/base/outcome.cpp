#include "base/outcome.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace mohur {
namespace {

constexpr std::array kRows = {
#define OUTCOME(token, number, http, retry, clause, title) OutcomeRow{Outcome::token, #token, http, Retry::retry, clause, title},
#include "base/outcomes.def"
#undef OUTCOME
};

constexpr std::array kGone = {
#define OUTCOME(token, number, http, retry, clause, title)
#define GONE(number) std::size_t{number},
#include "base/outcomes.def"
#undef OUTCOME
};

constexpr std::size_t kLastNumber = [] {
  std::size_t last = 0;
  for (const OutcomeRow& row : kRows) last = std::max(last, static_cast<std::size_t>(row.outcome));
  for (const std::size_t number : kGone) last = std::max(last, number);
  return last;
}();

// Position in kRows, counted from 1, by number, so that a look-up is one index; 0 where there never was a row, kNoRow where it
// is gone.
constexpr std::uint16_t kNoRow = kRows.size() + 1;
constexpr auto kRowByNumber = [] {
  std::array<std::uint16_t, kLastNumber + 1> index{};
  const auto take = [&](std::size_t number, std::size_t row) {
    if (number == 0 || index[number] != 0) throw "outcomes.def: a number is from 1 on, and of one row";
    index[number] = static_cast<std::uint16_t>(row);
  };
  for (std::size_t row = 0; row < kRows.size(); ++row) take(static_cast<std::size_t>(kRows[row].outcome), row + 1);
  for (const std::size_t number : kGone) take(number, kNoRow);
  return index;
}();

}  // namespace

std::span<const OutcomeRow> outcome_table() { return kRows; }

const OutcomeRow& row_of(Outcome outcome) {
  const auto number = static_cast<std::size_t>(outcome);
  MOHUR_ASSERT(number < kRowByNumber.size() && kRowByNumber[number] >= 1 && kRowByNumber[number] < kNoRow);
  return kRows[kRowByNumber[number] - 1U];
}

std::optional<Outcome> outcome_by_token(std::string_view token) {
  for (const OutcomeRow& row : kRows)
    if (row.token == token) return row.outcome;
  return std::nullopt;
}

std::string_view to_token(Retry retry) {
  switch (retry) {
    case Retry::never: return "never";
    case Retry::after_change: return "after_change";
    case Retry::later: return "later";
    case Retry::same_key: return "same_key";
  }
  MOHUR_ASSERT(false);
}

}  // namespace mohur
