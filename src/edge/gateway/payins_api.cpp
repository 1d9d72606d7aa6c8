// Pay-ins, their attempts and refunds, and virtual accounts.
#include "gateway/payin_inputs.hpp"
#include "gateway/qr.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using payments::Attempt;
using payments::Payin;
using payments::Refund;
using payments::VirtualAccount;
using registry::Scope;

// `9901` and twelve digits by chance: nobody can guess a number in use.
payments::AccountNumber new_account_number(Random& random) {
  std::string digits = std::to_string(random.next_u64() % 1'000'000'000'000ULL);
  return payments::AccountNumber::trusted("9901" + std::string(12 - digits.size(), '0') + digits);
}

struct NewAccount {
  payments::AccountNumber number;
  payments::Ifsc ifsc;
  Key128 claim;
};

NewAccount new_account(Call& call) {
  payments::AccountNumber number = new_account_number(call.services.random);
  const Key128 claim = engine::account_claim(call.services.vault, call.mode, number.str());
  return {std::move(number), payments::Ifsc::trusted(call.services.settings.collection_ifsc), claim};
}

Result<kernel::Intent> create_payin(Call& call, const PayinInput& input) {
  Sealing client = seal_for_client(call);
  kernel::CreatePayin intent{.order = {.amount = input.amount,
                                       .currency = input.currency,
                                       .payer_type = input.payer_type,
                                       .method = input.method,
                                       .reference_id = input.reference_id,
                                       .description = client.text(input.description),
                                       .metadata = client.notes(input.metadata),
                                       .expires_at = input.expires_at},
                             .reference_claim = reference_key(call, "payin", input.reference_id)};
  MOHUR_TRY(client.outcome());
  if (input.payer_name) {
    Sealing payer = seal_for_new_subject(call);
    intent.order.payer_name = payer.value(input.payer_name, vault::mask_name);
    MOHUR_TRY(payer.outcome());
  }
  if (input.method == registry::CollectionMethod::bank_transfer) {
    NewAccount account = new_account(call);
    intent.account_number = std::move(account.number);
    intent.ifsc = std::move(account.ifsc);
    intent.account_claim = account.claim;
  }
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> cancel_payin(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::PayinId>());
  return kernel::Intent{kernel::CancelPayin{id}};
}

Result<net::Response> picture(Call& call, Result<std::string> (*draw)(std::string_view), std::string_view type) {
  MOHUR_TRY_SET(id, call.path_id<payments::PayinId>());
  MOHUR_TRY_SET(payin, call.services.archive.get<Payin>(id.value));
  if (!payin || !is_visible(call, *payin) || payin->method == registry::CollectionMethod::bank_transfer)
    return refuse(Outcome::not_found, "id");
  net::Response response;
  MOHUR_TRY_SET(drawn, draw(upi_link(call.services.settings, *payin)));
  response.body = std::move(drawn);
  response.content_type = type;
  return response;
}

Result<kernel::Intent> create_refund(Call& call, const RefundInput& input) {
  MOHUR_TRY(check_connector(call));
  Sealing client = seal_for_client(call);
  kernel::CreateRefund intent{.payin = input.payin,
                              .order = {input.amount, input.reference_id, client.notes(input.metadata)},
                              .reference_claim = reference_key(call, "refund", input.reference_id)};
  MOHUR_TRY(client.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> create_virtual_account(Call& call, const VirtualAccountInput& input) {
  Sealing client = seal_for_client(call);
  NewAccount account = new_account(call);
  kernel::CreateVirtualAccount intent{.account_number = std::move(account.number),
                                      .ifsc = std::move(account.ifsc),
                                      .account_claim = account.claim,
                                      .payer_type = input.payer_type.value_or(registry::PayerType::customer),
                                      .reference_id = input.reference_id,
                                      .reference_claim = reference_key(call, "virtual_account", input.reference_id),
                                      .metadata = client.notes(input.metadata)};
  MOHUR_TRY(client.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> close_virtual_account(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<payments::VirtualAccountId>());
  return kernel::Intent{kernel::CloseVirtualAccount{id}};
}

}  // namespace

std::vector<Route> payin_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Payin, PayinInput>(
      "/v1/payins", "Collect money", "P2.1", Access::client, Scope::write_payins, IdempotencyRule::optional,
      {reference_id_reused, payer_type_not_approved, method_not_approved, not_found, state_conflict, amount_not_positive,
       amount_above_maximum, time_not_in_future, time_too_far},
      create_payin, 201));
  routes.push_back(list_all<Payin>("/v1/payins", "List pay-ins", Access::client_or_us, Scope::read_payins));
  routes.push_back(get_one<Payin>("/v1/payins/{id}", "Get a pay-in", Access::client_or_us, Scope::read_payins));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.push_back(write<Payin, NoInput>("/v1/payins/{id}/cancel", "Cancel a pay-in that is not paid", "", Access::client,
                                         Scope::write_payins, IdempotencyRule::optional, {not_found, state_conflict},
                                         cancel_payin));
  leaves<Payin, payments::PayinStatus::cancelled>(routes.back());
  routes.push_back(read("/v1/payins/{id}/qr.png", "The UPI QR code as a picture", Access::client_or_us, Scope::read_payins,
                        {not_found}, [](Call& call) { return picture(call, qr_png, "image/png"); }));
  routes.back().media = "image/png";
  routes.push_back(read("/v1/payins/{id}/qr.svg", "The UPI QR code as a drawing", Access::client_or_us, Scope::read_payins,
                        {not_found}, [](Call& call) { return picture(call, qr_svg, "image/svg+xml"); }));
  routes.back().media = "image/svg+xml";
  routes.push_back(list_all<Attempt>("/v1/attempts", "List attempts to pay pay-ins", Access::client_or_us, Scope::read_payins));
  routes.push_back(get_one<Attempt>("/v1/attempts/{id}", "Get an attempt", Access::client_or_us, Scope::read_payins));
  routes.push_back(write<Refund, RefundInput>(
      "/v1/refunds", "Give money back, in full or in part", "", Access::client, Scope::write_refunds, IdempotencyRule::required,
      {reference_id_reused, not_found, rail_unavailable, amount_not_positive, refund_exceeds_paid, insufficient_balance},
      create_refund, 201));
  routes.push_back(list_all<Refund>("/v1/refunds", "List refunds", Access::client_or_us, Scope::read_refunds));
  routes.push_back(get_one<Refund>("/v1/refunds/{id}", "Get a refund", Access::client_or_us, Scope::read_refunds));
  routes.back().route_class = policy::RouteClass::reserved;
  routes.push_back(write<VirtualAccount, VirtualAccountInput>(
      "/v1/virtual_accounts", "Create an account number that credits are matched to", "", Access::client, Scope::write_payins,
      IdempotencyRule::optional, {reference_id_reused, method_not_approved, payer_type_not_approved}, create_virtual_account,
      201));
  routes.push_back(
      list_all<VirtualAccount>("/v1/virtual_accounts", "List virtual accounts", Access::client_or_us, Scope::read_payins));
  routes.push_back(
      get_one<VirtualAccount>("/v1/virtual_accounts/{id}", "Get a virtual account", Access::client_or_us, Scope::read_payins));
  routes.push_back(write<VirtualAccount, NoInput>("/v1/virtual_accounts/{id}/close", "Close a virtual account", "",
                                                  Access::client, Scope::write_payins, IdempotencyRule::optional,
                                                  {not_found, state_conflict}, close_virtual_account));
  leaves<VirtualAccount, payments::VirtualAccountStatus::closed>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
