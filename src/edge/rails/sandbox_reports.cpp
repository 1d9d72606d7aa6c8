#include "rails/sandbox_reports.hpp"

#include "base/assert.hpp"
#include "engine/claims.hpp"

namespace mohur::rails {
namespace {

using payments::AttemptStatus;
using payments::PayoutStatus;
using payments::RailVerdict;
using payments::RefundStatus;

std::span<const Step> bank_steps(const Entry& entry) {
  MOHUR_ASSERT(entry.script < all_scripts().size());
  return all_scripts()[entry.script].steps;
}

std::span<const PayerStep> payer_steps(const Entry& entry) { return steps_of(static_cast<PayerScript>(entry.script)); }

payments::RailReport rail_report(const Entry& entry, const Step& step) {
  const bool has_utr = step.verdict == RailVerdict::succeeded || step.verdict == RailVerdict::returned;
  return {.dispatch = entry.dispatch,
          .verdict = step.verdict,
          .reason = step.reason,
          .utr = has_utr ? std::optional{payments::Utr::trusted(entry.utr)} : std::nullopt};
}

const std::string& rrn_of(const Entry& entry, const PayerStep& step) { return step.attempt == 0 ? entry.utr : entry.second_utr; }

kernel::Intent collection_report(const Entry& entry, const PayerStep& step, const vault::Vault& vault) {
  const std::string& rrn = rrn_of(entry, step);
  const bool has_failed = step.status == AttemptStatus::failed;
  return kernel::ReportCollection{.payin = payments::PayinId{entry.object},
                                  .claim = engine::rail_reference_claim(vault, Mode::test, rrn),
                                  .report = {.status = step.status,
                                             .amount = {std::max<std::int64_t>(1, entry.amount.minor + step.more_minor)},
                                             .reason = has_failed ? entry.reason : std::nullopt,
                                             .utr = has_failed ? std::nullopt : std::optional{payments::Utr::trusted(rrn)},
                                             .payer = entry.payer}};
}

kernel::Intent bank_credit_report(const Entry& entry, const vault::Vault& vault) {
  return kernel::ReportBankCredit{.mode = Mode::test,
                                  .account_claim = entry.account_claim,
                                  .amount = entry.amount,
                                  .utr = payments::Utr::trusted(entry.utr),
                                  .claim = engine::utr_claim(vault, Mode::test, entry.utr),
                                  .payer = entry.payer};
}

kernel::Intent intent_of(const Entry& entry, std::size_t n, const vault::Vault& vault) {
  switch (entry.kind) {
    case EntryKind::payout:
      return kernel::ReportPayout{payments::PayoutId{entry.object}, rail_report(entry, bank_steps(entry)[n])};
    case EntryKind::refund:
      return kernel::ReportRefund{payments::RefundId{entry.object}, rail_report(entry, bank_steps(entry)[n])};
    case EntryKind::collection: return collection_report(entry, payer_steps(entry)[n], vault);
    case EntryKind::bank_credit: return bank_credit_report(entry, vault);
    case EntryKind::escrow_credit: return kernel::ReportEscrowCredit{payments::AttemptId{entry.object}};
  }
  MOHUR_ASSERT(false);
}

// What a report left behind on its payout or refund; nothing when it contradicts what is final.
std::optional<bool> shows(PayoutStatus status, RailVerdict verdict) {
  using enum PayoutStatus;
  if (status == processing) return verdict == RailVerdict::accepted;
  if (status == reversed || verdict == RailVerdict::accepted || verdict == RailVerdict::unknown) return true;
  if (verdict == RailVerdict::returned) return false;
  const bool says_success = verdict == RailVerdict::succeeded;
  return says_success == (status == processed) ? std::optional{true} : std::nullopt;
}

std::optional<bool> shows(RefundStatus status, RailVerdict verdict) {
  if (status == RefundStatus::pending) return verdict == RailVerdict::accepted || verdict == RailVerdict::unknown;
  if (verdict == RailVerdict::accepted || verdict == RailVerdict::unknown) return true;
  const bool says_success = verdict == RailVerdict::succeeded;
  return says_success == (status == RefundStatus::processed) ? std::optional{true} : std::nullopt;
}

// A contradiction was heard when there is an exception about the object.
Result<bool> has_exception(const Entry& entry, const std::string& subject, const engine::Archive& archive) {
  const auto is_about = [&](const kernel::Exception& exception) { return exception.subject == subject; };
  MOHUR_TRY_SET(found, archive.list<kernel::Exception>(entry.client, Mode::test, std::nullopt, 1, is_about));
  return !found.items.empty();
}

template <class Noun>
Result<bool> was_heard(const Entry& entry, std::size_t n, const engine::Archive& archive) {
  MOHUR_TRY_SET(object, archive.get<Noun>(entry.object));
  if (!object) return true;  // nobody here knows it
  if constexpr (requires { object->dispatch; })
    if (object->dispatch != entry.dispatch) return true;
  if (const auto shown = shows(object->status, bank_steps(entry)[n].verdict)) return *shown;
  return has_exception(entry, object->id.to_string(), archive);
}

Result<bool> collection_was_heard(const Entry& entry, const PayerStep& step, const engine::Archive& archive,
                                  const vault::Vault& vault) {
  const Key128 claim = engine::rail_reference_claim(vault, Mode::test, rrn_of(entry, step));
  MOHUR_TRY_SET(owner, archive.get<kernel::Claim>(claim));
  if (!owner) return false;
  MOHUR_TRY_SET(attempt, archive.get<payments::Attempt>(owner->object));
  return attempt && (attempt->status == step.status || attempt->status == AttemptStatus::succeeded);
}

}  // namespace

std::size_t count_reports(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::payout:
    case EntryKind::refund: return bank_steps(entry).size();
    case EntryKind::collection: return payer_steps(entry).size();
    case EntryKind::bank_credit:
    case EntryKind::escrow_credit: return 1;
  }
  return 0;
}

