// Examples of what callers send and are answered, as JSON: for OpenAPI and the reference page.
//
// Answers are made of the described types themselves, so they cannot drift from them; a test reads each body as its input.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "engine/event_json.hpp"
#include "gateway/outputs.hpp"

namespace mohur::gateway {

template <class T>
using Of = std::type_identity<T>;

std::string example_of_batch_rows();
std::string example_of_new_batch();

// In that status; without one, as a list shows it.
std::string example_of(Of<registry::Client>, std::optional<registry::ClientStatus> status);
std::string example_of(Of<registry::Credential>, std::optional<registry::CredentialStatus> status);
std::string example_of(Of<registry::WebhookEndpoint>, std::optional<registry::WebhookEndpointStatus> status);
std::string example_of(Of<payments::Beneficiary>, std::optional<payments::BeneficiaryStatus> status);
std::string example_of(Of<payments::Payin>, std::optional<payments::PayinStatus> status);
std::string example_of(Of<payments::Payout>, std::optional<payments::PayoutStatus> status);
std::string example_of(Of<payments::ApprovalWorkflow>, std::optional<payments::WorkflowStatus> status);
std::string example_of(Of<payments::BalanceThreshold>, std::optional<payments::ThresholdStatus> status);
std::string example_of(Of<payments::PayoutSchedule>, std::optional<payments::ScheduleStatus> status);
std::string example_of_rejections();
std::string example_of_resumed_schedule();
std::string example_of_approved_payout();
std::string example_of_rejected_payout();
std::string example_of(Of<payments::Refund>, std::optional<payments::RefundStatus> status);
std::string example_of(Of<payments::VirtualAccount>, std::optional<payments::VirtualAccountStatus> status);
std::string example_of(Of<Delivery>, std::optional<DeliveryStatus> status);

// Where there is but one.
struct Always {};
std::string example_of(Of<PayoutDecisions>, Always);
std::string example_of(Of<registry::Application>, Always);
std::string example_of(Of<registry::Person>, std::optional<registry::PersonStatus> status);
std::string example_of(Of<registry::PersonChange>, std::optional<registry::PersonChangeStatus> status);
std::string example_of_change_of_roles();
std::string example_of_disabling(registry::PersonChangeKind kind);
std::string example_of_inviting();
std::string example_of(Of<registry::SignIn>, Always);
std::string example_of(Of<registry::Session>, std::optional<registry::SessionStatus> status);
std::string example_of_signing_in();
std::string example_of_setting_up(std::uint32_t sequence);
std::string example_of(Of<Me>, Always);
std::string example_of(Of<RoleTable>, Always);
std::string example_of(Of<registry::Incident>, std::optional<registry::IncidentStatus> status);
std::string example_of(Of<policy::Plan>, std::optional<policy::PlanStatus> status);
std::string example_of(Of<registry::AgreementChange>, std::optional<registry::AgreementChangeStatus> status);
std::string example_of(Of<registry::Sublicence>, std::optional<registry::SublicenceStatus> status);
std::string example_of(Of<SublicenceUsage>, Always);
std::string example_of(Of<LimitTrial>, Always);
std::string example_of(Of<payments::Batch>, std::optional<payments::BatchStatus> asked);
std::string example_of(Of<BatchRowFinding>, Always);
std::string example_of_ask_taken_up();
std::string example_of(Of<policy::PolicyVersion>, std::optional<policy::PolicyVersionStatus> status);
std::string example_of(Of<policy::PolicyAcceptance>, Always);
std::string example_of(Of<PolicyCoverage>, Always);
std::string example_of(Of<registry::Notice>, std::optional<registry::NoticeStatus> status);
std::string example_of(Of<registry::Measure>, std::optional<registry::MeasureStatus> status);
std::string example_of(Of<ShownTicket>, std::optional<registry::TicketStatus> status);
std::string example_of(Of<registry::Ticket>, std::optional<registry::TicketStatus> status);  // as answers show it
std::string example_of(Of<policy::TierReview>, std::optional<policy::TierReviewStatus> status);
std::string example_of(Of<policy::Ladder>, std::optional<policy::ProposalStatus> status);
std::string example_of(Of<policy::ThrottleEpisode>, Always);
std::string example_of(Of<policy::Alert>, std::optional<policy::AlertStatus> status);
std::string example_of(Of<policy::WatchRules>, std::optional<policy::ProposalStatus> status);
std::string example_of(Of<policy::UsageNotice>, Always);
std::string example_of(Of<Limits>, Always);
std::string example_of(Of<AgreementInForce>, Always);
std::string example_of(Of<payments::Attempt>, Always);
std::string example_of(Of<payments::Funding>, Always);
std::string example_of(Of<payments::SandboxClock>, Always);
std::string example_of(Of<ClockReading>, Always);
std::string example_of(Of<Accepted>, Always);
std::string example_of(Of<Balances>, Always);
std::string example_of(Of<ledger::Account>, Always);
std::string example_of(Of<LedgerTransfer>, Always);
std::string example_of(Of<Statement>, Always);
std::string example_of(Of<StatementLine>, Always);
std::string example_of(Of<engine::EventBody>, Always);
std::string example_of(Of<LoggedRequest>, Always);

std::string example_with_secret(Of<registry::Credential>);
std::string example_with_secret(Of<registry::WebhookEndpoint>);
std::string example_with_secret_of_person();
std::string example_of_revoked_credential_of_person();
std::string example_of_reported_incident();
std::string example_of_rotated_credential();
std::string example_of_bound_credential();
std::string example_of_signing_credential();
std::string example_of_certified_credential();
std::string example_of_rotated_endpoint();

}  // namespace mohur::gateway
