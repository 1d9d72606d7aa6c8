// What callers are answered where it is not an object of the core as it stands: described once, for the answer and its schema.
//
// With...   what an answer holds besides the object's own members; what is absent there is left out.
#pragma once

#include "kernel/event.hpp"

namespace mohur::gateway {

using registry::RequestId;
using DeliveryId = Id<"wd">;

struct UpiLinks {
  std::string link;
  std::string qr_png;
  std::string qr_svg;
  MOHUR_DESCRIBE(UpiLinks, (1, link, "Opens the payer's UPI app."), (2, qr_png, "Path of the QR code as a picture."),
                 (3, qr_svg, "Path of the QR code as a drawing."))
};
struct WithUpi {
  std::optional<UpiLinks> upi;
  MOHUR_DESCRIBE(WithUpi, (1, upi, "Of a pay-in by UPI only."))
};
struct WithSecret {
  std::optional<std::string> secret;
  MOHUR_DESCRIBE(WithSecret, (1, secret, "Shown once, in the first answer: a replay leaves it out. Keep it."))
};
struct WithTokens {
  std::optional<std::string> secret;
  std::optional<std::string> csrf_token;
  MOHUR_DESCRIBE(WithTokens, (1, secret, "Of a bearer session: the token. Shown once."),
                 (2, csrf_token, "Of a session by cookie: to be sent as Mohur-Csrf-Token with each call that is not a GET."))
};
struct WithFactors {
  std::optional<std::string> code_secret;
  std::optional<std::string> code_link;
  std::optional<std::vector<std::string>> recovery_codes;
  MOHUR_DESCRIBE(WithFactors, (1, code_secret, "Of the second factor, for your app. Shown once."),
                 (2, code_link, "The same, as what apps read from a QR code."),
                 (3, recovery_codes, "Each signs in once, instead of a code. Shown once: keep them apart from your password."))
};
// What became of one of many payouts that a call decided about.
struct PayoutDecision {
  payments::PayoutId payout;
  std::string outcome;
  std::optional<payments::PayoutStatus> status;
  std::optional<payments::PayoutReason> reason;
  std::optional<std::string> clause;
  std::optional<std::string> detail;
  MOHUR_DESCRIBE(PayoutDecision, (1, payout), (2, outcome, "`ok`, or the problem with which it was refused."),
                 (3, status, "Of the payout afterwards; null where it was refused."), (4, reason), (5, clause),
                 (6, detail, "Why it was refused."))
};
struct PayoutDecisions {
  static constexpr std::string_view object_name = "payout_decisions";
  std::uint32_t decided = 0;
  std::uint32_t refused = 0;
  std::vector<PayoutDecision> results;
  MOHUR_DESCRIBE(PayoutDecisions, (1, decided), (2, refused), (3, results, "In the order in which they were asked for."))
};
struct WithUpcoming {
  std::vector<Time> upcoming;
  MOHUR_DESCRIBE(WithUpcoming, (1, upcoming, "When it runs next, five times at most."))
};
struct WithNow {
  Time now;
  MOHUR_DESCRIBE(WithNow, (1, now, "What your sandbox clock was moved to."))
};
struct ClockReading {
  static constexpr std::string_view object_name = "sandbox_clock";
  Time now;
  MOHUR_DESCRIBE(ClockReading, (1, now, "What your sandbox clock shows."))
};
struct Accepted {
  bool accepted = true;
  MOHUR_DESCRIBE(Accepted, (1, accepted, "The sandbox's bank has it in its book; what comes of it arrives as events."))
};

// ---- what people may do

struct PermissionOfRoles {
  registry::Permission permission = registry::Permission::read;
  std::string meaning;
  std::vector<registry::Role> roles;
  MOHUR_DESCRIBE(PermissionOfRoles, (1, permission), (2, meaning), (3, roles, "That have it."))
};
struct RoleTable {
  static constexpr std::string_view object_name = "role_table";
  std::vector<PermissionOfRoles> permissions;
  MOHUR_DESCRIBE(RoleTable, (1, permissions))
};

struct Me {
  static constexpr std::string_view object_name = "me";
  registry::PersonId person;
  std::vector<registry::Role> roles;
  std::vector<registry::Permission> permissions;
  std::optional<registry::SessionId> session;
  std::optional<std::string> csrf_token;
  MOHUR_DESCRIBE(Me, (1, person), (2, roles), (3, permissions), (4, session, "Null when you called with a key."),
                 (5, csrf_token, "Of a session by cookie."))
};

// ---- what a client may do

struct RateLeft {
  std::string name;
  policy::Rate rate;
  std::uint32_t remaining = 0;
  std::uint64_t would_have_refused = 0;
  MOHUR_DESCRIBE(RateLeft, (1, name, "`total`, or a class of routes; as in the RateLimit headers."), (2, rate),
                 (3, remaining, "Calls that would be admitted now."),
                 (4, would_have_refused, "Calls, by a rate that is only tried out; since the server began."))
};
struct QuotaUsed {
  policy::CallWindow window = policy::CallWindow::day;
  std::optional<std::uint64_t> calls;
  bool shadow = false;
  std::uint64_t used = 0;
  std::uint64_t would_have_refused = 0;
  Time window_ends_at;
  MOHUR_DESCRIBE(QuotaUsed, (1, window, "Of India."), (2, calls, "Null when the plan has no such quota."),
                 (3, shadow, "Whether it is only tried out."), (4, used, "Reserved calls do not count."),
                 (5, would_have_refused, "Calls, by a quota that is only tried out; since the server's start."),
                 (6, window_ends_at))
};
struct LadderStanding {
  std::uint32_t strikes = 0;
  std::optional<policy::Rung> rung;
  std::optional<Time> blocked_until;
  std::uint32_t ladder_version = 1;
  policy::LadderRules ladder;
  MOHUR_DESCRIBE(LadderStanding, (1, strikes, "That count now."), (2, rung, "That the last strike reached."),
                 (3, blocked_until, "Null when calls are not blocked."), (4, ladder_version, "Of the ladder in force."),
                 (5, ladder))
};
struct PayoutLimitUsed {
  registry::PayoutLimit limit;
  std::optional<Amount> used_amount;
  std::optional<std::uint64_t> used_count;
  std::optional<Time> window_ends_at;
  std::optional<std::uint64_t> would_have_refused;
  MOHUR_DESCRIBE(PayoutLimitUsed, (1, limit), (2, used_amount, "Null where each transaction or beneficiary is counted apart."),
                 (3, used_count), (4, window_ends_at, "On your clock; null for a single transaction."),
                 (5, would_have_refused, "Payouts, by a limit that is only tried out; else null."))
};
struct TriedPayoutLimit {
  registry::PayoutLimit limit;
  std::uint64_t refused = 0;
  std::optional<Time> first_at;
  MOHUR_DESCRIBE(TriedPayoutLimit, (1, limit), (2, refused, "Payouts that it would have refused; several limits may have."),
                 (3, first_at, "When it would have refused first, on the client's clock; null where it never would have."))
};
struct TriedPayouts {
  std::uint64_t payouts = 0;
  Amount amount;
  std::uint64_t refused = 0;
  Amount refused_amount;
  std::vector<TriedPayoutLimit> limits;
  MOHUR_DESCRIBE(TriedPayouts, (1, payouts, "That were accepted in that time."), (2, amount, "All of them, in minor units."),
                 (3, refused, "Those that the limits together would have refused."), (4, refused_amount), (5, limits))
};
struct TriedRate {
  std::string name;
  std::uint64_t refused = 0;
  std::optional<Time> first_at;
  MOHUR_DESCRIBE(TriedRate, (1, name, "Of a class of calls, `total`, `day`, `month` or `concurrent_calls`."),
                 (2, refused, "Calls that would have been told of it."), (3, first_at))
};
struct TriedCalls {
  std::uint64_t calls = 0;
  std::uint64_t refused = 0;
  std::vector<TriedRate> limits;
  MOHUR_DESCRIBE(TriedCalls, (1, calls, "That came in that time as far as to the plan's limits, also those that were refused."),
                 (2, refused, "Those that the plan would have refused."), (3, limits, "Those that would have refused any."))
};
// Something to tell about a row of a batch.
MOHUR_ENUM(BatchRowStatus, (1, invalid), (2, doubtful), (3, refused))
struct BatchRowFinding {
  static constexpr std::string_view object_name = "batch_row";
  std::uint32_t row = 0;
  BatchRowStatus status = BatchRowStatus::invalid;
  std::string token;
  std::string field;
  std::string detail;
  MOHUR_DESCRIBE(BatchRowFinding, (1, row, "From 1, through all parts."),
                 (2, status, "Invalid or doubtful when it was checked; refused when its payout was to be made."),
                 (3, token,
                  "Of the problem, as a call of its own would be refused; `paid_before` or `paid_today` of a doubtful row."),
                 (4, field), (5, detail))
};
struct LimitTrial {
  static constexpr std::string_view object_name = "limit_trial";
  registry::ClientId client;
  Mode mode = Mode::live;
  Time from, to;
  bool is_whole = true;
  std::optional<TriedPayouts> payouts;
  std::optional<TriedCalls> calls;
  MOHUR_DESCRIBE(LimitTrial, (1, client), (2, mode), (3, from), (4, to),
                 (5, is_whole,
                  "False where there was more than is looked at for one trial, or calls that the log has as a mere sum: take a "
                  "shorter time."),
                 (6, payouts, "Null where no limits were on trial."), (7, calls, "Null where no plan was on trial."))
};
struct SublicenceUsage {
  static constexpr std::string_view object_name = "sublicence_usage";
  registry::SublicenceId sublicence;
  Mode mode = Mode::test;
  std::vector<PayoutLimitUsed> sent;
  std::vector<PayoutLimitUsed> payout_limits;
  MOHUR_DESCRIBE(SublicenceUsage, (1, sublicence), (2, mode),
                 (3, sent, "What was sent today and this month, without what failed, was cancelled or came back in that time."),
                 (4, payout_limits, "Its own limits, and what of them is used."))
};
struct Limits {
  static constexpr std::string_view object_name = "limits";
  Mode mode = Mode::test;
  std::optional<registry::PlanId> plan;
  std::vector<RateLeft> rates;
  std::uint32_t concurrent_calls = 0;
  std::vector<PayoutLimitUsed> payout_limits;
  std::vector<QuotaUsed> quotas;
  LadderStanding standing;
  MOHUR_DESCRIBE(Limits, (1, mode), (2, plan, "Null for the standard one."), (3, rates),
                 (4, concurrent_calls, "Calls that may be under way at one time."),
                 (5, payout_limits, "Of the agreement that is in force."), (6, quotas, "Calls of this day and this month."),
                 (7, standing, "Where you stand on the escalation ladder."))
};
struct AgreementInForce {
  static constexpr std::string_view object_name = "agreement";
  registry::ClientId client;
  registry::Agreement agreement;
  std::optional<registry::DatedAgreement> next_agreement;
  MOHUR_DESCRIBE(AgreementInForce, (1, client), (2, agreement, "The one in force now."),
                 (3, next_agreement, "An approved change that is not in force yet, or ends by itself."))
};

// ---- the books

struct Balance {
  ledger::AccountId account;
  Currency currency = Currency::INR;
  Amount balance;
  Amount reserved;
  Amount available;
  MOHUR_DESCRIBE(Balance, (1, account), (2, currency), (3, balance, "What is there, in minor units."),
                 (4, reserved, "What open payouts hold, fee and tax included."), (5, available, "What may still leave."))
};
struct Balances {
  static constexpr std::string_view object_name = "balances";
  Mode mode = Mode::test;
  std::uint64_t position = 0;
  MOHUR_DESCRIBE(Balances, (1, mode), (2, position, "Of the journal, that these balances reflect."))
};
// By the account's code, for a client without its `client_`.
struct ByAccount {
  std::optional<Balance> collections, payout, held;
  std::optional<Balance> bank_escrow, bank_payout, rail_receivable, in_flight_payout, in_flight_refund, in_flight_settlement,
      platform_fees, platform_tax_payable, platform_suspense, platform_compensation;
  MOHUR_DESCRIBE(ByAccount, (1, collections, "Collected for you: refunds leave from here."),
                 (2, payout, "Funded by you: payouts leave from here."), (3, held, "Held back."),
                 (4, bank_escrow, "The operator's."), (5, bank_payout, "The operator's."),
                 (6, rail_receivable, "The operator's."), (7, in_flight_payout, "The operator's."),
                 (8, in_flight_refund, "The operator's."), (9, in_flight_settlement, "The operator's."),
                 (10, platform_fees, "The operator's."), (11, platform_tax_payable, "The operator's."),
                 (12, platform_suspense, "The operator's."), (13, platform_compensation, "The operator's."))
};
struct WithBalance {
  ledger::AccountType type = ledger::AccountType::liability;
  Amount balance;
  Amount available;
  MOHUR_DESCRIBE(WithBalance, (1, type), (2, balance, "Posted, on the account's own side."),
                 (3, available, "The balance less what is reserved."))
};
struct Statement {
  static constexpr std::string_view object_name = "statement";
  ledger::AccountId account;
  ledger::AccountCode code = ledger::AccountCode::client_payout;
  Currency currency = Currency::INR;
  Time from;
  Time to;
  std::uint64_t position = 0;
  Amount opening;
  Amount debited;
  Amount credited;
  Amount closing;
  MOHUR_DESCRIBE(Statement, (1, account), (2, code), (3, currency), (4, from), (5, to, "Not in the period."),
                 (6, position, "Of the journal: the last event of the period."), (7, opening, "What stood there before."),
                 (8, debited, "In the period, all together."), (9, credited, "In the period, all together."),
                 (10, closing, "What stood there after it: the opening and what was booked."))
};
MOHUR_ENUM(LedgerSide, (1, debit), (2, credit))
struct StatementLine {
  static constexpr std::string_view object_name = "statement_line";
  ledger::TransferId transfer;
  kernel::EventId event;
  kernel::EventType event_type{};
  std::string object;
  std::optional<payments::ReferenceId> reference_id;
  std::optional<payments::Utr> utr;
  Time booked_at;
  LedgerSide side = LedgerSide::debit;
  Amount amount;
  Amount balance;
  MOHUR_DESCRIBE(StatementLine, (1, transfer), (2, event), (3, event_type), (4, object, "The id of what the event is about."),
                 (5, reference_id, "Your own reference of it."), (6, utr, "The bank's."),
                 (7, booked_at, "By the time of the journal, whatever a sandbox clock shows."), (8, side),
                 (9, amount, "Minor units."), (10, balance, "After this line."))
};
struct LedgerTransfer {
  static constexpr std::string_view object_name = "ledger_transfer";
  ledger::TransferId id;
  ledger::TransferKind kind = ledger::TransferKind::single;
  ledger::AccountId debit;
  ledger::AccountId credit;
  Amount amount;
  std::optional<ledger::TransferId> pending;
  kernel::EventId event;
  kernel::EventType event_type{};
  std::uint64_t position = 0;
  Time created_at;
  MOHUR_DESCRIBE(LedgerTransfer, (1, id), (2, kind), (3, debit), (4, credit), (5, amount, "Minor units."),
                 (6, pending, "The pending transfer that this one resolves."), (7, event, "What it belongs to."), (8, event_type),
                 (9, position, "Of the event, in the journal."), (10, created_at))
};

// ---- the policy, as it is held to

// by_people: the server keeps the record, and people hold to it. partly: some of what the clause says.
MOHUR_ENUM(Extent, (1, enforced), (2, partly), (3, by_people), (4, not_enforced))
struct ClauseCoverage {
  registry::Clause clause = registry::Clause::P1_1;
  std::string says;
  Extent extent = Extent::enforced;
  std::string enforced_by;
  std::vector<std::string> outcomes;
  std::vector<std::string> operations;
  std::vector<kernel::EventType> evidence;
  std::uint64_t refusals = 0;
  std::optional<std::uint64_t> events;
  MOHUR_DESCRIBE(ClauseCoverage, (1, clause), (2, says), (3, extent, "How far the server itself holds to it."), (4, enforced_by),
                 (5, outcomes, "Tokens of the problems that stand for it."), (6, operations, "That stand for it."),
                 (7, evidence, "Types of the events that it leaves behind."),
                 (8, refusals, "Calls that were refused for it: yours, or for the operator's people all."),
                 (9, events, "Such events since the server began; for the operator's people only."))
};
struct PolicyCoverage {
  static constexpr std::string_view object_name = "policy_coverage";
  std::optional<std::uint32_t> version;
  Time since;
  std::vector<ClauseCoverage> clauses;
  MOHUR_DESCRIBE(PolicyCoverage, (1, version, "The number of the version of the policy that is in force."),
                 (2, since, "When the server began, and with it the count of events."),
                 (3, clauses, "All of them, in their order."))
};

// ---- tickets, with their words in clear

struct ShownMessage {
  Time at;
  std::optional<registry::PersonId> person;
  std::string text;
  MOHUR_DESCRIBE(ShownMessage, (1, at), (2, person, "The operator's person who said it; null for the client's own words."),
                 (3, text))
};
struct ShownTicket {
  static constexpr std::string_view object_name = "ticket";
  registry::TicketId id;
  registry::ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  registry::TicketStatus status = registry::TicketStatus::open;
  std::string subject;
  std::optional<std::string> about;
  std::vector<ShownMessage> messages;
  MOHUR_DESCRIBE(ShownTicket, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence),
                 (6, status, "Open while the operator is to speak, answered while the client is."), (7, subject),
                 (8, about, "The id of the object that it is about."), (9, messages, "Oldest first."))
};

