#include "gateway/example_parts.hpp"
#include "gateway/key_inputs.hpp"
#include "gateway/onboarding_inputs.hpp"
#include "gateway/payin_inputs.hpp"
#include "gateway/payout_inputs.hpp"
#include "gateway/sandbox_inputs.hpp"
#include "gateway/webhook_inputs.hpp"

namespace mohur::gateway {

// ---- what callers send

std::string example_of(Of<ApplyInput>) {
  return R"({"legal_name":"Chai Point Retail","contact_email":"accounts@chaipoint.example","merchant_category":"5411",)"
         R"("purposes":["salary","vendor"],"payer_types":["customer"],"rails":["imps","neft","upi"],)"
         R"("methods":["upi_qr","bank_transfer"],"business_type":"private_company","pan":"AAACM1234K","gstin":"29AAACM1234K1ZJ",)"
         R"("registration_number":"U52110KA2019PTC123456","registered_address":"12 Brigade Road, Bengaluru 560001",)"
         R"("contacts":[{"role":"finance","name":"Meera Rao","email":"meera@chaipoint.example","phone":"+919800000001"}],)"
         R"("expected_volumes":{"payouts":2000,"payout_amount":500000000,"payins":9000,"payin_amount":1200000000}})";
}
// The smallest PNG.
std::string example_of(Of<DocumentInput>) {
  return R"({"kind":"pan_card","file_name":"pan.png","content":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk)"
         R"(+A8AAQUBAScY42YAAAAASUVORK5CYII="})";
}
std::string example_of(Of<ReviewInput>) {
  return R"({"risk_grade":"low","checks":[{"check":"identity","passed":true},{"check":"registration","passed":true},)"
         R"({"check":"address","passed":true},{"check":"bank_account","passed":true},{"check":"owners","passed":true},)"
         R"({"check":"sanctions","passed":true},{"check":"business","passed":true}]})";
}
std::string example_of(Of<GroundInput>) { return R"({"ground":"security_breach","clause":"P4.2"})"; }
std::string example_of(Of<IssueInput>) { return R"({"mode":"test","label":"billing server"})"; }
std::string example_of(Of<StaffKeyInput>) { return R"({"label":"laptop","revoke_others":true})"; }
std::string example_of(Of<RotateInput>) { return R"({"overlap_s":3600})"; }
std::string example_of(Of<NetworksInput>) { return R"({"networks":["203.0.113.0/24","2001:db8:4::/48"]})"; }
std::string example_of(Of<SigningKeyInput>) { return R"({"algorithm":"hmac_sha256","overlap_s":3600})"; }
std::string example_of(Of<CertificateInput>) {
  return R"({"thumbprint":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0","label":"billing server"})";
}
std::string example_of(Of<ThumbprintInput>) { return R"({"thumbprint":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0"})"; }
std::string example_of(Of<FundInput>) { return R"({"mode":"test","amount":5000000,"currency":"INR","utr":"SBIN0326112200001"})"; }
std::string example_of(Of<BeneficiaryInput>) {
  return R"({"name":"Ravi Sharma","kind":"vendor","destination":{"ifsc":"HDFC0000123","account_number":"000000000001"}})";
}
std::string example_of(Of<BalanceThresholdInput>) { return R"({"amount":10000000,"currency":"INR"})"; }
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
std::string example_of(Of<ClockInput>) { return R"({"now":")" + to_rfc3339(kMoved) + R"("})"; }
std::string example_of(Of<PayInput>) { return R"({"as":"succeed","payer":"asha@okbank"})"; }
std::string example_of(Of<TransferInput>) { return R"({"account_number":"900000000123","amount":125000})"; }

// ---- what they are answered, besides the core's own objects

std::string example_of(Of<ClockReading>, Always) { return to_json(ClockReading{kMoved}); }
std::string example_of(Of<Accepted>, Always) { return to_json(Accepted{}); }

std::string example_of(Of<Balances>, Always) {
  const Balance payout{kAccount, Currency::INR, {5'000'000}, {150'354}, {4'849'646}};
  const Balance none{id_of<ledger::AccountId>(17), Currency::INR, {}, {}, {}};
  return to_json(Balances{Mode::test, 58}, ByAccount{.collections = none, .payout = payout, .held = none});
}
std::string example_of(Of<ledger::Account>, Always) {
  const ledger::Account account{.id = kAccount,
                                .code = ledger::AccountCode::client_payout,
                                .created_at = kMade,
                                .debits_pending = 150'354,
                                .credits_posted = 5'000'000};
  return to_json(account, WithBalance{ledger::type_of(account.code), {account.balance()}, {account.available()}});
}
std::string example_of(Of<LedgerTransfer>, Always) {
  return to_json(LedgerTransfer{.id = kernel::first_transfer_id(kMade, 58),
                                .kind = ledger::TransferKind::pending,
                                .debit = kAccount,
                                .credit = id_of<ledger::AccountId>(14),
                                .amount = {150'000},
                                .pending = {},
                                .event = kernel::event_id(kMade, 58),
                                .event_type = kernel::EventType::payout_initiated,
                                .position = 58,
                                .created_at = kMade});
}
std::string example_of(Of<Statement>, Always) {
  return to_json(Statement{.account = kAccount,
                           .from = kMade - days(1),
                           .to = kMade,
                           .position = 58,
                           .opening = {5'000'000},
                           .debited = {150'354},
                           .credited = {0},
                           .closing = {4'849'646}});
}
std::string example_of(Of<StatementLine>, Always) {
  return to_json(StatementLine{.transfer = kernel::first_transfer_id(kMade, 58),
                               .event = kernel::event_id(kMade, 58),
                               .event_type = kernel::EventType::payout_processed,
                               .object = kPayout.to_string(),
                               .reference_id = payments::ReferenceId::trusted("invoice-42"),
                               .utr = {},
                               .booked_at = kMade,
                               .amount = {150'000},
                               .balance = {4'850'000}});
}
std::string example_of(Of<Delivery>, std::optional<DeliveryStatus> asked) {
  Delivery delivery{.id = id_of<DeliveryId>(15),
                    .client = kClient,
                    .created_at = kDone,
                    .updated_at = kDone,
                    .status = asked.value_or(DeliveryStatus::succeeded),
                    .webhook_endpoint = kEndpoint,
                    .event = kernel::event_id(kDone, 58),
                    .type = kernel::EventType::payout_processed,
                    .attempts = {{kDone, 12, 204, {}}},
                    .next_attempt_at = {}};
  if (delivery.status == DeliveryStatus::pending) delivery.next_attempt_at = kDone + minutes(1);
  return to_json(delivery);
}
std::string example_of(Of<LoggedRequest>, Always) {
  return to_json(LoggedRequest{.id = id_of<RequestId>(16),
                               .client = kClient,
                               .created_at = kMade,
                               .duration_us = 840,
                               .caller = RequestCaller{registry::CallerKind::credential, {}, id_of<registry::CredentialId>(8)},
                               .client_request_id = {},
                               .from = "203.0.113.7",
                               .method = "POST",
                               .route = "/v1/payouts",
                               .status = 201,
                               .outcome = "ok",
                               .clause = {},
                               .until = {}});
}

}  // namespace mohur::gateway
