// The way to a provider and back, with a provider that answers as the test has it.
#include "openid/provider.hpp"

#include <deque>

#include "openid/rig_test.hpp"

namespace mohur::openid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct StillClock final : Clock {
  Time now() override { return time; }
  Time time = kNow;
};
struct CountingRandom final : Random {
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = ++last;
  }
  std::uint8_t last = 0;
};

const std::string kDescription = R"({"issuer":"https://login.example","authorization_endpoint":"https://login.example/go?a=1",
  "token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"})";

struct Desk {
  // Answers the oldest question.
  void answer(std::string body, int status = 200) {
    ASSERT_FALSE(asked.empty());
    const auto done = std::move(asked.front().second);
    asked.pop_front();
    done({.status = status, .body = std::move(body)});
  }
  void fail() {
    const auto done = std::move(asked.front().second);
    asked.pop_front();
    done({.error = net::ClientError::timed_out, .detail = "It took too long."});
  }
  void describe() {
    answer(kDescription);
    answer(key_set({key.published()}));
  }
  void begin() {
    provider.begin(attempt, [this](const Result<std::string>& address) {
      told.push_back(address ? *address : std::string{to_token(address.error().outcome)} + ": " + address.error().detail);
    });
  }
  void redeem() {
    provider.redeem("c/1", attempt, [this](const Result<Identity>& identity) {
      told.push_back(identity ? identity->subject
                              : std::string{to_token(identity.error().outcome)} + ": " + identity.error().detail);
    });
  }
  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (const auto& each : asked) urls.push_back(each.first.url);
    return urls;
  }
  std::string token(const SigningKey& by) const {
    return R"({"id_token":")" + by.sign(statement({{"nonce", "\"" + attempt.nonce + "\""}}), "RS256") + "\"}";
  }

  StillClock clock;
  CountingRandom random;
  const SigningKey key{Kind::rsa, "k1"};
  const Attempt attempt = Attempt::make(random);
  std::deque<std::pair<net::ClientRequest, std::function<void(net::ClientResponse)>>> asked;
  std::vector<std::string> told;
  Provider provider{{.issuer = "https://login.example",
                     .client = "mohur",
                     .secret = "a:b",
                     .returns_to = "https://pay.example/back",
                     .factors = {"mfa"}},
                    clock,
                    [this](net::ClientRequest request, std::function<void(net::ClientResponse)> done) {
                      asked.emplace_back(std::move(request), std::move(done));
                    }};
};

TEST(Provider, IsAskedOnceForWhatItPublishesAndAgainEachHour) {
  Desk desk;
  desk.begin();
  desk.begin();
  EXPECT_THAT(desk.urls(), ElementsAre("https://login.example/.well-known/openid-configuration"));
  desk.describe();
  ASSERT_EQ(desk.told.size(), 2U);
  EXPECT_EQ(desk.told[0],
            "https://login.example/go?a=1&response_type=code&client_id=mohur&redirect_uri=https%3A%2F%2Fpay.example"
            "%2Fback&scope=openid%20email&state=" +
                desk.attempt.state + "&nonce=" + desk.attempt.nonce + "&code_challenge=" +
                desk.told[0].substr(desk.told[0].find("code_challenge=") + 15, 43) + "&code_challenge_method=S256");
  desk.clock.time = kNow + minutes(59);
  desk.begin();
  EXPECT_TRUE(desk.asked.empty());
  desk.clock.time = kNow + hours(1);
  desk.begin();
  EXPECT_EQ(desk.asked.size(), 1U);
}

