// What payments must come to, told a second time: a few maps and plain arithmetic, written from docs/ARCHITECTURE.md alone.
//
// The model is asked the same commands as the kernel. It collects every refusal that applies and answers with the one that
// stands first in the table of outcomes; or it says which events there must be, and changes its maps.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "kernel/decide.hpp"

namespace mohur::kernel {

// What a command must come to.
struct Verdict {
  std::optional<Outcome> refusal;
  std::vector<EventType> events;
  std::optional<std::uint64_t> replay_of;
  std::optional<Key128> existing;
  bool operator==(const Verdict&) const = default;
};
std::string to_text(const Verdict& verdict);

// One account's totals, in wide integers: nothing here overflows.
struct Line {
  __extension__ using Wide = __int128;
  Wide debits = 0, credits = 0, debits_pending = 0, credits_pending = 0;
  Wide available() const { return credits - debits - debits_pending; }  // of a client's account
};

inline constexpr Line::Wide kMost = std::numeric_limits<std::int64_t>::max();

class Model {
 public:
  using Place = std::tuple<Mode, ledger::AccountCode, ClientId>;

  void add_client(const registry::Client& client);
  void add_key(Key128 key, ClientId client, std::vector<std::string> roles) { keys_[key] = {client, std::move(roles)}; }

  // `made` are the keys of the events' objects, in order: the model does not invent ids. `position` is that before them.
  Verdict take(const Command& command, std::span<const Key128> made, std::uint64_t position);

  // What differs between an object and what the model knows of it; empty when nothing does.
  std::string difference(const Event& event) const;
  std::string difference(const ledger::Account& account) const;

  // What waits, and what of it is due at this real time.
  std::set<Key128> due(Time at) const;
  std::set<Key128> waiting_for_balance(ClientId client, Mode mode) const;
  // Those of them whose turn it is, in order.
  std::vector<Key128> next_in_line(ClientId client, Mode mode);
  std::size_t open() const;

 private:
  struct Owned {
    ClientId client;
    Mode mode = Mode::test;
    std::uint32_t sequence = 0;
  };
  struct Client {
    registry::ClientStatus status;
    registry::Agreement agreement;
    registry::PersonId applied_by, reviewed_by;
    Duration ahead;
    std::optional<Time> caught_up_to;
    std::uint32_t sequence = 0, clock_sequence = 0;
    std::optional<Key128> suspended_by;  // a measure
    std::map<Mode, Key128> workflows;    // that are active
  };
  struct Beneficiary : Owned {
    bool active = true;
    payments::BeneficiaryKind kind{};
    bool has_vpa = false;
    Time since;
  };
  struct Payin : Owned {
    std::string status = "created";
    std::int64_t amount = 0, paid = 0, refunded = 0, fee = 0, tax = 0;
    std::uint32_t attempts = 0;
    Time expires_at;
    bool is_open() const { return status == "created" || status == "attempted"; }
  };
  struct Attempt : Owned {
    Key128 payin;
    std::string status, kind;
    std::int64_t amount = 0;
    bool credited = false;
  };
  struct Payout : Owned {
    std::string status, reason;
    std::int64_t amount = 0, fee = 0, tax = 0;
    registry::Rail rail{};
    Key128 beneficiary;
    bool may_queue = false;
    std::optional<Time> due, expires_at, dispatched_at;
    std::uint32_t dispatch = 0, inquiries = 0;
    Key128 key = {};
    int urgency = 1;  // 0 goes first
    std::vector<registry::Rail> other_rails = {};
    std::uint32_t sent_by_others = 0;  // dispatches on rails before the present one
    // Of one that has to be approved.
    std::vector<payments::ApprovalStep> steps = {};
    Key128 made_by = {};
    std::optional<Time> scheduled_at = {};
    std::size_t steps_done = 0;
    std::vector<std::pair<std::size_t, std::string>> approvals = {};  // the step and the role of each
    std::set<Key128> deciders = {};
  };
  struct Workflow : Owned {
    std::string status = "proposed";
    std::vector<payments::ApprovalRule> rules;
    Key128 proposed_by;
    std::optional<Key128> replaces;
  };
  struct Batch : Owned {
    std::string status = "open", reason = "rows_awaited";
    Key128 made_by = {};
    std::uint32_t rows = 0, invalid = 0;
    std::size_t parts = 0;
    std::int64_t amount = 0;
    std::vector<payments::PurposeShare> purposes = {};
    std::set<std::string> hashes = {};
    std::set<Key128> hands = {};
    std::optional<Time> due = {};
    // As of a payout.
    std::vector<payments::ApprovalStep> steps = {};
    std::size_t steps_done = 0;
    std::vector<std::pair<std::size_t, std::string>> approvals = {};
    std::set<Key128> deciders = {};
    bool is_over() const { return status == "processed" || status == "rejected" || status == "cancelled"; }
  };
  struct Key {
    ClientId client;
    std::vector<std::string> roles;
  };
  struct Refund : Owned {
    Key128 payin;
    std::string status = "pending";
    std::int64_t amount = 0;
    std::optional<Time> due;
    Time created_at;
    std::uint32_t inquiries = 0;
  };
  struct Account : Owned {  // a virtual account
    bool active = true;
    std::optional<Key128> payin;
    payments::PayerType payer_type{};
    std::int64_t received = 0;
  };

