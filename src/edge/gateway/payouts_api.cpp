// Beneficiaries and payouts.
#include "gateway/payout_inputs.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using payments::Beneficiary;
using payments::DestinationKind;
using payments::Payout;
using registry::Scope;

Result<DestinationKind> kind_of(const DestinationInput& input) {
  const bool is_account = input.ifsc && input.account_number;
  if (input.vpa && !input.ifsc && !input.account_number) return DestinationKind::vpa;
  if (is_account && !input.vpa) return DestinationKind::bank_account;
  return refuse(Outcome::field_missing, "destination", "Give ifsc and account_number, or vpa.");
}

Result<kernel::Intent> create_beneficiary(Call& call, const BeneficiaryInput& input) {
  MOHUR_TRY_SET(destination, kind_of(input.destination));
  Sealing person = seal_for_new_subject(call);
  Sealing client = seal_for_client(call);
  Beneficiary beneficiary{.kind = input.kind,
                          .name = person.value(input.name.str(), vault::mask_name(input.name.str())),
                          .destination = destination,
                          .ifsc = input.destination.ifsc,
                          .account_number = person.value(input.destination.account_number, vault::mask_account_number),
                          .vpa = person.value(input.destination.vpa, vault::mask_vpa),
                          .email = person.value(input.email, vault::mask_email),
                          .phone = person.value(input.phone, vault::mask_phone),
                          .reference_id = input.reference_id,
                          .metadata = client.notes(input.metadata)};
  MOHUR_TRY(person.outcome());
  MOHUR_TRY(client.outcome());
  const auto text = [](const auto& part) { return part ? std::string_view{part->str()} : std::string_view{}; };
  beneficiary.destination_mark = engine::destination_mark(call.services.vault, text(input.destination.ifsc),
                                                          text(input.destination.account_number), text(input.destination.vpa));
  const Key128 claim = engine::beneficiary_claim(call.services.vault, call.owner(), call.mode, input.kind, input.name.str(),
                                                 text(input.destination.ifsc), text(input.destination.account_number),
                                                 text(input.destination.vpa));
  return kernel::Intent{kernel::CreateBeneficiary{std::move(beneficiary), claim}};
}

Result<kernel::Intent> deactivate_beneficiary(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::BeneficiaryId>());
  return kernel::Intent{kernel::DeactivateBeneficiary{id}};
}

Result<kernel::Intent> create_payout(Call& call, const PayoutInput& input) {
  MOHUR_TRY(check_connector(call));
  Sealing client = seal_for_client(call);
  kernel::CreatePayout intent{.beneficiary = input.beneficiary,
                              .order = {.amount = input.amount,
                                        .currency = input.currency,
                                        .purpose = input.purpose,
                                        .rail = input.rail,
                                        .reference_id = input.reference_id,
                                        .narration = client.text(input.narration),
                                        .metadata = client.notes(input.metadata),
                                        .queue_if_low_balance = input.queue_if_low_balance.value_or(false),
                                        .scheduled_at = input.scheduled_at,
                                        .priority = input.priority.value_or(payments::QueuePriority::normal),
                                        .queue_expires_at = input.queue_expires_at,
                                        .fallback_rails = input.fallback_rails.value_or(std::vector<registry::Rail>{})},
                              .reference_claim = reference_key(call, "payout", input.reference_id)};
  MOHUR_TRY(client.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> cancel_payout(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::PayoutId>());
  return kernel::Intent{kernel::CancelPayout{id}};
}

}  // namespace

std::vector<Route> payout_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Beneficiary, BeneficiaryInput>(
      "/v1/beneficiaries", "Create a beneficiary; the same tuple gives the same one", "P4.3", Access::client,
      Scope::write_beneficiaries, IdempotencyRule::optional, {field_missing}, create_beneficiary, 201));
  routes.push_back(
      list_all<Beneficiary>("/v1/beneficiaries", "List beneficiaries", Access::client_or_us, Scope::read_beneficiaries));
  routes.push_back(
      get_one<Beneficiary>("/v1/beneficiaries/{id}", "Get a beneficiary", Access::client_or_us, Scope::read_beneficiaries));
  routes.push_back(write<Beneficiary, NoInput>("/v1/beneficiaries/{id}/deactivate", "Stop payouts to a beneficiary", "",
                                               Access::client, Scope::write_beneficiaries, IdempotencyRule::optional,
                                               {not_found, state_conflict}, deactivate_beneficiary));
  leaves<Beneficiary, payments::BeneficiaryStatus::inactive>(routes.back());
  routes.push_back(write<Payout, PayoutInput>(
      "/v1/payouts", "Send money", "P2.2", Access::client, Scope::write_payouts, IdempotencyRule::required,
      {client_restricted, reference_id_reused, purpose_not_approved, rail_not_approved, not_found, beneficiary_inactive,
       purpose_destination_mismatch, rail_destination_mismatch, rail_unavailable, amount_not_positive, amount_below_minimum,
       amount_above_maximum, time_not_in_future, time_too_far, insufficient_balance, payout_limit_exceeded},
      create_payout, 201));
  routes.back().route_class = policy::RouteClass::money_out;
  routes.back().sends_money = true;
  routes.push_back(list_all<Payout>("/v1/payouts", "List payouts", Access::client_or_us, Scope::read_payouts));
  routes.push_back(get_one<Payout>("/v1/payouts/{id}", "Get a payout", Access::client_or_us, Scope::read_payouts));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.push_back(write<Payout, NoInput>(
      "/v1/payouts/{id}/cancel", "Cancel a payout that is scheduled, queued or waits for approval", "", Access::client,
      Scope::write_payouts, IdempotencyRule::optional, {not_found, state_conflict}, cancel_payout));
  leaves<Payout, payments::PayoutStatus::cancelled>(routes.back());
  routes.back().route_class = policy::RouteClass::reserved;
  return routes;
}

}  // namespace mohur::gateway
