// Who may move clients, credentials and webhook endpoints, and where to: every arrow, and every one that is not there.
#include "registry/measure.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mohur::registry {
namespace {

using enum ClientStatus;

constexpr PersonId kFiler{{1, 1}}, kReviewer{{1, 2}}, kThird{{1, 3}};
constexpr Reason kReason{Ground::security_breach, Clause::P4_2};
constexpr Time kNow{1'795'329'000'000'000'000};

Client client_in(ClientStatus status) {
  Client client{.id = {{2, 2}}, .sequence = 7, .status = status, .applied_by = kFiler};
  if (status != applied) client.reviewed_by = kReviewer;
  return client;
}

std::string outcome_of(const auto& result) { return result ? "ok" : std::string{to_token(result.error().outcome)}; }

// From each state, what becomes of each decision about the application by somebody who has not touched it yet. What comes after
// the approval, and an end before it, is a measure's.
TEST(Client, ItsApplicationMovesAlongItsArrowsAndNoOthers) {
  constexpr ClientStatus order[] = {applied, under_review, approved, declined, restricted, suspended, terminated};
  const struct {
    ClientStatus from;
    std::string_view to;  // a letter for each of `order`: `+` it goes there, `-` state_conflict
  } rows[] = {
      {applied, "-------"},    {under_review, "--++---"}, {approved, "-------"},   {declined, "-------"},
      {restricted, "-------"}, {suspended, "-------"},    {terminated, "-------"},
  };
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < std::size(order); ++i) {
      const auto after = decide_client(client_in(row.from), {order[i], kThird, kReason}, kNow);
      EXPECT_EQ(outcome_of(after), row.to[i] == '+' ? "ok" : "state_conflict")
          << to_token(row.from) << " to " << to_token(order[i]);
      if (!after) continue;
      EXPECT_EQ(after->status, order[i]);
      EXPECT_EQ(after->sequence, 8U);
      EXPECT_EQ(after->updated_at, kNow);
    }
  }
}

TEST(Client, WhoeverFiledOrReviewedItDoesNotDecideAboutIt) {
  const struct {
    ClientStatus from, to;
    bool needs_second;
  } rows[] = {
      {under_review, approved, true},
      {under_review, declined, true},
  };
  for (const auto& row : rows) {
    for (const PersonId by : {kFiler, kReviewer, kThird}) {
      const Client before = client_in(row.from);
      const bool has_touched = by == before.applied_by || by == before.reviewed_by;
      const auto after = decide_client(before, {row.to, by, kReason}, kNow);
      EXPECT_EQ(outcome_of(after), row.needs_second && has_touched ? "four_eyes_required" : "ok")
          << to_token(row.from) << " to " << to_token(row.to);
    }
  }
}

TEST(Client, ADeclineNamesItsGround) {
  const auto bare = decide_client(client_in(under_review), {declined, kThird, std::nullopt}, kNow);
  EXPECT_EQ(outcome_of(bare), "field_missing");
  EXPECT_EQ(bare.error().field, "ground");
  const auto whole = decide_client(client_in(under_review), {declined, kThird, kReason}, kNow);
  EXPECT_EQ(whole->ground, Ground::security_breach);
  EXPECT_EQ(whole->clause, "P4.2");
}

TEST(Client, IsLeftByAMeasureWithItsGroundAndForgetsItWhenAccessIsGivenBack) {
  const Measure measure{
      .id = {{4, 4}}, .kind = MeasureKind::suspend, .ground = Ground::harmful_use, .clause = "P3.5", .proposed_by = kFiler};
  const Client narrowed = with_measure(client_in(approved), measure, suspended, kNow);
  EXPECT_EQ(narrowed.status, suspended);
  EXPECT_EQ(narrowed.ground, Ground::harmful_use);
  EXPECT_EQ(narrowed.clause, "P3.5");
  EXPECT_EQ(narrowed.measure, measure.id);
  EXPECT_EQ(narrowed.decided_by, kFiler);
  EXPECT_EQ(narrowed.sequence, 8U);
  const Measure back{.id = {{4, 5}}, .kind = MeasureKind::reinstate, .proposed_by = kFiler, .confirmed_by = kThird};
  const Client given = with_measure(narrowed, back, approved, kNow);
  EXPECT_EQ(given.ground, std::nullopt);
  EXPECT_EQ(given.clause, std::nullopt);
  EXPECT_EQ(given.measure, back.id);
  EXPECT_EQ(given.decided_by, kThird);
}

