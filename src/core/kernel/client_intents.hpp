// Clients, what they may do, and what they are told.
#pragma once

#include "kernel/event.hpp"
#include "registry/life.hpp"

namespace mohur::kernel {

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
struct WakeMeasure {
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

}  // namespace mohur::kernel
