// What callers send: one described struct per endpoint that takes a body. Names and sentences are the public API.
#pragma once

#include "codec/notes.hpp"
#include "kernel/command.hpp"

namespace mohur::gateway {

using codec::Notes;

struct EmailRule {
  static constexpr std::string_view name = "email";
  static constexpr std::size_t min = 3, max = 254;
  static constexpr std::string_view pattern = "^[^@\\s]{1,64}@[^@\\s]{1,189}$";
  static bool valid(std::string_view t) {
    const std::size_t at = t.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || at + 1 == t.size() || t.find('@', at + 1) != std::string_view::npos)
      return false;
    for (const char c : t)
      if (static_cast<unsigned char>(c) <= 0x20) return false;
    return true;
  }
};
// A text of many lines.
struct MarkdownRule {
  static constexpr std::string_view name = "markdown";
  static constexpr std::size_t min = 1, max = 65'536;
  static constexpr std::string_view pattern = "^[^\\u0000-\\u0008\\u000b-\\u001f]*$";
  static bool valid(std::string_view t) {
    for (const char c : t)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return false;
    return true;
  }
};
struct PhoneRule {
  static constexpr std::string_view name = "phone";
  static constexpr std::size_t min = 8, max = 16;
  static constexpr std::string_view pattern = "^\\+?[0-9]{8,15}$";
  static bool valid(std::string_view t) {
    if (t.front() == '+') t.remove_prefix(1);
    return t.size() >= 8 && t.size() <= 15 && payments::all_of_text(t, is_digit);
  }
};
struct CategoryRule {
  static constexpr std::string_view name = "merchant_category";
  static constexpr std::size_t min = 4, max = 4;
  static constexpr std::string_view pattern = "^[0-9]{4}$";
  static bool valid(std::string_view t) { return payments::all_of_text(t, is_digit); }
};
struct UrlRule {
  static constexpr std::string_view name = "url";
  static constexpr std::size_t min = 8, max = 2'000;
  static constexpr std::string_view pattern = "^https?://[!-~]+$";
  static bool valid(std::string_view t) {
    return (t.starts_with("https://") || t.starts_with("http://")) &&
           payments::all_of_text(t, [](char c) { return c > 0x20 && c < 0x7f; });
  }
};