TEST(Client, WhoReviewedAndWhoDecidedIsKept) {
  const auto reviewed = review_client(client_in(applied), {.grade = RiskGrade::medium, .by = kReviewer}, PlanId{{5, 5}}, kNow);
  EXPECT_EQ(reviewed->reviewed_by, kReviewer);
  EXPECT_EQ(reviewed->decided_by, std::nullopt);
  EXPECT_EQ(reviewed->risk_grade, RiskGrade::medium);
  EXPECT_EQ(reviewed->agreement.plan, (PlanId{{5, 5}}));
  EXPECT_EQ(outcome_of(review_client(*reviewed, {.by = kReviewer}, {}, kNow)), "ok") << "until somebody decides";
  EXPECT_EQ(outcome_of(review_client(client_in(approved), {.by = kReviewer}, {}, kNow)), "state_conflict");
  EXPECT_EQ(outcome_of(review_client(*reviewed, {.approver = kFiler, .by = kReviewer}, {}, kNow)), "four_eyes_required");
  const auto decided = decide_client(*reviewed, {approved, kThird, {}}, kNow);
  EXPECT_EQ(decided->reviewed_by, kReviewer);
  EXPECT_EQ(decided->decided_by, kThird);
}

// What a client may do in each state, and what it is told otherwise.
TEST(Client, ItsStateSaysWhatItMayDo) {
  const struct {
    ClientStatus status;
    std::string_view write, send, issue;
    bool reads;
  } rows[] = {
      {applied, "client_not_approved", "client_not_approved", "client_not_approved", true},
      {under_review, "client_not_approved", "client_not_approved", "client_not_approved", true},
      {approved, "ok", "ok", "ok", true},
      {declined, "client_not_approved", "client_not_approved", "client_not_approved", false},
      {restricted, "ok", "client_restricted", "client_not_approved", true},
      {suspended, "client_suspended", "client_suspended", "client_not_approved", true},
      {terminated, "client_terminated", "client_terminated", "client_terminated", false},
  };
  for (const auto& row : rows) {
    const Client client = client_in(row.status);
    EXPECT_EQ(outcome_of(check_may_write(client)), row.write) << to_token(row.status);
    EXPECT_EQ(outcome_of(check_may_send_money(client)), row.send) << to_token(row.status);
    EXPECT_EQ(outcome_of(check_issue(client)), row.issue) << to_token(row.status);
    EXPECT_EQ(may_read(row.status), row.reads) << to_token(row.status);
  }
}

TEST(Credential, IsRevokedOnceAndForEver) {
  const Credential active{.id = {{3, 3}}, .sequence = 1};
  const auto revoked = revoke(active, kNow);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, CredentialStatus::revoked);
  EXPECT_EQ(revoked->revoked_at, kNow);
  EXPECT_EQ(revoked->sequence, 2U);
  EXPECT_EQ(outcome_of(revoke(*revoked, kNow)), "state_conflict");
}

TEST(WebhookEndpoint, IsSwitchedOnAndOffAndNeverTwice) {
  using enum WebhookEndpointStatus;
  const WebhookEndpoint fresh{.id = {{4, 4}}, .sequence = 1};
  EXPECT_EQ(outcome_of(set_status(fresh, enabled, kNow)), "state_conflict");
  const auto off = set_status(fresh, disabled, kNow);
  ASSERT_TRUE(off);
  EXPECT_EQ(off->status, disabled);
  EXPECT_EQ(outcome_of(set_status(*off, disabled, kNow)), "state_conflict");
  EXPECT_EQ(set_status(*off, enabled, kNow)->sequence, 3U);
}

TEST(WebhookEndpoint, TheSecretBeforeSignsAlongForAWhile) {
  const WebhookEndpoint fresh{.id = {{4, 4}}, .sequence = 1, .secret = "first"};
  const WebhookEndpoint second = rotate_secret(fresh, "second", hours(24), kNow);
  EXPECT_EQ(second.secret, "second");
  EXPECT_EQ(second.previous_secret, "first");
  EXPECT_EQ(second.previous_secret_expires_at, kNow + hours(24));
  const WebhookEndpoint third = rotate_secret(second, "third", hours(24), kNow + hours(1));
  EXPECT_EQ(third.previous_secret, "second") << "one secret signs along, not a tail of them";
  EXPECT_EQ(third.sequence, 3U);
}

AgreementChange change_of(std::vector<Purpose> purposes, Time effective_at, std::optional<Time> ends_at = std::nullopt) {
  return {.id = {{4, 4}},
          .sequence = 1,
          .proposed = {{.purposes = std::move(purposes)}, effective_at, ends_at},
          .reason = "Festival season",
          .proposed_by = kFiler};
}

TEST(AgreementChange, IsDecidedOnceAndNotByItsMaker) {
  const AgreementChange proposed = change_of({Purpose::vendor}, kNow);
  EXPECT_EQ(outcome_of(decide_change(proposed, true, kFiler, kNow)), "four_eyes_required");
  const auto approved = decide_change(proposed, true, kThird, kNow);
  ASSERT_TRUE(approved);
  EXPECT_EQ(approved->status, AgreementChangeStatus::approved);
  EXPECT_EQ(approved->decided_by, kThird);
  EXPECT_EQ(approved->sequence, 2U);
  EXPECT_EQ(outcome_of(decide_change(*approved, false, kThird, kNow)), "state_conflict");
  EXPECT_EQ(decide_change(proposed, false, kThird, kNow)->status, AgreementChangeStatus::rejected);
}

