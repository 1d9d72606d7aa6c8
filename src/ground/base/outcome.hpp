// What a caller can be told: one closed enumeration with its HTTP status, retry advice, policy clause and title.
//
// The table is outcomes.def. Problem pages, OpenAPI enumerations, SDK errors and metric labels come from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mohur {

enum class Outcome : std::uint16_t {
#define OUTCOME(token, number, http, retry, clause, title) token = number,
#include "base/outcomes.def"
#undef OUTCOME
};

// never: the same request will never succeed. after_change: change the named field or state first.
// later: the same request may succeed later. same_key: send it again with the same Idempotency-Key.
enum class Retry : std::uint8_t { never, after_change, later, same_key };

struct OutcomeRow {
  Outcome outcome;
  std::string_view token;
  std::uint16_t http_status;
  Retry retry;
  std::string_view clause;  // empty where no clause of the usage policy is behind it
  std::string_view title;
};

// All rows, in order of precedence.
std::span<const OutcomeRow> outcome_table();
const OutcomeRow& row_of(Outcome outcome);
std::optional<Outcome> outcome_by_token(std::string_view token);
std::string_view to_token(Retry retry);
inline std::string_view to_token(Outcome outcome) { return row_of(outcome).token; }

}  // namespace mohur