  struct Measure : Owned {  // a critical one
    registry::MeasureKind kind{};
    std::string status;
    registry::PersonId proposed_by;
    std::optional<Time> confirm_by;
  };

  // One command on its way through the model.
  struct Turn {
    const Command& command;
    std::span<const Key128> made;
    Verdict verdict;
    std::vector<Outcome> reasons;
    std::vector<Key128> claims;  // of the first event

    void refuse_if(bool applies, Outcome outcome) {
      if (applies) reasons.push_back(outcome);
    }
    bool refused() const { return !reasons.empty(); }
    // A new event; answers with the key of its object.
    Key128 event(EventType type) {
      verdict.events.push_back(type);
      return verdict.events.size() <= made.size() ? made[verdict.events.size() - 1] : Key128{};
    }
  };

  void on(Turn&, const FundBalance&);
  void on(Turn&, const AdvanceSandboxClock&);
  void on(Turn&, const CatchUpSandboxClock&);
  void on(Turn&, const DecideClient&);
  void on(Turn&, const TakeMeasure&);
  void on(Turn&, const ConfirmMeasure&);
  void on(Turn&, const RejectMeasure&);
  void on(Turn&, const WithdrawMeasure&);
  void on(Turn&, const WakeMeasure&);
  void on(Turn&, const CreateBeneficiary&);
  void on(Turn&, const DeactivateBeneficiary&);
  void on(Turn&, const CreatePayout&);
  void on(Turn&, const CancelPayout&);
  void on(Turn&, const DecidePayout&);
  void on(Turn&, const CreateBatch&);
  void on(Turn&, const AddBatchRows&);
  void on(Turn&, const CheckBatch&);
  void on(Turn&, const ReportBatch&);
  void on(Turn&, const AcceptBatch&);
  void on(Turn&, const DecideBatch&);
  void on(Turn&, const CancelBatch&);
  void on(Turn&, const FinishBatch&);
  void on(Turn&, const WakeBatch&);
  void on(Turn&, const ProposeWorkflow&);
  void on(Turn&, const DecideWorkflow&);
  void on(Turn&, const ReportPayout&);
  void on(Turn&, const WakePayout&);
  void on(Turn&, const CreatePayin&);
  void on(Turn&, const CancelPayin&);
  void on(Turn&, const WakePayin&);
  void on(Turn&, const ReportCollection&);
  void on(Turn&, const ReportBankCredit&);
  void on(Turn&, const ReportEscrowCredit&);
  void on(Turn&, const CreateVirtualAccount&);
  void on(Turn&, const CloseVirtualAccount&);
  void on(Turn&, const CreateRefund&);
  void on(Turn&, const ReportRefund&);
  void on(Turn&, const WakeRefund&);
  template <class T>
  void on(Turn&, const T&) {}  // what the random walk does not send

  Time now(const Owned& object, Time at) const { return now(object.client, object.mode, at); }
  Time now(ClientId client, Mode mode, Time at) const;
  // When anything that waits is due, with what it is; each timer's owner may hold it back.
  struct Timer {
    Time at;
    Key128 key;
    Owned owner;
    bool asks_the_bank;
  };
  std::vector<Timer> timers() const;
  static Place place(const Owned& object, ledger::AccountCode code);
  Line& line(const Owned& object, ledger::AccountCode code) { return lines_[place(object, code)]; }
  struct Leg {
    ledger::AccountCode debit, credit;
    std::int64_t amount;
  };
  // Moves all of it, or refuses: totals have an end, and a client's account a floor.
  bool move(Turn& turn, const Owned& object, const std::vector<Leg>& legs);
  void hold(const Payout& payout, int sign);  // +1 reserves amount, fee and tax; -1 releases them
  // Why amount, fee and tax cannot be reserved, one after the other; nothing when they can.
  std::optional<Outcome> obstacle(const Payout& payout);
  void settle(Turn& turn, Payout& payout, const std::vector<Leg>& legs, EventType type, std::string status, std::string reason);
  void refuse_unless_writes(Turn& turn, const Client& client, bool money_out) const;
  // Whether the command's client may see it.
  static bool is_theirs(const Turn& turn, const Owned* object);

