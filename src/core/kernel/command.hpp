// A command: what somebody wants to happen, with everything that the decision needs from the world outside.
//
// The envelope brings time, chance and the caller, so that the core asks nobody for them. Personal data arrives sealed,
// look-up keys arrive hashed. A command is decided once: it becomes events, or it is refused and leaves no trace.
#pragma once

#include "kernel/client_intents.hpp"
#include "kernel/key_intents.hpp"
#include "kernel/payment_intents.hpp"
#include "kernel/people_intents.hpp"
#include "kernel/rail_intents.hpp"

namespace mohur::kernel {

using registry::Caller;

using IntentVariant =
    std::variant<FoundHouse, ApplyForClient, AddDocument, ReviewClient, DecideClient, IssueCredential, IssueOperatorCredential,
                 RevokeCredential, CreateWebhookEndpoint, SetWebhookEndpoint, RotateWebhookSecret, AdvanceSandboxClock,
                 CatchUpSandboxClock, FundBalance, CreateBeneficiary, DeactivateBeneficiary, CreatePayin, CancelPayin,
                 CreateVirtualAccount, CloseVirtualAccount, CreatePayout, CancelPayout, DecidePayout, ProposeWorkflow,
                 DecideWorkflow, CreateRefund, ReportCollection, ReportBankCredit, ReportEscrowCredit, ReportPayout, ReportRefund,
                 WakePayin, WakePayout, WakeRefund, ProposePlan, DecidePlan, ProposeAgreement, DecideAgreement, AskForAgreement,
                 TakeUpAgreement, WithdrawAgreement, ProposeSublicence, DecideSublicence, EndSublicence, RotateCredential,
                 SetNetworks, ReportCompromise, CloseIncident, ProposePolicyVersion, PublishPolicyVersion, RejectPolicyVersion,
                 AcceptPolicy, TellOfPolicy, RecordNotice, AcknowledgeNotice, TakeMeasure, ConfirmMeasure, RejectMeasure,
                 WithdrawMeasure, WakeMeasure, OpenTicket, ReplyToTicket, CloseTicket, ReportThrottling, GiveUsageNotice,
                 ProposeLadder, DecideLadder, CloseTierReview, SetSigningKey, AddCertificate, RemoveCertificate, RevokeToken,
                 ReportLeaks, ProposePersonChange, DecidePersonChange, AcceptInvitation, EnrolSignIn, ChangePassword, OpenSession,
                 TouchSession, EndSession, BlockSignIn, CreateBatch, AddBatchRows, CheckBatch, ReportBatch, AcceptBatch,
                 DecideBatch, CancelBatch, FinishBatch, WakeBatch, RaiseAlert, CloseAlert, ProposeWatchRules, DecideWatchRules,
                 CreatePayoutSchedule, PausePayoutSchedule, ResumePayoutSchedule, CancelPayoutSchedule, WakePayoutSchedule,
                 SetBalanceThreshold, RemoveBalanceThreshold, WakeBalanceThreshold>;

// As with Object: copied and moved in one source.
struct Intent : IntentVariant {
  using IntentVariant::IntentVariant;
  Intent() noexcept;
  Intent(const Intent& other);
  Intent(Intent&& other) noexcept;
  Intent& operator=(const Intent& other);
  Intent& operator=(Intent&& other) noexcept;
  ~Intent();
};

struct Command {
  Key128 id;  // random: ids of new objects are made from it
  Time at;    // journal time, set by the engine when it takes the command
  Caller caller;
  ClientId client;  // for whom it is; zero when the intent itself names the client or there is none
  std::optional<registry::SublicenceId> sublicence = std::nullopt;  // with whose key, of those for whom the client sends money
  Mode mode = Mode::test;
  std::optional<Idempotency> idempotency;
  std::optional<Nonce> nonce = std::nullopt;  // of its signature
  Intent intent;
};

}  // namespace mohur::kernel