// ---- webhook deliveries

MOHUR_ENUM(DeliveryStatus, (1, pending), (2, succeeded), (3, failed))
struct DeliveryAttempt {
  Time at;
  std::int64_t duration_ms = 0;
  std::optional<std::uint16_t> status;
  std::optional<std::string> error;
  MOHUR_DESCRIBE(DeliveryAttempt, (1, at), (2, duration_ms), (3, status, "HTTP status of your answer; null when there was none."),
                 (4, error, "Why there was no answer, such as timed_out."))
};
struct Delivery {
  static constexpr std::string_view object_name = "delivery";
  DeliveryId id;
  registry::ClientId client;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  DeliveryStatus status = DeliveryStatus::pending;
  registry::WebhookEndpointId webhook_endpoint;
  kernel::EventId event;
  kernel::EventType type{};
  std::vector<DeliveryAttempt> attempts;
  std::optional<Time> next_attempt_at;
  MOHUR_DESCRIBE(Delivery, (1, id), (2, client), (3, mode), (4, created_at), (5, updated_at), (6, status), (7, webhook_endpoint),
                 (8, event), (9, type, "The event's."), (10, attempts), (11, next_attempt_at))
};

// ---- the log of calls

struct RequestCaller {
  registry::CallerKind kind = registry::CallerKind::credential;
  std::optional<registry::PersonId> person;
  std::optional<registry::CredentialId> credential;
  MOHUR_DESCRIBE(RequestCaller, (1, kind), (2, person, "One of the operator's people."),
                 (3, credential, "The key that was used; null when a person has signed in."))
};
// One call: no bodies, no query values, no personal data.
struct LoggedRequest {
  static constexpr std::string_view object_name = "request";
  RequestId id;
  std::optional<registry::ClientId> client;
  Mode mode = Mode::test;
  Time created_at;
  std::int64_t duration_us = 0;
  std::optional<RequestCaller> caller;
  std::optional<std::string> client_request_id;
  std::string from;
  std::string method;
  std::optional<std::string> route;
  std::uint16_t status = 0;
  std::string outcome;
  std::optional<std::string> clause;
  bool replayed = false;
  bool forwarding_ignored = false;
  std::uint64_t calls = 1;
  std::optional<Time> until;
  MOHUR_DESCRIBE(LoggedRequest, (1, id, "The `Request-Id` of the answer."), (2, client, "For whom the call was."), (3, mode),
                 (4, created_at, "When the request had come; always real time."),
                 (5, duration_us, "From then to the answer, in microseconds."), (6, caller, "Null when no key was recognised."),
                 (7, client_request_id, "The `Request-Id` that the caller sent."), (8, from, "The caller's address."),
                 (9, method), (10, route, "The path's template, without values; null when there is no such path."),
                 (11, status, "HTTP status."), (12, outcome, "`ok`, or the problem's token."),
                 (13, clause, "Of the usage policy, behind a refusal."),
                 (14, replayed, "Whether an earlier answer was given again."),
                 (15, forwarding_ignored,
                  "Whether `Forwarded` or `X-Forwarded-For` came from somebody who is no configured proxy."),
                 (16, calls,
                  "That this line stands for: more than one for refused calls that came in a flood; what they do not share "
                  "is empty or null."),
                 (17, until, "When the last of them came; null for one."))
};

}  // namespace mohur::gateway