  // The client's key that calls; nothing, and a refusal, for anybody else.
  const Key* caller_key(Turn& turn) const;
  struct Asked {  // what a workflow is asked about
    std::int64_t amount = 0;
    registry::Purpose purpose{};
    Time beneficiary_since;
  };
  const payments::ApprovalRule* rule_for(const Command& command, const Asked& asked) const;
  std::vector<payments::ApprovalStep> steps_for(const Command& command, const Asked& asked) const;
  std::vector<Asked> whatever_may_be_asked(const Command& command, const Batch& batch, const payments::PurposeShare& share) const;
  static std::optional<Key128> active_workflow(const Client& client, Mode mode);
  template <class Waiting>
  static std::size_t approvals_of(const Waiting& waiting, const std::string& role) {
    return static_cast<std::size_t>(std::ranges::count(waiting.approvals, std::pair{waiting.steps_done, role}));
  }
  template <class Waiting>
  static bool is_step_done(const Waiting& waiting) {
    const payments::ApprovalStep& step = waiting.steps[waiting.steps_done];
    std::size_t met = 0;
    for (const payments::ApprovalNeed& need : step.needs)
      met += approvals_of(waiting, std::string{need.role.str()}) >= need.approvals ? 1U : 0U;
    return to_token(step.match) == "any" ? met > 0 : met == step.needs.size();
  }
  // The role as which this key is asked at the step at hand; empty when it is not.
  template <class Waiting>
  static std::string asked_role(const Waiting& waiting, const Key& key) {
    for (const payments::ApprovalNeed& need : waiting.steps[waiting.steps_done].needs) {
      const std::string wanted{need.role.str()};
      if (approvals_of(waiting, wanted) < need.approvals && std::ranges::count(key.roles, wanted) > 0) return wanted;
    }
    return {};
  }
  // The command's batch in that state, and in time; nothing, and a refusal, otherwise.
  Batch* batch_in(Turn& turn, payments::BatchId id, std::string_view status);
  void become(Turn& turn, Batch& batch, EventType type, std::string status, std::string reason);

  // Whether another one that waits for balance goes before it.
  bool is_behind(const Payout& payout) const;
  // Whether the balance is its to take; what it lacks, where it is not.
  std::optional<Outcome> shortage(const Payout& payout);
  bool send_again(Turn& turn, Payout& payout, bool was_lost, const std::string& reason, Time now);
  // The steps of a payout that has left its beginning, whichever way it came.
  void queue(Turn& turn, Payout& payout, std::string reason, Time now);
  void send(Turn& turn, Payout& payout, Time now);
  void go(Turn& turn, Payout& payout, bool is_short, Time now);  // at once, or into the queue
  void finish(Turn& turn, Payout& payout, EventType type, std::string status, std::string reason);
  // The measure that a person names, for them; nothing when the turn is refused.
  Measure* measure_for(Turn& turn, registry::MeasureId id, bool to_confirm);
  static bool is_possible(const Client& client, registry::MeasureKind kind);
  void take_measure(Turn& turn, Key128 key, Measure& measure);
  void lapse(Turn& turn, Key128 key, Measure& measure);
  void collect(Turn& turn, Key128 payin_key, Key128 claim, payments::AttemptStatus status, std::int64_t amount);
  void raise(Turn& turn) { turn.event(EventType::exception_raised); }

  std::map<Key128, Client> clients_;
  std::map<Key128, Beneficiary> beneficiaries_;
  std::map<Key128, Payin> payins_;
  std::map<Key128, Attempt> attempts_;
  std::map<Key128, Payout> payouts_;
  std::map<Key128, Refund> refunds_;
  std::map<Key128, Account> accounts_;
  std::map<Key128, Measure> measures_;
  std::map<Key128, Workflow> workflows_;
  std::map<Key128, Batch> batches_;
  std::map<Key128, Key> keys_;
  std::map<Place, Line> lines_;
  std::map<Key128, Key128> claims_;                                                // who owns a reference
  std::map<std::pair<ClientId, Mode>, std::set<std::pair<int, Key128>>> waiting_;  // payouts, for balance
  struct Answered {
    std::uint64_t fingerprint, position;
  };
  std::map<Key128, Answered> answers_;
  std::optional<Time> as_of_;  // of the command at hand
};

}  // namespace mohur::kernel
