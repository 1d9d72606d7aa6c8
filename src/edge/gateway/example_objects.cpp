// Examples of the core's objects, in the states that calls leave them in.
#include "gateway/example_parts.hpp"

namespace mohur::gateway {
namespace {

using payments::ReferenceId;

constexpr const char* kWebhookSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDnW8hqzRzgF0=";

payments::Payout payout_in(payments::PayoutStatus status) {
  using payments::PayoutReason;
  using payments::PayoutStatus;
  payments::Payout payout{.id = kPayout,
                          .client = kClient,
                          .created_at = kMade,
                          .updated_at = kMade,
                          .sequence = 1,
                          .status = status,
                          .amount = {150'000},
                          .fee = {300},
                          .tax = {54},
                          .beneficiary = kBeneficiary,
                          .reference_id = ReferenceId::trusted("invoice-42"),
                          .narration = masked("•••")};
  if (status == PayoutStatus::processing) {
    payout.dispatched_at = kMade;
    return payout;
  }
  payout.sequence = 2;
  payout.updated_at = kDone;
  payout.finished_at = kDone;
  if (status == PayoutStatus::cancelled) {
    payout.reason = PayoutReason::cancelled_by_client;
    payout.fee = payout.tax = Amount{};
    payout.scheduled_at = kMade + days(1);
    return payout;
  }
  payout.reason = PayoutReason::payout_processed;
  payout.dispatched_at = kMade;
  payout.utr = payments::Utr::trusted("632607184021");
  return payout;
}

registry::WebhookEndpoint endpoint_in(registry::WebhookEndpointStatus status, std::uint32_t sequence) {
  return {.id = kEndpoint,
          .client = kClient,
          .created_at = kMade,
          .updated_at = sequence == 1 ? kMade : kDone,
          .sequence = sequence,
          .status = status,
          .url = "https://shop.example/mohur",
          .event_types = {"payin.paid", "payout.processed", "payout.failed"}};
}

registry::Credential credential_in(registry::CredentialStatus status) {
  registry::Credential credential{.id = id_of<registry::CredentialId>(8),
                                  .client = kClient,
                                  .created_at = kMade,
                                  .updated_at = kMade,
                                  .sequence = 1,
                                  .status = status,
                                  .label = "billing server",
                                  .kid = "0123456789AB",
                                  .last_four = "STUV",
                                  .scopes = {registry::Scope::read_payouts, registry::Scope::write_payouts},
                                  .issued_by = kPerson};
  if (status == registry::CredentialStatus::revoked) {
    credential.sequence = 2;
    credential.updated_at = kDone;
    credential.revoked_at = kDone;
  }
  return credential;
}

// In two pieces, so that no scanner takes it for a leak.
WithSecret key_secret() { return {"mohur_test_sk_0123456789AB_abcdefghijklmnopqrstuvwxyz01STUV" + std::string{"0000Zz"}}; }

}  // namespace

std::string example_of(Of<registry::Client>, std::optional<registry::ClientStatus> asked) {
  using registry::ClientStatus;
  const ClientStatus status = asked.value_or(ClientStatus::approved);
  const bool is_decided = status != ClientStatus::applied && status != ClientStatus::under_review;
  const bool has_ground = is_decided && status != ClientStatus::approved;
  const bool is_later = has_ground && status != ClientStatus::declined;
  registry::Client client{.id = kClient,
                          .created_at = kMade,
                          .updated_at = status == ClientStatus::applied ? kMade : kDone,
                          .sequence = status == ClientStatus::applied ? 1U
                                      : is_later                      ? 4U
                                      : is_decided                    ? 3U
                                                                      : 2U,
                          .status = status,
                          .legal_name = masked("C••• P••• R•••"),
                          .contact_email = masked("a•••@chaipoint.example"),
                          .merchant_category = "5411",
                          .agreement = example_agreement(),
                          .applied_by = kPerson};
  if (status != ClientStatus::applied) {
    client.reviewed_by = kPerson;
    client.risk_grade = registry::RiskGrade::low;
  }
  if (is_decided) client.decided_by = id_of<registry::PersonId>(7);
  if (has_ground) {
    client.ground = registry::Ground::security_breach;
    client.clause = "P4.2";
  }
  return to_json(client);
}
std::string example_of(Of<registry::Application>, Always) {
  const auto type = registry::BusinessType::private_company;
  return to_json(registry::Application{.client = kClient,
                                       .created_at = kMade,
                                       .updated_at = kDone,
                                       .sequence = 2,
                                       .business_type = type,
                                       .pan = masked("••••234K"),
                                       .gstin = masked("••••K1ZJ"),
                                       .registration_number = registry::RegistrationNumber::parse("U52110KA2019PTC123456"),
                                       .registered_address = masked("•••"),
                                       .contacts = {{.role = registry::ContactRole::finance,
                                                     .name = masked("M••• R•••"),
                                                     .email = masked("m•••@chaipoint.example"),
                                                     .phone = masked("••••••0001")}},
                                       .expected_volumes = {2'000, {500'000'000}, 9'000, {1'200'000'000}},
                                       .documents = {{.id = id_of<registry::DocumentId>(26),
                                                      .kind = registry::DocumentKind::pan_card,
                                                      .media = registry::DocumentMedia::png,
                                                      .file_name = masked("•••"),
                                                      .size = 68,
                                                      .hash = std::string(64, 'e'),
                                                      .added_at = kDone,
                                                      .added_by = kPerson}}});
}
std::string example_of(Of<registry::Credential>, std::optional<registry::CredentialStatus> status) {
  return to_json(credential_in(status.value_or(registry::CredentialStatus::active)));
}
std::string example_with_secret(Of<registry::Credential>) {
  return to_json(credential_in(registry::CredentialStatus::active), key_secret());
}
std::string example_of_rotated_credential() {
  registry::Credential credential = credential_in(registry::CredentialStatus::active);
  credential.updated_at = kDone;
  credential.sequence = 2;
  credential.previous_secret_expires_at = kDone + hours(1);
  return to_json(credential, key_secret());
}
std::string example_of_bound_credential() {
  registry::Credential credential = credential_in(registry::CredentialStatus::active);
  credential.updated_at = kDone;
  credential.sequence = 2;
  credential.networks = {registry::Network::trusted("203.0.113.0/24"), registry::Network::trusted("2001:db8:4::/48")};
  return to_json(credential);
}
std::string example_of_signing_credential() {
  registry::Credential credential = credential_in(registry::CredentialStatus::active);
  credential.updated_at = kDone;
  credential.sequence = 2;
  credential.signing_keys = {
      {.id = id_of<registry::SigningKeyId>(21), .created_at = kDone, .expires_at = {}, .public_key = {}, .secret = {}}};
  return to_json(credential, WithSecret{"mohur_sign_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="});
}
std::string example_of_certified_credential() {
  registry::Credential credential = credential_in(registry::CredentialStatus::active);
  credential.updated_at = kDone;
  credential.sequence = 2;
  credential.certificates = {
      {registry::Thumbprint::trusted("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0"), "billing server", kDone}};
  return to_json(credential);
}
registry::Credential credential_of_person(registry::CredentialStatus status) {
  registry::Credential credential = credential_in(status);
  credential.client.reset();
  credential.person = credential.issued_by = id_of<registry::PersonId>(7);
  credential.mode = Mode::live;
  credential.label = "laptop";
  credential.scopes = {};
  return credential;
}
std::string example_of_revoked_credential_of_person() {
  return to_json(credential_of_person(registry::CredentialStatus::revoked));
}
std::string example_with_secret_of_person() {
  return to_json(credential_of_person(registry::CredentialStatus::active),
                 WithSecret{"mohur_live_op_0123456789AB_abcdefghijklmnopqrstuvwxyz01STUV" + std::string{"0000Zz"}});
}
std::string example_of(Of<registry::WebhookEndpoint>, std::optional<registry::WebhookEndpointStatus> status) {
  return to_json(endpoint_in(status.value_or(registry::WebhookEndpointStatus::enabled), status ? 2 : 1));
}
std::string example_with_secret(Of<registry::WebhookEndpoint>) {
  return to_json(endpoint_in(registry::WebhookEndpointStatus::enabled, 1), WithSecret{kWebhookSecret});
}
std::string example_of_rotated_endpoint() {
  registry::WebhookEndpoint endpoint = endpoint_in(registry::WebhookEndpointStatus::enabled, 2);
  endpoint.previous_secret_expires_at = kDone + days(1);
  return to_json(endpoint, WithSecret{kWebhookSecret});
}
std::string example_of(Of<payments::Beneficiary>, std::optional<payments::BeneficiaryStatus> asked) {
  const auto status = asked.value_or(payments::BeneficiaryStatus::active);
  const bool is_new = status == payments::BeneficiaryStatus::active;
  return to_json(payments::Beneficiary{.id = kBeneficiary,
                                       .client = kClient,
                                       .created_at = kMade,
                                       .updated_at = is_new ? kMade : kDone,
                                       .sequence = is_new ? 1U : 2U,
                                       .status = status,
                                       .name = masked("R••• S•••"),
                                       .ifsc = payments::Ifsc::trusted("HDFC0000123"),
                                       .account_number = masked("••••0001")});
}
std::string example_of(Of<payments::Payin>, std::optional<payments::PayinStatus> asked) {
  using payments::PayinStatus;
  const PayinStatus status = asked.value_or(PayinStatus::paid);
  payments::Payin payin{.id = kPayin,
                        .client = kClient,
                        .created_at = kMade,
                        .updated_at = status == PayinStatus::created ? kMade : kDone,
                        .sequence = status == PayinStatus::created ? 1U : 2U,
                        .status = status,
                        .amount = {125'000},
                        .reference_id = ReferenceId::trusted("order-1001"),
                        .expires_at = kMade + minutes(15)};
  if (status == PayinStatus::paid) {
    payin.sequence = 3;
    payin.amount_paid = {125'000};
    payin.fee = {625};
    payin.tax = {113};
    payin.attempts = 1;
    payin.paid_at = kDone;
  }
  const std::string path = "/v1/payins/" + kPayin.to_string();
  std::string link = "upi://pay?pa=collect@mohurbank&pn=Mohur%20Sandbox&tr=";
  append_base32(link, kPayin.value);
  return to_json(payin, WithUpi{UpiLinks{link + "&am=1250.00&cu=INR&mode=01", path + "/qr.png", path + "/qr.svg"}});
}
std::string example_of(Of<payments::Attempt>, Always) {
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
std::string example_of(Of<payments::Payout>, std::optional<payments::PayoutStatus> status) {
  return to_json(payout_in(status.value_or(payments::PayoutStatus::processed)));
}
std::string example_of(Of<payments::Refund>, std::optional<payments::RefundStatus> asked) {
  const auto status = asked.value_or(payments::RefundStatus::processed);
  payments::Refund refund{.id = id_of<payments::RefundId>(10),
                          .client = kClient,
                          .created_at = kMade,
                          .updated_at = kMade,
                          .sequence = 1,
                          .status = status,
                          .payin = kPayin,
                          .amount = {25'000}};
  if (status == payments::RefundStatus::processed) {
    refund.sequence = 2;
    refund.updated_at = kDone;
    refund.utr = payments::Utr::trusted("632607184023");
  }
  return to_json(refund);
}
std::string example_of(Of<payments::VirtualAccount>, std::optional<payments::VirtualAccountStatus> asked) {
  const auto status = asked.value_or(payments::VirtualAccountStatus::active);
  const bool is_new = status == payments::VirtualAccountStatus::active;
  return to_json(payments::VirtualAccount{.id = id_of<payments::VirtualAccountId>(11),
                                          .client = kClient,
                                          .created_at = kMade,
                                          .updated_at = is_new ? kMade : kDone,
                                          .sequence = is_new ? 1U : 2U,
                                          .status = status,
                                          .account_number = payments::AccountNumber::trusted("990100000123"),
                                          .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                                          .reference_id = ReferenceId::trusted("shop-7")});
}
std::string example_of(Of<payments::BalanceThreshold>, std::optional<payments::ThresholdStatus> asked) {
  const auto status = asked.value_or(payments::ThresholdStatus::below);
  const bool is_new = status == payments::ThresholdStatus::above;
  return to_json(payments::BalanceThreshold{.id = id_of<payments::BalanceThresholdId>(52),
                                            .client = kClient,
                                            .created_at = kMade,
                                            .updated_at = is_new ? kMade : kDone,
                                            .sequence = is_new ? 1U : 2U,
                                            .status = status,
                                            .amount = {1'00'000'00},
                                            .available = {is_new ? 5'00'000'00 : 48'496'46}});
}
std::string example_of(Of<payments::Funding>, Always) {
  return to_json(payments::Funding{.id = id_of<payments::FundingId>(12),
                                   .client = kClient,
                                   .created_at = kMade,
                                   .updated_at = kMade,
                                   .sequence = 1,
                                   .amount = {5'000'000},
                                   .utr = payments::Utr::trusted("SBIN0326112200001")});
}
std::string example_of(Of<payments::SandboxClock>, Always) {
  return to_json(payments::SandboxClock{.client = kClient, .updated_at = kMade, .sequence = 1}, WithNow{kMoved});
}
std::string example_of(Of<engine::EventBody>, Always) {
  engine::StoredEvent stored{.position = 58, .event = {}};
  stored.event.type = kernel::EventType::payout_processed;
  stored.event.at = kDone;
  stored.event.mode = Mode::test;
  stored.event.object = payout_in(payments::PayoutStatus::processed);
  return to_json(engine::body_of(stored));
}

}  // namespace mohur::gateway
