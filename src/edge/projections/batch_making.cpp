#include "projections/batch_making.hpp"

namespace mohur::projections {

using payments::Payout;

BatchMaking::BatchMaking(payments::Batch batch, BatchRows rows, const RowClaims& claims, std::string_view verdicts)
    : batch_(std::move(batch)), rows_(std::move(rows)), claims_(claims) {
  states_.reserve(verdicts.size());
  for (const char verdict : verdicts) {
    states_.push_back(verdict == '1' ? State::waits : State::refused);
    counts_[index(states_.back())] += 1;
  }
}

Result<std::size_t> BatchMaking::take_up(const Sources& sources, std::size_t rows, std::size_t most_under_way) {
  std::size_t looked_at = 0;
  while (!is_read_ && looked_at < rows && under_way_.size() < most_under_way) {
    MOHUR_TRY_SET(next, rows_.next());
    looked_at += 1;
    is_read_ = !next;
    if (!next || states_.at(next->number - 1) != State::waits) continue;
    MOHUR_TRY_SET(is_known, look_up(sources, next->number));
    if (is_known) continue;
    set(next->number, next->row ? State::asked : State::refused);
    if (!next->row) continue;
    under_way_.emplace(next->number, RowUnderWay{*next->row, next->row->beneficiary, {}});
  }
  return looked_at;
}

Result<bool> BatchMaking::look_up(const Sources& sources, std::uint32_t row) {
  MOHUR_TRY_SET(claim, sources.archive.get<kernel::Claim>(claims_.payout(row)));
  if (claim) {
    MOHUR_TRY_SET(payout, sources.archive.get<Payout>(claim->object));
    if (!payout || !payout->batch) return refuse(Outcome::data_damaged, {}, "A row's payout is not there.");
    see(*payout);
    return true;
  }
  MOHUR_TRY_SET(finding, sources.book.find(batch_.id, row));
  const bool is_refused = finding && finding->kind == RowFindingKind::refused;
  if (is_refused) set(row, State::refused);
  return is_refused;
}

void BatchMaking::made(std::uint32_t row) {
  under_way_.erase(row);
  if (states_.at(row - 1) == State::asked) set(row, State::made);
}

void BatchMaking::refused(std::uint32_t row) {
  under_way_.erase(row);
  set(row, State::refused);
}

void BatchMaking::see(const Payout& payout) {
  const std::uint32_t row = payout.batch->row;
  if (row < 1 || row > states_.size()) return;
  const bool is_paid = payout.status == payments::PayoutStatus::processed;
  set(row, is_paid ? State::processed : payments::is_undone(payout.status) ? State::unpaid : State::made, payout.amount);
}

void BatchMaking::set(std::uint32_t row, State state, Amount amount) {
  State& known = states_.at(row - 1);
  counts_[index(known)] -= 1;
  counts_[index(state)] += 1;
  if (known == State::processed) processed_amount_.minor -= amount.minor;
  if (state == State::processed) processed_amount_.minor += amount.minor;
  known = state;
}

bool BatchMaking::is_final() const {
  return under_way_.empty() && count(State::processed) + count(State::unpaid) + count(State::refused) == states_.size();
}

payments::BatchOutcome BatchMaking::outcome() const {
  return {.processed = count(State::processed),
          .processed_amount = processed_amount_,
          .unpaid = count(State::unpaid),
          .refused = count(State::refused)};
}

}  // namespace mohur::projections
