#include "projections/batch_result.hpp"

#include <algorithm>

#include "engine/claims.hpp"
#include "projections/batch_row.hpp"
#include "sheets/csv_writer.hpp"

namespace mohur::projections {
namespace {

using payments::Batch;
using payments::Payout;

Result<std::optional<Payout>> payout_of(const BatchResultSources& sources, const Batch& batch, std::uint32_t row) {
  MOHUR_TRY_SET(claim, sources.archive.get<kernel::Claim>(engine::batch_row_claim(sources.vault, batch.id, row)));
  if (!claim) return std::nullopt;
  return sources.archive.get<Payout>(claim->object);
}

void append_payout(std::string& out, std::uint32_t row, const Payout& payout) {
  const bool has_failed = payments::is_undone(payout.status);
  sheets::append_csv_record(out, {std::to_string(row),
                                  to_token(payout.status),
                                  payout.id.to_string(),
                                  std::to_string(payout.amount.minor),
                                  to_token(payout.rail),
                                  text_of(payout.utr),
                                  text_of(payout.reference_id),
                                  has_failed ? to_token(payout.reason) : std::string_view{},
                                  {}});
}

// A row without a payout; `found` is null when there is nothing to tell about it.
void append_rest(std::string& out, std::uint32_t row, const Batch& batch, const RowFinding* found) {
  const bool has_failed = found != nullptr && found->kind != RowFindingKind::doubtful;
  const std::string_view status = has_failed ? to_token(found->kind) : batch.finished_at.has_value() ? "left" : "waiting";
  sheets::append_csv_record(out, {std::to_string(row),
                                  status,
                                  {},
                                  {},
                                  {},
                                  {},
                                  {},
                                  has_failed ? found->token : std::string_view{},
                                  has_failed ? found->detail : std::string_view{}});
}

}  // namespace

Result<std::string> batch_result(const BatchResultSources& sources, const Batch& batch, std::uint32_t from, std::uint32_t most) {
  std::string out = "row,status,payout,amount,rail,utr,reference_id,token,detail\n";
  const std::uint32_t end = batch.rows - std::min(batch.rows, from - 1) > most ? from + most : batch.rows + 1;
  MOHUR_TRY_SET(found, sources.book.list(batch.id, from, most));
  auto next = found.begin();
  for (std::uint32_t row = from; row < end; ++row) {
    const bool is_told = next != found.end() && next->row == row;
    MOHUR_TRY_SET(payout, payout_of(sources, batch, row));
    payout ? append_payout(out, row, *payout) : append_rest(out, row, batch, is_told ? &*next : nullptr);
    if (is_told) ++next;
  }
  return out;
}

}  // namespace mohur::projections