TEST(AgreementChange, NeverReachesIntoThePast) {
  EXPECT_EQ(decide_change(change_of({}, kNow - days(3)), true, kThird, kNow)->proposed.effective_at, kNow);
  const auto over = decide_change(change_of({}, kNow - days(3), kNow), true, kThird, kNow);
  EXPECT_EQ(outcome_of(over), "time_not_in_future");
  EXPECT_TRUE(decide_change(change_of({}, kNow - days(3), kNow), false, kThird, kNow));  // to reject it is always right
}

TEST(AgreementChange, BeginsAndEndsByItself) {
  Client client = client_in(approved);
  client.agreement.purposes = {Purpose::salary};
  const Time begin = kNow + days(1), end = kNow + days(3);
  const auto after = with_change(client, change_of({Purpose::vendor}, begin, end), kNow);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->sequence, client.sequence + 1);
  const struct {
    Time at;
    Purpose purpose;
    std::uint32_t version;
  } rows[] = {{kNow, Purpose::salary, 1},
              {begin - Duration{1}, Purpose::salary, 1},
              {begin, Purpose::vendor, 2},
              {end - Duration{1}, Purpose::vendor, 2},
              {end, Purpose::salary, 1}};
  for (const auto& row : rows) {
    EXPECT_EQ(agreement_of(*after, row.at).purposes, std::vector{row.purpose}) << to_rfc3339(row.at);
    EXPECT_EQ(agreement_of(*after, row.at).version, row.version) << to_rfc3339(row.at);
  }
  EXPECT_EQ(outcome_of(with_change(*after, change_of({}, end), kNow)), "state_conflict");   // not begun
  EXPECT_EQ(outcome_of(with_change(*after, change_of({}, end), begin)), "state_conflict");  // not ended
  const auto later = with_change(*after, change_of({Purpose::refund}, end), end);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->agreement.purposes, std::vector{Purpose::salary});
  EXPECT_EQ(agreement_of(*later, end).version, 3U);
}

TEST(AgreementChange, ForGoodReplacesTheAgreement) {
  const auto first = with_change(client_in(approved), change_of({Purpose::vendor}, kNow), kNow);
  AgreementChange next = change_of({Purpose::refund}, kNow + days(2));
  EXPECT_EQ(outcome_of(with_change(*first, next, kNow + days(1))), "state_conflict") << "made from version 1, which is no more";
  next.proposed.agreement.version = 2;
  const auto second = with_change(*first, next, kNow + days(1));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->agreement.purposes, std::vector{Purpose::vendor});
  EXPECT_EQ(agreement_of(*second, kNow + days(1)).version, 2U);
  EXPECT_EQ(agreement_of(*second, kNow + days(2)).version, 3U);
  Client ended = client_in(terminated);
  EXPECT_EQ(outcome_of(with_change(ended, change_of({}, kNow), kNow)), "client_terminated");
}

Credential live_key() { return {.sequence = 1, .secret_hash = "first", .last_four = "1111"}; }

TEST(Credential, HasTwoRightSecretsAtMostAndNoneBeyondItsEnd) {
  const auto once = rotate(live_key(), {"second", "2222", hours(24)}, kNow);
  ASSERT_TRUE(once);
  EXPECT_EQ(once->secret_hash, "second");
  EXPECT_EQ(once->last_four, "2222");
  EXPECT_EQ(once->previous_secret_hash, "first");
  EXPECT_EQ(once->previous_secret_expires_at, kNow + hours(24));
  EXPECT_EQ(once->sequence, 2U);
  const auto twice = rotate(*once, {"third", "3333", hours(1)}, kNow);
  EXPECT_EQ(twice->previous_secret_hash, "second");
  Credential ending = live_key();
  ending.expires_at = kNow + hours(2);
  EXPECT_EQ(rotate(ending, {"second", "2222", hours(24)}, kNow)->previous_secret_expires_at, kNow + hours(2));
  EXPECT_EQ(rotate(live_key(), {"second", "2222", {}}, kNow)->previous_secret_hash, std::nullopt);
}

NewSigningKey signing_key(const char* secret, Duration overlap) {
  return {.public_key = {}, .secret = secret, .overlap = overlap};
}

