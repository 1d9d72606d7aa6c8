#include "gateway/examples.hpp"

#include "codec/json_out.hpp"
#include "engine/event_json.hpp"

namespace mohur::gateway {
namespace {

using payments::ReferenceId;

constexpr Time kMade{1'795'329'000'000'000'000};  // 2026-11-22T06:30:00Z
constexpr Time kDone = kMade + seconds(2);

// Ids of different kinds, each always the same.
template <class AnyId>
AnyId id_of(std::uint64_t number) {
  return AnyId{{static_cast<std::uint64_t>(kMade.unix_ms()) << 16 | number, 0x5eed'c0de'cafe'0000ULL + number}};
}
const auto kClient = id_of<registry::ClientId>(1);
const auto kPerson = id_of<registry::PersonId>(2);
const auto kBeneficiary = id_of<payments::BeneficiaryId>(3);
const auto kPayin = id_of<payments::PayinId>(4);
const auto kPayout = id_of<payments::PayoutId>(5);
const auto kEndpoint = id_of<registry::WebhookEndpointId>(6);

Sealed masked(std::string mask) { return {.subject = {}, .box = "sealed", .mask = std::move(mask)}; }

template <Described T>
std::string to_json(const T& value) {
  codec::MaskingRevealer masks;
  std::string out;
  codec::write_json(value, out, masks);
  return out;
}

payments::Payout processed_payout() {
  return {.id = kPayout,
          .client = kClient,
          .created_at = kMade,
          .updated_at = kDone,
          .sequence = 2,
          .status = payments::PayoutStatus::processed,
          .reason = payments::PayoutReason::payout_processed,
          .amount = {150'000},
          .fee = {300},
          .tax = {54},
          .beneficiary = kBeneficiary,
          .reference_id = ReferenceId::trusted("invoice-42"),
          .narration = masked("•••"),
          .utr = payments::Utr::trusted("632607184021"),
          .dispatch = 1,
          .dispatched_at = kMade,
          .finished_at = kDone};
}

}  // namespace

// ---- what callers send

std::string example_of(Of<ApplyInput>) {
  return R"({"legal_name":"Chai Point Retail","contact_email":"accounts@chaipoint.example","merchant_category":"5411",)"
         R"("purposes":["salary","vendor"],"payer_types":["customer"],"rails":["imps","neft","upi"],)"
         R"("methods":["upi_qr","bank_transfer"]})";
}
std::string example_of(Of<GroundInput>) { return R"({"ground":"P8.1"})"; }
std::string example_of(Of<IssueInput>) { return R"({"mode":"test","label":"billing server"})"; }
std::string example_of(Of<FundInput>) { return R"({"mode":"test","amount":5000000,"currency":"INR","utr":"SBIN0326112200001"})"; }
std::string example_of(Of<BeneficiaryInput>) {
  return R"({"name":"Ravi Sharma","kind":"vendor","destination":{"ifsc":"HDFC0000123","account_number":"000000000001"}})";
}
std::string example_of(Of<PayoutInput>) {
  return R"({"beneficiary":")" + kBeneficiary.to_string() +
         R"(","amount":150000,"currency":"INR","purpose":"vendor","reference_id":"invoice-42","narration":"Invoice 42"})";
}
std::string example_of(Of<PayinInput>) {
  return R"({"amount":125000,"currency":"INR","payer_type":"customer","method":"upi_qr","reference_id":"order-1001"})";
}
std::string example_of(Of<RefundInput>) { return R"({"payin":")" + kPayin.to_string() + R"(","amount":25000})"; }
std::string example_of(Of<VirtualAccountInput>) { return R"({"payer_type":"customer","reference_id":"shop-7"})"; }
std::string example_of(Of<WebhookEndpointInput>) {
  return R"({"url":"https://shop.example/mohur","event_types":["payin.paid","payout.processed","payout.failed"]})";
}
std::string example_of(Of<ClockInput>) { return R"({"now":")" + to_rfc3339(kMade + days(1)) + R"("})"; }
std::string example_of(Of<PayInput>) { return R"({"as":"succeed","payer":"asha@okbank"})"; }
std::string example_of(Of<TransferInput>) { return R"({"account_number":"900000000123","amount":125000})"; }

// ---- what they are answered

std::string example_of(Of<registry::Client>) {
  return to_json(registry::Client{.id = kClient,
                                  .created_at = kMade,
                                  .updated_at = kDone,
                                  .sequence = 3,
                                  .status = registry::ClientStatus::approved,
                                  .legal_name = masked("C••• P••• R•••"),
                                  .contact_email = masked("a•••@chaipoint.example"),
                                  .merchant_category = "5411",
                                  .agreement = {.purposes = {registry::Purpose::salary, registry::Purpose::vendor},
                                                .payer_types = {registry::PayerType::customer},
                                                .rails = {registry::Rail::imps, registry::Rail::upi},
                                                .methods = {registry::CollectionMethod::upi_qr},
                                                .fees = {{300}, 50}},
                                  .applied_by = kPerson,
                                  .reviewed_by = kPerson,
                                  .decided_by = id_of<registry::PersonId>(7)});
}
std::string example_of(Of<registry::Credential>) {
  return to_json(registry::Credential{.id = id_of<registry::CredentialId>(8),
                                      .client = kClient,
                                      .created_at = kMade,
                                      .updated_at = kMade,
                                      .sequence = 1,
                                      .label = "billing server",
                                      .kid = "0123456789AB",
                                      .last_four = "STUV",
                                      .scopes = {registry::Scope::read_payouts, registry::Scope::write_payouts},
                                      .issued_by = kPerson});
}
std::string example_of(Of<registry::WebhookEndpoint>) {
  return to_json(registry::WebhookEndpoint{.id = kEndpoint,
                                           .client = kClient,
                                           .created_at = kMade,
                                           .updated_at = kMade,
                                           .sequence = 1,
                                           .url = "https://shop.example/mohur",
                                           .event_types = {"payin.paid", "payout.processed"}});
}
std::string example_of(Of<payments::Beneficiary>) {
  return to_json(payments::Beneficiary{.id = kBeneficiary,
                                       .client = kClient,
                                       .created_at = kMade,
                                       .updated_at = kMade,
                                       .sequence = 1,
                                       .name = masked("R••• S•••"),
                                       .ifsc = payments::Ifsc::trusted("HDFC0000123"),
                                       .account_number = masked("••••0001")});
}
std::string example_of(Of<payments::Payin>) {
  std::string out = to_json(payments::Payin{.id = kPayin,
                                            .client = kClient,
                                            .created_at = kMade,
                                            .updated_at = kDone,
                                            .sequence = 3,
                                            .status = payments::PayinStatus::paid,
                                            .amount = {125'000},
                                            .amount_paid = {125'000},
                                            .fee = {625},
                                            .tax = {113},
                                            .reference_id = ReferenceId::trusted("order-1001"),
                                            .attempts = 1,
                                            .expires_at = kMade + minutes(15),
                                            .paid_at = kDone});
  const std::string path = "/v1/payins/" + kPayin.to_string();
  out.back() = ',';
  return out + R"("upi":{"link":"upi://pay?pa=collect@mohurbank&pn=Mohur%20Sandbox&tr=01m80z50j00025xve0vv5fw004)" +
         R"(&am=1250.00&cu=INR&mode=01","qr_png":")" + path + R"(/qr.png","qr_svg":")" + path + R"(/qr.svg"}})";
}
std::string example_of(Of<payments::Attempt>) {
  return to_json(payments::Attempt{.id = id_of<payments::AttemptId>(9),
                                   .client = kClient,
                                   .created_at = kDone,
                                   .updated_at = kDone,
                                   .sequence = 1,
                                   .status = payments::AttemptStatus::succeeded,
                                   .payin = kPayin,
                                   .amount = {125'000},
                                   .kind = payments::AttemptKind::regular,
                                   .utr = payments::Utr::trusted("632607184019"),
                                   .payer = masked("a•••@okbank")});
}
std::string example_of(Of<payments::Payout>) { return to_json(processed_payout()); }
std::string example_of(Of<payments::Refund>) {
  return to_json(payments::Refund{.id = id_of<payments::RefundId>(10),
                                  .client = kClient,
                                  .created_at = kMade,
                                  .updated_at = kDone,
                                  .sequence = 2,
                                  .status = payments::RefundStatus::processed,
                                  .payin = kPayin,
                                  .amount = {25'000},
                                  .utr = payments::Utr::trusted("632607184023")});
}
std::string example_of(Of<payments::VirtualAccount>) {
  return to_json(payments::VirtualAccount{.id = id_of<payments::VirtualAccountId>(11),
                                          .client = kClient,
                                          .created_at = kMade,
                                          .updated_at = kMade,
                                          .sequence = 1,
                                          .account_number = payments::AccountNumber::trusted("900000000123"),
                                          .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                                          .reference_id = ReferenceId::trusted("shop-7")});
}
std::string example_of(Of<payments::Funding>) {
  return to_json(payments::Funding{.id = id_of<payments::FundingId>(12),
                                   .client = kClient,
                                   .created_at = kMade,
                                   .updated_at = kMade,
                                   .sequence = 1,
                                   .amount = {5'000'000},
                                   .utr = payments::Utr::trusted("SBIN0326112200001")});
}
std::string example_of(Of<payments::SandboxClock>) {
  return R"({"object":"sandbox_clock","client":")" + kClient.to_string() + R"(","updated_at":")" + to_rfc3339(kMade) +
         R"(","sequence":1,"now":")" + to_rfc3339(kMade + days(1)) + R"("})";
}

