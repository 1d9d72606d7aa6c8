// A command: what somebody wants to happen, with everything that the decision needs from the world outside.
//
// The envelope brings time, chance and the caller, so that the core asks nobody for them. Personal data arrives sealed,
// look-up keys arrive hashed. A command is decided once: it becomes events, or it is refused and leaves no trace.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

using registry::Caller;

// ---- the operator's house and its clients
struct FoundHouse {  // first start: the people, and the operator's accounts in both modes
  struct Founder {
    Sealed name;
    std::string kid, secret_hash, last_four;
  };
  std::vector<Founder> founders;
  std::vector<Key128> claims;  // one per founder: the look-up key of the kid
};
struct ProposePersonChange {
  registry::PersonChangeKind kind = registry::PersonChangeKind::appoint;
  registry::PersonId person;  // of an appointment: nobody yet
  std::optional<Sealed> name, email;
  Key128 email_key;  // look-up key of the address
  std::vector<registry::Role> roles;
  std::string reason;
  std::string half_hash;  // keyed hash of the first half of an invitation
};
struct DecidePersonChange {
  registry::PersonChangeId change;
  bool approve = false;
  std::string half_hash;  // of the second half
};

// ---- how people sign in. The person is the caller, but where the system or an owner acts.
struct AcceptInvitation {
  registry::PersonId person;
  std::string first_half_hash, second_half_hash;
  registry::Factors factors;
};
struct EnrolSignIn {  // by whoever has a key of their own
  registry::PersonId person;
  registry::Factors factors;
  Sealed email;
  Key128 email_key;
};
struct ChangePassword {
  registry::PersonId person;
  std::string password;  // its hash, sealed
  std::string compared;  // the one that was found right
};
struct OpenSession {  // whose password, or provider, was found right
  registry::PersonId person;
  registry::SessionKind kind = registry::SessionKind::cookie;
  registry::SignInManner manner = registry::SignInManner::password;
  registry::SecondFactor factor;
  std::string compared;  // the sealed hash of the password that was found right
  std::string subject;   // or a keyed hash of whom the provider says that it is
  Key128 subject_key;    // and a look-up key of the same
  std::string kid, token_hash;
  Key128 network;  // look-up key of where it comes from
  Duration lifetime;
};
struct TouchSession {
  registry::PersonId person;
  registry::SessionId session;
};
struct EndSession {
  registry::SessionId session;
};
struct BlockSignIn {  // by the gate
  registry::PersonId person;
  Time until;
};

// ---- clients
struct ApplyForClient {
  Sealed legal_name, contact_email;
  std::string merchant_category;
  registry::Agreement agreement;
  registry::Application about;        // as the business tells it; whose it is and when are set here
  std::optional<ClientId> reapplies;  // of a declined application
};
struct AddDocument {
  ClientId client;
  registry::Document document;  // whose file is there already; its id, who added it and when are set here
};
struct ReviewClient {
  ClientId client;
  registry::RiskGrade grade = registry::RiskGrade::low;
  std::vector<registry::CheckResult> checks;
  std::optional<registry::PersonId> approver;
  std::optional<policy::PlanId> plan;  // instead of that of the agreement
};
struct DecideClient {
  ClientId client;
  registry::ClientStatus to = registry::ClientStatus::approved;  // or declined
  std::optional<registry::Reason> reason;
};
struct ProposePlan {
  std::string name;
  policy::Allowance allowance;
  bool for_high_risk = false;
};
struct DecidePlan {
  policy::PlanId plan;
  policy::PlanStatus to = policy::PlanStatus::active;
};
struct ProposeAgreement {
  ClientId client;
  registry::DatedAgreement proposed;  // its version is that which it changes
  std::string reason;
};
struct DecideAgreement {
  registry::AgreementChangeId change;
  bool approve = false;
};
struct AskForAgreement {  // by the client that the command is for
  registry::DatedAgreement proposed;
  std::string reason;
  Key128 claim;  // look-up key of what the client asked for last
};
struct TakeUpAgreement {
  registry::AgreementChangeId change;
};
struct WithdrawAgreement {
  registry::AgreementChangeId change;
};
struct ProposeSublicence {
  ClientId client;
  Sealed name;
  std::string reason;
  registry::DocumentId approval;  // of the client's application
  std::vector<registry::PayoutLimit> payout_limits;
};
struct DecideSublicence {
  registry::SublicenceId sublicence;
  bool approve = false;
};
struct EndSublicence {  // by the client that it is of, or by one of the operator's people
  registry::SublicenceId sublicence;
};
struct ProposePolicyVersion {
  std::string text, hash;
  Time effective_at;
  std::string reason, change_summary;
  Duration least_notice;
};
struct PublishPolicyVersion {
  policy::PolicyVersionId version;
  std::uint32_t number = 1;  // the next one, as whoever asks knows them
  Duration least_notice;
};
struct RejectPolicyVersion {
  policy::PolicyVersionId version;
};
struct AcceptPolicy {
  policy::PolicyVersionId version;
  policy::AcceptanceManner manner = policy::AcceptanceManner::explicit_call;
  Key128 claim;  // look-up key of client and version: the same is accepted once
};