Time due_at(const Entry& entry, std::size_t n) {
  const bool is_scripted = entry.kind == EntryKind::payout || entry.kind == EntryKind::refund;
  if (is_scripted) return entry.received_at + bank_steps(entry)[n].after;
  return entry.kind == EntryKind::collection ? entry.received_at + payer_steps(entry)[n].after : entry.received_at;
}

kernel::Command report_of(const Entry& entry, std::size_t n, const vault::Vault& vault) {
  return report_of(entry, n, vault, due_at(entry, n));
}

kernel::Command report_of(const Entry& entry, std::size_t n, const vault::Vault& vault, Time as_of) {
  kernel::Command command{};
  command.caller = registry::by_rail();
  command.intent = intent_of(entry, n, vault);
  std::visit(
      [&](auto& report) {
        if constexpr (requires { report.as_of; }) report.as_of = as_of;
      },
      command.intent);
  return command;
}

Result<bool> was_heard(const Entry& entry, std::size_t n, const engine::Archive& archive, const vault::Vault& vault) {
  switch (entry.kind) {
    case EntryKind::payout: return was_heard<payments::Payout>(entry, n, archive);
    case EntryKind::refund: return was_heard<payments::Refund>(entry, n, archive);
    case EntryKind::collection: return collection_was_heard(entry, payer_steps(entry)[n], archive, vault);
    case EntryKind::bank_credit: {
      MOHUR_TRY_SET(claimed, archive.get<kernel::Claim>(engine::utr_claim(vault, Mode::test, entry.utr)));
      return claimed.has_value();
    }
    case EntryKind::escrow_credit: {
      MOHUR_TRY_SET(attempt, archive.get<payments::Attempt>(entry.object));
      return !attempt || attempt->credited;
    }
  }
  return true;
}

}  // namespace mohur::rails
