// What is sent about clients before they are clients, and about whom they send money for.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

// A file, in base64.
struct FileRule {
  static constexpr std::string_view name = "file";
  static constexpr std::size_t min = 4, max = (registry::kMostDocumentBytes + 2) / 3 * 4;
  static constexpr std::string_view pattern = "^[A-Za-z0-9+/]+={0,2}$";
  static bool valid(std::string_view t) {
    return payments::all_of_text(t, [](char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '='; });
  }
};
struct ContactInput {
  registry::ContactRole role = registry::ContactRole::business;
  FreeText<120> name;
  Text<EmailRule> email;
  std::optional<Text<PhoneRule>> phone;
  MOHUR_DESCRIBE(ContactInput, (1, role), (2, name), (3, email), (4, phone))
};
struct DocumentInput {
  registry::DocumentKind kind = registry::DocumentKind::other;
  FreeText<120> file_name;
  Text<FileRule> content;
  MOHUR_DESCRIBE(DocumentInput, (1, kind, "What it is for."), (2, file_name),
                 (3, content, "A PDF, PNG or JPEG of 2 MiB at most, in base64."))
};
struct ReviewInput {
  registry::RiskGrade risk_grade = registry::RiskGrade::low;
  std::vector<registry::CheckResult> checks;
  std::optional<registry::PersonId> approver;
  std::optional<registry::PlanId> plan;
  MOHUR_DESCRIBE(ReviewInput, (1, risk_grade, "Not below that of the sector."),
                 (2, checks, "Each check that its type of business has, once."),
                 (3, approver, "Who must decide about it; required where the risk is high, and not you."),
                 (4, plan, "Instead of the one that was applied for."))
};
struct ApplyInput {
  FreeText<120> legal_name;
  Text<EmailRule> contact_email;
  Text<CategoryRule> merchant_category;
  std::vector<registry::Purpose> purposes;
  std::vector<registry::PayerType> payer_types;
  std::vector<registry::Rail> rails;
  std::vector<registry::CollectionMethod> methods;
  std::optional<Amount> payout_fee;
  std::optional<std::uint16_t> payin_fee_basis_points;
  std::optional<registry::PlanId> plan;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<bool> signed_money_out;
  registry::BusinessType business_type = registry::BusinessType::proprietorship;
  registry::Pan pan;
  std::optional<registry::Gstin> gstin;
  std::optional<registry::RegistrationNumber> registration_number;
  FreeText<300> registered_address;
  std::optional<FreeText<300>> operating_address;
  std::optional<std::vector<ContactInput>> contacts;
  registry::ExpectedVolumes expected_volumes;
  std::optional<registry::ClientId> reapplies;
  MOHUR_DESCRIBE(ApplyInput, (1, legal_name), (2, contact_email), (3, merchant_category, "Four digits, ISO 18245."),
                 (4, purposes, "What payouts may be for."), (5, payer_types, "Who may pay pay-ins."),
                 (6, rails, "How payouts may be sent."), (7, methods, "How pay-ins may be collected."),
                 (8, payout_fee, "Charged for each payout, before tax; 300 paise when absent."),
                 (9, payin_fee_basis_points,
                  "Charged on each paid pay-in, in hundredths of a percent, before tax; 50 when absent."),
                 (10, plan, "How often the API may be called; the standard plan when absent."),
                 (11, payout_limits, "How much money may be sent."),
                 (12, signed_money_out, "Whether calls that send money out must be signed; not when absent."),
                 (13, business_type), (14, pan), (15, gstin, "Of the same PAN."),
                 (16, registration_number, "CIN of a company, LLPIN of a limited liability partnership."),
                 (17, registered_address), (18, operating_address, "Where that is another one."),
                 (19, contacts, "People to turn to, 10 at most."), (20, expected_volumes, "Of a usual month."),
                 (21, reapplies, "The client of a declined application that this one follows."))
};
struct GroundInput {
  registry::Ground ground = registry::Ground::policy_breach;
  registry::Clause clause = registry::Clause::P8_1;
  MOHUR_DESCRIBE(GroundInput, (1, ground, "What it is for."), (2, clause, "The clause of the usage policy behind it."))
};
struct SublicenceInput {
  FreeText<120> name;
  FreeText<500> reason;
  registry::DocumentId approval;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  MOHUR_DESCRIBE(SublicenceInput, (1, name, "Of the third party."), (2, reason, "Why the client sends money for it."),
                 (3, approval, "The written approval: a document of the client's application."),
                 (4, payout_limits, "What its payouts keep to, besides the limits of the client's agreement."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<DocumentInput>);
std::string example_of(std::type_identity<ReviewInput>);
std::string example_of(std::type_identity<ApplyInput>);
std::string example_of(std::type_identity<GroundInput>);
std::string example_of(std::type_identity<SublicenceInput>);

}  // namespace mohur::gateway
