// The sandbox: a client's own clock, and payers who do as they are told. Test mode only.
#include "gateway/route.hpp"
#include "gateway/sandbox_inputs.hpp"

namespace mohur::gateway {
namespace {

using registry::Scope;

// The totals of the books have an end, and all clients of the sandbox share the operator's side of them.
constexpr Amount kMostTransferred{100'00'00'000LL * 100};  // Rs 100 crore

Result<void> check_test_mode(const Call& call) {
  if (call.mode != Mode::test) return refuse(Outcome::mode_mismatch, {}, "The sandbox is reached with a test key.");
  return {};
}

// The body of a call that is a read by nature: it changes nothing itself, the bank reports what comes of it.
template <class Input>
Checked<Input> read_body(Call& call) {
  if (call.request.body.empty()) return Input{};
  const auto body = checked_body(call);
  if (!body) return std::unexpected(body.error());
  return codec::read_json_all<Input>(*body);
}

net::Response accepted(const Call& call) {
  net::Response response = answer_with(call, Accepted{});
  response.status = 202;
  return response;
}

Result<net::Response> clock(Call& call) {
  MOHUR_TRY(check_test_mode(call));
  MOHUR_TRY_SET(clock, call.services.archive.get<payments::SandboxClock>(call.client.value));
  return answer_with(call, ClockReading{call.services.clock.now() + (clock ? clock->ahead : Duration{})});
}

Result<kernel::Intent> advance(Call& call, const ClockInput& input) {
  MOHUR_TRY(check_test_mode(call));
  return kernel::Intent{kernel::AdvanceSandboxClock{input.now}};
}

Result<net::Response> pay(Call& call) {
  MOHUR_TRY(check_test_mode(call));
  MOHUR_TRY_SET(id, call.path_id<payments::PayinId>());
  MOHUR_TRY_SET(payin, call.services.archive.get<payments::Payin>(id.value));
  if (!payin || !is_visible(call, *payin)) return refuse(Outcome::not_found, "id");
  if (payin->method == registry::CollectionMethod::bank_transfer)
    return refuse(Outcome::state_conflict, {}, "This pay-in is paid by bank transfer: use /v1/sandbox/bank_transfers.");
  auto input = read_body<PayInput>(call);
  if (!input) return std::unexpected(std::move(input.error().front()));
  MOHUR_TRY(call.services.sandbox.pay(*payin, *input));
  return accepted(call);
}

Result<net::Response> transfer(Call& call) {
  MOHUR_TRY(check_test_mode(call));
  auto input = read_body<TransferInput>(call);
  if (!input) return std::unexpected(std::move(input.error().front()));
  if (!input->amount.is_positive()) return refuse(Outcome::amount_not_positive, "amount");
  if (input->amount > kMostTransferred)
    return refuse(Outcome::amount_above_maximum, "amount",
                  "The sandbox takes " + to_display(kMostTransferred, Currency::INR) + " or less.");
  MOHUR_TRY(call.services.sandbox.transfer(call.client, *input));
  return accepted(call);
}

}  // namespace

std::vector<Route> sandbox_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(
      read("/v1/sandbox/clock", "What your sandbox clock shows", Access::client, Scope::use_sandbox, {mode_mismatch}, clock));
  gives<ClockReading>(routes.back());
  routes.push_back(write<payments::SandboxClock, ClockInput>("/v1/sandbox/clock", "Move your sandbox clock forward", "",
                                                             Access::client, Scope::use_sandbox, IdempotencyRule::optional,
                                                             {mode_mismatch, clock_backwards, time_too_far}, advance));
  routes.push_back(read("/v1/sandbox/payins/{id}/pay", "Play the payer of a pay-in by UPI", Access::client, Scope::use_sandbox,
                        {mode_mismatch, not_found, state_conflict}, pay));
  routes.back().method = net::Method::post;
  routes.back().status = 202;
  gives<Accepted>(routes.back());
  takes<PayInput>(routes.back());
  routes.push_back(read("/v1/sandbox/bank_transfers", "Play a bank transfer to a virtual account", Access::client,
                        Scope::use_sandbox, {mode_mismatch, amount_not_positive, amount_above_maximum}, transfer));
  routes.back().method = net::Method::post;
  routes.back().status = 202;
  gives<Accepted>(routes.back());
  takes<TransferInput>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