// Errors: field_out_of_range.
inline Result<void> check_fees(const registry::FeePlan& fees) {
  constexpr Amount kMostPayoutFee{1'000'00};
  if (fees.payout.minor < 0 || fees.payout > kMostPayoutFee)
    return refuse(Outcome::field_out_of_range, "payout_fee", "Expected 0 to 100000, which is ₹1,000.00.");
  if (fees.payin_basis_points < 0 || fees.payin_basis_points > 1'000)
    return refuse(Outcome::field_out_of_range, "payin_fee_basis_points", "Expected 0 to 1000.");
  return {};
}

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
struct LimitTrialInput {
  Mode mode = Mode::live;
  Time from, to;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<policy::Allowance> allowance;
  MOHUR_DESCRIBE(LimitTrialInput, (1, mode), (2, from, "The stretch of time, of the journal's."),
                 (3, to, "Up to, but not including it."),
                 (4, payout_limits, "Of an agreement; each refuses on trial, also a shadow."), (5, allowance, "Of a plan."))
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
struct IssueInput {
  Mode mode = Mode::test;
  FreeText<60> label;
  std::optional<std::vector<registry::Scope>> scopes;
  std::optional<Time> expires_at;
  std::optional<std::vector<registry::Network>> networks;
  std::optional<registry::SublicenceId> sublicence;
  std::optional<std::vector<registry::ApproverRole>> approver_roles;
  MOHUR_DESCRIBE(IssueInput, (1, mode), (2, label, "Where the key will be used."),
                 (3, scopes,
                  "All that such a key may have when absent, except read_personal and those of approvals: approve_payouts, "
                  "write_approval_workflows."),
                 (4, expires_at),
                 (5, networks,
                  "From which the key may be used; from anywhere when absent, but then a live key cannot send money "
                  "out."),
                 (6, sublicence, "For whom the client sends money with it; for itself when absent."),
                 (7, approver_roles, "As which it approves payouts, up to 5: names of the client's own, such as `finance`."))
};
struct RotateInput {
  std::optional<std::uint32_t> overlap_s;
  MOHUR_DESCRIBE(RotateInput, (1, overlap_s,
                               "For so many seconds the old secret is right as well; 86400, a day, when absent, 604800 at most."))
};
struct NetworksInput {
  std::vector<registry::Network> networks;
  MOHUR_DESCRIBE(NetworksInput, (1, networks,
                                 "The networks from which the key may be used; none means from anywhere, but then a "
                                 "live key cannot send money out."))
};
// A public key as tools write it: PEM, or base64.
struct PublicKeyRule {
  static constexpr std::string_view name = "public_key";
  static constexpr std::size_t min = 44, max = 200;
  static constexpr std::string_view pattern = "^[A-Za-z0-9+/= \\r\\n-]+$";
  static bool valid(std::string_view t) {
    return payments::all_of_text(
        t, [](char c) { return is_alphanumeric(c) || std::string_view{"+/= \r\n-"}.find(c) != std::string_view::npos; });
  }
};
struct CertificateInput {
  std::optional<registry::Thumbprint> thumbprint;
  std::optional<Text<MarkdownRule>> certificate;
  std::optional<FreeText<60>> label;
  MOHUR_DESCRIBE(CertificateInput, (1, thumbprint, "SHA-256 of its DER form in base64url: `x5t#S256` of RFC 8705."),
                 (2, certificate, "Or the certificate itself, in PEM."), (3, label, "Where it is used."))
};
struct ThumbprintInput {
  registry::Thumbprint thumbprint;
  MOHUR_DESCRIBE(ThumbprintInput, (1, thumbprint, "Of the certificate."))
};
struct SigningKeyInput {
  registry::SignatureAlgorithm algorithm = registry::SignatureAlgorithm::hmac_sha256;
  std::optional<Text<PublicKeyRule>> public_key;
  std::optional<std::uint32_t> overlap_s;
  MOHUR_DESCRIBE(SigningKeyInput,
                 (1, algorithm,
                  "hmac_sha256: the server makes a secret. ed25519: the holder has a pair, and sends its public key."),
                 (2, public_key, "Of ed25519: as PEM, or its 32 bytes in base64."),
                 (3, overlap_s,
                  "For so many seconds the signing key before is right as well; 86400, a day, when absent, 604800 at most."))
};
struct CompromiseInput {
  std::optional<FreeText<500>> note;
  MOHUR_DESCRIBE(CompromiseInput, (1, note, "Where the key was seen, and since when."))
};
struct AppointInput {
  FreeText<120> name;
  Text<EmailRule> email;
  std::vector<registry::Role> roles;
  FreeText<500> reason;
  MOHUR_DESCRIBE(AppointInput, (1, name), (2, email, "With which the person will sign in."),
                 (3, roles, "GET /v1/admin/roles says what each permits."), (4, reason))
};
struct RolesInput {
  std::vector<registry::Role> roles;
  FreeText<500> reason;
  MOHUR_DESCRIBE(RolesInput, (1, roles, "All that the person will have."), (2, reason))
};
struct ReasonInput {
  FreeText<500> reason;
  MOHUR_DESCRIBE(ReasonInput, (1, reason))
};
struct PasswordRule {
  static constexpr std::string_view name = "password";
  static constexpr std::size_t min = 1, max = 256;
  static constexpr std::string_view pattern = "^[^\\u0000-\\u001f]*$";
  static bool valid(std::string_view t) { return FreeTextRule<256>::valid(t); }
};
struct CodeRule {
  static constexpr std::string_view name = "code";
  static constexpr std::size_t min = 6, max = 19;
  static constexpr std::string_view pattern = "^[0-9A-Za-z-]+$";
  static bool valid(std::string_view t) {
    return payments::all_of_text(t, [](char c) { return is_alphanumeric(c) || c == '-'; });
  }
};
struct HalfRule {
  static constexpr std::string_view name = "invitation_half";
  static constexpr std::size_t min = 26, max = 26;
  static constexpr std::string_view pattern = "^[0-9A-Za-z]{26}$";
  static bool valid(std::string_view t) { return payments::all_of_text(t, is_alphanumeric); }
};
struct SignInInput {
  Text<EmailRule> email;
  Text<PasswordRule> password;
  Text<CodeRule> code;
  std::optional<registry::SessionKind> kind;
  MOHUR_DESCRIBE(SignInInput, (1, email), (2, password), (3, code, "Of your app, or one of your recovery codes."),
                 (4, kind, "cookie when absent: the token is set as a cookie. bearer: the answer shows it."))
};
struct AcceptInvitationInput {
  Text<EmailRule> email;
  Text<HalfRule> first_half, second_half;
  Text<PasswordRule> password;
  MOHUR_DESCRIBE(AcceptInvitationInput, (1, email), (2, first_half, "From the owner who proposed the invitation."),
                 (3, second_half, "From the owner who approved it."), (4, password, "12 characters or more."))
};
struct EnrolInput {
  Text<EmailRule> email;
  Text<PasswordRule> password;
  MOHUR_DESCRIBE(EnrolInput, (1, email, "With which you will sign in."), (2, password, "12 characters or more."))
};
struct PasswordInput {
  Text<PasswordRule> current_password, password;
  MOHUR_DESCRIBE(PasswordInput, (1, current_password), (2, password, "12 characters or more."))
};
struct FindingInput {
  FreeText<500> finding;
  MOHUR_DESCRIBE(FindingInput, (1, finding, "What came of it."))
};
struct MeasureInput {
  registry::MeasureKind kind = registry::MeasureKind::restrict;
  registry::Ground ground = registry::Ground::policy_breach;
  registry::Clause clause = registry::Clause::P8_1;
  FreeText<500> evidence;
  std::optional<Time> effective_at;
  std::optional<bool> critical;
  MOHUR_DESCRIBE(MeasureInput, (1, kind, "What is done."), (2, ground, "What it is for."),
                 (3, clause, "The clause of the usage policy behind it."),
                 (4, evidence, "Where what it rests on can be found; the client reads it."),
                 (5, effective_at, "When it is to take effect; as soon as the client was told when absent."),
                 (6, critical,
                  "Whether it cannot wait until the client was told: it takes effect at once, and a second person confirms it "
                  "within four hours; false when absent."))
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
struct TicketInput {
  FreeText<200> subject;
  Text<MarkdownRule> text;
  std::optional<FreeText<64>> about;
  MOHUR_DESCRIBE(TicketInput, (1, subject), (2, text), (3, about, "The id of the object that it is about."))
};
struct TicketReplyInput {
  Text<MarkdownRule> text;
  MOHUR_DESCRIBE(TicketReplyInput, (1, text))
};
struct PolicyVersionInput {
  Text<MarkdownRule> text;
  Time effective_at;
  FreeText<500> reason;
  FreeText<1'000> change_summary;
  MOHUR_DESCRIBE(PolicyVersionInput, (1, text, "Markdown (CommonMark) without HTML."),
                 (2, effective_at, "From when it is to be in force; clients are told ahead."), (3, reason, "Why it was made."),
                 (4, change_summary, "What is new, for those who know the version before."))
};
struct AcceptanceInput {
  std::uint32_t number = 1;
  MOHUR_DESCRIBE(AcceptanceInput, (1, number, "Of the published version that you accept."))
};
struct PlanInput {
  FreeText<60> name;
  policy::Allowance allowance;
  std::optional<bool> for_high_risk;
  MOHUR_DESCRIBE(PlanInput, (1, name), (2, allowance),
                 (3, for_high_risk, "Whether clients of high risk may be on it, who may be on no other; not when absent."))
};
struct AgreementChangeInput {
  FreeText<200> reason;
  std::optional<std::vector<registry::Purpose>> purposes;
  std::optional<std::vector<registry::PayerType>> payer_types;
  std::optional<std::vector<registry::Rail>> rails;
  std::optional<std::vector<registry::CollectionMethod>> methods;
  std::optional<Amount> payout_fee;
  std::optional<std::uint16_t> payin_fee_basis_points;
  std::optional<registry::PlanId> plan;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<bool> signed_money_out;
  std::optional<Time> effective_at;
  std::optional<Time> ends_at;
  MOHUR_DESCRIBE(AgreementChangeInput, (1, reason, "Why it is asked for; whoever decides reads it."),
                 (2, purposes, "What is absent stays as it is."), (3, payer_types), (4, rails), (5, methods), (6, payout_fee),
                 (7, payin_fee_basis_points), (8, plan),
                 (9, effective_at, "When it is approved, at the earliest and when absent."),
                 (11, payout_limits, "All of them: they replace those that are in force."),
                 (12, signed_money_out, "Whether calls that send money out must be signed."),
                 (10, ends_at, "When the present agreement is in force again; for good when absent."))
};
struct AgreementAskInput {
  FreeText<200> reason;
  std::optional<registry::PlanId> plan;
  std::optional<std::vector<registry::PayoutLimit>> payout_limits;
  std::optional<Time> effective_at;
  std::optional<Time> ends_at;
  MOHUR_DESCRIBE(AgreementAskInput, (1, reason, "Why you ask for it; whoever decides reads it."),
                 (2, plan, "What is absent stays as it is; one of the two is to be there."),
                 (3, payout_limits, "All of them: they replace those that are in force."),
                 (4, effective_at, "When it is approved, at the earliest and when absent."),
                 (5, ends_at, "When the present agreement is in force again; for good when absent."))
};
struct LadderInput {
  FreeText<200> reason;
  policy::LadderRules rules;
  std::optional<Time> effective_at;
  MOHUR_DESCRIBE(LadderInput, (1, reason, "Why it is asked for; whoever decides reads it."), (2, rules),
                 (3, effective_at, "When it is approved, at the earliest and when absent."))
};
struct TierReviewInput {
  policy::TierDecision decision = policy::TierDecision::keep_plan;
  FreeText<500> finding;
  MOHUR_DESCRIBE(TierReviewInput,
                 (1, decision, "What is to be done; another plan or a restriction is proposed or decided apart."),
                 (2, finding, "Why."))
};
struct AlertFindingInput {
  policy::AlertDecision decision = policy::AlertDecision::harmless;
  FreeText<500> finding;
  std::optional<registry::MeasureId> measure;
  MOHUR_DESCRIBE(AlertFindingInput, (1, decision, "What was found; a measure is taken apart."), (2, finding, "Why."),
                 (3, measure, "Which one, where the decision is measure_taken."))
};
struct WatchRulesInput {
  FreeText<200> reason;
  std::vector<policy::Detector> detectors;
  std::optional<Time> effective_at;
  MOHUR_DESCRIBE(WatchRulesInput, (1, reason, "Why they are asked for; whoever decides reads it."),
                 (2, detectors, "All of them: a kind that is not named is not watched for."),
                 (3, effective_at, "When they are approved, at the earliest and when absent."))
};
struct StaffKeyInput {
  FreeText<60> label;
  std::optional<bool> revoke_others;
  MOHUR_DESCRIBE(StaffKeyInput, (1, label, "Where the key will be used."),
                 (2, revoke_others, "Ends your other keys at once, such as the one that was lost; false when absent."))
};
struct FundInput {
  Mode mode = Mode::test;
  Amount amount;
  Currency currency = Currency::INR;
  payments::Utr utr;
  MOHUR_DESCRIBE(FundInput, (1, mode), (2, amount, "Minor units: paise for INR."), (3, currency),
                 (4, utr, "The bank's reference of the credit; counted once."))
};
struct DestinationInput {
  std::optional<payments::Ifsc> ifsc;
  std::optional<payments::AccountNumber> account_number;
  std::optional<payments::Vpa> vpa;
  MOHUR_DESCRIBE(DestinationInput, (1, ifsc, "With account_number."), (2, account_number), (3, vpa, "Instead of a bank account."))
};
struct BeneficiaryInput {
  FreeText<120> name;
  payments::BeneficiaryKind kind = payments::BeneficiaryKind::vendor;
  DestinationInput destination;
  std::optional<Text<EmailRule>> email;
  std::optional<Text<PhoneRule>> phone;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(BeneficiaryInput, (1, name), (2, kind, "What the beneficiary is to you; purposes are checked against it."),
                 (3, destination, "Either a bank account or a VPA."), (4, email), (5, phone), (6, reference_id), (7, metadata))
};
struct PayoutInput {
  payments::BeneficiaryId beneficiary;
  Amount amount;
  Currency currency = Currency::INR;
  registry::Purpose purpose = registry::Purpose::vendor;
  std::optional<registry::Rail> rail;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<payments::Narration> narration;
  std::optional<bool> queue_if_low_balance;
  std::optional<Time> scheduled_at;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(PayoutInput, (1, beneficiary), (2, amount, "Minor units: paise for INR."), (3, currency), (4, purpose),
                 (5, rail, "Chosen by destination and amount when absent."),
                 (6, reference_id, "Your own reference; unique for ever."),
                 (7, narration, "What the beneficiary's statement shows."),
                 (8, queue_if_low_balance, "Wait for balance instead of being refused."),
                 (9, scheduled_at, "Up to 92 days ahead."), (10, metadata))
};
struct ApprovalInput {
  std::optional<FreeText<500>> remarks;
  std::optional<registry::ApproverRole> role;
  MOHUR_DESCRIBE(ApprovalInput, (1, remarks), (2, role, "As which of the key's roles; the first that is asked when absent."))
};
struct RejectionInput {
  FreeText<500> remarks;
  MOHUR_DESCRIBE(RejectionInput, (1, remarks, "Why; kept sealed, and shown to those who may see the payout."))
};
struct WorkflowInput {
  std::vector<payments::ApprovalRule> rules;
  MOHUR_DESCRIBE(WorkflowInput,
                 (1, rules,
                  "Up to 20, tried in order: the first that fits a payout says who approves it. None: nobody approves."))
};
struct BatchInput {
  std::optional<payments::ReferenceId> reference_id;
  MOHUR_DESCRIBE(BatchInput, (1, reference_id, "Your own reference; unique for ever."))
};
struct AcceptBatchInput {
  payments::BatchTake take = payments::BatchTake::all_rows;
  MOHUR_DESCRIBE(AcceptBatchInput,
                 (1, take, "Which rows are to become payouts; all_rows is refused while one of them is invalid."))
};
struct PayinInput {
  Amount amount;
  Currency currency = Currency::INR;
  registry::PayerType payer_type = registry::PayerType::customer;
  registry::CollectionMethod method = registry::CollectionMethod::upi_qr;
  std::optional<FreeText<120>> payer_name;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<FreeText<80>> description;
  std::optional<Time> expires_at;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(PayinInput, (1, amount, "Minor units: paise for INR."), (2, currency), (3, payer_type), (4, method),
                 (5, payer_name), (6, reference_id, "Your own reference; unique for ever."),
                 (7, description, "What the payer sees."),
                 (9, expires_at, "15 minutes ahead for UPI and 30 days for bank transfers when absent."), (10, metadata))
};
struct RefundInput {
  payments::PayinId payin;
  std::optional<Amount> amount;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(RefundInput, (1, payin), (2, amount, "Minor units; all that is refundable when absent."), (3, reference_id),
                 (4, metadata))
};
struct VirtualAccountInput {
  std::optional<registry::PayerType> payer_type;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<Notes> metadata;
  MOHUR_DESCRIBE(VirtualAccountInput, (1, payer_type, "Of the pay-ins that credits make; customer when absent."),
                 (2, reference_id), (3, metadata))
};
struct WebhookEndpointInput {
  Text<UrlRule> url;
  std::optional<std::vector<kernel::EventType>> event_types;
  MOHUR_DESCRIBE(WebhookEndpointInput, (1, url), (2, event_types, "The event types that are sent; all when absent."))
};
struct ClockInput {
  Time now;
  MOHUR_DESCRIBE(ClockInput, (1, now, "What your sandbox clock shall show; it moves forward only."))
};

MOHUR_ENUM(PayAs, (1, succeed), (2, fail), (3, pending_then_succeed), (4, succeed_twice), (5, pay_less), (6, pay_more))
struct PayInput {
  std::optional<PayAs> as;
  std::optional<payments::AttemptReason> reason;
  std::optional<payments::Vpa> payer;
  MOHUR_DESCRIBE(PayInput, (1, as, "What the payer does; succeed when absent."), (2, reason, "Of a failure."),
                 (3, payer, "The payer's VPA."))
};
struct TransferInput {
  payments::AccountNumber account_number;
  Amount amount;
  std::optional<FreeText<120>> payer_name;
  MOHUR_DESCRIBE(TransferInput, (1, account_number, "The virtual account that the money is sent to."),
                 (2, amount, "Minor units."), (3, payer_name))
};

}  // namespace mohur::gateway
