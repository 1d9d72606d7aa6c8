// One batch whose rows become payouts: which of them are taken up now, and what became of the others.
//
// Restart  A row that was taken up before this process began is found by the claim that its payout left, or by what the book of
//          batches says of it.
// Memory   One byte for each row, one part of the rows, and the rows that are under way.
// Errors   Those of sealed files and of the archive.
#pragma once

#include <map>

#include "projections/batch_book.hpp"
#include "projections/batch_rows.hpp"

namespace mohur::projections {

// A row that was taken up, until the shard has answered for its payout.
struct RowUnderWay {
  BatchRowInput row;
  std::optional<payments::BeneficiaryId> beneficiary;  // absent: to be made first
  std::optional<payments::Beneficiary> sealed;         // to be made: sealed once, however often it is asked for
  bool is_asked = false;
};

class BatchMaking {
 public:
  struct Sources {
    const BatchBook& book;
    const engine::Archive& archive;
    const vault::Vault& vault;
  };
  // `verdicts` as the check left them.
  BatchMaking(payments::Batch batch, BatchRows rows, const RowClaims& claims, std::string_view verdicts);

  const payments::Batch& batch() const { return batch_; }
  const RowClaims& claims() const { return claims_; }

  // Looks at so many more rows, and takes up those of which nothing has become yet, until so many are under way. Answers how many
  // rows it looked at: 0 when there is nothing more to take up now.
  Result<std::size_t> take_up(const Sources& sources, std::size_t rows, std::size_t most_under_way);
  std::map<std::uint32_t, RowUnderWay>& under_way() { return under_way_; }
  const std::map<std::uint32_t, RowUnderWay>& under_way() const { return under_way_; }
  bool has_rows() const { return !is_read_; }
  // Holds no part of the rows until more are taken up.
  void put_away() { rows_.put_away(); }

  // The shard has answered for a row that was under way.
  void made(std::uint32_t row);
  void refused(std::uint32_t row);
  // A payout of this batch, as it stands now.
  void see(const payments::Payout& payout);

  // Every row that was taken has a payout that is final, or is refused.
  bool is_final() const;
  payments::BatchOutcome outcome() const;

  bool is_reported = false;          // to the core, that it is final
  std::optional<Time> on_hold = {};  // until then: its client may not send money now

 private:
  enum class State : std::uint8_t { waits, asked, made, processed, unpaid, refused };
  static constexpr std::size_t index(State state) { return static_cast<std::size_t>(state); }
  std::uint32_t count(State state) const { return counts_[index(state)]; }
  void set(std::uint32_t row, State state, Amount amount = {});
  Result<bool> look_up(const Sources& sources, std::uint32_t row);

  payments::Batch batch_;
  BatchRows rows_;
  RowClaims claims_;
  std::vector<State> states_;
  std::uint32_t counts_[6] = {};
  Amount processed_amount_;
  std::map<std::uint32_t, RowUnderWay> under_way_;
  bool is_read_ = false;  // to the end
};

}  // namespace mohur::projections
