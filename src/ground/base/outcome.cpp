#include "base/outcome.hpp"

#include <array>

#include "base/assert.hpp"

namespace mohur {
namespace {

constexpr std::array kRows = {
#define OUTCOME(token, number, http, retry, clause, title) OutcomeRow{Outcome::token, #token, http, Retry::retry, clause, title},
#include "base/outcomes.def"
#undef OUTCOME
};

// Position in kRows by number, so that a look-up is one index. A repeated or missing number fails the build.
constexpr auto kRowByNumber = [] {
  std::array<std::uint16_t, kRows.size() + 1> index{};
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    const auto number = static_cast<std::size_t>(kRows[row].outcome);
    if (number == 0 || number > kRows.size() || index[number] != 0)
      throw "outcomes.def: numbers must run from 1 without gap or repeat";
    index[number] = static_cast<std::uint16_t>(row + 1);
  }
  return index;
}();

}  // namespace

std::span<const OutcomeRow> outcome_table() { return kRows; }

const OutcomeRow& row_of(Outcome outcome) {
  const auto number = static_cast<std::size_t>(outcome);
  MOHUR_ASSERT(number >= 1 && number < kRowByNumber.size());
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
