#include "rails/sandbox_scripts.hpp"

#include <array>

namespace mohur::rails {
namespace {

using payments::AttemptStatus;
using payments::PayoutReason;
using enum payments::RailVerdict;

constexpr Duration kNow{};

constexpr Step kSucceed[] = {{kNow, succeeded}};
constexpr Step kLater[] = {{kNow, accepted}, {minutes(2), succeeded}};
constexpr Step kClosed[] = {{kNow, failed, PayoutReason::bank_account_closed}};
constexpr Step kFrozen[] = {{kNow, failed, PayoutReason::bank_account_frozen}};
constexpr Step kInvalid[] = {{kNow, failed, PayoutReason::bank_account_invalid}};
constexpr Step kBadVpa[] = {{kNow, failed, PayoutReason::beneficiary_vpa_invalid}};
constexpr Step kOffline[] = {{kNow, failed, PayoutReason::beneficiary_bank_offline}};
constexpr Step kRejected[] = {{kNow, failed, PayoutReason::beneficiary_bank_rejected}};
constexpr Step kNotAllowed[] = {{kNow, failed, PayoutReason::imps_not_allowed}};
constexpr Step kLimit[] = {{kNow, failed, PayoutReason::transaction_limit_exceeded}};
constexpr Step kTimeOutSucceed[] = {{kNow, unknown}, {minutes(5), succeeded}};
constexpr Step kTimeOutFail[] = {{kNow, unknown}, {minutes(5), failed, PayoutReason::gateway_timeout}};
constexpr Step kTimeOutLost[] = {{kNow, unknown}, {minutes(5), not_received, PayoutReason::dispatch_not_received}};
constexpr Step kTimeOutReverse[] = {{kNow, unknown}, {minutes(5), returned, PayoutReason::returned_by_beneficiary_bank}};
constexpr Step kReverse[] = {{kNow, succeeded}, {days(1), returned, PayoutReason::returned_by_beneficiary_bank}};
constexpr Step kTwice[] = {{kNow, succeeded}, {kNow, succeeded}};
constexpr Step kSilent[] = {{hours(1), succeeded}};
constexpr Step kNeverCame[] = {{kNow, not_received, PayoutReason::dispatch_not_received}};
constexpr Step kContradict[] = {{kNow, failed, PayoutReason::beneficiary_bank_rejected}, {minutes(1), succeeded}};

constexpr auto kScripts = std::to_array<Script>({
    {"000000000001", "success@mohur", "succeeds at once", kSucceed},
    {"000000000002", "later@mohur", "is accepted, and succeeds two minutes later", kLater},
    {"000000000011", "closed@mohur", "fails: bank_account_closed", kClosed},
    {"000000000012", "frozen@mohur", "fails: bank_account_frozen", kFrozen},
    {"000000000013", "", "fails: bank_account_invalid", kInvalid},
    {"", "invalid@mohur", "fails: beneficiary_vpa_invalid", kBadVpa},
    {"000000000014", "offline@mohur", "fails: beneficiary_bank_offline", kOffline},
    {"000000000015", "rejected@mohur", "fails: beneficiary_bank_rejected", kRejected},
    {"000000000016", "", "fails: imps_not_allowed; by another rail it succeeds", kNotAllowed},
    {"000000000017", "limit@mohur", "fails: transaction_limit_exceeded", kLimit},
    {"000000000021", "timeout.success@mohur", "times out; five minutes later it has succeeded", kTimeOutSucceed},
    {"000000000022", "timeout.fail@mohur", "times out; five minutes later it has failed", kTimeOutFail},
    {"000000000023", "timeout.lost@mohur", "times out; five minutes later the bank says that it never came, each time",
     kTimeOutLost},
    {"000000000024", "timeout.reversed@mohur", "times out; five minutes later the money is returned", kTimeOutReverse},
    {"000000000031", "reversed@mohur", "succeeds, and is returned one day later", kReverse},
    {"000000000041", "twice@mohur", "succeeds, and is reported twice", kTwice},
    {"000000000042", "contradict@mohur", "fails, and one minute later is reported as succeeded: an exception for a person",
     kContradict},
    {"", "", "never came", kNeverCame},
    {"000000000003", "silent@mohur", "says nothing for an hour, also when asked, and then that it has succeeded", kSilent},
    {"000000000025", "timeout.lost.once@mohur", "times out, and never came; sent again, it succeeds", kTimeOutLost},
});

constexpr std::size_t kNeverCamePlace = 17;
constexpr std::size_t kLostOncePlace = 19;
static_assert(kScripts[kLostOncePlace].account_number == "000000000025");
static_assert(kScripts[kNeverCamePlace].account_number.empty() && kScripts[kNeverCamePlace].vpa.empty());

constexpr PayerStep kPays[] = {{kNow}};
constexpr PayerStep kFails[] = {{kNow, AttemptStatus::failed}};
constexpr PayerStep kPaysLater[] = {{kNow, AttemptStatus::pending}, {minutes(2)}};
constexpr PayerStep kPaysTwice[] = {{kNow}, {kNow, AttemptStatus::succeeded, 0, 1}};
constexpr PayerStep kPaysLess[] = {{kNow, AttemptStatus::succeeded, -100}};
constexpr PayerStep kPaysMore[] = {{kNow, AttemptStatus::succeeded, 100}};

}  // namespace

std::span<const Script> all_scripts() { return kScripts; }

std::uint32_t place_of(const Script& script) { return static_cast<std::uint32_t>(&script - kScripts.data()); }

const Script& script_of(std::string_view account_number, std::string_view vpa) {
  for (const Script& script : kScripts) {
    const bool by_account = !account_number.empty() && script.account_number == account_number;
    const bool by_vpa = !vpa.empty() && script.vpa == vpa;
    if (by_account || by_vpa) return script;
  }
  return kScripts.front();
}

const Script& script_of(const payments::Payout& payout, std::string_view account_number, std::string_view vpa) {
  const Script& script = script_of(account_number, vpa);
  const bool is_other_rail = script.steps.data() == kNotAllowed && payout.rail != registry::Rail::imps;
  const bool is_sent_again = &script == &kScripts[kLostOncePlace] && payout.dispatch > 1;
  return is_other_rail || is_sent_again ? kScripts.front() : script;
}

const Script& refund_script_of(Amount amount) {
  switch (amount.minor % 100) {
    case 13: return script_of("000000000015", {});
    case 17: return script_of("000000000021", {});
    default: return kScripts.front();
  }
}

const Script& never_came() { return kScripts[kNeverCamePlace]; }

std::span<const PayerStep> steps_of(PayerScript script) {
  switch (script) {
    case PayerScript::succeed: return kPays;
    case PayerScript::fail: return kFails;
    case PayerScript::pending_then_succeed: return kPaysLater;
    case PayerScript::succeed_twice: return kPaysTwice;
    case PayerScript::pay_less: return kPaysLess;
    case PayerScript::pay_more: return kPaysMore;
  }
  return kPays;
}

}  // namespace mohur::rails
