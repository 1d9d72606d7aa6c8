// The gate and signed calls: what must be signed, when, by whom, and that a signature counts once.
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "gateway/rig_test.hpp"
#include "gateway/signing_secret.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kNonce = "0123456789abcdef";

class GateSignatureTest : public GateTest {
 protected:
  // A signature in the making: each test changes what it is about.
  struct Signed {
    std::string method = "POST";
    std::string path = "/v1/payins";
    std::string body = kPayin;
    std::string components = R"("@method" "@target-uri" "content-digest")";
    Duration age{};  // of the signature
    std::string nonce{kNonce};
    std::string keyid{};
    std::string parameters{};  // more of them
    std::string secret = std::string(32, 's');
    std::string sent_body{};  // another than was signed
  };

  void start_with_key() {
    machine.found();
    client = machine.approve_client();
    other_key = issue();
    start();
    run([&] { credential = machine.archive->list<registry::Credential>(client, Mode::test, {}, 1)->items.at(0).id; });
    keyid = set_key(std::string(32, 's'), hours(1));
  }
  // The id of a new signing key of this secret.
  std::string set_key(const std::string& secret, Duration overlap) {
    std::string sealed;
    run([&] { sealed = seal_signing_secret(*machine.vault, "mohur_sign_" + crypto::base64_encode(secret)); });
    const auto set =
        decide(kernel::SetSigningKey{credential, {.public_key = {}, .secret = sealed, .overlap = overlap}}, machine.asha);
    return std::get<registry::Credential>(set->at(0).object).signing_keys.at(0).id.to_string();
  }

  std::string target(const std::string& path) { return "http://127.0.0.1:" + std::to_string(port()) + path; }
  static std::string digest_of(std::string_view body) {
    return "sha-256=:" + crypto::base64_encode(crypto::sha256(body).view()) + ":";
  }

  Headers headers_of(const Signed& call) {
    const std::int64_t created = (machine.clock.now() - call.age).unix_s();
    const std::string covered = "(" + call.components + ");created=" + std::to_string(created) + ";nonce=\"" + call.nonce +
                                "\";keyid=\"" + (call.keyid.empty() ? keyid : call.keyid) + "\"" + call.parameters;
    std::string base;
    const auto line = [&](const std::string& name, const std::string& value) {
      if (call.components.find('"' + name + '"') != std::string::npos) base += '"' + name + "\": " + value + "\n";
    };
    line("@method", call.method);
    line("@target-uri", target(call.path));
    line("@authority", "127.0.0.1:" + std::to_string(port()));
    line("@path", call.path.substr(0, call.path.find('?')));
    line("content-digest", digest_of(call.body));
    line("idempotency-key", "k1");
    base += "\"@signature-params\": " + covered;
    Headers headers{{"Signature-Input", "sig=" + covered},
                    {"Signature", "sig=:" + crypto::base64_encode(crypto::HmacSha256{call.secret}.of(base).view()) + ":"}};
    if (!call.body.empty()) headers.emplace_back("Content-Digest", digest_of(call.body));
    return headers;
  }
  Answer send_signed(const Signed& call, Headers more = {}) {
    for (auto& header : headers_of(call)) more.push_back(std::move(header));
    return send(call.method, call.path, client_key, call.sent_body.empty() ? call.body : call.sent_body, more).get();
  }
  std::string token(const Signed& call) { return send_signed(call).token(); }

  registry::CredentialId credential;
  std::string keyid;
  std::string other_key;  // of the same client
};

TEST_F(GateSignatureTest, ASignedCallIsTakenOnce) {
  start_with_key();
  EXPECT_EQ(token({}), "ok");
  const Answer again = send_signed({});
  EXPECT_EQ(again.token(), "signature_replayed");
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(again.member("clause"), "P3.1");
  EXPECT_EQ(token({.age = seconds(1)}), "signature_replayed") << "signed anew with the old nonce";
  EXPECT_EQ(token({.nonce = "another nonce 01"}), "ok");
  EXPECT_EQ(post("/v1/payins", kPayin).token(), "ok") << "nobody asks for a signature";
  const Signed look{.method = "GET", .body = "", .components = R"("@method" "@authority" "@path")", .nonce = "of a read, once"};
  EXPECT_EQ(token(look), "signature_malformed") << "15 characters";
  Signed read = look;
  read.nonce += "!";
  EXPECT_EQ(token(read), "ok");
  EXPECT_EQ(token(read), "signature_replayed");
}

