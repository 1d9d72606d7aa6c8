// Examples of what callers send and are answered, as JSON: for OpenAPI and the reference page.
//
// Answers are made of the described types themselves, so they cannot drift from them; a test reads each body as its input.
#pragma once

#include <string>
#include <type_traits>

#include "gateway/inputs.hpp"

namespace mohur::gateway {

template <class T>
using Of = std::type_identity<T>;

std::string example_of(Of<ApplyInput>);
std::string example_of(Of<GroundInput>);
std::string example_of(Of<IssueInput>);
std::string example_of(Of<FundInput>);
std::string example_of(Of<BeneficiaryInput>);
std::string example_of(Of<PayoutInput>);
std::string example_of(Of<PayinInput>);
std::string example_of(Of<RefundInput>);
std::string example_of(Of<VirtualAccountInput>);
std::string example_of(Of<WebhookEndpointInput>);
std::string example_of(Of<ClockInput>);
std::string example_of(Of<PayInput>);
std::string example_of(Of<TransferInput>);

std::string example_of(Of<registry::Client>);
std::string example_of(Of<registry::Credential>);
std::string example_of(Of<registry::WebhookEndpoint>);
std::string example_of(Of<payments::Beneficiary>);
std::string example_of(Of<payments::Payin>);
std::string example_of(Of<payments::Attempt>);
std::string example_of(Of<payments::Payout>);
std::string example_of(Of<payments::Refund>);
std::string example_of(Of<payments::VirtualAccount>);
std::string example_of(Of<payments::Funding>);
std::string example_of(Of<payments::SandboxClock>);

// Of answers that are composed and not one described struct.
std::string example_of_balances();
std::string example_of_account();
std::string example_of_transfer();
std::string example_of_event();
std::string example_of_delivery();
std::string example_of_request();
std::string example_of_clock();

}  // namespace mohur::gateway
