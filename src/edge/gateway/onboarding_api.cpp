// How a business becomes a client: its application and documents, the review, and the decision of a second person.
#include "crypto/encoding.hpp"
#include "gateway/document_file.hpp"
#include "gateway/onboarding_inputs.hpp"
#include "gateway/route.hpp"
#include "gateway/sealing.hpp"
#include "gateway/terms_inputs.hpp"

namespace mohur::gateway {
namespace {

using registry::Application;
using registry::Client;
using registry::ClientStatus;
using registry::Permission;

Result<std::vector<registry::Contact>> seal_contacts(Sealing& sealing, const std::vector<ContactInput>& contacts) {
  if (contacts.size() > registry::kMostContacts) return refuse(Outcome::field_out_of_range, "contacts", "Expected 10 at most.");
  std::vector<registry::Contact> sealed;
  sealed.reserve(contacts.size());
  for (const ContactInput& contact : contacts)
    sealed.push_back({contact.role, sealing.value(contact.name.str(), vault::mask_name(contact.name.str())),
                      sealing.value(contact.email.str(), vault::mask_email(contact.email.str())),
                      sealing.value(contact.phone, vault::mask_phone)});
  return sealed;
}

Result<Application> seal_application(Sealing& sealing, const ApplyInput& input) {
  MOHUR_TRY(registry::check_business_ids(input.business_type, input.pan, input.gstin, input.registration_number));
  if (input.expected_volumes.payout_amount.minor < 0 || input.expected_volumes.payin_amount.minor < 0)
    return refuse(Outcome::field_out_of_range, "expected_volumes", "Expected amounts of zero and more.");
  MOHUR_TRY_SET(contacts, seal_contacts(sealing, input.contacts.value_or(std::vector<ContactInput>{})));
  return Application{.business_type = input.business_type,
                     .pan = sealing.value(input.pan.str(), vault::mask_account_number(input.pan.str())),
                     .gstin = sealing.value(input.gstin, vault::mask_account_number),
                     .registration_number = input.registration_number,
                     .registered_address = sealing.value(input.registered_address.str(), vault::mask_text()),
                     .operating_address = sealing.text(input.operating_address),
                     .contacts = std::move(contacts),
                     .expected_volumes = input.expected_volumes};
}

Result<kernel::Intent> apply(Call& call, const ApplyInput& input) {
  Sealing sealing = seal_for_new_subject(call);
  MOHUR_TRY_SET(application, seal_application(sealing, input));
  kernel::ApplyForClient intent{
      .legal_name = sealing.value(input.legal_name.str(), vault::mask_name(input.legal_name.str())),
      .contact_email = sealing.value(input.contact_email.str(), vault::mask_email(input.contact_email.str())),
      .merchant_category = input.merchant_category.str(),
      .agreement = {.version = 1,
                    .purposes = input.purposes,
                    .payer_types = input.payer_types,
                    .rails = input.rails,
                    .methods = input.methods,
                    .fees = {input.payout_fee.value_or(Amount{300}), input.payin_fee_basis_points.value_or(50)},
                    .plan = input.plan,
                    .payout_limits = input.payout_limits.value_or(std::vector<registry::PayoutLimit>{}),
                    .signed_money_out = input.signed_money_out.value_or(false)},
      .about = std::move(application),
      .reapplies = input.reapplies};
  MOHUR_TRY(check_fees(intent.agreement.fees));
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<Application> find_application(const Call& call) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  MOHUR_TRY_SET(found, call.services.archive.get<Application>(client.value));
  if (!found) return refuse(Outcome::not_found, "id");
  return std::move(*found);
}

Result<net::Response> application(Call& call) {
  MOHUR_TRY_SET(found, find_application(call));
  call.scopes |= bit_of(registry::Scope::read_personal);  // whoever may handle clients must read what they say
  return answer_with(call, found);
}

// The file is on the disk before the journal names it.
Result<kernel::Intent> add_document(Call& call, const DocumentInput& input) {
  MOHUR_TRY_SET(client, call.path_id<registry::ClientId>());
  const KnownClient* known = call.services.directory.find(client);
  if (known == nullptr) return refuse(Outcome::not_found, "id");
  const auto bytes = crypto::base64_decode(input.content.str());
  if (!bytes) return refuse(Outcome::field_malformed, "content", "Expected base64 with its padding.");
  MOHUR_TRY_SET(media, check_document(*bytes));
  Sealing sealing{call, known->subject};
  registry::Document document{.kind = input.kind,
                              .media = media,
                              .file_name = sealing.value(input.file_name.str(), vault::mask_text()),
                              .size = bytes->size()};
  MOHUR_TRY(sealing.outcome());
  MOHUR_TRY_SET(hash, call.services.documents.write(known->subject, *bytes));
  document.hash = hash.hex();
  return kernel::Intent{kernel::AddDocument{client, std::move(document)}};
}

Result<net::Response> document(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<registry::DocumentId>(1));
  MOHUR_TRY_SET(application, find_application(call));
  const auto found = std::ranges::find(application.documents, id, &registry::Document::id);
  if (found == application.documents.end()) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(bytes, call.services.documents.read(found->file_name.subject, found->hash));
  net::Response response;
  response.content_type = "application/octet-stream";  // nothing that a browser would show by itself
  response.add("Content-Disposition",
               "attachment; filename=\"" + id.to_string() + "." + std::string{to_token(found->media)} + "\"");
  response.body = std::move(bytes);
  return response;
}

Result<kernel::Intent> review(Call& call, const ReviewInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::ClientId>());
  return kernel::Intent{kernel::ReviewClient{id, input.risk_grade, input.checks, input.approver, input.plan}};
}

