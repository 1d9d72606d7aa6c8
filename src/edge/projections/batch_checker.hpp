// Looks at the rows of a batch, one after the other, as if each became a payout now: with the functions by which that is decided.
//
// Valid    Everything about a row is in order but what depends on the others or on time: whether the balance covers it, and
//          whether it stays within limits.
// Doubtful A row that pays the same beneficiary the same amount as a row before it, or as another payout of its day.
// New      A row may tell of somebody who is no beneficiary yet, if the batch's key may make beneficiaries.
// Memory   Some 50 bytes a row, as references and doubles are remembered.
// Errors   data_damaged, io_failed; what is wrong with a row is no error.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <vector>

#include "ledger/ledger.hpp"
#include "projections/batch_rows.hpp"
#include "projections/paid_today.hpp"

namespace mohur::projections {

class BatchChecker {
 public:
  struct Moment {
    Time at;   // the server's
    Time now;  // on the client's clock
  };
  // Archive, vault and what was paid outlive it. Errors: not_found as well.
  static Result<BatchChecker> of(const payments::Batch& batch, const engine::Archive& archive, const vault::Vault& vault,
                                 const PaidToday& paid_today, const Moment& moment);

  struct Seen {
    std::optional<Refusal> refusal;  // none: the row is valid
    bool is_paid_by_a_row = false;   // before it
    bool is_paid_today = false;      // by a payout
    bool is_new = false;             // the beneficiary
    Time beneficiary_since;          // of one that is known
  };
  Result<Seen> look_at(const BatchRowInput& row);

 private:
  struct Facts {
    registry::Client client;
    registry::Agreement agreement;
    ledger::Ledger ledger;
    bool may_make_beneficiaries = false;
    Time now;
  };
  BatchChecker(const payments::Batch& batch, const engine::Archive& archive, const vault::Vault& vault,
               const PaidToday& paid_today, Facts facts);
  // Whom the row pays; one who is not known yet is made up. Nothing: there is no such beneficiary of this client's.
  Result<std::optional<payments::Beneficiary>> beneficiary_of(const BatchRowInput& row) const;
  Result<void> check_reference(const BatchRowInput& row, std::optional<Refusal>& refusal);
  std::optional<Refusal> fault_of(const BatchRowInput& row, const payments::Beneficiary& beneficiary) const;

  payments::Batch batch_;
  const engine::Archive* archive_;
  const PaidToday* paid_today_;
  RowClaims claims_;
  Facts facts_;
  boost::unordered_flat_set<Key128> references_;
  boost::unordered_flat_set<std::pair<Key128, std::int64_t>> paid_;
};

}  // namespace mohur::projections
