// The check of one batch: its rows are looked at, some at a time, and what was found is noted and summed up.
//
// Again    A check that was cut short begins anew. What it had found before and does not find again is withdrawn.
// Ends     After the last row, or once so many are invalid that the batch is rejected anyway.
// Errors   Those of sealed files and of the book. After storage_full, it goes on where it was.
#pragma once

#include "projections/batch_book.hpp"
#include "projections/batch_checker.hpp"

namespace mohur::projections {

class BatchCheck {
 public:
  BatchCheck(const payments::Batch& batch, BatchRows rows, BatchChecker checker)
      : batch_(batch.id), rows_(std::move(rows)), checker_(std::move(checker)) {}

  // Looks at so many more rows. Answers whether that was all of them.
  Result<bool> go_on(BatchBook& book, std::size_t rows);
  // When that is so: for each row, `1` when it is valid, and `0`.
  const std::string& verdicts() const { return verdicts_; }
  // All but the hash of the verdicts.
  const payments::BatchReport& report() const { return report_; }

  bool is_reported = false;  // to the core

 private:
  Result<void> look_at(const BatchRows::Numbered& next, const BatchBook& book);
  Result<void> valid(std::uint32_t number, const BatchRowInput& row, const BatchChecker::Seen& seen, const BatchBook& book);
  RowFinding doubt(std::uint32_t number, bool is_by_a_row) const;
  void invalid(std::uint32_t number, const Refusal& refusal);

  payments::BatchId batch_;
  BatchRows rows_;
  BatchChecker checker_;
  payments::BatchReport report_;
  std::string verdicts_;
  std::vector<RowFinding> findings_;    // that are not in the book yet
  std::optional<bool> was_begun_ = {};  // before: the book may hold findings of then
  bool is_over_ = false;
};

}  // namespace mohur::projections