TEST(Credential, HasTwoSigningKeysAtMostAndTheOlderOneEnds) {
  const auto first = set_signing_key(live_key(), {{1, 1}}, signing_key("first", hours(24)), kNow);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->signing_keys.size(), 1U);
  EXPECT_EQ(first->signing_keys[0].expires_at, std::nullopt);
  EXPECT_EQ(first->sequence, 2U);
  const auto second = set_signing_key(*first, {{1, 2}}, signing_key("second", hours(1)), kNow);
  ASSERT_EQ(second->signing_keys.size(), 2U);
  EXPECT_EQ(second->signing_keys[0].secret, "second");
  EXPECT_EQ(second->signing_keys[1].secret, "first");
  EXPECT_EQ(second->signing_keys[1].expires_at, kNow + hours(1));
  const auto third = set_signing_key(*second, {{1, 3}}, signing_key("third", hours(1)), kNow);
  ASSERT_EQ(third->signing_keys.size(), 2U);
  EXPECT_EQ(third->signing_keys[1].secret, "second");
  EXPECT_EQ(set_signing_key(*third, {{1, 4}}, signing_key("fourth", {}), kNow)->signing_keys.size(), 1U);
}

BoundCertificate certificate(char letter) { return {*Thumbprint::parse(std::string(42, letter) + "A"), {}, {}}; }

TEST(Credential, IsBoundToTheCertificatesThatItHas) {
  const auto first = add_certificate(live_key(), certificate('a'), kNow);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->certificates.at(0).added_at, kNow);
  EXPECT_EQ(first->sequence, 2U);
  EXPECT_EQ(outcome_of(add_certificate(*first, certificate('a'), kNow)), "state_conflict");
  const auto second = add_certificate(*first, certificate('b'), kNow);
  ASSERT_EQ(second->certificates.size(), 2U);
  const auto removed = remove_certificate(*second, certificate('a').thumbprint, kNow);
  ASSERT_EQ(removed->certificates.size(), 1U);
  EXPECT_EQ(removed->certificates[0].thumbprint, certificate('b').thumbprint);
  EXPECT_EQ(outcome_of(remove_certificate(*removed, certificate('a').thumbprint, kNow)), "not_found");
  Credential full = live_key();
  for (char letter = 'a'; letter < 'a' + static_cast<char>(kMostCertificates); ++letter)
    full = *add_certificate(full, certificate(letter), kNow);
  EXPECT_EQ(outcome_of(add_certificate(full, certificate('Z'), kNow)), "field_out_of_range");
}

TEST(Credential, KnowsThumbprintsByTheirOneSpelling) {
  EXPECT_TRUE(Thumbprint::parse("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0"));
  for (const std::string_view wrong :
       {"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg1", "bwcK0esc3ACC3DB2Y5/lESsXE8o9ltc05O89jdN-dg0",
        "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0=", "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg"})
    EXPECT_FALSE(Thumbprint::parse(wrong)) << wrong;
}

TEST(Credential, IsNotChangedOnceItIsRevoked) {
  const auto revoked = revoke(live_key(), kNow);
  EXPECT_EQ(outcome_of(set_signing_key(*revoked, {{1, 1}}, signing_key("s", {}), kNow)), "state_conflict");
  EXPECT_EQ(outcome_of(rotate(*revoked, {"s", "l", {}}, kNow)), "state_conflict");
  EXPECT_EQ(outcome_of(set_networks(*revoked, {}, kNow)), "state_conflict");
  EXPECT_EQ(outcome_of(add_certificate(*revoked, certificate('a'), kNow)), "state_conflict");
  EXPECT_EQ(outcome_of(remove_certificate(*revoked, certificate('a').thumbprint, kNow)), "state_conflict");
}

TEST(Credential, IsRefusedWhatIsOutOfRange) {
  EXPECT_EQ(outcome_of(rotate(live_key(), {"s", "l", days(7) + Duration{1}}, kNow)), "field_out_of_range");
  EXPECT_EQ(outcome_of(rotate(live_key(), {"s", "l", Duration{-1}}, kNow)), "field_out_of_range");
  for (const Duration overlap : {days(7) + Duration{1}, Duration{-1}})
    EXPECT_EQ(outcome_of(set_signing_key(live_key(), {{1, 1}}, signing_key("s", overlap), kNow)), "field_out_of_range");
  const std::vector<Network> many(kMostNetworks + 1, *Network::parse("192.0.2.7"));
  EXPECT_EQ(outcome_of(set_networks(live_key(), many, kNow)), "field_out_of_range");
  EXPECT_EQ(set_networks(live_key(), {many.begin(), many.end() - 1}, kNow)->networks.size(), kMostNetworks);
}

TEST(Network, HasOneFormOnly) {
  for (const char* text : {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1"}) EXPECT_TRUE(Network::parse(text)) << text;
  for (const char* text : {"192.0.2.7/32", "192.0.2.7/24", "2001:DB8::/32", "2001:db8:0::/32", "example.com", ""})
    EXPECT_FALSE(Network::parse(text)) << text;
}

}  // namespace
}  // namespace mohur::registry