std::string example_of_balances() {
  const std::string account = id_of<ledger::AccountId>(13).to_string();
  return R"({"object":"balances","mode":"test","position":58,"payout":{"account":")" + account +
         R"(","currency":"INR","balance":5000000,"reserved":150354,"available":4849646}})";
}
std::string example_of_account() {
  return R"({"id":")" + id_of<ledger::AccountId>(13).to_string() +
         R"(","object":"ledger_account","mode":"test","code":"client_payout","currency":"INR","created_at":")" +
         to_rfc3339(kMade) +
         R"(","debits_pending":150354,"debits_posted":0,"credits_pending":0,"credits_posted":5000000,)"
         R"("type":"liability","balance":5000000,"available":4849646})";
}
std::string example_of_transfer() {
  return R"({"id":")" + kernel::first_transfer_id(kMade, 58).to_string() +
         R"(","object":"ledger_transfer","kind":"pending","debit":")" + id_of<ledger::AccountId>(13).to_string() +
         R"(","credit":")" + id_of<ledger::AccountId>(14).to_string() + R"(","amount":150000,"pending":null,"event":")" +
         kernel::event_id(kMade, 58).to_string() + R"(","event_type":"payout.initiated","position":58,"created_at":")" +
         to_rfc3339(kMade) + R"("})";
}
std::string example_of_event() {
  engine::StoredEvent stored{.position = 58, .event = {}};
  stored.event.type = kernel::EventType::payout_processed;
  stored.event.at = kDone;
  stored.event.object = processed_payout();
  codec::MaskingRevealer masks;
  std::string out;
  engine::append_event_json(out, stored, masks);
  return out;
}
std::string example_of_delivery() {
  return R"({"id":")" + id_of<Id<"wd">>(15).to_string() + R"(","object":"delivery","client":")" + kClient.to_string() +
         R"(","mode":"test","created_at":")" + to_rfc3339(kDone) + R"(","updated_at":")" + to_rfc3339(kDone) +
         R"(","status":"succeeded","webhook_endpoint":")" + kEndpoint.to_string() + R"(","event":")" +
         kernel::event_id(kDone, 58).to_string() + R"(","type":"payout.processed","attempts":[{"at":")" + to_rfc3339(kDone) +
         R"(","duration_ms":12,"status":204,"error":""}],"next_attempt_at":null})";
}
std::string example_of_request() {
  return R"({"object":"request","at":")" + to_rfc3339(kMade) +
         R"(","duration_us":840,"caller":{"kind":"credential","id":"019ab1c2d3e4f5011122334455667788",)"
         R"("credential":"019ab1c2d3e4f5011122334455667788"},"client":")" +
         kClient.to_string() + R"(","mode":"test","request_id":")" + id_of<Id<"req">>(16).to_string() +
         R"(","client_request_id":"","from":"203.0.113.7","method":"POST","route":"/v1/payouts","status":201,"outcome":"ok",)"
         R"("clause":"","replayed":false})";
}
std::string example_of_clock() { return R"({"object":"sandbox_clock","now":")" + to_rfc3339(kMade + days(1)) + R"("})"; }

}  // namespace mohur::gateway