TEST(Provider, TheChallengeIsTheHashOfTheVerifier) {
  Desk desk;  // the pair of RFC 7636, appendix B
  desk.provider.begin({"s", "n", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
                      [&](const Result<std::string>& address) { desk.told.push_back(*address); });
  desk.describe();
  EXPECT_THAT(desk.told, ElementsAre(HasSubstr("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&")));
}

TEST(Provider, GivesItsTokenForACode) {
  Desk desk;
  desk.redeem();
  desk.describe();
  ASSERT_EQ(desk.asked.size(), 1U);
  const net::ClientRequest& request = desk.asked.front().first;
  EXPECT_EQ(request.method + " " + request.url, "POST https://login.example/token");
  EXPECT_EQ(request.body,
            "grant_type=authorization_code&code=c%2F1&redirect_uri=https%3A%2F%2Fpay.example%2Fback&code_verifier=" +
                desk.attempt.verifier);
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>{"Authorization", "Basic bW9odXI6YSUzQWI="}));
  desk.answer(desk.token(desk.key));
  EXPECT_THAT(desk.told, ElementsAre("41"));
}

TEST(Provider, TakesTheSecretInTheFormWhereItTakesItThereOnly) {
  Desk desk;
  desk.redeem();
  std::string description = kDescription;
  description.insert(1, R"("token_endpoint_auth_methods_supported":["private_key_jwt","client_secret_post"],)");
  desk.answer(description);
  desk.answer(key_set({desk.key.published()}));
  EXPECT_THAT(desk.asked.front().first.body, testing::EndsWith("&client_id=mohur&client_secret=a%3Ab"));
  EXPECT_THAT(desk.asked.front().first.headers, testing::Not(testing::Contains(testing::Key("Authorization"))));
}

TEST(Provider, ThatHasChangedItsKeysIsAskedForThemOnceAMinute) {
  Desk desk;
  const SigningKey next{Kind::rsa, "k2"};
  desk.redeem();
  desk.describe();
  desk.answer(desk.token(next));
  EXPECT_THAT(desk.told, ElementsAre("sign_in_failed: The provider's token is not signed by one of its keys."))
      << "asked just now";
  desk.clock.time = kNow + minutes(1);
  desk.redeem();
  desk.answer(desk.token(next));
  EXPECT_THAT(desk.urls(), ElementsAre("https://login.example/keys"));
  desk.answer(key_set({next.published()}));
  EXPECT_EQ(desk.told.back(), "41");
}

TEST(Provider, ThatIsAwayOrTalksNonsenseIsSaidToBe) {
  Desk desk;
  const auto last = [&] { return desk.told.empty() ? std::string{} : desk.told.back(); };
  desk.begin();
  desk.fail();
  EXPECT_EQ(last(), "provider_unavailable: The provider does not answer: It took too long.");
  for (const std::string& nonsense :
       {std::string{"<html>"}, std::string{"{}"}, std::string{kDescription}.replace(11, 8, "http2://")}) {
    desk.begin();
    desk.answer(nonsense);
    EXPECT_EQ(last(), "provider_unavailable: The provider does not describe itself as the issuer https://login.example.");
  }
  desk.begin();
  desk.answer(kDescription);
  desk.answer(R"({"keys":[]})");
  EXPECT_EQ(last(), "provider_unavailable: The provider publishes no key that is of use.");
  desk.redeem();
  desk.describe();
  desk.answer("", 502);
  EXPECT_EQ(last(), "provider_unavailable: https://login.example/token answers with status 502.");
  desk.redeem();
  desk.answer(R"({"error":"invalid_grant"})", 400);
  EXPECT_EQ(last(), "sign_in_failed: The provider did not take the code.");
  desk.redeem();
  desk.answer(R"({"error":"invalid_grant"})", 403);
  EXPECT_EQ(last(), "sign_in_failed: The provider did not take the code.") << "as some providers say it";
  desk.redeem();
  desk.answer("", 429);
  EXPECT_EQ(last(), "provider_unavailable: https://login.example/token answers with status 429.");
  desk.redeem();
  desk.answer(R"({"access_token":"a"})");
  EXPECT_EQ(last(), "provider_unavailable: The provider gives no id_token for its code.");
}

}  // namespace
}  // namespace mohur::openid
