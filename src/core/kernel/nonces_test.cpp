// A signature counts once: its nonce is claimed with what its command did, known for as long as it is good, and then let go.
#include "kernel/nonces.hpp"

#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

constexpr Key128 kKey{0x5169, 7};

class NonceTest : public testing::Test {
 protected:
  // A signed command, decided and applied; the token of its refusal, or `ok`.
  std::string send(Key128 nonce, std::optional<Idempotency> idempotency = {}, Time until = Time{}) {
    Command command = house.command(CreateVirtualAccount{.account_number = payments::AccountNumber::trusted("900000000001"),
                                                         .ifsc = payments::Ifsc::trusted("MOHR0000001"),
                                                         .account_claim = some_key(9, ++accounts_),
                                                         .reference_id = {},
                                                         .reference_claim = {},
                                                         .metadata = {}},
                                    registry::by_credential({}), house.client, Mode::test, idempotency);
    command.nonce = Nonce{nonce, until == Time{} ? house.at + seconds(300) : until};
    const auto made = house.decide(command);
    if (!made) return std::string{to_token(made.error().outcome)};
    for (const Event& event : made->events) house.apply(event);
    return made->replay_of ? "replayed" : "ok";
  }

  House house;

 private:
  std::uint64_t accounts_ = 0;
};

TEST_F(NonceTest, CountsOnceWhileItsSignatureIsGood) {
  EXPECT_EQ(send(kKey), "ok");
  EXPECT_EQ(house.events.back().nonce, (Nonce{kKey, house.at + seconds(300)}));
  EXPECT_EQ(send(kKey), "signature_replayed");
  EXPECT_EQ(send({0x5169, 8}), "ok");
  house.at = house.at + seconds(300);
  EXPECT_EQ(send(kKey), "signature_replayed") << "good to the last moment";
  EXPECT_EQ(house.state.nonces.size(), 2U);
  house.at = house.at + Duration{1};
  EXPECT_EQ(send(kKey), "ok") << "in a new signature, when the old one is over";
}

TEST_F(NonceTest, IsLetGoWithTheNextEventOnceItIsOver) {
  const Time until = house.at + seconds(300);
  EXPECT_EQ(send(kKey), "ok");
  house.at = until + Duration{1};
  EXPECT_EQ(send({0x5169, 8}), "ok");
  EXPECT_EQ(house.state.nonces.size(), 1U);
  EXPECT_EQ(send(kKey, {}, until), "signature_expired") << "what is forgotten is too old to come again";
  EXPECT_EQ(send(kKey), "ok") << "in a new signature";
}

TEST_F(NonceTest, ComesBeforeTheAnswerThatWasGiven) {
  const Idempotency key{some_key(5, 1), 77};
  EXPECT_EQ(send(kKey, key), "ok");
  EXPECT_EQ(send(kKey, key), "signature_replayed");
  EXPECT_EQ(send({0x5169, 8}, key), "replayed") << "signed anew, the first answer comes again";
}

TEST_F(NonceTest, OfARefusedCommandIsNotClaimed) {
  Command command = house.command(CancelPayout{{{1, 1}}}, registry::by_credential({}), house.client, Mode::test);
  command.nonce = Nonce{kKey, house.at + seconds(300)};
  EXPECT_FALSE(house.decide(command).has_value());
  EXPECT_EQ(house.state.nonces.size(), 0U);
}

TEST_F(NonceTest, ThatComesTwiceOrLateIsAContradiction) {
  EXPECT_EQ(send(kKey), "ok");
  Event again = house.events.back();
  again.at = house.at;
  EXPECT_EQ(contradiction(house.state, again), "has a nonce that was used before, or too late");
  again.nonce = Nonce{{0x5169, 8}, house.at - Duration{1}};
  EXPECT_EQ(contradiction(house.state, again), "has a nonce that was used before, or too late");
  again.nonce->until = house.at;
  EXPECT_EQ(contradiction(house.state, again), std::nullopt);
}

}  // namespace
}  // namespace mohur::kernel
