// Carries batches on: checks the rows of those that were handed in, makes payouts of those that were accepted, tells the core
// when all of them are final, and removes the rows of those that are over.
//
// Restart  What a batch waits for stands in its state; which rows are payouts, in the claims that they left. So nothing is kept
//          here but what was found about rows, and a batch is taken up where it was.
// Today    What was paid since midnight in India is read of the journal before the first batch is checked.
// Turns    Four batches are checked at a time, in the order in which they came, but one of each client; and of four that are made
//          rows are taken up.
// Bound    So no more than eight parts of rows are in memory. Some hundred commands are under way at a time, of all batches
//          together, so that those of calls find room between them.
// Hold     While a client may not send money, its batches wait. Of a disk without room, they wait too.
// Threads  start() gives it a thread of its own, which notify() wakes; replies come from the shard's. check_one_more() and
//          check_room() are for any.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "engine/shard.hpp"
#include "projections/batch_check.hpp"
#include "projections/batch_making.hpp"

namespace mohur::projections {

class Batches {
 public:
  // Brings a command to the shard, which replies on its own thread.
  using Ask = std::function<void(kernel::Command, engine::Reply)>;
  struct Sources {
    BatchBook& book;
    vault::SealedFiles& files;
    const engine::Archive& archive;
    vault::Vault& vault;
    Clock& clock;
  };
  // Everything handed in outlives it, and nobody writes files meanwhile. `failed` is told what makes it stop.
  static Result<std::unique_ptr<Batches>> open(const Sources& sources, const journal::Place& events,
                                               std::shared_ptr<const journal::Watermark> live, Ask ask,
                                               std::function<void(const Refusal&)> failed);
  ~Batches();

  void start();
  void notify();

  // Whether a client may have one batch more, or so many more bytes of rows, beside what was not over a moment ago. Errors:
  // batches_unfinished.
  Result<void> check_one_more(registry::ClientId client) const;
  Result<void> check_room(registry::ClientId client, std::uint64_t bytes) const;

 private:
  struct Answer;  // of the shard

  Batches(const Sources& sources, journal::Reader reader, std::uint64_t taken_up_at, Ask ask,
          std::function<void(const Refusal&)> failed);
  Result<void> take_up();
  void run();
  Result<Duration> take_turn();
  Result<bool> read_frame();
  void begin_day();
  bool is_stopping() const;
  Result<void> follow(const payments::Batch& batch);
  void note_unfinished(const payments::Batch& batch);
  Result<void> begin_making(const payments::Batch& batch);
  Result<void> remove_rows();

  Result<bool> check_some();
  Result<void> begin_checks();
  Result<void> report(const payments::Batch& batch, BatchCheck& check);
  Result<bool> make_some();
  Result<bool> take_up_rows(BatchMaking& making, std::size_t most_under_way);
  Result<void> ask_for_rows(BatchMaking& making);
  Result<bool> take_answers();
  Result<void> take_answer(const Answer& answer);

  Result<void> ask_for(const BatchMaking& making, std::uint32_t number, RowUnderWay& under_way);
  void ask(const payments::Batch& batch, registry::Caller caller, kernel::Intent intent, std::uint32_t row,
           bool is_for_beneficiary = false);
  Result<Time> now_of(const payments::Batch& batch) const;

  struct Unfinished {
    std::size_t batches = 0;
    std::uint64_t bytes = 0;  // of rows, as they were handed in
  };
  Unfinished unfinished(registry::ClientId client) const;

  const Sources sources_;
  journal::Reader reader_;
  const std::uint64_t taken_up_at_;  // the position up to which batches were taken up as they stood
  PaidToday paid_today_;
  std::int64_t today_ = 0;
  const Ask ask_;
  const std::function<void(const Refusal&)> failed_;
  std::map<payments::BatchId, payments::Batch> to_check_;
  std::map<payments::BatchId, BatchCheck> checks_;  // of the first of those
  std::map<payments::BatchId, BatchMaking> makings_;
  std::set<SubjectId> to_remove_;    // whose rows: of batches that are over
  std::vector<RowFinding> refused_;  // that are not in the book yet

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable woken_;
  bool notified_ = false, stopping_ = false;
  std::vector<Answer> answers_;
  std::map<payments::BatchId, std::pair<registry::ClientId, std::uint64_t>> unfinished_;  // whose, and bytes of rows
  std::thread thread_;
};

}  // namespace mohur::projections
