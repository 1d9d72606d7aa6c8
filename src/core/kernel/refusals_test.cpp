// Every refusal of every decision, by table: what must be wrong for it to be told, and what it names.
#include <functional>

#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using registry::ClientStatus;

constexpr Key128 kNobodys{77, 77};
const registry::BoundCertificate kCertificate{registry::Thumbprint::trusted(std::string(43, 'A')), {}, {}};

// A house with one of everything, that a row spoils in one way.
struct Furnished : House {
  Furnished() {
    const auto customer = registry::by_credential({});
    fund({1'000'000});
    beneficiary = first<payments::Beneficiary>(
                      send(CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)}, customer, client))
                      .id;
    payin = first<payments::Payin>(
                send(CreatePayin{.order = {.amount = {50'000}}, .reference_claim = some_key(2, 1)}, customer, client))
                .id;
    EXPECT_TRUE(send(ReportCollection{payin, some_key(3, 1), {.amount = {50'000}}}, registry::by_rail()));
    attempt = payments::AttemptId{disk.find<Claim>(some_key(3, 1))->object};
    pending_attempt_of(first<payments::Payin>(send(CreatePayin{.order = {.amount = {50'000}}}, customer, client)).id);
    account = first<payments::VirtualAccount>(send(CreateVirtualAccount{.account_claim = some_key(4, 1)}, customer, client)).id;
    payout = first<payments::Payout>(send(CreatePayout{beneficiary, {.amount = {10'000}}, {}}, customer, client)).id;
    refund = first<payments::Refund>(send(CreateRefund{payin, {.amount = Amount{1'000}}, {}}, customer, client)).id;
    endpoint = first<registry::WebhookEndpoint>(send(CreateWebhookEndpoint{"https://example.com", "s", {}}, customer, client)).id;
    credential =
        first<registry::Credential>(send(IssueCredential{.client = client, .label = "l", .claim = some_key(5, 1)}, asha)).id;
    applicant = first<registry::Client>(send(ApplyForClient{{}, {}, "5411", everything()}, asha)).id;
  }
  void pending_attempt_of(payments::PayinId id) {
    const payments::CollectionReport pending{.status = payments::AttemptStatus::pending, .amount = {50'000}};
    EXPECT_TRUE(send(ReportCollection{id, some_key(3, 2), pending}, registry::by_rail()));
    open_attempt = payments::AttemptId{disk.find<Claim>(some_key(3, 2))->object};
    open_payin = id;
  }
  void must(Intent intent, registry::Caller caller = registry::by_credential({})) {
    EXPECT_TRUE(send(std::move(intent), caller, client));
  }
  void narrow(std::function<void(registry::Agreement&)> change) {
    registry::Client changed = *disk.find<registry::Client>(client.value);
    change(changed.agreement);
    state.shelf<registry::Client>().put(client.value, changed, state.position);
  }
  Intent pay_in(payments::PayinOrder order) {
    return CreatePayin{.order = order,
                       .account_number = payments::AccountNumber::trusted("99011"),
                       .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                       .account_claim = some_key(4, 9)};
  }

  payments::BeneficiaryId beneficiary;
  payments::PayinId payin, open_payin;
  payments::AttemptId attempt, open_attempt;
  payments::VirtualAccountId account;
  payments::PayoutId payout;
  payments::RefundId refund;
  registry::WebhookEndpointId endpoint;
  registry::CredentialId credential;
  ClientId applicant;
};

struct Row {
  Outcome outcome;
  std::string_view field;
  std::function<Intent(Furnished&)> spoil;
  enum class By : std::uint8_t { owner, asha, bina, other_client, other_mode } by = By::owner;
};

void expect_refusals(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Furnished house;
    const Intent intent = row.spoil(house);
    using enum Row::By;
    const bool by_person = row.by == asha || row.by == bina;
    const registry::Caller caller = row.by == asha ? house.asha : row.by == bina ? house.bina : registry::by_credential({});
    const ClientId client = by_person ? ClientId{} : row.by == other_client ? house.applicant : house.client;
    const std::uint64_t before = house.state.position;
    const auto sent = house.send(intent, caller, client, row.by == other_mode ? Mode::live : Mode::test);
    const auto name = testing::Message() << "intent " << intent.index() << ", expected " << to_token(row.outcome);
    ASSERT_FALSE(sent) << name;
    EXPECT_EQ(to_token(sent.error().outcome), to_token(row.outcome)) << name;
    EXPECT_EQ(sent.error().field, row.field) << name;
    EXPECT_EQ(house.state.position, before) << name << ": a refusal leaves no trace";
  }
}

using By = Row::By;
using enum Outcome;

TEST(Refusals, OfTheOperatorsPeople) {
  expect_refusals({
      {state_conflict, "", [](auto&) { return FoundHouse{}; }},
      {role_missing, "", [](auto&) { return FoundHouse{}; }, By::asha},
      {scope_missing, "", [](auto&) { return ApplyForClient{}; }},
      {sector_prohibited, "merchant_category", [](auto&) { return ApplyForClient{.merchant_category = "7995"}; }, By::asha},
      {scope_missing, "", [](auto& h) { return good_review(h.applicant); }},
      {not_found, "client", [](auto&) { return good_review({kNobodys}); }, By::asha},
      {scope_missing, "", [](auto& h) { return AddDocument{h.applicant, {}}; }},
      {not_found, "client", [](auto&) { return AddDocument{{kNobodys}, {}}; }, By::asha},
      {document_missing, "documents", [](auto& h) { return good_review(h.applicant); }, By::asha},
      {not_found, "client", [](auto&) { return DecideClient{{kNobodys}, ClientStatus::approved, {}}; }, By::asha},
      {four_eyes_required, "", [](auto& h) { return DecideClient{h.applicant, ClientStatus::approved, {}}; }, By::asha},
      {field_missing, "ground", [](auto& h) { return DecideClient{h.applicant, ClientStatus::declined, {}}; }, By::bina},
      {state_conflict, "", [](auto& h) { return DecideClient{h.applicant, ClientStatus::approved, {}}; }, By::bina},
      {state_conflict, "",
       [](auto& h) { return h.bring_to(ClientStatus::suspended), DecideClient{h.client, ClientStatus::approved, {}}; }, By::bina},
      {scope_missing, "", [](auto& h) { return IssueCredential{.client = h.client}; }},
      {not_found, "client", [](auto&) { return IssueCredential{.client = {kNobodys}}; }, By::asha},
      {client_not_approved, "", [](auto& h) { return IssueCredential{.client = h.applicant}; }, By::asha},
      {client_terminated, "", [](auto& h) { return h.bring_to(ClientStatus::terminated), IssueCredential{.client = h.client}; },
       By::asha},
      {time_not_in_future, "expires_at", [](auto& h) { return IssueCredential{.client = h.client, .expires_at = h.at}; },
       By::asha},
      {scope_missing, "", [](auto& h) { return IssueOperatorCredential{.person = *h.bina.person()}; }},
      {role_missing, "", [](auto& h) { return IssueOperatorCredential{.person = *h.bina.person()}; }, By::asha},
      {state_conflict, "",
       [](auto& h) { return IssueOperatorCredential{.person = *h.asha.person(), .replaced = {101, h.credential}}; }, By::asha},
      {not_found, "credential",
       [](auto& h) { return IssueOperatorCredential{.person = *h.asha.person(), .replaced = {h.credential}}; }, By::asha},
      {field_out_of_range, "networks",
       [](auto& h) { return IssueCredential{.client = h.client, .networks = std::vector<registry::Network>(51)}; }, By::asha},
      {not_found, "credential", [](auto&) { return RotateCredential{{kNobodys}, {}}; }, By::asha},
      {not_found, "credential", [](auto& h) { return RotateCredential{h.credential, {}}; }, By::other_client},
      {field_out_of_range, "overlap_s", [](auto& h) { return RotateCredential{h.credential, {"s", "l", days(8)}}; }, By::asha},
      {not_found, "credential", [](auto& h) { return SetNetworks{h.credential, {}}; }, By::other_client},
      {state_conflict, "", [](auto& h) { return h.must(RevokeCredential{h.credential}, h.asha), SetNetworks{h.credential, {}}; },
       By::asha},
      {not_found, "credential", [](auto& h) { return SetSigningKey{h.credential, {}}; }, By::other_client},
      {field_out_of_range, "overlap_s",
       [](auto& h) { return SetSigningKey{h.credential, {.public_key = {}, .secret = "s", .overlap = days(8)}}; }, By::asha},
      {state_conflict, "",
       [](auto& h) { return h.must(RevokeCredential{h.credential}, h.asha), SetSigningKey{h.credential, {}}; }, By::asha},
      {not_found, "credential", [](auto& h) { return AddCertificate{h.credential, kCertificate}; }, By::other_client},
      {state_conflict, "",
       [](auto& h) { return h.must(RevokeCredential{h.credential}, h.asha), AddCertificate{h.credential, kCertificate}; },
       By::asha},
      {state_conflict, "thumbprint",
       [](auto& h) {
         h.must(AddCertificate{h.credential, kCertificate}, h.asha);
         return AddCertificate{h.credential, kCertificate};
       },
       By::asha},
      {not_found, "thumbprint", [](auto& h) { return RemoveCertificate{h.credential, kCertificate.thumbprint}; }, By::asha},
      {not_found, "credential", [](auto& h) { return RemoveCertificate{h.credential, kCertificate.thumbprint}; },
       By::other_client},
      {not_found, "credential", [](auto& h) { return RevokeToken{{{1, 1}}, h.credential, h.at}; }, By::other_client},
      {not_found, "credential", [](auto&) { return ReportCompromise{{kNobodys}, {}}; }, By::asha},
      {not_found, "credential", [](auto& h) { return ReportCompromise{h.credential, {}}; }, By::other_client},
      {state_conflict, "",
       [](auto& h) { return h.must(RevokeCredential{h.credential}, h.asha), ReportCompromise{h.credential, {}}; }, By::asha},
      {not_found, "incident", [](auto&) { return CloseIncident{{kNobodys}, "f"}; }, By::asha},
      {scope_missing, "", [](auto&) { return CloseIncident{{kNobodys}, "f"}; }},
      {not_found, "credential", [](auto&) { return RevokeCredential{{kNobodys}}; }, By::asha},
      {not_found, "credential", [](auto& h) { return RevokeCredential{h.credential}; }, By::other_client},
      {state_conflict, "", [](auto& h) { return h.must(RevokeCredential{h.credential}, h.asha), RevokeCredential{h.credential}; },
       By::asha},
      {not_found, "client", [](auto&) { return FundBalance{.client = {kNobodys}, .amount = {1}}; }, By::asha},
      {client_not_approved, "", [](auto& h) { return FundBalance{.client = h.applicant, .amount = {1}}; }, By::asha},
      {client_suspended, "",
       [](auto& h) { return h.bring_to(ClientStatus::suspended), FundBalance{.client = h.client, .amount = {1}}; }, By::asha},
      {amount_not_positive, "amount", [](auto& h) { return FundBalance{.client = h.client, .amount = {0}}; }, By::asha},
      {state_conflict, "utr", [](auto& h) { return FundBalance{.client = h.client, .amount = {0}, .claim = some_key(3, 1)}; },
       By::asha},
      {amount_above_maximum, "amount", [](auto& h) { return FundBalance{.client = h.client, .amount = {10'000'000'000'001}}; },
       By::asha},
  });
}

TEST(Refusals, OfAClientsOwnThings) {
  expect_refusals({
      {not_found, "webhook_endpoint", [](auto&) { return SetWebhookEndpoint{{kNobodys}}; }},
      {not_found, "webhook_endpoint", [](auto& h) { return SetWebhookEndpoint{h.endpoint}; }, By::other_client},
      {not_found, "webhook_endpoint", [](auto& h) { return SetWebhookEndpoint{h.endpoint}; }, By::other_mode},
      {state_conflict, "", [](auto& h) { return SetWebhookEndpoint{h.endpoint, registry::WebhookEndpointStatus::enabled}; }},
      {not_found, "webhook_endpoint", [](auto& h) { return RotateWebhookSecret{h.endpoint, "s"}; }, By::other_client},
      {mode_mismatch, "", [](auto& h) { return AdvanceSandboxClock{h.at + seconds(1)}; }, By::other_mode},
      {clock_backwards, "now", [](auto& h) { return AdvanceSandboxClock{h.at}; }},
      {time_too_far, "now", [](auto& h) { return AdvanceSandboxClock{h.at + days(3'660) + Duration{1}}; }},
      {client_not_approved, "", [](auto&) { return CreateBeneficiary{{}, some_key(1, 9)}; }, By::other_client},
      {client_suspended, "", [](auto& h) { return h.bring_to(ClientStatus::suspended), CreateBeneficiary{{}, some_key(1, 9)}; }},
      {not_found, "beneficiary", [](auto&) { return DeactivateBeneficiary{{kNobodys}}; }},
      {not_found, "beneficiary", [](auto& h) { return DeactivateBeneficiary{h.beneficiary}; }, By::other_client},
      {state_conflict, "",
       [](auto& h) { return h.must(DeactivateBeneficiary{h.beneficiary}), DeactivateBeneficiary{h.beneficiary}; }},
  });
}

TEST(Refusals, OfPayins) {
  expect_refusals({
      {client_not_approved, "", [](auto& h) { return h.pay_in({.amount = {100}}); }, By::other_client},
      {client_suspended, "", [](auto& h) { return h.bring_to(ClientStatus::suspended), h.pay_in({.amount = {0}}); }},
      {reference_id_reused, "reference_id", [](auto&) { return CreatePayin{.reference_claim = some_key(2, 1)}; }},
      {payer_type_not_approved, "payer_type",
       [](auto& h) { return h.narrow([](auto& a) { a.payer_types.clear(), a.methods.clear(); }), h.pay_in({.amount = {100}}); }},
      {method_not_approved, "method",
       [](auto& h) { return h.narrow([](auto& a) { a.methods.clear(); }), h.pay_in({.amount = {0}}); }},
      {amount_not_positive, "amount", [](auto& h) { return h.pay_in({.amount = {0}, .expires_at = h.at}); }},
      {amount_above_maximum, "amount", [](auto& h) { return h.pay_in({.amount = {10'000'001}, .expires_at = h.at}); }},
      {time_not_in_future, "expires_at", [](auto& h) { return h.pay_in({.amount = {100}, .expires_at = h.at}); }},
      {time_too_far, "expires_at", [](auto& h) { return h.pay_in({.amount = {100}, .expires_at = h.at + days(181)}); }},
      {not_found, "payin", [](auto& h) { return CancelPayin{h.open_payin}; }, By::other_client},
      {not_found, "payin", [](auto& h) { return CancelPayin{h.open_payin}; }, By::other_mode},
      {state_conflict, "", [](auto& h) { return CancelPayin{h.payin}; }},
      {not_found, "payin", [](auto&) { return WakePayin{{kNobodys}}; }},
      {state_conflict, "", [](auto& h) { return WakePayin{h.open_payin}; }},
      {state_conflict, "", [](auto& h) { return h.at = h.at + days(365), WakePayin{h.payin}; }},
      {not_found, "payin", [](auto&) { return ReportCollection{{kNobodys}, some_key(3, 9), {.amount = {1}}}; }},
      {amount_not_positive, "amount", [](auto&) { return ReportBankCredit{.claim = some_key(6, 1)}; }},
      {not_found, "attempt", [](auto&) { return ReportEscrowCredit{{kNobodys}}; }},
      {state_conflict, "", [](auto& h) { return ReportEscrowCredit{h.open_attempt}; }},
      {client_suspended, "", [](auto& h) { return h.bring_to(ClientStatus::suspended), CreateVirtualAccount{}; }},
      {reference_id_reused, "reference_id",
       [](auto& h) {
         return h.narrow([](auto& a) { a.methods.clear(); }), CreateVirtualAccount{.reference_claim = some_key(2, 1)};
       }},
      {method_not_approved, "method",
       [](auto& h) { return h.narrow([](auto& a) { a.methods.clear(); }), CreateVirtualAccount{}; }},
      {payer_type_not_approved, "payer_type",
       [](auto& h) { return h.narrow([](auto& a) { a.payer_types.clear(); }), CreateVirtualAccount{}; }},
      {not_found, "virtual_account", [](auto& h) { return CloseVirtualAccount{h.account}; }, By::other_client},
      {state_conflict, "", [](auto& h) { return h.must(CloseVirtualAccount{h.account}), CloseVirtualAccount{h.account}; }},
  });
}

TEST(Refusals, OfRefunds) {
  expect_refusals({
      {client_suspended, "",
       [](auto& h) { return h.bring_to(ClientStatus::suspended), CreateRefund{{kNobodys}, {}, some_key(2, 1)}; }},
      {reference_id_reused, "reference_id", [](auto&) { return CreateRefund{{kNobodys}, {}, some_key(2, 1)}; }},
      {not_found, "payin", [](auto& h) { return CreateRefund{h.payin, {}, {}}; }, By::other_mode},
      {amount_not_positive, "amount", [](auto& h) { return CreateRefund{h.payin, {.amount = Amount{0}}, {}}; }},
      {refund_exceeds_paid, "amount", [](auto& h) { return CreateRefund{h.payin, {.amount = Amount{49'001}}, {}}; }},
      {refund_exceeds_paid, "amount", [](auto& h) { return CreateRefund{h.open_payin, {}, {}}; }},
      {insufficient_balance, "amount", [](auto& h) { return CreateRefund{h.payin, {.amount = Amount{49'000}}, {}}; }},
      {not_found, "refund", [](auto&) { return ReportRefund{{kNobodys}, {}}; }},
      {not_found, "refund", [](auto&) { return WakeRefund{{kNobodys}}; }},
      {state_conflict, "", [](auto& h) { return WakeRefund{h.refund}; }},
  });
}

TEST(Refusals, OfPayouts) {
  const auto order = [](std::int64_t minor) { return payments::PayoutOrder{.amount = {minor}}; };
  expect_refusals({
      {client_not_approved, "", [&](auto& h) { return CreatePayout{h.beneficiary, order(100), {}}; }, By::other_client},
      {client_suspended, "",
       [&](auto& h) { return h.bring_to(ClientStatus::suspended), CreatePayout{{kNobodys}, order(0), some_key(2, 1)}; }},
      {client_terminated, "",
       [&](auto& h) { return h.bring_to(ClientStatus::terminated), CreatePayout{{kNobodys}, order(0), some_key(2, 1)}; }},
      {client_restricted, "",
       [&](auto& h) { return h.bring_to(ClientStatus::restricted), CreatePayout{{kNobodys}, order(0), some_key(2, 1)}; }},
      {reference_id_reused, "reference_id", [&](auto&) { return CreatePayout{{kNobodys}, order(0), some_key(2, 1)}; }},
      {purpose_not_approved, "purpose",
       [&](auto& h) { return h.narrow([](auto& a) { a.purposes.clear(); }), CreatePayout{{kNobodys}, order(0), {}}; }},
      {rail_not_approved, "rail",
       [&](auto& h) {
         return h.narrow([](auto& a) { a.rails.clear(); }),
                CreatePayout{{kNobodys}, {.amount = {0}, .rail = registry::Rail::upi}, {}};
       }},
      {rail_not_approved, "rail",
       [&](auto& h) { return h.narrow([](auto& a) { a.rails.clear(); }), CreatePayout{h.beneficiary, order(0), {}}; }},
      {not_found, "beneficiary", [&](auto&) { return CreatePayout{{kNobodys}, order(0), {}}; }},
      {not_found, "beneficiary", [&](auto& h) { return CreatePayout{h.beneficiary, order(100), {}}; }, By::other_mode},
      {beneficiary_inactive, "beneficiary",
       [&](auto& h) { return h.must(DeactivateBeneficiary{h.beneficiary}), CreatePayout{h.beneficiary, order(0), {}}; }},
      {insufficient_balance, "amount", [&](auto& h) { return CreatePayout{h.beneficiary, order(989'647), {}}; }},
      {not_found, "payout", [](auto& h) { return CancelPayout{h.payout}; }, By::other_client},
      {state_conflict, "", [](auto& h) { return CancelPayout{h.payout}; }},
      {not_found, "payout", [](auto&) { return ReportPayout{{kNobodys}, {}}; }},
      {not_found, "payout", [](auto&) { return WakePayout{{kNobodys}}; }},
      {state_conflict, "", [](auto& h) { return WakePayout{h.payout}; }},
  });
}

// What a rail says has happened: it is never dropped, also where the books have no room for it.
TEST(Refusals, AReportThatCannotBePostedIsPutBeforeAPerson) {
  constexpr Amount kAll{std::numeric_limits<std::int64_t>::max()};
  const auto raised = [](House& house, const Intent& intent) {
    const std::uint64_t before = house.state.position;
    const auto sent = house.send(intent, registry::by_rail());
    ASSERT_TRUE(sent) << to_token(sent.error().outcome);
    ASSERT_EQ(sent->size(), 1U);
    EXPECT_EQ(sent->front().type, EventType::exception_raised);
    EXPECT_TRUE(sent->front().transfers.empty());
    EXPECT_EQ(house.state.position, before + 1);
  };
  Furnished house;
  raised(house, ReportCollection{house.open_payin, some_key(3, 9), {.amount = kAll}});
  EXPECT_TRUE(house.send(ReportBankCredit{.amount = {1}, .claim = some_key(6, 1)}, registry::by_rail()));
  raised(house, ReportBankCredit{.amount = kAll, .utr = payments::Utr::trusted("UTR000009"), .claim = some_key(6, 2)});
}

TEST(Refusals, ToThePaisaWhatIsThereMayGo) {
  Furnished house;
  EXPECT_TRUE(house.send(CreatePayout{house.beneficiary, {.amount = {989'292}}, {}}, {}, house.client))
      << "10,000.00 less 100.00 and twice 3.54";
  EXPECT_EQ(house.available(), 0);
}

TEST(Refusals, ADifferentRequestUnderAUsedKeyIsRefusedBeforeAnythingElseIsLookedAt) {
  Furnished house;
  const Idempotency key{{9, 9}, 1};
  const CreatePayout intent{house.beneficiary, {.amount = {100}}, {}};
  ASSERT_TRUE(house.send(intent, {}, house.client, Mode::test, key));
  const std::uint64_t position = house.state.position;
  house.bring_to(ClientStatus::suspended);
  const auto again = house.decide(house.command(intent, {}, house.client, Mode::test, key));
  ASSERT_TRUE(again) << "what was answered once is answered the same way again";
  EXPECT_EQ(again->replay_of, position);
  const auto other = house.send(intent, {}, house.client, Mode::test, Idempotency{{9, 9}, 2});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().outcome, idempotency_key_reused);
}

TEST(Refusals, ARefusedCallDoesNotUseItsKeyUp) {
  Furnished house;
  const Idempotency key{{9, 9}, 1};
  ASSERT_FALSE(house.send(CreatePayout{house.beneficiary, {.amount = {99'999'999}}, {}}, {}, house.client, Mode::test, key));
  house.fund({100'000'000});
  EXPECT_FALSE(house.send(CreatePayout{house.beneficiary, {.amount = {50'000'001}, .rail = registry::Rail::imps}, {}}, {},
                          house.client, Mode::test, key));
  EXPECT_TRUE(house.send(CreatePayout{house.beneficiary, {.amount = {49'000'000}}, {}}, {}, house.client, Mode::test, key));
}

TEST(Refusals, TheSameBeneficiaryIsTheSameOneUntilItIsDeactivated) {
  Furnished house;
  const Intent intent = CreateBeneficiary{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)};
  const auto again = house.decide(house.command(intent, {}, house.client, Mode::test));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->events.empty());
  EXPECT_EQ(again->existing, house.beneficiary.value);
  ASSERT_TRUE(house.send(DeactivateBeneficiary{house.beneficiary}, {}, house.client));
  const auto fresh = house.send(intent, {}, house.client);
  EXPECT_NE(first<payments::Beneficiary>(fresh).id, house.beneficiary);
}

TEST(Refusals, AnOperatorsKeyIsReplacedByItsPersonOrByTheSystem) {
  Furnished house;
  const registry::CredentialId old{house.disk.find<Claim>(some_key(90, 2))->object};
  const IssueOperatorCredential intent{.person = *house.bina.person(), .claim = some_key(90, 3), .replaced = {old}};
  const auto made = house.send(intent, house.bina, {}, Mode::live);
  ASSERT_TRUE(made);
  EXPECT_EQ(types_of(*made), (std::vector<std::string>{"credential.issued", "credential.revoked"}));
  EXPECT_EQ(house.disk.find<registry::Credential>(old.value)->status, registry::CredentialStatus::revoked);
  const auto again = house.send(intent, registry::by_system(), {}, Mode::live);
  EXPECT_EQ(types_of(*again), std::vector<std::string>{"credential.issued"}) << "what has ended does not end again";
  EXPECT_EQ(first<registry::Credential>(again).issued_by, std::nullopt);
}

TEST(Refusals, AKeyThatFoundABeneficiaryIsKeptLikeAnyOther) {
  Furnished house;
  const Idempotency key{{9, 9}, 1};
  const CreateBeneficiary intent{{.kind = payments::BeneficiaryKind::vendor}, some_key(1, 1)};
  const auto found = house.decide(house.command(intent, {}, house.client, Mode::test, key));
  ASSERT_TRUE(found);
  EXPECT_EQ(types_of(found->events), std::vector<std::string>{"beneficiary.matched"});
  EXPECT_EQ(found->existing, house.beneficiary.value);
  for (const Event& event : found->events) house.apply(event);
  EXPECT_EQ(house.disk.find<payments::Beneficiary>(house.beneficiary.value)->sequence, 2U);

  const std::uint64_t position = house.state.position;
  const auto again = house.decide(house.command(intent, {}, house.client, Mode::test, key));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->replay_of, position);
  const CreateBeneficiary another{{.kind = payments::BeneficiaryKind::partner}, some_key(1, 2)};
  const auto other = house.send(another, {}, house.client, Mode::test, Idempotency{{9, 9}, 2});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().outcome, idempotency_key_reused);
  EXPECT_EQ(house.state.position, position);
}

}  // namespace
}  // namespace mohur::kernel