TEST_F(GateSignatureTest, WhatAWriteUsedUpIsKnownAfterARestart) {
  start_with_key();
  EXPECT_EQ(token({}), "ok");
  stop();
  machine.open();
  start();
  EXPECT_EQ(token({}), "signature_replayed");
  machine.clock.advance(seconds(301));
  EXPECT_EQ(token({}), "ok") << "in a new signature";
}

TEST_F(GateSignatureTest, TheWindowIsExactBothWays) {
  start_with_key();
  EXPECT_EQ(token({.age = seconds(300), .nonce = "three hundred old"}), "ok");
  EXPECT_EQ(token({.age = seconds(301), .nonce = "three hundred and one"}), "signature_expired");
  EXPECT_EQ(token({.age = seconds(-300), .nonce = "three hundred ahead"}), "ok");
  EXPECT_EQ(token({.age = seconds(-301), .nonce = "three hundred and one"}), "signature_expired");
  const auto expiring = [&](Duration in) { return ";expires=" + std::to_string((machine.clock.now() + in).unix_s()); };
  EXPECT_EQ(token({.nonce = "expires just now", .parameters = expiring({})}), "ok");
  EXPECT_EQ(token({.nonce = "expired a second ago", .parameters = expiring(seconds(-1))}), "signature_expired");
  EXPECT_EQ(token({.nonce = "far far in the past", .parameters = ";expires=-999999999999999"}), "signature_expired");
  EXPECT_EQ(token({.age = seconds(300), .nonce = "and far in the future", .parameters = ";expires=999999999999999"}), "ok");
  machine.clock.advance(seconds(601));
  EXPECT_EQ(token({.age = seconds(300), .nonce = "three hundred ahead"}), "ok") << "it was good for 600 seconds, and is let go";
}