Result<kernel::Intent> approve(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::ClientId>());
  return kernel::Intent{kernel::DecideClient{id, ClientStatus::approved, std::nullopt}};
}

Result<kernel::Intent> decline(Call& call, const GroundInput& input) {
  MOHUR_TRY_SET(id, call.path_id<registry::ClientId>());
  return kernel::Intent{kernel::DecideClient{id, ClientStatus::declined, registry::Reason{input.ground, input.clause}}};
}

}  // namespace

std::vector<Route> onboarding_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Client, ApplyInput>("/v1/admin/clients", "File a client's application", "P1.1", Access::us,
                                             Permission::file_clients, IdempotencyRule::optional,
                                             {not_found, state_conflict, sector_prohibited, plan_not_for_risk}, apply, 201));
  Route whole = read("/v1/admin/clients/{id}/application", "Read an application in full", Access::us, Permission::file_clients,
                     {not_found}, application);
  gives<Application>(whole);
  whole.clause = "P1.1";
  routes.push_back(std::move(whole));
  routes.push_back(write<Application, DocumentInput>("/v1/admin/clients/{id}/documents", "Add a document to an application",
                                                     "P1.1", Access::us, Permission::file_clients, IdempotencyRule::optional,
                                                     {not_found, state_conflict, document_refused}, add_document, 201));
  routes.back().body_limit = 3u << 20;
  Route file = read("/v1/admin/clients/{id}/documents/{document}", "Get the file of a document", Access::us,
                    Permission::file_clients, {not_found, data_damaged}, document);
  file.media = "application/octet-stream";
  file.clause = "P1.1";
  routes.push_back(std::move(file));
  routes.push_back(write<Client, ReviewInput>(
      "/v1/admin/clients/{id}/review", "Grade the risk of an application and go through its check-list", "P1.1", Access::us,
      Permission::file_clients, IdempotencyRule::optional,
      {not_found, four_eyes_required, state_conflict, sector_prohibited, document_missing, plan_not_for_risk}, review));
  leaves<Client, ClientStatus::under_review>(routes.back());
  routes.push_back(write<Client, NoInput>(
      "/v1/admin/clients/{id}/approve", "Approve a client", "P1.1", Access::us, Permission::decide_clients,
      IdempotencyRule::optional,
      {not_found, four_eyes_required, state_conflict, sector_prohibited, check_failed, approver_named, plan_not_for_risk},
      approve));
  leaves<Client, ClientStatus::approved>(routes.back());
  routes.push_back(write<Client, GroundInput>("/v1/admin/clients/{id}/decline", "Decline an application", "P1.1", Access::us,
                                              Permission::decide_clients, IdempotencyRule::optional,
                                              {not_found, four_eyes_required, state_conflict}, decline));
  leaves<Client, ClientStatus::declined>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
