// What a provider's token must say, and who must have signed it.
#include "openid/id_token.hpp"

#include "crypto/encoding.hpp"
#include "openid/rig_test.hpp"

namespace mohur::openid {
namespace {

struct Door {
  Result<Identity> read(const std::string& token) {
    return read_id_token(token, keys,
                         {.issuer = "https://login.example", .client = "mohur", .nonce = "n1", .factors = factors, .now = kNow});
  }
  // What is told of a statement; `ok` for a good one.
  std::string told(std::initializer_list<std::pair<std::string, std::string>> replaced) {
    const auto identity = read(key.sign(statement(replaced), "RS256"));
    return identity ? "ok" : identity.error().detail;
  }

  const SigningKey key{Kind::rsa, "k1"}, curve{Kind::curve, "k2"};
  const ProviderKeys keys = *ProviderKeys::read(key_set({key.published(), curve.published()}));
  std::vector<std::string> factors{"otp", "mfa"};
};

std::string number(Duration from_now) { return std::to_string((kNow + from_now).unix_ms() / 1'000); }

TEST(IdToken, TellsWhoHasSignedIn) {
  Door door;
  for (const auto& token : {door.key.sign(statement(), "RS256"), door.key.sign(statement(), "PS256"),
                            door.key.sign(statement(), "RS512"), door.curve.sign(statement(), "ES256")}) {
    const auto identity = door.read(token);
    ASSERT_TRUE(identity) << identity.error().detail;
    EXPECT_EQ(identity->subject, "41");
    EXPECT_EQ(identity->email, "asha@mohur.example");
  }
}

TEST(IdToken, IsSignedByAKeyThatTheProviderPublishes) {
  Door door;
  const std::string good = door.key.sign(statement(), "RS256");
  const std::string other = door.key.sign(statement({{"sub", R"("42")"}}), "RS256");
  const auto part = [](const std::string& token, int index) {
    std::size_t from = 0;
    for (; index > 0; --index) from = token.find('.', from) + 1;
    return token.substr(from, token.find('.', from) - from);
  };
  const SigningKey stranger{Kind::rsa, "k1"}, secret{Kind::secret, "k1"};
  const std::string none = crypto::base64url_encode(R"({"alg":"none"})") + "." + part(good, 1) + ".";
  for (const std::string& wrong :
       {stranger.sign(statement(), "RS256"), secret.sign(statement(), "HS256"), none, none + part(good, 2),
        part(good, 0) + "." + part(other, 1) + "." + part(good, 2), part(good, 0) + "." + part(good, 1) + ".",
        std::string{"a.b.c"}, std::string{}, std::string(20'000, 'a')}) {
    const auto identity = door.read(wrong);
    ASSERT_FALSE(identity) << wrong;
    EXPECT_EQ(identity.error().outcome, Outcome::sign_in_failed);
    EXPECT_EQ(identity.error().detail, "The provider's token is not signed by one of its keys.");
  }
}

TEST(IdToken, IsForThisServerAndThisAttempt) {
  Door door;
  EXPECT_EQ(door.told({{"aud", R"(["mohur"])"}}), "ok");
  EXPECT_EQ(door.told({{"aud", R"(["other","mohur"])"}, {"azp", R"("mohur")"}}), "ok");
  for (const auto& wrong : {std::pair{"aud", R"("other")"}, {"aud", R"(["other","mohur"])"}, {"aud", ""}, {"azp", R"("other")"}})
    EXPECT_EQ(door.told({wrong}), "The provider's token is for somebody else.") << wrong.second;
  EXPECT_EQ(door.told({{"iss", R"("https://login.example/")"}}), "The provider's token is of another issuer.");
  EXPECT_EQ(door.told({{"iss", ""}}), "The provider's token is of another issuer.");
  EXPECT_EQ(door.told({{"nonce", R"("n2")"}}), "The provider's token is of another attempt.");
  EXPECT_EQ(door.told({{"nonce", ""}}), "The provider's token is of another attempt.");
}

TEST(IdToken, IsGoodForATimeWithAMinuteOfTolerance) {
  Door door;
  EXPECT_EQ(door.told({{"exp", number(seconds(-59))}}), "ok");
  EXPECT_EQ(door.told({{"exp", number(seconds(-60))}}), "The provider's token is over.");
  EXPECT_EQ(door.told({{"iat", number(seconds(60))}}), "ok");
  EXPECT_EQ(door.told({{"iat", number(seconds(61))}}), "The provider's token is of the future: one of the two clocks is wrong.");
  EXPECT_EQ(door.told({{"nbf", number(seconds(60))}}), "ok");
  EXPECT_EQ(door.told({{"nbf", number(seconds(61))}}), "The provider's token is of the future: one of the two clocks is wrong.");
  EXPECT_EQ(door.told({{"exp", R"("soon")"}}), "The provider's token does not say when it is good.");
  EXPECT_EQ(door.told({{"iat", ""}}), "The provider's token does not say when it is good.");
}

TEST(IdToken, TellsAVerifiedAddressAndASecondFactor) {
  Door door;
  EXPECT_EQ(door.told({{"email_verified", R"("true")"}}), "ok") << "as some providers write it";
  for (const auto& wrong :
       {std::pair{"email_verified", "false"}, {"email_verified", ""}, {"email_verified", "1"}, {"email", ""}, {"sub", ""}})
    EXPECT_EQ(door.told({wrong}), "The provider does not tell a verified e-mail address.") << wrong.first;
  EXPECT_EQ(door.told({{"amr", R"(["otp"])"}}), "ok");
  EXPECT_THAT(door.told({{"amr", R"(["pwd"])"}}), testing::HasSubstr("second factor"));
  EXPECT_THAT(door.told({{"amr", ""}}), testing::HasSubstr("second factor"));
  door.factors.clear();
  EXPECT_EQ(door.told({{"amr", ""}}), "ok") << "where the operator trusts the provider with it";
}

TEST(ProviderKeys, OfOtherKindsAndUsesArePassedOver) {
  const SigningKey key{Kind::rsa, "k1"}, weak{Kind::weak_rsa, "k2"}, secret{Kind::secret, "k3"}, nameless{Kind::curve, ""};
  const std::string foreign = R"({"kty":"OKP","crv":"Ed25519","kid":"k4","x":"AAAA"})";
  EXPECT_FALSE(ProviderKeys::read(key_set({weak.published(), secret.published(), foreign, key.published(R"("use":"enc",)")})));
  for (const char* text : {"", "{}", "[]", R"({"keys":{}})", R"({"keys":[1,"a"]})"})
    EXPECT_FALSE(ProviderKeys::read(text)) << text;
  const auto keys = ProviderKeys::read(key_set({foreign, key.published(R"("use":"sig",)"), nameless.published()}));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->know(key.sign("{}", "RS256")));
  EXPECT_FALSE(keys->know(weak.sign("{}", "RS256")));
  EXPECT_FALSE(keys->know("a.b.c"));
  EXPECT_EQ(keys->signed_by_one(nameless.sign("{}", "ES256")), "{}") << "a token that names no key is held against each";
}

}  // namespace
}  // namespace mohur::openid
