// What the decisions of this room share: the command at hand, look-ups with their refusals, new ids, and the list of events.
#pragma once

#include "kernel/decide.hpp"

namespace mohur::kernel {

// So far ahead a person may set when something begins or ends.
inline constexpr Duration kLongestAhead = days(366);

class Decision {
 public:
  Decision(const State& state, const Command& command, std::vector<Event>& events)
      : state_(state), command_(command), events_(events), first_(events.size()), as_of_(as_of_of(command.intent)) {}

  const State& state() const { return state_; }
  const Command& command() const { return command_; }

  // The present on the clock of the client that the object belongs to. In test mode, what was due before is decided as of then:
  // a clock that was moved has everything happen at its own time.
  Time now(ClientId client, Mode mode) const {
    const Time present = state_.now_of(client, mode, command_.at);
    return mode == Mode::test && as_of_ ? std::min(*as_of_, present) : present;
  }
  Time now() const { return now(command_.client, command_.mode); }
  // Whenever it was due, what is decided about an object comes no earlier than the object's last change.
  template <class T>
  void follow(const T& object) {
    if (as_of_) as_of_ = std::max(*as_of_, object.updated_at);
  }

  // A new id of any kind: time-ordered by journal time, the rest from the command's chance.
  template <class NewId>
  NewId next_id() {
    const std::uint64_t high = static_cast<std::uint64_t>(command_.at.unix_ms()) << 16 | (command_.id.high & 0xffff);
    return NewId{{high, command_.id.low + ids_++}};
  }

  // The object, if it exists and belongs to the command's client (or the caller is not a client at all). Errors: not_found.
  template <class T>
  Result<const T*> own(Key128 key, const char* field) const {
    const T* found = state_.find<T>(key);
    if (found == nullptr || (!command_.client.is_zero() && (found->client != command_.client || found->mode != command_.mode)))
      return refuse(Outcome::not_found, field);
    if constexpr (requires { found->sublicence; })
      if (command_.sublicence && found->sublicence != command_.sublicence) return refuse(Outcome::not_found, field);
    return found;
  }
  Result<const registry::Client*> client(ClientId id) const {
    const registry::Client* found = state_.find<registry::Client>(id.value);
    if (found == nullptr) return refuse(Outcome::not_found, "client");
    return found;
  }
  // The agreement of a client that is in force now.
  const registry::Agreement& agreement(const registry::Client& client) const {
    return registry::agreement_of(client, command_.at);
  }
  // Whether clients of this risk may be put on this plan. Errors: not_found, state_conflict, plan_not_for_risk.
  Result<void> check_plan(const std::optional<policy::PlanId>& id, std::optional<registry::RiskGrade> grade) const {
    const policy::Plan* plan = id ? state_.find<policy::Plan>(id->value) : nullptr;
    if (id && plan == nullptr) return refuse(Outcome::not_found, "plan");
    if (plan != nullptr && plan->status != policy::PlanStatus::active)
      return refuse(Outcome::state_conflict, "plan", "The plan is " + std::string{to_token(plan->status)} + ", not active.");
    if (grade == registry::RiskGrade::high && (plan == nullptr || !plan->for_high_risk))
      return refuse(Outcome::plan_not_for_risk, "plan", "The client is of high risk: name a plan that is `for_high_risk`.");
    return {};
  }
  // The client's key that calls, if it is still good: it may have ended since the call came. Errors: scope_missing for anybody
  // else; credential_revoked, credential_expired.
  Result<const registry::Credential*> key() const {
    const bool is_key = command_.caller.kind == registry::CallerKind::credential;
    const auto* found = is_key ? state_.find<registry::Credential>(command_.caller.id) : nullptr;
    if (found == nullptr || found->client != command_.client)
      return refuse(Outcome::scope_missing, {}, "Only a client's key may do this.");
    if (found->status == registry::CredentialStatus::revoked) return refuse(Outcome::credential_revoked, "Authorization");
    if (found->expires_at && *found->expires_at <= command_.at) return refuse(Outcome::credential_expired, "Authorization");
    return found;
  }
  // The operator's person who calls. Errors: scope_missing for anybody else.
  Result<registry::PersonId> person() const {
    const auto person = command_.caller.person();
    if (!person) return refuse(Outcome::scope_missing, {}, "One of the operator's people must do this.");
    return *person;
  }

