// The operator's people: their roles are asked by the core itself, and two owners decide about a third.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using registry::Permission;
using registry::Person;
using registry::PersonChange;
using registry::PersonChangeKind;
using registry::Role;

struct Staffed : House {
  registry::PersonChangeId propose(PersonChangeKind kind, registry::PersonId person, std::vector<Role> roles,
                                   registry::Caller by) {
    return first<PersonChange>(send(ProposePersonChange{.kind = kind, .person = person, .roles = std::move(roles)}, by)).id;
  }
  registry::Caller appoint(std::vector<Role> roles) {
    const Key128 address = some_key(95, ++addresses);
    const auto change = first<PersonChange>(
        send(ProposePersonChange{.name = Sealed{}, .email = Sealed{}, .email_key = address, .roles = std::move(roles)}, asha));
    const auto appointed = send(DecidePersonChange{change.id, true, {}}, bina);
    EXPECT_EQ(std::get<Person>(appointed->at(1).object).id, change.person);
    return registry::by_person(change.person, {});
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  const Person& person(registry::Caller caller) { return *disk.find<Person>(caller.id); }

  std::uint64_t addresses = 0;
};

TEST(People, TheFirstTwoAreOwners) {
  Staffed house;
  EXPECT_TRUE(registry::is_owner(house.person(house.asha)) && registry::is_owner(house.person(house.bina)));
  EXPECT_EQ(house.state.owners.count(), 2U);
  EXPECT_TRUE(registry::is_owner(Person{})) << "and so is who was appointed before there were roles";
}

TEST(People, AreAppointedByTwoOwners) {
  Staffed house;
  const ProposePersonChange intent{
      .name = Sealed{}, .email = Sealed{}, .email_key = some_key(95, 1), .roles = {Role::support, Role::finance, Role::support}};
  const auto change = first<PersonChange>(house.send(intent, house.asha));
  EXPECT_EQ(change.roles, (std::vector{Role::finance, Role::support}));
  EXPECT_EQ(house.disk.find<Person>(change.person.value), nullptr) << "nobody yet";
  EXPECT_EQ(house.told(house.send(DecidePersonChange{change.id, true, {}}, house.asha)), "four_eyes_required ");
  const auto events = house.send(DecidePersonChange{change.id, true, {}}, house.bina);
  EXPECT_EQ(types_of(*events), (std::vector<std::string>{"person_change.approved", "person.appointed"}));
  EXPECT_EQ(house.told(house.send(DecidePersonChange{change.id, true, {}}, house.bina)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(intent, house.asha)), "state_conflict email") << "an address is one person's for ever";
}

TEST(People, NobodyIsAppointedWithoutARoleOrByARejectedChange) {
  Staffed house;
  EXPECT_EQ(house.told(house.send(ProposePersonChange{.name = Sealed{}, .email = Sealed{}, .roles = {}}, house.asha)),
            "field_missing roles");
  const auto change = first<PersonChange>(house.send(
      ProposePersonChange{.name = Sealed{}, .email = Sealed{}, .email_key = some_key(95, 1), .roles = {Role::risk}}, house.asha));
  EXPECT_EQ(types_of(*house.send(DecidePersonChange{change.id, false, {}}, house.bina)),
            std::vector<std::string>{"person_change.rejected"});
  EXPECT_EQ(house.disk.find<Person>(change.person.value), nullptr);
}

// Each role brings a command of each permission; the core lets pass what the table says, and nothing else.
TEST(People, TheCoreAsksTheTable) {
  Staffed house;
  const ClientId client = house.client;
  const struct {
    Permission permission;
    Intent intent;
  } commands[] = {{Permission::file_clients, ApplyForClient{.merchant_category = "5411"}},
                  {Permission::file_clients, AddDocument{}},
                  {Permission::file_clients, ReviewClient{}},
                  {Permission::decide_clients, DecideClient{client}},
                  {Permission::propose_terms, ProposePlan{}},
                  {Permission::propose_terms, ProposeAgreement{}},
                  {Permission::propose_terms, ProposeLadder{}},
                  {Permission::propose_terms, ProposeWatchRules{}},
                  {Permission::decide_terms, DecidePlan{}},
                  {Permission::decide_terms, DecideAgreement{}},
                  {Permission::decide_terms, DecideLadder{}},
                  {Permission::decide_terms, DecideWatchRules{}},
                  {Permission::issue_keys, IssueCredential{.client = client}},
                  {Permission::issue_keys, SetNetworks{}},
                  {Permission::issue_keys, AddCertificate{{}, {registry::Thumbprint::trusted(std::string(43, 'A')), {}, {}}}},
                  {Permission::issue_keys, RemoveCertificate{{}, registry::Thumbprint::trusted(std::string(43, 'A'))}},
                  {Permission::end_keys, RevokeCredential{}},
                  {Permission::end_keys, RevokeToken{}},
                  {Permission::end_keys, ReportCompromise{registry::CredentialId{{7, 7}}, {}}},
                  {Permission::close_incidents, CloseIncident{}},
                  {Permission::close_incidents, CloseAlert{}},
                  {Permission::take_measures, TakeMeasure{}},
                  {Permission::take_measures, WithdrawMeasure{}},
                  {Permission::confirm_measures, ConfirmMeasure{}},
                  {Permission::confirm_measures, RejectMeasure{}},
                  {Permission::propose_policy, ProposePolicyVersion{}},
                  {Permission::publish_policy, PublishPolicyVersion{}},
                  {Permission::publish_policy, RejectPolicyVersion{}},
                  {Permission::record_funds, FundBalance{}},
                  {Permission::answer_tickets, ReplyToTicket{}},
                  {Permission::answer_tickets, CloseTicket{}},
                  {Permission::close_reviews, CloseTierReview{}},
                  {Permission::appoint_people, ProposePersonChange{}},
                  {Permission::appoint_people, DecidePersonChange{}}};
  for (const auto& role : described_enumerators(Role{})) {
    const registry::Caller caller = house.appoint({role.value});
    for (const auto& row : commands) {
      const bool refused = house.refusal(row.intent, caller) == Outcome::role_missing;
      EXPECT_EQ(refused, !registry::permits(role.value, row.permission)) << role.token << " " << to_token(row.permission);
    }
    EXPECT_EQ(house.refusal(CancelPayin{}, caller), Outcome::role_missing) << "what is a client's is nobody else's";
  }
}

TEST(People, KeysOfPeopleAreForOwnersOnly) {
  Staffed house;
  const registry::CredentialId ashas{house.disk.find<Claim>(some_key(90, 1))->object};
  const registry::Caller operations = house.appoint({Role::operations});
  EXPECT_EQ(house.refusal(RotateCredential{ashas, {}}, operations), Outcome::role_missing);
  EXPECT_EQ(house.refusal(RotateCredential{ashas, {}}, house.bina), Outcome::state_conflict)
      << "nobody sees another one's secret";
  EXPECT_EQ(house.refusal(SetSigningKey{ashas, {}}, house.bina), Outcome::state_conflict);
  EXPECT_EQ(house.refusal(SetSigningKey{ashas, {}}, operations), Outcome::role_missing);
  EXPECT_EQ(house.refusal(RevokeCredential{ashas}, operations), Outcome::role_missing);
  EXPECT_EQ(house.refusal(ReportCompromise{ashas, {}}, operations), Outcome::role_missing);
  EXPECT_EQ(house.refusal(ReportCompromise{ashas, {}}, registry::by_person(*operations.person(), ashas)), std::nullopt)
      << "who holds a key may end it";
  EXPECT_EQ(house.refusal(RevokeCredential{ashas}, house.bina), std::nullopt);
}

TEST(People, MakeAndEndTheirOwnKeysSignedIn) {
  Staffed house;
  const registry::Caller support = house.appoint({Role::support});
  const IssueOperatorCredential own{.person = *support.person(),
                                    .label = {},
                                    .kid = {},
                                    .secret_hash = {},
                                    .last_four = {},
                                    .claim = some_key(90, 3),
                                    .replaced = {}};
  const auto made = house.send(own, support);
  ASSERT_TRUE(made);
  const auto& key = first<registry::Credential>(*made);
  EXPECT_EQ(key.person, support.person());
  EXPECT_EQ(key.issued_by, support.person());
  EXPECT_TRUE(key.scopes.empty()) << "what a person may do stands in the person's roles";
  const registry::Caller with_key = registry::by_person(*support.person(), key.id);
  EXPECT_EQ(house.refusal(own, with_key), Outcome::session_required);
  EXPECT_EQ(house.refusal(RevokeCredential{key.id}, with_key), Outcome::session_required);
  EXPECT_EQ(house.refusal(own, house.asha), Outcome::role_missing) << "not even an owner sees another one's key";
  EXPECT_EQ(house.refusal(RevokeCredential{key.id}, support), std::nullopt);
}

TEST(People, AKeyThatSomebodyElseMadeDoesNothing) {
  Staffed house;
  const registry::Caller support = house.appoint({Role::support});
  const auto made = house.send(IssueOperatorCredential{.person = *support.person(), .claim = some_key(90, 3)}, support);
  const auto key = first<registry::Credential>(made);
  const registry::Caller with_key = registry::by_person(*support.person(), key.id);
  const CloseTicket close{{{9, 9}}};  // which is nobody's ticket
  EXPECT_EQ(house.refusal(close, with_key), Outcome::not_found);
  Event of_old = made->front();  // as journals have them from when people made keys for each other
  std::get<registry::Credential>(of_old.object).issued_by = house.asha.person();
  house.apply(of_old);
  EXPECT_EQ(house.refusal(close, with_key), Outcome::role_missing);
}

TEST(People, NobodyChangesTheirOwnRights) {
  Staffed house;
  const registry::Caller chitra = house.appoint({Role::owner});
  for (const auto kind : {PersonChangeKind::set_roles, PersonChangeKind::disable, PersonChangeKind::enable})
    EXPECT_EQ(house.refusal(ProposePersonChange{.kind = kind, .person = *chitra.person(), .roles = {Role::risk}}, chitra),
              Outcome::four_eyes_required);
  const auto change = house.propose(PersonChangeKind::set_roles, *chitra.person(), {Role::risk}, house.asha);
  EXPECT_EQ(house.refusal(DecidePersonChange{change, false, {}}, chitra), Outcome::four_eyes_required) << "not even by rejecting";
  EXPECT_EQ(types_of(*house.send(DecidePersonChange{change, true, {}}, house.bina)),
            (std::vector<std::string>{"person_change.approved", "person.roles_set"}));
  EXPECT_EQ(house.refusal(ProposePersonChange{.person = *house.asha.person()}, chitra), Outcome::role_missing);
}

TEST(People, TwoOwnersStayWhoeverDecides) {
  Staffed house;
  const registry::Caller chitra = house.appoint({Role::owner});
  EXPECT_EQ(house.state.owners.count(), 3U);
  const auto one = house.propose(PersonChangeKind::set_roles, *house.bina.person(), {Role::operations}, house.asha);
  const auto other = house.propose(PersonChangeKind::disable, *house.asha.person(), {}, house.bina);
  EXPECT_TRUE(house.send(DecidePersonChange{one, true, {}}, chitra));
  EXPECT_EQ(house.state.owners.count(), 2U);
  EXPECT_EQ(house.told(house.send(DecidePersonChange{other, true, {}}, chitra)), "state_conflict ");
  EXPECT_TRUE(registry::is_owner(house.person(house.asha)));
}

TEST(People, WhoIsDisabledDoesNothingUntilEnabledAgain) {
  Staffed house;
  const registry::Caller dev = house.appoint({Role::operations});
  const ApplyForClient application{.merchant_category = "5411"};
  EXPECT_EQ(house.refusal(application, dev), std::nullopt);
  const auto disable = house.propose(PersonChangeKind::disable, *dev.person(), {}, house.asha);
  EXPECT_EQ(types_of(*house.send(DecidePersonChange{disable, true, {}}, house.bina)),
            (std::vector<std::string>{"person_change.approved", "person.disabled"}));
  EXPECT_EQ(house.refusal(application, dev), Outcome::role_missing);
  EXPECT_EQ(house.refusal(ProposePersonChange{.kind = PersonChangeKind::disable, .person = *dev.person()}, house.asha),
            Outcome::state_conflict);
  const auto enable = house.propose(PersonChangeKind::enable, *dev.person(), {}, house.asha);
  EXPECT_TRUE(house.send(DecidePersonChange{enable, true, {}}, house.bina));
  EXPECT_EQ(house.refusal(application, dev), std::nullopt);
}

TEST(People, NobodyActsWhomNobodyKnows) {
  Staffed house;
  EXPECT_EQ(house.refusal(ApplyForClient{.merchant_category = "5411"}, registry::by_person({{5, 5}}, {})), Outcome::role_missing);
  EXPECT_EQ(house.refusal(ProposePersonChange{.kind = PersonChangeKind::disable, .person = {{5, 5}}}, house.asha),
            Outcome::not_found);
}

}  // namespace
}  // namespace mohur::kernel