// ---- what clients are told, and what is done about their access
struct TellOfPolicy {
  ClientId client;
  policy::PolicyVersionId version;
  Key128 claim;  // look-up key of client and version: each is told once
};
struct RecordNotice {
  registry::NoticeId notice;
  registry::NoticeChannel channel = registry::NoticeChannel::email;
  registry::SendingStatus status = registry::SendingStatus::sent;
  registry::NoticeProof proof;
};
struct AcknowledgeNotice {
  registry::NoticeId notice;
};
struct TakeMeasure {
  ClientId client;
  registry::MeasureKind kind = registry::MeasureKind::restrict;
  registry::Reason reason;
  std::string evidence;
  std::optional<Time> effective_at;  // absent: as soon as it may
  bool critical = false;
};
struct ConfirmMeasure {
  registry::MeasureId measure;
};
struct RejectMeasure {
  registry::MeasureId measure;
};
struct WithdrawMeasure {
  registry::MeasureId measure;
};
struct OpenTicket {
  std::string subject;
  std::optional<std::string> about;
  Sealed text;
};
struct ReplyToTicket {
  registry::TicketId ticket;
  Sealed text;
};
struct CloseTicket {
  registry::TicketId ticket;
};

// ---- credentials and webhooks
struct IssueCredential {
  ClientId client;
  Mode mode = Mode::test;
  std::string label, kid, secret_hash, last_four;
  std::vector<registry::Scope> scopes;
  std::optional<Time> expires_at;
  Key128 claim;  // look-up key of the kid
  std::vector<registry::Network> networks;
  std::optional<registry::SublicenceId> sublicence;
  std::vector<registry::ApproverRole> approver_roles;
};
struct RotateCredential {
  registry::CredentialId credential;
  registry::NewSecret secret;
};
struct SetNetworks {
  registry::CredentialId credential;
  std::vector<registry::Network> networks;
};
struct SetSigningKey {
  registry::CredentialId credential;
  registry::NewSigningKey key;
};
struct AddCertificate {  // without its time
  registry::CredentialId credential;
  registry::BoundCertificate certificate;
};
struct RemoveCertificate {
  registry::CredentialId credential;
  registry::Thumbprint thumbprint;
};
struct RevokeToken {
  registry::TokenId token;
  registry::CredentialId credential;  // with which it was got
  Time expires_at;
};
struct IssueOperatorCredential {  // a key for one of the operator's people, who is signed in; or by who has the machine
  registry::PersonId person;
  std::string label, kid, secret_hash, last_four;
  Key128 claim;                                  // look-up key of the kid
  std::vector<registry::CredentialId> replaced;  // the person's keys that end with it
};
struct ReportCompromise {  // by whoever holds the key, or by one of the operator's people
  registry::CredentialId credential;
  std::optional<std::string> note;
};
struct ReportLeaks {  // by a partner that looks for keys in public places
  struct LeakedKey {
    registry::CredentialId credential;
    std::optional<std::string> note;
  };
  std::string scanner;
  std::vector<LeakedKey> keys;  // together 1 to kMostLeaks
  std::vector<RevokeToken> tokens;
  std::vector<registry::SessionId> sessions;

