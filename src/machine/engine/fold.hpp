// The fold: a shard's state in memory and the rows it becomes, moved together by one event after the other.
//
// Deciding needs objects that may be on disk only: `decide` fetches what was missed and decides again. Applying needs
// nothing. Recovery, replay and the live shard all go through this class, so they cannot differ.
#pragma once

#include <functional>

#include "engine/rows.hpp"
#include "kernel/decide.hpp"
#include "kernel/laws.hpp"
#include "store/store.hpp"

namespace mohur::engine {

class Fold final : private kernel::Observer {
 public:
  explicit Fold(store::Store& store) : store_(store) {}

  // Reads what must be in memory from the store: accounts, open objects with their pending transfers, sandbox clocks,
  // nonces.
  Result<void> load();

  // Errors: those of the decision; io_failed or data_damaged when the disk cannot tell what was missed.
  Result<kernel::Decided> decide(const kernel::Command& command, std::vector<kernel::Event>& events);

  // Asks ahead of time for the memory that deciding this command looks at first.
  void prefetch(const kernel::Command& command) const;

  void begin_frame() { rows_.begin_frame(state_.position + 1); }
  // `record` is the event's bytes: rows are made of them.
  void apply(const kernel::Event& event, std::string_view record);
  // For decisions that come before the event is durable. It must stay where it is until trim() was told that it is.
  void remember(const kernel::Event& event) { kernel::remember(state_, event); }
  // The rows of the frame that ends at the last applied event.
  void finish_frame(store::Batch& out) { rows_.finish_frame(state_, out); }

  // The first conservation law that the events applied since the last call have broken, if any.
  std::optional<std::string_view> broken_law() { return laws_.broken(state_); }

  // Clients whose payout balance rose since the last call, or of whose queue the first gave up: queued payouts may go now.
  std::vector<kernel::OpenObjects::QueueOwner> take_funded();
  // Thresholds that a balance may have crossed since the last call.
  std::vector<payments::BalanceThresholdId> take_crossed() { return std::exchange(crossed_, {}); }
  // As take_crossed() has it when the server starts: all that say something else than their balance does.
  void look_at_all_thresholds();

  // Forgets old objects, keeping about `most` of each kind that is looked at again and again, and all that is not durable.
  void trim(std::size_t most, std::uint64_t durable_position);

  const kernel::State& state() const { return state_; }

 private:
  Result<void> look_up_first(const kernel::Command& command);
  Result<void> fetch(const kernel::Missed& missed);
  template <class T>
  Result<void> fetch_into_shelf(Key128 key);
  template <class Row, class Take>
  Result<void> load_table(kernel::Table table, Take take);

  void account_moved(const ledger::Account& before, const ledger::Account& after) override;
  void look_at_thresholds(kernel::ClientId client, Mode mode, Amount available);
  void open_object_changed(Key128 key, const std::optional<kernel::OpenObject>& entry,
                           std::span<const ledger::Pending> reserved) override {
    rows_.open_object_changed(key, entry, reserved);
  }
  void nonce_let_go(const kernel::Nonce& nonce) override { rows_.nonce_let_go(nonce); }

  store::Store& store_;
  kernel::State state_;
  RowWriter rows_;
  kernel::Laws laws_;
  std::vector<kernel::OpenObjects::QueueOwner> funded_;
  std::vector<payments::BalanceThresholdId> crossed_;
  std::string scratch_;
};

}  // namespace mohur::engine