TEST_F(GateSignatureTest, WhatMattersMustBeSigned) {
  start_with_key();
  const auto refused = [&](const char* components) {
    const Answer answer = send_signed({.components = components});
    EXPECT_EQ(answer.token(), "signature_malformed");
    EXPECT_EQ(answer.member("field"), "Signature-Input");
    return answer.body;
  };
  EXPECT_THAT(refused(R"("@target-uri" "content-digest")"), testing::HasSubstr("@method"));
  EXPECT_THAT(refused(R"("@method" "content-digest")"), testing::HasSubstr("@path"));
  EXPECT_THAT(refused(R"("@method" "@authority" "content-digest")"), testing::HasSubstr("@path"));
  EXPECT_THAT(refused(R"("@method" "@path" "content-digest")"), testing::HasSubstr("@authority"));
  EXPECT_THAT(refused(R"("@method" "@target-uri")"), testing::HasSubstr("content-digest"));
  const Answer keyless = send_signed({}, {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(keyless.token(), "signature_malformed");
  EXPECT_THAT(keyless.body, testing::HasSubstr("idempotency-key"));
  const Signed listing{
      .method = "GET", .path = "/v1/payins?limit=1", .body = "", .components = R"("@method" "@authority" "@path")"};
  const Answer unasked = send_signed(listing);
  EXPECT_EQ(unasked.token(), "signature_malformed");
  EXPECT_THAT(unasked.body, testing::HasSubstr("@query"));
  Signed whole{.components = R"("@method" "@authority" "@path" "content-digest" "idempotency-key")"};
  EXPECT_EQ(send_signed(whole, {{"Idempotency-Key", "k1"}}).token(), "ok");
  EXPECT_EQ(token({.nonce = "x"}), "signature_malformed");
  EXPECT_EQ(token({.nonce = std::string(129, 'x')}), "signature_malformed");
}

TEST_F(GateSignatureTest, OnlyTheKeysOwnSignatureOverThisCallIsRight) {
  start_with_key();
  EXPECT_EQ(token({.secret = "another"}), "signature_invalid");
  EXPECT_EQ(token({.keyid = "sigkey_00000000000000000000000000"}), "signature_invalid");
  EXPECT_EQ(token({.keyid = "test-key"}), "signature_invalid");
  EXPECT_EQ(token({.parameters = ";alg=\"ed25519\""}), "signature_invalid");
  Headers headers = headers_of({});
  EXPECT_EQ(send("POST", "/v1/virtual_accounts", client_key, kPayin, headers).get().token(), "signature_invalid");
  EXPECT_EQ(send("POST", "/v1/payins", other_key, kPayin, headers).get().token(), "signature_invalid") << "another credential";
  EXPECT_EQ(send("POST", "/v1/payins", client_key, kPayin, {headers[0], headers[2]}).get().token(), "signature_malformed");
  EXPECT_EQ(send("POST", "/v1/payins", client_key, kPayin, {headers[1], headers[2]}).get().token(), "signature_malformed");
  headers.push_back(headers[1]);
  EXPECT_EQ(send("POST", "/v1/payins", client_key, kPayin, headers).get().token(), "malformed_request");
  EXPECT_EQ(token({.parameters = ";alg=\"hmac-sha256\""}), "ok") << "none of these has used the nonce up";
}

TEST_F(GateSignatureTest, ABodyIsHeldToItsDigest) {
  start_with_key();
  const std::string altered = R"({"amount":900,"currency":"INR","payer_type":"customer","method":"upi_qr"})";
  EXPECT_EQ(token({.sent_body = altered}), "digest_mismatch");
  EXPECT_EQ(post("/v1/payins", altered, {{"Content-Digest", digest_of(kPayin)}}).token(), "digest_mismatch");
  EXPECT_EQ(post("/v1/payins", kPayin, {{"Content-Digest", digest_of(kPayin)}}).token(), "ok");
}

TEST_F(GateSignatureTest, AnAgreementAsksForSignedMoneyOut) {
  start_with_key();
  registry::Agreement agreement;
  run([&] { agreement = machine.archive->get<registry::Client>(client.value)->value().agreement; });
  agreement.signed_money_out = true;
  const auto proposed = decide(kernel::ProposeAgreement{client, {agreement, machine.clock.now(), {}}, "asked for"}, machine.asha);
  ASSERT_TRUE(proposed);
  const auto change = std::get<registry::AgreementChange>(proposed->at(0).object).id;
  ASSERT_TRUE(decide(kernel::DecideAgreement{change, true}, machine.bina));
  const std::string order = R"({"beneficiary":"ben_00000000000000000000000000","amount":1,"currency":"INR","purpose":"vendor"})";
  const Headers once{{"Idempotency-Key", "k1"}};
  const Answer refused = post("/v1/payouts", order, once);
  EXPECT_EQ(refused.token(), "signature_missing");
  EXPECT_THAT(refused.member("detail"), testing::StartsWith("Version 2 of the agreement asks for signed calls"));
  EXPECT_THAT(refused.body, testing::HasSubstr("content-digest"));
  const Signed whole{
      .path = "/v1/payouts", .body = order, .components = R"("@method" "@target-uri" "content-digest" "idempotency-key")"};
  EXPECT_EQ(send_signed(whole, once).token(), "not_found") << "past the gate: there is no such beneficiary";
  EXPECT_EQ(send_signed(whole, once).token(), "signature_replayed") << "also of what was refused";
  EXPECT_EQ(post("/v1/payins", kPayin).token(), "ok") << "money in is not asked for it";
}

TEST_F(GateSignatureTest, WhatTheGateRefusedMayComeAgainAsItIs) {
  start_with_key();
  const auto take = [&](registry::MeasureKind kind) {
    const auto taken =
        decide(kernel::TakeMeasure{.client = client, .kind = kind, .evidence = "Case 1", .critical = true}, machine.asha);
    return std::get<registry::Measure>(taken->front().object).id;
  };
  take(registry::MeasureKind::suspend);
  EXPECT_EQ(token({}), "client_suspended");
  ASSERT_TRUE(decide(kernel::ConfirmMeasure{take(registry::MeasureKind::reinstate)}, machine.bina));
  EXPECT_EQ(token({}), "ok");
}

TEST_F(GateSignatureTest, TwoSigningKeysAreRightUntilTheOverlapEnds) {
  start_with_key();
  const std::string first = keyid;
  const std::string second = set_key(std::string(32, 't'), hours(1));
  EXPECT_EQ(token({.keyid = first}), "ok");
  EXPECT_EQ(token({.nonce = "by the second one", .keyid = second, .secret = std::string(32, 't')}), "ok");
  EXPECT_EQ(token({.nonce = "by a mixture of both", .keyid = second}), "signature_invalid");
  machine.clock.advance(hours(1));
  EXPECT_EQ(token({.nonce = "by the one that ended", .keyid = first}), "signature_invalid");
}

}  // namespace
}  // namespace mohur::gateway
