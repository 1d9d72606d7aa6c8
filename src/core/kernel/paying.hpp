// How a decision makes a payout: by a call, of a row of a batch, or as a run of a schedule.
#pragma once

#include "kernel/decision.hpp"

namespace mohur::kernel {

// For whom it is made, and by which key.
struct Payer {
  ClientId client;
  Mode mode = Mode::test;
  std::optional<registry::SublicenceId> sublicence;
  payments::CredentialId key;
};

// Of an order that was checked by check_form() and check_order(), for a client that may send money; `batch` has agreed to it.
// Errors: not_found, state_conflict, those of create_payout().
Result<payments::PayoutStep> new_payout(Decision& decision, const Payer& payer, payments::BeneficiaryId to,
                                        const payments::PayoutOrder& order, const payments::Batch* batch);
// Counts it in the limits, and adds its event. Errors: payout_limit_exceeded.
Result<Event*> add_payout(Decision& decision, payments::PayoutStep step);

bool has_ended(const Decision& decision, const std::optional<registry::SublicenceId>& id);
// Errors: credential_revoked.
Result<void> check_not_revoked(const Decision& decision, Key128 key);

}  // namespace mohur::kernel
