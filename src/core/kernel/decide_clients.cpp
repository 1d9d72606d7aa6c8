// Decisions about who becomes a client: the application, its documents, its review, and the decision of a second person.
#include "kernel/decision.hpp"
#include "policy/sectors.hpp"

namespace mohur::kernel {
namespace {

using ledger::AccountCode;
using registry::Application;
using registry::Client;
using registry::ClientStatus;
using registry::RiskGrade;

constexpr AccountCode kClientAccounts[] = {AccountCode::client_collections, AccountCode::client_payout, AccountCode::client_held};

// The least risk that a business of this sector has.
RiskGrade least_risk(std::string_view merchant_category, Time at) {
  return policy::risk_of(merchant_category, at) == policy::SectorRisk::usual ? RiskGrade::low : RiskGrade::high;
}

// An application is stored under its client's id.
Result<const Application*> application_of(const Decision& decision, ClientId client) {
  const auto* application = decision.state().find<Application>(client.value);
  if (application == nullptr) return refuse(Outcome::not_found, "client");
  return application;
}

Result<void> check_reapplies(const Decision& decision, const std::optional<ClientId>& previous) {
  if (!previous) return {};
  const Client* client = decision.state().find<Client>(previous->value);
  if (client == nullptr) return refuse(Outcome::not_found, "reapplies");
  if (client->status == ClientStatus::declined) return {};
  return refuse(Outcome::state_conflict, "reapplies",
                "That application is " + std::string{to_token(client->status)} + ", not declined.");
}

}  // namespace

Added decide(Decision& decision, const ApplyForClient& intent) {
  const Time now = decision.command().at;
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY(policy::check_sector(intent.merchant_category, now));
  MOHUR_TRY(check_reapplies(decision, intent.reapplies));
  MOHUR_TRY(decision.check_plan(intent.agreement.plan, least_risk(intent.merchant_category, now)));
  MOHUR_TRY(policy::check_payout_limits(intent.agreement.payout_limits));

  // After this point, the application is filed.
  const Client client{.id = decision.next_id<ClientId>(),
                      .created_at = now,
                      .updated_at = now,
                      .sequence = 1,
                      .legal_name = intent.legal_name,
                      .contact_email = intent.contact_email,
                      .merchant_category = intent.merchant_category,
                      .agreement = intent.agreement,
                      .applied_by = person,
                      .previous = intent.reapplies,
                      .counts_payouts = !intent.agreement.payout_limits.empty()};
  Application application = intent.about;
  application.client = client.id;
  application.created_at = application.updated_at = now;
  application.sequence = 1;
  decision.add(EventType::client_applied, Object{client}, client.id, Mode::live);
  decision.add(EventType::application_filed, Object{std::move(application)}, client.id, Mode::live);
  return {};
}

Added decide(Decision& decision, const AddDocument& intent) {
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY_SET(application, application_of(decision, client->id));
  if (client->status == ClientStatus::declined || client->status == ClientStatus::terminated)
    return refuse(Outcome::state_conflict, {}, "The client is " + std::string{to_token(client->status)} + ".");
  registry::Document document = intent.document;
  document.id = decision.next_id<registry::DocumentId>();
  document.added_by = person;
  document.added_at = decision.command().at;
  MOHUR_TRY_SET(after, registry::add_document(*application, std::move(document), decision.command().at));
  decision.add(EventType::application_document_added, Object{std::move(after)}, client->id, Mode::live);
  return {};
}

// Whoever is named can decide it.
Result<void> check_approver(const Decision& decision, const std::optional<registry::PersonId>& approver) {
  if (!approver) return {};
  const auto* person = decision.state().find<registry::Person>(approver->value);
  if (person == nullptr) return refuse(Outcome::not_found, "approver");
  if (registry::may(*person, registry::Permission::decide_clients)) return {};
  return refuse(Outcome::role_missing, "approver", "No role of this person permits to decide about clients.");
}

Added decide(Decision& decision, const ReviewClient& intent) {
  const Time now = decision.command().at;
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY_SET(application, application_of(decision, client->id));
  MOHUR_TRY(policy::check_sector(client->merchant_category, now));
  MOHUR_TRY(check_approver(decision, intent.approver));
  const registry::Review review{intent.grade, intent.checks, intent.approver, person};
  MOHUR_TRY_SET(reviewed, registry::review(*application, review, least_risk(client->merchant_category, now), now));
  MOHUR_TRY_SET(after, registry::review_client(*client, review, intent.plan, now));
  MOHUR_TRY(decision.check_plan(after.agreement.plan, after.risk_grade));
  decision.add(EventType::client_reviewed, Object{std::move(after)}, client->id, Mode::live);
  decision.add(EventType::application_reviewed, Object{std::move(reviewed)}, client->id, Mode::live);
  return {};
}

// Approval opens the client's accounts in both books.
Added decide(Decision& decision, const DecideClient& intent) {
  const Time now = decision.command().at;
  MOHUR_TRY_SET(person, decision.person());
  MOHUR_TRY_SET(client, decision.client(intent.client));
  MOHUR_TRY_SET(after, registry::decide_client(*client, {intent.to, person, intent.reason}, now));
  const bool is_approved = intent.to == ClientStatus::approved;
  if (is_approved) {
    MOHUR_TRY_SET(application, application_of(decision, client->id));
    MOHUR_TRY(policy::check_sector(client->merchant_category, now));
    MOHUR_TRY(registry::check_approval(*application, person));
    MOHUR_TRY(decision.check_plan(client->agreement.plan, client->risk_grade));
  }
  decision.add(is_approved ? EventType::client_approved : EventType::client_declined, Object{after}, after.id, Mode::live);
  if (is_approved)
    for (const Mode mode : {Mode::test, Mode::live})
      for (const AccountCode code : kClientAccounts) open_account(decision, mode, code, after.id);
  return {};
}

}  // namespace mohur::kernel
