// The result of a batch, as CSV: one record for each row, with what became of it.
//
// Columns  row, status, payout, amount, rail, utr, reference_id, token, detail. Amounts are paise. No personal data.
// Status   Of the row's payout; `waiting` while it has none; `invalid` or `refused`, with the token and detail that tell why;
//          `left` when its batch ended before its turn.
// Errors   data_damaged, io_failed.
#pragma once

#include "engine/archive.hpp"
#include "projections/batch_book.hpp"
#include "vault/vault.hpp"

namespace mohur::projections {

struct BatchResultSources {
  const BatchBook& book;
  const engine::Archive& archive;
  const vault::Vault& vault;
};

// The records of rows from..from+most-1, those that there are, below the names of the columns.
Result<std::string> batch_result(const BatchResultSources& sources, const payments::Batch& batch, std::uint32_t from,
                                 std::uint32_t most);

}  // namespace mohur::projections
