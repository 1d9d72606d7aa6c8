// The gate and access tokens where a caller from outside cannot bring them: to the moment at which they end.
#include "gateway/rig_test.hpp"

namespace mohur::gateway {
namespace {

class GateTokenTest : public GateTest {
 protected:
  Answer form(const std::string& path, const std::string& body, const std::string& bearer = {}) {
    return send("POST", path, bearer.empty() ? client_key : bearer, body, {{"Content-Type", "application/x-www-form-urlencoded"}})
        .get();
  }
  std::string get_token(const std::string& key = {}) {
    return form("/oauth/token", "grant_type=client_credentials", key).member("access_token");
  }
  registry::CredentialId newest() {
    registry::CredentialId id;
    run([&] { id = machine.archive->list<registry::Credential>(client, Mode::test, {}, 1)->items.at(0).id; });
    return id;
  }
};

TEST_F(GateTokenTest, ATokenEndsAtItsMomentAndNotBefore) {
  start();
  const std::string token = get_token();
  machine.clock.advance(settings.token_lifetime - Duration{1});
  EXPECT_EQ(get("/v1/payins", token).token(), "ok");
  machine.clock.advance(Duration{1});
  const Answer refused = get("/v1/payins", token);
  EXPECT_EQ(refused.token(), "token_expired");
  EXPECT_EQ(refused.headers.at("www-authenticate"), "Bearer realm=\"mohur\", error=\"invalid_token\"");
  EXPECT_EQ(get("/v1/payins").token(), "ok") << "its key goes on";
  machine.clock.advance(days(30));
  EXPECT_EQ(get("/v1/payins", token).token(), "token_expired") << "and is told for what it is, whatever day's key sealed it";
}

TEST_F(GateTokenTest, ATokenIsNotGoodForLongerThanItsKey) {
  machine.found();
  client = machine.approve_client();
  const std::string brief = issue(machine.clock.now() + minutes(5));
  start();
  const Answer given = form("/oauth/token", "grant_type=client_credentials", brief);
  EXPECT_EQ(given.member("expires_in"), "300");
  machine.clock.advance(minutes(5));
  EXPECT_EQ(get("/v1/payins", given.member("access_token")).token(), "credential_expired");
}

TEST_F(GateTokenTest, ATokenEndsWithTheSecretThatItWasGotWith) {
  start();
  const std::string token = get_token();
  ASSERT_TRUE(decide(kernel::RotateCredential{newest(), {std::string(32, 'h'), "last", minutes(3)}}, machine.asha));
  EXPECT_EQ(get("/v1/payins", token).token(), "ok");
  machine.clock.advance(minutes(3) - Duration{1});
  EXPECT_EQ(get("/v1/payins", token).token(), "ok");
  machine.clock.advance(Duration{1});
  EXPECT_EQ(get("/v1/payins", token).token(), "token_revoked");
}

TEST_F(GateTokenTest, ARevocationIsKnownToTheNextGateAndForgottenWithItsToken) {
  start();
  const std::string token = get_token(), other = get_token();
  EXPECT_EQ(form("/oauth/revoke", "token=" + token).status, 200);
  const std::uint64_t once = position();
  EXPECT_EQ(form("/oauth/revoke", "token=" + token).status, 200);
  EXPECT_EQ(position(), once) << "what is over leaves no event";
  EXPECT_EQ(get("/v1/payins", token).token(), "token_revoked");
  const auto known = [&] {
    Directory directory;
    EXPECT_TRUE(directory.load(*machine.archive, machine.clock.now()));
    return directory.revoked_tokens();
  };
  EXPECT_EQ(known(), 1U);
  machine.clock.advance(registry::kLongestToken + minutes(1));
  EXPECT_EQ(known(), 0U);
  EXPECT_EQ(get("/v1/payins", other).token(), "token_expired");
}

TEST_F(GateTokenTest, AWrongTokenCountsAgainstItsAddressAndARightOneIsTakenAllTheSame) {
  start();
  const std::string token = get_token();
  tokens::TokenSealer stranger{*crypto::Key256::from_bytes(std::string(32, 's')), machine.random};
  const std::string foreign = stranger.seal({.issued_at = machine.clock.now(), .certificate = {}});
  for (std::uint32_t n = 0; n < Guesses::kToldAsWrong; ++n) EXPECT_EQ(get("/v1/payins", foreign).token(), "credential_invalid");
  EXPECT_EQ(get("/v1/payins", foreign).token(), "address_blocked");
  EXPECT_EQ(get("/v1/payins", token).token(), "ok");
  const Answer blocked = form("/oauth/token", "grant_type=client_credentials&client_id=000000000000", foreign);
  EXPECT_EQ(blocked.status, 429);
  EXPECT_EQ(blocked.member("error"), "invalid_client");
}

}  // namespace
}  // namespace mohur::gateway
