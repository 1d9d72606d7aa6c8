// The book of batches: what was found about their rows, of which there is something to tell. A row that is not in it is in
// order, or has become a payout, which says itself of which row it is.
//
// Kept     In a journal of its own; the list by batch is its fold. Whoever notes a row again replaces what was noted before.
// Threads  note() belongs to one; the others to any.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "payments/payout.hpp"
#include "projections/journaled.hpp"

namespace mohur::projections {

// `withdrawn`: it was found once, and is no more.
MOHUR_ENUM(RowFindingKind, (1, invalid), (2, doubtful), (3, refused), (4, withdrawn))

struct RowFinding {
  payments::BatchId batch;
  std::uint32_t row = 0;  // from 1
  RowFindingKind kind = RowFindingKind::invalid;
  std::string token;  // of the outcome
  std::string field, detail;

  bool operator==(const RowFinding&) const = default;
  MOHUR_DESCRIBE(RowFinding, (1, batch), (2, row), (3, kind), (4, token), (5, field), (6, detail))
};

RowFinding finding_of(payments::BatchId batch, std::uint32_t row, RowFindingKind kind, const Refusal& refusal);

class BatchBook {
 public:
  static Result<std::unique_ptr<BatchBook>> open(const std::string& folder);

  // Durable when it returns.
  Result<void> note(std::span<const RowFinding> findings);
  // Of one batch, from that row on, in order; at most so many.
  Result<std::vector<RowFinding>> list(payments::BatchId batch, std::uint32_t from, std::size_t most) const;
  Result<std::optional<RowFinding>> find(payments::BatchId batch, std::uint32_t row) const;

 private:
  explicit BatchBook(std::unique_ptr<Journaled> book) : book_(std::move(book)) {}

  const std::unique_ptr<Journaled> book_;
};

}  // namespace mohur::projections
