// The gate and the usage policy: rates of plans, networks of keys, secrets that rotate.
#include <algorithm>

#include "engine/claims.hpp"
#include "gateway/rig_test.hpp"

namespace mohur::gateway {
namespace {

using policy::Rate;
using policy::RouteClass;
using registry::Network;

const std::string kPayout =
    R"({"beneficiary":"ben_00000000000000000000000000","amount":100,"currency":"INR","purpose":"vendor"})";

class GatePolicyTest : public GateTest {
 protected:
  // A client on a plan of its own, before the gate opens.
  void start_on(const policy::Allowance& allowance) {
    found();
    agree_on(allowance, [&](kernel::Intent intent, registry::Caller caller) { return machine.send(std::move(intent), caller); });
    start();
  }
  void found() {
    if (!client.is_zero()) return;
    machine.found();
    client = machine.approve_client();
  }
  // Another plan, while calls come in.
  void change_to(const policy::Allowance& allowance) {
    agree_on(allowance, [&](kernel::Intent intent, registry::Caller caller) { return decide(std::move(intent), caller); });
  }
  std::vector<std::string> tokens_of(std::vector<std::future<Answer>>& calls_sent) {
    std::vector<std::string> tokens;
    for (auto& call : calls_sent) tokens.push_back(call.get().token());
    return tokens;
  }
  std::ptrdiff_t admitted_of(int count, const std::string& path) {
    std::vector<std::future<Answer>> sent;
    for (int n = 0; n < count; ++n) sent.push_back(send("GET", path, client_key));
    const std::vector<std::string> tokens = tokens_of(sent);
    EXPECT_EQ(std::ranges::count(tokens, "ok") + std::ranges::count(tokens, "rate_exceeded"), count);
    return std::ranges::count(tokens, "ok");
  }

