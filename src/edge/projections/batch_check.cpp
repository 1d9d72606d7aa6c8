#include "projections/batch_check.hpp"

#include <algorithm>

namespace mohur::projections {
namespace {

constexpr std::uint32_t kMostDoubtsTold = 10'000;  // the report counts all of them

}  // namespace

Result<bool> BatchCheck::go_on(BatchBook& book, std::size_t rows) {
  if (!was_begun_) {
    MOHUR_TRY_SET(found, book.list(batch_, 1, 1));
    was_begun_ = !found.empty();
  }
  for (std::size_t n = 0; n < rows && !is_over_; ++n) {
    MOHUR_TRY_SET(next, rows_.next());
    if (next) MOHUR_TRY(look_at(*next, book));
    is_over_ = !next || report_.invalid > payments::kMostInvalidRows;
  }
  MOHUR_TRY(book.note(findings_));
  findings_.clear();
  return is_over_;
}

Result<void> BatchCheck::look_at(const BatchRows::Numbered& next, const BatchBook& book) {
  if (!next.row) {
    invalid(next.number, next.row.error().front());
    return {};
  }
  MOHUR_TRY_SET(seen, checker_.look_at(*next.row));
  if (seen.refusal) {
    invalid(next.number, *seen.refusal);
    return {};
  }
  return valid(next.number, *next.row, seen, book);
}

Result<void> BatchCheck::valid(std::uint32_t number, const BatchRowInput& row, const BatchChecker::Seen& seen,
                               const BatchBook& book) {
  Amount amount;
  if (__builtin_add_overflow(report_.amount.minor, row.amount.minor, &amount.minor)) {
    invalid(number,
            {Outcome::amount_too_large, "amount", "With this row the batch's whole amount is beyond what can be counted."});
    return {};
  }
  verdicts_ += '1';
  report_.valid += 1;
  report_.amount = amount;
  auto share = std::ranges::find(report_.purposes, row.purpose, &payments::PurposeShare::purpose);
  if (share == report_.purposes.end()) share = report_.purposes.insert(share, payments::PurposeShare{.purpose = row.purpose});
  share->add(row.amount, seen.is_new ? std::nullopt : std::optional{seen.beneficiary_since});
  if (seen.is_paid_by_a_row || seen.is_paid_today) {
    report_.doubtful += 1;
    if (report_.doubtful <= kMostDoubtsTold) findings_.push_back(doubt(number, seen.is_paid_by_a_row));
    return {};
  }
  MOHUR_TRY_SET(before, *was_begun_ ? book.find(batch_, number) : Result<std::optional<RowFinding>>{});
  if (before) findings_.push_back({batch_, number, RowFindingKind::withdrawn, {}, {}, {}});
  return {};
}

RowFinding BatchCheck::doubt(std::uint32_t number, bool is_by_a_row) const {
  if (is_by_a_row)
    return {batch_,        number,        RowFindingKind::doubtful,
            "paid_before", "beneficiary", "A row before it pays the same beneficiary the same amount."};
  return {batch_,       number,        RowFindingKind::doubtful,
          "paid_today", "beneficiary", "Another payout of that day pays the same beneficiary the same amount."};
}

void BatchCheck::invalid(std::uint32_t number, const Refusal& refusal) {
  verdicts_ += '0';
  report_.invalid += 1;
  findings_.push_back(finding_of(batch_, number, RowFindingKind::invalid, refusal));
}

}  // namespace mohur::projections
