// An application: what a business says of itself, the documents that show it, and what the review found.
//
// It belongs to its client for good, is stored under the client's id, and is at the state that the client is at.
// Documents  A file each, kept sealed; here are its kind, size and SHA-256. Which a business must show depends on its type.
// Review     One of the operator's people grades the risk and goes through the check-list of the business's type. It may be done
//            again until somebody decides. All checks have passed before an approval.
// High risk  The reviewer names who decides, and the client is on a plan that was made for such clients.
// Source     policy clauses P1.1, P3.2; RBI Master Direction on Know Your Customer, 2016, Part VI, for what shows what
#pragma once

#include <span>

#include "registry/business_ids.hpp"
#include "registry/client.hpp"

namespace mohur::registry {

using DocumentId = Id<"doc">;

// What a document is for.
MOHUR_ENUM(DocumentKind, (1, pan_card), (2, registration), (3, address_proof), (4, bank_proof), (5, owners), (6, authority),
           (7, other))
MOHUR_ENUM(DocumentMedia, (1, pdf), (2, png), (3, jpeg))

struct Document {
  DocumentId id;
  DocumentKind kind = DocumentKind::other;
  DocumentMedia media = DocumentMedia::pdf;
  Sealed file_name;
  std::uint64_t size = 0;  // bytes
  std::string hash;        // SHA-256 of the file, in hexadecimal digits
  Time added_at;
  PersonId added_by;

  bool operator==(const Document&) const = default;
  MOHUR_DESCRIBE(Document, (1, id), (2, kind), (3, media), (4, file_name), (5, size, "In bytes."),
                 (6, hash, "SHA-256 of the file, in hexadecimal digits."), (7, added_at), (8, added_by))
};
inline constexpr std::size_t kMostDocuments = 50;
inline constexpr std::uint64_t kMostDocumentBytes = 2u << 20;

// What a review looks into.
// identity: the PAN is the business's own. registration: the register knows it under this name. address: it is there.
// bank_account: the account is in its name. owners: who owns ten percent or more is known. sanctions: neither the business nor
// its owners are on a list. business: what it does is what it says.
MOHUR_ENUM(ReviewCheck, (1, identity), (2, registration), (3, address), (4, bank_account), (5, owners), (6, sanctions),
           (7, business))

struct CheckResult {
  ReviewCheck check = ReviewCheck::identity;
  bool passed = false;

  bool operator==(const CheckResult&) const = default;
  MOHUR_DESCRIBE(CheckResult, (1, check), (2, passed))
};

MOHUR_ENUM(ContactRole, (1, business), (2, finance), (3, technical), (4, compliance))

struct Contact {
  ContactRole role = ContactRole::business;
  Sealed name;
  Sealed email;
  std::optional<Sealed> phone;

  bool operator==(const Contact&) const = default;
  MOHUR_DESCRIBE(Contact, (1, role), (2, name), (3, email), (4, phone))
};
inline constexpr std::size_t kMostContacts = 10;

// What the business expects of a usual month.
struct ExpectedVolumes {
  std::uint64_t payouts = 0;
  Amount payout_amount;
  std::uint64_t payins = 0;
  Amount payin_amount;

  bool operator==(const ExpectedVolumes&) const = default;
  MOHUR_DESCRIBE(ExpectedVolumes, (1, payouts, "Payouts a month."), (2, payout_amount, "All of them, in minor units."),
                 (3, payins, "Pay-ins a month."), (4, payin_amount, "All of them, in minor units."))
};

struct Application {
  static constexpr std::string_view object_name = "application";

  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  BusinessType business_type = BusinessType::proprietorship;
  Sealed pan;
  std::optional<Sealed> gstin;
  std::optional<RegistrationNumber> registration_number;
  Sealed registered_address;
  std::optional<Sealed> operating_address;
  std::vector<Contact> contacts;
  ExpectedVolumes expected_volumes;
  std::vector<Document> documents;
  std::vector<CheckResult> checks;   // of the last review
  std::optional<PersonId> approver;  // who must decide, where the risk is high

  bool operator==(const Application&) const = default;
  MOHUR_DESCRIBE(Application, (1, client), (2, created_at), (3, updated_at), (4, sequence), (5, business_type), (6, pan),
                 (7, gstin, "Null below the turnover from which a business has one."),
                 (8, registration_number, "CIN of a company, LLPIN of a limited liability partnership."), (9, registered_address),
                 (10, operating_address, "Where that is another one."), (11, contacts), (12, expected_volumes), (13, documents),
                 (14, checks, "What the last review found."),
                 (15, approver, "Who must decide about it; named by the review where the risk is high."))
};

// What a business of a type must show, and what its review looks into.
struct Requirements {
  BusinessType type;
  std::span<const DocumentKind> documents;
  std::span<const ReviewCheck> checks;
};
const Requirements& requirements_of(BusinessType type);

struct Review {
  RiskGrade grade = RiskGrade::low;
  std::vector<CheckResult> checks;
  std::optional<PersonId> approver;
  PersonId by;
};

// Errors: state_conflict where there are as many as there may be.
Result<Application> add_document(const Application& application, Document document, Time now);

// What the review leaves behind. Errors: document_missing; field_missing for a check that is left out or an approver who is not
// named; field_repeated; field_unknown for a check that this type has not; four_eyes_required for an approver who reviews it;
// field_out_of_range for a grade below the least that the sector allows.
Result<Application> review(const Application& application, const Review& review, RiskGrade least, Time now);

// Whether this person may approve what the review found. Errors: check_failed, approver_named.
Result<void> check_approval(const Application& application, PersonId by);

}  // namespace mohur::registry
