// Sessions at the gate: how long they last, what is journaled of their use, and what a cookie alone cannot do.
#include "gateway/rig_test.hpp"

namespace mohur::gateway {
namespace {

class Sessions : public GateTest {
 protected:
  // Somebody has signed in, as far as the core knows.
  std::string open(registry::SessionKind kind = registry::SessionKind::bearer) {
    const crypto::ApiKey token = crypto::make_api_key(crypto::KeyMode::live, crypto::KeyKind::st, machine.random);
    const kernel::OpenSession intent{.person = *machine.asha.person(),
                                     .kind = kind,
                                     .manner = registry::SignInManner::provider,
                                     .factor = {},
                                     .kid = token.kid,
                                     .token_hash = std::string{machine.vault->secret_hash(token.secret).view()},
                                     .network = {},
                                     .lifetime = hours(12)};
    const auto opened = decide(intent, machine.asha);
    EXPECT_TRUE(opened);
    session = std::get<registry::Session>(opened->at(0).object).id;
    kid = token.kid;
    return crypto::to_text(token);
  }
  std::string me(const std::string& token) { return get("/v1/staff/me", token).token(); }
  // That the session was used now is in the journal: it is decided on the clock, which a test moves on.
  void wait_for_use() {
    for (bool is_there = false; !is_there;)
      run([&] { is_there = machine.archive->get<registry::Session>(session.value).value()->used_at == machine.clock.now(); });
  }
  registry::SessionId session;
  std::string kid;
};

TEST_F(Sessions, AreOverWhenTheyAreIdle) {
  start();
  const std::string token = open();
  for (int i = 0; i < 5; ++i) {
    machine.clock.advance(minutes(29));
    EXPECT_EQ(me(token), "ok");
    wait_for_use();
  }
  machine.clock.advance(minutes(30));
  EXPECT_EQ(me(token), "session_ended");
}

TEST_F(Sessions, AreOverInTheEndHoweverTheyAreUsed) {
  start();
  const std::string token = open();
  for (int i = 0; i < 12 * 4 - 1; ++i) {
    machine.clock.advance(minutes(15));
    ASSERT_EQ(me(token), "ok") << i;
  }
  machine.clock.advance(minutes(15));
  EXPECT_EQ(me(token), "session_ended");
}

TEST_F(Sessions, ThatTheyAreUsedIsJournaledNowAndThen) {
  start();
  const std::string token = open();
  const std::uint64_t before = position();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(me(token), "ok");
  EXPECT_EQ(position(), before);
  machine.clock.advance(StaffBook::kTouchEvery);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(me(token), "ok");
  run([] {});
  EXPECT_EQ(position(), before + 1);
  run([this] { EXPECT_EQ(machine.archive->get<registry::Session>(session.value).value()->used_at, machine.clock.now()); });
}

TEST_F(Sessions, AWrongSecretIsNoSessionAndAnEndedOneNeither) {
  start();
  const std::string token = open();
  crypto::ApiKey forged{crypto::KeyMode::live, crypto::KeyKind::st, kid, std::string(32, 'z')};
  EXPECT_EQ(me(crypto::to_text(forged)), "session_ended");
  forged.kind = crypto::KeyKind::op;
  EXPECT_EQ(me(crypto::to_text(forged)), "credential_invalid");
  EXPECT_EQ(me(token), "ok");
  EXPECT_TRUE(decide(kernel::EndSession{session}, machine.bina));
  EXPECT_EQ(me(token), "session_ended");
}

TEST_F(Sessions, ACookieAloneReadsAndDoesNotWrite) {
  start();
  const std::string cookie = "__Host-mohur_session=" + open(registry::SessionKind::cookie);
  const auto ask = [&](const std::string& method, const Headers& headers) {
    Headers all{{"Cookie", "a=b; " + cookie}};
    all.insert(all.end(), headers.begin(), headers.end());
    return send(method, method == "GET" ? "/v1/staff/me" : "/v1/staff/sessions/" + session.to_string() + "/end", {}, {}, all)
        .get();
  };
  const Answer seen = ask("GET", {});
  EXPECT_EQ(seen.token(), "ok");
  const std::string csrf = seen.member("csrf_token");
  EXPECT_EQ(ask("POST", {}).token(), "csrf_token_missing");
  EXPECT_EQ(ask("POST", {{"Mohur-Csrf-Token", csrf + "0"}}).token(), "csrf_token_missing");
  EXPECT_EQ(ask("POST", {{"Mohur-Csrf-Token", csrf}, {"Origin", "https://elsewhere.example"}}).token(), "csrf_token_missing");
  const Answer ended = ask("POST", {{"Mohur-Csrf-Token", csrf}});
  EXPECT_EQ(ended.token(), "ok");
  EXPECT_NE(ended.headers.at("set-cookie").find("Max-Age=0"), std::string::npos);
}

}  // namespace
}  // namespace mohur::gateway
