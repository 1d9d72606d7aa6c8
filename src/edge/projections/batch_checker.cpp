#include "projections/batch_checker.hpp"

#include <algorithm>

#include "base/india.hpp"

namespace mohur::projections {
namespace {

using payments::Beneficiary;

payments::PayoutOrder order_of(const BatchRowInput& row) {
  return {.amount = row.amount,
          .purpose = row.purpose,
          .rail = row.rail,
          .reference_id = row.reference_id,
          .narration = {},
          .metadata = {},
          .queue_if_low_balance = true,  // whether the balance covers it is asked when it is made
          .scheduled_at = row.scheduled_at,
          .queue_expires_at = row.queue_expires_at};
}

}  // namespace

BatchChecker::BatchChecker(const payments::Batch& batch, const engine::Archive& archive, const vault::Vault& vault,
                           const PaidToday& paid_today, Facts facts)
    : batch_(batch), archive_(&archive), paid_today_(&paid_today), claims_(batch, vault), facts_(std::move(facts)) {}

Result<BatchChecker> BatchChecker::of(const payments::Batch& batch, const engine::Archive& archive, const vault::Vault& vault,
                                      const PaidToday& paid_today, const Moment& moment) {
  MOHUR_TRY_SET(client, archive.get<registry::Client>(batch.client.value));
  if (!client) return refuse(Outcome::not_found, "client");
  MOHUR_TRY_SET(maker, archive.get<registry::Credential>(batch.made_by.value));
  if (!maker) return refuse(Outcome::not_found, "credential");
  Facts facts{.client = std::move(*client), .now = moment.now};
  facts.agreement = registry::agreement_of(facts.client, moment.at);
  facts.may_make_beneficiaries = std::ranges::find(maker->scopes, registry::Scope::write_beneficiaries) != maker->scopes.end();
  for (const registry::ClientId owner : {batch.client, registry::ClientId{}}) {
    MOHUR_TRY_SET(accounts, archive.accounts(owner, batch.mode));
    for (const ledger::Account& account : accounts) facts.ledger.restore(account);
  }
  return BatchChecker{batch, archive, vault, paid_today, std::move(facts)};
}

Result<std::optional<Beneficiary>> BatchChecker::beneficiary_of(const BatchRowInput& row) const {
  if (row.beneficiary) {
    MOHUR_TRY_SET(named, archive_->get<Beneficiary>(row.beneficiary->value));
    const bool is_own =
        named && named->client == batch_.client && named->mode == batch_.mode && named->sublicence == batch_.sublicence;
    return is_own ? std::move(named) : std::nullopt;
  }
  const Key128 claim = claims_.beneficiary(row);
  MOHUR_TRY_SET(known, known_beneficiary(*archive_, claim));
  if (known) return known;
  Beneficiary made;
  made.id = payments::BeneficiaryId{claim};
  made.kind = *row.kind;
  made.destination = row.vpa ? payments::DestinationKind::vpa : payments::DestinationKind::bank_account;
  return made;
}

Result<void> BatchChecker::check_reference(const BatchRowInput& row, std::optional<Refusal>& refusal) {
  const auto claim = claims_.reference(row);
  if (!claim) return {};
  MOHUR_TRY_SET(known, archive_->get<kernel::Claim>(*claim));
  if (known || !references_.insert(*claim).second)
    refusal = Refusal{Outcome::reference_id_reused, "reference_id", known ? "" : "A row before it has the same one."};
  return {};
}

std::optional<Refusal> BatchChecker::fault_of(const BatchRowInput& row, const Beneficiary& beneficiary) const {
  const payments::PayoutOrder order = order_of(row);
  if (auto fit = payments::check_order(order, facts_.agreement); !fit) return std::move(fit).error();
  const payments::PayoutFacts facts{facts_.client, facts_.agreement, beneficiary,
                                    facts_.ledger, facts_.now,       ledger::TransferId{{0, 1}}};
  if (auto step = payments::create_payout({}, batch_.mode, order, facts); !step) return std::move(step).error();
  return std::nullopt;
}

Result<BatchChecker::Seen> BatchChecker::look_at(const BatchRowInput& row) {
  Seen seen;
  MOHUR_TRY_SET(beneficiary, beneficiary_of(row));
  if (!beneficiary) {
    seen.refusal = Refusal{Outcome::not_found, "beneficiary", "There is no such beneficiary."};
    return seen;
  }
  seen.is_new = beneficiary->created_at == Time{};
  seen.beneficiary_since = beneficiary->created_at;
  if (seen.is_new && !facts_.may_make_beneficiaries)
    seen.refusal = Refusal{Outcome::scope_missing, "beneficiary",
                           "It is no beneficiary yet, and the key of the batch does not have the scope write_beneficiaries."};
  if (!seen.refusal) MOHUR_TRY(check_reference(row, seen.refusal));
  if (!seen.refusal) seen.refusal = fault_of(row, *beneficiary);
  if (seen.refusal) return seen;
  seen.is_paid_by_a_row = !paid_.insert({beneficiary->id.value, row.amount.minor}).second;
  const Time goes_at = row.scheduled_at.value_or(facts_.now);
  seen.is_paid_today = paid_today_->has(beneficiary->id, row.amount, india::day_of(goes_at));
  return seen;
}

}  // namespace mohur::projections
