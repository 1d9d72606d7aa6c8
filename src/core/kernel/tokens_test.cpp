// Tokens that are revoked, certificates of keys, and keys that a scanner found: what each command leaves in the journal.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using testing::ElementsAre;

struct HouseWithKey : House {
  HouseWithKey() {
    key = first<registry::Credential>(send(IssueCredential{.client = client, .label = "l", .claim = some_key(5, 1)}, asha));
  }
  Result<std::vector<Event>> revoke_token(registry::TokenId id) {
    return send(RevokeToken{id, key.id, at + minutes(15)}, registry::by_credential(key.id), client);
  }
  registry::CredentialId key_of_asha() const {
    for (const auto& [id, each] : disk.all<registry::Credential>())
      if (each.person == asha.person()) return each.id;
    return {};
  }
  registry::Credential key;
};

TEST(Tokens, AreRevokedOnceAndRemembered) {
  HouseWithKey house;
  const registry::TokenId token{{7, 7}};
  const auto revoked = house.revoke_token(token);
  const auto& kept = first<registry::RevokedToken>(revoked);
  EXPECT_EQ(kept.id, token);
  EXPECT_EQ(kept.client, house.client);
  EXPECT_EQ(kept.credential, house.key.id);
  EXPECT_EQ(kept.mode, house.key.mode);
  EXPECT_THAT(types_of(*revoked), ElementsAre("token.revoked"));
  const std::uint64_t position = house.state.position;
  const auto again = house.decide(
      house.command(RevokeToken{token, house.key.id, house.at}, registry::by_credential(house.key.id), house.client, {}));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->existing, token.value);
  EXPECT_TRUE(again->events.empty());
  EXPECT_EQ(house.state.position, position);
  EXPECT_TRUE(house.revoke_token({{7, 8}})) << "another one is its own";
}

TEST(Certificates, AreTheOperatorsToAddAndToRemove) {
  HouseWithKey house;
  const registry::BoundCertificate certificate{registry::Thumbprint::trusted(std::string(43, 'A')), "billing server", {}};
  const auto added = house.send(AddCertificate{house.key.id, certificate}, house.asha);
  EXPECT_THAT(types_of(*added), ElementsAre("credential.certificate_added"));
  EXPECT_EQ(first<registry::Credential>(added).certificates.at(0).label, "billing server");
  EXPECT_EQ(added->at(0).client, house.client);
  const auto removed = house.send(RemoveCertificate{house.key.id, certificate.thumbprint}, house.bina);
  EXPECT_THAT(types_of(*removed), ElementsAre("credential.certificate_removed"));
  EXPECT_TRUE(first<registry::Credential>(removed).certificates.empty());
}

TEST(Tokens, AreOfClientsKeysAlone) {
  HouseWithKey house;
  EXPECT_EQ(house.refusal(RevokeToken{{{7, 7}}, house.key_of_asha(), house.at}, house.bina), Outcome::not_found);
}

TEST(Certificates, OfAPersonsKeyAreAnothersToAdd) {
  HouseWithKey house;
  const registry::CredentialId own = house.key_of_asha();
  const registry::BoundCertificate certificate{registry::Thumbprint::trusted(std::string(43, 'A')), {}, {}};
  EXPECT_EQ(house.refusal(AddCertificate{own, certificate}, house.asha), Outcome::four_eyes_required);
  EXPECT_TRUE(house.send(AddCertificate{own, certificate}, house.bina));
  EXPECT_EQ(house.refusal(RemoveCertificate{own, certificate.thumbprint}, house.asha), Outcome::four_eyes_required);
  EXPECT_TRUE(house.send(RemoveCertificate{own, certificate.thumbprint}, house.bina));
}

TEST(Leaks, EndEachKeyAndTokenOnceAndNameTheScanner) {
  HouseWithKey house;
  const auto second = first<registry::Credential>(
      house.send(IssueCredential{.client = house.client, .label = "l", .claim = some_key(5, 2)}, house.asha));
  const ReportLeaks leaks{
      .scanner = "github",
      .keys = {{house.key.id, "https://example.com/commit/1"}, {second.id, {}}, {house.key.id, {}}, {{{9, 9}}, {}}},
      .tokens = {{{{7, 7}}, house.key.id, house.at + minutes(5)},
                 {{{7, 7}}, house.key.id, house.at + minutes(5)},
                 {{{7, 8}}, {{9, 9}}, house.at}}};
  const auto reported = house.send(leaks);
  EXPECT_THAT(types_of(*reported), ElementsAre("incident.opened", "credential.revoked", "notice.queued", "incident.opened",
                                               "credential.revoked", "notice.queued", "token.revoked"));
  const auto& incident = first<registry::Incident>(reported);
  EXPECT_EQ(incident.source, registry::IncidentSource::scanner);
  EXPECT_EQ(incident.scanner, "github");
  EXPECT_EQ(incident.note, "https://example.com/commit/1");
  EXPECT_EQ(incident.reported_by, std::nullopt);
  EXPECT_EQ(incident.client, house.client);
  const auto again = house.decide(house.command(leaks, registry::by_system(), {}, {}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->events.empty());
  EXPECT_EQ(again->existing, house.key.id.value);
}

}  // namespace
}  // namespace mohur::kernel
