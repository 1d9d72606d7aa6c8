// What moves the sandbox: its clock, payers and their banks.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct ClockInput {
  Time now;
  MOHUR_DESCRIBE(ClockInput, (1, now, "What your sandbox clock shall show; it moves forward only."))
};
MOHUR_ENUM(PayAs, (1, succeed), (2, fail), (3, pending_then_succeed), (4, succeed_twice), (5, pay_less), (6, pay_more))
struct PayInput {
  std::optional<PayAs> as;
  std::optional<payments::AttemptReason> reason;
  std::optional<payments::Vpa> payer;
  MOHUR_DESCRIBE(PayInput, (1, as, "What the payer does; succeed when absent."), (2, reason, "Of a failure."),
                 (3, payer, "The payer's VPA."))
};
struct TransferInput {
  payments::AccountNumber account_number;
  Amount amount;
  std::optional<FreeText<120>> payer_name;
  MOHUR_DESCRIBE(TransferInput, (1, account_number, "The virtual account that the money is sent to."),
                 (2, amount, "Minor units."), (3, payer_name))
};

// Examples, as JSON.
std::string example_of(std::type_identity<ClockInput>);
std::string example_of(std::type_identity<PayInput>);
std::string example_of(std::type_identity<TransferInput>);

}  // namespace mohur::gateway
