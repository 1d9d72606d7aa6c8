// A value, or a refusal that says what and where: the return type of everything that a caller's input can make fail.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/outcome.hpp"

namespace mohur {

struct Refusal {
  Outcome outcome;
  std::string field;   // the input field at fault, as the caller named it; empty where there is none
  std::string detail;  // one sentence for a person: what was found and what to do; never personal data

  bool operator==(const Refusal&) const = default;
};

template <class T>
using Result = std::expected<T, Refusal>;

// `return refuse(Outcome::field_missing, "amount");`
inline std::unexpected<Refusal> refuse(Outcome outcome, std::string field = {}, std::string detail = {}) {
  return std::unexpected(Refusal{outcome, std::move(field), std::move(detail)});
}

}  // namespace mohur

// Hands a refusal on: `MOHUR_TRY(check_amount(input));`
#define MOHUR_TRY(expression)                             \
  do {                                                    \
    if (auto tried_ = (expression); !tried_) [[unlikely]] \
      return std::unexpected(std::move(tried_).error());  \
  } while (false)

// Declares `name`, a reference to the value, or hands the refusal on: `MOHUR_TRY_SET(client, find_client(id));`
#define MOHUR_TRY_SET(name, expression)                       \
  auto name##_tried_ = (expression);                          \
  if (!name##_tried_) [[unlikely]]                            \
    return std::unexpected(std::move(name##_tried_).error()); \
  auto&& name = std::move(*name##_tried_)