 private:
  template <class Decide>
  void agree_on(const policy::Allowance& allowance, Decide&& decide_by) {
    const auto proposed = decide_by(kernel::ProposePlan{"own", allowance}, machine.asha);
    const auto plan = std::get<policy::Plan>(proposed->at(0).object).id;
    EXPECT_TRUE(decide_by(kernel::DecidePlan{plan, policy::PlanStatus::active}, machine.bina));
    const registry::Client known = **machine.archive->get<registry::Client>(client.value);
    registry::DatedAgreement on_it{registry::lasting_agreement(known), machine.clock.now(), {}};
    on_it.agreement.plan = plan;
    const auto change = decide_by(kernel::ProposeAgreement{client, on_it, "r"}, machine.asha);
    EXPECT_TRUE(
        decide_by(kernel::DecideAgreement{std::get<registry::AgreementChange>(change->at(0).object).id, true}, machine.bina));
  }
};

policy::Allowance allowance_of(Rate total) {
  return {.total = total, .rates = {{RouteClass::reserved, {10, 3'600, 10}}}, .concurrent_calls = 10'000};
}

TEST_F(GatePolicyTest, ABudgetOfAHundredAdmitsAHundredOfTwoThousandAtOnce) {
  start_on(allowance_of({100, 3'600, 100}));
  EXPECT_EQ(admitted_of(2'000, "/v1/payins"), 100);
}

TEST_F(GatePolicyTest, ARefusalSaysWhenToComeAgainAndThatIsExact) {
  start_on(allowance_of({60, 60, 2}));
  const Answer first = get("/v1/payins");
  EXPECT_EQ(first.headers.at("ratelimit-policy"), R"("total";q=60;w=60)");
  EXPECT_EQ(first.headers.at("ratelimit"), R"("total";r=1;t=1)");
  EXPECT_FALSE(first.headers.contains("retry-after"));
  get("/v1/payins");
  const Answer refused = get("/v1/payins");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.token(), "rate_exceeded");
  EXPECT_EQ(refused.member("clause"), "P6.2");
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(refused.headers.at("ratelimit"), R"("total";r=0;t=1)");
  steady.advance(seconds(1) - Duration{1});
  EXPECT_EQ(get("/v1/payins").token(), "rate_exceeded");
  steady.advance(Duration{1});
  EXPECT_EQ(get("/v1/payins").token(), "ok");
}

TEST_F(GatePolicyTest, MoreKeysAreNotMoreCallsAndAnotherClientHasItsOwn) {
  found();
  const std::string second_key = issue();
  const registry::ClientId other = machine.approve_client();
  const std::string key_of_other = [&] {
    const registry::ClientId own = std::exchange(client, other);
    std::string key = issue();
    client = own;
    return key;
  }();
  start_on(allowance_of({10, 3'600, 10}));
  EXPECT_EQ(admitted_of(20, "/v1/payins"), 10);
  EXPECT_EQ(get("/v1/payins", second_key).token(), "rate_exceeded");
  EXPECT_EQ(get("/v1/payins", key_of_other).token(), "ok");
}

TEST_F(GatePolicyTest, WhatIsReservedSurvivesAFlood) {
  start_on(allowance_of({10, 3'600, 10}));
  admitted_of(50, "/v1/payins");
  EXPECT_EQ(get("/v1/payouts/payout_00000000000000000000000000").token(), "not_found");
  const Answer limits = get("/v1/limits");
  EXPECT_EQ(limits.token(), "ok");
  EXPECT_EQ(limits.member("remaining"), "0");
}

TEST_F(GatePolicyTest, AChangeOfPlanCountsAtOnceAndResetsNothing) {
  start_on(allowance_of({100, 3'600, 100}));
  EXPECT_EQ(admitted_of(150, "/v1/payins"), 100);
  change_to(allowance_of({150, 3'600, 150}));
  EXPECT_EQ(admitted_of(150, "/v1/payins"), 50);
  change_to(allowance_of({100, 3'600, 100}));
  EXPECT_EQ(admitted_of(150, "/v1/payins"), 0);
}

TEST_F(GatePolicyTest, AKeyWorksFromItsNetworksOnly) {
  found();
  const std::string here = issue({}, Mode::test, {*Network::parse("192.0.2.0/24"), *Network::parse("127.0.0.0/8")});
  const std::string elsewhere = issue({}, Mode::test, {*Network::parse("192.0.2.0/24")});
  start();
  EXPECT_EQ(get("/v1/payins", here).token(), "ok");
  const Answer refused = get("/v1/payins", elsewhere);
  EXPECT_EQ(refused.token(), "network_not_allowed");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.member("clause"), "P4.2");
  EXPECT_THAT(refused.member("detail"), testing::HasSubstr("127.0.0.1"));
}

TEST_F(GatePolicyTest, ALiveKeyWithoutNetworksSendsNoMoney) {
  found();
  const std::string open = issue({}, Mode::live);
  const std::string bound = issue({}, Mode::live, {*Network::parse("127.0.0.1")});
  start();
  EXPECT_EQ(get("/v1/payouts", open).token(), "ok");
  const Headers once{{"Idempotency-Key", "k1"}};
  EXPECT_EQ(send("POST", "/v1/payouts", open, kPayout, once).get().token(), "networks_required");
  EXPECT_EQ(send("POST", "/v1/payouts", bound, kPayout, once).get().token(), "rail_unavailable");  // past the gate
  EXPECT_EQ(send("POST", "/v1/payouts", client_key, kPayout, once).get().token(), "not_found");    // test mode asks for none
}

TEST_F(GatePolicyTest, ARotatedSecretIsRightUntilItsOverlapEnds) {
  start();
  const auto old = crypto::parse_api_key(client_key);
  const crypto::ApiKey fresh{crypto::KeyMode::test, crypto::KeyKind::sk, std::string{old->kid}, std::string(32, 'z')};
  std::string hash;
  run([&] { hash = machine.vault->secret_hash(fresh.secret).view(); });
  registry::CredentialId id;
  run([&] { id = machine.archive->list<registry::Credential>(client, Mode::test, {}, 1)->items.at(0).id; });
  ASSERT_TRUE(decide(kernel::RotateCredential{id, {hash, "zzzz", hours(1)}}, machine.asha));
  EXPECT_EQ(get("/v1/payins").token(), "ok");
  EXPECT_EQ(get("/v1/payins", crypto::to_text(fresh)).token(), "ok");
  machine.clock.advance(hours(1));
  EXPECT_EQ(get("/v1/payins").token(), "credential_invalid");
  EXPECT_EQ(get("/v1/payins", crypto::to_text(fresh)).token(), "ok");
}

// 64 connections call as fast as they are answered; whatever they begin after the revocation was acknowledged is refused.
TEST_F(GatePolicyTest, NothingIsAcceptedAfterAnAcknowledgedRevocation) {
  start();
  registry::CredentialId id;
  run([&] { id = machine.archive->list<registry::Credential>(client, Mode::test, {}, 1)->items.at(0).id; });
  std::atomic<bool> is_revoked{false};
  std::atomic<int> accepted_before{0}, accepted_after{0};
  std::vector<std::jthread> callers;
  for (int n = 0; n < 64; ++n) {
    callers.emplace_back([&] {
      for (int refused = 0; refused < 5;) {
        const bool after = is_revoked;
        const std::string token = get("/v1/payins").token();
        if (token == "ok") (after ? accepted_after : accepted_before) += 1;
        if (token == "credential_revoked") ++refused;
        if (token != "ok" && token != "credential_revoked") return;
        steady.advance(seconds(1));
      }
    });
  }
  while (accepted_before < 1'000) std::this_thread::yield();
  EXPECT_TRUE(decide(kernel::RevokeCredential{id}, machine.asha));
  is_revoked = true;
  callers.clear();
  EXPECT_GE(accepted_before, 1'000);
  EXPECT_EQ(accepted_after, 0);
}

}  // namespace
}  // namespace mohur::gateway
