#include "registry/application.hpp"

#include <algorithm>

namespace mohur::registry {
namespace {

using enum ReviewCheck;
using D = DocumentKind;

constexpr D kOfPerson[] = {D::pan_card, D::bank_proof};
constexpr D kOfFirm[] = {D::pan_card, D::registration, D::bank_proof, D::owners};
constexpr D kOfBody[] = {D::pan_card, D::registration, D::bank_proof, D::authority};
constexpr D kOfGovernment[] = {D::bank_proof, D::authority};

constexpr ReviewCheck kChecksOfPerson[] = {identity, address, bank_account, sanctions, business};
constexpr ReviewCheck kChecksOfFirm[] = {identity, registration, address, bank_account, owners, sanctions, business};
constexpr ReviewCheck kChecksOfGovernment[] = {identity, bank_account, business};

constexpr Requirements kRequirements[] = {
    {BusinessType::proprietorship, kOfPerson, kChecksOfPerson},
    {BusinessType::partnership, kOfFirm, kChecksOfFirm},
    {BusinessType::llp, kOfFirm, kChecksOfFirm},
    {BusinessType::private_company, kOfFirm, kChecksOfFirm},
    {BusinessType::public_company, kOfFirm, kChecksOfFirm},
    {BusinessType::trust, kOfBody, kChecksOfFirm},
    {BusinessType::society, kOfBody, kChecksOfFirm},
    {BusinessType::government, kOfGovernment, kChecksOfGovernment},
};

Result<void> check_documents(const Application& application) {
  for (const DocumentKind kind : requirements_of(application.business_type).documents)
    if (std::ranges::find(application.documents, kind, &Document::kind) == application.documents.end())
      return refuse(Outcome::document_missing, "documents", "There is no " + std::string{to_token(kind)} + " yet.");
  return {};
}

// Each check of the type once, and no other.
Result<void> check_list(BusinessType type, const std::vector<CheckResult>& found) {
  const auto wanted = requirements_of(type).checks;
  for (const CheckResult& result : found) {
    if (std::ranges::count(found, result.check, &CheckResult::check) > 1)
      return refuse(Outcome::field_repeated, "checks", "The check " + std::string{to_token(result.check)} + " comes twice.");
    if (std::ranges::find(wanted, result.check) == wanted.end())
      return refuse(Outcome::field_unknown, "checks",
                    "A " + std::string{to_token(type)} + " has no check " + std::string{to_token(result.check)} + ".");
  }
  for (const ReviewCheck check : wanted)
    if (std::ranges::find(found, check, &CheckResult::check) == found.end())
      return refuse(Outcome::field_missing, "checks", "The check " + std::string{to_token(check)} + " is left out.");
  return {};
}

}  // namespace

const Requirements& requirements_of(BusinessType type) { return *std::ranges::find(kRequirements, type, &Requirements::type); }

Result<Application> add_document(const Application& application, Document document, Time now) {
  if (application.documents.size() >= kMostDocuments)
    return refuse(Outcome::state_conflict, {}, "The application has 50 documents, which is the most.");
  Application after = application;
  after.documents.push_back(std::move(document));
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Application> review(const Application& application, const Review& review, RiskGrade least, Time now) {
  MOHUR_TRY(check_documents(application));
  MOHUR_TRY(check_list(application.business_type, review.checks));
  if (review.grade < least)
    return refuse(Outcome::field_out_of_range, "risk_grade",
                  "The sector is of " + std::string{to_token(least)} + " risk; the grade cannot be lower.");
  const bool is_high = review.grade == RiskGrade::high;
  if (is_high != review.approver.has_value())
    return is_high ? refuse(Outcome::field_missing, "approver", "The risk is high: name who decides.")
                   : refuse(Outcome::field_unknown, "approver", "Somebody is named where the risk is high only.");
  if (review.approver == review.by)
    return refuse(Outcome::four_eyes_required, "approver", "Whoever reviews an application does not decide about it.");

  // After this point, the review stands.
  Application after = application;
  after.checks = review.checks;
  after.approver = review.approver;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<void> check_approval(const Application& application, PersonId by) {
  if (const auto failed = std::ranges::find(application.checks, false, &CheckResult::passed); failed != application.checks.end())
    return refuse(Outcome::check_failed, {},
                  "The check " + std::string{to_token(failed->check)} + " has not passed: review it again, or decline.");
  if (application.approver && *application.approver != by)
    return refuse(Outcome::approver_named, {}, "The review named " + application.approver->to_string() + " to decide this.");
  return {};
}

}  // namespace mohur::registry