  std::size_t size() const { return keys.size() + tokens.size() + sessions.size(); }
  Key128 any_object() const {
    if (!keys.empty()) return keys.front().credential.value;
    return tokens.empty() ? sessions.at(0).value : tokens.front().credential.value;
  }
};
inline constexpr std::size_t kMostLeaks = 100;
struct CloseIncident {
  registry::IncidentId incident;
  std::string finding;
};
struct ReportThrottling {  // by the gate: an episode of the command's client
  std::vector<std::string> limits;
  Time began_at, ended_at;
  std::uint64_t refused = 0, ignored = 0;
  bool shadow = false;
};
struct GiveUsageNotice {  // by the gate
  policy::CallWindow window = policy::CallWindow::day;
  std::uint32_t percent = 0;
  std::uint64_t calls = 0, used = 0;
  Time window_ends_at;
};
struct ProposeLadder {
  policy::LadderRules rules;
  Time effective_at;
  std::string reason;
};
struct DecideLadder {
  policy::LadderId ladder;
  bool approve = false;
};
struct RaiseAlert {  // by the watch; of the command's client, if it is one's
  policy::Sighting sighting;
  Key128 claim;  // of its kind, subject and day
};
struct CloseAlert {
  policy::AlertId alert;
  policy::AlertDecision decision = policy::AlertDecision::harmless;
  std::string finding;
  std::optional<registry::MeasureId> measure;
};
struct ProposeWatchRules {
  std::vector<policy::Detector> detectors;
  Time effective_at;
  std::string reason;
};
struct DecideWatchRules {
  policy::WatchRulesId rules;
  bool approve = false;
};
struct CloseTierReview {
  policy::TierReviewId review;
  policy::TierDecision decision = policy::TierDecision::keep_plan;
  std::string finding;
};
struct RevokeCredential {
  registry::CredentialId credential;
};
struct CreateWebhookEndpoint {
  std::string url, secret;
  std::vector<std::string> event_types;
};
struct SetWebhookEndpoint {
  registry::WebhookEndpointId endpoint;
  registry::WebhookEndpointStatus to = registry::WebhookEndpointStatus::disabled;
};
struct RotateWebhookSecret {
  registry::WebhookEndpointId endpoint;
  std::string secret;
  Duration overlap = hours(24);
};
struct AdvanceSandboxClock {
  Time to;  // on the client's clock
};
struct CatchUpSandboxClock {  // the bank has told all that it had to tell up to where the clock has caught up
  ClientId client;
  std::optional<Time> next_report;  // on the client's clock; absent when nothing more is due by now
};
struct FundBalance {
  ClientId client;
  Mode mode = Mode::test;
  Amount amount;
  Currency currency = Currency::INR;
  payments::Utr utr;
  Key128 claim;  // look-up key of the bank reference: the same credit is counted once
};

