#include "gateway/sign_in_waits.hpp"

#include <algorithm>
#include <vector>

namespace mohur::gateway {
namespace {

constexpr Duration kFirstWait = seconds(30), kLongestWait = minutes(15), kForgottenAfter = hours(1);

Duration wait_after(std::uint32_t failed, std::uint32_t tolerated) {
  if (failed < tolerated) return {};
  Duration wait = kFirstWait;
  for (std::uint32_t i = tolerated; i < failed && wait < kLongestWait; ++i) wait = wait * 2;
  return std::min(wait, kLongestWait);
}

}  // namespace

std::size_t SignInWaits::Hash::operator()(const Key128& key) const {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t mixed = (key.high ^ seed) * kOdd;
  mixed = ((mixed ^ mixed >> 32) + key.low) * kOdd;
  return mixed ^ mixed >> 29;
}

// Of a network that the person knows, or of all the others together.
Key128 SignInWaits::account_row(const SignInTry& attempt) {
  if (!attempt.is_known_network) return attempt.account;
  return {attempt.account.high ^ attempt.network.low, attempt.account.low ^ attempt.network.high};
}

std::optional<Duration> SignInWaits::wait_of(const Rows& rows, Key128 key, Time now) {
  const auto found = rows.find(key);
  return found != rows.end() && now < found->second.next ? std::optional{found->second.next - now} : std::nullopt;
}

std::optional<Duration> SignInWaits::wait_of(const SignInTry& attempt, Time now) const {
  return wait_of(rows_of_account(attempt), account_row(attempt), now);
}

std::optional<Duration> SignInWaits::begin(const SignInTry& attempt, Time now) {
  if (const auto wait = wait_of(attempt, now)) return wait;
  if (const auto wait = attempt.is_known_network ? std::nullopt : wait_of(rows_, attempt.network, now)) return wait;
  if (rows_.size() + 2 > kMostRows) let_go();
  fail(rows_of_account(attempt)[account_row(attempt)], kOfAnAccount, now);
  fail(rows_[attempt.network], kOfANetwork, now);
  return std::nullopt;
}

void SignInWaits::fail(Row& row, std::uint32_t tolerated, Time now) {
  if (row.last + kForgottenAfter <= now) row = {};
  row.failed += 1;
  row.last = now;
  row.next = now + wait_after(row.failed, tolerated);
}

// Whose password was right says nothing good about others behind the same network: there only this try is taken back.
void SignInWaits::right(const SignInTry& attempt) {
  rows_of_account(attempt).erase(account_row(attempt));
  take_back(rows_, attempt.network);
}

void SignInWaits::not_looked_at(const SignInTry& attempt) {
  take_back(rows_of_account(attempt), account_row(attempt));
  take_back(rows_, attempt.network);
}

void SignInWaits::take_back(Rows& rows, Key128 key) {
  const auto found = rows.find(key);
  if (found == rows.end()) return;
  if (--found->second.failed == 0)
    rows.erase(found);
  else
    found->second.next = {};
}

// The half that was tried longest ago, so that looking for it costs each new row a constant.
void SignInWaits::let_go() {
  std::vector<Time> lasts;
  lasts.reserve(rows_.size());
  for (const auto& entry : rows_) lasts.push_back(entry.second.last);
  const auto middle = lasts.begin() + static_cast<std::ptrdiff_t>(lasts.size() / 2);
  std::ranges::nth_element(lasts, middle);
  const Time until = *middle;
  boost::unordered::erase_if(rows_, [until](const auto& entry) { return entry.second.last <= until; });
}

}  // namespace mohur::gateway
