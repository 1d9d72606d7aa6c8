// What was paid today: by beneficiary, amount and day, and not what came to nothing.
#include "projections/paid_today.hpp"

#include <gtest/gtest.h>

#include "base/india.hpp"

namespace mohur::projections {
namespace {

using payments::Payout;
using payments::PayoutStatus;

constexpr std::int64_t kDay = 20'779;  // 22 November 2026
const payments::BeneficiaryId kRavi{{2, 2}}, kAsha{{3, 3}};

Payout paid(std::int64_t day = kDay, std::int64_t minor = 100) {
  return {.created_at = india::start_of_day(day) + hours(23), .sequence = 1, .amount = {minor}, .beneficiary = kRavi};
}
Payout after(Payout payout, PayoutStatus status) {
  payout.sequence += 1;
  payout.status = status;
  return payout;
}

TEST(PaidToday, KnowsWhoWasPaidHowMuchOnWhichDay) {
  PaidToday today;
  today.see(paid());
  EXPECT_TRUE(today.has(kRavi, {100}, kDay));
  EXPECT_FALSE(today.has(kRavi, {101}, kDay));
  EXPECT_FALSE(today.has(kAsha, {100}, kDay));
  EXPECT_FALSE(today.has(kRavi, {100}, kDay + 1));
}

TEST(PaidToday, WhatComesToNothingWasNotPaid) {
  PaidToday today;
  for (const PayoutStatus undone :
       {PayoutStatus::failed, PayoutStatus::cancelled, PayoutStatus::reversed, PayoutStatus::rejected}) {
    today.see(paid());
    today.see(after(paid(), PayoutStatus::processed));
    EXPECT_TRUE(today.has(kRavi, {100}, kDay));
    today.see(after(paid(), undone));
    EXPECT_FALSE(today.has(kRavi, {100}, kDay)) << to_token(undone);
  }
  today.see(paid());
  today.see(paid());
  today.see(after(paid(), PayoutStatus::failed));
  EXPECT_TRUE(today.has(kRavi, {100}, kDay)) << "of two the other one goes out";
  today.see(after(paid(kDay - 1), PayoutStatus::failed));
  EXPECT_TRUE(today.has(kRavi, {100}, kDay)) << "one of yesterday is none of today";
}

TEST(PaidToday, DaysBeforeAreLetGoOf) {
  PaidToday today;
  today.see(paid(kDay, 1));
  today.see(paid(kDay + 1, 2));
  today.let_go_before(kDay + 1);
  EXPECT_EQ(today.size(), 1U);
  EXPECT_TRUE(today.has(kRavi, {2}, kDay + 1));
}

}  // namespace
}  // namespace mohur::projections
