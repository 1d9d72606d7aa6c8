// The tables of states, in words, and the tests that the code knows no other arrows.
#include "kernel/watch_test.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mohur::kernel {
namespace {

struct Row {
  std::string_view noun;
  std::string_view from;  // empty: it begins
  std::string_view to;    // where it may go; its own name where it may change without going anywhere
};

constexpr Row kStates[] = {
    {"client", "", "applied"},
    {"client", "applied", "under_review terminated"},
    {"client", "under_review", "approved declined terminated"},
    {"client", "approved", "restricted suspended terminated approved"},    // its approval workflow is set
    {"client", "restricted", "approved suspended terminated restricted"},  // the same
    {"client", "suspended", "approved restricted terminated"},
    {"client", "declined", "terminated"},
    {"person", "", "active"},
    {"credential", "", "active"},
    {"credential", "active", "revoked"},
    {"webhook_endpoint", "", "enabled"},
    {"webhook_endpoint", "enabled", "disabled enabled"},
    {"webhook_endpoint", "disabled", "enabled disabled"},
    {"beneficiary", "", "active"},
    {"beneficiary", "active", "inactive active"},  // found again by a call with a key
    {"payin", "", "created"},
    {"payin", "created", "attempted paid expired cancelled"},
    {"payin", "attempted", "paid expired cancelled attempted"},
    {"payin", "paid", "paid"},            // excess money, refunds
    {"payin", "expired", "expired"},      // late money, refunds
    {"payin", "cancelled", "cancelled"},  // late money, refunds
    {"attempt", "", "initiated pending succeeded failed"},
    {"attempt", "initiated", "pending succeeded failed"},
    {"attempt", "pending", "succeeded failed"},
    {"attempt", "failed", "succeeded"},
    {"attempt", "succeeded", "succeeded"},  // the bank credits the escrow
    {"payout", "", "pending_approval scheduled queued processing"},
    {"payout", "pending_approval", "rejected cancelled scheduled queued processing pending_approval"},
    {"payout", "scheduled", "queued processing cancelled failed"},
    {"payout", "queued", "processing cancelled failed queued"},
    {"payout", "processing", "processed failed reversed processing"},
    {"payout", "processed", "reversed"},
    {"payout", "failed", "reversed"},
    {"balance_threshold", "", "above below"},
    {"balance_threshold", "above", "below removed"},
    {"balance_threshold", "below", "above removed"},
    {"payout_schedule", "", "active"},
    {"payout_schedule", "active", "active paused completed cancelled"},
    {"payout_schedule", "paused", "active cancelled"},
    {"refund", "", "pending"},
    {"refund", "pending", "processed failed pending"},
    {"virtual_account", "", "active"},
    {"virtual_account", "active", "closed active"},
    {"measure", "", "proposed scheduled in_force"},
    {"measure", "proposed", "scheduled in_force rejected withdrawn"},
    {"measure", "scheduled", "in_force withdrawn overtaken scheduled"},  // nobody was told: a person is called
    {"measure", "in_force", "lapsed in_force"},                          // a second person confirms it
    {"notice", "", "queued"},
    {"bank_credit", "", "matched suspense"},
    {"batch", "", "open"},
    {"batch", "open", "open validating rejected cancelled"},
    {"batch", "validating", "validated rejected cancelled"},
    {"batch", "validated", "pending_approval processing rejected cancelled"},
    {"batch", "pending_approval", "pending_approval processing rejected cancelled"},
    {"batch", "processing", "processed cancelled"},
    {"alert", "", "open"},
    {"alert", "open", "closed"},
    {"approval_workflow", "", "proposed"},
    {"approval_workflow", "proposed", "active rejected"},
    {"approval_workflow", "active", "replaced"},
};

using Arrow = std::tuple<std::string_view, std::string_view, std::string_view>;

std::set<Arrow> read_arrows() {
  std::set<Arrow> arrows;
  for (const Row& row : kStates) {
    for (std::string_view left = row.to; !left.empty();) {
      const std::size_t end = std::min(left.find(' '), left.size());
      arrows.emplace(row.noun, row.from, left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return arrows;
}

template <class T>
std::string_view status_of(const T& object) {
  if constexpr (requires { object.status; })
    return to_token(object.status);
  else
    return {};
}

template <class T>
ClientId owner_of(const T& object) {
  if constexpr (requires { ClientId{object.client.value}; })
    return object.client;
  else
    return {};
}

// Each pair of states of a noun, by the code's own table and by the one above.
template <class Status>
void expect_same_arrows(std::string_view noun) {
  for (const auto& from : described_enumerators(Status{})) {
    for (const auto& to : described_enumerators(Status{})) {
      if (from.value == to.value) continue;  // a change that goes nowhere is not an arrow
      EXPECT_EQ(may_become(from.value, to.value), is_legal(noun, from.token, to.token))
          << noun << ": " << from.token << " to " << to.token;
    }
  }
}

}  // namespace

bool is_legal(std::string_view noun, std::string_view from, std::string_view to) {
  static const std::set<Arrow> arrows = read_arrows();
  return arrows.contains({noun, from, to});
}

template <class T>
std::string Watch::see(const T& object) {
  if constexpr (requires { object.sequence; }) {
    Seen& before = seen_[{object_field<T>(), key_of(Object{object})}];
    Seen now{
        .sequence = object.sequence, .status = status_of(object), .updated_at = object.updated_at, .client = owner_of(object)};
    if constexpr (requires { object.created_at; }) now.created_at = object.created_at;
    if constexpr (requires { object.mode; }) now.mode = object.mode;
    const std::string name{T::object_name};
    if (now.sequence != before.sequence + 1)
      return name + " goes from sequence " + std::to_string(before.sequence) + " to " + std::to_string(now.sequence);
    if (!now.status.empty() && !is_legal(T::object_name, before.status, now.status))
      return name + " goes from `" + std::string{before.status} + "` to `" + std::string{now.status} + "`";
    if (before.sequence != 0) {
      if (now.updated_at < before.updated_at) return name + " changes before its last change";
      if (now.created_at != before.created_at || now.client != before.client || now.mode != before.mode)
        return name + " has another owner, mode or beginning";
    }
    before = now;
  }
  return {};
}

std::string Watch::see(const Event& event) {
  if (!event.transfers.empty() && !event.client.is_zero() && audience_of(event.type) != Audience::client_too)
    return "a client is not told of money of its own";  // its statements would not add up
  return std::visit([&](const auto& object) { return see(object); }, event.object);
}

TEST(States, TheCodeKnowsTheArrowsOfTheTableAndNoOthers) {
  expect_same_arrows<registry::ClientStatus>("client");
  expect_same_arrows<registry::MeasureStatus>("measure");
  expect_same_arrows<payments::PayinStatus>("payin");
  expect_same_arrows<payments::RefundStatus>("refund");
  expect_same_arrows<payments::PayoutStatus>("payout");
}

TEST(States, TheWatchSeesALeapASkippedSequenceAndAReopenedObject) {
  const auto payout = [](std::uint32_t sequence, payments::PayoutStatus status) {
    return Event{.object = payments::Payout{.id = {{1, 1}}, .sequence = sequence, .status = status}};
  };
  using enum payments::PayoutStatus;
  Watch watch;
  EXPECT_EQ(watch.see(payout(1, queued)), "");
  EXPECT_EQ(watch.see(payout(1, processing)), "payout goes from sequence 1 to 1");
  EXPECT_EQ(watch.see(payout(3, processing)), "payout goes from sequence 1 to 3");
  EXPECT_EQ(watch.see(payout(2, processed)), "payout goes from `queued` to `processed`");
  EXPECT_EQ(watch.see(payout(2, cancelled)), "");
  EXPECT_EQ(watch.see(payout(3, queued)), "payout goes from `cancelled` to `queued`");
}

}  // namespace mohur::kernel