// ---- payments
struct CreateBeneficiary {
  payments::Beneficiary beneficiary;  // id, client, mode, times and sequence are set by the decision
  Key128 claim;                       // look-up key of the tuple: the same tuple gives the same beneficiary
};
struct DeactivateBeneficiary {
  payments::BeneficiaryId beneficiary;
};
struct CreatePayin {
  payments::PayinOrder order;
  std::optional<Key128> reference_claim;
  // Used when a bank transfer names no virtual account: one is made for this pay-in.
  std::optional<payments::AccountNumber> account_number;
  std::optional<payments::Ifsc> ifsc;
  Key128 account_claim;
};
struct CancelPayin {
  payments::PayinId payin;
};
struct CreateVirtualAccount {
  payments::AccountNumber account_number;
  payments::Ifsc ifsc;
  Key128 account_claim;
  payments::PayerType payer_type = payments::PayerType::customer;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Key128> reference_claim;
  std::optional<SealedNotes> metadata;
};
struct CloseVirtualAccount {
  payments::VirtualAccountId virtual_account;
};
struct CreatePayout {
  payments::BeneficiaryId beneficiary;
  payments::PayoutOrder order;
  std::optional<Key128> reference_claim;
  // Of a batch, as its caller: the same row gives the same payout.
  std::optional<payments::BatchRow> row = std::nullopt;
  std::optional<Key128> row_claim = std::nullopt;
};
struct CancelPayout {
  payments::PayoutId payout;
};
struct DecidePayout {  // by the caller's key, which must have a role that is asked
  payments::PayoutId payout;
  bool approve = false;
  std::optional<registry::ApproverRole> as;  // one of them; absent: the first that is asked
  std::optional<Sealed> remarks;
};
struct CreateBatch {
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Key128> reference_claim;
  SubjectId rows_subject;  // under whose key its rows will be sealed
};
struct AddBatchRows {
  payments::BatchId batch;
  payments::BatchPart part;                         // whose file is there already; its time is set by the decision
  std::optional<Key128> part_claim = std::nullopt;  // of its hash: who had it first
};
struct CheckBatch {  // all rows were handed in
  payments::BatchId batch;
};
struct ReportBatch {  // by the system: its rows were checked
  payments::BatchId batch;
  payments::BatchReport report;
};
struct AcceptBatch {
  payments::BatchId batch;
  payments::BatchTake take = payments::BatchTake::all_rows;
};
struct DecideBatch {  // by the caller's key, as DecidePayout
  payments::BatchId batch;
  bool approve = false;
  std::optional<registry::ApproverRole> as;
  std::optional<Sealed> remarks;
};
struct CancelBatch {
  payments::BatchId batch;
};
struct FinishBatch {  // by the system: all its payouts are final
  payments::BatchId batch;
  payments::BatchOutcome outcome;
};
struct ProposeWorkflow {
  std::vector<payments::ApprovalRule> rules;
};
struct DecideWorkflow {
  payments::ApprovalWorkflowId workflow;
  bool approve = false;
};
struct CreateRefund {
  payments::PayinId payin;
  payments::RefundOrder order;
  std::optional<Key128> reference_claim;
};

// ---- what rails report. `as_of` is when it happened, on the client's sandbox clock; absent: now.
struct ReportCollection {  // a payer's try on a pay-in, by UPI
  payments::PayinId payin;
  Key128 claim;  // look-up key of the rail's reference of this try
  payments::CollectionReport report;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportBankCredit {  // a bank transfer arrived
  Mode mode = Mode::test;
  std::optional<Key128> account_claim;  // look-up key of the account number it was sent to
  Amount amount;
  payments::Utr utr;
  Key128 claim;  // look-up key of the bank reference
  std::optional<Sealed> payer;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportEscrowCredit {  // the bank credited the escrow account with a captured attempt
  payments::AttemptId attempt;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportPayout {
  payments::PayoutId payout;
  payments::RailReport report;
  std::optional<Time> as_of = std::nullopt;
};
struct ReportRefund {
  payments::RefundId refund;
  payments::RailReport report;
  std::optional<Time> as_of = std::nullopt;
};

// ---- what time brings. `as_of` is when it was due, on the client's clock.
struct WakePayin {
  payments::PayinId payin;
  std::optional<Time> as_of = std::nullopt;
};
struct WakePayout {
  payments::PayoutId payout;
  std::optional<Time> as_of = std::nullopt;
};
struct WakeBatch {
  payments::BatchId batch;
  std::optional<Time> as_of = std::nullopt;
};
struct WakeMeasure {
  registry::MeasureId measure;
};
struct WakeRefund {
  payments::RefundId refund;
  std::optional<Time> as_of = std::nullopt;
};

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
                 DecideBatch, CancelBatch, FinishBatch, WakeBatch, RaiseAlert, CloseAlert, ProposeWatchRules, DecideWatchRules>;

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