  // Nobody else may own this key. Errors: reference_id_reused.
  Result<void> check_unclaimed(const std::optional<Key128>& claim, const char* field) const {
    if (claim && state_.find<Claim>(*claim) != nullptr) return refuse(Outcome::reference_id_reused, field);
    return {};
  }

  // The id that the first transfer of the next event will get.
  ledger::TransferId next_transfer() const { return first_transfer_id(command_.at, state_.position + added() + 1); }

  template <class T>
  Event& add(EventType type, T&& object, ClientId client, Mode mode, ledger::Chain transfers = {}) {
    const bool is_first = added() == 0;
    Event& event = events_.emplace_back();
    event.type = type;
    event.at = command_.at;
    event.command = command_.id;
    event.caller = command_.caller;
    event.client = client;
    event.mode = mode;
    event.object = std::forward<T>(object);
    event.transfers = std::move(transfers);
    if (mode == Mode::test) event.ahead = now(client, mode) - command_.at;
    if (is_first) event.idempotency = command_.idempotency;
    if (is_first) event.nonce = command_.nonce;
    return event;
  }
  // The same for objects that say themselves whose they are.
  template <class T>
    requires requires(T t) {
      t.client.value;
      t.mode;
    }
  Event& add(EventType type, T&& object, ledger::Chain transfers = {}) {
    const ClientId client = object.client;
    const Mode mode = object.mode;
    return add(type, std::forward<T>(object), client, mode, std::move(transfers));
  }

  // The object that the call asked for exists already.
  void hand_out(Key128 existing) { existing_ = existing; }
  std::optional<Key128> existing() const { return existing_; }

  std::size_t added() const { return events_.size() - first_; }
  void take_back() { events_.resize(first_); }

 private:
  static std::optional<Time> as_of_of(const Intent& intent) {
    return std::visit(
        [](const auto& kind) -> std::optional<Time> {
          if constexpr (requires { kind.as_of; }) return kind.as_of;
          return std::nullopt;
        },
        intent);
  }

