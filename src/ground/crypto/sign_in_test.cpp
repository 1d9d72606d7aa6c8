// What people sign in with: passwords against the vectors of Argon2's own tests, codes against those of RFC 4226 and RFC 6238.
#include <gtest/gtest.h>

#include "crypto/one_time_code.hpp"
#include "crypto/password.hpp"
#include "crypto/system_random.hpp"

namespace mohur::crypto {
namespace {

const std::string kSecret = "12345678901234567890";
constexpr PasswordCost kCheap{.memory_kib = 64, .passes = 1, .lanes = 1};

// From the test suite of the reference implementation of Argon2, version 0x13.
TEST(Passwords, AreWhatThePublishedHashesSay) {
  const std::string published = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_TRUE(matches_password("password", published));
  EXPECT_FALSE(matches_password("passwore", published));
  EXPECT_TRUE(
      matches_password("password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"));
}

TEST(Passwords, AreHashedWithASaltOfTheirOwnAndTheParametersOfRfc9106) {
  SystemRandom random;
  const std::string once = hash_password("correct horse", random), again = hash_password("correct horse", random);
  EXPECT_TRUE(once.starts_with("$argon2id$v=19$m=65536,t=3,p=4$")) << once;
  EXPECT_NE(once, again);
  EXPECT_TRUE(matches_password("correct horse", once));
  EXPECT_FALSE(matches_password("correct horsf", once));
}

TEST(Passwords, NothingMatchesATextThatIsNoHashOrAsksForTooMuch) {
  SystemRandom random;
  const std::string hash = hash_password("p", random, kCheap);
  EXPECT_TRUE(matches_password("p", hash));
  EXPECT_FALSE(matches_password("p", ""));
  EXPECT_FALSE(matches_password("p", "$argon2i$" + hash.substr(10)));
  EXPECT_FALSE(matches_password("p", hash.substr(0, hash.size() - 1)));
  EXPECT_FALSE(matches_password("p", "$argon2id$v=19$m=4194304,t=1,p=1$" + hash.substr(hash.find("p=1$") + 4)));
}

// RFC 4226, appendix D.
TEST(Codes, OfCountersAreWhatRfc4226Says) {
  const char* const published[] = {"755224", "287082", "359152", "969429", "338314",
                                   "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t counter = 0; counter < 10; ++counter) EXPECT_EQ(one_time_code(kSecret, counter), published[counter]);
}

// RFC 6238, appendix B: the rows of SHA-1.
TEST(Codes, OfTimesAreWhatRfc6238Says) {
  const struct {
    std::uint64_t at;  // in seconds; the last lies beyond what a Time can hold
    const char* code;
  } rows[] = {{59, "94287082"},
              {1'111'111'109, "07081804"},
              {1'111'111'111, "14050471"},
              {1'234'567'890, "89005924"},
              {2'000'000'000, "69279037"},
              {20'000'000'000, "65353130"}};
  for (const auto& row : rows) EXPECT_EQ(one_time_code(kSecret, row.at / kCodeStepSeconds, 8), row.code) << row.at;
  EXPECT_EQ(code_step(Time{} + seconds(59)), 1U);
  EXPECT_EQ(code_step(Time{} + seconds(60)), 2U);
}

TEST(Codes, AreGoodForTheStepBeforeAndTheOneBehindAndCountOnce) {
  const Time at = Time{} + seconds(1'234'567'890);
  const std::uint64_t step = code_step(at);
  for (const std::uint64_t good : {step - 1, step, step + 1})
    EXPECT_EQ(step_of_code(kSecret, one_time_code(kSecret, good), at, 0), good);
  for (const std::uint64_t bad : {step - 2, step + 2}) EXPECT_FALSE(step_of_code(kSecret, one_time_code(kSecret, bad), at, 0));
  EXPECT_FALSE(step_of_code(kSecret, one_time_code(kSecret, step), at, step));
  EXPECT_FALSE(step_of_code(kSecret, "", at, 0));
}

// RFC 4648, section 10, without its padding.
TEST(Codes, SecretsAreShownInBase32AndAsALink) {
  EXPECT_EQ(base32_text("f"), "MY");
  EXPECT_EQ(base32_text("foob"), "MZXW6YQ");
  EXPECT_EQ(base32_text("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(code_link("Mohur", "asha rao@x.example", "foobar"),
            "otpauth://totp/Mohur:asha%20rao@x.example?secret=MZXW6YTBOI&issuer=Mohur&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace mohur::crypto