  const State& state_;
  const Command& command_;
  std::vector<Event>& events_;
  const std::size_t first_;
  std::optional<Time> as_of_;
  std::uint64_t ids_ = 0;
  std::optional<Key128> existing_;
};

// Puts something before a person's eyes.
inline void raise(Decision& decision, ClientId client, Mode mode, std::string subject, std::string detail) {
  const Time now = decision.now(client, mode);
  decision.add(EventType::exception_raised,
               Exception{.id = decision.next_id<ExceptionId>(),
                         .client = client,
                         .mode = mode,
                         .created_at = now,
                         .updated_at = now,
                         .sequence = 1,
                         .subject = std::move(subject),
                         .detail = std::move(detail)},
               client, mode);
}

inline void open_account(Decision& decision, Mode mode, ledger::AccountCode code, ClientId owner) {
  ledger::Account account{.id = decision.next_id<ledger::AccountId>(),
                          .mode = mode,
                          .code = code,
                          .owner = owner.value,
                          .created_at = decision.command().at};
  decision.add(EventType::ledger_account_opened, Object{account}, owner, mode);
}

inline void claim(Event& event, const std::optional<Key128>& key) {
  if (key) event.claims.push_back(*key);
}

// One function per intent; each adds its events or refuses.
using Added = Result<void>;
Added decide(Decision&, const FoundHouse&);
Added decide(Decision&, const ProposePersonChange&);
Added decide(Decision&, const DecidePersonChange&);
Added decide(Decision&, const AcceptInvitation&);
Added decide(Decision&, const EnrolSignIn&);
Added decide(Decision&, const ChangePassword&);
Added decide(Decision&, const OpenSession&);
Added decide(Decision&, const TouchSession&);
Added decide(Decision&, const EndSession&);
Added decide(Decision&, const BlockSignIn&);
Added decide(Decision&, const ApplyForClient&);
Added decide(Decision&, const AddDocument&);
Added decide(Decision&, const ReviewClient&);
Added decide(Decision&, const DecideClient&);
Added decide(Decision&, const ProposePlan&);
Added decide(Decision&, const DecidePlan&);
Added decide(Decision&, const ProposeAgreement&);
Added decide(Decision&, const DecideAgreement&);
Added decide(Decision&, const AskForAgreement&);
Added decide(Decision&, const TakeUpAgreement&);
Added decide(Decision&, const WithdrawAgreement&);
Added decide(Decision&, const ProposeSublicence&);
Added decide(Decision&, const DecideSublicence&);
Added decide(Decision&, const EndSublicence&);
Added decide(Decision&, const ProposePolicyVersion&);
Added decide(Decision&, const PublishPolicyVersion&);
Added decide(Decision&, const RejectPolicyVersion&);
Added decide(Decision&, const AcceptPolicy&);
Added decide(Decision&, const TellOfPolicy&);
Added decide(Decision&, const RecordNotice&);
Added decide(Decision&, const AcknowledgeNotice&);
Added decide(Decision&, const TakeMeasure&);
Added decide(Decision&, const ConfirmMeasure&);
Added decide(Decision&, const RejectMeasure&);
Added decide(Decision&, const WithdrawMeasure&);
Added decide(Decision&, const WakeMeasure&);
Added decide(Decision&, const OpenTicket&);
Added decide(Decision&, const ReplyToTicket&);
Added decide(Decision&, const CloseTicket&);
Added decide(Decision&, const IssueCredential&);
Added decide(Decision&, const IssueOperatorCredential&);
Added decide(Decision&, const RotateCredential&);
Added decide(Decision&, const SetNetworks&);
Added decide(Decision&, const SetSigningKey&);
Added decide(Decision&, const AddCertificate&);
Added decide(Decision&, const RemoveCertificate&);
Added decide(Decision&, const RevokeToken&);
Added decide(Decision&, const ReportCompromise&);
Added decide(Decision&, const ReportLeaks&);
Added decide(Decision&, const CloseIncident&);
Added decide(Decision&, const ReportThrottling&);
Added decide(Decision&, const GiveUsageNotice&);
Added decide(Decision&, const ProposeLadder&);
Added decide(Decision&, const DecideLadder&);
Added decide(Decision&, const CloseTierReview&);
Added decide(Decision&, const RaiseAlert&);
Added decide(Decision&, const CloseAlert&);
Added decide(Decision&, const ProposeWatchRules&);
Added decide(Decision&, const DecideWatchRules&);
Added decide(Decision&, const RevokeCredential&);
Added decide(Decision&, const CreateWebhookEndpoint&);
Added decide(Decision&, const SetWebhookEndpoint&);
Added decide(Decision&, const RotateWebhookSecret&);
Added decide(Decision&, const AdvanceSandboxClock&);
Added decide(Decision&, const CatchUpSandboxClock&);
Added decide(Decision&, const FundBalance&);
Added decide(Decision&, const CreateBeneficiary&);
Added decide(Decision&, const DeactivateBeneficiary&);
Added decide(Decision&, const CreatePayin&);
Added decide(Decision&, const CancelPayin&);
Added decide(Decision&, const CreateVirtualAccount&);
Added decide(Decision&, const CloseVirtualAccount&);
Added decide(Decision&, const CreatePayout&);
Added decide(Decision&, const CancelPayout&);
Added decide(Decision&, const DecidePayout&);
Added decide(Decision&, const SetBalanceThreshold&);
Added decide(Decision&, const RemoveBalanceThreshold&);
Added decide(Decision&, const WakeBalanceThreshold&);
Added decide(Decision&, const CreatePayoutSchedule&);
Added decide(Decision&, const PausePayoutSchedule&);
Added decide(Decision&, const ResumePayoutSchedule&);
Added decide(Decision&, const CancelPayoutSchedule&);
Added decide(Decision&, const WakePayoutSchedule&);
Added decide(Decision&, const CreateBatch&);
Added decide(Decision&, const AddBatchRows&);
Added decide(Decision&, const CheckBatch&);
Added decide(Decision&, const ReportBatch&);
Added decide(Decision&, const AcceptBatch&);
Added decide(Decision&, const DecideBatch&);
Added decide(Decision&, const CancelBatch&);
Added decide(Decision&, const FinishBatch&);
Added decide(Decision&, const WakeBatch&);
Added decide(Decision&, const ProposeWorkflow&);
Added decide(Decision&, const DecideWorkflow&);
Added decide(Decision&, const CreateRefund&);
Added decide(Decision&, const ReportCollection&);
Added decide(Decision&, const ReportBankCredit&);
Added decide(Decision&, const ReportEscrowCredit&);
Added decide(Decision&, const ReportPayout&);
Added decide(Decision&, const ReportRefund&);
Added decide(Decision&, const WakePayin&);
Added decide(Decision&, const WakePayout&);
Added decide(Decision&, const WakeRefund&);

}  // namespace mohur::kernel
